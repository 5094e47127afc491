// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

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
