// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

func TestWhatHappensWhileAListIsReadWinsOverIt(t *testing.T) {
	renamed := func(h core.ObservedHost) core.ObservedHost { h.Name = "renamed"; return h }
	cases := map[string]struct {
		during func(b *bench, h core.ObservedHost)
		holds  func(v View, h core.ObservedHost) bool
	}{
		"a host that was written stays as written": {
			during: func(b *bench, h core.ObservedHost) { b.Wrote(b.key, renamed(h)) },
			holds:  func(v View, h core.ObservedHost) bool { got, _ := v.Host(h.ID); return got.Name == "renamed" },
		},
		"a host that was read stays as read": {
			during: func(b *bench, h core.ObservedHost) { b.Put(b.key, renamed(h)) },
			holds:  func(v View, h core.ObservedHost) bool { got, _ := v.Host(h.ID); return got.Name == "renamed" },
		},
		"a host that was deleted stays away, and is no suspect": {
			during: func(b *bench, h core.ObservedHost) { b.Delete(b.key, h.ID) },
			holds: func(v View, h core.ObservedHost) bool {
				_, suspect := v.Suspect(h.ID)
				return v.Lacks(h.ID) && v.Confirmed(h.ID) && !suspect
			},
		},
		"a host that was made is there": {
			during: func(b *bench, h core.ObservedHost) {
				h.ID = uuid.NewString()
				h.Name = "made"
				b.Wrote(b.key, h)
			},
			holds: func(v View, _ core.ObservedHost) bool { return v.Total() == 2 },
		},
		"a row that was removed is removed from what the list shows": {
			during: func(b *bench, h core.ObservedHost) { b.Change(b.key, h.ID, DropPort(h.Ports[0].ID)) },
			holds: func(v View, h core.ObservedHost) bool {
				got, _ := v.Host(h.ID)
				return len(got.Ports) == 0 && len(got.Services[0].Bindings) == 0 && len(got.Interfaces) == 2
			},
		},
		"a row on a host that was written, too, stays": {
			during: func(b *bench, h core.ObservedHost) {
				b.Wrote(b.key, renamed(h))
				b.Change(b.key, h.ID, PutPort(core.ObservedPort{ID: uuid.NewString(), Number: 81, Protocol: core.TCP}))
			},
			holds: func(v View, h core.ObservedHost) bool {
				got, _ := v.Host(h.ID)
				return got.Name == "renamed" && len(got.Ports) == 2
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			h := b.create(1)
			b.refresh()
			// Meanwhile somebody else adds an address, which only the list can tell.
			if _, err := b.client.CreateInterface(t.Context(), scanopy.Interface{
				ID: uuid.NewString(), HostID: h.ID, NetworkID: b.key.Network, SubnetID: b.subnet, IPAddress: "10.0.9.9",
			}); err != nil {
				t.Fatal(err)
			}
			b.onHostPage(1, func() { c.during(b, h) })
			if v := b.refresh(); !c.holds(v, h) {
				got, _ := v.Host(h.ID)
				t.Errorf("%d hosts, this one: %+v", v.Total(), got)
			}
		})
	}
}

func TestAWriteFromBeforeAListDoesNotWinOverIt(t *testing.T) {
	b := newBench(t, plenty)
	h := b.create(1)
	gone := b.create(2)
	b.refresh()
	b.Delete(b.key, h.ID) // but somebody restores a backup
	b.remove(gone.ID)
	if v := b.refresh(); v.Lacks(h.ID) || v.Confirmed(h.ID) || !v.Lacks(gone.ID) {
		t.Error("the list was not believed")
	}
}

func TestAHostWithARowOfOursIsNoSuspect(t *testing.T) {
	b := newBench(t, plenty)
	h := b.create(1)
	b.refresh()
	b.fault(emulator.Fault{Path: `/hosts\?`, EmptyList: true, Total: new(0)})
	b.onHostPage(1, func() {
		b.Change(b.key, h.ID, PutPort(core.ObservedPort{ID: uuid.NewString(), Number: 81, Protocol: core.TCP}))
	})
	if v := b.refresh(); v.Lacks(h.ID) {
		t.Error("a host on which a row was written while the list was read is taken for missing")
	}
}

func TestOnlyA404MakesASuspectGone(t *testing.T) {
	b := newBench(t, plenty)
	h := b.create(1)
	b.refresh()
	b.remove(h.ID)
	v := b.refresh()
	if v.Confirmed(h.ID) {
		t.Error("confirmed without a 404")
	}
	b.ConfirmGone(b.key, h.ID)
	if _, suspect := v.Suspect(h.ID); suspect || !v.Confirmed(h.ID) {
		t.Error("not confirmed")
	}
	if v.Writes() != 1 {
		t.Error("a GET counts as a write")
	}
	b.Put(b.key, h)
	if v.Confirmed(h.ID) || v.Lacks(h.ID) {
		t.Error("a host that was seen is held to be gone")
	}
}

