// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Total is what many runs showed.
type Total struct {
	Runs, Failed, Reconciles, Requests, Gaps int
	// Slowest is the seed that needed the most steps to come to rest.
	Slowest uint64
	steps   int
}

// String tells a total to people.
func (t Total) String() string {
	return fmt.Sprintf("%d seeds, %d failed; %d reconciles, %d requests, %d rows lost between a GET and its PUT; slowest to rest: %s with %d steps",
		t.Runs, t.Failed, t.Reconciles, t.Requests, t.Gaps, nameOfSeed(t.Slowest), t.steps)
}

func (t *Total) add(r Report) {
	t.Runs++
	t.Reconciles += r.Reconciles
	t.Requests += r.Requests
	t.Gaps += r.Gaps
	if len(r.Found) > 0 {
		t.Failed++
	}
	if r.Steps > t.steps {
		t.Slowest, t.steps = r.Seed, r.Steps
	}
}

// RunAll runs seeds beside each other, and gives up once most have failed. The failed ones come in order.
func RunAll(from uint64, seeds, workers, most int) (Total, []Report) {
	var mu sync.Mutex
	var total Total
	var failed []Report
	next := from
	take := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next-1 < from+uint64(seeds) && total.Failed < most //nolint:gosec // it is positive
	}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for seed, ok := take(); ok; seed, ok = take() {
				r := Run(seed)
				mu.Lock()
				total.add(r)
				if len(r.Found) > 0 {
					failed = append(failed, r)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.SortFunc(failed, func(a, b Report) int { return cmp.Compare(a.Seed, b.Seed) })
	return total, failed
}
