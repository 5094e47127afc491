// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what a Retry-After may ask for.
const maxRetryAfter = 24 * time.Hour

// existingID finds the host that the words of a duplicate name, which come at
// the end, after a name that anybody may have chosen.
var existingID = regexp.MustCompile(`\(id: ([0-9a-fA-F-]{36})\)`)

// classify gives the error that an answer is, nil if it is a success. It is
// the one place where an answer is judged. redact takes secrets out of words
// before they are cut.
func classify(ans answer, env envelope, redact func(string) string) *Error {
	if ans.status >= 200 && ans.status < 300 {
		return nil
	}
	e := &Error{Status: ans.status, Sent: true}
	valid := env.isError()
	if valid {
		e.Message, e.FromServer = sanitise(redact(env.Error), maxMessage), true
		e.Code = sanitise(redact(env.Code), maxVersionText)
	}
	e.Reason = judge(ans.status, valid, e.Code, e.Message)
	switch e.Reason {
	case Redirected:
		e.Message, e.FromServer = redact(redirection(ans.header.Get("Location"))), false
	case RateLimited: // the server's words hold a counter
		e.RetryAfter, e.Message, e.FromServer = retryAfter(ans.header), "", false
	case LockConflict: // these hold times
		e.Message, e.FromServer = "", false
	case ServerError:
		e.RetryAfter = retryAfter(ans.header)
	}
	if e.Message == "" {
		e.Message = plainWords(e.Reason, ans.status)
	}
	return e
}

// judge maps status, code and, where a server gives no code, a word of its
// message. valid says whether there was a Scanopy envelope at all.
func judge(status int, valid bool, code, words string) Reason {
	switch {
	case status >= 500:
		return ServerError
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status < 400:
		return Redirected
	}
	if reason := judgeCode(code, words); reason != "" {
		return reason
	}
	switch status {
	case http.StatusUnauthorized:
		if strings.Contains(words, "aren't allowed") { // 0.13: a network that the key may not use
			return Forbidden
		}
		return Unauthorized
	case http.StatusForbidden:
		if strings.Contains(words, "required") { // 0.13: "Admin permission required"
			return PermissionDenied
		}
		return Forbidden
	case http.StatusPaymentRequired:
		return PermissionDenied
	case http.StatusNotFound:
		if valid && code == "" { // 0.13 gives no codes
			return NotFound
		}
		return UnknownRoute
	case http.StatusMethodNotAllowed:
		return UnknownRoute
	case http.StatusProxyAuthRequired:
		return InvalidConnection
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return Timeout
	}
	return judgeRefusal(status, words)
}

// judgeCode maps the server's codes that mean the same whatever the status.
func judgeCode(code, words string) Reason {
	switch code {
	case "entity_not_found":
		return NotFound
	case "entity_access_denied":
		return Forbidden
	case "auth_not_authenticated", "auth_daemon_required", "auth_daemon_key_not_created", "entity_expired", "entity_disabled":
		return Unauthorized
	case "auth_permission_denied", "auth_user_context_required", "auth_organization_required", "auth_demo_mode",
		"billing_payment_required", "billing_plan_lapsed", "billing_self_hosted_plan_locked", "license_locked":
		return PermissionDenied
	case "billing_host_limit_reached":
		return LimitReached
	case "entity_delete_forbidden":
		if strings.Contains(words, "daemon") {
			return DaemonHost
		}
		return Conflict
	}
	return ""
}

// judgeRefusal tells apart the refusals that come without a code.
func judgeRefusal(status int, words string) Reason {
	switch {
	case strings.Contains(words, "modified by another process"):
		return LockConflict
	case strings.Contains(words, "already exists") && existingID.MatchString(words):
		return DuplicateHost
	case strings.Contains(words, "already exists") && strings.Contains(words, "_pkey"):
		return RowExists
	case strings.Contains(words, "associated daemon"), strings.Contains(words, "daemon associated"):
		return DaemonHost
	case status == http.StatusConflict:
		return Conflict
	}
	return BadRequest
}

// refine takes back what the request cannot have caused: the words of a
// refusal may quote names that anybody chose. A server that fails at a write in
// its own words is there: it is this write that it could not do.
func refine(e *Error) {
	if e.Reason == ServerError && e.Status == http.StatusInternalServerError && e.FromServer && !strings.HasPrefix(e.Route, "GET ") {
		e.Reason = WriteFailed
		return
	}
	possible := true
	switch e.Reason {
	case DuplicateHost:
		possible = e.Route == "POST "+routeHosts
	case LockConflict:
		possible = e.Route == "PUT "+routeHost
	case DaemonHost:
		possible = e.Route == "DELETE "+routeHost || e.Route == "POST "+routeHostsBulk || e.Route == "PUT "+routeMergeHost
	}
	if possible {
		return
	}
	e.Reason = BadRequest
	if e.Status == http.StatusConflict {
		e.Reason = Conflict
	}
}

// redirection says where a redirect leads, without path and query.
func redirection(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "the server redirects, which is never followed"
	}
	where := sanitise((&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), maxVersionText*4)
	return fmt.Sprintf("the server redirects to %s, which is never followed; if that is the server, use its URL", where)
}

// plainWords are ours, for answers that are not Scanopy's.
func plainWords(reason Reason, status int) string {
	switch reason {
	case UnknownRoute:
		return "the server does not know this path; is the base URL right?"
	case ServerError:
		return "the server, or a proxy before it, failed"
	case RateLimited:
		return "the server was asked too often"
	case LockConflict:
		return "the host was changed by somebody else meanwhile"
	case InvalidConnection:
		return "the proxy demands a login"
	}
	return strings.ToLower(http.StatusText(status))
}

// retryAfter reads the header: seconds or a date, bounded.
func retryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return min(time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second)))*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(time.Until(at), 0), maxRetryAfter)
	}
	return 0
}
