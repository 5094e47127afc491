// SPDX-License-Identifier: Apache-2.0

package host

import (
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
)

// decide judges and plans. What the plan finds undone is remembered, and judged with that once more: a field that is
// undone too often is left alone.
func (r *Reconciler) decide(in *core.Input) (core.Judgement, core.Plan) {
	in.Undone = core.StillUndone(*in)
	j := core.Judge(*in)
	p := core.ComputePlan(*in, j, core.Policy{})
	complete := p.Blocked == "" && !p.NeedList && in.Observed.Known && in.Host != nil
	if !r.Ledger.Undone(in.Root, core.Undoings(*in, p), complete) {
		return j, p
	}
	in.Undone, _ = r.Ledger.Undoings(in.Root)
	in.Undone = core.StillUndone(*in)
	j = core.Judge(*in)
	return j, core.ComputePlan(*in, j, core.Policy{})
}

// wrote remembers what was wanted when all of it was last written, or seen to be there. What is left alone for now is to
// be known again when it is not any more.
func (r *Reconciler) wrote(group *gather.Group, j core.Judgement, out core.Result, whole bool) {
	in := &group.Input
	switch {
	case j.Fate != core.Write || in.Host == nil || in.Host.Deleting:
	case whole && out.HostID == "" && j.Target.HostID == "":
	case whole && in.IsDisputed():
	case whole || len(out.Steps) > 0:
		r.Ledger.Wrote(in.Root, j.Host.Sum(), whole)
	}
}

// repaired notes the fields that are as declared again.
func (r *Reconciler) repaired(key core.Ref, p core.Plan, out core.Result) {
	for _, n := range core.Repairs(p, out) {
		r.Ledger.Repaired(key, n.Item, n.Field)
		if r.CountRepair != nil {
			r.CountRepair(n)
		}
	}
}
