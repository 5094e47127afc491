// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

// plenty is a budget that nobody uses up.
var plenty = registry.Budget{PerMinute: 60000, Burst: 1000}

// bench is a runner, a clock that stands still, and a server behind real HTTP.
type bench struct {
	*apply.Runner

	t       testing.TB
	clock   *clocktesting.FakeClock
	server  *emulator.Server
	client  *scanopy.Client
	limiter *registry.Limiter
	locks   *apply.Locks
	store   *snapshot.Store
	key     snapshot.Key
	source  snapshot.Source
	subnet  string
	ended   chan snapshot.Key
	// before, if set, runs before the server sees a request, after when it has answered.
	before, after atomic.Pointer[func(r *http.Request)]

	// made counts wanted hosts.
	made atomic.Uint32

	mu     sync.Mutex
	called []string
}

func newBench(t testing.TB, budget registry.Budget) *bench {
	t.Helper()
	b := &bench{t: t, clock: clocktesting.NewFakeClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), ended: make(chan snapshot.Key, 100)}
	server, err := emulator.New(emulator.Options{BasePath: "/inventory"})
	if err != nil {
		t.Fatal(err)
	}
	b.server = server
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hook := b.before.Load(); hook != nil {
			(*hook)(r)
		}
		hook := b.after.Load()
		if hook == nil {
			server.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder() // so that the hook runs before the client sees anything
		server.ServeHTTP(answer, r)
		(*hook)(r)
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(web.Close)
	b.store = snapshot.New(t.Context(), snapshot.Options{Clock: b.clock, OnRefresh: func(k snapshot.Key) { b.ended <- k }})
	b.limiter = registry.NewLimiter(b.clock, budget, b.onReady)
	b.locks = apply.NewLocks(b.clock, b.onReady)
	b.Runner = apply.New(b.store, b.locks)
	b.client = b.as(server.Bootstrap().Tokens.Owner, web.URL)
	b.key = snapshot.Key{Origin: b.client.Origin(), Account: "account", Network: server.Bootstrap().Network.String()}
	b.source = snapshot.Source{Client: b.client, Limiter: registry.NewLimiter(b.clock, plenty, b.onReady)}
	row, err := b.client.CreateSubnet(t.Context(), scanopy.SubnetCreate{NetworkID: b.key.Network, Name: "lan", CIDR: "10.0.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	b.subnet = row.ID
	b.refresh()
	server.ResetLog()
	return b
}

// as gives a client with another key.
func (b *bench) as(token, url string) *scanopy.Client {
	b.t.Helper()
	return emulated.Client(b.t, "0.14.13", scanopy.Config{URL: url + "/inventory", Token: token, Gate: b.limiter, Timeout: 2 * time.Second})
}

func (b *bench) onReady(key string) {
	if b.store.Ready(key) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.called = append(b.called, key)
}

// calls gives the keys that were called since the last time.
func (b *bench) calls() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.called
	b.called = nil
	return out
}

// refresh lists everything anew.
func (b *bench) refresh() snapshot.View {
	b.t.Helper()
	b.store.Ensure(b.key, b.source, 0)
	return b.wait()
}

// wait waits for a refresh to end.
func (b *bench) wait() snapshot.View {
	b.t.Helper()
	select {
	case <-b.ended:
	case <-time.After(20 * time.Second):
		b.t.Fatal("no refresh has ended")
	}
	v, ok := b.store.View(b.key)
	if !ok {
		b.t.Fatalf("there is no view: %v", b.store.Err(b.key))
	}
	return v
}

func (b *bench) view() snapshot.View {
	b.t.Helper()
	v, ok := b.store.View(b.key)
	if !ok {
		b.t.Fatal("there is no view")
	}
	return v
}

func (b *bench) fault(f ...emulator.Fault) {
	b.t.Helper()
	if err := b.server.AddFaults(f...); err != nil {
		b.t.Fatal(err)
	}
}

// work is a plan of these steps for a group.
func (b *bench) work(key string, steps ...core.Step) apply.Work {
	return apply.Work{
		Key: key, Plan: core.Plan{Steps: steps}, Client: b.client, Limiter: b.limiter, Network: b.key,
		Pin: core.Pin{OrganizationID: b.server.Bootstrap().Organization.String(), NetworkID: b.key.Network},
	}
}

// run runs steps for the group "a".
func (b *bench) run(steps ...core.Step) core.Result {
	b.t.Helper()
	return b.Run(b.t.Context(), b.work("a", steps...))
}

// sent checks the requests that the server got.
func (b *bench) sent(want ...string) {
	b.t.Helper()
	if got := b.server.Log().Asked(); !slices.Equal(got, want) {
		b.t.Errorf("sent %v, not %v", got, want)
	}
}

const (
	postHost = "POST /api/v1/hosts"
	getHosts = "GET /api/v1/hosts"
	getHost  = "GET /api/v1/hosts/{id}"
	putHost  = "PUT /api/v1/hosts/{id}"
)

func newID() string { return uuid.NewString() }

// hostOnServer makes a host with two interfaces, two ports and a service that listens on the first of each, and lists.
func (b *bench) hostOnServer() core.ObservedHost {
	b.t.Helper()
	w := b.wanted("web")
	res := b.Run(b.t.Context(), b.work("setup", core.Step{Kind: core.StepCreateHost, Create: &w}))
	if res.After == nil {
		b.t.Fatalf("the host was not made: %+v", res)
	}
	b.refresh()
	h, ok := b.view().Host(res.HostID)
	if !ok {
		b.t.Fatal("the host is not listed")
	}
	b.server.ResetLog()
	b.calls()
	return h
}

// wanted is a whole host; each has addresses of its own.
func (b *bench) wanted(name string) core.HostWrite {
	n := b.made.Add(1)
	eth0, http := newID(), newID()
	return core.HostWrite{
		NetworkID: b.key.Network, Name: name,
		Interfaces: []core.ObservedInterface{
			{ID: eth0, SubnetID: b.subnet, IP: addr(byte(n>>7), byte(n<<1)), Name: "eth0"},
			{ID: newID(), SubnetID: b.subnet, IP: addr(byte(n>>7), byte(n<<1)+1), Name: "eth1"},
		},
		Ports: []core.ObservedPort{{ID: http, Number: 80, Protocol: core.TCP}, {ID: newID(), Number: 443, Protocol: core.TCP}},
		Services: []core.ObservedService{{
			ID: newID(), Name: "web", Definition: "Caddy",
			Bindings: []core.ObservedBinding{{ID: newID(), Type: core.BindPort, InterfaceID: eth0, PortID: http}},
		}},
	}
}

func addr(a, b byte) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, a, b}) }
