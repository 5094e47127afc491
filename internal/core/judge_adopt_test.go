// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func adopts(in *core.Input) { in.Host.Adopts = true }
func noAdoption(in *core.Input) {
	in.Backend.NoAdoption, in.Backend.Display = true, "ClusterBackend shared"
}

func external(id string) edit { return host(func(h *core.HostDecl) { h.ExternalID = id }) }

// elsewhereMachine is a discovered host that shares nothing with the Host.
func elsewhereMachine(h *core.ObservedHost) {
	h.Name, h.Source = "nas", "Discovery"
	h.Interfaces = []core.ObservedInterface{{ID: "found-" + h.ID, SubnetID: "subnet", IP: addr20(99)}}
}

// leaves says that the first neighbour is being deleted and had a backend host.
func leaves(id string) edit {
	return func(in *core.Input) { in.Neighbours[0].Deleting, in.Neighbours[0].PriorID = true, id }
}

func TestAdoption(t *testing.T) {
	web := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}
	old := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}
	both := func(a, b func(*core.ObservedHost)) func(*core.ObservedHost) {
		return func(h *core.ObservedHost) { a(h); b(h) }
	}
	otherInstance := func(in *core.Input) { in.Instance = 2 }
	inShop := func(in *core.Input) {
		in.Observed.HeldBy = map[string]core.Ref{"a": {Kind: core.KindHost, Namespace: "shop", Name: "secret"}}
	}
	adopted := core.Target{HostID: "a", Adopts: true, Origin: "adopted:a"}
	nobody := core.Target{Index: -1}
	for name, c := range map[string]struct {
		edits []edit
		want  core.Target
		says  []string // condition, reason and words of the Host's first finding
	}{
		"IfUnowned takes the same machine over": {edits: []edit{adopts, onHost("a", 1, sameAddress)}, want: adopted},
		"IfUnowned without such a machine makes one": {
			edits: []edit{adopts, onHost("a", 1, elsewhereMachine)}, want: nobody,
		},
		"IfUnowned leaves what holds rows of another instance": {
			edits: []edit{adopts, otherInstance, onHost("a", 1, both(sameAddress, rowOf(old, 1)))}, want: nobody,
			says: []string{"Synced", "ManagedElsewhere", "let go of it there first"},
		},
		"rows of a former instance are ours": {
			edits: []edit{otherInstance, func(in *core.Input) { in.Former = []core.Instance{1} },
				onHost("a", 1, both(sameAddress, rowOf(old, 1))), gone(old, core.OwnerGone)},
			want: core.Target{HostID: "a"},
		},
		"a row of a live Service elsewhere is no evidence for anybody": {
			edits: []edit{adopts, onHost("a", 1, both(sameAddress, rowOf(core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}, 1))),
				gone(core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}, core.OwnerAlive)},
			want: adopted,
		},
		"IfUnowned leaves what another Host has, and names it": {
			edits: []edit{adopts, onHost("a", 1, sameAddress), heldBy("a", "other")}, want: nobody,
			says: []string{"Synced", "AlreadyExists", `"10.20.0.10" (id a, Discovery) with the same interface 10.20.0.10, which Host other manages`, "spec.consolidateInto"},
		},
		"what a Host of another namespace has is not shown": {
			edits: []edit{adopts, onHost("a", 1, sameAddress), inShop}, want: nobody,
			says: []string{"Synced", "AlreadyExists", "a Host in another namespace manages this machine in Scanopy"},
		},
		"several are Ambiguous, with their ids": {
			edits: []edit{adopts, onHost("a", 1, sameAddress), onHost("b", 2, sameAddress)}, want: nobody,
			says: []string{"Synced", "Ambiguous", "(id a, Discovery)", "(id b, Discovery)", "set spec.externalID", "spec.absorb"},
		},
		"Never tells id, name and how to adopt": {
			edits: []edit{onHost("a", 1, sameAddress)}, want: nobody,
			says: []string{"Synced", "AlreadyExists", `"10.20.0.10" (id a, Discovery)`, "spec.adoptionPolicy: IfUnowned", "spec.externalID: a"},
		},
		"where the backend forbids it the advice is another": {
			edits: []edit{noAdoption, onHost("a", 1, sameAddress)}, want: nobody,
			says: []string{"Synced", "AlreadyExists", "ask the owner of ClusterBackend shared to set spec.allow.adoption"},
		},
		"where the backend forbids it IfUnowned is refused": {
			edits: []edit{adopts, noAdoption, onHost("a", 1, sameAddress)}, want: nobody,
			says: []string{"Accepted", "RefNotPermitted", "ClusterBackend shared does not let Hosts adopt", "(id a, Discovery)"},
		},
		"where the backend forbids it externalID is refused": {
			edits: []edit{external("a"), noAdoption, onHost("a", 1, elsewhereMachine)}, want: nobody,
			says: []string{"Accepted", "RefNotPermitted", "ClusterBackend shared does not let Hosts adopt"},
		},
		"where the backend forbids it what is ours is found all the same": {
			edits: []edit{adopts, noAdoption, onHost("a", 1, both(sameAddress, rowOf(web, 1)))}, want: core.Target{HostID: "a"},
		},
		"externalID takes over what shares nothing with the Host": {
			edits: []edit{external("a"), onHost("b", 1, sameAddress), onHost("a", 2, elsewhereMachine)},
			want:  core.Target{HostID: "a", Index: 1, Adopts: true, Origin: "adopted:a"},
		},
		"externalID chooses among several": {
			edits: []edit{external("a"), onHost("a", 1, sameAddress), onHost("b", 2, sameAddress)}, want: adopted,
		},
		"externalID of no host: nothing is made": {
			edits: []edit{external("a"), onHost("b", 1, sameAddress)}, want: nobody,
			says: []string{"ResolvedRefs", "HostNotFound", "no host with the id a"},
		},
		"externalID of a host of another network: nothing is made": {
			edits: []edit{external("a"), onHost("a", 1, both(sameAddress, func(h *core.ObservedHost) { h.NetworkID = "other" }))}, want: nobody,
			says: []string{"ResolvedRefs", "HostNotFound", "the network has no host with the id a"},
		},
		"externalID of a host that another Host has is refused": {
			edits: []edit{external("a"), onHost("a", 1, elsewhereMachine), heldBy("a", "other")}, want: nobody,
			says: []string{"Accepted", "AlreadyExists", "which Host other manages", "correct spec.externalID"},
		},
		"externalID of a host of another namespace's Host is refused without its name": {
			edits: []edit{external("a"), onHost("a", 1, elsewhereMachine), inShop}, want: nobody,
			says: []string{"Accepted", "AlreadyExists", "a Host in another namespace manages this machine in Scanopy", "correct spec.externalID"},
		},
		"externalID of another installation's host": {
			edits: []edit{external("a"), otherInstance, onHost("a", 1, both(elsewhereMachine, rowOf(old, 1)))}, want: nobody,
			says: []string{"Synced", "ManagedElsewhere"},
		},
		"rows of the Host come before externalID": {
			edits: []edit{external("a"), onHost("a", 1, elsewhereMachine), onHost("b", 2, rowOf(web, 1))},
			want:  core.Target{HostID: "b", Index: 1},
		},
		"externalID comes before half-made ones, which go": {
			edits: []edit{external("a"), creating, onHost("a", 1, both(elsewhereMachine, func(h *core.ObservedHost) { h.Name = "web" })), onHost("b", 2, nil)},
			want:  core.Target{HostID: "a", Adopts: true, Origin: "adopted:a", HalfMade: []string{"b"}},
		},
		"one that was adopted is found by status.id, whatever externalID says": {
			edits: []edit{external("gone"), named("a"), onHost("a", 1, elsewhereMachine), host(func(h *core.HostDecl) { h.Origin = "adopted:a" })},
			want:  core.Target{HostID: "a"},
		},
		"one that was adopted and is gone is made anew, after a 404": {
			edits: []edit{external("a"), named("a")}, want: core.Target{Index: -1, Confirm: "a"},
		},
		"nothing is adopted in the place of one that a list lacks": {
			edits: []edit{adopts, named("b"), onHost("a", 1, sameAddress)}, want: core.Target{Index: -1, Confirm: "b"},
		},
		"nothing is adopted while a creation may have worked": {
			edits: []edit{adopts, creating, onHost("a", 1, sameAddress), func(in *core.Input) { in.Observed.Settled = false }},
			want:  core.Target{Index: -1, NeedList: true},
		},
		"what was created and then merged into a foreign host counts as adopted": {
			edits: []edit{named("gone"), onHost("a", 1, both(sameAddress, rowOf(web, 1))), host(func(h *core.HostDecl) { h.Origin = core.OriginCreated })},
			want:  core.Target{HostID: "a", Origin: "adopted:a"},
		},
		"one that a Host leaves is not had by one that only observes": {
			edits: []edit{later(5), observes, onHost("a", 1, both(sameAddress, rowOf(old, 1))), neighbour("old", 1, "10.20.0.10", ""), leaves("a")},
			want:  nobody,
			says:  []string{"Synced", "DependencyNotReady", "Host old, which is being deleted"},
		},
		"nor by one that observes it by its id": {
			edits: []edit{later(5), observes, external("a"), onHost("a", 1, elsewhereMachine), neighbour("old", 1, "10.20.0.99", ""), leaves("a"),
				func(in *core.Input) { in.Neighbours[0].Ref.Namespace = "shop" }},
			want: nobody,
			says: []string{"Synced", "DependencyNotReady", "a Host in another namespace, which is being deleted"},
		},
		"an adopted one that a Host leaves is taken over with its origin": {
			edits: []edit{later(5), onHost("a", 1, sameAddress), neighbour("old", 1, "10.20.0.10", ""), func(in *core.Input) {
				n := &in.Neighbours[0]
				n.Deleting, n.PriorID, n.Origin = true, "a", "adopted:a"
			}},
			want: core.Target{HostID: "a", Origin: "adopted:a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(c.edits...)
			j := core.Judge(in)
			if d := cmp.Diff(c.want, j.Target); d != "" {
				t.Error(d)
			}
			checkSays(t, in, j, c.says)
			if held := j.Fate == core.Keep; held != (len(c.says) > 0) {
				t.Errorf("the fate of the group is %v", j.Fate)
			}
		})
	}
}

