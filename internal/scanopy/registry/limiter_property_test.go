// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"pgregory.net/rapid"
)

var epoch = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// bench is a limiter whose time passes by hand, and a plain model of it.
type bench struct {
	fatalf func(string, ...any)
	clock  *clocktesting.FakeClock
	l      *Limiter
	due    []func()

	burst, perMinute int
	// waiting has the rank of each key that waits and was not called.
	waiting map[string]rank
	arrived map[string]uint64
	seq     uint64
	calls   map[string]int
	leases  []*Lease
	leasing bool
	called  []string
	sent    []time.Time
}

func newBench(fatalf func(string, ...any), b Budget) *bench {
	s := &bench{
		fatalf: fatalf, clock: clocktesting.NewFakeClock(epoch), burst: b.Burst, perMinute: b.PerMinute,
		waiting: map[string]rank{}, arrived: map[string]uint64{}, calls: map[string]int{},
	}
	s.l = NewLimiter(s.clock, b, s.ready)
	s.l.spawn = func(f func()) { s.due = append(s.due, f) }
	return s
}

// ready checks that who is called is the first of all who wait; calls within
// TryLease are checked when it is known what came of that.
func (s *bench) ready(key string) {
	s.calls[key]++
	if s.leasing {
		s.called = append(s.called, key)
		return
	}
	s.checkCall(key)
}

func (s *bench) checkCall(key string) {
	r, ok := s.waiting[key]
	if !ok {
		s.fatalf("%s was called but does not wait", key)
	}
	s.nobodyBefore(r, key, "called")
	delete(s.waiting, key)
}

func (s *bench) nobodyBefore(r rank, key, what string) {
	for other, or := range s.waiting {
		sooner := or.priority < r.priority || or.priority == r.priority && or.arrival < r.arrival
		if other != key && sooner {
			s.fatalf("%s was %s before %s", key, what, other)
		}
	}
}

func (s *bench) lease(key string, n int, p Priority) bool {
	known := s.l.queue.byKey[key]
	r, own := rank{p, s.arrived[key]}, 0
	if known != nil {
		own = known.tokens
	}
	if known == nil {
		s.seq++
		s.arrived[key] = s.seq
		r.arrival = s.seq
	} else {
		r.priority = min(p, known.priority)
	}
	// It is in the line before TryLease returns, and may be called at once.
	s.waiting[key] = r
	calls := s.calls[key]
	s.leasing, s.called = true, nil
	lease, ok := s.l.TryLease(n, key, p)
	s.leasing = false
	defer func() {
		for _, key := range s.called {
			s.checkCall(key)
		}
	}()
	if !ok {
		return false
	}
	if s.calls[key] != calls {
		s.fatalf("%s got a lease and was called", key)
	}
	need := min(max(n, 1), s.burst)
	if own < need {
		s.nobodyBefore(r, key, "served")
	}
	delete(s.waiting, key)
	if lease.Left() != need {
		s.fatalf("%s leased %d of %d", key, lease.Left(), n)
	}
	s.leases = append(s.leases, lease)
	return true
}

func (s *bench) take(i int) {
	lease := s.leases[i]
	left := lease.Left()
	if !lease.Take() {
		if left > 0 && !s.l.pause.shut(s.clock.Now()) {
			s.fatalf("a leased token was refused")
		}
		return
	}
	if left == 0 {
		s.nobodyBefore(lease.rank, "", "served")
	}
	now := s.clock.Now()
	if s.l.Allow() != nil {
		s.fatalf("a token was given in a pause")
	}
	s.sent = append(s.sent, now)
	for k, at := range s.sent {
		n := len(s.sent) - k
		allowed := float64(s.burst) + float64(s.perMinute)*now.Sub(at).Minutes()
		if float64(n) > allowed+1e-6 {
			s.fatalf("%d requests in %s with burst %d and %d a minute", n, now.Sub(at), s.burst, s.perMinute)
		}
	}
}

func (s *bench) release(i int) {
	s.leases[i].Release()
	s.leases = append(s.leases[:i], s.leases[i+1:]...)
}

// step passes time in small pieces, so that each timer runs when it is due.
func (s *bench) step(d time.Duration) {
	const piece = 50 * time.Millisecond
	for passed := time.Duration(0); passed < d; passed += piece {
		s.clock.Step(min(piece, d-passed))
		s.run()
	}
}

