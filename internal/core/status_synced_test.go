// SPDX-License-Identifier: Apache-2.0

package core

import (
	"testing"
	"time"
)

// done and failed are results of one step.
func done() StepResult { return StepResult{Done: true} }
func failed(class string, reason Reason, message string) StepResult {
	return StepResult{Err: &StepError{Class: class, Reason: reason, Message: message}}
}

// changed applies a change, if there is one.
func changed[T any](to *T, change func(*T)) {
	if change != nil {
		change(to)
	}
}

// missingBinding is the example with the row of the Binding still to be made, by a step of its own.
func missingBinding(j Judgement) (Judgement, Plan) {
	b := bindRef("metrics-eth1")
	j.Host.Services[1].Bindings[1].Row = -1
	return j, Plan{Steps: []Step{{Kind: StepCreateBinding, Items: []Item{{Object: b, Part: PartBinding}}}}}
}

func TestSyncedFollowsThePlanAndItsResult(t *testing.T) {
	b := bindRef("metrics-eth1")
	synced := func(in *Input) {
		in.Bindings[0].Prior = []Condition{{Type: "Synced", True: true, ObservedGeneration: 2}}
	}
	for name, c := range map[string]struct {
		in     func(*Input)
		j      func(*Judgement)
		p      func(*Plan)
		r      Result
		want   string
		hold   bool
		others bool // the Service and the Host are synced all the same
	}{
		"a step that was not run leaves it pending": {
			want: "Synced false Pending not written yet", hold: true, others: true,
		},
		"a plan that waits for tokens is throttled": {
			r: Result{Waiting: "tokens"}, want: "Synced false Throttled waiting for the rate limit of Backend lab/default", hold: true, others: true,
		},
		"a plan that waits for its network says so": {
			r: Result{Waiting: "lock"}, want: "Synced false Pending waiting for another host of the same network", hold: true, others: true,
		},
		"a lost answer waits for a list": {
			r:    Result{Ran: true, Lost: true},
			want: "Synced false Pending the answer to a request was lost; a new list shows what came of it", hold: true, others: true,
		},
		"a step that was done is synced": {
			r: Result{Ran: true, Steps: []StepResult{done()}}, want: "Synced true Synced Scanopy shows what is declared", others: true,
		},
		"a refusal is told in the server's words": {
			r:    Result{Ran: true, Steps: []StepResult{failed("Terminal", ReasonBackendRejected, `the server says "no"`)}},
			want: `Synced false BackendRejected the server says "no"`, others: true,
		},
		"a refusal of several members at once is nobody's yet": {
			p:    func(p *Plan) { p.Steps[0].Items = append(p.Steps[0].Items, Item{Object: metricsRef()}) },
			r:    Result{Ran: true, Steps: []StepResult{failed("Terminal", ReasonBackendRejected, "no")}},
			want: "Synced false Pending the server refused a request that carries several items; each is tried by itself",
			hold: true,
		},
		"what comes after a step that broke off shares its reason": {
			p:    func(p *Plan) { p.Steps = append([]Step{{Kind: StepDeleteBinding}}, p.Steps...) },
			r:    Result{Ran: true, Steps: []StepResult{failed("Transient", ReasonBackendUnavailable, "no answer")}},
			want: "Synced false BackendUnavailable no answer", others: true,
		},
		"what comes after a refused step is tried again": {
			p:    func(p *Plan) { p.Steps = append([]Step{{Kind: StepDeleteBinding}}, p.Steps...) },
			r:    Result{Ran: true, Steps: []StepResult{failed("Terminal", ReasonBackendRejected, "no")}},
			want: "Synced false Pending an earlier request for the same host failed; tried again", hold: true, others: true,
		},
		"a row that the server's answer lacks is not there": {
			p:    func(p *Plan) { p.Steps[0].Kind = StepUpdateHost },
			r:    Result{Ran: true, Steps: []StepResult{done()}, After: &ObservedHost{ID: "host-id"}},
			want: "Synced false Pending not written yet", hold: true, others: true,
		},
		"a plan that is blocked says why": {
			p: func(p *Plan) {
				*p = Plan{Blocked: ReasonBackendUnavailable, BlockedMessage: "Backend lab/default is not ready"}
			},
			want: "Synced false BackendUnavailable Backend lab/default is not ready",
		},
		"what was synced stays so while nothing can be sent": {
			in: synced, j: func(j *Judgement) { j.Host.Services[1].Bindings[1].Row = 1 },
			p:    func(p *Plan) { *p = Plan{Blocked: ReasonBackendUnavailable} },
			want: "Synced true Synced Scanopy shows what is declared",
		},
		"a plan that is blocked for some leaves the others alone": {
			p: func(p *Plan) {
				*p = Plan{Blocked: ReasonPending, BlockedItems: p.Steps[0].Items}
			},
			want: "Synced false Pending waiting a moment for what is applied together with it", hold: true, others: true,
		},
		"what is refused is not written": {
			j: func(j *Judgement) {
				j.Findings = []Finding{{
					Item: Item{Object: b, Part: PartBinding}, Condition: Accepted, Reason: ReasonCrossHost, Detail: "no",
				}}
			},
			want: "Synced false CrossHost what is refused is not written, see Accepted", others: true,
		},
		"a refusal from before stands": {
			in: func(in *Input) {
				in.Rejected = []Rejection{{Item: Item{Object: b, Part: PartBinding}, Generation: 2, Message: "no such thing"}}
			},
			want: "Synced false BackendRejected no such thing", others: true,
		},
		"a duplicate waits for the other": {
			j: func(j *Judgement) {
				bindings := j.Host.Services[1].Bindings
				bindings[1].Outcome, bindings[1].By = OutcomeDuplicate, &Party{Item: bindings[0].Item}
			},
			p:    func(p *Plan) { p.Steps[0].Items = []Item{{Object: metricsRef(), Part: PartBinding}} },
			want: "Synced false Pending not written yet", hold: true,
		},
		"a Binding of a Service that is not written waits for it": {
			j: func(j *Judgement) {
				j.Findings = []Finding{{Item: Item{Object: metricsRef()}, Condition: Accepted, Reason: ReasonUnknownServiceDefinition, Detail: "no"}}
				j.Host.Services = j.Host.Services[:1]
			},
			p:    func(p *Plan) { *p = Plan{} },
			want: "Synced false DependencyNotReady Service metrics is not written (UnknownServiceDefinition)",
		},
		"what hangs on a paused Host is paused": {
			in: func(in *Input) { in.Host.Paused = true }, p: func(p *Plan) { *p = Plan{} },
			want: "Synced false Paused Host web-01 is paused; nothing is written",
		},
		"what goes through a paused Backend is paused": {
			in: func(in *Input) { in.Backend.Paused = true }, p: func(p *Plan) { *p = Plan{} },
			want: "Synced false Paused Backend lab/default is paused; nothing is written",
		},
		"what hangs on a Host that goes waits for that": {
			in: func(in *Input) { in.Host.Deleting = true }, p: func(p *Plan) { *p = Plan{} },
			j:    func(j *Judgement) { j.Host = Desired{} },
			want: "Synced false Deleting Host web-01 is being deleted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := exampleInput()
			j, p := missingBinding(exampleJudgement())
			changed(&in, c.in)
			changed(&j, c.j)
			changed(&p, c.p)
			all := Status(in, j, p, c.r)
			got := memberOf(t, all, b)
			if brief(conditionOf(t, got, Synced)) != c.want {
				t.Errorf("got  %s\nwant %s", brief(conditionOf(t, got, Synced)), c.want)
			}
			if got.Hold != c.hold {
				t.Errorf("hold is %v", got.Hold)
			}
			if c.others {
				wantSynced(t, all, hostRef(), metricsRef())
			}
		})
	}
}

