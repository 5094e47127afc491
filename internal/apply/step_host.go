// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// do runs one step.
func (x *run) do(ctx context.Context, i int) outcome {
	step := &x.work.Plan.Steps[i]
	switch step.Kind {
	case core.StepCreateSubnet:
		return x.createSubnet(ctx, i, step)
	case core.StepCreateTag:
		return x.createTag(ctx, i, step)
	case core.StepConfirmMissing:
		return x.confirmMissing(ctx, i, step)
	case core.StepCreateHost:
		return x.createHost(ctx, i, step)
	case core.StepUpdateHost:
		return x.updateHost(ctx, i, step)
	case core.StepConsolidate:
		return x.consolidate(ctx, i, step)
	case core.StepDeleteHost:
		return x.deleteCopy(ctx, i, step)
	}
	return x.row(ctx, i, step)
}

// deleteCopy deletes what a broken creation left, if it is what it was when that was judged: somebody may use it by now.
// Who refuses it blames nobody of the group.
func (x *run) deleteCopy(ctx context.Context, i int, step *core.Step) outcome {
	if step.Base == nil {
		return refused(fault.Terminal, core.ReasonInternalError, "a group's own host is deleted by the batch")
	}
	_, fresh, out := x.get(ctx, i, step.HostID)
	if out.stop {
		return out
	}
	if isOther(*step.Base, fresh) {
		x.store.Put(x.work.Network, fresh)
		return x.replan()
	}
	err := x.work.Client.DeleteHost(ctx, step.HostID)
	if err == nil || scanopy.IsNotFound(err) {
		x.store.Delete(x.work.Network, step.HostID)
		return done()
	}
	if mayHaveWritten(err) {
		x.relist(err)
	}
	out = x.failed(i, err)
	if isRefusal(err) || scanopy.HasReason(err, scanopy.DaemonHost) {
		out.Err.Reason = core.ReasonPending
	}
	return out
}

// confirmMissing asks for a host that the list lacks. Only a 404 says that it is gone.
func (x *run) confirmMissing(ctx context.Context, i int, step *core.Step) outcome {
	_, fresh, out := x.get(ctx, i, step.HostID)
	switch {
	case !out.stop:
		x.store.Put(x.work.Network, fresh)
		return x.replan()
	case !x.result.Replan:
		return out
	}
	x.result.Replan = false
	return x.finished(i+1 < len(x.work.Plan.Steps))
}

// get reads a host. When it stops the run, the host could not be read or, with Replan, is not there.
func (x *run) get(ctx context.Context, i int, id string) (scanopy.Host, core.ObservedHost, outcome) {
	host, err := x.work.Client.GetHost(ctx, id)
	switch {
	case scanopy.IsNotFound(err):
		x.store.ConfirmGone(x.work.Network, id)
		return host, core.ObservedHost{}, x.replan()
	case err != nil:
		return host, core.ObservedHost{}, x.failed(i, err)
	case host.NetworkID != x.work.Network.Network:
		return host, core.ObservedHost{}, refused(fault.Waiting, core.ReasonBackendChanged, "the backend host is in another network now")
	}
	seen := snapshot.Observe(host)
	return host, seen, done()
}

func (x *run) createHost(ctx context.Context, i int, step *core.Step) outcome {
	if x.work.BeforeCreate != nil {
		newest := time.Unix(0, 0).UTC()
		if view, ok := x.store.View(x.work.Network); ok {
			newest = view.NewestCreated()
		}
		if err := x.work.BeforeCreate(ctx, newest); err != nil {
			return refused(fault.Transient, core.ReasonPending, "the Host could not be marked before its creation")
		}
	}
	host, err := x.work.Client.CreateHost(ctx, creationOf(*step.Create))
	if err != nil {
		return x.creationFailed(i, err)
	}
	x.wroteHost(host)
	return x.finished(len(core.Compare(*step.Create, *x.result.After)) == 0)
}

// creationFailed: a POST that failed may have left the host, or a part of it.
func (x *run) creationFailed(i int, err error) outcome {
	if mayHaveWritten(err) {
		x.result.Lost = true
		mark := x.relist(err)
		if x.work.Lost != nil {
			x.work.Lost(mark)
		}
	}
	return x.failed(i, err)
}

// wroteHost takes the answer to a write of a whole host.
func (x *run) wroteHost(host scanopy.Host) {
	got := snapshot.Observe(host)
	x.store.Wrote(x.work.Network, got)
	x.result.HostID, x.result.After = got.ID, &got
}

