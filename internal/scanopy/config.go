// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	defaultTimeout   = 30 * time.Second
	defaultUserAgent = "scanopy-operator"
)

// Config is all that a client is made of.
type Config struct {
	// URL is the base URL; its path is kept.
	URL string
	// Token is the API key. Space around it is ignored.
	Token string
	// TokenURL, if set, is the only base URL that the token may be sent to.
	TokenURL string
	// CABundle holds PEM certificates that are trusted beside the system's.
	CABundle []byte
	// InsecureSkipTLSVerify accepts any certificate.
	InsecureSkipTLSVerify bool
	// Timeout is for a request with its answer; zero means 30 s.
	Timeout time.Duration
	// AllowLoopback lets the URL lead to this machine.
	AllowLoopback bool
	// Transport, if set, carries the requests instead of connections of the client's own: CAs and addresses are its matter.
	Transport http.RoundTripper
	// UserAgent is sent with each request.
	UserAgent string
	// Gate, if set, is asked before each request and told what came of it.
	Gate Gate
	// Observe, if set, is called after each request that was sent, with the
	// route (method and path template, bounded), the status (0: no answer) and
	// the time it took.
	Observe func(route string, status int, took time.Duration)
	// OnDoubt, if set, is called after an answer that smells of another server
	// version than the dialect was chosen for: it says so, or the server does not
	// know a route or a body that it should. Whoever gets it asks for the version.
	OnDoubt func()
	// AllowUntested accepts versions of newer minors than the known ones, in
	// the latest dialect.
	AllowUntested bool
}

// Gate says whether an origin may be sent a request. It is shared by all
// clients of the origin.
type Gate interface {
	// Allow gives a non-nil *Error with the reason RateLimited while nothing may be sent.
	Allow() error
	// Throttled is told of each 429, with its Retry-After.
	Throttled(after time.Duration)
	// Answered is told of each answer that is not a 429.
	Answered()
}

// baseURL checks a base URL and gives it without a trailing slash.
func baseURL(raw, what string) (*url.URL, error) {
	bad := func(why string) error { return invalid(what + " " + why) }
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, bad("is not a URL") // the parser's words would repeat it
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, bad("must begin with http:// or https://")
	case u.Hostname() == "" || u.Opaque != "":
		return nil, bad("names no host")
	case !validPort(u):
		return nil, bad("has a port that does not exist")
	case u.User != nil:
		return nil, bad("must not hold a user or password")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, bad("must not hold a query")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return nil, bad("must not hold a fragment")
	}
	u = u.JoinPath() // cleans the path
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return true
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

// Origin gives scheme, host and port of a base URL in one spelling: lower
// case, the port always there.
func Origin(raw string) (string, error) {
	u, err := baseURL(raw, "the URL")
	if err != nil {
		return "", err
	}
	return originOf(u), nil
}

func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host + ":" + port
}

// sameBase says whether two base URLs are one.
func sameBase(a, b *url.URL) bool {
	return originOf(a) == originOf(b) && a.EscapedPath() == b.EscapedPath()
}
