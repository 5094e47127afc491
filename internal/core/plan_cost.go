// SPDX-License-Identifier: Apache-2.0

package core

// Priority is the order in which plans get their tokens.
type Priority int

// The priorities, first come first.
const (
	PriorityEdit   Priority = iota // edits and deletions
	PriorityCreate                 // creations
	PriorityResync                 // repairs of drift
)

// Requests is how many requests a step sends by itself: the deletion of a group's host goes through the batch.
func (s Step) Requests() int {
	switch s.Kind {
	case StepUpdateHost:
		if s.Follows {
			return 1
		}
		return 2
	case StepConsolidate:
		if s.Target != nil {
			return 3
		}
		return 2
	case StepDeleteInterface, StepDeletePort, StepDeleteService:
		return 2
	case StepDeleteHost:
		if s.Base != nil {
			return 2
		}
		return 0
	}
	return 1
}

// Requests is how many tokens a plan needs.
func (p Plan) Requests() int { return requestsOf(p.Steps) }

func requestsOf(steps []Step) int {
	n := 0
	for i := range steps {
		n += steps[i].Requests()
	}
	return n
}

// Priority says whether a plan is an edit, a creation or a repair.
func (p Plan) Priority() Priority {
	if p.First || p.Creates {
		return PriorityCreate
	}
	for i := range p.Steps {
		if p.Steps[i].Kind == StepConfirmMissing {
			return PriorityCreate
		}
	}
	if len(p.Notes) == 0 {
		return PriorityEdit
	}
	for i := range p.Notes {
		if !p.Notes[i].Repair {
			return PriorityEdit
		}
	}
	return PriorityResync
}
