// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

// What passes by itself is waited for longer with each turn, not with each step of a turn.
func TestManyStepsThatFailInOneTurnAreOneFailure(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	memory := ledger.New(c).Credentials(lab)
	r := &Reconciler{Clock: c}
	fault := &core.StepError{Reason: core.ReasonDependencyNotReady, Message: "not there"}
	var waits []time.Duration
	for range 5 {
		turn := turn{key: lab, memory: memory}
		for range 13 {
			r.learn(&turn, &core.CredentialStep{Kind: core.StepUpdateCredential}, fault, apply.Refusal)
		}
		_, next := memory.Refused()
		waits = append(waits, next)
		c.Step(next)
	}
	for i, want := range []time.Duration{0, 0, time.Second, 2 * time.Second, 4 * time.Second} {
		if waits[i] != want {
			t.Errorf("turn %d waits %v, want %v", i, waits[i], want)
		}
	}
}
