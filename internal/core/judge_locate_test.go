// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// onHost adds a backend host that was made at a minute.
func onHost(id string, minute int, change func(*core.ObservedHost)) edit {
	return func(in *core.Input) {
		h := core.ObservedHost{ID: id, NetworkID: in.Backend.Pin.NetworkID, Name: "web", Source: "Manual",
			CreatedAt: time.Date(2026, 1, 1, 12, minute, 0, 0, time.UTC)}
		if change != nil {
			change(&h)
		}
		in.Observed.Hosts = append(in.Observed.Hosts, h)
	}
}

// rowOf is a port with the id that a row of an object would have.
func rowOf(ref core.Ref, number int) func(*core.ObservedHost) {
	return func(h *core.ObservedHost) {
		id := core.ChildID(1, core.Owner(h.NetworkID, ref), core.RowPort, "row")
		h.Ports = append(h.Ports, core.ObservedPort{ID: id, Number: number, Protocol: core.UDP})
	}
}

// sameAddress is a discovered host with an address of the Host.
func sameAddress(h *core.ObservedHost) {
	h.Name, h.Source = "10.20.0.10", "Discovery"
	h.Interfaces = append(h.Interfaces, core.ObservedInterface{ID: "found-" + h.ID, SubnetID: "subnet", IP: addr20(10)})
}

func heldBy(id, name string) edit {
	return func(in *core.Input) {
		in.Observed.HeldBy = map[string]core.Ref{id: {Kind: core.KindHost, Namespace: "lab", Name: name}}
	}
}

func named(id string) edit { return host(func(h *core.HostDecl) { h.PriorID = id }) }

func origin(o string) edit { return host(func(h *core.HostDecl) { h.Origin = o }) }

