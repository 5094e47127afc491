// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// run is one run of a plan.
type run struct {
	*Runner

	work   Work
	lease  *registry.Lease
	result core.Result
	// merged is the target as the merge before this step left it; aside is another host that this run has written last.
	merged *scanopy.Host
	aside  string
	// noted says that what the merges drop was remembered.
	noted bool
	// wrote says that a step of this run has changed the host.
	wrote bool
}

// outcome is what became of a step.
type outcome struct {
	core.StepResult

	// stop ends the run.
	stop bool
}

// done: go on.
func done() outcome { return outcome{StepResult: core.StepResult{Done: true}} }

// steps runs the steps in order.
func (x *run) steps(ctx context.Context) {
	x.result.Ran = true
	steps := x.work.Plan.Steps
	for i := range steps {
		if ctx.Err() != nil {
			break
		}
		if !x.pay(i) {
			x.result.Waiting = WaitingTokens
			break
		}
		if isTarget(&steps[i]) {
			x.result.HostID = steps[i].HostID
		}
		// A request that is cut off leaves its outcome unknown, so that it is better to wait for it; its own timeout is.
		out := x.do(context.WithoutCancel(ctx), i)
		x.result.Steps = append(x.result.Steps, out.StepResult)
		x.wrote = x.wrote || out.Done
		if out.stop {
			break
		}
	}
	x.conclude()
}

// isTarget says that a step names the backend host of the group.
func isTarget(s *core.Step) bool {
	return s.HostID != "" && !s.Aside && s.Kind != core.StepDeleteHost && s.Kind != core.StepConfirmMissing
}

// conclude fills in what the whole run has shown.
func (x *run) conclude() {
	if x.result.After != nil || !x.wrote || x.result.HostID == "" {
		return
	}
	if view, ok := x.store.View(x.work.Network); ok {
		if h, ok := view.Host(x.result.HostID); ok {
			x.result.After = &h
		}
	}
}

// pay takes the tokens of a step. Without them the key waits at the limiter.
func (x *run) pay(i int) bool {
	steps := x.work.Plan.Steps
	for isNew := i == 0; ; isNew = true {
		need := steps[i].Requests() - x.savedTokens()
		if x.take(need) {
			x.save(0)
			return true
		}
		// A lease that is new and still too small: the burst has no more.
		if isNew && x.lease.Left() < need && x.lease.Take() {
			x.save(x.savedTokens() + 1)
		}
		x.lease.Release()
		lease, ok := x.Runner.lease(x.work, x.rest(i))
		if !ok {
			return false
		}
		x.lease = lease
	}
}

// rest is what the steps from i on need.
func (x *run) rest(i int) (n int) {
	for _, s := range x.work.Plan.Steps[i:] {
		n += s.Requests()
	}
	return n
}

// take takes all of n tokens or, but for the case that the server has just refused everything, none.
func (x *run) take(n int) bool {
	if n > 1 && x.lease.Left() < n {
		return false
	}
	for range n {
		if !x.lease.Take() {
			return false
		}
	}
	return true
}

func (x *run) savedTokens() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.saved[x.work.Key]
}

func (x *run) save(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n == 0 {
		delete(x.saved, x.work.Key)
		return
	}
	x.saved[x.work.Key] = n
}

// failed ends the run with an error. After a 429 the key waits for tokens.
func (x *run) failed(i int, err error) outcome {
	if scanopy.HasReason(err, scanopy.RateLimited) {
		x.result.Waiting = WaitingTokens
		x.lease.Release()
		if lease, ok := x.Runner.lease(x.work, max(1, x.rest(i))); ok {
			lease.Release()
		}
	}
	return outcome{StepResult: core.StepResult{Err: Fault(err)}, stop: true}
}

// refused ends the run with an error in our own words.
func refused(class fault.Class, reason core.Reason, message string) outcome {
	return outcome{StepResult: core.StepResult{Err: &core.StepError{Class: string(class), Reason: reason, Message: message}}, stop: true}
}

// replan ends the run: the plan rests on what is no longer so.
func (x *run) replan() outcome {
	x.result.Replan = true
	return outcome{stop: true}
}

// finished goes on, or ends the run if the rest must be judged again.
func (x *run) finished(isWhole bool) outcome {
	out := done()
	if !isWhole {
		x.result.Replan = true
		out.stop = true
	}
	return out
}
