// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"

	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// Fault turns a *scanopy.Error anywhere in err's chain into a *fault.Error
// that wraps err. Any other error, also nil and what is a *fault.Error
// already, is given back as it is.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	if _, done := fault.Of(err); done {
		return err
	}
	e, ok := errors.AsType[*scanopy.Error](err)
	if !ok {
		return err
	}
	class, reason, connection := outcome(e.Reason)
	return &fault.Error{
		Class: class, Reason: reason, Connection: connection, Message: e.Error(), RetryAfter: e.RetryAfter, Err: err,
	}
}

// outcome is the one table from the client's reasons to classes and to the
// reasons of conditions. connection says that it concerns the whole backend.
// Rows that vanish or appear under us are read again.
func outcome(r scanopy.Reason) (class fault.Class, reason string, connection bool) {
	switch r {
	case scanopy.BadRequest, scanopy.Conflict, scanopy.LimitReached:
		return fault.Terminal, fault.ReasonBackendRejected, false
	case scanopy.WriteFailed:
		return fault.Transient, fault.ReasonBackendRejected, false
	case scanopy.DuplicateHost:
		return fault.Terminal, fault.ReasonAlreadyExists, false
	case scanopy.DaemonHost:
		return fault.Terminal, fault.ReasonHostHasDaemon, false
	case scanopy.Unsupported:
		return fault.Terminal, fault.ReasonUnsupported, false
	case scanopy.NotFound, scanopy.LockConflict, scanopy.Canceled:
		return fault.Transient, fault.ReasonPending, false
	case scanopy.RowExists:
		return fault.Transient, fault.ReasonDependencyNotReady, false
	case scanopy.Redirected, scanopy.NotJSON, scanopy.UnknownRoute, scanopy.InvalidConnection:
		return fault.Waiting, fault.ReasonInvalidConnection, true
	case scanopy.UnsupportedVersion:
		return fault.Waiting, fault.ReasonUnsupportedVersion, true
	case scanopy.Unreachable, scanopy.Timeout, scanopy.ServerError, scanopy.BadAnswer, scanopy.TooLarge,
		scanopy.VersionChanged:
		return fault.Transient, fault.ReasonUnreachable, true
	case scanopy.Unauthorized:
		return fault.Auth, fault.ReasonAuthenticationFailed, true
	case scanopy.PermissionDenied, scanopy.Forbidden:
		return fault.Auth, fault.ReasonPermissionDenied, false
	case scanopy.RateLimited:
		return fault.Throttled, fault.ReasonThrottled, true
	}
	return fault.Transient, fault.ReasonInternalError, false
}
