// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// canary is a token that must show nowhere.
const canary = "scp_u_CANARYcanaryCANARYcanaryCANARY00"

func noProxy(*http.Request) (*url.URL, error) { return nil, nil } // as http.ProxyFromEnvironment

// testClient is a client that may talk to this machine and speaks the dialect
// of a version.
func testClient(t *testing.T, cfg Config, version string) *Client {
	t.Helper()
	cfg.AllowLoopback = true
	if cfg.Token == "" {
		cfg.Token = canary
	}
	c, err := newClient(cfg, noProxy)
	if err != nil {
		t.Fatal(err)
	}
	c, err = c.WithDialect(version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdle)
	return c
}

// newServer is a server for the time of a test; it gives the URL.
func newServer(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}
