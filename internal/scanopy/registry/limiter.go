// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// The budget of an origin for which nobody says anything else: the server
// allows 300 a minute per user, who also has a web UI.
const (
	DefaultPerMinute = 240
	DefaultBurst     = 60
)

// Budget is how often an origin may be asked. Zero or less means the default.
type Budget struct {
	PerMinute int
	Burst     int
}

func (b Budget) orDefault() Budget {
	if b.PerMinute <= 0 {
		b.PerMinute = DefaultPerMinute
	}
	if b.Burst <= 0 {
		b.Burst = DefaultBurst
	}
	return b
}

// Clock is what passes time.
type Clock = clock.WithDelayedExecution

// Limiter hands out the tokens of one origin. A plan of n requests leases
// min(n, burst) of them, or its key waits here by rank and is called by
// OnReady when they are there. It is the Gate of all clients of the origin.
type Limiter struct {
	clock   Clock
	onReady func(key string)
	// spawn runs the timer's work: a clock may call with its own lock held.
	spawn func(func())

	mu     sync.Mutex
	bucket bucket
	queue  queue
	pause  pause
	// epoch counts the pauses: leases from before one are worth nothing.
	epoch uint64
	timer clock.Timer
	due   time.Time
}

// NewLimiter makes a limiter with a full bucket. onReady is called, without
// any lock held, for a key that waits and whose tokens are there; it must not
// block. The tokens are held for the key for 5 s. Then they go back, and the
// key is not called again, but for a minute it keeps its rank if it asks again.
func NewLimiter(c Clock, b Budget, onReady func(key string)) *Limiter {
	b = b.orDefault()
	if onReady == nil {
		onReady = func(string) {}
	}
	l := &Limiter{clock: c, onReady: onReady, spawn: func(f func()) { go f() }}
	l.queue.byKey = map[string]*waiter{}
	l.bucket = bucket{perMinute: int64(b.PerMinute), burst: b.Burst, credit: int64(b.Burst) * unit, last: c.Now()}
	return l
}

// TryLease leases min(n, burst) tokens for key, if they are there and nobody
// who ranks before waits for them. Else the key waits, at most once: asking
// again keeps its arrival, and its priority can only rise.
func (l *Limiter) TryLease(n int, key string, p Priority) (*Lease, bool) {
	var lease *Lease
	l.settle(func(now time.Time) {
		w := l.queue.take(key, p)
		mine := w.tokens
		l.bucket.putBack(mine)
		w.n, w.tokens = max(n, 1), 0
		need := l.need(w)
		overtaken := mine < need && l.queue.overtaken(w.rank) // what was held for it is its own
		if l.pause.shut(now) || l.bucket.tokens() < need || overtaken {
			l.queue.push(w)
			return
		}
		l.bucket.takeOut(need)
		lease = &Lease{limiter: l, rank: w.rank, left: need, epoch: l.epoch}
	})
	return lease, lease != nil
}

// Cancel forgets a key; tokens that are held for it go back.
func (l *Limiter) Cancel(key string) {
	l.settle(func(time.Time) {
		if w := l.queue.remove(key); w != nil {
			l.bucket.putBack(w.tokens)
		}
	})
}

// SetBudget changes the budget from now on.
func (l *Limiter) SetBudget(b Budget) {
	b = b.orDefault()
	l.settle(func(time.Time) {
		l.bucket.perMinute, l.bucket.burst = int64(b.PerMinute), b.Burst
		l.bucket.credit = min(l.bucket.credit, l.bucket.room())
	})
}

func (l *Limiter) need(w *waiter) int { return min(w.n, l.bucket.burst) }

// settle brings the books up to now, changes them, and calls whoever has
// become ready.
func (l *Limiter) settle(change func(now time.Time)) {
	l.mu.Lock()
	now := l.clock.Now()
	l.bucket.refill(now)
	l.bucket.putBack(l.queue.lapse(now))
	change(now)
	ready := l.callReady(now)
	l.schedule(now)
	l.mu.Unlock()
	for _, key := range ready {
		l.onReady(key)
	}
}

// callReady holds tokens for those at the head of the line that can have them.
func (l *Limiter) callReady(now time.Time) (keys []string) {
	for w := l.queue.first(); w != nil && !l.pause.shut(now); w = l.queue.first() {
		need := l.need(w)
		if l.bucket.tokens() < need {
			break
		}
		l.bucket.takeOut(need)
		keys = append(keys, l.queue.call(need, now.Add(holdFor)).key)
	}
	return keys
}

// schedule sets the timer to when something changes by time alone.
func (l *Limiter) schedule(now time.Time) {
	due := l.nextChange()
	if due.Equal(l.due) && (due.IsZero() || due.After(now)) {
		return
	}
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	l.due = due
	if !due.IsZero() {
		l.timer = l.clock.AfterFunc(max(due.Sub(now), 0), func() { l.spawn(l.tick) })
	}
}

func (l *Limiter) nextChange() (due time.Time) {
	if len(l.queue.called) > 0 {
		due = l.queue.called[0].until
	}
	w := l.queue.first()
	if w == nil {
		return due
	}
	// After a 429 the bucket fills from the end of the pause, so this is never in one.
	if at, ok := l.bucket.full(l.need(w)); ok && (due.IsZero() || at.Before(due)) {
		due = at
	}
	return due
}

// tick forgets the timer that made it, so that schedule sets another.
func (l *Limiter) tick() { l.settle(func(time.Time) { l.due = time.Time{} }) }

// LimiterState is what metrics show of a limiter.
type LimiterState struct {
	// Tokens are there for anybody, Leased are out: leased or held for a key.
	Tokens int
	Leased int
	// Waiting counts keys in the line by priority.
	Waiting map[Priority]int
	// Paused is how long nothing may be sent.
	Paused time.Duration
}

// Snapshot reads the limiter's state.
func (l *Limiter) Snapshot() LimiterState {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.bucket.refill(now)
	s := LimiterState{Tokens: l.bucket.tokens(), Leased: l.bucket.out, Waiting: map[Priority]int{}, Paused: max(0, l.pause.until.Sub(now))}
	for _, w := range l.queue.line {
		s.Waiting[w.priority]++
	}
	return s
}

// idle says that the limiter holds nothing that a new one would not.
func (l *Limiter) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.bucket.refill(now)
	calm := l.pause.row == 0 || now.Sub(l.pause.until) > 10*lastPause
	return l.bucket.tokens() == l.bucket.burst && len(l.queue.byKey) == 0 && !l.pause.shut(now) && calm
}
