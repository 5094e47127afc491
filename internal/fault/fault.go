// SPDX-License-Identifier: Apache-2.0

// Package fault holds the error classes of the operator and their one mapping
// to conditions, results and events.
//
// In goes an error that somewhere in its chain is an *Error, made where the
// error arose (for those of a Scanopy server by registry.Fault), and the number
// of tries that failed before; out comes a Decision. Everything else is an
// InternalError.
//
// The package imports nothing of ours.
package fault

import (
	"errors"
	"time"
)

// Class says what is to be done about an error.
type Class string

const (
	// Terminal: the same try will fail again; retried slowly, or at once when the spec changes.
	Terminal Class = "Terminal"
	// Waiting: somebody or something else has to change first.
	Waiting Class = "Waiting"
	// Transient: the same try may work a little later.
	Transient Class = "Transient"
	// Auth: the key was refused, as a whole or for this request.
	Auth Class = "Auth"
	// Throttled: the server was asked too often.
	Throttled Class = "Throttled"
)

// Condition reasons that errors end in. They are those of the API.
const (
	ReasonUnreachable          = "Unreachable"
	ReasonBackendUnavailable   = "BackendUnavailable"
	ReasonAuthenticationFailed = "AuthenticationFailed"
	ReasonPermissionDenied     = "PermissionDenied"
	ReasonUnsupportedVersion   = "UnsupportedVersion"
	ReasonInvalidConnection    = "InvalidConnection"
	ReasonUnsupported          = "Unsupported"
	ReasonThrottled            = "Throttled"
	ReasonPending              = "Pending"
	ReasonDependencyNotReady   = "DependencyNotReady"
	ReasonAlreadyExists        = "AlreadyExists"
	ReasonHostHasDaemon        = "HostHasDaemon"
	ReasonBackendRejected      = "BackendRejected"
	ReasonInternalError        = "InternalError"
)

// Error is an error that knows what to do about it.
type Error struct {
	Class Class
	// Reason is the condition reason on the Backend or object that it happened to.
	Reason string
	// Message is fit for a condition: stable, without secrets, at most 1024 bytes.
	Message string
	// RetryAfter, if set, is the least time to wait.
	RetryAfter time.Duration
	// Connection says that nothing on this Backend works, not only this request.
	Connection bool
	// Err is what it was made of, for logs and errors.As.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Reason
	}
	return e.Message
}

// Unwrap gives what the error was made of.
func (e *Error) Unwrap() error { return e.Err }

// Of finds the *Error in an error's chain.
func Of(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// IsClass says whether err is an *Error of one of these classes.
func IsClass(err error, classes ...Class) bool {
	e, ok := Of(err)
	if !ok {
		return false
	}
	for _, c := range classes {
		if e.Class == c {
			return true
		}
	}
	return false
}

// ObjectReason is the reason to show on an object of a Backend that has this
// error: what only the Backend's owner can mend is BackendUnavailable there.
func (e *Error) ObjectReason() string {
	if !e.Connection || e.Reason == ReasonThrottled {
		return e.Reason
	}
	return ReasonBackendUnavailable
}
