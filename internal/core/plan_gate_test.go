// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

type gateCase struct {
	// to changes input and judgement of a host that exists and wants another name and one service less, one more.
	to      func(*core.Input, *core.Judgement)
	steps   string
	blocked core.Reason
}

func gateCases() map[string]gateCase {
	return map[string]gateCase{
		"nothing in the way": {func(*core.Input, *core.Judgement) {}, "UpdateHost", ""},
		"a backend that is down gets nothing": {func(in *core.Input, _ *core.Judgement) {
			in.Backend.Reason, in.Backend.Message = "Unreachable", "connection refused"
		}, "", core.ReasonUnreachable},
		"nothing is concluded before a list was read": {func(in *core.Input, _ *core.Judgement) {
			in.Observed.Known = false
		}, "", core.ReasonPending},
		"after a lost creation a list comes first": {func(_ *core.Input, j *core.Judgement) {
			j.Target = core.Target{Index: -1, NeedList: true}
		}, "", core.ReasonPending},
		"a host that a list lacks is confirmed missing first": {func(_ *core.Input, j *core.Judgement) {
			j.Target = core.Target{Index: -1, Confirm: "host-1"}
		}, "ConfirmMissing", core.ReasonPending},
		"a group that is kept gets nothing": {func(_ *core.Input, j *core.Judgement) { j.Fate = core.Keep }, "", ""},
		"a first write waits for quiet": {func(in *core.Input, j *core.Judgement) {
			in.Quiet, j.Target = false, core.Target{Index: -1}
		}, "", core.ReasonPending},
		"nothing is made through a backend that could go at any moment": {func(in *core.Input, _ *core.Judgement) {
			in.Backend.Held = false
		}, "", core.ReasonPending},
		"one that is being deleted goes on serving those it has": {func(in *core.Input, _ *core.Judgement) {
			in.Backend.Held, in.Backend.Deleting = false, true
		}, "UpdateHost", ""},
		"a host is made only after a look at what there is right now": {func(in *core.Input, j *core.Judgement) {
			in.Observed.MarkFresh, j.Target = false, core.Target{Index: -1}
		}, "", core.ReasonPending},
		"one that is there is written without another look": {func(in *core.Input, _ *core.Judgement) {
			in.Observed.MarkFresh = false
		}, "UpdateHost", ""},
		"a new service and a withdrawal wait for quiet, an edit does not": {func(in *core.Input, _ *core.Judgement) {
			in.Quiet = false
		}, "UpdateHost", core.ReasonPending},
		"without leave to delete the rest is written": {func(in *core.Input, _ *core.Judgement) {
			in.MayDelete = false
		}, "UpdateHost", core.ReasonPending},
		"a host that is to be deleted is handed to the batch and nothing else is sent": {func(_ *core.Input, j *core.Judgement) {
			j.Fate, j.Deletion = core.Keep, &core.Deletion{Action: core.DeleteHost, HostIDs: []string{"a", "b"}}
		}, "DeleteHost DeleteHost", ""},
		"without leave to delete no host is deleted": {func(in *core.Input, j *core.Judgement) {
			in.MayDelete, j.Deletion = false, &core.Deletion{Action: core.DeleteHost, HostIDs: []string{"a"}}
		}, "", ""},
		"a host that is let go needs no request": {func(_ *core.Input, j *core.Judgement) {
			j.Deletion = &core.Deletion{Action: core.ReleaseHost}
		}, "", ""},
		"a deletion that waits sends nothing": {func(_ *core.Input, j *core.Judgement) {
			j.Deletion = &core.Deletion{Action: core.DeletionWaits}
		}, "", ""},
		"missing subnets and tags are made first, each once": {func(_ *core.Input, j *core.Judgement) {
			j.Host.Interfaces[0].NewSubnet, j.Host.Interfaces[1].NewSubnet = "10.0.0.0/24", "10.0.0.0/24"
			j.Host.NewTags, j.Host.Services[0].NewTags = []string{"x", "y"}, []string{"y"}
		}, "CreateSubnet CreateTag CreateTag", core.ReasonDependencyNotReady},
		"half-made copies stay until the target is whole": {func(_ *core.Input, j *core.Judgement) {
			j.Target.HalfMade = []string{"h2"}
		}, "UpdateHost", ""},
	}
}

