// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"slices"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// run sends what the plan asks for, as far as tokens, lock and batch allow, and keeps what was learned.
func (r *Reconciler) run(ctx context.Context, group *gather.Group, j core.Judgement, p core.Plan) core.Result {
	key := group.Input.Root
	if group.Backend == nil {
		return core.Result{Ran: true}
	}
	if p.NeedList {
		r.Snapshots.Relist(group.Network, 0)
		r.Ledger.Await(key)
	}
	if isDeletion(group, &p) {
		return r.delete(ctx, group, p)
	}
	broke, isBroken := r.Ledger.BrokeSince(key)
	if isBroken && p.Requests() > 0 && !r.isRenewed(group.Network, snapshot.Mark(broke)) {
		return core.Result{Waiting: apply.WaitingList}
	}
	if p.Adopts != "" && !r.Ledger.Take(p.Adopts, key) {
		return core.Result{Ran: true, Replan: true} // another Host is adopting it
	}
	if err := told(ctx, r.ensureHeld(ctx, group, &p)); err != nil {
		return core.Result{Ran: true, Replan: true}
	}
	out := r.Apply.Run(ctx, apply.Work{
		Key: wake.GroupKey(key), Plan: p, Client: group.Backend.Client(), Limiter: group.Backend.Limiter(),
		Priority: registry.Priority(p.Priority()), Network: group.Network, Pin: group.Input.Backend.Pin, Seen: group.Seen,
		BeforeCreate: func(ctx context.Context, newest time.Time) error {
			return told(ctx, r.Report.MarkCreating(ctx, group.Host, newest))
		},
		BeforeMerge: func(ctx context.Context) error {
			r.Ledger.Merging(key, p.Remember)
			return told(ctx, r.Report.MarkMerging(ctx, group.Host, p.Remember))
		},
		BeforeWrite: func(ctx context.Context) error {
			tellWrite(ctx, &p)
			return told(ctx, r.adopt(ctx, group, &p))
		},
		Lost:  func(mark snapshot.Mark) { r.Ledger.Lost(key, uint64(mark)) },
		Broke: func(mark snapshot.Mark) { r.Ledger.Broke(key, uint64(mark)) },
	})
	tellFailures(ctx, &p, out)
	if !isBroken {
		excuse(&out)
	}
	r.learn(group, j, p, out)
	return out
}

// isRenewed says that all lists of a network were read since.
func (r *Reconciler) isRenewed(network snapshot.Key, mark snapshot.Mark) bool {
	view, known := r.Snapshots.View(network)
	return known && view.RenewedSince(mark)
}

// excuse makes little of the first time that the server fails at a write in its own words: what the write names may be
// gone, and is read again before anybody is blamed. If it fails again, that is the server's answer.
func excuse(out *core.Result) {
	for i := range out.Steps {
		if e := out.Steps[i].Err; e != nil && e.Reason == core.ReasonBackendRejected && e.Class == string(fault.Transient) {
			out.Steps[i].Err = &core.StepError{
				Class: e.Class, Reason: core.ReasonPending, Message: "what it names is read again, because " + e.Message,
			}
		}
	}
}

// adopt marks a Host as the one that takes a backend host over, before it is written.
func (r *Reconciler) adopt(ctx context.Context, group *gather.Group, p *core.Plan) error {
	if p.Adopts == "" {
		return nil
	}
	return r.Report.MarkAdopted(ctx, group.Host, p.Adopts)
}

// ensureHeld sets the finalizer before the first request for a backend host that is there already. One that is created
// gets it together with the mark of its creation.
func (r *Reconciler) ensureHeld(ctx context.Context, group *gather.Group, p *core.Plan) error {
	if group.Host == nil || !p.Writes() {
		return nil
	}
	for i := range group.Parts {
		if part := &group.Input.Consolidated[i]; !part.HasFinalizer && !part.Deleting && !part.Mismatch {
			if err := r.Report.EnsureFinalizer(ctx, &group.Parts[i]); err != nil {
				return err
			}
		}
	}
	if p.Creates || p.Adopts != "" || group.Input.Host.HasFinalizer {
		return nil
	}
	return r.Report.EnsureFinalizer(ctx, group.Host)
}

// learn notes refusals, lost answers and faults of the connection.
func (r *Reconciler) learn(group *gather.Group, j core.Judgement, p core.Plan, out core.Result) {
	key := group.Input.Root
	generations := map[core.Ref]int64{}
	for _, m := range group.Metas() {
		generations[m.Ref] = m.Generation
	}
	r.repaired(key, p, out)
	whole := out.Ran && !out.Replan && !out.Lost && out.Waiting == "" && p.Blocked == ""
	for i, s := range out.Steps {
		if s.Err == nil {
			continue
		}
		whole = false
		switch {
		case s.Err.Reason == core.ReasonBackendRejected:
			r.Ledger.Refuse(key, p.Steps[i].Items, generations, s.Err.Message)
		case s.Err.Reason == core.ReasonHostHasDaemon && p.Steps[i].Kind == core.StepConsolidate:
			r.Ledger.RefuseMerge(key, p.Steps[i].Items[0], generations, s.Err.Message)
		case isConnection(s.Err):
			if s.Err.Reason == core.ReasonPermissionDenied {
				group.Backend.Denied()
			}
			r.WakeBackend(group.BackendKey)
		}
	}
	if whole {
		r.Ledger.Written(key)
	}
	r.wrote(group, j, out, whole)
	if p.Writes() && !slices.ContainsFunc(out.Steps, func(s core.StepResult) bool { return s.Done }) {
		r.Ledger.Leave(p.Adopts, key) // nothing was written: it is not adopted yet
	}
}

// isConnection says that an error is about the Backend as a whole, so that its controller should look.
func isConnection(e *core.StepError) bool {
	switch e.Reason {
	case core.ReasonBackendUnavailable, core.ReasonAuthenticationFailed, core.ReasonUnreachable, core.ReasonThrottled,
		core.ReasonUnsupportedVersion, core.ReasonInvalidConnection:
		return true
	}
	return e.Class == string(fault.Auth)
}

// after says when the group has to be tried again by itself: at once after a change under the plan, later after a
// failure. Who waits for tokens, the lock, the batch or a list is woken.
func (r *Reconciler) after(group *gather.Group, p core.Plan, out core.Result) time.Duration {
	key := group.Input.Root
	if isDeletion(group, &p) {
		return r.retryDeletion(key)
	}
	failed := out.Replan
	for _, s := range out.Steps {
		failed = failed || (s.Err != nil && out.Waiting == "")
	}
	if !failed {
		if len(p.Steps) > 0 && out.Ran && out.Waiting == "" {
			return time.Millisecond // look at the result once more: converged plans are empty
		}
		return 0
	}
	first := 10 * time.Millisecond
	if !out.Replan {
		first = time.Second
	}
	return min(first<<min(r.Ledger.Failed(key), 12), 5*time.Minute)
}

// isDeletion says that the plan is the end of the group's backend hosts, and not of half-made ones beside it.
func isDeletion(group *gather.Group, p *core.Plan) bool {
	return len(p.Steps) > 0 && p.Steps[0].Kind == core.StepDeleteHost && group.Host != nil && !group.Host.DeletionTimestamp.IsZero()
}