// checkSays: the Host is told so, in the condition that is named first, with the reason that is named second.
func checkSays(t *testing.T, in core.Input, j core.Judgement, says []string) {
	t.Helper()
	if len(says) == 0 {
		if len(j.Findings) > 0 {
			t.Errorf("says %v", verdicts(j))
		}
		return
	}
	p := core.ComputePlan(in, j, core.Policy{})
	for _, c := range core.Status(in, j, p, core.Result{Ran: true})[0].Conditions {
		if c.Type != says[0] {
			continue
		}
		for _, word := range says[2:] {
			if !strings.Contains(c.Message, word) {
				t.Errorf("%q lacks %q", c.Message, word)
			}
		}
		if c.True || c.Reason != says[1] {
			t.Errorf("says %+v", c)
		}
	}
}

// A Host with an origin of its own that takes over another backend host is no longer the one that made it: else deleting
// it would delete what was there before.
func TestWhatIsAdoptedLosesTheOriginOfWhatWasCreated(t *testing.T) {
	in := group(adopts, onHost("a", 1, sameAddress), host(func(h *core.HostDecl) {
		h.Origin, h.PriorID, h.HasFinalizer = core.OriginCreated, "gone", true
	}), func(in *core.Input) { in.Observed.Confirmed = []string{"gone"} })
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	if p.Adopts != "a" || len(p.Steps) != 1 || p.Steps[0].Kind != core.StepUpdateHost {
		t.Fatalf("plan %+v", p)
	}
	before := core.Status(in, j, p, core.Result{Waiting: "tokens"})[0]
	if before.ID != "" || before.Marks != (core.Marks{}) {
		t.Errorf("before the first write: id %q, marks %+v", before.ID, before.Marks)
	}
	after := core.Status(in, j, p, core.Result{Ran: true, HostID: "a", Steps: []core.StepResult{{Done: true}}})[0]
	if want := (core.Marks{Origin: "adopted:a"}); after.ID != "a" || after.Marks != want {
		t.Errorf("after it: id %q, marks %+v", after.ID, after.Marks)
	}
	told := func(m core.MemberStatus) bool {
		return slices.ContainsFunc(m.Events, func(e core.Event) bool { return e.Reason == "Adopted" && e.Now })
	}
	if told(before) || !told(after) {
		t.Errorf("events %v, then %v", before.Events, after.Events)
	}
}