func TestWhatIsSentWhen(t *testing.T) {
	for name, c := range gateCases() {
		t.Run(name, func(t *testing.T) {
			w := edgeAndProxy()
			s := written(t, w)
			w.name = "www"
			w.services[1] = wishService{object: "db", name: "db"}
			in := declared(s, w, 0)
			j := core.Judge(in)
			c.to(&in, &j)
			p := core.ComputePlan(in, j, core.Policy{})
			if got := stepKinds(p); got != c.steps || p.Blocked != c.blocked {
				t.Errorf("steps are %q, not %q; blocked by %q, not %q: %s", got, c.steps, p.Blocked, c.blocked, p.BlockedMessage)
			}
			if p.NeedList != (c.blocked != "" && (j.Target.NeedList || !in.Observed.MarkFresh)) {
				t.Errorf("a list is asked for: %v", p.NeedList)
			}
		})
	}
}

func TestWithoutQuietOnlyTheEditIsSent(t *testing.T) {
	w := edgeAndProxy()
	s := written(t, w)
	w.name = "www"
	w.services[1] = wishService{object: "db", name: "db", bindings: []wishBinding{{"https", ""}}}
	in := declared(s, w, 0)
	in.Quiet = false
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if e := p.Steps[0].Edit; e.Name == nil || len(e.PutServices) > 0 || len(e.DropServices) > 0 {
		t.Errorf("%+v", e)
	}
	waiting := false
	for _, i := range p.BlockedItems {
		waiting = waiting || i.Object == serviceRef("db")
	}
	if !waiting {
		t.Errorf("these wait: %v", p.BlockedItems)
	}
}

func TestHalfMadeCopiesGoOnceTheTargetIsWhole(t *testing.T) {
	w := edgeAndProxy()
	s := written(t, w)
	in := declared(s, w, 0)
	j := core.Judge(in)
	in.Observed.Hosts = append(in.Observed.Hosts, core.ObservedHost{ID: "h2"}, core.ObservedHost{ID: "h3"})
	j.Target.HalfMade = []string{"h2", "h3"}
	p := core.ComputePlan(in, j, core.Policy{})
	if stepKinds(p) != "DeleteHost DeleteHost" || p.Requests() != 4 || p.Steps[1].HostID != "h3" || p.Steps[1].Base.ID != "h3" {
		t.Errorf("%+v", p)
	}
	if p := core.ComputePlan(in, j, core.Policy{NoDelete: true}); len(p.Steps) > 0 {
		t.Errorf("%+v", p)
	}
	in.MayDelete = false
	if p := core.ComputePlan(in, j, core.Policy{}); len(p.Steps) > 0 {
		t.Errorf("while definitions go: %+v", p)
	}
}

func TestDriftIsARepairAndLastInLine(t *testing.T) {
	w := edgeAndProxy()
	s := written(t, w)
	s.Hosts[0].Name = "changed by hand"
	in := declared(s, w, 0)
	j := core.Judge(in)
	in.Written = j.Host.Sum()
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if len(p.Notes) != 1 || !p.Notes[0].Repair || p.Notes[0].Field != "name" || p.Priority() != core.PriorityResync {
		t.Errorf("%+v", p.Notes)
	}
	in.Written = 7
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); p.Notes[0].Repair || p.Priority() != core.PriorityEdit {
		t.Errorf("an edit: %+v", p.Notes)
	}
}

func TestPoliciesAreFilters(t *testing.T) {
	p := core.Plan{Steps: []core.Step{
		{Kind: core.StepConfirmMissing}, {Kind: core.StepCreateHost}, {Kind: core.StepDeleteBinding}, {Kind: core.StepDeleteHost},
		{Kind: core.StepUpdateHost, Edit: &core.Edit{}}, {Kind: core.StepUpdateHost, Edit: &core.Edit{DropPorts: []string{"p"}}},
	}, Creates: true}
	for name, c := range map[string]struct {
		policy core.Policy
		steps  string
	}{
		"none":                         {core.Policy{}, "ConfirmMissing CreateHost DeleteBinding DeleteHost UpdateHost UpdateHost"},
		"read only leaves what is GET": {core.Policy{ReadOnly: true}, "ConfirmMissing"},
		"no delete leaves what removes no row": {core.Policy{NoDelete: true},
			"ConfirmMissing CreateHost UpdateHost"},
	} {
		t.Run(name, func(t *testing.T) {
			got := core.Filter(p, c.policy)
			if stepKinds(got) != c.steps || got.Creates == c.policy.ReadOnly {
				t.Errorf("%s, creates %v", stepKinds(got), got.Creates)
			}
		})
	}
	if len(p.Steps) != 6 {
		t.Error("the plan itself was changed")
	}
}