func (s *bench) run() {
	for len(s.due) > 0 {
		f := s.due[0]
		s.due = s.due[1:]
		f()
	}
}

// check says what holds at any time.
func (s *bench) check() {
	b := &s.l.bucket
	out := 0
	for _, lease := range s.leases {
		out += lease.Left()
	}
	for _, w := range s.l.queue.called {
		out += w.tokens
	}
	if b.out != out {
		s.fatalf("%d tokens are out, but leases and holds have %d", b.out, out)
	}
	if b.credit < 0 || b.credit+int64(b.out)*unit > int64(b.burst)*unit {
		s.fatalf("credit %d with %d out of %d", b.credit, b.out, b.burst)
	}
	now := s.clock.Now()
	if w := s.l.queue.first(); w != nil && !s.l.pause.shut(now) && b.tokens() >= s.l.need(w) {
		s.fatalf("%s waits although its tokens are there", w.key)
	}
	if len(s.l.queue.line) != len(s.waiting) {
		s.fatalf("%d wait, not %d", len(s.l.queue.line), len(s.waiting))
	}
	held := len(s.l.queue.line) + len(s.l.queue.called) + len(s.l.queue.gone)
	if held != len(s.l.queue.byKey) {
		s.fatalf("%d keys in %d places", len(s.l.queue.byKey), held)
	}
}

// settle lets everybody who waits be called: nobody is forgotten, and in the
// end all tokens are there.
func (s *bench) settle() {
	for len(s.leases) > 0 {
		s.release(0)
	}
	waited := map[string]int{}
	for key := range s.waiting {
		waited[key] = s.calls[key]
	}
	fill := time.Duration(float64(s.burst)/float64(s.perMinute)*float64(time.Minute)) + time.Second
	s.step(max(0, s.l.pause.until.Sub(s.clock.Now())) + time.Duration(len(waited)+1)*(holdFor+fill))
	for key, before := range waited {
		if s.calls[key] == before {
			s.fatalf("%s was never called", key)
		}
	}
	if got := s.l.Snapshot(); got.Tokens != s.burst || got.Leased != 0 {
		s.fatalf("in the end there are %+v", got)
	}
}

// TestTheLimiterKeepsItsLaws runs random users against the limiter: never more
// than burst + rate·t requests, waiters served by priority and arrival, no
// wake-up lost, no token lost or made.
func TestTheLimiterKeepsItsLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newBench(rt.Fatalf, Budget{
			PerMinute: rapid.SampledFrom([]int{60, 240, 299, 1000}).Draw(rt, "perMinute"),
			Burst:     rapid.IntRange(1, 12).Draw(rt, "burst"),
		})
		key := rapid.Custom(func(rt *rapid.T) string { return fmt.Sprint("k", rapid.IntRange(0, 7).Draw(rt, "n")) })
		pick := func(rt *rapid.T) int {
			if len(s.leases) == 0 {
				rt.Skip("no lease")
			}
			return rapid.IntRange(0, len(s.leases)-1).Draw(rt, "lease")
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { s.run(); s.check() },
			"lease": func(rt *rapid.T) {
				s.lease(key.Draw(rt, "key"), rapid.IntRange(0, 15).Draw(rt, "n"), Priority(rapid.IntRange(0, 2).Draw(rt, "p")))
			},
			"take":    func(rt *rapid.T) { s.take(pick(rt)) },
			"release": func(rt *rapid.T) { s.release(pick(rt)) },
			"cancel": func(rt *rapid.T) {
				k := key.Draw(rt, "key")
				delete(s.waiting, k) // before, as others may be called within
				s.l.Cancel(k)
			},
			"step": func(rt *rapid.T) {
				s.step(time.Duration(rapid.IntRange(1, 4000).Draw(rt, "ms")) * time.Millisecond)
			},
			"429": func(rt *rapid.T) {
				if rapid.IntRange(0, 3).Draw(rt, "often") > 0 {
					rt.Skip("seldom")
				}
				for _, w := range s.l.queue.called {
					s.waiting[w.key] = w.rank // they wait again
				}
				s.l.Throttled(time.Duration(rapid.IntRange(0, 5).Draw(rt, "after")) * time.Second)
			},
			"answer": func(*rapid.T) { s.l.Answered() },
		})
		s.settle()
	})
}
