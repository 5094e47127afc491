// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// TestNothingIsRemovedWithoutLeave is law 5 for everything that forbids deletions, and the moment of quiet: the plan
// holds no delete, what it holds the server takes, and what it left out is done later.
func TestNothingIsRemovedWithoutLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawServer(t)
		first, second := drawWish(t), drawWish(t)
		converge(t, s, first, foreignRows(s))
		in, j, policy := inputFor(s), judgeByHand(s, second), core.Policy{}
		switch rapid.SampledFrom([]string{"quiet", "leave", "policy"}).Draw(t, "lacks") {
		case "quiet":
			in.Quiet = false
		case "leave":
			in.MayDelete = false
		default:
			policy.NoDelete = true
		}
		in.Isolate = rapid.Bool().Draw(t, "isolate")
		before, services := rowIDs(s), len(s.Hosts[0].Services)
		p := core.ComputePlan(in, j, policy)
		if ran := s.Run(p, len(p.Steps)); ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
			t.Fatalf("%+v of %s", ran, describe(p))
		}
		checkNothingGone(t, s, before, j, in.Quiet)
		if !in.Quiet && len(s.Hosts[0].Services) != services {
			t.Fatalf("a service was added without quiet: %s", describe(p))
		}
		if p.Blocked == "" && len(core.ComputePlan(inputFor(s), judgeByHand(s, second), core.Policy{}).Steps) > 0 {
			t.Fatalf("something is left out and nothing says so: %s", describe(p))
		}
		converge(t, s, second, foreignRows(s))
		checkWanted(t, s, second)
	})
}

// rowIDs are the ids of all rows of the first host.
func rowIDs(s *coretest.Server) map[string]bool { return idsOf(s.Hosts[0]) }

func idsOf(h core.ObservedHost) map[string]bool {
	out := map[string]bool{}
	for _, id := range h.RowIDs() {
		out[id] = true
	}
	return out
}

// checkNothingGone: every row is still there; in the moment of quiet alone foreign ones may give way.
func checkNothingGone(t *rapid.T, s *coretest.Server, before map[string]bool, j core.Judgement, quiet bool) {
	after := rowIDs(s)
	for _, id := range slices.Sorted(maps.Keys(before)) {
		yielded := slices.ContainsFunc(j.Yielded, func(r core.RowRef) bool { return r.ID == id })
		if !after[id] && (quiet || !yielded) {
			t.Fatalf("row %s is gone", id)
		}
	}
}

// TestWhatIsKeptStaysAsItIs: an item of fate Keep has the same rows before and after.
func TestWhatIsKeptStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &coretest.Server{MACFixed: true, Tags: drawServer(t).Tags}
		first, second := drawWish(t), drawWish(t)
		second.interfaces, second.ports = first.interfaces, first.ports
		for i := range second.services {
			second.services[i].name += "2" // the row of what is kept is nobody else's
		}
		converge(t, s, first, foreignRows(s))
		for i := range first.services {
			if i < len(second.services) && rapid.Bool().Draw(t, "keep") {
				second.services[i] = first.services[i]
				second.services[i].keep = true
			}
		}
		before := coretest.Copy(s.Hosts[0])
		converge(t, s, second, foreignRows(s))
		for _, w := range second.services {
			id := core.ChildID(testInstance, core.Owner(testNetwork, serviceRef(w.object)), core.RowService)
			if was, is := serviceIn(before, id), serviceIn(s.Hosts[0], id); w.keep && was.ID != "" && !sameService(was, is) {
				t.Fatalf("service %s was %+v and is %+v", w.name, was, is)
			}
		}
	})
}

func serviceIn(h core.ObservedHost, id string) core.ObservedService {
	for _, o := range h.Services {
		if o.ID == id {
			return o
		}
	}
	return core.ObservedService{}
}

func sameService(a, b core.ObservedService) bool {
	return a.Name == b.Name && slices.Equal(a.Tags, b.Tags) && slices.Equal(a.Bindings, b.Bindings)
}