func TestSuspectsThatNobodyAsksAboutAreForgottenAfterTwoLists(t *testing.T) {
	b := newBench(t, plenty)
	h := b.create(1)
	b.refresh()
	b.remove(h.ID)
	for lists, want := range []bool{true, true, false} {
		_, suspect := b.refresh().Suspect(h.ID)
		if suspect != want {
			t.Errorf("after %d lists: suspect %v", lists+1, suspect)
		}
	}
}

func TestTheNewestTimeComesFromListsAndAnswersToWrites(t *testing.T) {
	b := newBench(t, plenty)
	if v := b.refresh(); !v.NewestCreated().Equal(time.Unix(0, 0)) {
		t.Errorf("an empty network has the newest time %v", v.NewestCreated())
	}
	b.clock.Step(time.Minute)
	h := b.create(1)
	b.Put(b.key, h)
	v := b.view()
	if !v.NewestCreated().Equal(h.CreatedAt) || v.MarkFresh(10*time.Second) {
		t.Errorf("after a GET: %v, fresh: %v", v.NewestCreated(), v.MarkFresh(10*time.Second))
	}
	h.UpdatedAt = h.UpdatedAt.Add(time.Second)
	b.Wrote(b.key, h)
	if !v.NewestCreated().Equal(h.UpdatedAt) || !v.MarkFresh(10*time.Second) {
		t.Errorf("after a PUT: %v, fresh: %v", v.NewestCreated(), v.MarkFresh(10*time.Second))
	}
	b.clock.Step(11 * time.Second)
	if v.MarkFresh(10 * time.Second) {
		t.Error("fresh for ever")
	}
}

func TestSubnetsAndTagsThatWereMadeAreKeptOverAListThatLacksThem(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	b.onHostPage(1, func() {
		b.PutSubnet(b.key, core.Subnet{ID: "ffffffff-0000-4000-8000-000000000000", Name: "new"})
		b.PutTag(b.key, core.Tag{ID: "a", Name: "new"})
	})
	v := b.refresh()
	isNew := func(s core.Subnet) bool { return s.Name == "new" }
	if !slices.ContainsFunc(v.Subnets(), isNew) || len(v.Tags()) != 1 {
		t.Errorf("subnets %v, tags %v", v.Subnets(), v.Tags())
	}
	b.before.Store(nil)
	if v = b.refresh(); slices.ContainsFunc(v.Subnets(), isNew) || len(v.Tags()) != 0 {
		t.Error("what a later list lacks is kept")
	}
}

