// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"cmp"
	"slices"
	"time"
)

// Priority ranks those who wait; the lowest goes first.
type Priority int

const (
	// PriorityEdit is for edits and deletions.
	PriorityEdit Priority = iota
	// PriorityCreate is for new objects.
	PriorityCreate
	// PriorityResync is for what nobody waits for.
	PriorityResync
)

const (
	// holdFor is how long tokens are held for a key that was called.
	holdFor = 5 * time.Second
	// rememberFor is how long a key that did not come keeps its rank.
	rememberFor = time.Minute
)

// state of a waiter.
type state int

const (
	queued state = iota // waits for tokens
	held                // was called, tokens are kept for it
	lapsed              // was called and did not come; only its rank is kept
)

// rank orders waiters and leases.
type rank struct {
	priority Priority
	arrival  uint64
}

func (r rank) before(s rank) bool { return compareRank(r, s) < 0 }

func compareRank(a, b rank) int {
	return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.arrival, b.arrival))
}

// waiter is a key that asked for tokens and has none yet.
type waiter struct {
	rank

	key   string
	n     int
	state state
	// tokens is what is held, until when.
	tokens int
	until  time.Time
}

// queue has each key at most once: in the line in order of rank, or aside, in
// order of time, because it was called.
type queue struct {
	byKey  map[string]*waiter
	line   []*waiter
	called []*waiter
	gone   []*waiter
	seq    uint64
}

// take removes a key and gives its waiter, a new one if it is not here.
func (q *queue) take(key string, p Priority) *waiter {
	w := q.remove(key)
	if w == nil {
		q.seq++
		return &waiter{key: key, rank: rank{p, q.seq}}
	}
	w.priority = min(w.priority, p)
	return w
}

// remove takes a key out wherever it is; nil if it is nowhere.
func (q *queue) remove(key string) *waiter {
	w := q.byKey[key]
	if w == nil {
		return nil
	}
	delete(q.byKey, key)
	in := map[state]*[]*waiter{queued: &q.line, held: &q.called, lapsed: &q.gone}[w.state]
	*in = slices.DeleteFunc(*in, func(x *waiter) bool { return x == w })
	return w
}

// push puts a waiter into the line.
func (q *queue) push(w *waiter) {
	w.state, w.tokens = queued, 0
	at, _ := slices.BinarySearchFunc(q.line, w.rank, func(x *waiter, r rank) int { return compareRank(x.rank, r) })
	q.line = slices.Insert(q.line, at, w)
	q.byKey[w.key] = w
}

// first is who is next, nil if the line is empty.
func (q *queue) first() *waiter {
	if len(q.line) == 0 {
		return nil
	}
	return q.line[0]
}

// overtaken says whether somebody in the line ranks before r.
func (q *queue) overtaken(r rank) bool {
	w := q.first()
	return w != nil && w.before(r)
}

// call takes the first out of the line and holds tokens for it.
func (q *queue) call(tokens int, until time.Time) *waiter {
	w := q.line[0]
	q.line = q.line[1:]
	w.state, w.tokens, w.until = held, tokens, until
	q.called = append(q.called, w)
	return w
}

// lapse gives the called ones whose time is over, and forgets the long gone.
func (q *queue) lapse(now time.Time) (tokens int) {
	for len(q.called) > 0 && !q.called[0].until.After(now) {
		w := q.called[0]
		q.called = q.called[1:]
		tokens += w.tokens
		w.state, w.tokens, w.until = lapsed, 0, now.Add(rememberFor)
		q.gone = append(q.gone, w)
	}
	for len(q.gone) > 0 && !q.gone[0].until.After(now) {
		delete(q.byKey, q.gone[0].key)
		q.gone = q.gone[1:]
	}
	return tokens
}

// recall puts all called ones back into the line; their tokens are lost.
func (q *queue) recall() {
	called := q.called
	q.called = nil
	for _, w := range called {
		q.push(w)
	}
}
