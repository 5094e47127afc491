// SPDX-License-Identifier: Apache-2.0

package ledger

import "github.com/scanopy-operator/scanopy-operator/internal/core"

// Take notes that a group is about to adopt a backend host, so that no other one does before its status says so. It is
// false if another one is before it.
func (l *Ledger) Take(hostID string, key core.Ref) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if by, taken := l.taken[hostID]; taken && by != key {
		return false
	}
	l.taken[hostID] = key
	return true
}

// Leave takes that back: nothing was written, or the status tells it by now.
func (l *Ledger) Leave(hostID string, key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken[hostID] == key {
		delete(l.taken, hostID)
	}
}

// TakenBy is the group that was seen adopting a backend host.
func (l *Ledger) TakenBy(hostID string) (core.Ref, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key, ok := l.taken[hostID]
	return key, ok
}
