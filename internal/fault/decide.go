// SPDX-License-Identifier: Apache-2.0

package fault

import "time"

// Decision is what follows from an error.
type Decision struct {
	// Reason and Message are for the condition on the object itself.
	Reason  string
	Message string
	// RequeueAfter is when to try again; never zero for an error. The wait is chosen here, not by a queue.
	RequeueAfter time.Duration
	// Stalled says that the object is rejected and waits for its owner.
	Stalled bool
}

// backoff is a first wait that doubles up to a last one.
type backoff struct{ first, last time.Duration }

func (b backoff) after(failures int) time.Duration {
	wait := b.first
	for range failures {
		if wait >= b.last {
			break
		}
		wait *= 2
	}
	return min(wait, b.last)
}

// backoffOf is how often each class is tried. What a watch wakes (a spec, a
// Secret, the limiter) is tried seldom.
func backoffOf(c Class) backoff {
	switch c {
	case Transient:
		return backoff{time.Second, time.Minute}
	case Waiting:
		return backoff{10 * time.Second, time.Minute}
	case Auth:
		return backoff{time.Minute, 10 * time.Minute}
	case Throttled:
		return backoff{2 * time.Second, time.Minute}
	case Terminal:
		return backoff{30 * time.Second, 10 * time.Minute}
	}
	return backoff{5 * time.Second, 5 * time.Minute}
}

// Decide maps an error to what follows from it. failures is the number of
// tries that failed before this one.
func Decide(err error, failures int) Decision {
	e, ok := Of(err)
	if !ok {
		// Words of unknown errors may hold anything, so they go to the log only.
		return Decision{
			Reason: ReasonInternalError, Message: "an unexpected error, see the operator's log",
			RequeueAfter: backoffOf("").after(failures),
		}
	}
	return Decision{
		Reason:       e.ObjectReason(),
		Message:      e.Error(),
		RequeueAfter: max(e.RetryAfter, backoffOf(e.Class).after(failures)),
		Stalled:      e.Class == Terminal,
	}
}
