// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// TestApplyingAPlanGivesWhatIsWantedBesideWhatIsForeign is law 4: whatever breaks off half-way, planning again ends in
// what is wanted, plus what is foreign, plus what is kept; and a plan of that is empty.
func TestApplyingAPlanGivesWhatIsWantedBesideWhatIsForeign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawServer(t)
		var last wish
		for range rapid.IntRange(1, 4).Draw(t, "wishes") {
			last = drawWish(t)
			if rapid.Bool().Draw(t, "goes wrong") {
				disturb(t, s, inputFor(s), judgeByHand(s, last))
			}
			before := foreignRows(s)
			converge(t, s, last, before)
			checkForeign(t, s, before)
			checkWanted(t, s, last)
		}
	})
}

// disturb starts to apply what was judged and breaks off, or lets a discovery come between plan and request.
func disturb(t *rapid.T, s *coretest.Server, in core.Input, j core.Judgement) {
	in.Isolate = rapid.Bool().Draw(t, "isolate")
	p := core.ComputePlan(in, j, core.Policy{})
	before := foreignRows(s)
	steps := rapid.IntRange(0, 4).Draw(t, "steps")
	if rapid.Bool().Draw(t, "breaks") && !replacesUnderForeign(s, j) {
		s.Breaks = rapid.IntRange(1, 12).Draw(t, "writes")
	} else if onlyWhole(p) && len(s.Hosts) > 0 {
		discover(t, s, 1)
		before = foreignRows(s)
	}
	s.Run(p, steps)
	s.Mend()
	giveWay(before, j)
	checkForeign(t, s, before)
}

// giveWay leaves out the bindings that may go. They may be gone before what they make way for is there.
func giveWay(foreign map[string]string, j core.Judgement) {
	for _, y := range j.Yielded {
		delete(foreign, y.ID)
	}
}

func onlyWhole(p core.Plan) bool {
	return !slices.ContainsFunc(p.Steps, func(s core.Step) bool { return s.Kind != core.StepUpdateHost })
}

// replacesUnderForeign: a request that replaces an interface and breaks off loses foreign bindings on it; nothing that a
// client could send is safer.
func replacesUnderForeign(s *coretest.Server, j core.Judgement) bool {
	return slices.ContainsFunc(j.Host.Interfaces, func(d core.DesiredInterface) bool {
		return d.Replaces != "" && slices.ContainsFunc(s.Hosts[0].Services, func(x core.ObservedService) bool {
			return slices.ContainsFunc(x.Bindings, func(b core.ObservedBinding) bool {
				return b.InterfaceID == d.Replaces && !isOurs(b.ID)
			})
		})
	})
}

// converge plans and runs until nothing is planned. What may give way is taken out of the foreign rows.
func converge(t *rapid.T, s *coretest.Server, w wish, foreign map[string]string) {
	convergeWith(t, s, foreign, func() (core.Input, core.Judgement) { return inputFor(s), judgeByHand(s, w) })
}

func convergeWith(t *rapid.T, s *coretest.Server, foreign map[string]string, judge func() (core.Input, core.Judgement)) {
	for round := range 4 {
		in, j := judge()
		p := core.ComputePlan(in, j, core.Policy{})
		giveWay(foreign, j)
		if p.Blocked != "" {
			t.Fatalf("blocked: %s", p.BlockedMessage)
		}
		if len(p.Steps) == 0 {
			if len(p.Notes) > 0 && p.Adopts == "" {
				t.Fatalf("a plan of nothing says %v", p.Notes)
			}
			return
		}
		t.Logf("round %d: %s", round, describe(p))
		was := s.Requests
		ran := s.Run(p, len(p.Steps))
		if ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
			t.Fatalf("round %d: %+v of %s\nwithdraw %+v\nretained %+v\ndesired %+v\nhost %+v\nservices %+v", round, ran, describe(p), j.Withdraw, j.Retained, j.Host.Services, in.Observed.Hosts, in.Services)
		}
		if sent := s.Requests - was; sent != p.Requests() {
			t.Fatalf("%d requests were sent of %d planned", sent, p.Requests())
		}
	}
	in, j := judge()
	t.Fatalf("does not converge: %s", describe(core.ComputePlan(in, j, core.Policy{})))
}

