// SPDX-License-Identifier: Apache-2.0

package batch_test

import (
	"slices"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/batch"
)

// gathering is a collector whose flushes can be waited for.
type gathering struct {
	*batch.Collector[string, int]

	t     *testing.T
	clock *clocktesting.FakeClock
	out   chan []int
}

func gather(t *testing.T, w batch.Window) *gathering {
	g := &gathering{t: t, clock: clocktesting.NewFakeClock(time.Unix(0, 0)), out: make(chan []int, 10)}
	g.Collector = batch.NewCollector(g.clock, w, func(_ string, items []int) { g.out <- items })
	return g
}

func (g *gathering) gives(want ...int) {
	g.t.Helper()
	select {
	case got := <-g.out:
		if !slices.Equal(got, want) {
			g.t.Errorf("gathered %v, not %v", got, want)
		}
	case <-time.After(20 * time.Second):
		g.t.Errorf("%v was not given", want)
	}
}

func (g *gathering) givesNothing() {
	g.t.Helper()
	if len(g.out) > 0 {
		g.t.Errorf("%v was given", <-g.out)
	}
}

func TestItemsGoOutAfterAMomentOfQuiet(t *testing.T) {
	g := gather(t, batch.HostWindow())
	g.Add("b", "one", 1)
	g.clock.Step(900 * time.Millisecond)
	g.Add("b", "two", 2)
	g.clock.Step(999 * time.Millisecond)
	g.givesNothing()
	g.clock.Step(time.Millisecond)
	g.gives(1, 2)
	g.clock.Step(time.Minute)
	g.givesNothing()
}

func TestNobodyWaitsLongerThanFiveSeconds(t *testing.T) {
	g := gather(t, batch.HostWindow())
	for n := range 6 {
		g.Add("b", string(rune('a'+n)), n)
		g.clock.Step(900 * time.Millisecond)
	}
	g.gives(0, 1, 2, 3, 4, 5)
}

func TestAFullBucketGoesOutAtOnce(t *testing.T) {
	g := gather(t, batch.Window{Quiet: time.Second, Longest: 5 * time.Second, Most: 2})
	g.Add("b", "one", 1)
	g.Add("b", "two", 2)
	g.Add("b", "three", 3)
	g.gives(1, 2)
	g.givesNothing()
	g.clock.Step(time.Second)
	g.gives(3)
}

func TestBucketsDoNotWaitForEachOther(t *testing.T) {
	g := gather(t, batch.HostWindow())
	g.Add("b", "one", 1)
	g.clock.Step(500 * time.Millisecond)
	g.Add("c", "one", 2)
	g.clock.Step(500 * time.Millisecond)
	g.gives(1)
	g.givesNothing()
}

func TestAnItemThatComesAgainIsReplacedAndNotNew(t *testing.T) {
	g := gather(t, batch.HostWindow())
	g.Add("b", "one", 1)
	g.Add("b", "two", 2)
	g.clock.Step(900 * time.Millisecond)
	g.Add("b", "one", 3)
	g.clock.Step(100 * time.Millisecond)
	g.gives(3, 2)
}
