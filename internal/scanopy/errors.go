// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"errors"
	"fmt"
	"time"
)

// Reason says what happened. What is to be done about it is registry.Fault's to say.
type Reason string

// Reasons for which the same request will be refused again.
const (
	// NotFound: the server says that the row does not exist.
	NotFound Reason = "NotFound"
	// BadRequest: the server refuses the request's content.
	BadRequest Reason = "BadRequest"
	// Conflict: what is there forbids it (a binding rule, a tag's name).
	Conflict Reason = "Conflict"
	// DuplicateHost: a host with an equal interface exists.
	DuplicateHost Reason = "DuplicateHost"
	// RowExists: a row with the id that was sent exists.
	RowExists Reason = "RowExists"
	// DaemonHost: a daemon runs on the host.
	DaemonHost Reason = "DaemonHost"
	// LimitReached: the plan allows no more.
	LimitReached Reason = "LimitReached"
	// Unsupported: the server's version has no way to say this.
	Unsupported Reason = "Unsupported"
)

// Reasons for which somebody or something else has to change first.
const (
	// Redirected: the server sends us elsewhere, which is never followed.
	Redirected Reason = "Redirected"
	// NotJSON: the answer is not Scanopy's, most likely the URL is wrong.
	NotJSON Reason = "NotJSON"
	// UnknownRoute: the server does not know the path, most likely the URL is wrong.
	UnknownRoute Reason = "UnknownRoute"
	// UnsupportedVersion: the server's version is outside of what we know.
	UnsupportedVersion Reason = "UnsupportedVersion"
	// InvalidConnection: the URL, token or CA cannot be used, or its certificate is refused.
	InvalidConnection Reason = "InvalidConnection"
)

// Reasons for which the same request may work a little later.
const (
	// LockConflict: the host changed since ExpectedUpdatedAt.
	LockConflict Reason = "LockConflict"
	// TooLarge: the answer is over 32 MiB; a smaller page may do.
	TooLarge Reason = "TooLarge"
	// Unreachable: no connection, or it broke off.
	Unreachable Reason = "Unreachable"
	// Timeout: no answer in time.
	Timeout Reason = "Timeout"
	// Canceled: the caller gave up.
	Canceled Reason = "Canceled"
	// ServerError: the server failed.
	ServerError Reason = "ServerError"
	// WriteFailed: the server failed at what a write holds (a row that it names is gone, say), and says so itself. It may
	// have worked in part.
	WriteFailed Reason = "WriteFailed"
	// BadAnswer: the answer is broken, or lacks what it must have.
	BadAnswer Reason = "BadAnswer"
	// VersionChanged: the server that answered speaks another dialect than the
	// request was written in. A write may have worked, whole, in part or in
	// another sense: what is there must be read again.
	VersionChanged Reason = "VersionChanged"
)

// Reasons for which the key, or for now everybody, is refused.
const (
	// Unauthorized: the key is not accepted at all.
	Unauthorized Reason = "Unauthorized"
	// PermissionDenied: the key's level, plan or licence does not allow it.
	PermissionDenied Reason = "PermissionDenied"
	// Forbidden: the key may not use this row or network.
	Forbidden Reason = "Forbidden"
	// RateLimited: 429, or the gate is shut because of one.
	RateLimited Reason = "RateLimited"
)

// Error is any error of this package. It never holds the token, a query, a
// response body or userinfo.
type Error struct {
	Reason Reason
	// Status is the HTTP status, 0 without an answer.
	Status int
	// Op says what was being done, Route is method and path template.
	Op    string
	Route string
	// Code is the server's own code, if it gave one.
	Code string
	// Message is in the server's words if FromServer, else in ours. Sanitised,
	// at most 512 bytes.
	Message    string
	FromServer bool
	// RetryAfter is how long a throttled origin must be left alone.
	RetryAfter time.Duration
	// Sent is false if the request certainly never reached the server.
	Sent bool

	cause error // context.Canceled or context.DeadlineExceeded, nothing that speaks
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Message
	if text == "" {
		text = string(e.Reason)
	}
	if e.FromServer {
		text = "the server says: " + text
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	if e.Status != 0 {
		text = fmt.Sprintf("%s (status %d)", text, e.Status)
	}
	return text
}

// Unwrap gives context.Canceled or context.DeadlineExceeded, or nothing.
func (e *Error) Unwrap() error { return e.cause }

// HasReason says whether err is an *Error of one of these reasons.
func HasReason(err error, reasons ...Reason) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	for _, r := range reasons {
		if e.Reason == r {
			return true
		}
	}
	return false
}

// IsNotFound says whether the server said that the row does not exist.
func IsNotFound(err error) bool { return HasReason(err, NotFound) }

// WasSent says whether the request may have reached the server.
func WasSent(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return !ok || e.Sent
}

func invalid(message string) *Error {
	return &Error{Reason: InvalidConnection, Message: message}
}
