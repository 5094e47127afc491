// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// Credentials is what was gathered for all Credentials of one backend.
type Credentials struct {
	Input   core.CredentialInput
	Objects map[core.Ref]client.Object
	// Backend is nil when there is none to send to. BackendObject is the Backend or ClusterBackend.
	Backend       *registry.Backend
	BackendObject BackendObject
	// Rows is the key of their list, without a network; Listed is when that began, Tags says that tags are needed with it.
	Rows   snapshot.Key
	Listed time.Time
	Tags   bool
	// Ready says that verdicts may be told: the backend has been asked, or cannot be.
	Ready bool
	// Next is when to look again for reasons of time; zero: never.
	Next time.Duration
}

// CredentialsKey is how the ledger knows the Credentials of a backend.
func CredentialsKey(key string) core.Ref { return core.Ref{Kind: core.KindCredential, Name: key} }

// Credentials gathers the Credentials of a backend key. Of Secrets it reads the metadata only.
func (g *Gatherer) Credentials(ctx context.Context, key string) (*Credentials, error) {
	out := &Credentials{Objects: map[core.Ref]client.Object{}, Ready: true}
	out.Input = core.CredentialInput{Now: g.Clock.Now(), Instance: g.Instance, Former: g.Former, Patience: g.Patience}
	all, err := (&Connections{Reader: g.Reader}).CredentialUsers(ctx, key)
	if err != nil || len(all) == 0 {
		return out, err
	}
	if out.Input.MayDelete, err = g.CRDs.Stand(ctx); err != nil {
		return nil, err
	}
	if err := g.credentialBackend(ctx, out, &all[0]); err != nil {
		return nil, err
	}
	for i := range all {
		decl, err := g.credentialDecl(ctx, out, &all[i])
		if err != nil {
			return nil, err
		}
		out.Input.Credentials = append(out.Input.Credentials, decl)
		out.Objects[decl.Ref] = &all[i]
		out.Tags = out.Tags || len(decl.Tags) > 0
	}
	g.CredentialRows(out)
	at := CredentialsKey(key)
	var settled, quiet time.Duration
	out.Input.Settled, settled = g.Ledger.Settled(at)
	out.Input.Quiet, quiet = g.Ledger.Quiet(at)
	for _, d := range []time.Duration{settled, quiet} {
		if d > 0 && (out.Next == 0 || d < out.Next) {
			out.Next = d
		}
	}
	return out, nil
}

// Remember adds what was refused to the Credentials of a backend, and who is to be written by himself.
func (c *Credentials) Remember(m *ledger.Credentials) {
	var next time.Duration
	c.Input.Refused, next = m.Refused()
	c.Input.Most, c.Input.Afresh = m.Most(), m.Afresh()
	c.Input.Failed, c.Input.Later = m.Failure()
	for i := range c.Input.Credentials {
		decl := &c.Input.Credentials[i]
		if told, ok := m.Told(decl.UID); ok {
			decl.Written, decl.WrittenGeneration, decl.Assigned = told.Secrets, told.Generation, told.Assigned
			decl.Pinned, decl.WrittenSum, decl.OpenSum = told.Pinned, told.Sum, told.Open
		}
	}
	if next > 0 && (c.Next == 0 || next < c.Next) {
		c.Next = next
	}
}

// CredentialRows adds what the list shows.
func (g *Gatherer) CredentialRows(out *Credentials) {
	if out.Backend == nil {
		return
	}
	out.Rows = snapshot.Key{Origin: out.Backend.Origin(), Account: out.Backend.Account()}
	view, known := g.CredentialStore.View(out.Rows)
	in := &out.Input
	in.Known = known && (view.HasTags || !out.Tags)
	in.Rows, in.Confirmed, in.Backend.Tags = view.Rows, view.Confirmed, view.Tags
	out.Listed = view.Began
}

