// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// Filter leaves of a plan what a policy allows.
func Filter(p Plan, policy Policy) Plan {
	if policy.ReadOnly {
		p = keepSteps(p, Step.reads)
	}
	if policy.NoDelete {
		p = keepSteps(p, Step.keepsRows)
	}
	return p
}

// keepSteps leaves out steps; the notes stay, for they say what would be done.
func keepSteps(p Plan, keep func(Step) bool) Plan {
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return !keep(s) })
	p.Creates = slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Kind == StepCreateHost })
	return p
}

// reads says that a step sends GET only.
func (s Step) reads() bool { return s.Kind == StepConfirmMissing }

// keepsRows says that a step removes no row.
func (s Step) keepsRows() bool {
	switch s.Kind {
	case StepConsolidate, StepDeleteBinding, StepDeleteInterface, StepDeletePort, StepDeleteService, StepDeleteHost:
		return false
	case StepUpdateHost:
		return !s.Edit.drops()
	}
	return true
}

// Writes says that a step of the plan sends more than GET.
func (p Plan) Writes() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return !s.reads() })
}

// drops says that an edit takes rows away.
func (e *Edit) drops() bool {
	return len(e.DropInterfaces)+len(e.DropPorts)+len(e.DropServices) > 0 ||
		slices.ContainsFunc(e.PutServices, func(s ServiceEdit) bool { return len(s.DropBindings) > 0 })
}
