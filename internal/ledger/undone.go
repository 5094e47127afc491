// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// field is a declared field of an item.
type field struct {
	item core.Item
	name string
}

// undone is what is remembered of a field that somebody changed back. open: it was seen and not repaired since.
type undone struct {
	core.Undone

	open bool
}

// Undone notes which fields a plan found undone; it says whether one of that is new. What was seen before and not
// repaired yet is the same undoing still. complete says that whatever is not among them is as it should be.
func (l *Ledger) Undone(key core.Ref, seen []core.Undoing, complete bool) (isNew bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	if !ok && len(seen) == 0 {
		return false
	}
	if !ok || e.undone == nil {
		e = l.entry(key)
		e.undone = map[field]*undone{}
	}
	there := map[field]bool{}
	for _, u := range seen {
		f := field{u.Item, u.Field}
		there[f] = true
		old := e.undone[f]
		if old == nil || old.Generation != u.Generation || old.Asked != u.Asked {
			old = &undone{}
			e.undone[f] = old
		}
		old.Undoing = u
		if !old.open {
			old.At, old.open, isNew = append(old.At, l.clock.Now()), true, true
		}
	}
	for f, u := range e.undone {
		u.open = u.open && (there[f] || !complete)
	}
	return isNew
}

// Repaired notes that a field is as it was declared again.
func (l *Ledger) Repaired(key core.Ref, item core.Item, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok && e.undone[field{item, name}] != nil {
		e.undone[field{item, name}].open = false
	}
}

// Undoings lists what was undone within the hour, in no order, and says when one that is left alone because of that is
// due for another try (0: none is).
func (l *Ledger) Undoings(key core.Ref) (out []core.Undone, next time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	if !ok {
		return nil, 0
	}
	now := l.clock.Now()
	for f, u := range e.undone {
		if len(u.At) > 0 && now.Sub(u.At[len(u.At)-1]) >= core.UndoneWithin {
			delete(e.undone, f)
			continue
		}
		copied := u.Undone
		copied.At = slices.Clone(u.At)
		out = append(out, copied)
		if left := u.At[len(u.At)-1].Add(core.UndoneWithin).Sub(now); u.IsStopped(now) && (next == 0 || left < next) {
			next = left
		}
	}
	return out, next
}

// Wrote notes what was wanted when something was written, or seen to be there: the sum of it if that is whole.
func (l *Ledger) Wrote(key core.Ref, sum uint64, whole bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := l.entry(key); {
	case whole:
		e.written = sum
	case e.written != sum:
		e.written = 0
	}
}

// WrittenSum is the sum of what was wanted when all of it was last there; 0 when that is not known.
func (l *Ledger) WrittenSum(key core.Ref) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		return e.written
	}
	return 0
}
