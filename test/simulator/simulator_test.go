// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		if testing.Short() && seeds > 5 {
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

// TestWhateverHappensItEndsWellInWideHistories plays more kinds of events, those of seeds from 50 on.
func TestWhateverHappensItEndsWellInWideHistories(t *testing.T) {
	seeds := 150
	if testing.Short() {
		seeds = 8
	}
	total, failed := simulator.RunAll(simulator.Wide|50, seeds, runtime.GOMAXPROCS(0), 3)
	for _, r := range failed {
		t.Error(r)
	}
	t.Log(total)
}

// TestWhateverHappensItEndsWellWithCredentials plays Credentials, too, with each version that has them in turn.
func TestWhateverHappensItEndsWellWithCredentials(t *testing.T) {
	seeds := 60
	if testing.Short() {
		seeds = 12
	}
	played := map[string]bool{}
	for seed := range uint64(12) {
		played[simulator.VersionOf(simulator.Credentials|seed)] = true
	}
	for _, version := range []string{"0.15.3", "0.17.1", "0.17.22"} {
		if !played[version] {
			t.Errorf("%s is not among %v", version, played)
		}
	}
	total, failed := simulator.RunAll(simulator.Credentials, seeds, runtime.GOMAXPROCS(0), 3)
	for _, r := range failed {
		t.Error(r)
	}
	t.Log(total)
}

// TestACrashBetweenAnyTwoRequestsDoublesAndLosesNothing ends the process at each place where it can be ended.
func TestACrashBetweenAnyTwoRequestsDoublesAndLosesNothing(t *testing.T) {
	count := 0
	for seed := range uint64(4) {
		for n, more := 1, true; more; n++ {
			var r simulator.Report
			r, more = simulator.RunCrashing(seed, n)
			count++
			if len(r.Found) > 0 {
				t.Fatalf("a crash before request %d: %s", n, r)
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d crashes", count)
	}
	t.Logf("%d crashes", count)
}

// TestACrashOfAMergeLosesNothingThatOthersBound ends the process at each place of a merge where it can be ended: in the
// end all is as without an end, the bindings that the server's request drops too.
func TestACrashOfAMergeLosesNothingThatOthersBound(t *testing.T) {
	count := 0
	for _, version := range []string{emulator.DefaultVersion, "0.17.22"} {
		for seed := range uint32(2) {
			want, _ := simulator.Merge(simulator.SeedOf(version, seed), 0)
			for _, row := range []string{
				"edge (Caddy) [TCP 443@10.0.1.10 TCP 5353@10.0.0.10 TCP 80 TCP 8443@10.0.1.10]", "ssh (SSH) [TCP 22 TCP 2222@10.0.1.10]",
				"graphs: Ready=False PortClaimed",
			} {
				if !want.Has(row) {
					t.Fatalf("%s: without a crash there is no %s:\n%s\n%s", version, row, strings.Join(want.Shape, "\n"), want.History)
				}
			}
			for n, more := 1, true; more; n++ {
				var got simulator.Merging
				got, more = simulator.Merge(simulator.SeedOf(version, seed), n)
				count++
				if diff := cmp.Diff(want.Shape, got.Shape); diff != "" || len(got.Found) > 0 {
					t.Fatalf("%s, seed %d: a crash before request %d of the merge (-without +with):\n%s\n%s\n%s",
						version, seed, n, diff, strings.Join(got.Found, "\n"), got.History)
				}
			}
		}
	}
	t.Logf("%d crashes", count)
}

// TestTheOrderOfEventsDoesNotMatter brings the same objects in two orders each.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) { compareOrders(t, 0, 60) }

// TestTheOrderOfEditsDoesNotMatter brings the same objects by two ways each, on which some are something else at first.
func TestTheOrderOfEditsDoesNotMatter(t *testing.T) { compareOrders(t, simulator.Wide, 40) }

func compareOrders(t *testing.T, from, seeds uint64) {
	t.Helper()
	compared := 0
	for seed := from; seed < from+seeds; seed++ {
		first, second, isComparable := simulator.Orders(seed)
		if !isComparable {
			continue
		}
		compared++
		if first != second {
			t.Errorf("seed %d (-one order +the other):\n%s", seed, cmp.Diff(strings.Split(first, "\n"), strings.Split(second, "\n")))
		}
	}
	if compared == 0 {
		t.Error("nothing was compared")
	}
	t.Logf("%d sets of objects", compared)
}
