// SPDX-License-Identifier: Apache-2.0

package wake

import (
	"hash/fnv"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// idleAfter is from when on a wait is one for what nobody waits for.
const idleAfter = time.Minute

// Back comes back at the earliest of the times that are set. A moment of quiet or a retry has an event behind it and
// must not starve behind the events of others; only long waits have a low priority.
func Back(times ...time.Duration) reconcile.Result {
	next, priority := Earliest(times...), Soon
	if next == 0 || next >= idleAfter {
		priority = Late
	}
	return reconcile.Result{RequeueAfter: next, Priority: &priority}
}

// Earliest is the earliest of the times that are set; 0 when none is.
func Earliest(times ...time.Duration) time.Duration {
	var next time.Duration
	for _, t := range times {
		if t > 0 && (next == 0 || t < next) {
			next = t
		}
	}
	return next
}

// Jitter is a period less up to a tenth of it, by the moment at which it begins: what began together drifts apart.
func Jitter(period time.Duration, at time.Time) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(at.Format(time.RFC3339Nano)))
	return period - time.Duration(h.Sum64()%uint64(max(period/10, 1))) //nolint:gosec // a period is positive
}