// TestSingleRowsChangeTheViewAsTheServerDoes sends requests for single rows and compares what the view makes of them
// with what the server then shows.
func TestSingleRowsChangeTheViewAsTheServerDoes(t *testing.T) {
	const eth0, eth1, port = 0, 1, 2 // ids below
	type rows struct {
		ids     [3]string
		service string
		binding string
	}
	post := func(b *bench, h core.ObservedHost, r rows, row core.ObservedBinding) (Change, error) {
		row.ID = uuid.NewString()
		got, err := b.client.CreateBinding(b.t.Context(), scanopy.Binding{
			ID: row.ID, ServiceID: r.service, NetworkID: b.key.Network, Type: scanopy.BindingType(row.Type),
			InterfaceID: row.InterfaceID, PortID: row.PortID,
		})
		return PutBinding(r.service, ObserveBinding(got)), err
	}
	cases := map[string]func(b *bench, h core.ObservedHost, r rows) (Change, error){
		"an interface goes with its bindings": func(b *bench, _ core.ObservedHost, r rows) (Change, error) {
			return DropInterface(r.ids[eth0]), b.client.DeleteInterface(b.t.Context(), r.ids[eth0])
		},
		"a port goes with its bindings": func(b *bench, _ core.ObservedHost, r rows) (Change, error) {
			return DropPort(r.ids[port]), b.client.DeletePort(b.t.Context(), r.ids[port])
		},
		"a service goes with its bindings": func(b *bench, _ core.ObservedHost, r rows) (Change, error) {
			return DropService(r.service), b.client.DeleteService(b.t.Context(), r.service)
		},
		"a binding goes": func(b *bench, _ core.ObservedHost, r rows) (Change, error) {
			return DropBinding(r.binding), b.client.DeleteBinding(b.t.Context(), r.binding)
		},
		"a binding on another interface is added": func(b *bench, h core.ObservedHost, r rows) (Change, error) {
			return post(b, h, r, core.ObservedBinding{Type: core.BindPort, InterfaceID: r.ids[eth1], PortID: r.ids[port]})
		},
		"a port on all interfaces supersedes": func(b *bench, h core.ObservedHost, r rows) (Change, error) {
			return post(b, h, r, core.ObservedBinding{Type: core.BindPort, PortID: r.ids[port]})
		},
		"a port is added": func(b *bench, h core.ObservedHost, _ rows) (Change, error) {
			got, err := b.client.CreatePort(b.t.Context(), scanopy.Port{
				ID: uuid.NewString(), HostID: h.ID, NetworkID: b.key.Network, Number: 443, Protocol: scanopy.UDP,
			})
			return PutPort(ObservePort(got)), err
		},
		"an interface is added": func(b *bench, h core.ObservedHost, _ rows) (Change, error) {
			got, err := b.client.CreateInterface(b.t.Context(), scanopy.Interface{
				ID: uuid.NewString(), HostID: h.ID, NetworkID: b.key.Network, SubnetID: b.subnet, IPAddress: "10.0.7.7",
			})
			return PutInterface(ObserveInterface(got)), err
		},
		"the last tag is taken off": func(b *bench, h core.ObservedHost, _ rows) (Change, error) {
			_, err := b.client.RemoveTag(b.t.Context(), scanopy.EntityHost, []string{h.ID}, h.Tags[0])
			return DropTag(h.ID, h.Tags[0]), err
		},
		"the last tag of a service is taken off": func(b *bench, h core.ObservedHost, r rows) (Change, error) {
			_, err := b.client.RemoveTag(b.t.Context(), scanopy.EntityService, []string{r.service}, h.Tags[0])
			return DropTag(r.service, h.Tags[0]), err
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			r := rows{ids: [3]string{uuid.NewString(), uuid.NewString(), uuid.NewString()}, service: uuid.NewString(), binding: uuid.NewString()}
			tag, err := b.client.CreateTag(t.Context(), scanopy.TagCreate{
				OrganizationID: b.server.Bootstrap().Organization.String(), Name: "x",
			})
			if err != nil {
				t.Fatal(err)
			}
			made, err := b.client.CreateHost(t.Context(), scanopy.HostCreate{
				NetworkID: b.key.Network, Name: "h", Tags: []string{tag.ID},
				Interfaces: []scanopy.Interface{
					{ID: r.ids[eth0], SubnetID: b.subnet, IPAddress: "10.0.0.1"}, {ID: r.ids[eth1], SubnetID: b.subnet, IPAddress: "10.0.0.2"},
				},
				Ports: []scanopy.Port{{ID: r.ids[port], Number: 80, Protocol: scanopy.TCP}},
				Services: []scanopy.Service{{
					ID: r.service, Name: "web", Definition: "Caddy", Tags: []string{tag.ID},
					Bindings: []scanopy.Binding{{ID: r.binding, Type: scanopy.BindingPort, InterfaceID: r.ids[eth0], PortID: r.ids[port]}},
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			h := Observe(made)
			before := b.refresh()
			held, _ := before.Host(h.ID)
			change, err := do(b, h, r)
			if err != nil {
				t.Fatal(err)
			}
			b.Change(b.key, h.ID, change)
			got, _ := before.Host(h.ID)
			shown, err := b.client.GetHost(t.Context(), h.ID)
			if err != nil {
				t.Fatal(err)
			}
			want := Observe(shown)
			if !Same(got, want) {
				t.Errorf("the view differs from the server (-view +server):\n%s", cmp.Diff(got, want, cmpopts.EquateComparable(netip.Addr{})))
			}
			if Same(held, got) {
				t.Error("what was given out before has changed, too")
			}
		})
	}
}

func TestWhatNobodyUsesAnyMoreIsForgotten(t *testing.T) {
	b := newBench(t, plenty)
	b.create(1)
	b.refresh()
	rows := NewCredentials(b.clock)
	at := Key{Origin: b.key.Origin, Account: b.key.Account}
	rows.Put(at, scanopy.Credential{ID: "c"})
	for _, isUsed := range []bool{true, false} {
		keep := func(Key) bool { return isUsed }
		b.Keep(keep)
		rows.Keep(keep)
		_, known := b.View(b.key)
		view, _ := rows.View(at)
		if known != isUsed || (len(view.Rows) == 1) != isUsed {
			t.Errorf("used %v: the view is known %v, %d credentials", isUsed, known, len(view.Rows))
		}
	}
}
