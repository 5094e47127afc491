// SPDX-License-Identifier: Apache-2.0

package wake

import (
	"testing"
	"time"
)

func TestAControllerComesBackAtTheEarliestOfItsTimes(t *testing.T) {
	for name, tc := range map[string]struct {
		times    []time.Duration
		after    time.Duration
		priority int
	}{
		"nothing is due":                            {nil, 0, Late},
		"what is not set does not count":            {[]time.Duration{0, 7 * time.Second, 0}, 7 * time.Second, Soon},
		"what is over by now does not count":        {[]time.Duration{-time.Second, 3 * time.Second}, 3 * time.Second, Soon},
		"the earliest of several":                   {[]time.Duration{time.Hour, 2 * time.Second, time.Minute}, 2 * time.Second, Soon},
		"just under a minute somebody waits for it": {[]time.Duration{time.Minute - 1}, time.Minute - 1, Soon},
		"a long wait is nobody's hurry":             {[]time.Duration{time.Minute}, time.Minute, Late},
	} {
		t.Run(name, func(t *testing.T) {
			got := Back(tc.times...)
			if got.RequeueAfter != tc.after || got.Priority == nil || *got.Priority != tc.priority {
				t.Errorf("after %v with priority %d", got.RequeueAfter, *got.Priority)
			}
		})
	}
}

func TestPeriodsAreSpreadByUpToATenth(t *testing.T) {
	const period = 10 * time.Minute
	begin, seen := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), map[time.Duration]bool{}
	for i := range 1000 {
		d := Jitter(period, begin.Add(time.Duration(i)*time.Millisecond))
		if d > period || d <= period*9/10 {
			t.Fatalf("%v instead of %v", d, period)
		}
		seen[d.Round(time.Second)] = true
	}
	if len(seen) < 50 {
		t.Errorf("a thousand that begin within a second end at %d different seconds", len(seen))
	}
}