func wantSynced(t *testing.T, all []MemberStatus, refs ...Ref) {
	t.Helper()
	for _, ref := range refs {
		if c := conditionOf(t, memberOf(t, all, ref), Synced); !c.True {
			t.Errorf("%s: %s", ref.Name, brief(c))
		}
	}
}

func TestAPausedObjectIsReadyIfItWasSyncedInThisGeneration(t *testing.T) {
	for name, c := range map[string]struct {
		prior int64
		want  bool
	}{"the same generation": {2, true}, "an older one": {1, false}} {
		t.Run(name, func(t *testing.T) {
			in, j := exampleInput(), exampleJudgement()
			j.Fate = Keep
			in.Host.Paused = true
			in.Host.Prior = []Condition{{Type: "Synced", True: true, ObservedGeneration: c.prior}}
			j.Findings = []Finding{{Item: Item{Object: hostRef()}, Condition: Synced, Status: true, Reason: ReasonPaused}}
			got := conditionOf(t, memberOf(t, Status(in, j, Plan{}, Result{}), hostRef()), Ready)
			if got.True != c.want || got.Reason != "Paused" || got.Message != "this Host is paused; nothing is written" {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestAHostThatWasMadeShowsItsIdsAtOnce(t *testing.T) {
	in, j := exampleInput(), exampleJudgement()
	in.Observed.Hosts = nil
	j.Target = Target{Index: -1}
	for i := range j.Host.Interfaces {
		j.Host.Interfaces[i].Row = -1
	}
	p := Plan{Creates: true, First: true, Steps: []Step{{Kind: StepCreateHost, Items: []Item{
		{Object: hostRef()}, {Object: hostRef(), Part: PartInterface}, {Object: hostRef(), Part: PartInterface, Index: 1},
	}}}}
	before := memberOf(t, Status(in, j, p, Result{Waiting: "tokens"}), hostRef())
	if before.ID != "" || before.Host.URL != "" || before.Host.Interfaces != nil || before.Host.Pin != (Pin{}) {
		t.Errorf("before: %q %+v", before.ID, before.Host)
	}
	r := Result{Ran: true, Steps: []StepResult{done()}, HostID: "new-id", After: &ObservedHost{
		ID: "new-id", Source: "Manual", Interfaces: []ObservedInterface{{ID: "if-0"}, {ID: "if-1"}},
	}}
	after := memberOf(t, Status(in, j, p, r), hostRef())
	if after.ID != "new-id" || after.Host.Source != "Manual" || len(after.Host.Interfaces) != 2 || after.Host.Pin != (Pin{"org", "net"}) {
		t.Errorf("after: %q %+v", after.ID, after.Host)
	}
	if after.Marks.Origin != OriginCreated || !conditionOf(t, after, Ready).True {
		t.Errorf("marks %+v, conditions %+v", after.Marks, after.Conditions)
	}
}

func TestTheIdOfAHostStandsUntilItIsKnownToBeGone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Input)
		want   string
	}{
		"not seen":                {func(in *Input) { in.Observed = Observed{} }, "old-id"},
		"not in the list":         {func(*Input) {}, "old-id"},
		"a GET answered with 404": {func(in *Input) { in.Observed.Confirmed = []string{"old-id"} }, ""},
		"led to another network":  {func(in *Input) { in.Host.Pinned, in.Host.AcceptBackend = Pin{"org", "old"}, "net" }, ""},
		"resolved to another one": {func(in *Input) { in.Host.Pinned = Pin{"org", "old"} }, "old-id"},
	} {
		t.Run(name, func(t *testing.T) {
			in := exampleInput()
			in.Host.PriorID = "old-id"
			c.change(&in)
			got := memberOf(t, Status(in, Judgement{Target: Target{Index: -1}}, Plan{}, Result{}), hostRef())
			if got.ID != c.want {
				t.Errorf("id is %q, want %q", got.ID, c.want)
			}
		})
	}
}

func TestTheMarkCreatingGoesWhenTheHostIsWhole(t *testing.T) {
	update, remove := []Step{{Kind: StepUpdateHost}}, []Step{{Kind: StepDeleteHost, HostID: "x"}}
	for name, c := range map[string]struct {
		p      Plan
		r      Result
		copies []string
		want   bool
	}{
		"nothing is left":                {want: true},
		"a step is left":                 {p: Plan{Steps: update}},
		"a half-made copy is left":       {p: Plan{Steps: remove}, copies: []string{"x"}},
		"it is written before copies go": {p: Plan{Steps: update}, r: Result{Steps: []StepResult{done()}}, copies: []string{"x"}},
		"the last half-made copy went":   {p: Plan{Steps: remove}, r: Result{Steps: []StepResult{done()}}, copies: []string{"x"}, want: true},
		"the last step was done":         {p: Plan{Steps: update}, r: Result{Steps: []StepResult{done()}}, want: true},
		"an answer was lost":             {r: Result{Lost: true}},
		"the plan is blocked":            {p: Plan{Blocked: ReasonPending}},
	} {
		t.Run(name, func(t *testing.T) {
			in := exampleInput()
			in.Host.Creating, in.Host.Origin = time.Unix(1, 0), OriginCreated
			j := exampleJudgement()
			j.Target.HalfMade = c.copies
			got := memberOf(t, Status(in, j, c.p, c.r), hostRef())
			if want := (Marks{ClearCreating: c.want}); got.Marks != want {
				t.Errorf("marks %+v", got.Marks)
			}
		})
	}
}

func TestTheOriginThatACrashLostIsWrittenWithTheNextStatus(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Input, *Judgement)
		want   string
	}{
		"of a creation that was under way": {func(_ *Input, j *Judgement) { j.Target.Origin = OriginCreated }, OriginCreated},
		"of a Host that left it":           {func(_ *Input, j *Judgement) { j.Target.Origin = "adopted:a" }, "adopted:a"},
		"on a paused Host too": {func(in *Input, j *Judgement) {
			in.Host.Paused, j.Fate, j.Target.Origin = true, Keep, OriginCreated
		}, OriginCreated},
		"that stands stays":                   {func(in *Input, j *Judgement) { in.Host.Origin, j.Target.Origin = "adopted:a", OriginCreated }, ""},
		"that nobody can tell is not made up": {func(*Input, *Judgement) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := exampleInput(), exampleJudgement()
			c.change(&in, &j)
			if got := memberOf(t, Status(in, j, Plan{}, Result{}), hostRef()); got.Marks != (Marks{Origin: c.want}) {
				t.Errorf("marks %+v", got.Marks)
			}
		})
	}
}

func TestMarksAreReadOnlyByTheObjectThatTheyAreOf(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	if got := ParseCreating(FormatCreating(at, "me"), "me"); !got.Equal(at) {
		t.Errorf("creating is %v", got)
	}
	if got := ParseCreating(FormatCreating(time.Time{}, "me"), "me"); got.IsZero() {
		t.Error("a network without hosts has a mark too")
	}
	for _, value := range []string{FormatCreating(at, "other"), "", "me", "nonsense me"} {
		if got := ParseCreating(value, "me"); !got.IsZero() {
			t.Errorf("%q is read as %v", value, got)
		}
	}
	if got := ParseOrigin(FormatOrigin("adopted:id", "me"), "me"); got != "adopted:id" {
		t.Errorf("origin is %q", got)
	}
	for _, value := range []string{FormatOrigin(OriginCreated, "other"), "", "created"} {
		if got := ParseOrigin(value, "me"); got != "" {
			t.Errorf("%q is read as %q", value, got)
		}
	}
}
