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
