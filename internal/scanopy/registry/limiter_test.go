// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

func fourPerSecond(t *testing.T, burst int) *bench {
	t.Helper()
	return newBench(t.Fatalf, Budget{PerMinute: 240, Burst: burst})
}

// drain uses all tokens up.
func (s *bench) drain() {
	s.lease("drain", s.burst, PriorityEdit)
	for range s.burst {
		s.take(0)
	}
	s.release(0)
}

func TestAPlanLargerThanTheBurstNeedsTheBurst(t *testing.T) {
	s := fourPerSecond(t, 4)
	if !s.lease("a", 100, PriorityEdit) {
		t.Fatal("refused")
	}
	for range 4 {
		s.take(0)
	}
	if s.leases[0].Take() {
		t.Error("a fifth token came from nowhere")
	}
	s.step(250 * time.Millisecond)
	if !s.leases[0].Take() {
		t.Error("a token that grew meanwhile was refused")
	}
}

func TestEditsGoBeforeCreationsBeforeResyncsThenByArrival(t *testing.T) {
	s := fourPerSecond(t, 2)
	s.drain()
	var order []string
	s.l.onReady = func(key string) { order = append(order, key) }
	for _, x := range []struct {
		key string
		p   Priority
	}{{"resync", PriorityResync}, {"create1", PriorityCreate}, {"create2", PriorityCreate}, {"edit", PriorityEdit}, {"create1", PriorityCreate}, {"late", PriorityResync}, {"late", PriorityEdit}} {
		s.l.TryLease(1, x.key, x.p)
	}
	s.step(20 * time.Second)
	if want := []string{"edit", "late", "create1", "create2", "resync"}; !slices.Equal(order, want) {
		t.Errorf("called %v, not %v", order, want)
	}
}

func TestTokensAreHeldForFiveSecondsForWhoIsCalled(t *testing.T) {
	s := fourPerSecond(t, 2)
	s.drain()
	s.lease("first", 2, PriorityCreate)
	s.lease("second", 2, PriorityCreate)
	s.step(500 * time.Millisecond)
	if s.calls["first"] != 1 || s.calls["second"] != 0 {
		t.Fatalf("called %v", s.calls)
	}
	s.step(4 * time.Second)
	if s.lease("edit", 1, PriorityEdit) {
		t.Error("held tokens went to another")
	}
	s.l.Cancel("edit")
	delete(s.waiting, "edit")
	s.step(time.Second)
	if s.calls["second"] != 1 {
		t.Error("the next was not called when the hold ran out")
	}
	s.l.Cancel("second")
	if !s.lease("first", 2, PriorityCreate) {
		t.Error("who came late was refused although nobody ranks before")
	}
}

func TestWhoIsCalledGetsWhatWasHeld(t *testing.T) {
	s := fourPerSecond(t, 2)
	s.drain()
	s.lease("a", 2, PriorityResync)
	s.step(500 * time.Millisecond)
	s.lease("b", 1, PriorityEdit)
	if !s.lease("a", 2, PriorityResync) {
		t.Error("refused what was held")
	}
}

func TestWhoComesLateKeepsItsRank(t *testing.T) {
	s := fourPerSecond(t, 2)
	s.drain()
	s.lease("a", 2, PriorityCreate)
	s.lease("b", 2, PriorityCreate)
	s.step(5600 * time.Millisecond) // a lapsed, b is called
	s.lease("c", 2, PriorityCreate)
	s.lease("a", 2, PriorityCreate)
	if first := s.l.queue.first(); first == nil || first.key != "a" {
		t.Error("a lost its rank")
	}
}

func TestUnusedTokensGoBackAndWakeTheNext(t *testing.T) {
	s := fourPerSecond(t, 2)
	s.lease("a", 2, PriorityEdit)
	s.lease("b", 2, PriorityEdit)
	s.release(0)
	if s.calls["b"] != 1 {
		t.Error("b was not called")
	}
}

func TestAfterA429NothingIsSentForAtLeastTwoSecondsGrowing(t *testing.T) {
	s := fourPerSecond(t, 4)
	for i, want := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
		s.l.Throttled(0)
		s.l.Throttled(0) // sent before the pause: does not count
		s.l.Answered()   // as well
		if got := s.l.Snapshot(); got.Paused != want*time.Second || got.Tokens != 0 {
			t.Errorf("after %d: %+v", i+1, got)
		}
		e, ok := errors.AsType[*scanopy.Error](s.l.Allow())
		if !ok || e.Reason != scanopy.RateLimited || e.RetryAfter != want*time.Second || e.Sent {
			t.Errorf("after %d: %+v", i+1, e)
		}
		s.step(want * time.Second)
		if err := s.l.Allow(); err != nil {
			t.Errorf("after the pause: %v", err)
		}
	}
	s.l.Answered()
	s.l.Throttled(0)
	if got := s.l.Snapshot().Paused; got != 2*time.Second {
		t.Errorf("after an answer: %s", got)
	}
}

