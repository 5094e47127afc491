// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

const mergeHosts = "PUT /api/v1/hosts/{id}/consolidate/{other}"

// two are two hosts that the server has, and the step that merges the second into the first.
func (b *bench) two() (target, other core.ObservedHost, step core.Step) {
	b.t.Helper()
	target, other = b.hostOnServer(), b.hostOnServer()
	return target, other, core.Step{Kind: core.StepConsolidate, HostID: target.ID, Other: other.ID, Base: &other}
}

func TestAMergeReadsTheOtherHostAndItsAnswerServesTheNextUpdate(t *testing.T) {
	b := newBench(t, plenty)
	target, other, merge := b.two()
	rest := rename(target, "both")
	rest.Follows = true
	res := b.run(merge, rest)
	b.sent(getHost, mergeHosts, putHost)
	if len(res.Steps) != 2 || !res.Steps[1].Done || res.HostID != target.ID || res.After.Name != "both" || len(res.After.Interfaces) != 4 {
		t.Errorf("%+v", res)
	}
	b.agrees(target.ID)
	if !b.view().Lacks(other.ID) || !b.view().Confirmed(other.ID) {
		t.Error("the other host is held to be there")
	}
}

func TestAHostThatHasChangedIsNotMergedAwayBeforeItIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	_, other, merge := b.two()
	b.addPort(other.ID, 9100)
	b.server.ResetLog()
	res := b.run(merge)
	b.sent(getHost)
	if !res.Replan || res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
	b.agrees(other.ID)
}

func TestAHostThatHasChangedIsNotMergedIntoBeforeItIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	target, other, merge := b.two()
	merge.Target = &target
	b.addPort(target.ID, 9100)
	b.server.ResetLog()
	if res := b.run(merge); !res.Replan || res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
	b.sent(getHost)
	b.agrees(target.ID)
	merge.Base = &other
	b.server.ResetLog()
	if res := b.run(merge); !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
	b.sent(getHost, getHost, mergeHosts)
}

func TestAStepBesideTheTargetIsNotAboutTheTarget(t *testing.T) {
	b := newBench(t, plenty)
	target, other, merge := b.two()
	early := rename(other, "given up")
	early.Aside = true
	res := b.run(early, merge)
	b.sent(getHost, putHost, mergeHosts)
	if res.HostID != target.ID || res.After.ID != target.ID {
		t.Errorf("%+v", res)
	}
}

func TestAHostThatGivesSomethingUpForAMergeIsNotWrittenIfItHasChanged(t *testing.T) {
	for name, aside := range map[string]bool{"the one that is merged away": true, "the one that stays": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			target, other, merge := b.two()
			changed := target
			if aside {
				changed = other
			}
			b.addPort(changed.ID, 9100) // what hangs on it the merge may drop, and nobody has noted it
			b.server.ResetLog()
			early := rename(changed, "given up")
			early.Aside = aside
			if res := b.run(early, merge); !res.Replan || res.Steps[0].Done {
				t.Errorf("%+v", res)
			}
			b.sent(getHost)
			b.agrees(changed.ID)
		})
	}
}

func TestWhatAMergeDropsIsNotedRightBeforeIt(t *testing.T) {
	b := newBench(t, plenty)
	_, _, merge := b.two()
	work := b.work("a", merge)
	work.Plan.Remember = []core.Remembered{{From: merge.Other}}
	work.BeforeMerge = func(context.Context) error {
		b.sent(getHost)
		return errors.New("somebody was faster")
	}
	if res := b.Run(t.Context(), work); res.Steps[0].Done || res.Steps[0].Err == nil {
		t.Errorf("%+v", res)
	}
	b.sent(getHost)
	noted := 0
	work.BeforeMerge = func(context.Context) error { noted++; return nil }
	if res := b.Run(t.Context(), work); !res.Steps[0].Done || noted != 1 {
		t.Errorf("%+v, noted %d times", res, noted)
	}
	b.sent(getHost, getHost, mergeHosts)
}

func TestAMergeWhoseAnswerWasLostIsSeenInTheNextList(t *testing.T) {
	b := newBench(t, plenty)
	_, other, merge := b.two()
	b.fault(emulator.Fault{Method: http.MethodPut, Path: "/consolidate/", When: "after", Cut: true})
	if res := b.run(merge); res.Steps[0].Done || res.Steps[0].Err == nil || res.After != nil {
		t.Errorf("%+v", res)
	}
	if !b.refresh().Lacks(other.ID) {
		t.Error("the other host is held to be there")
	}
}
