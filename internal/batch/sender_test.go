// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

func TestNothingIsKeptOfANetworkOnceItsDeletionsAreSent(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	var begun []func()
	d := NewDeleter(t.Context(), Options{
		Clock: c, Locks: apply.NewLocks(c, nil), Go: func(work func()) { begun = append(begun, work) },
	})
	network := snapshot.Key{Origin: "http://scanopy.test", Network: "n"}
	for round := range 2 {
		d.enqueue(network, nil)
		if len(d.senders) != 1 || len(d.waiting) != 1 || len(begun) != round+1 {
			t.Fatalf("%d senders, %d keys, %d begun", len(d.senders), len(d.waiting), len(begun))
		}
		begun[round]()
		if len(d.senders) != 0 || len(d.waiting) != 0 {
			t.Errorf("%d senders and %d keys are left", len(d.senders), len(d.waiting))
		}
	}
}
