// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

// newReconciler remembers, and has a clock that stands still.
func newReconciler() (*Reconciler, *clocktesting.FakeClock) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return &Reconciler{Ledger: ledger.New(c), Clock: c}, c
}

// groupOf is the group of a Host that stays, or goes.
func groupOf(deleting bool) *gather.Group {
	meta := coretest.MetaOf(core.KindHost, "web", 0)
	meta.Deleting = deleting
	g := &gather.Group{Input: core.Input{Root: meta.Ref, Host: &core.HostDecl{Meta: meta, Name: "web"}}, Host: &v1alpha1.Host{}}
	if deleting {
		now := metav1.Now()
		g.Host.DeletionTimestamp = &now
	}
	return g
}

func stepError(class fault.Class, reason core.Reason) *core.StepError {
	return &core.StepError{Class: string(class), Reason: reason, Message: "the server said no"}
}

func TestWhoIsWokenComesBackByItselfOnlyAfterAChangeOrAFailure(t *testing.T) {
	update, remove := core.Step{Kind: core.StepUpdateHost}, core.Step{Kind: core.StepDeleteHost, HostID: "h1"}
	done, failed := core.StepResult{Done: true}, core.StepResult{Err: stepError(fault.Transient, core.ReasonUnreachable)}
	for name, c := range map[string]struct {
		before   int // failures in a row
		deleting bool
		step     core.Step
		out      core.Result
		want     time.Duration
	}{
		"what was written is looked at once more": {0, false, update, core.Result{Ran: true, Steps: []core.StepResult{done}}, time.Millisecond},
		"who waits for tokens is woken":           {0, false, update, core.Result{Waiting: "tokens"}, 0},
		"who waits amid a plan is woken, too":     {0, false, update, core.Result{Ran: true, Waiting: "tokens", Steps: []core.StepResult{done}}, 0},
		"a 429 is a wait and no failure":          {0, false, update, core.Result{Ran: true, Waiting: "tokens", Steps: []core.StepResult{failed}}, 0},
		"a failure is tried again after a second": {0, false, update, core.Result{Ran: true, Steps: []core.StepResult{failed}}, time.Second},
		"the third after four":                    {2, false, update, core.Result{Ran: true, Steps: []core.StepResult{failed}}, 4 * time.Second},
		"the hundredth after five minutes":        {99, false, update, core.Result{Ran: true, Steps: []core.StepResult{failed}}, 5 * time.Minute},
		"a plan that holds no more is made anew":  {0, false, update, core.Result{Ran: true, Replan: true}, 10 * time.Millisecond},
		"but not for ever at that pace":           {3, false, update, core.Result{Ran: true, Replan: true}, 80 * time.Millisecond},
		"a deletion in the batch is woken":        {0, true, remove, core.Result{Ran: true, Waiting: apply.WaitingBatch}, 0},
		"half-made ones beside a host that stays": {0, false, remove, core.Result{Ran: true, Steps: []core.StepResult{done}}, time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := newReconciler()
			g := groupOf(c.deleting)
			for range c.before {
				r.Ledger.Failed(g.Input.Root)
			}
			if got := r.after(g, core.Plan{Steps: []core.Step{c.step}}, c.out); got != c.want {
				t.Errorf("after %v", got)
			}
		})
	}
	t.Run("nothing to do is nothing to come back for", func(t *testing.T) {
		r, _ := newReconciler()
		if got := r.after(groupOf(false), core.Plan{}, core.Result{Ran: true}); got != 0 {
			t.Errorf("after %v", got)
		}
	})
}

func TestADeletionThatFailedIsTriedAgainAtItsOwnPace(t *testing.T) {
	r, c := newReconciler()
	g := groupOf(true)
	p := core.Plan{Steps: []core.Step{{Kind: core.StepDeleteHost, HostID: "h1"}}}
	r.Ledger.Fail(g.Input.Root, stepError(fault.Terminal, core.ReasonHostHasDaemon))
	if got := r.after(g, p, core.Result{Ran: true}); got != 5*time.Second {
		t.Errorf("after %v", got)
	}
	c.Step(3 * time.Second)
	if got := r.after(g, p, core.Result{Ran: true}); got != 2*time.Second {
		t.Errorf("after %v", got)
	}
}

