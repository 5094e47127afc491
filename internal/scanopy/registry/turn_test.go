// SPDX-License-Identifier: Apache-2.0

package registry

import "testing"

func TestATurnForgetsNoWakeUp(t *testing.T) {
	var turn Turn
	for _, step := range []struct {
		what string
		do   func() bool
		want bool
	}{
		{"the first runs", turn.Take, true},
		{"a second one does not", turn.Take, false},
		{"nor does a third", turn.Take, false},
		{"the first goes on once more for both", turn.Leave, false},
		{"then its turn is over", turn.Leave, true},
		{"and the next one runs", turn.Take, true},
		{"until it leaves", turn.Leave, true},
	} {
		if got := step.do(); got != step.want {
			t.Fatalf("%s: %v", step.what, got)
		}
	}
}
