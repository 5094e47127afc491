// SPDX-License-Identifier: Apache-2.0

// Package gather is the only reader of Kubernetes for a group: it builds core.Input from the cache, the snapshot, the
// connections and the ledger. A missing reference is a fact, not an error. It imports core, index, ledger, snapshot and
// the registry, and writes nothing.
package gather

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// Gatherer reads. All fields are required but Former and, where nobody has to be guarded, Censuses.
type Gatherer struct {
	// Reader is the cache.
	Reader    client.Reader
	Registry  *registry.Registry
	Snapshots *snapshot.Store
	Ledger    *ledger.Ledger
	Clock     clock.PassiveClock
	Instance  core.Instance
	Former    []core.Instance
	// CRDs says whether the CRDs still stand.
	CRDs *CRDs
	// Censuses are the last counts of deletions.
	Censuses *Censuses
	// Metadata is a cache that has the metadata of Secrets, Live the API server, CredentialStore the lists of credentials.
	Metadata, Live  client.Reader
	CredentialStore *snapshot.Credentials
	// Patience is core.Patience, if it is another; 0: it is that.
	Patience time.Duration
}

// Group is what was gathered for one group: the input of core and what apply and report need beside it.
type Group struct {
	Input core.Input
	Host  *v1alpha1.Host
	// Parts are the Hosts that are consolidated into Host.
	Parts   []v1alpha1.Host
	Objects map[core.Ref]client.Object
	// Of is the key of the group that the Host of the key belongs to, if that is another one; then nothing is gathered.
	Of core.Ref
	// Backend is nil when there is none to send to. BackendObject is the Backend or ClusterBackend.
	Backend       *registry.Backend
	BackendObject BackendObject
	BackendKey    string
	Network       snapshot.Key
	// Seen is what View.Writes said before anything else was read: the plan holds while it stays.
	Seen uint64
	// Ready says that verdicts may be told: the backend has been asked and its list read, or cannot be.
	Ready bool
	// Next is when the group has to be looked at again for reasons of time; zero: never.
	Next time.Duration
}

// Hosts are the keys of the Hosts of the group, as far as they are there.
func (g *Group) Hosts() []core.Ref {
	out := make([]core.Ref, 0, 1+len(g.Input.Consolidated))
	for _, h := range hostsOf(&g.Input) {
		out = append(out, h.Ref)
	}
	return out
}

// Group gathers the group of a key: a Host's name, or a Binding that has no Service.
func (g *Gatherer) Group(ctx context.Context, key core.Ref) (*Group, error) {
	out := &Group{Objects: map[core.Ref]client.Object{}, Ready: true}
	out.Input = core.Input{Root: key, Now: g.Clock.Now(), Instance: g.Instance, Former: g.Former}
	if key.Kind == core.KindBinding {
		return out, g.orphanBinding(ctx, key, out)
	}
	if err := g.members(ctx, key, out); err != nil {
		return nil, err
	}
	if out.Of != (core.Ref{}) {
		return out, nil
	}
	if out.Host != nil {
		if err := g.resolve(ctx, out); err != nil {
			return nil, err
		}
		if err := g.mismatches(ctx, out); err != nil {
			return nil, err
		}
		if err := g.guard(ctx, out); err != nil {
			return nil, err
		}
	}
	g.remember(key, out)
	if len(out.Input.Services) > 0 || out.Host != nil {
		may, err := g.CRDs.Stand(ctx)
		if err != nil {
			return nil, err
		}
		out.Input.MayDelete = may
	}
	return out, nil
}

// remember adds what the ledger knows.
func (g *Gatherer) remember(key core.Ref, out *Group) {
	in := &out.Input
	var quiet, settled, refused, undone time.Duration
	in.Quiet, quiet = g.Ledger.Quiet(key)
	in.Settled, settled = g.Ledger.Settled(key)
	in.Rejected, refused = g.Ledger.Refused(key)
	in.Isolate = g.Ledger.Isolate(key)
	in.Patience = g.Patience
	if failure, _ := g.Ledger.Failure(key); failure != nil {
		in.Failed = failure.Message
	}
	in.Undone, undone = g.Ledger.Undoings(key)
	in.Written = g.Ledger.WrittenSum(key)
	for _, d := range []time.Duration{quiet, settled, refused, undone} {
		if d > 0 && (out.Next == 0 || d < out.Next) {
			out.Next = d
		}
	}
}

