// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// Fault turns an error of the client into that of a step. Of any other error the cause is kept, because its message says
// only that the log has it.
func Fault(err error) *core.StepError {
	err = registry.Fault(err)
	d := fault.Decide(err, 0)
	out := &core.StepError{Class: string(fault.Transient), Reason: core.Reason(d.Reason), Message: d.Message}
	if f, ok := fault.Of(err); ok {
		out.Class = string(f.Class)
	} else {
		out.Cause = err
	}
	return out
}

// mayHaveWritten says whether a request that failed may have worked, whole or in part. Only a refusal that comes before
// anything is written is certain.
func mayHaveWritten(err error) bool {
	return scanopy.WasSent(err) && !scanopy.HasReason(err, scanopy.RateLimited, scanopy.Unauthorized, scanopy.PermissionDenied,
		scanopy.Forbidden, scanopy.UnknownRoute, scanopy.Redirected, scanopy.InvalidConnection, scanopy.UnsupportedVersion,
		scanopy.Unsupported, scanopy.LimitReached)
}

// isRefusal says whether the server read a request and said no for what it holds or what is there.
func isRefusal(err error) bool {
	return scanopy.HasReason(err, scanopy.BadRequest, scanopy.Conflict, scanopy.RowExists, scanopy.NotFound)
}