// credentialBackend finds the backend that a Credential leads to, as all of the same key do.
func (g *Gatherer) credentialBackend(ctx context.Context, out *Credentials, c *v1alpha1.Credential) error {
	facts := &out.Input.Backend
	obj, name, err := g.backendOf(ctx, c.Namespace, c.Spec.BackendRef)
	if err != nil {
		return err
	}
	if obj == nil {
		facts.Display = name
		facts.Reason, facts.Message = noBackend(name)
		return nil
	}
	out.BackendObject = obj
	facts.Display, facts.Found = Display(obj), true
	facts.Kind, facts.Name = string(kindOf(obj)), obj.GetName()
	facts.CreateTags = slices.Contains(obj.GetConnection().CreateMissing, v1alpha1.CreateTags)
	facts.Deleting, facts.Paused = !obj.GetDeletionTimestamp().IsZero(), v1alpha1.IsPaused(obj)
	facts.Held = controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
	backend, ok := g.Registry.Get(KeyOf(obj))
	ready := brokenConnection(obj)
	if !ok {
		facts.NoKey, out.Ready = ready != nil, ready != nil
		facts.Reason, facts.Message = notLookedAt(facts.Display, ready)
		return nil
	}
	if ready != nil && !facts.Deleting {
		facts.Reason, facts.Message = broken(facts.Display, ready)
		facts.OnlyDeletes = true
	}
	out.Backend, facts.Client = backend, true
	g.credentialFacts(out, backend.Facts())
	return nil
}

// credentialFacts adds what the last probe found.
func (g *Gatherer) credentialFacts(out *Credentials, known registry.Facts) {
	facts := &out.Input.Backend
	if reason, message := unprobed(facts.Display, known); reason != "" {
		facts.Reason, facts.Message, facts.OnlyDeletes = reason, message, false
	}
	out.Ready = out.Ready && known.Known
	facts.OrganizationID = known.OrganizationID
	cb, isCluster := out.BackendObject.(*v1alpha1.ClusterBackend)
	facts.NoNetworks = isCluster && !cb.AllowsNetworkCredentials()
	for _, n := range known.Networks {
		facts.Networks = append(facts.Networks, core.CredentialNetwork{
			ID: n.ID, Name: n.Name, Allowed: !isCluster || allowsNetwork(cb, known, n.ID),
		})
	}
	if known.Version != "" && !known.Capabilities.CredentialsHoldAssignments() {
		facts.NoAssignments = "0.17.1"
	}
}

// CredentialUsers lists the Credentials that a backend key stands for: by name, or by default. Those that lead nowhere
// belong to the Backend default of their namespace.
func (c *Connections) CredentialUsers(ctx context.Context, key string) ([]v1alpha1.Credential, error) {
	var named v1alpha1.CredentialList
	if err := c.Reader.List(ctx, &named, client.MatchingFields{index.CredentialByBackend: key}); err != nil {
		return nil, err
	}
	kind, rest, _ := strings.Cut(key, "/")
	namespace, name, _ := strings.Cut(rest, "/")
	if name != v1alpha1.DefaultBackendName {
		return named.Items, nil
	}
	options := []client.ListOption{client.MatchingFields{index.CredentialByBackend: index.DefaultBackend}}
	if kind == string(v1alpha1.KindBackend) {
		options = append(options, client.InNamespace(namespace))
	}
	var unnamed v1alpha1.CredentialList
	if err := c.Reader.List(ctx, &unnamed, options...); err != nil {
		return nil, err
	}
	out, keys := named.Items, map[string]string{}
	for i := range unnamed.Items {
		u := &unnamed.Items[i]
		if _, ok := keys[u.Namespace]; !ok {
			leads, err := c.CredentialBackendKey(ctx, u)
			if err != nil {
				return nil, err
			}
			keys[u.Namespace] = leads
		}
		if keys[u.Namespace] == key {
			out = append(out, *u)
		}
	}
	return out, nil
}

// CredentialBackendKey is the backend key that a Credential belongs to, whether there is such a backend or not.
func (c *Connections) CredentialBackendKey(ctx context.Context, cred *v1alpha1.Credential) (string, error) {
	if ref := cred.Spec.BackendRef; ref != nil {
		return index.BackendKey(ref.KindOrDefault(), cred.Namespace, ref.Name), nil
	}
	obj, _, err := (&Gatherer{Reader: c.Reader}).backendOf(ctx, cred.Namespace, nil)
	if err != nil || obj == nil {
		return index.BackendKey(v1alpha1.KindBackend, cred.Namespace, v1alpha1.DefaultBackendName), err
	}
	return KeyOf(obj), nil
}
