// SPDX-License-Identifier: Apache-2.0

// Package credential is the controller of Credentials. Its key is a backend: all Credentials that lead to one are judged
// and written together, by one writer, so that what is due goes out in few requests and two that ask for the same endpoint
// of a host see each other. Its Reconcile is the picture of the architecture: gather, judge, plan, apply, report.
package credential

import (
	"context"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

const (
	// firstStatus is how long Credentials that nobody judged yet wait for the backend before their status says so.
	firstStatus = 8 * time.Second
	// atOnce is the shortest time there is.
	atOnce = time.Millisecond
	// soon is when to go on with what had to stop.
	soon = 50 * time.Millisecond
	// toldWithin is how long it may take to tell what was written, whether or not the process is about to end.
	toldWithin = 10 * time.Second
	// staleRetry is when to look again at an object that was changed since it was read.
	staleRetry = 200 * time.Millisecond
)

// Reconciler reconciles the Credentials of backends.
type Reconciler struct {
	Gather      *gather.Gatherer
	Connections *gather.Connections
	Store       *snapshot.Credentials
	Report      *report.Writer
	Ledger      *ledger.Ledger
	Clock       clock.PassiveClock
	// Beside runs work beside the workers until the process ends: a server that hangs must hold none of them. Self wakes
	// backend keys.
	Beside func(work func(ctx context.Context))
	Self   *wake.Waker[string]
	// WakeBackend asks for a probe of a Backend at once.
	WakeBackend func(key string)
	// CountRepair counts a declared field that was repaired, CountLetGo a Credential that was let go without being cleaned
	// up; absent: nobody counts.
	CountRepair func(core.Note)
	CountLetGo  func(backend string)
	flights     flights
}

// turn is one look at the Credentials of a backend.
type turn struct {
	key       string
	unit      *gather.Credentials
	memory    *ledger.Credentials
	judgement core.CredentialJudgement
	plan      core.CredentialPlan
	// next is when to look again at the latest.
	next time.Duration
	// broke says that a step failed for what passes.
	broke bool
}

// Reconcile judges the Credentials of one backend, has written what is due and reports. While something is written for
// them nobody else does: they are looked at again when it is.
func (r *Reconciler) Reconcile(ctx context.Context, key string) (reconcile.Result, error) {
	if p := r.flights.miss(flight{key, writing}); p != nil {
		return r.tellWaiting(ctx, key, p)
	}
	unit, err := r.Gather.Credentials(ctx, key)
	if err != nil {
		return reconcile.Result{}, err
	}
	if len(unit.Objects) == 0 {
		r.Ledger.ForgetCredentials(key)
		r.Ledger.Forget(gather.CredentialsKey(key))
		return reconcile.Result{}, nil
	}
	memory := r.Ledger.Credentials(key)
	r.keep(unit, memory)
	next := r.refresh(ctx, key, unit, memory)
	unit.Remember(memory)
	if !unit.Ready && r.Clock.Since(r.Ledger.Started()) < firstStatus {
		return wake.Back(unit.Next, firstStatus, next), nil
	}
	j, p, err := r.decide(ctx, key, unit)
	if err != nil {
		return reconcile.Result{}, err
	}
	t := turn{key: key, unit: unit, memory: memory, judgement: j, plan: p, next: next}
	lease, out, again := r.admit(ctx, &t)
	if lease == nil {
		return r.tell(ctx, &t, out, again)
	}
	result := backForUntold(unit)
	r.beside(ctx, flight{key, writing}, func(ctx context.Context, under *progress) (reconcile.Result, error) {
		defer lease.Release()
		out, again := r.run(ctx, &t, lease)
		return under.conclude(func() (reconcile.Result, error) { return r.tell(ctx, &t, out, again) })
	})
	return result, nil
}

// tell reports what became of a turn and remembers it. What was written is told though the process is about to end: the
// next one would write it once more, because nobody can see which version of a Secret the server has.
func (r *Reconciler) tell(ctx context.Context, t *turn, out core.CredentialResult, again time.Duration) (reconcile.Result, error) {
	members := core.CredentialStatuses(t.unit.Input, t.judgement, t.plan, out)
	r.remember(t, members)
	r.repaired(t.key, core.CredentialRepairs(t.unit.Input, t.judgement, t.plan, out))
	if len(out.Steps) > 0 {
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), toldWithin)
		defer cancel()
		ctx = lasting
	}
	next, err := r.Report.Write(ctx, core.Input{Root: gather.CredentialsKey(t.key)}, members, t.unit.Objects)
	if err != nil {
		return reconcile.Result{}, err
	}
	log.FromContext(ctx).V(1).Info("reconciled", "steps", len(t.plan.Steps), "blocked", t.plan.Blocked, "waiting", out.Waiting)
	return wake.Back(next, t.unit.Next, t.next, again, patience(t.judgement)), nil
}

// decide judges and plans. What was found undone is remembered, and judged with that once more; so is what the plan needs
// the values of Secrets for.
func (r *Reconciler) decide(ctx context.Context, key string, unit *gather.Credentials) (core.CredentialJudgement, core.CredentialPlan, error) {
	j := r.judge(key, unit)
	p := core.PlanCredentials(unit.Input, j)
	if len(p.Need) == 0 {
		return j, p, nil
	}
	if err := r.Gather.Values(ctx, unit, p.Need); err != nil {
		return j, p, err
	}
	j = r.judge(key, unit)
	return j, core.PlanCredentials(unit.Input, j), nil
}

// judge judges with what is remembered of undoings: a part that is undone too often is left alone.
func (r *Reconciler) judge(key string, unit *gather.Credentials) core.CredentialJudgement {
	at, next := gather.CredentialsKey(key), time.Duration(0)
	unit.Input.Undone, next = r.Ledger.Undoings(at)
	j := core.JudgeCredentials(unit.Input)
	if found, complete := core.CredentialUndoings(unit.Input, j); r.Ledger.Undone(at, found, complete) {
		unit.Input.Undone, next = r.Ledger.Undoings(at)
		j = core.JudgeCredentials(unit.Input)
	}
	unit.Next = wake.Earliest(unit.Next, next)
	return j
}

// refresh keeps the list young; it says when to look again. A new one is read beside: the key comes back when it is there.
func (r *Reconciler) refresh(ctx context.Context, key string, unit *gather.Credentials, memory *ledger.Credentials) time.Duration {
	b := &unit.Input.Backend
	if unit.Backend == nil || b.Reason != "" && !b.OnlyDeletes || unit.Backend.Facts().Capabilities.CredentialsNeed() != "" {
		return 0
	}
	if r.isAsked(unit, memory) {
		r.Store.Doubt(unit.Rows)
		unit.Input.Known = false
	}
	period := unit.BackendObject.GetConnection().ResyncPeriodOrDefault()
	if left := wake.Jitter(period, unit.Listed) - r.Clock.Since(unit.Listed); unit.Input.Known && left > 0 {
		return left
	}
	held, next := memory.Refused()
	isHeld := len(held) > 0 && held[0].Ref == (core.Ref{})
	if isHeld && (!unit.Input.Known || held[0].Reason != core.ReasonPermissionDenied) { // who may not write may read
		return next
	}
	if r.flights.miss(flight{key, listing}) == nil {
		r.list(ctx, key, unit, memory, period)
	}
	return wake.Jitter(period, unit.Listed)
}
