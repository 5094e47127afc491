// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/test/await"
)

func (b *bench) creation(name string) core.Step {
	w := b.wanted(name)
	return core.Step{Kind: core.StepCreateHost, Create: &w}
}

func port(hostID string, number int) core.Step {
	return core.Step{Kind: core.StepCreatePort, HostID: hostID, Port: &core.ObservedPort{ID: newID(), Number: number, Protocol: core.TCP}}
}

func rename(h core.ObservedHost, name string) core.Step {
	return core.Step{Kind: core.StepUpdateHost, HostID: h.ID, Base: &h, Edit: &core.Edit{Name: &name}}
}

func TestAPlanWithoutStepsSendsNothing(t *testing.T) {
	b := newBench(t, plenty)
	if res := b.run(); !res.Ran || res.Waiting != "" || len(res.Steps) > 0 {
		t.Errorf("%+v", res)
	}
	b.sent()
}

func TestWithoutTokensNothingRunsAndTheKeyIsCalled(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	if res := b.run(b.creation("one")); !res.Ran {
		t.Fatalf("%+v", res)
	}
	step := b.creation("two")
	if res := b.run(step); res.Ran || res.Waiting != apply.WaitingTokens {
		t.Fatalf("%+v", res)
	}
	b.sent(postHost)
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return slices.Equal(b.calls(), []string{"a"}) })
	if res := b.run(step); !res.Ran || !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
}

func TestABusyNetworkIsWaitedForInLine(t *testing.T) {
	b := newBench(t, plenty)
	other := apply.New(b.store, b.locks)
	entered, release := make(chan struct{}), make(chan struct{})
	b.before.Store(new(func(*http.Request) { close(entered); <-release }))
	first := make(chan core.Result)
	work := b.work("a", b.creation("one"))
	go func() { first <- b.Run(t.Context(), work) }()
	<-entered
	b.before.Store(nil)
	step := b.creation("two")
	if res := other.Run(t.Context(), b.work("b", step)); res.Ran || res.Waiting != apply.WaitingLock {
		t.Errorf("%+v", res)
	}
	if s := b.limiter.Snapshot(); s.Leased != 0 {
		t.Errorf("it holds %d tokens while it waits for the lock", s.Leased)
	}
	close(release)
	<-first
	if got := b.calls(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("called %v", got)
	}
	if res := b.run(b.creation("three")); res.Waiting != apply.WaitingLock {
		t.Errorf("the lock was not kept for who was called: %+v", res)
	}
	if res := other.Run(t.Context(), b.work("b", step)); !res.Ran {
		t.Errorf("%+v", res)
	}
}

func TestWhoLacksTokensPassesTheLockOn(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 2})
	hold, _ := b.locks.Try(apply.Network{Origin: b.key.Origin, ID: b.key.Network}, "x")
	if res := b.run(b.creation("one")); res.Waiting != apply.WaitingLock {
		t.Fatalf("%+v", res)
	}
	hold.Release()
	lease, _ := b.limiter.TryLease(2, "y", registry.PriorityEdit)
	if res := b.run(b.creation("one")); res.Waiting != apply.WaitingTokens {
		t.Fatalf("%+v", res)
	}
	lease.Release()
	if _, ok := b.locks.Try(apply.Network{Origin: b.key.Origin, ID: b.key.Network}, "z"); !ok {
		t.Error("the lock is kept for a key that waits for tokens")
	}
}

func TestWhatWasWrittenSinceThePlanWasMadeLetsItBeMadeAgain(t *testing.T) {
	b := newBench(t, plenty)
	w := b.work("a", b.creation("one"))
	w.Seen = b.view().Writes()
	b.Run(t.Context(), b.work("b", b.creation("two")))
	b.server.ResetLog()
	if res := b.Run(t.Context(), w); res.Ran || !res.Replan {
		t.Errorf("%+v", res)
	}
	b.sent()
	if res := b.Run(t.Context(), b.work("c", b.creation("three"))); res.Waiting != apply.WaitingLock {
		t.Errorf("the lock went to another: %+v", res)
	}
	w.Seen = b.view().Writes()
	if res := b.Run(t.Context(), w); !res.Ran {
		t.Errorf("%+v", res)
	}
}