func TestRetryAfterIsObeyedAlsoInAPause(t *testing.T) {
	s := fourPerSecond(t, 4)
	s.l.Throttled(30 * time.Second)
	s.l.Throttled(5 * time.Second)
	if got := s.l.Snapshot().Paused; got != 30*time.Second {
		t.Errorf("a shorter one: %s", got)
	}
	s.l.Throttled(90 * time.Second)
	if got := s.l.Snapshot().Paused; got != 90*time.Second {
		t.Errorf("a longer one: %s", got)
	}
}

func TestTokensStartFromNoneAfterAPauseAndLeasesAreVoid(t *testing.T) {
	s := fourPerSecond(t, 4)
	s.lease("a", 4, PriorityEdit)
	s.l.Throttled(0)
	if s.leases[0].Take() {
		t.Error("a lease of before a 429 was honoured")
	}
	s.lease("b", 2, PriorityEdit)
	s.release(0)
	s.step(2400 * time.Millisecond)
	if s.calls["b"] != 0 {
		t.Error("tokens grew in the pause")
	}
	s.step(100 * time.Millisecond)
	if s.calls["b"] != 1 {
		t.Error("b was not called when its tokens were there")
	}
}

func TestABudgetThatChangesHoldsFromThenOn(t *testing.T) {
	s := fourPerSecond(t, 10)
	s.l.SetBudget(Budget{PerMinute: 60, Burst: 2})
	if got := s.l.Snapshot().Tokens; got != 2 {
		t.Errorf("%d tokens", got)
	}
	s.burst, s.perMinute = 2, 60
	s.drain()
	s.lease("a", 5, PriorityEdit)
	s.step(1900 * time.Millisecond)
	if s.calls["a"] != 0 {
		t.Error("too early")
	}
	s.step(100 * time.Millisecond)
	if s.calls["a"] != 1 {
		t.Error("not called")
	}
}

func TestDefaultsAre240AMinuteAndBurst60(t *testing.T) {
	l := NewLimiter(clocktesting.NewFakeClock(epoch), Budget{}, nil)
	if l.bucket.perMinute != 240 || l.bucket.burst != 60 {
		t.Errorf("%+v", l.bucket)
	}
	if got := l.Snapshot(); got.Tokens != 60 || got.Leased != 0 || got.Paused != 0 {
		t.Errorf("%+v", got)
	}
}

func TestALongTimeDoesNotOverflow(t *testing.T) {
	s := fourPerSecond(t, 4)
	s.drain()
	s.clock.Step(250 * 365 * 24 * time.Hour)
	if got := s.l.Snapshot().Tokens; got != 4 {
		t.Errorf("%d tokens", got)
	}
}

// TestAFakeClockThatCallsUnderItsLockIsFine is for users of the limiter who
// test with the usual fake clock.
func TestAFakeClockThatCallsUnderItsLockIsFine(t *testing.T) {
	clock := clocktesting.NewFakeClock(epoch)
	called := make(chan string, 1)
	l := NewLimiter(clock, Budget{PerMinute: 60, Burst: 1}, func(key string) { called <- key })
	lease, _ := l.TryLease(1, "a", PriorityEdit)
	lease.Take()
	lease.Release()
	l.TryLease(1, "b", PriorityEdit)
	clock.Step(time.Second)
	if got := <-called; got != "b" {
		t.Errorf("called %s", got)
	}
}

// TestManyUsersAtOnceLoseNoToken is for the race detector.
func TestManyUsersAtOnceLoseNoToken(t *testing.T) {
	clock := clocktesting.NewFakeClock(epoch)
	l := NewLimiter(clock, Budget{PerMinute: 6000, Burst: 20}, nil)
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			key := string(rune('a' + i))
			for n := range 200 {
				if lease, ok := l.TryLease(n%7, key, Priority(n%3)); ok {
					lease.Take()
					lease.Release()
				}
				_ = l.Snapshot()
				clock.Step(time.Millisecond)
			}
			l.Cancel(key)
		})
	}
	users.Wait()
	clock.Step(time.Minute)
	if got := l.Snapshot(); got.Tokens != 20 || got.Leased != 0 {
		t.Errorf("%+v", got)
	}
}