func creating(in *core.Input) { in.Host.Creating = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

func TestWhichBackendHostIsTheGroups(t *testing.T) {
	web := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}
	old := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}
	edge := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}
	both := func(a, b func(*core.ObservedHost)) func(*core.ObservedHost) {
		return func(h *core.ObservedHost) { a(h); b(h) }
	}
	for name, c := range map[string]struct {
		edits []edit
		want  core.Target
		says  core.Reason
	}{
		"none: it is created": {want: core.Target{Index: -1}},
		"the one that status.id names": {
			edits: []edit{named("a"), onHost("b", 1, rowOf(web, 1)), onHost("a", 2, nil)}, want: core.Target{HostID: "a", Index: 1},
		},
		"but not if it is that of a Host declared earlier, too": {
			edits: []edit{later(5), named("a"), onHost("a", 1, nil), onHost("b", 2, rowOf(web, 1)), neighbour("first", 1, "10.20.0.99", ""),
				func(in *core.Input) { in.Neighbours[0].PriorID = "a" }},
			want: core.Target{HostID: "b", Index: 1},
		},
		"it is, though a Host declared later says so, too": {
			edits: []edit{named("a"), onHost("a", 1, nil), onHost("b", 2, rowOf(web, 1)), neighbour("second", 1, "10.20.0.99", ""),
				func(in *core.Input) { in.Neighbours[0].PriorID = "a" }},
			want: core.Target{HostID: "a"},
		},
		"without status the one with most rows of the Host": {
			edits: []edit{service("edge", 1), onHost("a", 1, rowOf(edge, 1)), onHost("b", 2, rowOf(web, 1))}, want: core.Target{HostID: "b", Index: 1},
		},
		"then the oldest": {
			edits: []edit{onHost("b", 2, rowOf(web, 1)), onHost("a", 1, rowOf(web, 1))}, want: core.Target{HostID: "a", Index: 1},
		},
		"else the one with rows of its Services": {
			edits: []edit{service("edge", 1), onHost("a", 1, rowOf(edge, 1))}, want: core.Target{HostID: "a"},
		},
		"never one that another live Host has": {
			edits: []edit{service("edge", 1), onHost("a", 1, rowOf(edge, 1)), heldBy("a", "other")}, want: core.Target{Index: -1},
		},
		"one that was merged into another's": {
			edits: []edit{origin("created"), onHost("a", 1, rowOf(web, 1)), heldBy("a", "other")}, want: core.Target{Index: -1},
			says: core.ReasonMergedInBackend,
		},
		"one that an older Host of the same name handed over is another's": {
			edits: []edit{onHost("a", 1, rowOf(web, 1)), heldBy("a", "other")}, want: core.Target{Index: -1},
		},
		"never one of another network": {
			edits: []edit{onHost("a", 1, func(h *core.ObservedHost) { h.NetworkID = "other" }), named("a"), func(in *core.Input) { in.Observed.Confirmed = []string{"a"} }},
			want:  core.Target{Index: -1},
		},
		"status.id that the list lacks is confirmed first": {
			edits: []edit{named("a")}, want: core.Target{Index: -1, Confirm: "a"},
		},
		"status.id that an older Host has too is that one's, and nothing has to be confirmed": {
			edits: []edit{named("a"), later(5), onHost("a", 1, nil), neighbour("older", 1, "10.20.0.99", ""),
				func(in *core.Input) { in.Neighbours[0].PriorID = "a" }},
			want: core.Target{Index: -1, IsOthers: true},
		},
		"status.id that a 404 denied": {
			edits: []edit{named("a"), func(in *core.Input) { in.Observed.Confirmed = []string{"a"} }}, want: core.Target{Index: -1},
		},
		"after a lost answer a list is read first": {
			edits: []edit{creating, func(in *core.Input) { in.Observed.Settled = false }}, want: core.Target{Index: -1, NeedList: true},
		},
		"half-made ones: the first is finished, the others go": {
			edits: []edit{creating, onHost("b", 2, nil), onHost("a", 1, nil)}, want: core.Target{HostID: "a", Index: 1, HalfMade: []string{"b"}, Origin: "created"},
		},
		"one that another Host has is none of our half-made ones": {
			edits: []edit{creating, onHost("a", 1, nil), onHost("b", 2, nil), heldBy("a", "other")},
			want:  core.Target{HostID: "b", Index: 1, Origin: "created"},
		},
		"half-made ones beside the one that has our rows": {
			edits: []edit{creating, onHost("a", 1, nil), onHost("b", 2, rowOf(web, 1))}, want: core.Target{HostID: "b", Index: 1, HalfMade: []string{"a"}, Origin: "created"},
		},
		"a half-made one with rows of its own beside the one that has most": {
			edits: []edit{creating, onHost("a", 1, rowOf(web, 1)), onHost("b", 2, both(rowOf(web, 2), func(h *core.ObservedHost) {
				h.Interfaces = []core.ObservedInterface{{ID: core.ChildID(1, core.Owner(h.NetworkID, web), core.RowInterface, "eth0"), IP: addr20(10)}}
			}))},
			want: core.Target{HostID: "b", Index: 1, HalfMade: []string{"a"}, Origin: "created"},
		},
		"one with rows of others beside the one that has most is not half-made": {
			edits: []edit{creating, onHost("a", 1, both(rowOf(web, 1), rowOf(old, 3))), gone(old, core.OwnerGone), onHost("b", 2, both(rowOf(web, 2), func(h *core.ObservedHost) {
				h.Interfaces = []core.ObservedInterface{{ID: core.ChildID(1, core.Owner(h.NetworkID, web), core.RowInterface, "eth0"), IP: addr20(10)}}
			}))},
			want: core.Target{HostID: "b", Index: 1, Origin: "created"},
		},
		"one that was made anew, before status.id told of it, is no other one": {
			edits: []edit{creating, origin("created"), named("gone"), onHost("a", 1, rowOf(web, 1))}, want: core.Target{HostID: "a"},
		},
		"one that was there before and took our rows over is another one": {
			edits: []edit{creating, origin("created"), named("gone"), onHost("a", 0, rowOf(web, 1))}, want: core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"one that was there before and took our rows over before status.id told of ours is another one": {
			edits: []edit{creating, onHost("a", 0, rowOf(web, 1))}, want: core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"one that was made, and discovered before status.id told of it, is the one that was made": {
			edits: []edit{creating, onHost("a", 1, func(h *core.ObservedHost) {
				h.Source = "Discovery"
				h.Interfaces = []core.ObservedInterface{{ID: core.ChildID(1, core.Owner(h.NetworkID, web), core.RowInterface, "eth0"), IP: addr20(10)}}
			})},
			want: core.Target{HostID: "a", Origin: "created"},
		},
		"so is one that was discovered": {
			edits: []edit{creating, onHost("a", 1, both(rowOf(web, 1), func(h *core.ObservedHost) { h.Source = "Discovery" }))},
			want:  core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"one that was made for a Host which goes and that took our rows over is none that was there before": {
			edits: []edit{origin("created"), named("gone"), onHost("a", 0, both(rowOf(web, 1), rowOf(old, 2))), gone(old, core.OwnerGoing),
				neighbour("old", 1, "10.20.0.11", ""), func(in *core.Input) { n := &in.Neighbours[0]; n.Deleting, n.PriorID, n.Origin = true, "a", "created" }},
			want: core.Target{HostID: "a"},
		},
		"one that took our rows over and whose Host is gone may have been there before": {
			edits: []edit{origin("created"), named("gone"), onHost("a", 0, both(rowOf(web, 1), rowOf(old, 2))), gone(old, core.OwnerGone)},
			want:  core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"one that a Host which goes had adopted and that took our rows over is another one": {
			edits: []edit{origin("created"), named("gone"), onHost("a", 0, both(rowOf(web, 1), rowOf(old, 2))), gone(old, core.OwnerGoing),
				neighbour("old", 1, "10.20.0.11", ""), func(in *core.Input) { n := &in.Neighbours[0]; n.Deleting, n.PriorID, n.Origin = true, "a", "adopted:a" }},
			want: core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"older ones, discovered ones and ones with children are not half-made": {
			edits: []edit{creating, onHost("a", 0, nil), onHost("b", 2, func(h *core.ObservedHost) { h.Source = "Discovery" }),
				onHost("c", 3, func(h *core.ObservedHost) { h.Ports = []core.ObservedPort{{ID: "p", Number: 1, Protocol: core.TCP}} }),
				onHost("d", 4, func(h *core.ObservedHost) { h.Name = "other" })},
			want: core.Target{Index: -1},
		},
		"a mark of nobody: no host is half-made": {
			edits: []edit{onHost("a", 1, nil)}, want: core.Target{Index: -1},
		},
		"the same machine whose objects are gone is ours": {
			edits: []edit{onHost("a", 1, both(sameAddress, rowOf(old, 1))), gone(old, core.OwnerGone)}, want: core.Target{HostID: "a"},
		},
		"the same machine whose Host is being deleted is ours": {
			edits: []edit{later(5), onHost("a", 1, both(sameAddress, rowOf(old, 1))), gone(old, core.OwnerAlive), heldBy("a", "old"),
				neighbour("old", 1, "10.20.0.10", ""), func(in *core.Input) { n := &in.Neighbours[0]; n.Deleting, n.PriorID, n.Origin = true, "a", "adopted:a" }},
			want: core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"the same machine whose objects are gone may have been there before, if it was made by hand": {
			edits: []edit{onHost("a", 1, both(both(sameAddress, rowOf(old, 1)), func(h *core.ObservedHost) { h.Source = "Manual" })),
				gone(old, core.OwnerGone)},
			want: core.Target{HostID: "a"},
		},
		"a discovered host with nothing but rows of one that is gone may have been there before": {
			edits: []edit{onHost("a", 1, func(h *core.ObservedHost) {
				id := core.ChildID(1, core.Owner(h.NetworkID, old), core.RowInterface, "eth0", "")
				h.Source, h.Interfaces = "Discovery", []core.ObservedInterface{{ID: id, SubnetID: "subnet", IP: addr20(10)}}
			}), gone(old, core.OwnerGone)},
			want: core.Target{HostID: "a"},
		},
		"a host with nothing but rows of one that is gone was made by us": {
			edits: []edit{iface("eth2", "10.20.0.12", "02:00:00:00:00:0A"), onHost("a", 1, func(h *core.ObservedHost) {
				id := core.ChildID(1, core.Owner(h.NetworkID, old), core.RowInterface, "eth0", "")
				h.Interfaces = []core.ObservedInterface{{ID: id, SubnetID: "subnet", IP: addr20(10)}}
			}), gone(old, core.OwnerGone)},
			want: core.Target{HostID: "a", Origin: "created"},
		},
		"the same machine whose objects are missing waits": {
			edits: []edit{onHost("a", 1, both(sameAddress, rowOf(old, 1))), gone(old, core.OwnerMissing)},
			want:  core.Target{Index: -1}, says: core.ReasonDependencyNotReady,
		},
		"the same machine that is nobody's: AlreadyExists": {
			edits: []edit{onHost("a", 1, sameAddress)}, want: core.Target{Index: -1}, says: core.ReasonAlreadyExists,
		},
		"the same machine of another live Host: AlreadyExists": {
			edits: []edit{onHost("a", 1, sameAddress), heldBy("a", "other")}, want: core.Target{Index: -1}, says: core.ReasonAlreadyExists,
		},
		"the same machine of another installation: ManagedElsewhere": {
			edits: []edit{func(in *core.Input) { in.Instance = 2 }, onHost("a", 1, both(sameAddress, rowOf(old, 1)))},
			want:  core.Target{Index: -1}, says: core.ReasonManagedElsewhere,
		},
		"a former instance's rows are ours": {
			edits: []edit{func(in *core.Input) { in.Instance, in.Former = 2, []core.Instance{1} }, onHost("a", 1, rowOf(web, 1))},
			want:  core.Target{HostID: "a"},
		},
		"several: Ambiguous": {
			edits: []edit{onHost("a", 1, sameAddress), onHost("b", 2, sameAddress)}, want: core.Target{Index: -1}, says: core.ReasonAmbiguous,
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(c.edits...))
			if d := cmp.Diff(c.want, j.Target); d != "" {
				t.Error(d)
			}
			var says core.Reason
			for _, f := range j.Findings {
				if f.Item == j.Host.Item {
					says = f.Reason
				}
			}
			if says != c.says {
				t.Errorf("says %q, not %q", says, c.says)
			}
			if held := j.Fate == core.Keep; held != (c.says != "") {
				t.Errorf("the fate of the group is %v", j.Fate)
			}
		})
	}
}

func TestAForeignHostIsToldByNameIDAndWhatIsTheSame(t *testing.T) {
	got := verdicts(core.Judge(group(onHost("a", 1, sameAddress))))
	want := []string{`Host web: Synced=false AlreadyExists by host "10.20.0.10" Discovery (interface 10.20.0.10)`}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestARowThatWasLeftBehindOnAnotherHostIsMadeUnderAnotherID(t *testing.T) {
	web := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}
	base := group(named("a"), onHost("a", 1, nil))
	id := core.ChildID(1, core.Owner(base.Backend.Pin.NetworkID, web), core.RowPort, base.Host.Ports[0].Name)
	left := func(h *core.ObservedHost) { h.Ports = []core.ObservedPort{{ID: id, Number: 1, Protocol: core.UDP}} }
	for name, c := range map[string]struct {
		edits []edit
		keeps bool
	}{
		"nobody holds it":       {edits: []edit{named("a"), onHost("a", 1, nil), onHost("b", 2, left)}},
		"another Host holds it": {edits: []edit{named("a"), onHost("a", 1, nil), onHost("b", 2, left), heldBy("b", "other")}},
		"a Host holds it that it was part of: it is waited": {
			edits: []edit{named("a"), host(func(h *core.HostDecl) { h.PriorInto = "other" }), onHost("a", 1, nil), onHost("b", 2, left), heldBy("b", "other")},
			keeps: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			port := core.Judge(group(c.edits...)).Host.Ports[0]
			if (port.Fate == core.Keep) != c.keeps || port.ID == id || (port.ID == "") != c.keeps {
				t.Errorf("%+v", port)
			}
		})
	}
}
