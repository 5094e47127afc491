// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

// bench is a store, a clock that stands still, and a server behind real HTTP.
type bench struct {
	*Store

	t       testing.TB
	clock   *clocktesting.FakeClock
	server  *emulator.Server
	client  *scanopy.Client
	limiter *registry.Limiter
	key     Key
	source  Source
	subnet  string
	// ended gets a value for each refresh that ends.
	ended chan Key
	// before, if set, runs before the server sees a request.
	before atomic.Pointer[func(r *http.Request)]
}

func newBench(t testing.TB, budget registry.Budget) *bench {
	t.Helper()
	b, end := openBench(t, budget)
	t.Cleanup(end)
	return b
}

// openBench makes a bench that whoever asked for it ends.
func openBench(t testing.TB, budget registry.Budget) (b *bench, end func()) {
	t.Helper()
	b = &bench{t: t, clock: clocktesting.NewFakeClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), ended: make(chan Key, 100)}
	server, err := emulator.New(emulator.Options{BasePath: "/inventory"})
	if err != nil {
		t.Fatal(err)
	}
	b.server = server
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hook := b.before.Load(); hook != nil {
			(*hook)(r)
		}
		server.ServeHTTP(w, r)
	}))
	b.Store = New(t.Context(), Options{Clock: b.clock, OnRefresh: func(k Key) { b.ended <- k }})
	b.limiter = registry.NewLimiter(b.clock, budget, func(key string) { b.Ready(key) })
	b.client = emulated.Client(t, "0.14.13", scanopy.Config{
		URL: web.URL + "/inventory", Token: server.Bootstrap().Tokens.Owner, Gate: b.limiter,
	})
	b.key = Key{Origin: b.client.Origin(), Account: "account", Network: server.Bootstrap().Network.String()}
	b.source = Source{Client: b.client, Limiter: b.limiter}
	row, err := b.client.CreateSubnet(t.Context(), scanopy.SubnetCreate{NetworkID: b.key.Network, Name: "lan", CIDR: "10.0.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	b.subnet = row.ID
	server.ResetLog()
	return b, web.Close
}

// create makes a host behind the store's back, with an interface, a port and a service that listens there.
func (b *bench) create(n int) core.ObservedHost {
	b.t.Helper()
	mac, port := fmt.Sprintf("02:00:00:00:%02x:%02x", n/256, n%256), uuid.NewString()
	h, err := b.client.CreateHost(b.t.Context(), scanopy.HostCreate{
		NetworkID: b.key.Network, Name: fmt.Sprintf("host-%d", n),
		Interfaces: []scanopy.Interface{{ID: uuid.NewString(), SubnetID: b.subnet, IPAddress: address(n), MACAddress: &mac}},
		Ports:      []scanopy.Port{{ID: port, Number: 80, Protocol: scanopy.TCP}},
		Services: []scanopy.Service{{
			ID: uuid.NewString(), Name: "web", Definition: "Caddy",
			Bindings: []scanopy.Binding{{ID: uuid.NewString(), Type: scanopy.BindingPort, PortID: port}},
		}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return Observe(h)
}

func (b *bench) createMany(n int) []core.ObservedHost {
	b.t.Helper()
	out := make([]core.ObservedHost, 0, n)
	for i := range n {
		out = append(out, b.create(i))
	}
	b.server.ResetLog()
	return out
}

func address(n int) string { return fmt.Sprintf("10.0.%d.%d", n/200, n%200+1) }

func (b *bench) remove(id string) {
	b.t.Helper()
	if err := b.client.DeleteHost(b.t.Context(), id); err != nil {
		b.t.Fatal(err)
	}
}

// wait waits for a refresh to end.
func (b *bench) wait() {
	b.t.Helper()
	select {
	case <-b.ended:
	case <-time.After(20 * time.Second):
		b.t.Fatal("no refresh has ended")
	}
}

// refresh renews everything and waits for it.
func (b *bench) refresh() View {
	b.t.Helper()
	b.Ensure(b.key, b.source, 0)
	b.wait()
	return b.view()
}

func (b *bench) view() View {
	b.t.Helper()
	v, ok := b.View(b.key)
	if !ok {
		b.t.Fatalf("there is no view: %v", b.Err(b.key))
	}
	return v
}

// fault adds faults.
func (b *bench) fault(f ...emulator.Fault) {
	b.t.Helper()
	if err := b.server.AddFaults(f...); err != nil {
		b.t.Fatal(err)
	}
}

// pages makes pages of n hosts.
func (b *bench) pages(n int) { b.locked(b.key, func(e *entry) { e.pageSize = n }) }

// onHostPage runs something before the nth list of hosts from now on.
func (b *bench) onHostPage(n int, do func()) {
	seen := 0
	b.before.Store(new(func(r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/hosts") {
			if seen++; seen == n {
				do()
			}
		}
	}))
}

func (b *bench) lists() map[string]int { return b.server.Log().Counts }

// plenty is a budget that nobody uses up.
var plenty = registry.Budget{PerMinute: 60000, Burst: 1000}

// provision makes a daemon and the host that it runs on.
func (b *bench) provision() (host string) {
	b.t.Helper()
	body := strings.NewReader(`{"name":"scout","url":"http://127.0.0.1:9","network_id":"` + b.key.Network + `"}`)
	req := httptest.NewRequest(http.MethodPost, "/inventory/api/v1/daemons/provision", body)
	req.Header.Set("Authorization", "Bearer "+b.server.Bootstrap().Tokens.Owner)
	req.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	b.server.ServeHTTP(answer, req)
	var out struct {
		Data struct {
			Daemon struct {
				HostID string `json:"host_id"`
			} `json:"daemon"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil || out.Data.Daemon.HostID == "" {
		b.t.Fatalf("status %d, %s: %v", answer.Code, answer.Body, err)
	}
	b.server.ResetLog()
	return out.Data.Daemon.HostID
}
