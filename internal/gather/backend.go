// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// BackendObject is what the API calls so.
type BackendObject = v1alpha1.BackendObject

// KeyOf is the key of a Backend or ClusterBackend in the registry.
func KeyOf(obj BackendObject) string {
	return index.BackendKey(kindOf(obj), obj.GetNamespace(), obj.GetName())
}

func kindOf(obj BackendObject) v1alpha1.BackendKind {
	if _, cluster := obj.(*v1alpha1.ClusterBackend); cluster {
		return v1alpha1.KindClusterBackend
	}
	return v1alpha1.KindBackend
}

// Display is how messages name a Backend.
func Display(obj BackendObject) string {
	if _, cluster := obj.(*v1alpha1.ClusterBackend); cluster {
		return "ClusterBackend " + obj.GetName()
	}
	return "Backend " + obj.GetNamespace() + "/" + obj.GetName()
}

// BackendFor finds the Backend or ClusterBackend that a Host asks for; nil when there is none, with the name that was
// looked for.
func (g *Gatherer) BackendFor(ctx context.Context, h *v1alpha1.Host) (BackendObject, string, error) {
	return g.backendOf(ctx, h.Namespace, h.Spec.BackendRef)
}

// BackendOfUser finds what a Host or Credential leads to; nil when there is none.
func (g *Gatherer) BackendOfUser(ctx context.Context, user client.Object) (BackendObject, error) {
	var ref *v1alpha1.BackendReference
	switch o := user.(type) {
	case *v1alpha1.Host:
		ref = o.Spec.BackendRef
	case *v1alpha1.Credential:
		ref = o.Spec.BackendRef
	default:
		return nil, nil
	}
	obj, _, err := g.backendOf(ctx, user.GetNamespace(), ref)
	return obj, err
}

// backendOf finds what a backendRef in a namespace leads to.
func (g *Gatherer) backendOf(ctx context.Context, namespace string, ref *v1alpha1.BackendReference) (BackendObject, string, error) {
	if ref != nil {
		if ref.KindOrDefault() == v1alpha1.KindClusterBackend {
			obj, err := g.clusterBackend(ctx, ref.Name)
			return obj, "ClusterBackend " + ref.Name, err
		}
		obj, err := g.backend(ctx, namespace, ref.Name)
		return obj, "Backend " + namespace + "/" + ref.Name, err
	}
	obj, err := g.backend(ctx, namespace, v1alpha1.DefaultBackendName)
	if obj == nil && err == nil {
		obj, err = g.clusterBackend(ctx, v1alpha1.DefaultBackendName)
	}
	return obj, "Backend " + namespace + "/default, ClusterBackend default", err
}

func (g *Gatherer) backend(ctx context.Context, ns, name string) (BackendObject, error) {
	var b v1alpha1.Backend
	return found(&b, g.Reader.Get(ctx, types.NamespacedName{Namespace: ns, Name: name}, &b))
}

func (g *Gatherer) clusterBackend(ctx context.Context, name string) (BackendObject, error) {
	var b v1alpha1.ClusterBackend
	return found(&b, g.Reader.Get(ctx, types.NamespacedName{Name: name}, &b))
}

func found(obj BackendObject, err error) (BackendObject, error) {
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return obj, err
}

