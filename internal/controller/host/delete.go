// SPDX-License-Identifier: Apache-2.0

package host

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// delete hands the group's backend hosts to the batch, or says what the batch made of them.
func (r *Reconciler) delete(ctx context.Context, group *gather.Group, p core.Plan) core.Result {
	ref := group.Input.Root
	key := wake.GroupKey(ref)
	out := core.Result{Ran: true, HostID: p.Steps[0].HostID}
	var ids []string
	for i := range p.Steps {
		ids = append(ids, p.Steps[i].HostID)
	}
	slices.Sort(ids)
	if o, ok := r.Batch.Outcome(key); ok {
		step := core.StepResult{}
		if slices.Equal(o.HostIDs, ids) { // else others were found since
			step = r.concluded(group, o)
		}
		if step.Done {
			log.FromContext(ctx).Info("Deleted in Scanopy", "hostIDs", ids)
			r.Ledger.Succeeded(ref)
			r.sent(group)
		} else if step.Err != nil {
			tellFailure(ctx, "A deletion in Scanopy failed", step.Err, "hostIDs", ids)
			r.Ledger.Fail(ref, step.Err)
		}
		r.Batch.Forget(key)
		if step.Done || step.Err != nil {
			for range p.Steps {
				out.Steps = append(out.Steps, step)
			}
			return out
		}
	}
	failure, wait := r.Ledger.Failure(ref)
	if failure != nil { // what kept it from going is told until it is gone
		out.Steps = append(out.Steps, core.StepResult{Err: failure})
	}
	if wait == 0 {
		r.Batch.Delete(r.deletion(group, ids...))
		out.Waiting = apply.WaitingBatch
	}
	return out
}

// sent lets a Host that went count for the guard of its Backend for a while, unless somebody allowed it.
func (r *Reconciler) sent(group *gather.Group) {
	if g := &group.Input.Guard; g.Counts && !g.IsAllowed() {
		r.Ledger.Deleted(group.BackendKey, string(group.Host.UID), group.Input.Host.DeletedAt)
	}
}

func (r *Reconciler) deletion(group *gather.Group, ids ...string) batch.Item {
	return batch.Item{
		Group: wake.GroupKey(group.Input.Root), HostIDs: ids, Client: group.Backend.Client(),
		Limiter: group.Backend.Limiter(), Network: group.Network,
	}
}

// concluded turns an outcome of the batch into that of a step. Neither done nor failed: it was withheld, and the group
// as it is judged now decides.
func (r *Reconciler) concluded(group *gather.Group, o batch.Outcome) core.StepResult {
	switch o.State {
	case batch.Deleted:
		return core.StepResult{Done: true}
	case batch.Missing:
		if group.Input.Backend.PinVisible {
			return core.StepResult{Done: true}
		}
		return core.StepResult{Err: &core.StepError{
			Class: string(fault.Waiting), Reason: core.ReasonBackendChanged,
			Message: "the key does not see the network of this host any more, so that nobody knows whether it is gone",
		}}
	case batch.Withheld:
		return core.StepResult{}
	}
	return core.StepResult{Err: o.Err}
}

// MayGo judges once more whether a group still wants these backend hosts deleted, right before the request. The object may
// be another one of the same name by now, and the hosts somebody's.
func (r *Reconciler) MayGo(ctx context.Context, key string, hostIDs []string) bool {
	ref, ok := wake.ParseGroupKey(key)
	if !ok {
		return false
	}
	stand, err := r.Gather.CRDs.Stand(ctx)
	if err != nil || !stand {
		return false
	}
	group, err := r.Gather.Group(ctx, ref)
	if err != nil || group.Host == nil {
		return false
	}
	in := &group.Input
	in.Undone = core.StillUndone(*in)
	p := core.ComputePlan(*in, core.Judge(*in), core.Policy{})
	return wantsDeleted(&p, hostIDs)
}

// wantsDeleted says that a plan deletes all of these backend hosts.
func wantsDeleted(p *core.Plan, hostIDs []string) bool {
	return !slices.ContainsFunc(hostIDs, func(id string) bool {
		return !slices.ContainsFunc(p.Steps, func(s core.Step) bool { return s.Kind == core.StepDeleteHost && s.HostID == id })
	})
}

// retryDeletion is when a failed deletion is tried again.
func (r *Reconciler) retryDeletion(ref core.Ref) time.Duration {
	_, wait := r.Ledger.Failure(ref)
	return wait
}

// released counts a Host that was let go without being cleaned up, once, and tells it of its ClusterBackend: where a
// namespace is being deleted nothing else can have an event. Of one that waits it says when that changes by time alone.
func (r *Reconciler) released(group *gather.Group, d *core.Deletion) time.Duration {
	switch {
	case d == nil:
		return 0
	case d.Reason == core.ReasonHostHasDaemon:
		return min(r.watchDaemon(group), cmp.Or(d.After, core.Patience))
	case !d.GivenUp || group.BackendKey == "" || !r.Ledger.GaveUp(group.Input.Root):
		return d.After
	}
	if r.CountLetGo != nil {
		r.CountLetGo(group.BackendKey)
	}
	if group.BackendObject.GetNamespace() == "" {
		r.Report.Tell(group.BackendObject, core.Event{
			Warning: true, Reason: string(core.ReasonOrphaned), Action: "Delete",
			Note: "Host " + group.Input.Root.Namespace + "/" + group.Input.Root.Name + ": " + d.Event,
		})
	}
	return d.After
}
