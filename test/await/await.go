// SPDX-License-Identifier: Apache-2.0

// Package await waits in tests for what other goroutines or processes bring about. In goes a question, out comes the
// moment at which it is true. It imports nothing of ours.
package await

import (
	"testing"
	"time"
)

// Until asks every few milliseconds whether something is so, and fails the test when it is not within half a minute.
func Until(t testing.TB, is func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-deadline.C:
			t.Fatal("it does not come about")
		case <-tick.C:
		}
	}
}
