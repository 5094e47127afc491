// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEachClassHasOneOutcome(t *testing.T) {
	for name, tc := range map[string]struct {
		err      error
		failures int
		want     Decision
	}{
		"a terminal error stalls and is retried slowly": {
			err:  &Error{Class: Terminal, Reason: ReasonBackendRejected, Message: "no"},
			want: Decision{Reason: ReasonBackendRejected, Message: "no", RequeueAfter: 30 * time.Second, Stalled: true},
		},
		"slowly means ten minutes in the end": {
			err: &Error{Class: Terminal, Reason: ReasonHostHasDaemon, Message: "no"}, failures: 50,
			want: Decision{Reason: ReasonHostHasDaemon, Message: "no", RequeueAfter: 10 * time.Minute, Stalled: true},
		},
		"a transient error is retried soon": {
			err: &Error{Class: Transient, Reason: ReasonUnreachable, Message: "down", Connection: true}, failures: 2,
			want: Decision{Reason: ReasonBackendUnavailable, Message: "down", RequeueAfter: 4 * time.Second},
		},
		"an error that waits for somebody is retried seldom": {
			err:  &Error{Class: Waiting, Reason: ReasonInvalidConnection, Message: "html", Connection: true},
			want: Decision{Reason: ReasonBackendUnavailable, Message: "html", RequeueAfter: 10 * time.Second},
		},
		"a permission that lacks is shown on the object": {
			err:  &Error{Class: Auth, Reason: ReasonPermissionDenied, Message: "viewer"},
			want: Decision{Reason: ReasonPermissionDenied, Message: "viewer", RequeueAfter: time.Minute},
		},
		"a key that is refused is the Backend's matter": {
			err:  &Error{Class: Auth, Reason: ReasonAuthenticationFailed, Message: "401", Connection: true},
			want: Decision{Reason: ReasonBackendUnavailable, Message: "401", RequeueAfter: time.Minute},
		},
		"throttling waits as long as it was told": {
			err:  &Error{Class: Throttled, Reason: ReasonThrottled, RetryAfter: 90 * time.Second, Connection: true},
			want: Decision{Reason: ReasonThrottled, Message: ReasonThrottled, RequeueAfter: 90 * time.Second},
		},
		"a wrapped error counts": {
			err:  fmt.Errorf("applying: %w", &Error{Class: Transient, Reason: ReasonPending, Message: "again"}),
			want: Decision{Reason: ReasonPending, Message: "again", RequeueAfter: time.Second},
		},
		"an unknown error's words are not shown": {
			err:  errors.New("secret"),
			want: Decision{Reason: ReasonInternalError, Message: "an unexpected error, see the operator's log", RequeueAfter: 5 * time.Second},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(tc.err, tc.failures)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWaitsDoubleAndNeverPassTheirEnd(t *testing.T) {
	for _, class := range []Class{Terminal, Waiting, Transient, Auth, Throttled, ""} {
		last := time.Duration(0)
		for failures := range 200 {
			wait := backoffOf(class).after(failures)
			if wait < last || wait <= 0 || wait > 10*time.Minute {
				t.Fatalf("%s after %d: %s", class, failures, wait)
			}
			last = wait
		}
	}
}

func TestAnErrorIsFoundInItsChain(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("doing: %w", &Error{Class: Auth, Reason: ReasonPermissionDenied, Err: cause})
	if e, ok := Of(err); !ok || e.Error() != ReasonPermissionDenied {
		t.Errorf("got %v", err)
	}
	if !IsClass(err, Terminal, Auth) || IsClass(err, Terminal) || IsClass(cause, Auth) || IsClass(nil, Auth) {
		t.Error("classes are mixed up")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}
