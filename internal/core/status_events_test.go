// SPDX-License-Identifier: Apache-2.0

package core

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rejectedBinding is the example with a Binding that conflicts.
func rejectedBinding() Judgement {
	item := Item{Object: bindRef("metrics-eth1"), Part: PartBinding}
	j := exampleJudgement().without(item)
	j.Findings = []Finding{{Item: item, Condition: Accepted, Reason: ReasonConflicted, Detail: "conflicts"}}
	return j
}

func TestRejectionsStallWhenTheyHaveSettled(t *testing.T) {
	prior := func(generation int64, reason Reason) []Condition {
		return []Condition{{Type: "Stalled", True: true, Reason: string(reason), ObservedGeneration: generation}}
	}
	for name, c := range map[string]struct {
		settled bool
		prior   []Condition
		want    ConditionType
	}{
		"at once it is reconciling":      {false, nil, Reconciling},
		"when it has held it is stalled": {true, nil, Stalled},
		"what was stalled stays so":      {false, prior(2, ReasonConflicted), Stalled},
		"an edit starts anew":            {false, prior(1, ReasonConflicted), Reconciling},
		"another verdict starts anew":    {false, prior(2, ReasonPortClaimed), Reconciling},
	} {
		t.Run(name, func(t *testing.T) {
			in := exampleInput()
			in.Settled, in.Bindings[0].Prior = c.settled, c.prior
			got := memberOf(t, Status(in, rejectedBinding(), Plan{}, Result{}), bindRef("metrics-eth1"))
			last := got.Conditions[len(got.Conditions)-1]
			if len(got.Conditions) != 5 || last.Type != string(c.want) || last.Reason != "Conflicted" || last.Message != "conflicts" {
				t.Errorf("%+v", got.Conditions)
			}
			if got.Hold {
				t.Error("a rejection is told at once")
			}
		})
	}
}

func TestMissingReferencesNeverStall(t *testing.T) {
	item := Item{Object: metricsRef(), Part: PartBinding}
	j := exampleJudgement().without(item)
	j.Findings = []Finding{{Item: item, Condition: ResolvedRefs, Reason: ReasonPortNotFound, Detail: "no port"}}
	in := exampleInput()
	in.Services[0].Prior = []Condition{{Type: "Stalled", True: true, Reason: "PortNotFound", ObservedGeneration: 2}}
	got := memberOf(t, Status(in, j, Plan{}, Result{}), metricsRef())
	if last := got.Conditions[4]; last.Type != string(Reconciling) {
		t.Errorf("%+v", last)
	}
}

func TestTheFirstRejectionInListOrderIsTheReasonAndAllAreTold(t *testing.T) {
	h := hostRef()
	j := exampleJudgement()
	j.Findings = []Finding{
		{Item: Item{Object: h, Part: PartService, Index: 1}, Condition: Accepted, Reason: ReasonUnknownServiceDefinition, Detail: "third"},
		{Item: Item{Object: h, Part: PartInlineBinding, Sub: 1}, Condition: Accepted, Reason: ReasonConflicted, Detail: "second"},
		{Item: Item{Object: h, Part: PartInlineBinding}, Condition: Accepted, Reason: ReasonDuplicate, Status: true, Detail: "satisfied"},
		{Item: Item{Object: h, Part: PartInterface}, Condition: Accepted, Reason: ReasonInvalid, Detail: "first"},
	}
	got := conditionOf(t, memberOf(t, Status(exampleInput(), j, Plan{}, Result{}), h), Ready)
	want := "Ready false Invalid interfaces[0]: first; services[0].bindings[1]: second; services[1]: third"
	if brief(got) != want {
		t.Errorf("got  %s\nwant %s", brief(got), want)
	}
}

func TestWinnersListThoseWhomTheyShadow(t *testing.T) {
	in, j := exampleInput(), rejectedBinding()
	own := Item{Object: metricsRef(), Part: PartBinding}
	j.Shadows = []Shadow{
		{Winner: own, Loser: Item{Object: bindRef("metrics-eth1"), Part: PartBinding}, Reason: ReasonConflicted},
		{Winner: own, Loser: Item{Object: Ref{KindService, "shop", "secret"}, Part: PartBinding, Index: 2}, Reason: ReasonPortClaimed},
	}
	for i := range 20 {
		j.Shadows = append(j.Shadows, Shadow{Winner: own, Loser: Item{Object: hostRef(), Part: PartInlineBinding, Sub: 19 - i}, Reason: ReasonDuplicate})
	}
	got := memberOf(t, Status(in, j, Plan{}, Result{}), metricsRef())
	if got.ShadowCount != 22 || len(got.Shadows) != MaxShadows {
		t.Errorf("%d of %d", len(got.Shadows), got.ShadowCount)
	}
	if got.Shadows[2].Item != "services[0].bindings[2]" {
		t.Errorf("not sorted: %+v", got.Shadows)
	}
	j.Shadows = j.Shadows[:2]
	want := []ShadowEntry{
		{Kind: KindService, Reason: ReasonPortClaimed},
		{Kind: KindBinding, Name: "metrics-eth1", Reason: ReasonConflicted},
	}
	if diff := cmp.Diff(want, memberOf(t, Status(in, j, Plan{}, Result{}), metricsRef()).Shadows); diff != "" {
		t.Error(diff)
	}
}

