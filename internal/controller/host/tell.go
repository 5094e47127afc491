// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The log has a line before each write to Scanopy and one for each request that failed; verdicts are in the statuses.

// tellWrite logs what is about to be sent.
func tellWrite(ctx context.Context, p *core.Plan) {
	if !p.Writes() {
		return
	}
	var steps []string
	hostID := ""
	for i := range p.Steps {
		steps = append(steps, string(p.Steps[i].Kind))
		if p.Steps[i].HostID != "" {
			hostID = p.Steps[i].HostID
		}
	}
	log.FromContext(ctx).Info("Writing to Scanopy", "steps", strings.Join(steps, ","), "hostID", hostID)
}

// tellFailures logs the requests that failed. After a 429 nobody is to blame: the group waits for its turn.
func tellFailures(ctx context.Context, p *core.Plan, out core.Result) {
	if out.Waiting != "" {
		return
	}
	for i, s := range out.Steps {
		if s.Err != nil {
			tellFailure(ctx, "A request to Scanopy failed", s.Err, "step", p.Steps[i].Kind, "hostID", p.Steps[i].HostID)
		}
	}
}

// tellFailure logs a failure. The cause of one that nobody expected stands nowhere else.
func tellFailure(ctx context.Context, what string, e *core.StepError, about ...any) {
	about = append(about, "class", e.Class, "reason", e.Reason, "message", e.Message)
	if e.Cause != nil {
		log.FromContext(ctx).Error(e.Cause, what, about...)
		return
	}
	log.FromContext(ctx).Info(what, about...)
}

// told logs why a Host could not be marked, unless it was only that somebody else wrote it meanwhile: it is judged again
// then. The error is given back.
func told(ctx context.Context, err error) error {
	if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		log.FromContext(ctx).Error(err, "Marking a Host before it is written failed")
	}
	return err
}
