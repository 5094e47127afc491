// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// lookUp finds the objects behind owner hashes among all that exist; what is not there was seen going, or is missing.
func (g *Gatherer) lookUp(ctx context.Context, out *Group, unknown map[core.OwnerHash]bool) error {
	in := &out.Input
	if len(unknown) == 0 {
		g.Ledger.Missing(in.Root)
		return nil
	}
	network := in.Backend.Pin.NetworkID
	alive := map[core.OwnerHash]client.Object{}
	if err := eachObject(ctx, g.Reader, func(ref core.Ref, obj client.Object) {
		if owner := core.Owner(network, ref); unknown[owner] {
			alive[owner], in.Owners[owner] = obj, core.OwnerFact{Ref: ref}
		}
	}); err != nil {
		return err
	}
	for owner, obj := range alive {
		state, err := g.stateIn(ctx, out, obj)
		if err != nil {
			return err
		}
		in.Owners[owner] = core.OwnerFact{State: state, Ref: in.Owners[owner].Ref}
	}
	g.gone(out, unknown)
	return nil
}

// stateIn is the state of an object outside the group, as far as the group's rows go.
func (g *Gatherer) stateIn(ctx context.Context, out *Group, obj client.Object) (core.OwnerState, error) {
	state := ownerState(obj)
	if h, isHost := obj.(*v1alpha1.Host); isHost {
		if g.hasOwn(h, out) {
			return core.OwnerElsewhere, nil
		}
		if parted, err := g.hasParted(ctx, out, h); err != nil || !parted {
			return state, err
		}
		return core.OwnerElsewhere, nil
	}
	if state == core.OwnerElsewhere {
		if may, err := g.mayMove(ctx, out, obj); err != nil || !may {
			return core.OwnerAlive, err
		}
	}
	return state, nil
}

// gone tells of owners that are not there: those that were seen going, and those that are missing for a whole period.
func (g *Gatherer) gone(out *Group, unknown map[core.OwnerHash]bool) {
	in := &out.Input
	for _, ref := range g.Ledger.SeenGoing() {
		owner := core.Owner(in.Backend.Pin.NetworkID, ref)
		if _, alive := in.Owners[owner]; unknown[owner] && !alive {
			in.Owners[owner] = core.OwnerFact{State: core.OwnerGone, Ref: ref}
		}
	}
	var missing []core.OwnerHash
	for owner := range unknown {
		if _, known := in.Owners[owner]; !known {
			missing = append(missing, owner)
		}
	}
	period := out.BackendObject.GetConnection().ResyncPeriodOrDefault()
	for owner, since := range g.Ledger.Missing(in.Root, missing...) {
		left := period - g.Clock.Since(since)
		if left <= 0 {
			in.Owners[owner] = core.OwnerFact{State: core.OwnerGone}
			continue
		}
		in.Owners[owner] = core.OwnerFact{State: core.OwnerMissing}
		if out.Next == 0 || left < out.Next {
			out.Next = left
		}
	}
}

// ownerState says of an object outside the group whether it still holds its rows: a Host does until it is being deleted,
// another object until its reference leads elsewhere by an accepted verdict.
func ownerState(obj client.Object) core.OwnerState {
	s, ok := obj.(statused)
	if !ok {
		return core.OwnerAlive
	}
	if _, host := obj.(*v1alpha1.Host); host {
		if !obj.GetDeletionTimestamp().IsZero() {
			return core.OwnerGoing
		}
		return core.OwnerAlive
	}
	if s.GetCommonStatus().ObservedGeneration == obj.GetGeneration() && IsPlaced(obj) {
		return core.OwnerElsewhere
	}
	return core.OwnerAlive
}

// IsPlaced says that a Service or Binding was accepted where it leads. A binding of a Service that names an interface or
// port which is missing there keeps the Service from nothing.
func IsPlaced(obj client.Object) bool {
	s, ok := obj.(statused)
	if !ok || !apimeta.IsStatusConditionTrue(s.GetCommonStatus().Conditions, v1alpha1.ConditionAccepted) {
		return false
	}
	resolved := apimeta.FindStatusCondition(s.GetCommonStatus().Conditions, v1alpha1.ConditionResolvedRefs)
	if resolved == nil || resolved.Status == metav1.ConditionTrue {
		return resolved != nil
	}
	_, isService := obj.(*v1alpha1.Service)
	return isService && (resolved.Reason == string(core.ReasonInterfaceNotFound) || resolved.Reason == string(core.ReasonPortNotFound))
}

// mayMove says that the Host to which an object leads can take its rows.
func (g *Gatherer) mayMove(ctx context.Context, out *Group, obj client.Object) (bool, error) {
	host, err := g.hostOf(ctx, obj)
	if host != nil && host.Status.ConsolidatedInto == out.Input.Root.Name && host.Namespace == out.Input.Root.Namespace {
		return g.hasParted(ctx, out, host)
	}
	return host != nil && !g.isDisplaced(host, out), err
}

// hostOf is the Host that a Service or a Binding leads to; nil if there is none.
func (g *Gatherer) hostOf(ctx context.Context, obj client.Object) (*v1alpha1.Host, error) {
	s, ok := obj.(*v1alpha1.Service)
	if b, isBinding := obj.(*v1alpha1.Binding); isBinding {
		s, ok = &v1alpha1.Service{}, true
		if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: b.Namespace, Name: b.Spec.ServiceRef.Name}, s); err != nil {
			return nil, client.IgnoreNotFound(err)
		}
	}
	if !ok {
		return nil, nil // absence is a fact here
	}
	var h v1alpha1.Host
	if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: s.HostNamespace(), Name: s.Spec.HostRef.Name}, &h); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	return &h, nil
}

// hasOwn says that a Host which stands alone and may be written is accepted with a backend host of its own: rows of it that
// are on another one were brought there by a merge in Scanopy that broke off half-way, or stayed there with an older object.
func (g *Gatherer) hasOwn(h *v1alpha1.Host, out *Group) bool {
	root := out.Input.Host
	switch {
	case root == nil || h.Status.ID == root.PriorID || !h.DeletionTimestamp.IsZero():
		return false
	case h.Spec.ConsolidateInto != nil || h.Status.ConsolidatedInto != "":
		return false
	case v1alpha1.IsPaused(h) || h.Spec.ManagementPolicy == v1alpha1.ManagementObserveOnly:
		return false
	}
	return g.isThere(h, out) && IsFree(h) && !g.isDisplaced(h, out)
}

// isThere says that the list of the group's network shows the backend host that the status.id of a Host names.
func (g *Gatherer) isThere(h *v1alpha1.Host, out *Group) bool {
	pin := h.Status.Backend
	if h.Status.ID == "" || pin == nil || pin.NetworkID != out.Input.Backend.Pin.NetworkID {
		return false
	}
	view, ok := g.Snapshots.View(out.Network)
	return ok && !view.Lacks(h.Status.ID)
}

// isDisplaced says that a Host has no backend host of its own to put rows on: it is another one's duplicate, or the server
// has merged its host away, whether its status tells that already or not.
func (g *Gatherer) isDisplaced(h *v1alpha1.Host, out *Group) bool {
	for _, c := range h.Status.Conditions {
		if c.Reason == string(core.ReasonMergedInBackend) || c.Reason == string(core.ReasonDuplicateHost) {
			return true
		}
	}
	pin := h.Status.Backend
	if h.Status.ID == "" || pin == nil || pin.NetworkID != out.Input.Backend.Pin.NetworkID {
		return false
	}
	view, ok := g.Snapshots.View(out.Network)
	return ok && view.Lacks(h.Status.ID)
}
