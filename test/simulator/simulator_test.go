// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"runtime"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator"
)

func TestASeedAlwaysGivesTheSameHistory(t *testing.T) {
	for seed := range uint64(10) {
		first, second := simulator.Run(seed), simulator.Run(seed)
		if first.Sum != second.Sum {
			t.Fatalf("seed %d differs:\n%s\n\n%s", seed, first.History, second.History)
		}
	}
}

func TestWhateverHappensItEndsWellWithEveryVersionOfTheServer(t *testing.T) {
	for _, version := range emulator.Versions() {
		from, seeds := simulator.SeedOf(version, 0), 20
		if testing.Short() {
			seeds = 5
		}
		if got := simulator.VersionOf(from); got != version {
			t.Fatalf("seed %d is for %s, not %s", from, got, version)
		}
		total, failed := simulator.RunAll(from, seeds, runtime.GOMAXPROCS(0), 1)
		for _, r := range failed {
			t.Errorf("%s: %s", version, r)
		}
		t.Log(version, total)
	}
}

// TestWhateverHappensItEndsWell is the short look of make test; make simulate looks longer.
func TestWhateverHappensItEndsWell(t *testing.T) {
	seeds := 1000
	if testing.Short() {
		seeds = 50
	}
	total, failed := simulator.RunAll(0, seeds, runtime.GOMAXPROCS(0), 3)
	for _, r := range failed {
		t.Error(r)
	}
	t.Log(total)
}
