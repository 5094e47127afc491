// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// list has the list read, with the tokens that are there; without one it stays as it was, and the key waits.
func (r *Reconciler) list(ctx context.Context, key string, unit *gather.Credentials, memory *ledger.Credentials, period time.Duration) {
	priority := registry.PriorityEdit
	if unit.Input.Known && r.Clock.Since(unit.Listed) < 2*period {
		priority = registry.PriorityResync
	}
	lease, ok := unit.Backend.Limiter().TryLease(1, wake.CredentialsKey(key), priority)
	if !ok {
		return
	}
	r.beside(ctx, flight{key, listing}, func(ctx context.Context, _ *progress) (reconcile.Result, error) {
		defer lease.Release()
		switch whole, err := r.Store.List(ctx, unit.Rows, unit.Backend.Client(), unit.Tags, lease.Take); {
		case err != nil:
			r.outage(key, memory, err)
		case !whole:
			lease.Release()
			return wake.Back(r.wait(key, unit)), nil
		}
		return wake.Back(atOnce), nil
	})
}

// admit asks for what a plan needs before its first request: finalizers, CRDs and tokens. Without them, or without a plan,
// there is no lease, and what is told of it. again is when to go on.
func (r *Reconciler) admit(ctx context.Context, t *turn) (lease *registry.Lease, out core.CredentialResult, again time.Duration) {
	requests := 0
	for i := range t.plan.Steps {
		requests += t.plan.Steps[i].Requests()
	}
	if requests == 0 {
		return nil, out, 0
	}
	if ok, err := r.mayRun(ctx, t.unit, &t.plan); err != nil || !ok {
		if err != nil {
			log.FromContext(ctx).Info("Nothing is sent yet", "why", err.Error())
		}
		return nil, core.CredentialResult{Waiting: core.ReasonPending}, staleRetry
	}
	lease, ok := t.unit.Backend.Limiter().TryLease(requests, wake.CredentialsKey(t.key), registry.PriorityEdit)
	if !ok {
		return nil, core.CredentialResult{Waiting: core.ReasonThrottled}, 0
	}
	return lease, out, 0
}

// run sends what the plan asks for, as far as tokens allow, and keeps what was learned. again is when to go on.
func (r *Reconciler) run(ctx context.Context, t *turn, lease *registry.Lease) (out core.CredentialResult, again time.Duration) {
	p := &t.plan
	tellWrite(ctx, p)
	out = apply.RunCredentials(ctx, apply.CredentialWork{
		Plan: *p, Client: t.unit.Backend.Client(), Lease: lease, Store: r.Store, Key: t.unit.Rows,
		Told: func(s core.CredentialStep, err *core.StepError, kind apply.Failure) {
			tellFailure(ctx, &s, err)
			r.learn(t, &s, err, kind)
		},
	})
	for i := range out.Steps {
		switch s := &p.Steps[i]; {
		case !out.Steps[i].Done:
			again = soon
		case s.Kind == core.StepDeleteCredentials:
			t.memory.Deleted()
		case s.Kind == core.StepConfirmCredential, s.Kind == core.StepMakeTag:
			again = soon
		default:
			t.memory.Worked(s.Refs...)
		}
	}
	if len(out.Steps) < len(p.Steps) && again == 0 && out.Waiting != "" {
		lease.Release()
		again = r.wait(t.key, t.unit)
	}
	return out, again
}

// wait lets what is left wait at the limiter.
func (r *Reconciler) wait(key string, unit *gather.Credentials) time.Duration {
	if lease, ok := unit.Backend.Limiter().TryLease(1, wake.CredentialsKey(key), registry.PriorityEdit); ok {
		lease.Release()
		return soon
	}
	return 0
}

// mayRun sets the finalizers before the first request, and asks whether the CRDs stand before anything is deleted.
func (r *Reconciler) mayRun(ctx context.Context, unit *gather.Credentials, p *core.CredentialPlan) (bool, error) {
	for i := range p.Steps {
		s := &p.Steps[i]
		switch s.Kind {
		case core.StepDeleteCredentials:
			if stand, err := r.Gather.CRDs.Stand(ctx); err != nil || !stand {
				return false, err
			}
		case core.StepCreateCredentials, core.StepUpdateCredential:
			for _, ref := range s.Refs {
				if err := r.Report.EnsureFinalizer(ctx, unit.Objects[ref]); err != nil {
					return false, err
				}
			}
		}
	}
	return true, nil
}

