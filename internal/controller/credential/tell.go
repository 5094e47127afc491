// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// backForUntold comes back while a write is under way if there are Credentials that nobody was told of yet.
func backForUntold(unit *gather.Credentials) reconcile.Result {
	if slices.ContainsFunc(unit.Input.Credentials, isUntold) {
		return wake.Back(firstStatus)
	}
	return reconcile.Result{}
}

// tellWaiting tells Credentials that nobody was told of yet that they wait, when a write takes its time.
func (r *Reconciler) tellWaiting(ctx context.Context, key string, under *progress) (reconcile.Result, error) {
	if left := firstStatus - r.Clock.Since(under.began); left > 0 {
		return wake.Back(left), nil
	}
	unit, err := r.Gather.Credentials(ctx, key)
	if err != nil || len(unit.Objects) == 0 {
		return reconcile.Result{}, err
	}
	unit.Remember(r.Ledger.Credentials(key))
	j := core.JudgeCredentials(unit.Input)
	all := core.CredentialStatuses(unit.Input, j, core.PlanCredentials(unit.Input, j), core.CredentialResult{Waiting: core.ReasonPending})
	var members []core.MemberStatus
	for i := range all {
		if isUntold(unit.Input.Credentials[j.Verdicts[i].Decl]) {
			all[i].Hold = false
			members = append(members, all[i])
		}
	}
	return reconcile.Result{}, under.meanwhile(func() error {
		_, err := r.Report.Write(ctx, core.Input{Root: gather.CredentialsKey(key)}, members, unit.Objects)
		return err
	})
}

func isUntold(c core.CredentialDecl) bool {
	return !c.Deleting && c.PriorObservedGeneration != c.Generation
}

// tellWrite logs what is about to be sent.
func tellWrite(ctx context.Context, p *core.CredentialPlan) {
	var steps []string
	for i := range p.Steps {
		if kind := p.Steps[i].Kind; kind != core.StepConfirmCredential {
			steps = append(steps, string(kind))
		}
	}
	if len(steps) > 0 {
		log.FromContext(ctx).Info("Writing credentials to Scanopy", "steps", strings.Join(steps, ","))
	}
}

// tellFailure logs a request that failed. The cause of a failure that nobody expected stands nowhere else.
func tellFailure(ctx context.Context, s *core.CredentialStep, e *core.StepError) {
	const what = "A request to Scanopy failed"
	about := []any{"step", s.Kind, "class", e.Class, "reason", e.Reason, "message", e.Message}
	if e.Cause != nil {
		log.FromContext(ctx).Error(e.Cause, what, about...)
		return
	}
	log.FromContext(ctx).Info(what, about...)
}
