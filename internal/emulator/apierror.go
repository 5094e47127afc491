// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// apiError is an answer that is not 200. With plain set the text is the whole body, as the server's framework
// answers; else it goes into the envelope.
type apiError struct {
	status int
	text   string
	code   string
	params map[string]string
	plain  bool
	// body: the body could not be read.
	body bool
}

func (e *apiError) Error() string { return e.text }

func errStatus(status int, format string, args ...any) error {
	return &apiError{status: status, text: fmt.Sprintf(format, args...)}
}

// errInvalid is a 400 of the server's own checks, without a code.
func errInvalid(format string, args ...any) error {
	return errStatus(http.StatusBadRequest, format, args...)
}

func errConflict(text string) error { return errStatus(http.StatusConflict, "%s", text) }

// errInternal is what everything becomes that the server did not foresee, with the raw text.
func errInternal(format string, args ...any) error {
	return errStatus(http.StatusInternalServerError, format, args...)
}

func errPlain(status int, format string, args ...any) error {
	return &apiError{status: status, text: fmt.Sprintf(format, args...), plain: true}
}

// errBody refuses a body that cannot be read.
func errBody(status int, format string, args ...any) error {
	return &apiError{status: status, text: fmt.Sprintf(format, args...), plain: true, body: true}
}

// codedError is an error of servers that have codes; legacy is what those without say instead.
func (d *dialect) codedError(legacy, modern *apiError) error {
	if d.coded {
		return modern
	}
	return &apiError{status: legacy.status, text: legacy.text}
}

func (d *dialect) errNotFound(k kind, id uuid.UUID) error {
	return d.codedError(
		&apiError{status: http.StatusNotFound, text: fmt.Sprintf("%s '%s' not found", k.table(), id)},
		&apiError{
			status: http.StatusNotFound, code: "entity_not_found",
			text:   fmt.Sprintf("%s with ID '%s' not found", d.words.kind(k), id),
			params: map[string]string{"entity": d.words.kind(k), "id": id.String()},
		})
}

// errHostNotFound is errNotFound of the handlers that hosts have for themselves.
func (d *dialect) errHostNotFound(id uuid.UUID) error {
	return d.errNotFoundAs(kindHost, id, fmt.Sprintf("Host %s not found", id))
}

// errNotFoundAs is errNotFound with other words where there are no codes.
func (d *dialect) errNotFoundAs(k kind, id uuid.UUID, legacy string) error {
	if d.coded {
		return d.errNotFound(k, id)
	}
	return errStatus(http.StatusNotFound, "%s", legacy)
}

// errAccess refuses a row of an entity that the key may not use; legacy is the old text, answered with 401.
func (d *dialect) errAccess(entity string, id uuid.UUID, legacy string) error {
	return d.codedError(
		&apiError{status: http.StatusUnauthorized, text: legacy},
		&apiError{
			status: http.StatusForbidden, code: "entity_access_denied",
			text:   "You don't have access to this " + entity,
			params: map[string]string{"entity": entity, "id": id.String()},
		})
}

func (d *dialect) errNetworkMismatch(k kind, legacy string) error {
	return d.codedError(
		&apiError{status: http.StatusBadRequest, text: legacy},
		&apiError{
			status: http.StatusBadRequest, code: "entity_" + d.words.network + "_mismatch",
			text:   d.words.kind(k) + " is on a different " + d.words.network,
			params: map[string]string{"entity": d.words.kind(k)},
		})
}

func (d *dialect) errOutOfRange(ip, subnet, legacy string) error {
	return d.codedError(
		&apiError{status: http.StatusBadRequest, text: legacy},
		&apiError{
			status: http.StatusBadRequest, code: d.outOfRange,
			text:   fmt.Sprintf("IP address '%s' is not within subnet '%s' range", ip, subnet),
			params: map[string]string{"ip": ip, "subnet": subnet},
		})
}

// errDeleteForbidden refuses a deletion, with a code.
func errDeleteForbidden(status int, entity, reason string) error {
	return &apiError{
		status: status, code: "entity_delete_forbidden", text: "Cannot delete this " + entity + ": " + reason,
		params: map[string]string{"entity": entity, "reason": reason},
	}
}

func (d *dialect) errBulkEmpty() error {
	return d.codedError(
		&apiError{status: http.StatusBadRequest, text: "No IDs provided for bulk delete"},
		&apiError{
			status: http.StatusBadRequest, code: "validation_bulk_empty", text: "No IDs provided for bulk operation",
		})
}

// errAuth refuses a caller: the old server with legacyStatus and other words.
func (d *dialect) errAuth(status int, code, text string, legacyStatus int, legacy string) error {
	return d.codedError(
		&apiError{status: legacyStatus, text: legacy},
		&apiError{status: status, code: code, text: text})
}
