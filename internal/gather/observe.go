// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// markFresh is how old the newest created_at may be that goes into the mark `creating`: hosts made since
// then can be what a creation of ours left.
const markFresh = 10 * time.Second

// observe adds what the snapshot knows, and starts reading when it is missing or old.
func (g *Gatherer) observe(ctx context.Context, out *Group) error {
	in := &out.Input
	if err := g.neighbours(ctx, out); err != nil {
		return err
	}
	key := in.Root
	view, ok := g.Snapshots.View(out.Network)
	if !ok {
		g.noList(out)
		return nil
	}
	out.Seen = view.Writes()
	in.Backend.Subnets, in.Backend.Tags = view.Subnets(), view.Tags()
	obs := &in.Observed
	obs.Known = true
	obs.Settled = g.isSettled(key, view)
	for _, h := range in.Consolidated {
		obs.Settled = obs.Settled && g.isSettled(h.Ref, view)
	}
	obs.NewestCreated = view.NewestCreated()
	obs.MarkFresh = view.MarkFresh(markFresh)
	ids := g.candidates(out, view)
	for _, id := range ids {
		if h, ok := view.Host(id); ok {
			obs.Hosts = append(obs.Hosts, h)
		}
	}
	slices.SortFunc(obs.Hosts, func(a, b core.ObservedHost) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	obs.Carried = view.Carried(func(id string) bool {
		instance, _, _, derived := core.ParseID(id)
		return !derived || (instance != in.Instance && !slices.Contains(in.Former, instance))
	})
	for _, h := range hostsOf(in) {
		if id := h.PriorID; id != "" && view.Confirmed(id) {
			obs.Confirmed = append(obs.Confirmed, id)
		}
	}
	return g.owners(ctx, out)
}

// isSettled says that a list has shown what came of the last creation of a Host.
func (g *Gatherer) isSettled(key core.Ref, view snapshot.View) bool {
	lost, any := g.Ledger.LostSince(key)
	return !any || view.ListedSince(snapshot.Mark(lost))
}

// hostsOf are the Hosts of a group: the root, then the others.
func hostsOf(in *core.Input) []*core.HostDecl {
	var out []*core.HostDecl
	if in.Host != nil {
		out = append(out, in.Host)
	}
	for i := range in.Consolidated {
		out = append(out, &in.Consolidated[i])
	}
	return out
}

// noList tells what keeps the list from being read; without a fault the group waits for it.
func (g *Gatherer) noList(out *Group) {
	err := g.Snapshots.Err(out.Network)
	if err == nil {
		out.Ready = false
		return
	}
	if facts := &out.Input.Backend; facts.Reason == "" {
		facts.Reason, facts.Message = unavailable(facts.Display, err)
	}
}

// candidates lists the ids of the backend hosts that may be the group's.
func (g *Gatherer) candidates(out *Group, view snapshot.View) []string {
	in := &out.Input
	network := in.Backend.Pin.NetworkID
	seen := map[string]bool{}
	var ids []string
	add := func(more ...string) {
		for _, id := range more {
			if id != "" && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	add(in.Host.PriorID, in.Host.ExternalID)
	for _, h := range hostsOf(in) {
		add(h.PriorID)
		add(h.Absorb...)
		for _, r := range h.Merging {
			add(r.From, view.HostOfBinding(r.Binding.ID)) // it may have come to a host of somebody else since
		}
	}
	for _, ref := range memberRefs(in) {
		owner := core.Owner(network, ref)
		for _, instance := range append([]core.Instance{in.Instance}, in.Former...) {
			add(view.HostsByOwner(instance, owner)...)
		}
	}
	for _, h := range hostsOf(in) {
		add(sameMachines(in, h, view)...)
	}
	return ids
}

// sameMachines are the backend hosts that may be the machine of a Host, and what its broken creations left.
func sameMachines(in *core.Input, h *core.HostDecl, view snapshot.View) (ids []string) {
	for _, i := range h.Interfaces {
		for _, subnet := range in.Backend.Subnets {
			if subnet.CIDR.Contains(i.IP) {
				ids = append(ids, view.HostsByAddress(subnet.ID, i.IP)...)
			}
		}
		if i.MAC != "" {
			ids = append(ids, view.HostsByMAC(i.MAC)...)
		}
	}
	if since := h.Creating; !since.IsZero() {
		ids = append(ids, view.ChildlessByName(h.Name, since)...)
	}
	return ids
}

func memberRefs(in *core.Input) []core.Ref {
	var refs []core.Ref
	for _, h := range hostsOf(in) {
		refs = append(refs, h.Ref)
	}
	for i := range in.Services {
		refs = append(refs, in.Services[i].Ref)
	}
	for i := range in.Bindings {
		refs = append(refs, in.Bindings[i].Ref)
	}
	return refs
}

// neighbours adds the Hosts outside the group that may be the same machine, or say that they have the same backend host,
// in the same network. Who may take over what a Host that is being deleted leaves is judged by his own neighbours, too.
func (g *Gatherer) neighbours(ctx context.Context, out *Group) error {
	fields := neighbourFields(out.Host)
	for i := range out.Parts {
		fields = append(fields, neighbourFields(&out.Parts[i])...)
	}
	seen := map[string]bool{}
	near, err := g.neighboursBy(ctx, out, fields, seen)
	if err != nil || out.Host.DeletionTimestamp.IsZero() {
		return err
	}
	fields = nil
	for _, h := range near {
		fields = append(fields, neighbourFields(h)...)
	}
	_, err = g.neighboursBy(ctx, out, fields, seen)
	return err
}

// neighboursBy adds the neighbours that are found by some fields and were not seen yet.
func (g *Gatherer) neighboursBy(
	ctx context.Context, out *Group, fields []client.MatchingFields, seen map[string]bool,
) (found []*v1alpha1.Host, err error) {
	for _, by := range fields {
		var hosts v1alpha1.HostList
		if err := g.Reader.List(ctx, &hosts, by); err != nil {
			return nil, err
		}
		for i := range hosts.Items {
			h := &hosts.Items[i]
			name := index.Join(h.Namespace, h.Name)
			if seen[name] || out.isPart(h.Namespace, h.Name) {
				continue
			}
			seen[name], found = true, append(found, h)
			if err := g.neighbour(ctx, h, out); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// neighbourFields are what the neighbours of a Host are found by.
func neighbourFields(h *v1alpha1.Host) []client.MatchingFields {
	var fields []client.MatchingFields
	for _, key := range index.Machine(h) {
		fields = append(fields, client.MatchingFields{index.HostByMachine: key})
	}
	if id := h.Status.ID; id != "" {
		fields = append(fields, client.MatchingFields{index.HostByID: id})
	}
	return fields
}

// neighbour adds a Host if it is in the network of the group.
func (g *Gatherer) neighbour(ctx context.Context, h *v1alpha1.Host, out *Group) error {
	same, err := g.sameNetwork(ctx, h, out)
	if err != nil || !same {
		return err
	}
	decl, err := g.hostDecl(ctx, h)
	if err != nil {
		return err
	}
	if decl.Visible, err = g.hostAdmits(ctx, h, out.Host.Namespace); err == nil {
		out.Input.Neighbours = append(out.Input.Neighbours, decl)
	}
	return err
}

// sameNetwork says whether another Host leads to the network of the group.
func (g *Gatherer) sameNetwork(ctx context.Context, h *v1alpha1.Host, out *Group) (bool, error) {
	obj, _, err := g.BackendFor(ctx, h)
	if err != nil || obj == nil {
		return false, err
	}
	admitted, err := g.admits(ctx, obj, h.Namespace)
	if err != nil || !admitted {
		return false, err
	}
	backend, ok := g.Registry.Get(KeyOf(obj))
	if !ok || backend.Origin() != out.Backend.Origin() {
		return false, nil
	}
	decl := core.HostDecl{}
	other := &Group{Host: h, Backend: backend, BackendObject: obj}
	other.Input.Host = &decl
	other.Input.Backend.Permitted = true
	g.network(other, backend.Facts())
	return other.Input.Backend.Permitted && other.Input.Backend.Pin == out.Input.Backend.Pin, nil
}
