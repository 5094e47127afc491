// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/test/simulator"
)

// TestNothingFoundIsLostButBetweenAGETAndItsWrite plays a daemon, and a person, before every request of ours.
func TestNothingFoundIsLostButBetweenAGETAndItsWrite(t *testing.T) {
	count, gaps := 0, map[string]int{}
	simulator.Interleave(func(i simulator.Interleaving) {
		count++
		if len(i.Found) > 0 {
			t.Errorf("%s: %s\n%s", i, strings.Join(i.Found, "\n"), i.History)
		}
		if i.Lost == 0 {
			return
		}
		method, _, _ := strings.Cut(i.Before, " ")
		gaps[method] += i.Lost
		if method != "PUT" && method != "DELETE" {
			t.Errorf("%s: %d rows are lost\n%s", i, i.Lost, i.History)
		}
	})
	if gaps["PUT"] == 0 {
		t.Error("the gap between a GET and its PUT was not met")
	}
	t.Logf("%d interleavings; rows lost in the gap before a write: %v", count, gaps)
}
