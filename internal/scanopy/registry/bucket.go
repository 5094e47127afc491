// SPDX-License-Identifier: Apache-2.0

package registry

import "time"

// unit is the credit that one token costs. Credit grows by perMinute each
// nanosecond, so that all is counted in whole numbers and nothing is rounded.
const unit = int64(time.Minute)

// bucket counts tokens. What is out (leased or held and not used yet) counts
// against the burst, so that never more than burst requests can be sent at
// once, and in any time t no more than burst + rate·t.
type bucket struct {
	perMinute int64
	burst     int
	credit    int64
	out       int
	// last is the time up to which credit has been given; it may lie ahead.
	last time.Time
}

// room is the most credit that there may be now.
func (b *bucket) room() int64 { return max(0, int64(b.burst-b.out)*unit) }

// refill gives the credit for the time that has passed.
func (b *bucket) refill(now time.Time) {
	passed := int64(now.Sub(b.last))
	if passed <= 0 {
		return
	}
	b.last = now
	lacking := b.room() - b.credit
	if lacking <= 0 {
		return
	}
	if passed > lacking/b.perMinute { // also keeps the product from overflowing
		b.credit = b.room()
		return
	}
	b.credit += passed * b.perMinute
}

func (b *bucket) tokens() int { return int(b.credit / unit) }

// takeOut moves tokens from the bucket to whoever leases or holds them.
func (b *bucket) takeOut(n int) {
	b.credit -= int64(n) * unit
	b.out += n
}

// putBack undoes takeOut for tokens that were not used.
func (b *bucket) putBack(n int) {
	b.out -= n
	b.credit = min(b.credit+int64(n)*unit, b.room())
}

// full says when there will be n tokens; false if others must give back first.
func (b *bucket) full(n int) (time.Time, bool) {
	lacking := int64(n)*unit - b.credit
	if lacking <= 0 {
		return b.last, true
	}
	if int64(n)*unit > b.room() {
		return time.Time{}, false
	}
	return b.last.Add(time.Duration((lacking + b.perMinute - 1) / b.perMinute)), true
}

// empty drops all tokens, also those that are out, and begins again at a time.
func (b *bucket) empty(from time.Time) { b.credit, b.out, b.last = 0, 0, from }
