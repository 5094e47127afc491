// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to one base URL with one token. It is immutable and safe for
// concurrent use.
type Client struct {
	base          *url.URL
	token         string
	userAgent     string
	timeout       time.Duration
	gate          Gate
	observe       func(route string, status int, took time.Duration)
	allowUntested bool
	onDoubt       func()
	http          *http.Client
	dialect       dialect
	// server is the version that the dialect was chosen for.
	server string
}

// New makes a client, or says with an InvalidConnection error why it can't.
// It sends nothing. Before anything but Version, WithDialect is needed.
func New(cfg Config) (*Client, error) {
	return newClient(cfg, http.ProxyFromEnvironment)
}

func newClient(cfg Config, proxy func(*http.Request) (*url.URL, error)) (*Client, error) {
	base, err := baseURL(cfg.URL, "the URL")
	if err != nil {
		return nil, err
	}
	if err := refuseLiteral(base.Hostname(), cfg.AllowLoopback); err != nil {
		return nil, err
	}
	token, err := tokenFor(cfg, base)
	if err != nil {
		return nil, err
	}
	transport := cfg.Transport
	if transport == nil {
		if transport, err = newTransport(cfg, base, proxy); err != nil {
			return nil, err
		}
	}
	c := &Client{
		base: base, token: token, userAgent: cfg.UserAgent, timeout: cfg.Timeout,
		gate: cfg.Gate, observe: cfg.Observe, allowUntested: cfg.AllowUntested, onDoubt: cfg.OnDoubt,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if c.userAgent == "" {
		c.userAgent = defaultUserAgent
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	return c, nil
}

// tokenFor checks the token, and that it may be sent to this base URL.
func tokenFor(cfg Config, base *url.URL) (string, error) {
	if strings.TrimSpace(cfg.TokenURL) != "" {
		only, err := baseURL(cfg.TokenURL, "the token's own URL")
		if err != nil {
			return "", err
		}
		if !sameBase(base, only) {
			return "", invalid("the token's Secret allows another URL only")
		}
	}
	token := strings.TrimSpace(cfg.Token)
	if token == "" {
		return "", invalid("the token is empty")
	}
	for _, b := range []byte(token) {
		if b <= ' ' || b > '~' {
			return "", invalid("the token holds characters that a token cannot have")
		}
	}
	return token, nil
}

// Origin gives the scheme, host and port that the client talks to.
func (c *Client) Origin() string { return originOf(c.base) }

// CloseIdle closes connections that nobody uses.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }
