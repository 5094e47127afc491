// SPDX-License-Identifier: Apache-2.0

package scanopy

import "net/http"

// checkVersion looks at the version that an answer names. Another one is told
// to OnDoubt. If its dialect is another one too, the answer is not what it
// seems: a list filtered by a key that the server does not know shows rows of
// all networks, "interfaces" are other rows than before, a body may have been
// understood in another sense. What both dialects spell alike is taken as it is.
func (c *Client) checkVersion(req request, ans answer, env envelope) error {
	if req.anyDialect || !env.whole || env.Meta == nil || env.Meta.Server == "" || env.Meta.Server == c.server {
		return nil
	}
	c.doubt()
	if now, err := dialectFor(env.Meta.Server, true); err == nil && now.name() == c.dialect.name() {
		return nil
	}
	if !req.isDialected() || !judgesContent(ans.status) {
		return nil
	}
	return &Error{
		Reason: VersionChanged, Status: ans.status, Sent: true,
		Message: "the server was " + sanitise(c.server, maxVersionText) + " and is " +
			sanitise(c.redact(env.Meta.Server), maxVersionText) + " now; it is looked at anew",
	}
}

// isDialected says whether dialects spell the request or its answer differently.
func (r request) isDialected() bool { return r.dialected || r.routeOf != nil || r.encode != nil }

// judgesContent says whether a status rests on what was asked for; others are
// about the key, the rate or the server itself, and mean the same in all versions.
func judgesContent(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusTooManyRequests,
		http.StatusRequestTimeout, http.StatusTooEarly:
		return false
	}
	return status < http.StatusInternalServerError
}

// smells says whether an error may come from a server of another version which
// does not say so: it does not know a route, or refuses a body in plain text.
func smells(e *Error) bool {
	return e.Reason == UnknownRoute || e.Reason == BadRequest && !e.FromServer
}

func (c *Client) doubt() {
	if c.onDoubt != nil {
		c.onDoubt()
	}
}
