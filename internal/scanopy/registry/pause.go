// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

const (
	firstPause = 2 * time.Second
	lastPause  = time.Minute
)

// pause is the time after a 429 in which nothing is sent.
type pause struct {
	until time.Time
	// row counts 429s with no other answer between them.
	row int
}

func (p *pause) shut(now time.Time) bool { return now.Before(p.until) }

// begin reckons with a 429. Those that arrive in a pause were sent before it:
// they can make it longer, but they don't count.
func (p *pause) begin(now time.Time, after time.Duration) {
	if !p.shut(now) {
		p.row++
		step := firstPause
		for i := 1; i < p.row && step < lastPause; i++ {
			step *= 2
		}
		after = max(after, min(step, lastPause))
	}
	if until := now.Add(after); until.After(p.until) {
		p.until = until
	}
}

var _ scanopy.Gate = (*Limiter)(nil)

// Allow implements scanopy.Gate.
func (l *Limiter) Allow() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if !l.pause.shut(now) {
		return nil
	}
	return &scanopy.Error{
		Reason:  scanopy.RateLimited,
		Message: "the server was asked too often and is left alone for a while", RetryAfter: l.pause.until.Sub(now),
	}
}

// Throttled implements scanopy.Gate: nothing is sent before after, at least
// 2 s, growing with each 429 in a row to 60 s. All tokens are void; new ones
// come from the end of the pause.
func (l *Limiter) Throttled(after time.Duration) {
	l.settle(func(now time.Time) {
		l.pause.begin(now, after)
		l.epoch++
		l.bucket.empty(l.pause.until)
		l.queue.recall()
	})
}

// Answered implements scanopy.Gate: the next 429 is the first of a row again.
// An answer in a pause belongs to a request from before it.
func (l *Limiter) Answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.pause.shut(l.clock.Now()) {
		l.pause.row = 0
	}
}
