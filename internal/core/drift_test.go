// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// hands are what somebody does to a host in Scanopy, with the field that this undoes and its class.
type hand struct {
	does  func(*core.ObservedHost)
	field string
	class core.FieldClass
}

func hands() map[string]hand {
	edge := func(h *core.ObservedHost) *core.ObservedService {
		return &h.Services[slices.IndexFunc(h.Services, func(s core.ObservedService) bool { return s.Name == "edge" })]
	}
	return map[string]hand{
		"renames the host":         {func(h *core.ObservedHost) { h.Name = "mine" }, "name", core.ClassName},
		"gives another hostname":   {func(h *core.ObservedHost) { h.Hostname = new("mine.example") }, "hostname", core.ClassHostname},
		"takes a tag off":          {func(h *core.ObservedHost) { h.Tags = nil }, "tags", core.ClassTags},
		"puts a tag on":            {func(h *core.ObservedHost) { h.Tags = append(h.Tags, "t2") }, "tags", core.ClassTags},
		"renames an interface":     {func(h *core.ObservedHost) { h.Interfaces[1].Name = "mine" }, "interfaces[eth1].name", core.ClassInterface},
		"removes a port":           {func(h *core.ObservedHost) { h.Ports = h.Ports[:2] }, "ports[alt]", core.ClassPort},
		"removes an interface":     {func(h *core.ObservedHost) { h.Interfaces = h.Interfaces[:1] }, "interfaces[eth1]", core.ClassInterface},
		"gives another definition": {func(h *core.ObservedHost) { edge(h).Definition = "Mine" }, "services[edge].definition", core.ClassService},
		"tags a service":           {func(h *core.ObservedHost) { edge(h).Tags = []string{"t3"} }, "services[edge].tags", core.ClassTags},
		"removes a binding":        {func(h *core.ObservedHost) { edge(h).Bindings = nil }, "services[edge].bindings", core.ClassBinding},
		"removes a service": {func(h *core.ObservedHost) {
			h.Services = slices.DeleteFunc(h.Services, func(s core.ObservedService) bool { return s.Name == "edge" })
		}, "services[edge]", core.ClassService},
	}
}

// driftWish declares every field that somebody changes in these tests.
func driftWish() wish {
	w := edgeAndProxy()
	w.hostname, w.tags = new("web.example"), &[]string{"red"}
	w.services[0].tags = &[]string{"blue"}
	return w
}

// undoing is a group that was in sync until somebody did something.
func undoing(t *testing.T, does func(*core.ObservedHost)) core.Input {
	t.Helper()
	w := driftWish()
	s := written(t, w)
	before := declared(s, w, 0)
	j := core.Judge(before)
	if p := core.ComputePlan(before, j, core.Policy{}); len(p.Steps) > 0 {
		t.Fatalf("not in sync before: %v", noteTexts(p))
	}
	does(&s.Hosts[0])
	in := declared(s, w, 0)
	in.Written = j.Host.Sum()
	return in
}

func TestEachRepairNamesTheField(t *testing.T) {
	for name, c := range hands() {
		t.Run("somebody "+name, func(t *testing.T) {
			in := undoing(t, c.does)
			p := core.ComputePlan(in, core.Judge(in), core.Policy{})
			if len(p.Notes) != 1 || !p.Notes[0].Repair || p.Notes[0].Field != c.field || p.Notes[0].Class() != c.class {
				t.Errorf("%+v", p.Notes)
			}
			u := core.Undoings(in, p)
			if len(u) != 1 || u[0].Field != c.field || u[0].Generation != 1 || u[0].Item != p.Notes[0].Item {
				t.Errorf("%+v", u)
			}
		})
	}
}

