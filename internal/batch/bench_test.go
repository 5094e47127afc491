// SPDX-License-Identifier: Apache-2.0

package batch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

// plenty is a budget that nobody uses up.
var plenty = registry.Budget{PerMinute: 60000, Burst: 1000}

// bench is a deleter, a clock that stands still, and a server behind real HTTP.
type bench struct {
	*batch.Deleter

	t       testing.TB
	clock   *clocktesting.FakeClock
	server  *emulator.Server
	url     string
	client  *scanopy.Client
	limiter *registry.Limiter
	locks   *apply.Locks
	store   *snapshot.Store
	key     snapshot.Key
	done    chan string
	ended   chan snapshot.Key

	mu     sync.Mutex
	judge  func(group string) bool
	asked  []string
	called []string
}

func newBench(t testing.TB, budget registry.Budget) *bench {
	t.Helper()
	b := &bench{
		t: t, clock: clocktesting.NewFakeClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
		done: make(chan string, 2000), ended: make(chan snapshot.Key, 10), judge: func(string) bool { return true },
	}
	server, url := emulated.Start(t, emulator.Options{})
	b.server, b.url = server, url
	b.store = snapshot.New(t.Context(), snapshot.Options{Clock: b.clock, OnRefresh: func(k snapshot.Key) { b.ended <- k }})
	b.limiter = registry.NewLimiter(b.clock, budget, b.onReady)
	b.locks = apply.NewLocks(b.clock, b.onReady)
	b.client = b.as(server.Bootstrap().Tokens.Owner)
	b.key = snapshot.Key{Origin: b.client.Origin(), Account: "account", Network: server.Bootstrap().Network.String()}
	b.Deleter = batch.NewDeleter(t.Context(), batch.Options{
		Clock: b.clock, Store: b.store, Locks: b.locks, OnDone: func(group string) { b.done <- group },
		MayGo: func(_ context.Context, group string, hostIDs []string) bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.asked = append(b.asked, group+": "+strings.Join(hostIDs, " "))
			return b.judge(group)
		},
	})
	return b
}

func (b *bench) as(token string) *scanopy.Client {
	b.t.Helper()
	return emulated.Client(b.t, "0.14.13", scanopy.Config{URL: b.url, Token: token, Gate: b.limiter})
}

func (b *bench) onReady(key string) {
	if b.store.Ready(key) || b.Ready(key) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.called = append(b.called, key)
}

// list reads the network anew.
func (b *bench) list() {
	b.t.Helper()
	b.store.Ensure(b.key, snapshot.Source{Client: b.client, Limiter: registry.NewLimiter(b.clock, plenty, b.onReady)}, 0)
	<-b.ended
	b.server.ResetLog()
}

// hosts makes n hosts and lists them.
func (b *bench) hosts(n int) []string {
	b.t.Helper()
	ids := make([]string, 0, n)
	for i := range n {
		h, err := b.client.CreateHost(b.t.Context(), scanopy.HostCreate{NetworkID: b.key.Network, Name: fmt.Sprint("host-", i)})
		if err != nil {
			b.t.Fatal(err)
		}
		ids = append(ids, h.ID)
	}
	b.list()
	return ids
}

// daemon makes a host on which a daemon runs.
func (b *bench) daemon() string {
	b.t.Helper()
	body := fmt.Sprintf(`{"name":"scout","network_id":%q,"url":"http://127.0.0.1:9"}`, b.key.Network)
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+"/api/v1/daemons/provision", strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.server.Bootstrap().Tokens.Owner)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		Data struct {
			Daemon struct {
				HostID string `json:"host_id"`
			} `json:"daemon"`
		} `json:"data"`
	}
	if err = json.NewDecoder(resp.Body).Decode(&out); err != nil {
		b.t.Fatal(err)
	}
	return out.Data.Daemon.HostID
}

// delete hands over hosts for a group.
func (b *bench) delete(group string, ids ...string) {
	b.Delete(batch.Item{Group: group, HostIDs: ids, Client: b.client, Limiter: b.limiter, Network: b.key})
}

// told waits until n groups have an outcome and gives their names, sorted.
func (b *bench) told(n int) []string {
	b.t.Helper()
	out := []string{}
	for range n {
		select {
		case group := <-b.done:
			out = append(out, group)
		case <-time.After(20 * time.Second):
			b.t.Fatalf("only %d of %d groups are told: %v", len(out), n, out)
		}
	}
	slices.Sort(out)
	return out
}

// is checks the state of a group.
func (b *bench) is(group string, want batch.State) batch.Outcome {
	b.t.Helper()
	got, ok := b.Outcome(group)
	if !ok || got.State != want || (got.Err != nil) != (want >= batch.HasDaemon) {
		b.t.Errorf("group %s: %+v (%v), not state %d", group, got, ok, want)
	}
	return got
}

// sent checks the requests that the server got.
func (b *bench) sent(want ...string) {
	b.t.Helper()
	if got := b.server.Log().Asked(); !slices.Equal(got, want) {
		b.t.Errorf("sent %v, not %v", got, want)
	}
}

const (
	bulk   = "POST /api/v1/hosts/bulk-delete"
	single = "DELETE /api/v1/hosts/{id}"
)