// orphanBinding gathers a Binding whose Service does not exist.
func (g *Gatherer) orphanBinding(ctx context.Context, key core.Ref, out *Group) error {
	var b v1alpha1.Binding
	if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: key.Namespace, Name: key.Name}, &b); err != nil {
		return client.IgnoreNotFound(err)
	}
	var s v1alpha1.Service
	name := types.NamespacedName{Namespace: b.Namespace, Name: b.Spec.ServiceRef.Name}
	switch err := g.Reader.Get(ctx, name, &s); {
	case err == nil:
		return nil // it has a Service by now: that one's group writes its status
	case !apierrors.IsNotFound(err):
		return err
	}
	if goes, err := g.isNamespaceGoing(ctx, b.Namespace); goes || err != nil {
		return err // it goes too: nobody reads what it would be told
	}
	out.Input.Bindings = []core.BindingDecl{bindingDecl(&b)}
	out.Objects[key] = &b
	g.remember(key, out)
	return nil
}

// members gathers the Host, those that are one with it, the Services on them and the Bindings on those.
func (g *Gatherer) members(ctx context.Context, key core.Ref, out *Group) error {
	var host v1alpha1.Host
	err := g.Reader.Get(ctx, types.NamespacedName{Namespace: key.Namespace, Name: key.Name}, &host)
	switch {
	case err == nil:
		decl, err := g.hostDecl(ctx, &host)
		if err != nil {
			return err
		}
		decl.Merging = append(g.Ledger.Merges(key), decl.Merging...)
		out.Host, out.Input.Host = &host, &decl
		if its, err := g.consolidated(ctx, out); err != nil || !its {
			return err
		}
		out.Objects[key] = &host
	case !apierrors.IsNotFound(err):
		return err
	}
	if err := g.services(ctx, key.Namespace, key.Name, out.Host, out); err != nil {
		return err
	}
	for i := range out.Parts {
		if err := g.services(ctx, key.Namespace, out.Parts[i].Name, &out.Parts[i], out); err != nil {
			return err
		}
	}
	return nil
}

// services gathers the Services on a Host, which may not be there, and the Bindings on those.
func (g *Gatherer) services(ctx context.Context, namespace, name string, host *v1alpha1.Host, out *Group) error {
	var services v1alpha1.ServiceList
	at := client.MatchingFields{index.ServiceByHost: index.Join(namespace, name)}
	if err := g.Reader.List(ctx, &services, at); err != nil {
		return err
	}
	for i := range services.Items {
		s := &services.Items[i]
		if host == nil {
			goes, err := g.isNamespaceGoing(ctx, s.Namespace)
			if err != nil {
				return err
			}
			if goes {
				continue // with its bindings: nobody reads what they would be told
			}
		}
		decl, err := g.serviceDecl(ctx, s, host)
		if err != nil {
			return err
		}
		out.Input.Services = append(out.Input.Services, decl)
		out.Objects[decl.Ref] = s
		if err := g.bindings(ctx, s, out); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gatherer) bindings(ctx context.Context, s *v1alpha1.Service, out *Group) error {
	var bindings v1alpha1.BindingList
	on := client.MatchingFields{index.BindingByService: index.Join(s.Namespace, s.Name)}
	if err := g.Reader.List(ctx, &bindings, on); err != nil {
		return err
	}
	for i := range bindings.Items {
		b := &bindings.Items[i]
		decl := bindingDecl(b)
		out.Input.Bindings = append(out.Input.Bindings, decl)
		out.Objects[decl.Ref] = b
	}
	return nil
}

// namespace reads a namespace's metadata; nil when it does not exist.
func (g *Gatherer) namespace(ctx context.Context, name string) (*metav1.PartialObjectMetadata, error) {
	ns := &metav1.PartialObjectMetadata{}
	ns.SetGroupVersionKind(namespaceKind())
	if err := g.Reader.Get(ctx, types.NamespacedName{Name: name}, ns); err != nil {
		if apierrors.IsNotFound(err) {
			return nil, nil // absence is a fact here
		}
		return nil, fmt.Errorf("reading namespace %s: %w", name, err)
	}
	return ns, nil
}

// isNamespaceGoing says that a namespace is being deleted with all that is in it, or is gone.
func (g *Gatherer) isNamespaceGoing(ctx context.Context, name string) (bool, error) {
	ns, err := g.namespace(ctx, name)
	return err == nil && (ns == nil || !ns.GetDeletionTimestamp().IsZero()), err
}

// Metas lists what all members of the group say about themselves.
func (g *Group) Metas() []core.Meta {
	var out []core.Meta
	if g.Input.Host != nil {
		out = append(out, g.Input.Host.Meta)
	}
	for i := range g.Input.Consolidated {
		out = append(out, g.Input.Consolidated[i].Meta)
	}
	for i := range g.Input.Services {
		out = append(out, g.Input.Services[i].Meta)
	}
	for i := range g.Input.Bindings {
		out = append(out, g.Input.Bindings[i].Meta)
	}
	return out
}
