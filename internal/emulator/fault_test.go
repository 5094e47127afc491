// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestFaultsSpoilAWrite(t *testing.T) {
	cases := map[string]struct {
		fault   emulator.Fault
		status  int // 0: no answer
		written int
		check   func(t *testing.T, r reply)
	}{
		"a status before the work refuses the request": {
			fault: emulator.Fault{Status: 503, RetryAfter: "7", Body: "{}"}, status: 503,
			check: func(t *testing.T, r reply) {
				if got := r.header.Get("Retry-After"); got != "7" {
					t.Errorf("Retry-After: %q", got)
				}
			},
		},
		"a status after the work hides that it was done": {
			fault: emulator.Fault{Status: 502, When: emulator.After}, status: 502, written: 1,
		},
		"a cut before the work writes nothing":      {fault: emulator.Fault{Cut: true}},
		"a cut after the work loses the answer":     {fault: emulator.Fault{Cut: true, When: emulator.After}, written: 1},
		"another page has another content type":     {fault: emulator.Fault{Status: 200, Body: "<html>", ContentType: "text/html"}, status: 200},
		"a redirect names another place":            {fault: emulator.Fault{Status: 302, Location: "/elsewhere"}, status: 302},
		"a truncated answer looks whole":            {fault: emulator.Fault{Truncate: 20}, status: 200, written: 1},
		"a connection breaks within an answer":      {fault: emulator.Fault{Truncate: 20, Cut: true}, written: 1},
		"a fault for another method does nothing":   {fault: emulator.Fault{Method: "^GET$", Cut: true}, status: 200, written: 1},
		"a fault for another path does nothing":     {fault: emulator.Fault{Path: "/services", Cut: true}, status: 200, written: 1},
		"a fault that lets one pass does nothing":   {fault: emulator.Fault{Skip: 1, Cut: true}, status: 200, written: 1},
		"a padded answer is large and still a JSON": {fault: emulator.Fault{Pad: 1 << 16}, status: 200, written: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := onNetwork(t, emulator.Options{})
			b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if err := b.AddFaults(c.fault); err != nil {
				t.Fatal(err)
			}
			r, err := b.try("POST", "/api/v1/hosts", fields{"name": "web", "network_id": b.boot.Network})
			if (err != nil) != (c.status == 0) {
				t.Fatalf("got %d, %v", r.status, err)
			}
			if err == nil && r.status != c.status {
				t.Errorf("status %d, want %d", r.status, c.status)
			}
			if got := len(b.State().Hosts); got != c.written {
				t.Errorf("%d hosts, want %d", got, c.written)
			}
			if c.check != nil {
				c.check(t, r)
			}
		})
	}
}

func TestFaultsSpoilAsManyRequestsAsTheySay(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	if err := b.AddFaults(emulator.Fault{Status: 500, Times: 2}, emulator.Fault{Status: 501, Times: -1}); err != nil {
		t.Fatal(err)
	}
	var got []int
	for range 4 {
		got = append(got, b.do("GET", "/api/v1/hosts", nil).status)
	}
	b.ClearFaults()
	got = append(got, b.do("GET", "/api/v1/hosts", nil).status)
	want := []int{500, 500, 501, 501, 200}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("statuses %v, want %v", got, want)
		}
	}
}

func TestListsLie(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	first := b.bareHost("first")
	b.bareHost("second")
	total := 7
	for name, c := range map[string]struct {
		fault emulator.Fault
		rows  int
		total float64
	}{
		"an empty list says that there are rows": {emulator.Fault{EmptyList: true}, 0, 2},
		"a list lacks a row":                     {emulator.OmitHosts(1, uuid.MustParse(first)), 1, 2},
		"a list claims another total":            {emulator.Fault{Total: &total}, 2, 7},
		"a list is honest again":                 {emulator.Fault{Method: "^PUT$", Cut: true}, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b.ClearFaults()
			if err := b.AddFaults(c.fault); err != nil {
				t.Fatal(err)
			}
			r := b.must("GET", "/api/v1/hosts?limit=0", nil)
			meta := r.json(t)["meta"].(map[string]any)
			page := meta["pagination"].(map[string]any)
			if got := len(r.rows(t)); got != c.rows || page["total_count"] != c.total {
				t.Errorf("%d rows of %v, want %d of %v", got, page["total_count"], c.rows, c.total)
			}
		})
	}
}

func TestADelayWaitsByTheClock(t *testing.T) {
	clk := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	b := inProcess(t, emulator.Options{Clock: clk})
	if err := b.AddFaults(emulator.Fault{Delay: "30s", When: emulator.After}); err != nil {
		t.Fatal(err)
	}
	done := make(chan reply)
	go func() {
		r, _ := b.try("POST", "/api/v1/hosts", fields{"name": "slow", "network_id": b.boot.Network})
		done <- r
	}()
	for !clk.HasWaiters() {
		select {
		case <-done:
			t.Fatal("answered without waiting")
		default:
			runtime.Gosched()
		}
	}
	if got := len(b.State().Hosts); got != 1 {
		t.Errorf("%d hosts while the answer waits, want 1", got)
	}
	clk.Step(30 * time.Second)
	if r := <-done; r.status != http.StatusOK {
		t.Errorf("status %d", r.status)
	}
}

func TestABrokenFaultIsRefused(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	for name, f := range map[string]emulator.Fault{
		"a method that is no expression": {Method: "("},
		"a path that is no expression":   {Path: "["},
		"a delay that is no duration":    {Delay: "soon"},
		"a moment that there is not":     {When: "later"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := b.AddFaults(f); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestACutIsAnErrorWithoutANetworkToo(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	if err := b.AddFaults(emulator.Fault{Cut: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.try("GET", "/api/v1/hosts", nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if e := b.Log().Entries[0]; !e.Faulted || e.Status != 0 {
		t.Errorf("logged as %+v", e)
	}
}

func TestBasePath(t *testing.T) {
	b := onNetwork(t, emulator.Options{BasePath: "/inventory"})
	b.must("GET", "/api/v1/hosts", nil)
	b.base = strings.TrimSuffix(b.base, "/inventory")
	if r := b.do("GET", "/api/v1/hosts", nil); r.status != http.StatusNotFound {
		t.Errorf("outside the base path: %d", r.status)
	}
}
