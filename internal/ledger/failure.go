// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// failure is why a group's deletion did not come about.
type failure struct {
	err   *core.StepError
	retry time.Time
	tries int
}

// Fail notes why a deletion failed; the next try has time, longer each time.
func (l *Ledger) Fail(key core.Ref, err *core.StepError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &l.entry(key).failed
	f.err = err
	f.retry = l.clock.Now().Add(min(5*time.Second<<min(f.tries, 6), 5*time.Minute))
	f.tries++
}

// Failure is the last failure and how long the next try has time; nil when none failed.
func (l *Ledger) Failure(key core.Ref) (*core.StepError, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	if !ok || e.failed.err == nil {
		return nil, 0
	}
	return e.failed.err, max(e.failed.retry.Sub(l.clock.Now()), 0)
}

// Revive makes the next tries due at once: what they failed of is over.
func (l *Ledger) Revive(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		e.failures, e.failed.tries, e.failed.retry = 0, 0, time.Time{}
	}
}

// Succeeded forgets failures.
func (l *Ledger) Succeeded(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		e.failed = failure{}
	}
}
