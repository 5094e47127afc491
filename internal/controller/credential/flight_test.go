// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

const lab = "Backend/lab/default"

// listener is a queue that notes what is added to it.
type listener struct {
	priorityqueue.PriorityQueue[string]
	added []added
}

type added struct {
	key   string
	after time.Duration
}

func (l *listener) AddWithOpts(o priorityqueue.AddOpts, keys ...string) {
	for _, key := range keys {
		l.added = append(l.added, added{key, o.After})
	}
}

// hangar is a Reconciler whose work beside the workers is done by the test, and the queue that it wakes.
func hangar(t *testing.T) (r *Reconciler, queue *listener, work func()) {
	t.Helper()
	queue = &listener{}
	var waiting []func(context.Context)
	r = &Reconciler{Clock: clocktesting.NewFakeClock(time.Unix(1, 0)), Self: &wake.Waker[string]{}, Beside: func(work func(context.Context)) { waiting = append(waiting, work) }}
	if err := r.Self.Source().Start(t.Context(), queue); err != nil {
		t.Fatal(err)
	}
	return r, queue, func() {
		all := waiting
		waiting = nil
		for _, work := range all {
			work(t.Context())
		}
	}
}

func TestAKeyComesBackWhenWhatIsUnderWayForItIsOver(t *testing.T) {
	later := wake.Back(7 * time.Second)
	for name, c := range map[string]struct {
		work   func() (reconcile.Result, error)
		wanted bool
		want   []added
	}{
		"nothing follows":                       {func() (reconcile.Result, error) { return reconcile.Result{}, nil }, false, nil},
		"when its result says":                  {func() (reconcile.Result, error) { return later, nil }, false, []added{{lab, 7 * time.Second}}},
		"at once if somebody asked meanwhile":   {func() (reconcile.Result, error) { return later, nil }, true, []added{{lab, 0}}},
		"soon after an error":                   {func() (reconcile.Result, error) { return later, errors.New("bad") }, false, []added{{lab, staleRetry}}},
		"soon after a panic, which ends nobody": {func() (reconcile.Result, error) { panic("nobody foresaw this") }, false, []added{{lab, staleRetry}}},
	} {
		t.Run(name, func(t *testing.T) {
			r, queue, finish := hangar(t)
			r.beside(t.Context(), flight{lab, writing}, func(context.Context, *progress) (reconcile.Result, error) { return c.work() })
			if c.wanted && r.flights.miss(flight{lab, writing}) == nil {
				t.Error("it is not under way")
			}
			finish()
			if !slices.Equal(queue.added, c.want) {
				t.Errorf("%v, want %v", queue.added, c.want)
			}
			if r.flights.miss(flight{lab, writing}) != nil {
				t.Error("it is under way for ever")
			}
		})
	}
}

func TestWhatIsUnderWayForAKeyIsNotBegunAgainAndHoldsNobodyElse(t *testing.T) {
	r, _, finish := hangar(t)
	done := map[flight]int{}
	begin := func(f flight) {
		r.beside(t.Context(), f, func(context.Context, *progress) (reconcile.Result, error) {
			done[f]++
			return reconcile.Result{}, nil
		})
	}
	all := []flight{{lab, writing}, {lab, listing}, {"Backend/lab/other", writing}}
	for range 2 {
		for _, f := range all {
			begin(f)
		}
	}
	if result, err := r.Reconcile(t.Context(), lab); err != nil || result.RequeueAfter != firstStatus {
		t.Errorf("while it is written for: %v, %v", result, err)
	}
	finish()
	for _, f := range all {
		if done[f] != 1 {
			t.Errorf("%v was done %d times", f, done[f])
		}
	}
}

func TestNothingInterimIsToldAfterTheOutcome(t *testing.T) {
	var under progress
	var told []string
	say := func(words string) func() error {
		return func() error {
			told = append(told, words)
			return nil
		}
	}
	interim := func() {
		if err := under.meanwhile(say("waiting")); err != nil {
			t.Error(err)
		}
	}
	interim()
	if _, err := under.conclude(func() (reconcile.Result, error) { return reconcile.Result{}, say("synced")() }); err != nil {
		t.Error(err)
	}
	interim()
	if !slices.Equal(told, []string{"waiting", "synced"}) {
		t.Errorf("%v", told)
	}
}
