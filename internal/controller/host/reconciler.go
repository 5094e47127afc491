// SPDX-License-Identifier: Apache-2.0

// Package host is the controller of groups: a Host, the Services on it and the Bindings on those. Its Reconcile is the
// picture of the architecture: gather, judge, plan, apply, report. It imports all of those.
package host

import (
	"context"
	"slices"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// firstStatus is how long a group that nobody judged yet waits for the backend's first list before its status says so.
const firstStatus = 8 * time.Second

// Reconciler reconciles groups.
type Reconciler struct {
	Gather      *gather.Gatherer
	Connections *gather.Connections
	Snapshots   *snapshot.Store
	Apply       *apply.Runner
	Batch       *batch.Deleter
	Report      *report.Writer
	Ledger      *ledger.Ledger
	Clock       clock.PassiveClock
	// WakeGroup asks for a look at another group.
	WakeGroup func(key core.Ref)
	// WakeBackend asks for a probe of a Backend at once.
	WakeBackend func(key string)
	// CountRepair counts a declared field that was repaired, CountLetGo a Host of a Backend that was let go without being
	// cleaned up; absent: nobody counts.
	CountRepair func(core.Note)
	CountLetGo  func(backend string)
}

// Reconcile judges one group, writes what is due and reports.
func (r *Reconciler) Reconcile(ctx context.Context, key core.Ref) (reconcile.Result, error) {
	group, err := r.Gather.Group(ctx, key)
	if err != nil {
		return reconcile.Result{}, err
	}
	if len(group.Objects) == 0 {
		r.leave(key)
		r.wakeGroups(group.Of)
		return reconcile.Result{}, nil
	}
	listing := r.refresh(group)
	if !group.Ready && !r.mayTellUnready(group) {
		return wake.Back(group.Next, firstStatus, listing), nil
	}
	j, p := r.decide(&group.Input)
	if in := group.Input.Host; in != nil && in.NamespaceDeleting && !isDeletion(group, &p) {
		p = p.WithoutSteps() // what hangs on the Host goes with it: only the deletion of Hosts is sent
	}
	out := r.run(ctx, group, j, p)
	if j.Deletion != nil && j.Deletion.GivenUp {
		log.FromContext(ctx).Info("Letting go of a Host", "why", j.Deletion.Event)
	}
	if wroteSome(out) {
		r.wakeGroups(r.Ledger.Waiting(group.Hosts()...)...)
	}
	next, err := r.Report.Write(ctx, group.Input, core.Status(group.Input, j, p, out), group.Objects)
	if len(out.Steps) > 0 { // requests take their time
		w := watcher{reader: r.Gather.Reader, ledger: r.Ledger}
		r.wakeGroups(w.strays(ctx, key, group.Objects)...)
	}
	if err != nil {
		return reconcile.Result{}, err
	}
	log.FromContext(ctx).V(1).Info("reconciled", "steps", len(p.Steps), "blocked", p.Blocked, "waiting", out.Waiting)
	patience := r.released(group, j.Deletion)
	if group.Input.Observed.Known && !p.NeedList && out.Waiting != apply.WaitingList {
		listing = 0 // nobody waits for it
	}
	return wake.Back(next, group.Next, patience, partsPatience(&j), listing, r.after(group, p, out)), nil
}

// partsPatience is when a verdict on the deletion of a consolidated Host may change by time alone.
func partsPatience(j *core.Judgement) time.Duration {
	var out time.Duration
	for i := range j.Parts {
		if d := j.Parts[i].Deletion; d != nil {
			out = wake.Earliest(out, d.After)
		}
	}
	return out
}

// wakeGroups wakes groups that look at what this one is or has written.
func (r *Reconciler) wakeGroups(keys ...core.Ref) {
	for _, key := range keys {
		if key != (core.Ref{}) {
			r.WakeGroup(key)
		}
	}
}

func wroteSome(out core.Result) bool {
	return slices.ContainsFunc(out.Steps, func(s core.StepResult) bool { return s.Done })
}

// daemonWithin is how long it may take until a deletion notices that the daemon is gone which it waited for.
const daemonWithin = time.Minute

// watchDaemon sees to young lists while a daemon keeps a host from being deleted.
func (r *Reconciler) watchDaemon(group *gather.Group) time.Duration {
	r.Snapshots.Ensure(group.Network, sourceOf(group), daemonWithin)
	return daemonWithin
}

// leave forgets a group that has no object left.
func (r *Reconciler) leave(key core.Ref) {
	r.Ledger.Forget(key)
	r.Apply.Cancel(wake.GroupKey(key))
	r.Batch.Forget(wake.GroupKey(key))
}

// mayTellUnready says whether a group whose backend was not asked yet gets a status all the same: when somebody waits
// for a first one. What was judged before keeps its status until there is something to say.
func (r *Reconciler) mayTellUnready(group *gather.Group) bool {
	if r.Clock.Since(r.Ledger.Started()) < firstStatus {
		return false
	}
	if h := group.Input.Host; h != nil && h.Deleting && h.NamespaceDeleting {
		return true // its patience may be over
	}
	for _, m := range group.Metas() {
		if m.PriorObservedGeneration != m.Generation {
			return true
		}
	}
	return false
}

// refresh keeps the list of the group's network young; it says when to ask again.
func (r *Reconciler) refresh(group *gather.Group) time.Duration {
	if group.Backend == nil || group.Network == (snapshot.Key{}) {
		return 0
	}
	if r.Snapshots.Err(group.Network) != nil && group.Backend.Facts().Err == nil {
		r.WakeBackend(group.BackendKey) // a list that fails may be the first to notice that the server is down
	}
	period := group.BackendObject.GetConnection().ResyncPeriodOrDefault()
	return r.Snapshots.Ensure(group.Network, sourceOf(group), period+period/4).Retry
}

func sourceOf(group *gather.Group) snapshot.Source {
	return snapshot.Source{Client: group.Backend.Client(), Limiter: group.Backend.Limiter()}
}
