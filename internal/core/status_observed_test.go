// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func observes(in *core.Input) { in.Host.Observes = true }

// observed judges, plans and tells; nothing is sent.
func observed(in core.Input) (core.Plan, []core.MemberStatus) {
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	return p, core.Status(in, j, p, core.Result{Ran: true})
}

func TestObserveOnlyTellsWhatWouldBeWritten(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		edits []edit
		want  []string
		// says are Ready's status, reason and the end of its message for each object.
		says []string
	}{
		"nothing differs": {
			edits: []edit{inBackend},
			says:  []string{"web true Observed nothing differs"},
		},
		"a host that is not there": {
			edits: []edit{inline("edge", "http@*")},
			want:  []string{"host web: created with 2 interfaces, 2 ports, 1 service and 1 binding", "service edge: created"},
			says:  []string{"web true Observed status.pendingChanges lists what differs"},
		},
		"fields, rows that come and rows that go": {
			edits: []edit{inline("old", "http@*"), inBackend, forgotten, inline("edge", "https@eth0"),
				host(func(h *core.HostDecl) { h.Hostname = text("web.example"); h.Interfaces = h.Interfaces[:1] })},
			want: []string{
				`hostname: "" becomes "web.example"`, "interface eth1: removed", "service edge: created", "service old: removed",
			},
			says: []string{"web true Observed status.pendingChanges lists what differs"},
		},
		"what others attach is told with its object": {
			edits: []edit{inBackend, service("edge", 1, "http@*"), binding("b", 2, "edge", "eth1")},
			want:  []string{"Service edge: service edge: created"},
			says: []string{
				"web true Observed nothing differs", "edge true Observed status.pendingChanges of its Host lists what differs",
				"b false Conflicted",
			},
		},
		"what others of another namespace attach is told without its name": {
			edits: []edit{inBackend, service("secret", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Ref.Namespace, s.Permitted = "shop", true })},
			want:  []string{"a service in another namespace: changed"},
			says:  []string{"web true Observed nothing differs", "secret true Observed status.pendingChanges of its Host lists what differs"},
		},
		"what would be adopted": {
			edits: []edit{adopts, onHost("a", 1, func(h *core.ObservedHost) {
				sameAddress(h)
				h.Interfaces = append(h.Interfaces, core.ObservedInterface{ID: "other", SubnetID: "subnet", IP: addr20(11), Name: "eth1"})
				h.Interfaces[0].Name = "eth0"
			})},
			want: []string{
				`host "10.20.0.10" (id a, Discovery): adopted`, `name: "10.20.0.10" becomes "web"`, "port 443/TCP: created", "port 80/TCP: created",
			},
			says: []string{"web true Observed status.pendingChanges lists what differs"},
		},
		"tags and subnets that would be made first": {
			edits: []edit{func(in *core.Input) { in.Backend.CreateTags, in.Backend.CreateSubnets = true, true },
				host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"new"} }), iface("eth2", "10.99.0.1", "", "10.99.0.0/24")},
			want: []string{"host web: created with 3 interfaces, 2 ports, 0 services and 0 bindings", "subnet 10.99.0.0/24: created", "tag new: created"},
			says: []string{"web true Observed status.pendingChanges lists what differs"},
		},
		"a machine that is there and may not be adopted is told": {
			edits: []edit{onHost("a", 1, sameAddress)},
			says:  []string{"web false AlreadyExists"},
		},
		"a verdict is told as ever": {
			edits: []edit{inBackend, inline("edge", "http@*", "eth0")},
			want:  []string{"service edge: created"},
			says:  []string{"web false Conflicted"},
		},
		"a paused one is paused": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.Paused, h.Name = true, "other" })},
			says:  []string{"web false Paused"},
		},
		"a paused Backend has nothing to write anyway": {
			edits: []edit{inBackend, func(in *core.Input) { in.Backend.Paused = true }, host(func(h *core.HostDecl) { h.Hostname = text("web.example") })},
			want:  []string{`hostname: "" becomes "web.example"`},
			says:  []string{"web true Observed status.pendingChanges lists what differs"},
		},
		"a backend that is away": {
			edits: []edit{func(in *core.Input) { in.Backend.Reason, in.Observed.Known = "BackendUnavailable", false }},
			says:  []string{"web false BackendUnavailable"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, got := observed(group(append(c.edits, observes)...))
			if p.Writes() {
				t.Errorf("it would send %s", describe(p))
			}
			if d := cmp.Diff(c.want, got[0].Host.Pending); d != "" {
				t.Error(d)
			}
			for i, want := range c.says {
				ready := got[i].Conditions[0]
				if line := fmt.Sprintf("%s %v %s %s", got[i].Ref.Name, ready.True, ready.Reason, ready.Message); !isSaid(line, want) {
					t.Errorf("%q is not %q", line, want)
				}
			}
		})
	}
}