func TestAFieldThatIsUndoneThreeTimesWithinAnHourIsLeftAsItIs(t *testing.T) {
	for name, c := range hands() {
		t.Run("somebody "+name, func(t *testing.T) {
			in := undoing(t, c.does)
			u := core.Undoings(in, core.ComputePlan(in, core.Judge(in), core.Policy{}))[0]
			ago := func(minutes ...int) (out []time.Time) {
				for _, m := range minutes {
					out = append(out, in.Now.Add(-time.Duration(m)*time.Minute))
				}
				return out
			}
			in.Undone = []core.Undone{{Undoing: u, At: ago(20, 10, 0)}}
			j := core.Judge(in)
			p := core.ComputePlan(in, j, core.Policy{})
			if len(p.Steps) > 0 || !in.IsDisputed() {
				t.Errorf("it is written again: %v", noteTexts(p))
			}
			said := nonConverging(j)
			if len(said) != 1 || !strings.Contains(said[0], c.field) || !strings.Contains(said[0], "web UI") ||
				!strings.Contains(said[0], "reconcile-requested-at") {
				t.Errorf("said %q", said)
			}
			for why, change := range map[string]func(){
				"an hour has passed":            func() { in.Undone[0].At = ago(80, 70, 60) },
				"three times took over an hour": func() { in.Undone[0].At = ago(61, 10, 1) },
				"twice is not often":            func() { in.Undone[0].At = ago(10, 1) },
				"the spec changed":              func() { in.Undone[0].Generation = 7 },
				"it was asked for":              func() { in.Undone[0].Asked = "before" },
			} {
				in.Undone = []core.Undone{{Undoing: u, At: ago(20, 10, 0)}}
				change()
				if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(p.Steps) == 0 {
					t.Errorf("%s: it is not repaired", why)
				}
			}
		})
	}
}

func nonConverging(j core.Judgement) (said []string) {
	for _, f := range j.Findings {
		if f.Reason == core.ReasonNonConverging {
			said = append(said, f.Detail+"; "+f.Advice)
		}
	}
	return said
}

func TestNothingOfWhatIsFoughtOverIsWithdrawn(t *testing.T) {
	all := hands()
	all["moves a binding"] = hand{does: func(h *core.ObservedHost) {
		for i := range h.Services {
			for k := range h.Services[i].Bindings {
				h.Services[i].Bindings[k].PortID = h.Ports[2].ID
			}
		}
	}}
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			in := undoing(t, c.does)
			undoings := core.Undoings(in, core.ComputePlan(in, core.Judge(in), core.Policy{}))
			if len(undoings) == 0 {
				t.Fatal("nothing is undone")
			}
			for _, u := range undoings {
				in.Undone = append(in.Undone, core.Undone{Undoing: u, At: []time.Time{in.Now, in.Now, in.Now}})
			}
			if j := core.Judge(in); len(j.Withdraw) > 0 {
				t.Errorf("%+v", j.Withdraw)
			}
		})
	}
}

func TestWhatIsFoughtOverGoesOnClaiming(t *testing.T) {
	in := undoing(t, hands()["gives another definition"].does)
	u := core.Undoings(in, core.ComputePlan(in, core.Judge(in), core.Policy{}))[0]
	in.Undone = []core.Undone{{Undoing: u, At: []time.Time{in.Now, in.Now, in.Now}}}
	in.Services = append(in.Services, core.ServiceDecl{Permitted: true, Host: in.Host.Ref, Name: "new", Definition: "New",
		Bindings: []core.BindingSpec{{Type: core.BindPort, Port: "http"}}})
	in.Services[len(in.Services)-1].Ref = core.Ref{Kind: core.KindService, Namespace: in.Host.Ref.Namespace, Name: "new"}
	in.Services[len(in.Services)-1].Created = in.Now
	for _, f := range core.Judge(in).Findings {
		if f.Item.Object.Name == "new" && f.Reason == core.ReasonPortClaimed {
			return
		}
	}
	t.Error("the port of what is left alone was given away")
}

// What differs for a reason of our own is no repair.
func TestOurOwnChangesAreNoRepairs(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*wish)
		in   func(*core.Input)
	}{
		"a spec edit": {edit: func(w *wish) { w.hostname = new("new.example") }},
		"a port of the Host that moves a Service along": {edit: func(w *wish) { w.ports[0].number = 8081 }},
		"a service that another one made room for": {edit: func(w *wish) {
			w.services[0].bindings, w.services[1].bindings = nil, append(w.services[1].bindings, wishBinding{"http", ""})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := driftWish()
			s := written(t, w)
			sum := core.Judge(declared(s, w, 0))
			c.edit(&w)
			in := declared(s, w, 0)
			in.Written = sum.Host.Sum()
			p := core.ComputePlan(in, core.Judge(in), core.Policy{})
			if len(p.Notes) == 0 || len(core.Undoings(in, p)) > 0 {
				t.Errorf("%+v", p.Notes)
			}
		})
	}
}

