// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"maps"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Refuse notes that the server refused items. With one object among them the refusal is theirs; with several the group
// is written step by step from now on (docs/how-it-decides.md, Refused by the server), until Written.
func (l *Ledger) Refuse(key core.Ref, items []core.Item, generations map[core.Ref]int64, message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(key)
	if len(owners(items)) > 1 && !e.isolate {
		e.isolate = true
		return
	}
	for _, item := range items {
		e.refuse(core.Rejection{Item: item, Generation: generations[item.Object], Message: message}, l.clock.Now())
	}
}

// RefuseMerge notes that the server does not merge a host away, because a daemon runs on it.
func (l *Ledger) RefuseMerge(key core.Ref, item core.Item, generations map[core.Ref]int64, message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entry(key).refuse(core.Rejection{
		Item: item, Generation: generations[item.Object], Message: message, Reason: core.ReasonHostHasDaemon,
	}, l.clock.Now())
}

func (e *entry) refuse(r core.Rejection, now time.Time) {
	tries := 0
	if old, ok := e.refused[r.Item]; ok && old.Generation == r.Generation {
		tries = old.tries
	}
	e.refused[r.Item] = refusal{Rejection: r, at: now, tries: tries + 1}
}

// due is when the next try of what was refused is due.
func (r *refusal) due() time.Time {
	return r.at.Add(min(10*time.Second<<min(r.tries, 6), RetryRefused))
}

func owners(items []core.Item) map[core.Item]bool {
	out := map[core.Item]bool{}
	for _, i := range items {
		if i.Part == core.PartInlineBinding {
			i.Part, i.Sub = core.PartService, 0
		}
		if i.Part == core.PartBinding {
			i.Part, i.Index = core.PartObject, 0
		}
		if i.Part == core.PartInterface || i.Part == core.PartPort {
			i = core.Item{Object: i.Object}
		}
		out[i] = true
	}
	return out
}

// Refused lists what the server refused and is not due for another try, and says when the next is due (0: never). What is
// due stays known until the group is written: if it is refused again, the next try has longer.
func (l *Ledger) Refused(key core.Ref) (out []core.Rejection, next time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	if !ok {
		return nil, 0
	}
	now := l.clock.Now()
	for _, r := range e.refused {
		left := r.due().Sub(now)
		if left <= 0 {
			continue
		}
		out = append(out, r.Rejection)
		if next == 0 || left < next {
			next = left
		}
	}
	return out, next
}

// Forgive forgets what the server refused: it is another one now.
func (l *Ledger) Forgive(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		e.refused, e.isolate = map[core.Item]refusal{}, false
	}
}

// Isolate says that the group is to be written step by step.
func (l *Ledger) Isolate(key core.Ref) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	return ok && e.isolate
}

// Written notes that everything of the group that may be written is: refusals that hold stay, the rest starts anew.
func (l *Ledger) Written(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		now := l.clock.Now()
		maps.DeleteFunc(e.refused, func(_ core.Item, r refusal) bool { return !r.due().After(now) })
		e.isolate, e.isLost, e.isBroken, e.awaits, e.failures, e.merging = false, false, false, false, 0, nil
	}
}

// Failed counts a failure in a row and gives the number before it.
func (l *Ledger) Failed(key core.Ref) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(key)
	e.failures++
	return e.failures - 1
}

// Forget drops a group that is no more.
func (l *Ledger) Forget(key core.Ref) {
	l.Waits(key, nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.groups, key)
	maps.DeleteFunc(l.taken, func(_ string, by core.Ref) bool { return by == key })
	delete(l.missing, key)
}
