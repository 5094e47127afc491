// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// consolidate merges another host into the target. What the server would drop was foretold from the snapshot, so that if
// one of the two has changed since, it is judged again first.
func (x *run) consolidate(ctx context.Context, i int, step *core.Step) outcome {
	x.merged = nil
	read := make([]string, 0, 2)
	if step.Target != nil {
		read = append(read, step.HostID)
	}
	if x.aside != step.Other {
		read = append(read, step.Other)
	}
	for _, id := range read {
		_, fresh, out := x.get(ctx, i, id)
		if out.stop {
			return out
		}
		if x.differs(fresh) {
			x.store.Put(x.work.Network, fresh)
			return x.replan()
		}
	}
	if len(x.work.Plan.Remember) > 0 && x.work.BeforeMerge != nil && !x.noted {
		if err := x.work.BeforeMerge(ctx); err != nil {
			return refused(fault.Transient, core.ReasonPending, "what the merge drops could not be noted on the Host before")
		}
		x.noted = true
	}
	host, err := x.work.Client.ConsolidateHosts(ctx, step.HostID, step.Other)
	switch {
	case err == nil:
		x.store.Delete(x.work.Network, step.Other)
		x.wroteHost(host)
		x.merged = &host
		return done()
	case scanopy.HasReason(err, scanopy.DaemonHost):
	case scanopy.IsNotFound(err):
		x.store.Dirty(x.work.Network)
		return x.replan()
	default: // interfaces and ports may have moved, and some of the services
		x.relist(err)
	}
	return x.failed(i, err)
}

// mergesAfter says that a merge follows step i, for which what the server drops was foretold: a host that is written before
// it is not read again.
func (x *run) mergesAfter(i int) bool {
	return slices.ContainsFunc(x.work.Plan.Steps[i+1:], func(s core.Step) bool { return s.Kind == core.StepConsolidate })
}

// read shows the host that a step changes: by a GET, or by the answer to the merge right before it.
func (x *run) read(ctx context.Context, i int, step *core.Step) (scanopy.Host, core.ObservedHost, outcome) {
	if merged := x.merged; step.Follows && merged != nil {
		x.merged = nil
		return *merged, snapshot.Observe(*merged), done()
	}
	return x.get(ctx, i, step.HostID)
}
