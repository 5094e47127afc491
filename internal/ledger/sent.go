// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"maps"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Deleted notes that a Host's backend host was deleted, with the Host's deletionTimestamp: for the guard of its Backend
// it counts on for a while.
func (l *Ledger) Deleted(backend, uid string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sent[backend] == nil {
		l.sent[backend] = map[string]time.Time{}
	}
	l.sent[backend][uid] = at
}

// Sent lists by uid when those Hosts of a Backend were deleted whose backend hosts went a moment ago, or near to one that
// still waits.
func (l *Ledger) Sent(backend string, waiting []time.Time) map[string]time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	maps.DeleteFunc(l.sent[backend], func(_ string, at time.Time) bool {
		for _, w := range waiting {
			if w.Sub(at).Abs() <= core.GuardWithin {
				return false
			}
		}
		return now.Sub(at) > 2*core.GuardWithin
	})
	return maps.Clone(l.sent[backend])
}

// ForgetBackend drops what counts for the guard of a Backend that is no more.
func (l *Ledger) ForgetBackend(backend string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sent, backend)
}

// GaveUp notes that a group's Host was let go without being cleaned up; true the first time.
func (l *Ledger) GaveUp(key core.Ref) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(key)
	first := !e.gaveUp
	e.gaveUp = true
	return first
}