// learn notes a failure and what has to follow from it.
func (r *Reconciler) learn(t *turn, s *core.CredentialStep, err *core.StepError, kind apply.Failure) {
	memory := t.memory
	passing := err.Reason == core.ReasonPending || err.Reason == core.ReasonDependencyNotReady
	switch {
	case kind == apply.Denial:
		memory.Hold(err.Reason, err.Message, time.Minute, 10*time.Minute)
	case kind == apply.Outage, kind == apply.Break && !isOwnFault(err):
		memory.Hold(err.Reason, err.Message, time.Second, time.Minute)
		r.WakeBackend(t.key)
	case s.Kind == core.StepDeleteCredentials:
		memory.Fail(err.Reason, err.Message)
	case passing && t.broke:
	case passing:
		t.broke = true
		if memory.Broke() > 1 {
			memory.Hold(err.Reason, err.Message, time.Second, time.Minute)
		}
	case s.Kind == core.StepUpdateCredential && !s.Fresh && memory.ReadAfresh(s.Refs[0]):
	case kind == apply.Break && memory.Broke() == 0: // the rest is tried again as it is, once
	case s.Kind == core.StepCreateCredentials && memory.Halve(len(s.Refs)):
	default:
		for k, i := range s.Verdicts {
			v := &t.judgement.Verdicts[i]
			memory.Refuse(core.CredentialRefusal{Ref: s.Refs[k], Sum: v.Sum, Reason: err.Reason, Message: err.Message})
		}
	}
}

// isOwnFault says that the server failed at what a write holds, in its own words.
func isOwnFault(err *core.StepError) bool { return err.Reason == core.ReasonBackendRejected }

// outage notes that a list could not be read.
func (r *Reconciler) outage(key string, memory *ledger.Credentials, err error) {
	e := apply.Fault(err)
	memory.Hold(e.Reason, e.Message, fault.Decide(err, 0).RequeueAfter, time.Minute)
	r.WakeBackend(key)
}

// isAsked says that somebody asks for a fresh look: by an annotation of the Backend or of a Credential.
func (r *Reconciler) isAsked(unit *gather.Credentials, memory *ledger.Credentials) bool {
	asked := false
	for ref, obj := range unit.Objects {
		value := v1alpha1.ReconcileRequestedAt(obj)
		c, ok := obj.(*v1alpha1.Credential)
		if memory.Asked(ref, value) && ok && value != c.Status.LastHandledReconcileAt {
			asked = true
		}
	}
	ref := core.Ref{Kind: "Backend", Namespace: unit.BackendObject.GetNamespace(), Name: unit.BackendObject.GetName()}
	return memory.Asked(ref, v1alpha1.ReconcileRequestedAt(unit.BackendObject)) || asked
}

// keep forgets what is gone, and what was refused to another key.
func (r *Reconciler) keep(unit *gather.Credentials, memory *ledger.Credentials) {
	uids, refs := map[string]bool{}, map[core.Ref]bool{}
	for ref, obj := range unit.Objects {
		uids[string(obj.GetUID())], refs[ref] = true, true
	}
	if unit.BackendObject != nil {
		refs[core.Ref{Kind: "Backend", Namespace: unit.BackendObject.GetNamespace(), Name: unit.BackendObject.GetName()}] = true
	}
	memory.Keep(uids, refs)
	if unit.Backend != nil {
		memory.Use(unit.Backend.Account())
	}
}

// remember keeps what the statuses say until a cache shows it, and counts those that were let go.
func (r *Reconciler) remember(t *turn, members []core.MemberStatus) {
	for i := range members {
		m, v := &members[i], &t.judgement.Verdicts[i]
		told := ledger.CredentialMemory{
			Secrets: m.Credential.Secrets, Generation: m.Credential.WrittenGeneration, Pinned: m.Credential.Organization,
			Sum: m.Credential.WrittenSum, Open: m.Credential.OpenSum,
		}
		for _, a := range m.Credential.Assignments {
			if a.ID != "" {
				told.Assigned = append(told.Assigned, core.CredentialAssignment{Network: a.Network, Host: a.Host, ID: a.ID})
			}
		}
		t.memory.Tell(m.UID, told)
		decl := &t.unit.Input.Credentials[v.Decl]
		if d := v.Deletion; d != nil && d.GivenUp && decl.HasFinalizer && t.memory.GaveUp(m.UID) {
			r.letGo(t, m.Ref, d)
		}
	}
}

// letGo counts a Credential that was let go without being cleaned up, and tells it of its ClusterBackend: where a namespace
// is being deleted nothing else can have an event.
func (r *Reconciler) letGo(t *turn, ref core.Ref, d *core.CredentialDeletion) {
	if t.unit.BackendObject == nil {
		return
	}
	if r.CountLetGo != nil {
		r.CountLetGo(t.key)
	}
	if t.unit.BackendObject.GetNamespace() == "" {
		r.Report.Tell(t.unit.BackendObject, core.Event{
			Warning: true, Reason: string(core.ReasonOrphaned), Action: "Delete",
			Note: "Credential " + ref.Namespace + "/" + ref.Name + ": " + d.Event,
		})
	}
}

// repaired notes the parts that are as declared again.
func (r *Reconciler) repaired(key string, notes []core.Note) {
	for _, n := range notes {
		r.Ledger.Repaired(gather.CredentialsKey(key), n.Item, n.Field)
		if r.CountRepair != nil {
			r.CountRepair(n)
		}
	}
}

// patience is when the first Credential is let go of by time alone.
func patience(j core.CredentialJudgement) (next time.Duration) {
	for i := range j.Verdicts {
		if d := j.Verdicts[i].Deletion; d != nil {
			next = wake.Earliest(next, d.After)
		}
	}
	return next
}