// resolve finds the backend of the group and what is known of it.
func (g *Gatherer) resolve(ctx context.Context, out *Group) error {
	facts := &out.Input.Backend
	obj, name, err := g.BackendFor(ctx, out.Host)
	if err != nil {
		return err
	}
	if obj == nil {
		facts.Display = name
		facts.Reason, facts.Message = noBackend(name)
		return nil
	}
	out.BackendObject, out.BackendKey = obj, KeyOf(obj)
	facts.Display, facts.Found = Display(obj), true
	facts.Kind, facts.Name = string(kindOf(obj)), obj.GetName()
	facts.Deleting, facts.Paused = !obj.GetDeletionTimestamp().IsZero(), v1alpha1.IsPaused(obj)
	setDefaults(obj.GetConnection(), out.Host, out.Input.Host)
	if cb, ok := obj.(*v1alpha1.ClusterBackend); ok {
		facts.NoAdoption = !cb.AllowsAdoption()
	}
	if facts.Permitted, err = g.admits(ctx, obj, out.Host.Namespace); err != nil {
		return err
	}
	conn := obj.GetConnection()
	facts.URL = conn.URL
	facts.CreateSubnets = slices.Contains(conn.CreateMissing, v1alpha1.CreateSubnets)
	facts.CreateTags = slices.Contains(conn.CreateMissing, v1alpha1.CreateTags)
	backend, ok := g.Registry.Get(out.BackendKey)
	if !ok {
		g.noClient(out)
		return nil
	}
	out.Backend, facts.Client = backend, true
	facts.Held = controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
	if !facts.Held && !facts.Deleting {
		out.Ready = false // its controller is about to do that
	}
	return g.connected(ctx, out)
}

// noClient says why there is no client: the Backend's own status knows, or nobody has looked yet.
func (g *Gatherer) noClient(out *Group) {
	facts := &out.Input.Backend
	ready := brokenConnection(out.BackendObject)
	facts.NoKey, out.Ready = ready != nil, ready != nil
	facts.Reason, facts.Message = notLookedAt(facts.Display, ready)
}

// brokenConnection is the Ready condition of a Backend whose manifest or Secret has to be mended.
func brokenConnection(obj BackendObject) *metav1.Condition {
	status := obj.GetBackendStatus()
	c := apimeta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if c == nil || c.Status == metav1.ConditionTrue || c.ObservedGeneration != obj.GetGeneration() {
		return nil
	}
	if c.Reason == string(core.ReasonSecretNotFound) || c.Reason == string(core.ReasonInvalidConnection) {
		return c
	}
	return nil
}

func (g *Gatherer) connected(ctx context.Context, out *Group) error {
	facts, known := &out.Input.Backend, out.Backend.Facts()
	facts.ServerVersion = known.Version
	facts.MACChangeable = known.Capabilities.MACChangeable()
	facts.BareVirtualization = !known.Capabilities.VirtualizationNeedsService()
	needs(&out.Input, known)
	if c := brokenConnection(out.BackendObject); c != nil && !facts.Deleting && out.Host.DeletionTimestamp.IsZero() {
		facts.Reason, facts.Message = broken(facts.Display, c)
	}
	if reason, message := unprobed(facts.Display, known); reason != "" {
		facts.Reason, facts.Message = reason, message
	}
	out.Ready = out.Ready && known.Known
	if len(known.Networks) > 0 {
		g.network(out, known)
	}
	if facts.NetworkFound {
		return g.observe(ctx, out)
	}
	return nil
}

// needs notes which version the server must have for what is declared, where it lacks that.
func needs(in *core.Input, known registry.Facts) {
	service := func(v *core.ServiceVirtualization) {
		if v != nil {
			v.Needs = known.Capabilities.ServiceVirtualizationNeeds(v.Type)
		}
	}
	if v := in.Host.Virtualization; v != nil {
		v.Needs = known.Capabilities.HostVirtualizationNeeds(v.Type)
	}
	for i := range in.Host.Services {
		service(in.Host.Services[i].Virtualization)
	}
	for i := range in.Services {
		service(in.Services[i].Virtualization)
	}
}

// network finds the network of the Host among those that the key sees.
func (g *Gatherer) network(out *Group, known registry.Facts) {
	facts := &out.Input.Backend
	want := networkWanted(out.Host, out.BackendObject)
	facts.Network = want
	for _, n := range known.Networks {
		if n.OrganizationID == out.Input.Host.Pinned.OrganizationID && n.ID == out.Input.Host.Pinned.NetworkID {
			facts.PinVisible = true
		}
	}
	matches := matching(want, known)
	facts.NetworkFound, facts.NetworkAmbiguous = len(matches) == 1, len(matches) > 1
	if !facts.NetworkFound {
		return
	}
	facts.Pin = matches[0]
	if cb, ok := out.BackendObject.(*v1alpha1.ClusterBackend); ok && !allowsNetwork(cb, known, facts.Pin.NetworkID) {
		facts.Permitted = false
	}
	out.Network = SnapshotKey(out.Backend, facts.Pin.NetworkID)
}