// isSaid: the words before the message begin the line, the rest ends it.
func isSaid(line, want string) bool {
	words := strings.SplitN(want, " ", 4)
	return strings.HasPrefix(line, strings.Join(words[:3], " ")) && (len(words) < 4 || strings.HasSuffix(line, words[3]))
}

func TestPendingChangesAreBounded(t *testing.T) {
	edits := []edit{inBackend, observes}
	for i := range 300 {
		edits = append(edits, port(fmt.Sprint("p", i), 1000+i))
	}
	edits = append(edits, host(func(h *core.HostDecl) {
		long := strings.Repeat("ü", 400)
		h.Description = &long
	}))
	_, got := observed(group(edits...))
	pending := got[0].Host.Pending
	if len(pending) != core.MaxListed || pending[len(pending)-1] != "and 46 more" {
		t.Errorf("%d, last %q", len(pending), pending[len(pending)-1])
	}
	if i := slices.IndexFunc(pending, func(s string) bool { return len(s) > 512 }); i >= 0 {
		t.Errorf("%d bytes", len(pending[i]))
	}
}

// Nothing was written for a Host that is only observed: what it looks at is nobody's, and it is not held.
func TestObserveOnlyMarksNothingAndHasNoID(t *testing.T) {
	_, got := observed(group(adopts, onHost("a", 1, sameAddress), observes, host(func(h *core.HostDecl) { h.HasFinalizer = false })))
	if got[0].ID != "" || got[0].Marks != (core.Marks{}) {
		t.Errorf("id %q, marks %+v", got[0].ID, got[0].Marks)
	}
}

// Invariant 9: an ObserveOnly object sends only GET, whatever there is and whatever was there before.
func TestObserveOnlySendsOnlyGET(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in, _ := drawWorld(t)
		host := *in.Host
		host.Observes, host.Adopts = true, rapid.Bool().Draw(t, "adopts")
		if rapid.Bool().Draw(t, "restored") {
			host.PriorID, host.Pinned, host.Origin = "", core.Pin{}, ""
		}
		host.Deleting = rapid.IntRange(0, 4).Draw(t, "deleting") == 0
		in.Host, in.Quiet, in.Isolate = &host, rapid.Bool().Draw(t, "quiet"), rapid.Bool().Draw(t, "isolate")
		j := core.Judge(in)
		p := core.ComputePlan(in, j, core.Policy{})
		if j.Fate != core.Keep || p.Writes() || p.Creates || len(j.Withdraw)+len(j.Yielded)+len(j.Target.HalfMade) > 0 {
			t.Fatalf("fate %v, withdraws %v, sends %s", j.Fate, j.Withdraw, describe(p))
		}
		if j.Deletion != nil && j.Deletion.Action != core.ReleaseHost {
			t.Fatalf("deletes: %+v", j.Deletion)
		}
		for _, m := range core.Status(in, j, p, core.Result{Ran: true}) {
			if m.Marks.Hold || m.Marks.ClearCreating {
				t.Fatalf("marks %+v", m.Marks)
			}
		}
	})
}
