// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// credentialDecl turns a Credential into core's.
func (g *Gatherer) credentialDecl(ctx context.Context, out *Credentials, c *v1alpha1.Credential) (core.CredentialDecl, error) {
	s := &c.Spec
	decl := core.CredentialDecl{
		Meta: meta(core.KindCredential, c, c.Status.ID), Name: c.ScanopyName(), Description: s.Description,
		Tags: s.Tags, TagsManaged: s.Tags != nil, Type: core.CredentialType(s.Type), Fields: credentialFields(s),
		Networks: s.Networks, Permitted: true, DeletionPolicy: core.DeletionPolicy(s.DeletionPolicy),
		ForceOrphan: v1alpha1.IsForceOrphan(c), AcceptBackend: c.Annotations[v1alpha1.AnnotationAcceptBackend],
		HasFinalizer: controllerutil.ContainsFinalizer(c, v1alpha1.Finalizer), WrittenGeneration: c.Status.WrittenGeneration,
	}
	if c.DeletionTimestamp != nil {
		decl.DeletedAt = c.DeletionTimestamp.Time
	}
	if pin := c.Status.Backend; pin != nil {
		decl.Pinned = pin.OrganizationID
	}
	if decl.DeletionPolicy == "" && out.BackendObject != nil {
		if d := out.BackendObject.GetConnection().Defaults; d != nil {
			decl.DeletionPolicy = core.DeletionPolicy(d.DeletionPolicy)
		}
	}
	for _, w := range c.Status.Secrets {
		decl.Written = append(decl.Written, core.SecretVersion{Name: w.Name, UID: w.UID, ResourceVersion: w.ResourceVersion})
	}
	for _, a := range c.Status.Assignments {
		if a.ID != "" {
			decl.Assigned = append(decl.Assigned, assignment(c, a))
		}
	}
	setDaemonOS(&decl, out, s.DaemonOS)
	setLacks(&decl, out)
	return decl, g.credentialNeighbours(ctx, out, c, &decl)
}

func assignment(c *v1alpha1.Credential, a v1alpha1.CredentialAssignmentStatus) core.CredentialAssignment {
	out := core.CredentialAssignment{Network: a.Network, ID: a.ID}
	if a.Host != nil {
		out.Host = hostRef(c, *a.Host)
	}
	return out
}

func hostRef(c *v1alpha1.Credential, ref v1alpha1.CredentialHostReference) core.Ref {
	return core.Ref{Kind: core.KindHost, Namespace: cmp.Or(ref.Namespace, c.Namespace), Name: ref.Name}
}

// setDaemonOS says which system the daemon's files are on, if any are read and the server wants to know.
func setDaemonOS(decl *core.CredentialDecl, out *Credentials, written v1alpha1.DaemonOS) {
	decl.DaemonOS = ""
	if decl.ReadsDaemon() {
		decl.DaemonOS = string(cmp.Or(written, v1alpha1.DaemonUnix))
	}
	if out.Backend != nil && written == "" &&
		out.Backend.Facts().Capabilities.CredentialFieldNeeds(snapshot.ServerCredentialType(decl.Type), "daemon_os") != "" {
		decl.DaemonOS = ""
	}
}

// setLacks notes what the server's version does not have.
func setLacks(decl *core.CredentialDecl, out *Credentials) {
	if out.Backend == nil || out.Backend.Facts().Version == "" {
		return
	}
	known, kind := out.Backend.Facts().Capabilities, snapshot.ServerCredentialType(decl.Type)
	lack := func(what, needs string) {
		if needs != "" {
			decl.Lacks = append(decl.Lacks, core.Lack{What: what, Needs: needs})
		}
	}
	if needs := known.CredentialTypeNeeds(kind); needs != "" {
		lack("type "+string(decl.Type), needs)
		return
	}
	if decl.Description != nil && *decl.Description != "" {
		lack("description", known.CredentialFieldNeeds(kind, "description"))
	}
	if decl.DaemonOS != "" {
		lack("daemonOS", known.CredentialFieldNeeds(kind, "daemon_os"))
	}
	for _, f := range decl.Fields {
		lack(f.Path, known.CredentialFieldNeeds(kind, f.Name))
	}
}

// credentialNeighbours adds what the Credential's namespace, Secrets and Hosts are like.
func (g *Gatherer) credentialNeighbours(ctx context.Context, out *Credentials, c *v1alpha1.Credential, decl *core.CredentialDecl) error {
	ns, err := g.namespace(ctx, c.Namespace)
	if err != nil {
		return err
	}
	decl.NamespaceDeleting = ns == nil || !ns.DeletionTimestamp.IsZero()
	if out.BackendObject != nil {
		if decl.Permitted, err = g.admits(ctx, out.BackendObject, c.Namespace); err != nil {
			return err
		}
	}
	for _, name := range c.Spec.SecretNames() {
		secret := &metav1.PartialObjectMetadata{}
		secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
		err := g.Metadata.Get(ctx, types.NamespacedName{Namespace: c.Namespace, Name: name}, secret)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the metadata of secret %s/%s: %w", c.Namespace, name, err)
		}
		decl.Secrets = append(decl.Secrets, core.SecretVersion{Name: name, UID: string(secret.UID), ResourceVersion: secret.ResourceVersion})
	}
	for i := range c.Spec.Hosts {
		target, err := g.credentialTarget(ctx, out, c, &c.Spec.Hosts[i])
		if err != nil {
			return err
		}
		decl.Hosts = append(decl.Hosts, target)
	}
	return nil
}

