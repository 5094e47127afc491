// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
)

var (
	lab    = apply.Network{Origin: "http://one:80", ID: "lab"}
	branch = apply.Network{Origin: "http://one:80", ID: "branch"}
)

// lockBench is locks that remember whom they called.
type lockBench struct {
	*apply.Locks

	t     *testing.T
	clock *clocktesting.FakeClock
	calls chan string
}

func newLocks(t *testing.T) *lockBench {
	b := &lockBench{t: t, clock: clocktesting.NewFakeClock(time.Unix(0, 0)), calls: make(chan string, 100)}
	b.Locks = apply.NewLocks(b.clock, func(key string) { b.calls <- key })
	return b
}

func (b *lockBench) take(key string) *apply.Hold {
	b.t.Helper()
	h, ok := b.Try(lab, key)
	if !ok {
		b.t.Fatalf("%s does not get the lock", key)
	}
	return h
}

func (b *lockBench) busy(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		if _, ok := b.Try(lab, key); ok {
			b.t.Fatalf("%s gets a lock that is busy", key)
		}
	}
}

func (b *lockBench) isCalled(want string) {
	b.t.Helper()
	select {
	case got := <-b.calls:
		if got != want {
			b.t.Fatalf("called %s, not %s", got, want)
		}
	case <-time.After(20 * time.Second):
		b.t.Fatalf("%s is not called", want)
	}
}

func (b *lockBench) nobodyIsCalled() {
	b.t.Helper()
	if len(b.calls) > 0 {
		b.t.Fatalf("%s is called", <-b.calls)
	}
}

func TestABusyLockIsGivenInOrderOfArrival(t *testing.T) {
	b := newLocks(t)
	h := b.take("a")
	b.busy("b", "c", "b")
	b.nobodyIsCalled()
	h.Release()
	b.isCalled("b")
	b.busy("c", "d")
	b.take("b").Release()
	b.isCalled("c")
	b.take("c").Release()
	b.isCalled("d")
	b.take("d").Release()
	b.nobodyIsCalled()
	b.take("e")
}

func TestNetworksDoNotWaitForEachOther(t *testing.T) {
	b := newLocks(t)
	b.take("a")
	if _, ok := b.Try(branch, "b"); !ok {
		t.Error("another network is locked, too")
	}
}

func TestALockIsKeptForFiveSecondsThenPassedOn(t *testing.T) {
	b := newLocks(t)
	h := b.take("a")
	b.busy("b", "c")
	h.Release()
	b.isCalled("b")
	b.clock.Step(5*time.Second - 1)
	b.busy("c")
	b.nobodyIsCalled()
	b.clock.Step(1)
	b.isCalled("c")
	b.take("c").Release()
	b.nobodyIsCalled()
	b.take("b")
}

func TestWhoCancelsPassesOn(t *testing.T) {
	b := newLocks(t)
	h := b.take("a")
	b.busy("b", "c", "d")
	b.Cancel("c")
	h.Release()
	b.isCalled("b")
	b.Cancel("b")
	b.isCalled("d")
	b.Cancel("d")
	b.nobodyIsCalled()
	b.take("e")
}

func TestALockThatIsHandedBackStaysWithItsKey(t *testing.T) {
	b := newLocks(t)
	h := b.take("a")
	b.busy("b")
	h.Keep()
	h.Release() // does nothing any more
	b.busy("b")
	b.nobodyIsCalled()
	b.take("a").Keep()
	b.clock.Step(5 * time.Second)
	b.isCalled("b")
}

func TestAnOldTimerDoesNotEndALaterTimeOfKeeping(t *testing.T) {
	b := newLocks(t)
	h := b.take("a")
	b.busy("b")
	h.Release()
	b.isCalled("b")
	b.clock.Step(4 * time.Second)
	h = b.take("b")
	b.busy("c", "d")
	h.Release()
	b.isCalled("c")
	b.clock.Step(4 * time.Second)
	b.busy("d")
	b.nobodyIsCalled()
	b.clock.Step(time.Second)
	b.isCalled("d")
}

func TestNeverTwoHoldOneLockAndAllGetIt(t *testing.T) {
	const workers, rounds = 8, 100
	var inside, done atomic.Int32
	wake := make([]chan struct{}, workers)
	for i := range wake {
		wake[i] = make(chan struct{}, rounds)
	}
	keys := []string{}
	for i := range workers {
		keys = append(keys, fmt.Sprint(i))
	}
	locks := apply.NewLocks(clocktesting.NewFakeClock(time.Unix(0, 0)), func(key string) { wake[slices.Index(keys, key)] <- struct{}{} })
	var all sync.WaitGroup
	for i, key := range keys {
		all.Go(func() {
			for n := 0; n < rounds; {
				h, ok := locks.Try(lab, key)
				if !ok {
					<-wake[i]
					continue
				}
				if inside.Add(1) != 1 {
					t.Error("two are inside")
				}
				inside.Add(-1)
				n++
				done.Add(1)
				h.Release()
			}
		})
	}
	all.Wait()
	if done.Load() != workers*rounds {
		t.Errorf("%d rounds", done.Load())
	}
}