func TestNobodyIsBlamedTheFirstTimeThatTheServerFailsAtAWrite(t *testing.T) {
	for name, c := range map[string]struct {
		err  *core.StepError
		want core.Reason
	}{
		"a 500 in the server's words is read again first": {stepError(fault.Transient, core.ReasonBackendRejected), core.ReasonPending},
		"a 400 is the answer":                             {stepError(fault.Terminal, core.ReasonBackendRejected), core.ReasonBackendRejected},
		"an outage is nobody's fault anyway":              {stepError(fault.Transient, core.ReasonUnreachable), core.ReasonUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			out := core.Result{Steps: []core.StepResult{{Done: true}, {Err: c.err}}}
			excuse(&out)
			if got := out.Steps[1].Err; got.Reason != c.want || got.Class != c.err.Class || out.Steps[0].Err != nil {
				t.Errorf("told: %+v", got)
			}
		})
	}
}

func TestAGroupWhoseBackendWasNotAskedYetIsToldWhenSomebodyWaitsForAFirstStatus(t *testing.T) {
	for name, c := range map[string]struct {
		started time.Duration
		edit    func(*core.HostDecl)
		want    bool
	}{
		"not before the first list may be there":   {firstStatus - 1, func(h *core.HostDecl) { h.PriorObservedGeneration = -1 }, false},
		"nobody has judged it":                     {firstStatus, func(h *core.HostDecl) { h.PriorObservedGeneration = -1 }, true},
		"it was edited since":                      {firstStatus, func(h *core.HostDecl) { h.Generation, h.PriorObservedGeneration = 3, 2 }, true},
		"what was judged before keeps its status":  {firstStatus, func(h *core.HostDecl) { h.PriorObservedGeneration = h.Generation }, false},
		"one that goes with its namespace is told": {firstStatus, goesWithNamespace, true},
		"one that goes by itself keeps its status, too": {firstStatus, func(h *core.HostDecl) {
			goesWithNamespace(h)
			h.NamespaceDeleting = false
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r, clock := newReconciler()
			clock.Step(c.started)
			g := groupOf(false)
			c.edit(g.Input.Host)
			if got := r.mayTellUnready(g); got != c.want {
				t.Errorf("may tell: %v", got)
			}
		})
	}
}

func goesWithNamespace(h *core.HostDecl) {
	h.Deleting, h.NamespaceDeleting, h.PriorObservedGeneration = true, true, h.Generation
}