func TestAPlanStopsBetweenStepsAndGoesOnWithTheRest(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 3})
	h := b.hostOnServer()
	b.clock.Step(2 * time.Second) // three tokens
	steps := []core.Step{port(h.ID, 1001), port(h.ID, 1002), port(h.ID, 1003), port(h.ID, 1004), port(h.ID, 1005)}
	res := b.run(steps...)
	if !res.Ran || res.Waiting != apply.WaitingTokens || len(res.Steps) != 3 || len(res.After.Ports) != 5 {
		t.Fatalf("%+v", res)
	}
	b.clock.Step(2 * time.Second)
	await.Until(t, func() bool { return slices.Equal(b.calls(), []string{"a"}) })
	if res = b.run(steps[3:]...); res.Waiting != "" || len(res.Steps) != 2 {
		t.Errorf("%+v", res)
	}
}

func TestBothTokensOfAnUpdateAreThereBeforeTheFirstRequest(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 2})
	h := b.hostOnServer()
	b.clock.Step(10 * time.Second)
	res := b.run(port(h.ID, 1001), rename(h, "new"))
	if res.Waiting != apply.WaitingTokens || len(res.Steps) != 1 {
		t.Fatalf("%+v", res)
	}
	b.sent("POST /api/v1/ports")
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return slices.Equal(b.calls(), []string{"a"}) })
	h, _ = b.view().Host(h.ID)
	if res = b.run(rename(h, "new")); !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
}

func TestABurstOfOneIsEnoughForAnUpdate(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	h := b.hostOnServer()
	b.clock.Step(time.Second)
	if res := b.run(rename(h, "new")); res.Waiting != apply.WaitingTokens {
		t.Fatalf("%+v", res)
	}
	b.sent()
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return slices.Equal(b.calls(), []string{"a"}) })
	if res := b.run(rename(h, "new")); !res.Ran || !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
}

func TestAfterA429NothingIsSentBeforeRetryAfter(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.fault(emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: "7"})
	res := b.run(port(h.ID, 1001), port(h.ID, 1002))
	if res.Waiting != apply.WaitingTokens || len(res.Steps) != 1 || res.Steps[0].Err.Reason != core.ReasonThrottled {
		t.Fatalf("%+v", res)
	}
	b.clock.Step(7*time.Second - 1)
	if res = b.run(port(h.ID, 1001)); res.Ran {
		t.Errorf("%+v", res)
	}
	b.sent("POST /api/v1/ports")
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return slices.Contains(b.calls(), "a") })
}

func TestACanceledKeyIsNotCalled(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	b.run(b.creation("one"))
	b.run(b.creation("two"))
	b.Cancel("a")
	if s := b.limiter.Snapshot(); s.Waiting[registry.PriorityEdit] != 0 {
		t.Errorf("it still waits: %+v", s)
	}
}

// TestRunnersThatShareLocksNeverWriteAtOnce lets many keys of two runners create hosts and looks at what the server
// sees at a time.
func TestRunnersThatShareLocksNeverWriteAtOnce(t *testing.T) {
	b := newBench(t, plenty)
	const keys = 24
	wake := map[string]chan struct{}{}
	for i := range keys {
		wake[fmt.Sprint(i)] = make(chan struct{}, 10)
	}
	locks := apply.NewLocks(b.clock, func(key string) { wake[key] <- struct{}{} })
	runners := []*apply.Runner{apply.New(b.store, locks), apply.New(b.store, locks)}
	var inside, most atomic.Int32
	isWrite := func(r *http.Request) bool {
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/hosts")
	}
	b.before.Store(new(func(r *http.Request) {
		if isWrite(r) {
			most.Store(max(most.Load(), inside.Add(1)))
		}
	}))
	b.after.Store(new(func(r *http.Request) {
		if isWrite(r) {
			inside.Add(-1)
		}
	}))
	var all sync.WaitGroup
	for i := range keys {
		work := b.work(fmt.Sprint(i), b.creation(fmt.Sprint("host-", i)))
		all.Go(func() {
			for !runners[i%2].Run(t.Context(), work).Ran {
				<-wake[work.Key]
			}
		})
	}
	all.Wait()
	if most.Load() != 1 || b.view().Total() != keys {
		t.Errorf("%d requests at once, %d hosts", most.Load(), b.view().Total())
	}
}
