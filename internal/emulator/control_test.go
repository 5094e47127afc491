// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// control calls a control endpoint without any header.
func (b *bench) control(method, path string, body any) reply {
	b.t.Helper()
	r, err := b.tryAs("", method, "/control"+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func TestControlEndpoints(t *testing.T) {
	cases := map[string]struct {
		method, path string
		body         any
		status       int
		check        func(t *testing.T, b *bench)
	}{
		"bootstrap":                  {method: "GET", path: "/bootstrap", status: 200},
		"state":                      {method: "GET", path: "/state", status: 200},
		"one fault":                  {method: "POST", path: "/faults", body: fields{"status": 500}, status: 200, check: faultsWait(1)},
		"a list of faults":           {method: "POST", path: "/faults", body: []fields{{"cut": true}, {"status": 500}}, status: 200, check: faultsWait(2)},
		"a fault that is none":       {method: "POST", path: "/faults", body: fields{"path": "["}, status: 400, check: faultsWait(0)},
		"a version that there is":    {method: "PUT", path: "/version", body: fields{"version": "0.13.5"}, status: 200},
		"a version that there isn't": {method: "PUT", path: "/version", body: fields{"version": "9.9.9"}, status: 400},
		"an endpoint that there isn't": {
			method: "GET", path: "/nothing", status: 404,
			check: func(t *testing.T, b *bench) {
				if n := len(b.Log().Entries); n != 0 {
					t.Errorf("%d requests logged", n)
				}
			},
		},
		"the rate limit": {
			method: "PUT", path: "/ratelimit", body: fields{"enabled": true}, status: 200,
			check: func(t *testing.T, b *bench) {
				if got := b.control("GET", "/ratelimit", nil).json(t)["enabled"]; got != true {
					t.Errorf("enabled is %v", got)
				}
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := onNetwork(t, emulator.Options{})
			if r := b.control(c.method, c.path, c.body); r.status != c.status {
				t.Errorf("%d %s", r.status, r.body)
			}
			if c.check != nil {
				c.check(t, b)
			}
		})
	}
}

func faultsWait(n int) func(t *testing.T, b *bench) {
	return func(t *testing.T, b *bench) {
		if got := len(b.Faults()); got != n {
			t.Errorf("%d faults wait, want %d", got, n)
		}
		b.control("DELETE", "/faults", nil)
		if got := len(b.Faults()); got != 0 {
			t.Errorf("%d faults wait after all were cleared", got)
		}
	}
}

func TestTheLogCountsRequestsByRoute(t *testing.T) {
	b := onNetwork(t, emulator.Options{})
	id := b.bareHost("web")
	b.must("GET", "/api/v1/hosts/"+id, nil)
	b.must("GET", "/api/v1/hosts?limit=0", nil)
	b.do("GET", "/api/v1/nothing", nil)
	var log emulator.Log
	if err := json.Unmarshal(b.control("GET", "/log", nil).body, &log); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"POST /api/v1/hosts": 1, "GET /api/v1/hosts/{id}": 1, "GET /api/v1/hosts": 1, "GET (none)": 1,
	}
	if diff := cmp.Diff(want, log.Counts); diff != "" {
		t.Error(diff)
	}
	if log.Writes() != 1 || len(log.Entries) != 4 || log.Entries[3].Status != http.StatusNotFound {
		t.Errorf("entries %+v", log.Entries)
	}
	b.control("DELETE", "/log", nil)
	if n := len(b.Log().Entries); n != 0 {
		t.Errorf("%d entries after a reset", n)
	}
}

func TestResetGoesBackToTheStart(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	before := b.State()
	b.bareHost("web")
	b.subnet()
	b.control("POST", "/reset", nil)
	after := b.State()
	if len(after.Hosts) != 0 || len(after.Subnets) != len(before.Subnets) || len(after.Networks) != 2 {
		t.Errorf("state after a reset: %+v", after)
	}
	b.must("GET", "/api/v1/hosts", nil) // the key still works
}

func TestStateIsACopy(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	b.must("POST", "/api/v1/hosts", b.hostBody(b.subnet(), 1))
	s := b.State()
	s.Hosts[0].Name, s.Hosts[0].Services[0].Bindings[0].Type = "changed", "changed"
	if diff := cmp.Diff(b.State().Hosts[0].Name, "h1"); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(b.State(), b.State()); diff != "" {
		t.Errorf("two copies differ: %s", diff)
	}
}

func TestAnUpgradeKeepsTheData(t *testing.T) {
	b := inProcess(t, emulator.Options{Version: "0.13.5"})
	id := b.bareHost("web")
	if err := b.SetVersion("0.14.13"); err != nil {
		t.Fatal(err)
	}
	data := b.must("GET", "/api/v1/hosts/"+id, nil).json(t)["data"].(map[string]any)
	if _, ok := data["if_entries"]; !ok || data["name"] != "web" {
		t.Errorf("after the upgrade: %v", data)
	}
	if got := b.Version(); got != "0.14.13" {
		t.Errorf("version %s", got)
	}
}

func TestKeysCanBeMadeAndRevoked(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	other := b.AddNetwork("Other")
	key := b.AddKey(emulator.Member, other)
	r, err := b.tryAs(key, "GET", "/api/v1/networks", nil)
	if err != nil || len(r.rows(t)) != 1 {
		t.Fatalf("%v %s", err, r.body)
	}
	b.RevokeKey(key)
	if r, _ := b.tryAs(key, "GET", "/api/v1/networks", nil); r.status != http.StatusUnauthorized {
		t.Errorf("a revoked key got %d", r.status)
	}
}
