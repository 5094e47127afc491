// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// doubting is a client of a server that was one version and is another. It
// counts its doubts.
func doubting(t *testing.T, was, is string, h http.HandlerFunc) (*Client, *int) {
	t.Helper()
	doubts := new(int)
	url := newServer(t, spoken()[is].as(h))
	return testClient(t, Config{URL: url, OnDoubt: func() { *doubts++ }}, was), doubts
}

// TestAnAnswerInAnotherDialectIsNotBelieved: what a request asked for and what its answer shows means something else
// there (0.1, 0.2), so that a list would be empty or hold all networks, and a refusal would be about our words.
func TestAnAnswerInAnotherDialectIsNotBelieved(t *testing.T) {
	binding := func(ctx context.Context, c *Client) error { return drop(c.CreateBinding(ctx, Binding{NetworkID: idN})) }
	hosts := func(ctx context.Context, c *Client) error { return drop(c.ListHosts(ctx, idN, 0, 0)) }
	for name, tc := range map[string]struct {
		was, is string
		status  int
		body    string
		do      func(context.Context, *Client) error
		reason  Reason
		doubts  int
	}{
		"a list":                            {"0.15.3", "0.16.0", 200, success("[" + row("") + "]"), hosts, VersionChanged, 1},
		"an empty list":                     {"0.17.21", "0.17.22", 200, success("[]"), hosts, VersionChanged, 1},
		"a list, after a step back":         {"0.17.22", "0.17.21", 200, success("[" + row("") + "]"), hosts, VersionChanged, 1},
		"a host":                            {"0.15.3", "0.16.0", 200, success(row("")), func(ctx context.Context, c *Client) error { return drop(c.GetHost(ctx, idA)) }, VersionChanged, 1},
		"a write that worked":               {"0.15.3", "0.17.22", 200, success(row("")), binding, VersionChanged, 1},
		"a write that was refused":          {"0.17.21", "0.17.22", 400, failure("missing field site_id", ""), binding, VersionChanged, 1},
		"a row that an old route lacks":     {"0.15.3", "0.16.0", 404, failure("gone", "entity_not_found"), func(ctx context.Context, c *Client) error { return c.DeleteInterface(ctx, idA) }, VersionChanged, 1},
		"a host that the list never had":    {"0.15.3", "0.16.0", 404, failure("gone", "entity_not_found"), func(ctx context.Context, c *Client) error { return drop(c.GetHost(ctx, idA)) }, VersionChanged, 1},
		"a key that is refused stays that":  {"0.15.3", "0.16.0", 403, failure("no", "auth_permission_denied"), binding, PermissionDenied, 1},
		"a pause stays one":                 {"0.15.3", "0.16.0", 429, failure("slow down", ""), binding, RateLimited, 1},
		"a failure stays one":               {"0.15.3", "0.16.0", 500, failure("database", ""), hosts, ServerError, 1},
		"the same dialect, a newer patch":   {"0.14.2", "0.14.13", 200, success("[" + row("") + "]"), hosts, "", 1},
		"the same dialect, a refusal":       {"0.14.2", "0.14.13", 400, failure("no", ""), binding, BadRequest, 1},
		"what all spell alike is taken":     {"0.15.3", "0.17.22", 200, success("null"), func(ctx context.Context, c *Client) error { return c.DeleteHost(ctx, idA) }, "", 1},
		"what all spell alike is not there": {"0.15.3", "0.17.22", 404, failure("gone", "entity_not_found"), func(ctx context.Context, c *Client) error { return c.DeleteService(ctx, idA) }, NotFound, 1},
		"the version itself is no surprise": {"0.15.3", "0.17.22", 200, success(`{"server_version":"0.17.22"}`), func(ctx context.Context, c *Client) error { return drop(c.Version(ctx)) }, "", 0},
		"a route that is gone":              {"0.17.21", "0.17.22", 404, "", func(ctx context.Context, c *Client) error { return drop(c.ListNetworks(ctx, 0, 0)) }, UnknownRoute, 1},
		"a refusal in plain text":           {"0.16.0", "0.14.13", 422, "missing field", binding, BadRequest, 1},
		"a refusal in its own words":        {"0.14.13", "0.14.13", 400, failure("no", ""), binding, BadRequest, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, doubts := doubting(t, tc.was, tc.is, answers(tc.status, tc.body))
			err := tc.do(t.Context(), c)
			if (tc.reason == "" && err != nil) || (tc.reason != "" && !HasReason(err, tc.reason)) {
				t.Errorf("got %v", err)
			}
			if *doubts != tc.doubts {
				t.Errorf("%d doubts", *doubts)
			}
			e, ok := errors.AsType[*Error](err)
			if ok && e.Reason == VersionChanged && (!e.Sent || !strings.Contains(e.Message, tc.was) || !strings.Contains(e.Message, tc.is)) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestARowWithoutANetworkIsADoubt(t *testing.T) {
	c, doubts := doubting(t, "0.14.13", "0.14.13", answers(200, success(`[{"id":"`+idA+`"}]`)))
	if _, err := c.ListHosts(t.Context(), idN, 0, 0); !HasReason(err, BadAnswer) || *doubts != 1 {
		t.Errorf("got %v, %d doubts", err, *doubts)
	}
}