// updateHost reads, merges and writes. Nothing comes between.
func (x *run) updateHost(ctx context.Context, i int, step *core.Step) outcome {
	read, fresh, out := x.read(ctx, i, step)
	if out.stop {
		return out
	}
	base := x.base(step)
	if (base != nil && !holds(step, base, fresh, *step.Edit)) || (x.mergesAfter(i) && step.Base != nil && isOther(*step.Base, fresh)) {
		x.store.Put(x.work.Network, fresh)
		return x.replan()
	}
	write := core.MergeEdit(fresh, *step.Edit)
	host, err := x.work.Client.UpdateHost(ctx, step.HostID, updateOf(write, read))
	switch {
	case err == nil && step.Aside:
		got := snapshot.Observe(host)
		x.store.Wrote(x.work.Network, got)
		x.aside = got.ID
		return x.finished(len(core.Compare(write, got)) == 0)
	case err == nil:
		x.wroteHost(host)
		return x.finished(len(core.Compare(write, *x.result.After)) == 0)
	case scanopy.HasReason(err, scanopy.LockConflict):
		x.store.Put(x.work.Network, fresh)
		return x.replan()
	}
	x.doubt(ctx, step.HostID, err)
	return x.failed(i, err)
}

// holds says that an edit may still be sent to a host as it is now. What hangs on the rows that it drops is compared with
// what the plan knew: answers and lists since may have shown more, which nobody has judged.
func holds(step *core.Step, base *core.ObservedHost, fresh core.ObservedHost, e core.Edit) bool {
	return core.Rests(*base, fresh, e) && (step.Base == nil || !core.HangsNew(*step.Base, fresh, e))
}

// base is what the plan was made from, with what this run has written since.
func (x *run) base(step *core.Step) *core.ObservedHost {
	if !x.wrote {
		return step.Base
	}
	if view, ok := x.store.View(x.work.Network); ok {
		if h, ok := view.Host(step.HostID); ok {
			return &h
		}
	}
	return step.Base
}

// doubt sees to it that the snapshot is right again after a write that may have worked in part: the host is read again
// if the server is there and a token is, else the network is listed. It says whether the host is other than it was held
// to be.
func (x *run) doubt(ctx context.Context, hostID string, err error) (changed bool) {
	if !mayHaveWritten(err) && !isRefusal(err) {
		return false
	}
	if !isRefusal(err) || !x.lease.Take() {
		x.relist(err)
		return false
	}
	host, err := x.work.Client.GetHost(ctx, hostID)
	if scanopy.IsNotFound(err) {
		x.store.ConfirmGone(x.work.Network, hostID)
		return true
	}
	if err != nil {
		x.store.Dirty(x.work.Network)
		return false
	}
	fresh := snapshot.Observe(host)
	changed = x.differs(fresh)
	x.store.Put(x.work.Network, fresh)
	if hostID == x.result.HostID {
		x.result.After = &fresh
	}
	return changed
}

// relist sees to a list of the hosts; if the server failed at what the write holds, to one of subnets and tags too: a
// row that it names may be gone.
func (x *run) relist(err error) snapshot.Mark {
	if !scanopy.HasReason(err, scanopy.WriteFailed) {
		return x.store.Dirty(x.work.Network)
	}
	mark := x.store.Renew(x.work.Network)
	if x.work.Broke != nil {
		x.work.Broke(mark)
	}
	return mark
}

// differs says whether a host is other than the snapshot has it.
func (x *run) differs(fresh core.ObservedHost) bool {
	view, known := x.store.View(x.work.Network)
	if !known {
		return true
	}
	old, held := view.Host(fresh.ID)
	return !held || isOther(old, fresh)
}

// isOther compares a host with what it was. Times don't count: the answer to a write shows more of them than a later one.
func isOther(old, fresh core.ObservedHost) bool {
	fresh.CreatedAt, fresh.Version = old.CreatedAt, old.Version
	return !snapshot.Same(old, fresh)
}

func (x *run) createSubnet(ctx context.Context, i int, step *core.Step) outcome {
	row, err := x.work.Client.CreateSubnet(ctx, scanopy.SubnetCreate{
		NetworkID: x.work.Network.Network, Name: step.Subnet, CIDR: step.Subnet,
	})
	if err != nil {
		return x.failed(i, err)
	}
	x.store.PutSubnet(x.work.Network, snapshot.ObserveSubnet(row))
	return x.finished(x.isMissing(i + 1))
}

func (x *run) createTag(ctx context.Context, i int, step *core.Step) outcome {
	row, err := x.work.Client.CreateTag(ctx, scanopy.TagCreate{OrganizationID: x.work.Pin.OrganizationID, Name: step.Tag})
	switch {
	case scanopy.HasReason(err, scanopy.Conflict):
		x.store.Renew(x.work.Network)
		return refused(fault.Transient, core.ReasonDependencyNotReady, "the tag "+quoted(step.Tag)+" was made by somebody else meanwhile")
	case err != nil:
		return x.failed(i, err)
	}
	x.store.PutTag(x.work.Network, snapshot.ObserveTag(row))
	return x.finished(x.isMissing(i + 1))
}

// isMissing says whether step i makes a subnet or tag, too. What comes after those needs their ids: it is judged again.
func (x *run) isMissing(i int) bool {
	steps := x.work.Plan.Steps
	return i < len(steps) && (steps[i].Kind == core.StepCreateSubnet || steps[i].Kind == core.StepCreateTag)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `'`) + `"` }
