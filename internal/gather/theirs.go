// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// theirs finds the rows of the group's objects that are on hosts of others, and which of them stay there: those that objects
// there have taken for theirs, and those of a Host that is only observed. The group is woken when that changes.
func (g *Gatherer) theirs(ctx context.Context, out *Group, members map[core.OwnerHash]bool) error {
	in := &out.Input
	left, holders := leftBehind(in, members)
	g.Ledger.Waits(in.Root, holders)
	if len(holders) == 0 {
		return nil
	}
	if view, known := g.Snapshots.View(out.Network); known && view.Writes() != out.Seen {
		out.Next = time.Millisecond // what was written meanwhile woke nobody
	}
	for _, holder := range holders {
		var root v1alpha1.Host
		if err := g.Reader.Get(ctx, types.NamespacedName{Namespace: holder.Namespace, Name: holder.Name}, &root); err != nil {
			if client.IgnoreNotFound(err) != nil {
				return err
			}
			continue
		}
		ids, err := g.declaredOn(ctx, &root)
		if err != nil {
			return err
		}
		if root.Spec.ManagementPolicy == v1alpha1.ManagementObserveOnly { // it lets go of nothing
			ids = append(ids, attachedTo(in, holder)...)
		}
		for _, id := range ids {
			if left[id] {
				in.Observed.Theirs = append(in.Observed.Theirs, id)
			}
		}
	}
	return nil
}

// attachedTo are the rows of the group's Services and Bindings on the hosts of a Host.
func attachedTo(in *core.Input, holder core.Ref) []string {
	attached := map[core.OwnerHash]bool{}
	for _, ref := range memberRefs(in) {
		if ref.Kind != core.KindHost {
			attached[core.Owner(in.Backend.Pin.NetworkID, ref)] = true
		}
	}
	var ids []string
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		if in.Observed.HeldBy[h.ID] != holder {
			continue
		}
		for _, id := range h.RowIDs() {
			if _, owner, _, derived := core.ParseID(id); derived && attached[owner] {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// leftBehind are the rows of members on candidates that Hosts outside the group hold, and those Hosts.
func leftBehind(in *core.Input, members map[core.OwnerHash]bool) (map[string]bool, []core.Ref) {
	left := map[string]bool{}
	var holders []core.Ref
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		holder, held := in.Observed.HeldBy[h.ID]
		if !held {
			continue
		}
		for _, id := range h.RowIDs() {
			instance, owner, _, derived := core.ParseID(id)
			if !derived || !members[owner] || (instance != in.Instance && !slices.Contains(in.Former, instance)) {
				continue
			}
			left[id] = true
			if !slices.Contains(holders, holder) {
				holders = append(holders, holder)
			}
		}
	}
	return left, holders
}

// declaredOn lists the rows that a Host, those that are one with it, and what is on them have, as their statuses say.
func (g *Gatherer) declaredOn(ctx context.Context, root *v1alpha1.Host) ([]string, error) {
	parts, err := Consolidated(ctx, g.Reader, root.Namespace, root.Name)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range append(parts, *root) {
		ids = append(ids, h.RowIDs()...)
		on, err := g.declaredBeside(ctx, &h)
		if err != nil {
			return nil, err
		}
		ids = append(ids, on...)
	}
	return ids, nil
}

// declaredBeside lists the rows of the Services on a Host and of the Bindings on those.
func (g *Gatherer) declaredBeside(ctx context.Context, h *v1alpha1.Host) ([]string, error) {
	var services v1alpha1.ServiceList
	on := client.MatchingFields{index.ServiceByHost: index.Join(h.Namespace, h.Name)}
	if err := g.Reader.List(ctx, &services, on, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	var ids []string
	for i := range services.Items {
		s := &services.Items[i]
		if s.DeletionTimestamp.IsZero() {
			ids = append(ids, s.RowIDs()...)
		}
		var bindings v1alpha1.BindingList
		of := client.MatchingFields{index.BindingByService: index.Join(s.Namespace, s.Name)}
		if err := g.Reader.List(ctx, &bindings, of, client.UnsafeDisableDeepCopy); err != nil {
			return nil, err
		}
		for k := range bindings.Items {
			if b := &bindings.Items[k]; b.DeletionTimestamp.IsZero() {
				ids = append(ids, b.RowIDs()...)
			}
		}
	}
	return ids, nil
}
