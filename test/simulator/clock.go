// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"time"

	"k8s.io/utils/clock"
)

// simClock passes time only when it is told to. What is due is called at its time, in order.
type simClock struct {
	clock.Clock // absent: nobody may wait

	now    time.Time
	timers []*timer
	count  int
}

type timer struct {
	clock *simClock
	at    time.Time
	order int
	call  func()
}

func newClock() *simClock { return &simClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

// Now implements clock.PassiveClock.
func (c *simClock) Now() time.Time { return c.now }

// Since implements clock.PassiveClock.
func (c *simClock) Since(t time.Time) time.Duration { return c.now.Sub(t) }

// AfterFunc implements clock.WithDelayedExecution.
func (c *simClock) AfterFunc(d time.Duration, call func()) clock.Timer {
	c.count++
	t := &timer{clock: c, at: c.now.Add(d), order: c.count, call: call}
	c.timers = append(c.timers, t)
	return t
}

// C implements clock.Timer.
func (t *timer) C() <-chan time.Time { return nil }

// Stop implements clock.Timer.
func (t *timer) Stop() bool {
	i := slices.Index(t.clock.timers, t)
	if i >= 0 {
		t.clock.timers = slices.Delete(t.clock.timers, i, i+1)
	}
	return i >= 0
}

// Reset implements clock.Timer.
func (t *timer) Reset(d time.Duration) bool {
	was := t.Stop()
	t.at = t.clock.now.Add(d)
	t.clock.timers = append(t.clock.timers, t)
	return was
}

// next is the first timer, if there is one.
func (c *simClock) next() (first *timer) {
	for _, t := range c.timers {
		if first == nil || t.at.Before(first.at) || (t.at.Equal(first.at) && t.order < first.order) {
			first = t
		}
	}
	return first
}

// pass lets time pass up to a moment.
func (c *simClock) pass(to time.Time) {
	for t := c.next(); t != nil && !t.at.After(to); t = c.next() {
		if t.at.After(c.now) {
			c.now = t.at
		}
		t.Stop()
		t.call()
	}
	if to.After(c.now) {
		c.now = to
	}
}

// clear forgets all timers: whoever set them is no more.
func (c *simClock) clear() { c.timers = nil }