func TestEventsTellTransitionsAndActs(t *testing.T) {
	ready := []Condition{
		{Type: "Ready", True: true, ObservedGeneration: 2}, {Type: "Accepted", True: true, ObservedGeneration: 2},
	}
	refused := []Condition{{Type: "Ready", Reason: "Conflicted"}, {Type: "Accepted", Reason: "Conflicted"}}
	down := Plan{Blocked: ReasonBackendUnavailable, BlockedMessage: "no answer"}
	for name, c := range map[string]struct {
		ref   Ref
		prior []Condition
		j     Judgement
		p     Plan
		r     Result
		want  []Event
	}{
		"a root that becomes ready": {
			ref: hostRef(), j: exampleJudgement(),
			want: []Event{{Reason: "Synced", Action: "Sync", Note: "Scanopy shows what is declared"}},
		},
		"a root that stays ready":          {ref: hostRef(), prior: ready, j: exampleJudgement()},
		"a root that waits from the start": {ref: hostRef(), j: exampleJudgement(), p: down},
		"a root that ceases to be ready": {
			ref: hostRef(), prior: ready, j: exampleJudgement(), p: down,
			want: []Event{{Warning: true, Reason: "BackendUnavailable", Action: "Sync", Note: "no answer"}},
		},
		"a member that becomes ready": {ref: bindRef("metrics-eth1"), j: exampleJudgement()},
		"a member that is rejected": {
			ref: bindRef("metrics-eth1"), prior: ready, j: rejectedBinding(),
			want: []Event{{Warning: true, Reason: "Conflicted", Action: "Judge", Note: "conflicts"}},
		},
		"a member that stays rejected": {ref: bindRef("metrics-eth1"), prior: refused, j: rejectedBinding()},
		"a rejection that goes": {
			ref: bindRef("metrics-eth1"), prior: refused, j: exampleJudgement(),
			want: []Event{{Reason: "Accepted", Action: "Judge", Note: "accepted, no longer Conflicted"}},
		},
		"a repair that was made": {
			ref: hostRef(), prior: ready, j: exampleJudgement(),
			p: Plan{
				Steps: []Step{{Kind: StepUpdateHost, Items: []Item{{Object: hostRef()}}}},
				Notes: []Note{{Item: Item{Object: hostRef()}, Text: "hostname: a becomes b", Repair: true}, {Item: Item{Object: hostRef()}, Text: "x"}},
			},
			r:    Result{Ran: true, Steps: []StepResult{done()}},
			want: []Event{{Reason: "Repaired", Action: "Repair", Note: "hostname: a becomes b", Now: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := exampleInput()
			in.Host.Prior, in.Bindings[0].Prior = c.prior, c.prior
			got := memberOf(t, Status(in, c.j, c.p, c.r), c.ref)
			if diff := cmp.Diff(c.want, got.Events); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADeletionEndsWithTheFinalizer(t *testing.T) {
	steps := Plan{Steps: []Step{{Kind: StepDeleteHost, HostID: "host-id", Items: []Item{{Object: hostRef()}}}}}
	for name, c := range map[string]struct {
		deletion Deletion
		p        Plan
		r        Result
		want     string
		released bool
		event    string
		// toldBefore: the status says so already.
		toldBefore bool
	}{
		"handed to the batch": {
			deletion: Deletion{Action: DeleteHost, HostIDs: []string{"host-id"}}, p: steps, r: Result{Waiting: "batch"},
			want: "Synced false Deleting waiting for what is deleted together with it",
		},
		"deleted": {
			deletion: Deletion{Action: DeleteHost, HostIDs: []string{"host-id"}}, p: steps,
			r:    Result{Ran: true, Steps: []StepResult{done()}},
			want: "Synced false Deleting being deleted", released: true, event: "deleted in Scanopy (id host-id)",
		},
		"refused for a daemon": {
			deletion: Deletion{Action: DeleteHost, HostIDs: []string{"host-id"}}, p: steps,
			r:    Result{Ran: true, Steps: []StepResult{failed("Terminal", ReasonHostHasDaemon, "it runs a daemon")}},
			want: "Synced false HostHasDaemon it runs a daemon", event: "HostHasDaemon: it runs a daemon",
		},
		"let go with something left": {
			deletion: Deletion{Action: ReleaseHost, Event: "host host-id stays in Scanopy"},
			want:     "Synced false Deleting being deleted", released: true, event: "host host-id stays in Scanopy",
		},
		"let go with nothing left": {
			deletion: Deletion{Action: ReleaseHost}, want: "Synced false Deleting being deleted", released: true,
		},
		"a deletion that waits says why": {
			deletion: Deletion{Action: DeletionWaits, Reason: ReasonMassDeletion, Message: "42 of 60 Hosts"},
			want:     "Synced false MassDeletion 42 of 60 Hosts", event: "MassDeletion: 42 of 60 Hosts",
		},
		"and says it once": {
			deletion: Deletion{Action: DeletionWaits, Reason: ReasonMassDeletion, Message: "41 of 60 Hosts"}, toldBefore: true,
			want: "Synced false MassDeletion 41 of 60 Hosts",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := exampleInput(), exampleJudgement()
			in.Host.Deleting, in.Host.HasFinalizer, in.Host.PriorID, j.Deletion = true, true, "host-id", &c.deletion
			if c.toldBefore {
				in.Host.Prior = []Condition{{Type: string(Synced), Reason: string(c.deletion.Reason), ObservedGeneration: in.Host.Generation}}
			}
			got := memberOf(t, Status(in, j, c.p, c.r), hostRef())
			if brief(conditionOf(t, got, Synced)) != c.want {
				t.Errorf("got %s, want %s", brief(conditionOf(t, got, Synced)), c.want)
			}
			if got.Marks != (Marks{RemoveFinalizer: c.released}) {
				t.Errorf("marks %+v", got.Marks)
			}
			if c.event == "" && len(got.Events) > 0 || c.event != "" && (len(got.Events) != 1 || got.Events[0].Note != c.event || !got.Events[0].Now) {
				t.Errorf("events %+v", got.Events)
			}
		})
	}
}