// After a restart nothing is remembered: what counts is what the statuses say.
func TestAfterARestartOnlyWhatWasInSyncDrifts(t *testing.T) {
	synced := func(m *core.Meta) {
		m.PriorObservedGeneration = m.Generation
		m.Prior = []core.Condition{
			{Type: string(core.Accepted), Reason: string(core.ReasonAccepted), True: true, ObservedGeneration: m.Generation},
			{Type: string(core.Synced), Reason: string(core.ReasonSynced), True: true, ObservedGeneration: m.Generation},
		}
	}
	for name, c := range map[string]struct {
		in   func(*core.Input)
		want int
	}{
		"all of the group was in sync": {func(*core.Input) {}, 1},
		"the Host was edited":          {func(in *core.Input) { in.Host.PriorObservedGeneration = 0 }, 0},
		"a Service was edited":         {func(in *core.Input) { in.Services[1].PriorObservedGeneration = 0 }, 0},
		"it was never written": {func(in *core.Input) {
			in.Host.Prior[1].True = false
		}, 0},
		"it was left to somebody who changes it": {func(in *core.Input) {
			in.Host.Prior[1].True, in.Host.Prior[1].Reason = false, string(core.ReasonNonConverging)
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			in := undoing(t, hands()["gives another hostname"].does)
			in.Written = 0
			synced(&in.Host.Meta)
			for i := range in.Services {
				synced(&in.Services[i].Meta)
			}
			c.in(&in)
			if got := len(core.Undoings(in, core.ComputePlan(in, core.Judge(in), core.Policy{}))); got != c.want {
				t.Errorf("%d repairs", got)
			}
		})
	}
}

func TestAHostThatSomebodyDeletedIsRemadeAsARepair(t *testing.T) {
	in := undoing(t, func(*core.ObservedHost) {})
	id := in.Observed.Hosts[0].ID
	in.Observed.Hosts, in.Observed.Confirmed = nil, []string{id}
	in.Host.PriorID, in.Host.Pinned, in.Observed.Settled = id, in.Backend.Pin, true
	in.Written = 0
	j := core.Judge(in)
	in.Written = j.Host.Sum()
	p := core.ComputePlan(in, j, core.Policy{})
	if u := core.Undoings(in, p); stepKinds(p) != "CreateHost" || len(u) != 1 || u[0].Field != "host" || p.Notes[0].Class() != core.ClassHost {
		t.Errorf("%s, %+v", stepKinds(p), p.Notes)
	}
	in.Undone = []core.Undone{{Undoing: core.Undoings(in, p)[0], At: []time.Time{in.Now, in.Now, in.Now}}}
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(p.Steps) > 0 {
		t.Errorf("made anew for the third time within an hour: %s", stepKinds(p))
	}
}

func TestRepairsAreWhatARunLeftNothingOf(t *testing.T) {
	host, service := core.Item{Object: core.Ref{Kind: core.KindHost, Name: "web"}}, core.Item{Object: core.Ref{Kind: core.KindService, Name: "edge"}}
	p := core.Plan{
		Steps: []core.Step{{Items: []core.Item{host}}, {Items: []core.Item{host, service}}},
		Notes: []core.Note{{Item: host, Repair: true, Field: "name"}, {Item: service, Repair: true, Field: "tags"}, {Item: host}},
	}
	for name, c := range map[string]struct {
		results []core.StepResult
		want    string
	}{
		"nothing was sent":  {nil, "[]"},
		"one step of two":   {[]core.StepResult{{Done: true}}, "[]"},
		"both":              {[]core.StepResult{{Done: true}, {Done: true}}, "[name tags]"},
		"the second failed": {[]core.StepResult{{Done: true}, {Err: &core.StepError{}}}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			var fields []string
			for _, n := range core.Repairs(p, core.Result{Steps: c.results}) {
				fields = append(fields, n.Field)
			}
			if d := cmp.Diff(c.want, fmt.Sprint(fields)); d != "" {
				t.Error(d)
			}
		})
	}
}
