// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// owners looks up the owner of every row of our instance on the candidates, and who holds them.
func (g *Gatherer) owners(ctx context.Context, out *Group) error {
	in := &out.Input
	in.Owners = map[core.OwnerHash]core.OwnerFact{}
	in.Observed.HeldBy = map[string]core.Ref{}
	members := map[core.OwnerHash]bool{}
	for _, ref := range memberRefs(in) {
		members[core.Owner(in.Backend.Pin.NetworkID, ref)] = true
	}
	byHost := map[string][]core.OwnerHash{}
	unknown := map[core.OwnerHash]bool{}
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		for _, id := range h.RowIDs() {
			instance, owner, _, ok := core.ParseID(id)
			if ok && !members[owner] && (instance == in.Instance || slices.Contains(in.Former, instance)) {
				unknown[owner] = true
				byHost[h.ID] = append(byHost[h.ID], owner)
			}
		}
	}
	if err := g.lookUp(ctx, out, unknown); err != nil {
		return err
	}
	if err := g.held(ctx, out, byHost); err != nil {
		return err
	}
	return g.theirs(ctx, out, members)
}

// held notes which candidate is named by the status.id of a live Host outside the group, or has rows of such a Host that
// has no other backend host.
func (g *Gatherer) held(ctx context.Context, out *Group, byHost map[string][]core.OwnerHash) error {
	in := &out.Input
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		id := h.ID
		if err := g.heldByID(ctx, out, id); err != nil {
			return err
		}
		if err := g.heldByRows(ctx, out, h, byHost[id]); err != nil {
			return err
		}
		if err := g.taken(ctx, in, id); err != nil {
			return err
		}
	}
	return nil
}

// heldByID notes whose status.id names a candidate: of several, as after a restore, the one declared first.
func (g *Gatherer) heldByID(ctx context.Context, out *Group, id string) error {
	var hosts v1alpha1.HostList
	if err := g.Reader.List(ctx, &hosts, client.MatchingFields{index.HostByID: id}); err != nil {
		return err
	}
	var first *core.Meta
	for j := range hosts.Items {
		h := &hosts.Items[j]
		if out.isPart(h.Namespace, h.Name) || !h.DeletionTimestamp.IsZero() { // one that goes gives its host up
			continue
		}
		if m := meta(core.KindHost, h, id); first == nil || core.Precedes(&m, first) {
			first = &m
		}
	}
	if first != nil {
		out.Input.Observed.HeldBy[id] = first.Ref
	}
	return nil
}

// claimant is a Host with rows on a backend host that nobody's status.id names. Had says that there was a backend host for
// it before: else its rows may be those of an older object that was called the same.
type claimant struct {
	core.Meta
	had bool
}

// precedes puts those first that had a backend host, then those that were declared first: of several all choose the same.
func (c *claimant) precedes(other *claimant) bool {
	if c.had != other.had {
		return c.had
	}
	return core.Precedes(&c.Meta, &other.Meta)
}

// heldByRows notes who has rows on a candidate that nobody's status.id names. Of several Hosts that have no other backend
// host, those of the group among them, it is the first: else each would leave it to the other for ever.
func (g *Gatherer) heldByRows(ctx context.Context, out *Group, o *core.ObservedHost, owners []core.OwnerHash) error {
	if _, held := out.Input.Observed.HeldBy[o.ID]; held {
		return nil
	}
	var first *claimant
	seen := map[core.OwnerHash]bool{}
	for _, owner := range owners {
		fact := out.Input.Owners[owner]
		alive := fact.State == core.OwnerAlive || fact.State == core.OwnerElsewhere
		if seen[owner] || !alive || fact.Ref.Kind != core.KindHost {
			continue
		}
		seen[owner] = true
		c, err := g.stray(ctx, out, fact.Ref, o.ID)
		if err != nil {
			return err
		}
		if c != nil && (first == nil || c.precedes(first)) {
			first = c
		}
	}
	if first != nil && !g.comesFirst(out, o, first) {
		out.Input.Observed.HeldBy[o.ID] = first.Ref
	}
	return nil
}

// stray is a Host with rows on a candidate that has no other backend host; nil if it has.
func (g *Gatherer) stray(ctx context.Context, out *Group, ref core.Ref, id string) (*claimant, error) {
	var h v1alpha1.Host
	if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}, &h); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	if h.Status.ID != id && g.isThere(&h, out) {
		return nil, nil //nolint:nilnil // absence is a fact here
	}
	origin := core.ParseOrigin(h.Annotations[v1alpha1.AnnotationOrigin], string(h.UID))
	had := h.Status.ID != "" || h.Status.ConsolidatedInto != "" || origin != ""
	return &claimant{meta(core.KindHost, &h, h.Status.ID), had}, nil
}

// comesFirst says that a Host of the group has rows on a candidate and lost its own backend host too, and precedes another.
func (g *Gatherer) comesFirst(out *Group, o *core.ObservedHost, other *claimant) bool {
	in := &out.Input
	view, known := g.Snapshots.View(out.Network)
	for _, h := range hostsOf(in) {
		own := claimant{h.Meta, h.PriorID != "" || h.PriorInto != "" || h.Origin != ""}
		isStray := h.PriorID != o.ID && (h.PriorID == "" || (known && view.Lacks(h.PriorID)))
		if h.Deleting || !isStray || !own.precedes(other) {
			continue
		}
		owner := core.Owner(in.Backend.Pin.NetworkID, h.Ref)
		if slices.ContainsFunc(o.RowIDs(), func(id string) bool { _, by, _, ours := core.ParseID(id); return ours && by == owner }) {
			return true
		}
	}
	return false
}

// taken notes whom this process saw adopting a candidate: that Host's status may not be in the cache yet.
func (g *Gatherer) taken(ctx context.Context, in *core.Input, id string) error {
	ref, ok := g.Ledger.TakenBy(id)
	if _, held := in.Observed.HeldBy[id]; !ok || held || ref == in.Root {
		return nil
	}
	var h v1alpha1.Host
	err := g.Reader.Get(ctx, types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}, &h)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	if err != nil || !h.DeletionTimestamp.IsZero() || h.Status.ID != "" {
		g.Ledger.Leave(id, ref) // its own status tells by now
		return nil
	}
	in.Observed.HeldBy[id] = ref
	return nil
}

func eachObject(ctx context.Context, reader client.Reader, visit func(core.Ref, client.Object)) error {
	var hosts v1alpha1.HostList
	var services v1alpha1.ServiceList
	var bindings v1alpha1.BindingList
	for _, list := range []client.ObjectList{&hosts, &services, &bindings} {
		if err := reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			return err
		}
	}
	for i := range hosts.Items {
		visit(core.Ref{Kind: core.KindHost, Namespace: hosts.Items[i].Namespace, Name: hosts.Items[i].Name}, &hosts.Items[i])
	}
	for i := range services.Items {
		visit(core.Ref{Kind: core.KindService, Namespace: services.Items[i].Namespace, Name: services.Items[i].Name}, &services.Items[i])
	}
	for i := range bindings.Items {
		visit(core.Ref{Kind: core.KindBinding, Namespace: bindings.Items[i].Namespace, Name: bindings.Items[i].Name}, &bindings.Items[i])
	}
	return nil
}