// networkWanted is the name or id of the network that a Host asks for; "" is the only one there is.
func networkWanted(h *v1alpha1.Host, obj BackendObject) string {
	if h.Spec.Network != "" {
		return h.Spec.Network
	}
	return obj.GetConnection().Network
}

// matching lists the networks of a name or id among those that the key sees.
func matching(want string, known registry.Facts) []core.Pin {
	var out []core.Pin
	for _, n := range known.Networks {
		if want == "" || n.ID == want || n.Name == want {
			out = append(out, core.Pin{OrganizationID: n.OrganizationID, NetworkID: n.ID})
		}
	}
	return out
}

// NetworkOf is the id of a Host's network: the pinned one, or, while nothing of it is written, the one it asks for; "" if
// there is none such.
func NetworkOf(h *v1alpha1.Host, obj BackendObject, known registry.Facts) string {
	if pin := h.Status.Backend; pin != nil && pin.NetworkID != "" {
		return pin.NetworkID
	}
	if matches := matching(networkWanted(h, obj), known); len(matches) == 1 {
		return matches[0].NetworkID
	}
	return ""
}

// DefaultNetworks counts the networks that a Backend's own name or id stands for among those that its key sees.
func DefaultNetworks(obj BackendObject, known registry.Facts) int {
	return len(matching(obj.GetConnection().Network, known))
}

// SnapshotKey is the key of what a Backend shows of a network.
func SnapshotKey(b *registry.Backend, network string) snapshot.Key {
	return snapshot.Key{Origin: b.Origin(), Account: b.Account(), Network: network}
}

func allowsNetwork(cb *v1alpha1.ClusterBackend, known registry.Facts, id string) bool {
	allowed := cb.AllowedNetworks()
	if allowed == nil {
		return true
	}
	for _, n := range known.Networks {
		if n.ID == id && (slices.Contains(allowed, n.ID) || slices.Contains(allowed, n.Name)) {
			return true
		}
	}
	return false
}

// admits says whether a ClusterBackend admits a namespace; a Backend is always of the same one.
func (g *Gatherer) admits(ctx context.Context, obj BackendObject, namespace string) (bool, error) {
	cb, ok := obj.(*v1alpha1.ClusterBackend)
	if !ok || cb.Spec.AllowedNamespaces.From == v1alpha1.TenantsAll {
		return true, nil
	}
	return g.selects(ctx, cb.Spec.AllowedNamespaces.Selector, namespace)
}

// permitted says whether a Service may be attached to its Host.
func (g *Gatherer) permitted(ctx context.Context, s *v1alpha1.Service, host *v1alpha1.Host) (bool, error) {
	if s.HostNamespace() == s.Namespace {
		return true, nil
	}
	if host == nil {
		return false, nil
	}
	return g.hostAdmits(ctx, host, s.Namespace)
}

// hostAdmits says whether objects of a namespace may refer to a Host.
func (g *Gatherer) hostAdmits(ctx context.Context, host *v1alpha1.Host, namespace string) (bool, error) {
	if host.Namespace == namespace {
		return true, nil
	}
	switch host.Spec.AllowedNamespaces.FromOrDefault() {
	case v1alpha1.NamespacesAll:
		return true, nil
	case v1alpha1.NamespacesSelector:
		return g.selects(ctx, host.Spec.AllowedNamespaces.Selector, namespace)
	default:
		return false, nil
	}
}

func (g *Gatherer) selects(ctx context.Context, selector *metav1.LabelSelector, namespace string) (bool, error) {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, nil // a broken selector admits nobody
	}
	ns, err := g.namespace(ctx, namespace)
	if err != nil || ns == nil {
		return false, err
	}
	return parsed.Matches(labels.Set(ns.GetLabels())), nil
}
