// SPDX-License-Identifier: Apache-2.0

package registry

import "time"

// Lease is tokens for one plan. Every lease must be released.
type Lease struct {
	limiter *Limiter
	rank    rank
	left    int
	epoch   uint64
}

// Take uses a token: one of the leased, or one more if it is there and nobody
// who ranks before waits. False means: stop cleanly between two steps.
func (s *Lease) Take() (ok bool) {
	l := s.limiter
	l.settle(func(now time.Time) {
		switch {
		case s.epoch != l.epoch || l.pause.shut(now):
		case s.left > 0:
			s.left--
			l.bucket.out--
			ok = true
		case l.bucket.tokens() > 0 && !l.queue.overtaken(s.rank):
			l.bucket.credit -= unit
			ok = true
		}
	})
	return ok
}

// Left is how many of the leased tokens are not used yet.
func (s *Lease) Left() int {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	if s.epoch != s.limiter.epoch {
		return 0
	}
	return s.left
}

// Release gives unused tokens back. A second one does nothing.
func (s *Lease) Release() {
	l := s.limiter
	l.settle(func(time.Time) {
		if s.epoch == l.epoch {
			l.bucket.putBack(s.left)
		}
		s.left = 0
	})
}