func describe(p core.Plan) string {
	out := ""
	for _, st := range p.Steps {
		out += fmt.Sprintf("\n%s %s %+v %+v", st.Kind, st.Row.ID, st.Edit, st.Binding)
	}
	for _, n := range p.Notes {
		out += "\n- " + n.Text
	}
	return out
}

// foreignRows describes the rows that are not ours by their ids; of a binding also what it says, in numbers.
func foreignRows(s *coretest.Server) map[string]string {
	out := map[string]string{}
	if len(s.Hosts) == 0 {
		return out
	}
	h := s.Hosts[0]
	for _, o := range h.Interfaces {
		if !isOurs(o.ID) {
			out[o.ID] = "at " + o.IP.String() + " " + o.MAC
		}
	}
	for _, o := range h.Ports {
		if !isOurs(o.ID) {
			out[o.ID] = fmt.Sprint(o.Number, o.Protocol)
		}
	}
	for _, x := range h.Services {
		if !isOurs(x.ID) {
			out[x.ID] = x.Name + x.Definition
		}
		for _, b := range x.Bindings {
			if !isOurs(b.ID) {
				out[b.ID] = x.ID + " " + bindingPlace(h, b)
			}
		}
	}
	return out
}

func bindingPlace(h core.ObservedHost, b core.ObservedBinding) string {
	out := string(b.Type)
	for _, o := range h.Ports {
		if o.ID == b.PortID {
			out += fmt.Sprint(" ", o.Number)
		}
	}
	for _, o := range h.Interfaces {
		if o.ID == b.InterfaceID {
			out += " " + o.IP.String() + " " + o.MAC
		}
	}
	return out
}

// isSameForeign: a row may get a MAC where there was none; a binding's interface may get another address or another MAC, for
// by either it is the same.
func isSameForeign(was, is string) bool {
	a, b := strings.Split(was, " "), strings.Split(is, " ")
	if strings.HasPrefix(is, was) || len(a) != len(b) || (len(a) < 4 && a[0] != "at") {
		return strings.HasPrefix(is, was)
	}
	n := len(a) - 2
	return slices.Equal(a[:n], b[:n]) && (a[n] == b[n] || (a[n+1] == b[n+1] && a[n+1] != ""))
}

// checkForeign: what is foreign is as it was.
func checkForeign(t *rapid.T, s *coretest.Server, before map[string]string) {
	after := foreignRows(s)
	for id, was := range before {
		is := after[id]
		if !isSameForeign(was, is) {
			t.Fatalf("foreign row %s was %q and is %q in %+v", id, was, is, s.Hosts[0])
		}
	}
}

// checkWanted: each item that is written has its row, and nothing of ours is there beside them.
func checkWanted(t *rapid.T, s *coretest.Server, w wish) {
	j := judgeByHand(s, w)
	if len(j.Withdraw) > 0 {
		t.Fatalf("still to be withdrawn: %v", j.Withdraw)
	}
	if w.tags != nil && !slices.Equal(s.Hosts[0].Tags, *w.tags) && len(*w.tags)+len(s.Hosts[0].Tags) > 0 {
		t.Fatalf("tags are %v and not %v", s.Hosts[0].Tags, *w.tags)
	}
	for _, d := range j.Host.Interfaces {
		if d.Fate == core.Write && d.Row >= 0 && s.Hosts[0].Interfaces[d.Row].Name != d.Observed.Name {
			t.Fatalf("not so: interface %+v", d)
		}
	}
	if isLost(j) {
		t.Fatalf("something wanted is not there: %+v on %+v", j.Host, s.Hosts[0])
	}
}

// isLost says that something that is written has no row.
func isLost(j core.Judgement) bool {
	return slices.ContainsFunc(j.Host.Interfaces, func(d core.DesiredInterface) bool { return d.Fate == core.Write && d.Row < 0 }) ||
		slices.ContainsFunc(j.Host.Ports, func(d core.DesiredPort) bool { return d.Fate == core.Write && d.Row < 0 }) ||
		slices.ContainsFunc(j.Host.Services, func(d core.DesiredService) bool {
			return d.Fate == core.Write && (d.Row < 0 || slices.ContainsFunc(d.Bindings, func(b core.DesiredBinding) bool {
				return b.Fate == core.Write && b.Outcome == core.OutcomeEffective && b.Row < 0
			}))
		})
}