func TestAnAdoptionHasAMomentOfQuiet(t *testing.T) {
	in := group(adopts, onHost("a", 1, sameAddress), func(in *core.Input) { in.Quiet = false })
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(p.Steps) > 0 || p.Blocked != core.ReasonPending {
		t.Errorf("plan %+v", p)
	}
}

// What a Host adopts and finds as it wants it is its own all the same: it is held and marked without a request.
func TestAnAdoptionThatHasNothingToWriteIsMarked(t *testing.T) {
	in := group(inBackend, func(in *core.Input) {
		h := &in.Observed.Hosts[0]
		for i := range h.Interfaces {
			h.Interfaces[i].ID = "found-" + h.Interfaces[i].Name
		}
		for i := range h.Ports {
			h.Ports[i].ID = "found-port"
		}
		in.Host.PriorID, in.Host.Origin, in.Host.Adopts, in.Host.HasFinalizer = "", "", true, false
	})
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	if len(p.Steps) > 0 {
		t.Fatalf("plan %+v", p)
	}
	got := core.Status(in, j, p, core.Result{Ran: true})[0]
	id := in.Observed.Hosts[0].ID
	if want := (core.Marks{Hold: true, Origin: "adopted:" + id}); got.Marks != want || got.ID != id {
		t.Errorf("id %q, marks %+v", got.ID, got.Marks)
	}
}