func TestWhatAFailureSaysOfTheBackend(t *testing.T) {
	for name, c := range map[string]struct {
		err  *core.StepError
		want bool
	}{
		"an outage":                     {stepError(fault.Transient, core.ReasonBackendUnavailable), true},
		"a token that is refused":       {stepError(fault.Auth, core.ReasonAuthenticationFailed), true},
		"a write that is not permitted": {stepError(fault.Auth, core.ReasonPermissionDenied), true},
		"a pause that it asks for":      {stepError(fault.Throttled, core.ReasonThrottled), true},
		"what the server refuses":       {stepError(fault.Terminal, core.ReasonBackendRejected), false},
		"what changed meanwhile":        {stepError(fault.Transient, core.ReasonPending), false},
		"a daemon":                      {stepError(fault.Terminal, core.ReasonHostHasDaemon), false},
	} {
		if got := isConnection(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// learned runs learn on a plan of one step and says what is remembered and who was woken.
func learned(step core.Step, out core.Result) (refused []core.Rejection, isolate bool, woken []string) {
	r, _ := newReconciler()
	r.WakeBackend = func(key string) { woken = append(woken, key) }
	g := groupOf(false)
	g.BackendKey = "Backend/lab/default"
	r.learn(g, core.Judgement{}, core.Plan{Steps: []core.Step{step}}, out)
	refused, _ = r.Ledger.Refused(g.Input.Root)
	return refused, r.Ledger.Isolate(g.Input.Root), woken
}

func TestWhatIsLearnedOfARun(t *testing.T) {
	web, edge := core.Item{Object: coretest.MetaOf(core.KindHost, "web", 0).Ref}, core.Item{Object: coretest.MetaOf(core.KindService, "edge", 0).Ref}
	failed := func(e *core.StepError) core.Result {
		return core.Result{Ran: true, Steps: []core.StepResult{{Err: e}}}
	}
	type memory struct {
		Refused []core.Item
		Isolate bool
		Woken   []string
	}
	for name, c := range map[string]struct {
		items []core.Item
		kind  core.StepKind
		out   core.Result
		want  memory
	}{
		"a refusal of one member is that member's": {[]core.Item{edge}, core.StepUpdateHost,
			failed(stepError(fault.Terminal, core.ReasonBackendRejected)), memory{Refused: []core.Item{edge}}},
		"a refusal of several is nobody's yet: they are written one by one": {[]core.Item{web, edge}, core.StepUpdateHost,
			failed(stepError(fault.Terminal, core.ReasonBackendRejected)), memory{Isolate: true}},
		"a merge that a daemon is in the way of is the member's": {[]core.Item{web}, core.StepConsolidate,
			failed(stepError(fault.Terminal, core.ReasonHostHasDaemon)), memory{Refused: []core.Item{web}}},
		"an outage wakes the Backend": {[]core.Item{web}, core.StepUpdateHost,
			failed(stepError(fault.Transient, core.ReasonUnreachable)), memory{Woken: []string{"Backend/lab/default"}}},
		"a conflict says nothing": {[]core.Item{web}, core.StepUpdateHost,
			failed(stepError(fault.Transient, core.ReasonPending)), memory{}},
	} {
		t.Run(name, func(t *testing.T) {
			refused, isolate, woken := learned(core.Step{Kind: c.kind, Items: c.items}, c.out)
			got := memory{Isolate: isolate, Woken: woken}
			for i := range refused {
				got.Refused = append(got.Refused, refused[i].Item)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestARunThatLeavesNothingOpenEndsWhatAFailureBegan(t *testing.T) {
	web, edge := core.Item{Object: coretest.MetaOf(core.KindHost, "web", 0).Ref}, core.Item{Object: coretest.MetaOf(core.KindService, "edge", 0).Ref}
	p := core.Plan{Steps: []core.Step{{Kind: core.StepUpdateHost, Items: []core.Item{web, edge}}}}
	failed := core.Result{Ran: true, Steps: []core.StepResult{{Err: stepError(fault.Terminal, core.ReasonBackendRejected)}}}
	done := core.Result{Ran: true, Steps: []core.StepResult{{Done: true}}}
	for name, c := range map[string]struct {
		plan core.Plan
		out  core.Result
		want bool // it is still written step by step
	}{
		"all of it was written":        {p, done, false},
		"nothing is left to write":     {core.Plan{}, core.Result{Ran: true}, false},
		"the rest waits for tokens":    {p, core.Result{Ran: true, Waiting: "tokens", Steps: done.Steps}, true},
		"the plan did not hold":        {p, core.Result{Ran: true, Replan: true, Steps: done.Steps}, true},
		"an answer was lost":           {p, core.Result{Ran: true, Lost: true, Steps: done.Steps}, true},
		"the plan is blocked for some": {core.Plan{Steps: p.Steps, Blocked: core.ReasonPending}, done, true},
		"it failed again":              {p, failed, true},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := newReconciler()
			g := groupOf(false)
			r.learn(g, core.Judgement{}, p, failed)
			if !r.Ledger.Isolate(g.Input.Root) {
				t.Fatal("a refusal of several has nothing written step by step")
			}
			r.learn(g, core.Judgement{}, c.plan, c.out)
			if got := r.Ledger.Isolate(g.Input.Root); got != c.want {
				t.Errorf("step by step: %v", got)
			}
		})
	}
}
