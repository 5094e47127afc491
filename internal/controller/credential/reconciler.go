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
	// soon is when to go on with what had to stop.
	soon = 50 * time.Millisecond
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
	// WakeBackend asks for a probe of a Backend at once.
	WakeBackend func(key string)
	// CountRepair counts a declared field that was repaired, CountLetGo a Credential that was let go without being cleaned
	// up; absent: nobody counts.
	CountRepair func(core.Note)
	CountLetGo  func(backend string)
}

// Reconcile judges the Credentials of one backend, writes what is due and reports.
func (r *Reconciler) Reconcile(ctx context.Context, key string) (reconcile.Result, error) {
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
	listing := r.refresh(ctx, key, unit, memory)
	unit.Remember(memory)
	if !unit.Ready && r.Clock.Since(r.Ledger.Started()) < firstStatus {
		return wake.Back(unit.Next, firstStatus, listing), nil
	}
	j, p, err := r.decide(ctx, key, unit)
	if err != nil {
		return reconcile.Result{}, err
	}
	out, again := r.run(ctx, key, unit, memory, j, p)
	members := core.CredentialStatuses(unit.Input, j, p, out)
	r.remember(key, unit, memory, j, members)
	r.repaired(key, core.CredentialRepairs(unit.Input, j, p, out))
	next, err := r.Report.Write(ctx, core.Input{Root: gather.CredentialsKey(key)}, members, unit.Objects)
	if err != nil {
		return reconcile.Result{}, err
	}
	log.FromContext(ctx).V(1).Info("reconciled", "steps", len(p.Steps), "blocked", p.Blocked, "waiting", out.Waiting)
	return wake.Back(next, unit.Next, listing, again, patience(j)), nil
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

// refresh keeps the list young; it says when to look again. Without a token the key waits at the limiter.
func (r *Reconciler) refresh(ctx context.Context, key string, unit *gather.Credentials, memory *ledger.Credentials) time.Duration {
	b := &unit.Input.Backend
	if unit.Backend == nil || b.Reason != "" || unit.Backend.Facts().Capabilities.CredentialsNeed() != "" {
		return 0
	}
	if r.isAsked(unit, memory) {
		r.Store.Doubt(unit.Rows)
		unit.Input.Known = false
	}
	period := unit.BackendObject.GetConnection().ResyncPeriodOrDefault()
	if left := period - r.Clock.Since(unit.Listed); unit.Input.Known && left > 0 {
		return left
	}
	if held, next := memory.Refused(); len(held) > 0 && held[0].Ref == (core.Ref{}) && !unit.Input.Known {
		return next
	}
	if err := r.list(ctx, key, unit, period); err != nil {
		r.outage(key, memory, err)
		return soon
	}
	return period
}
