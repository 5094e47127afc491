// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Waits notes that rows of a group's objects are on the hosts of these Hosts. It replaces what was noted before.
func (l *Ledger) Waits(key core.Ref, holders []core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, holder := range l.holders[key] {
		if left := slices.DeleteFunc(l.waiting[holder], func(w core.Ref) bool { return w == key }); len(left) > 0 {
			l.waiting[holder] = left
		} else {
			delete(l.waiting, holder)
		}
	}
	if len(holders) == 0 {
		delete(l.holders, key)
		return
	}
	l.holders[key] = slices.Clone(holders)
	for _, holder := range holders {
		l.waiting[holder] = append(l.waiting[holder], key)
	}
}

// Waiting lists the groups that have rows on the hosts of these Hosts, without order.
func (l *Ledger) Waiting(holders ...core.Ref) []core.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []core.Ref
	for _, holder := range holders {
		out = append(out, l.waiting[holder]...)
	}
	return out
}