// credentialTarget looks for a Host that a Credential is for.
func (g *Gatherer) credentialTarget(ctx context.Context, out *Credentials, c *v1alpha1.Credential, h *v1alpha1.CredentialHost) (core.CredentialTarget, error) {
	t := core.CredentialTarget{Host: hostRef(c, h.HostRef), Interfaces: h.Interfaces}
	t.Permitted = t.Host.Namespace == c.Namespace
	var host v1alpha1.Host
	if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: t.Host.Namespace, Name: t.Host.Name}, &host); err != nil {
		if apierrors.IsNotFound(err) {
			err = nil
		}
		return t, err
	}
	var err error
	if t.Permitted, err = g.hostAdmits(ctx, &host, c.Namespace); err != nil {
		return t, err
	}
	t.Found = host.DeletionTimestamp.IsZero()
	if !t.Found {
		return t, nil
	}
	network, err := g.locate(ctx, &host, &t)
	if err != nil || t.HostID == "" {
		return t, err
	}
	for _, row := range host.Status.Interfaces {
		t.Rows = append(t.Rows, core.Named{Name: row.Name, ID: row.ID})
	}
	if out.Backend != nil {
		if view, ok := g.Snapshots.View(SnapshotKey(out.Backend, network)); ok {
			seen, there := view.Host(t.HostID)
			t.Gone, t.NoDaemon = !there && sharesBackend(c, &host), there && decidesDaemon(c) && !seen.Daemon
		}
	}
	return t, nil
}

// locate finds out where a Host is in the backend, and in which network: one that was consolidated is the other one there.
func (g *Gatherer) locate(ctx context.Context, host *v1alpha1.Host, t *core.CredentialTarget) (network string, err error) {
	if host.Status.ID == "" && host.Status.ConsolidatedInto != "" {
		into := types.NamespacedName{Namespace: host.Namespace, Name: host.Status.ConsolidatedInto}
		host = &v1alpha1.Host{}
		if err := g.Reader.Get(ctx, into, host); err != nil {
			return "", client.IgnoreNotFound(err)
		}
	}
	pin := host.Status.Backend
	if pin == nil || pin.OrganizationID == "" {
		return "", nil
	}
	t.HostID, t.OrganizationID = host.Status.ID, pin.OrganizationID
	return pin.NetworkID, nil
}

// sharesBackend says that a Host is written through the backend of a Credential: the list that this one has of hosts knows
// at once what is written there, and may be old of what others write.
func sharesBackend(c *v1alpha1.Credential, host *v1alpha1.Host) bool {
	return host.Namespace == c.Namespace && equality.Semantic.DeepEqual(c.Spec.BackendRef, host.Spec.BackendRef)
}

// decidesDaemon says that a type can only be assigned to hosts that run a daemon.
func decidesDaemon(c *v1alpha1.Credential) bool { return core.CredentialType(c.Spec.Type).IsSocket() }

// Values reads the Secrets of Credentials live, so that none is ever cached, and puts their values and versions into the
// input. What lacks is a fact.
func (g *Gatherer) Values(ctx context.Context, out *Credentials, refs []core.Ref) error {
	secrets := map[types.NamespacedName]*corev1.Secret{}
	for i := range out.Input.Credentials {
		decl := &out.Input.Credentials[i]
		if !slices.Contains(refs, decl.Ref) {
			continue
		}
		if err := g.values(ctx, decl, secrets); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gatherer) values(ctx context.Context, decl *core.CredentialDecl, secrets map[types.NamespacedName]*corev1.Secret) error {
	decl.Fields, decl.Read = slices.Clone(decl.Fields), true
	decl.Secrets = nil
	for i := range decl.Fields {
		f := &decl.Fields[i]
		if f.Ref == (core.SecretKey{}) {
			continue
		}
		key := types.NamespacedName{Namespace: decl.Ref.Namespace, Name: f.Ref.Name}
		secret, known := secrets[key]
		if !known {
			var err error
			if secret, err = g.secret(ctx, key); apierrors.IsForbidden(err) {
				decl.Barred = append(decl.Barred, f.Ref.Name)
				continue
			}
			if err != nil {
				return err
			}
			secrets[key] = secret
		}
		if secret == nil {
			continue // that it is not there is told of its version
		}
		version := core.SecretVersion{Name: f.Ref.Name, UID: string(secret.UID), ResourceVersion: secret.ResourceVersion}
		if !slices.Contains(decl.Secrets, version) {
			decl.Secrets = append(decl.Secrets, version)
		}
		value, ok := secret.Data[f.Ref.Key]
		if !ok {
			decl.Unread = append(decl.Unread, *f)
			continue
		}
		f.Value = core.NewSecret(trimmed(string(value)))
	}
	slices.SortFunc(decl.Secrets, func(a, b core.SecretVersion) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// secret reads a Secret; nil if it is not there.
func (g *Gatherer) secret(ctx context.Context, key types.NamespacedName) (*corev1.Secret, error) {
	var out corev1.Secret
	err := g.Live.Get(ctx, key, &out)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading secret %s: %w", key, err)
	}
	return &out, nil
}

// trimmed takes the newline off that files of one line end with.
func trimmed(value string) string {
	if strings.Contains(value, "-----BEGIN ") {
		return value
	}
	return strings.TrimRight(value, "\r\n")
}
