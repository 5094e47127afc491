// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/test/await"
)

// upgradeAt makes the server another version right before it sees a request.
func (b *bench) upgradeAt(method, path, version string) {
	b.t.Helper()
	var once atomic.Bool
	b.before.Store(new(func(r *http.Request) {
		if r.Method == method && strings.Contains(r.URL.Path, path) && once.CompareAndSwap(false, true) {
			if err := b.server.SetVersion(version); err != nil {
				b.t.Error(err)
			}
		}
	}))
}

// speak goes on with a client for the server's new version, and reads everything anew.
func (b *bench) speak(version string) {
	b.t.Helper()
	client, err := b.client.WithDialect(version)
	if err != nil {
		b.t.Fatal(err)
	}
	b.client, b.source.Client = client, client
	b.store.Recover(b.key, b.source)
	mark := b.store.Renew(b.key)
	await.Until(b.t, func() bool {
		v, ok := b.store.View(b.key)
		return ok && v.RenewedSince(mark) && b.store.Err(b.key) == nil
	})
}

// A request in words of before is refused, not understood, or understood in another sense: what came of it only the
// server can tell, and nothing is concluded from its answer.
func TestARequestThatANewerServerAnsweredCountsAsLost(t *testing.T) {
	eth2 := newID()
	for name, tc := range map[string]struct {
		method, path string
		step         func(b *bench, h core.ObservedHost) core.Step
		lost         bool
		// plain: the refusal does not say which version it is from.
		plain bool
		// interfaces are those of the host afterwards.
		interfaces int
	}{
		"an update that was read and not written yet": {
			method: http.MethodPut, path: "/hosts/", interfaces: 2,
			step: func(_ *bench, h core.ObservedHost) core.Step { return edit(h) },
		},
		"a creation": {
			method: http.MethodPost, path: "/hosts", lost: true, interfaces: 2,
			step: func(b *bench, _ core.ObservedHost) core.Step {
				w := b.wanted("late")
				w.Interfaces = nil // so that the newer server understands it, and widens its bindings
				return core.Step{Kind: core.StepCreateHost, Create: &w}
			},
		},
		"a row": {
			method: http.MethodPost, path: "/interfaces", interfaces: 2, plain: true,
			step: func(b *bench, h core.ObservedHost) core.Step {
				row := core.ObservedInterface{ID: eth2, SubnetID: b.subnet, IP: addr(9, 9), Name: "eth2"}
				return core.Step{Kind: core.StepCreateInterface, HostID: h.ID, Interface: &row}
			},
		},
		"the deletion of a row, whose path is another kind's now": {
			method: http.MethodDelete, path: "/interfaces/", interfaces: 2,
			step: func(_ *bench, h core.ObservedHost) core.Step {
				return core.Step{Kind: core.StepDeleteInterface, HostID: h.ID, Row: core.RowRef{ID: h.Interfaces[1].ID}}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			h := b.hostOnServer()
			step := tc.step(b, h)
			b.upgradeAt(tc.method, tc.path, "0.16.0")
			res := b.run(step)
			want := core.StepError{Class: "Transient", Reason: core.ReasonBackendUnavailable, Message: "0.16.0"}
			if tc.plain {
				want = core.StepError{Class: "Terminal", Reason: core.ReasonBackendRejected, Message: "422"}
			}
			s := res.Steps[0]
			if s.Done || s.Err == nil || s.Err.Class != want.Class || s.Err.Reason != want.Reason ||
				!strings.Contains(s.Err.Message, want.Message) || res.Lost != tc.lost {
				t.Fatalf("%+v, %+v", res, s.Err)
			}
			b.speak("0.16.0")
			b.agrees(h.ID)
			got, _ := b.view().Host(h.ID)
			if len(got.Interfaces) != tc.interfaces || got.Interfaces[0].ID != h.Interfaces[0].ID {
				t.Errorf("interfaces %+v", got.Interfaces)
			}
			for _, host := range b.server.State().Hosts { // a half-made one is seen, and only once
				if _, seen := b.view().Host(host.ID.String()); !seen {
					t.Errorf("the snapshot lacks %s", host.Name)
				}
			}
		})
	}
}

// What a request of before the upgrade has done is continued after it under the same ids.
func TestAHostFromBeforeAnUpgradeIsUpdatedAfterIt(t *testing.T) {
	for _, version := range []string{"0.15.3", "0.16.0", "0.17.1", "0.17.16", "0.17.21", "0.17.22"} {
		t.Run(version, func(t *testing.T) {
			b := newBench(t, plenty)
			h := b.hostOnServer()
			if err := b.server.SetVersion(version); err != nil {
				t.Fatal(err)
			}
			b.speak(version)
			now, ok := b.view().Host(h.ID)
			if now.Version = h.Version; !ok || !snapshot.Same(now, h) {
				t.Errorf("it is another host now: %+v, %+v", h, now)
			}
			b.server.ResetLog()
			res := b.run(edit(now))
			b.sent(getHost, putHost)
			if !res.Steps[0].Done || res.Replan || len(res.After.Ports) != 3 || len(res.After.Services) != 2 || len(res.After.Interfaces) != 2 {
				t.Errorf("%+v", res)
			}
			b.agrees(h.ID)
		})
	}
}
