// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// wait is why something is not in the backend as it is declared.
type wait struct {
	reason  Reason
	message string
}

// progress is what plan and result left undone, by item.
type progress struct {
	v       *view
	waits   map[Item]wait
	made    map[Item]StepKind // by the last step that was done for the item
	after   map[string]bool   // ids of the rows that the last answer showed; nil when none was seen
	blocked *wait             // for all items
	whole   bool              // nothing is left to do
}

func newProgress(v *view) *progress {
	s := &progress{v: v, waits: map[Item]wait{}, made: map[Item]StepKind{}, after: rowIDs(v.r.After), whole: true}
	failed := -1
	for i := range v.p.Steps {
		step := &v.p.Steps[i]
		if step.Kind == StepDeleteHost && v.j.Deletion == nil {
			// What broken creations left keeps nobody from being ready.
			s.whole = s.whole && i < len(v.r.Steps) && v.r.Steps[i].Done
			continue
		}
		switch {
		case i < len(v.r.Steps) && v.r.Steps[i].Done:
			for _, item := range step.Items {
				s.made[item] = step.Kind
			}
			continue
		case i < len(v.r.Steps) && v.r.Steps[i].Err != nil:
			s.fail(step, v.r.Steps[i].Err)
			failed = i
		default:
			s.add(step.Items, s.waiting(failed))
		}
		s.whole = false
	}
	s.block()
	return s
}

// add notes why items wait; the first reason stands.
func (s *progress) add(items []Item, w wait) {
	for _, item := range items {
		if _, ok := s.waits[item]; !ok {
			s.waits[item] = w
		}
	}
}

// fail notes what a step failed of. A refusal of several items at once says nothing of each: they are tried one by one.
func (s *progress) fail(step *Step, e *StepError) {
	w := wait{reason: e.Reason, message: e.Message}
	if e.Reason == ReasonBackendRejected && len(step.Items) > 1 && !s.v.in.Isolate {
		w = wait{
			reason:  ReasonPending,
			message: "the server refused a request that carries several items; each is tried by itself",
		}
	}
	if w.message == "" {
		w.message = "the server did not take it"
	}
	s.add(step.Items, w)
}

// waiting is why a step that was not tried waits. failed is the step before it that failed, -1 if none did.
func (s *progress) waiting(failed int) wait {
	r := s.v.r
	if failed >= 0 {
		if e := r.Steps[failed].Err; e.Class != "Terminal" {
			return wait{reason: e.Reason, message: e.Message}
		}
		return wait{reason: ReasonPending, message: "an earlier request for the same host failed; tried again"}
	}
	switch {
	case r.Lost:
		return wait{
			reason:  ReasonPending,
			message: "the answer to a request was lost; a new list shows what came of it",
		}
	case r.Replan:
		return wait{reason: ReasonPending, message: "Scanopy changed meanwhile; judged again"}
	case r.Waiting == "tokens" || (r.Ran && len(r.Steps) > 0):
		return wait{
			reason: ReasonThrottled, message: "waiting for the rate limit of " + s.v.backendName(),
		}
	case r.Waiting == "lock":
		return wait{reason: ReasonPending, message: "waiting for another host of the same network"}
	case r.Waiting == "list":
		return wait{reason: ReasonPending, message: "waiting for a new list of the network"}
	case r.Waiting == "batch":
		return wait{reason: ReasonDeleting, message: "waiting for what is deleted together with it"}
	}
	return wait{reason: ReasonPending, message: "not written yet"}
}

// block notes what the plan, or the backend, says of those that wait.
func (s *progress) block() {
	p, b := s.v.p, &s.v.in.Backend
	w := wait{reason: p.Blocked, message: p.BlockedMessage}
	switch {
	case p.Blocked != "":
	case p.NeedList:
		w = wait{reason: ReasonPending, message: "waiting for a new list of the network"}
	case b.Found && b.Reason != "" && len(p.Steps) == 0:
		w = wait{reason: Reason(b.Reason), message: b.Message}
	default:
		return
	}
	if w.message == "" {
		w.message = blockedText(w.reason)
	}
	s.whole = false
	if len(p.BlockedItems) > 0 {
		s.add(p.BlockedItems, w)
		return
	}
	s.blocked = &w
}

func blockedText(r Reason) string {
	switch r {
	case ReasonPending:
		return "waiting a moment for what is applied together with it"
	case ReasonDependencyNotReady:
		return "waiting for something that has to be written first"
	}
	return "nothing can be sent to the backend"
}

// of is why an object waits: the first of its items that failed, else the first that waits; nil when nothing is left.
func (s *progress) of(object Ref, items []Item) *wait {
	var first *wait
	for _, item := range items {
		w, ok := s.waits[item]
		if !ok {
			continue
		}
		if path := item.String(); path != "" && s.v.r.failedAlone(s.v.p, item) {
			w.message = path + ": " + w.message
		}
		if first == nil || (isInterimReason(first.reason) && !isInterimReason(w.reason)) {
			first = &w
		}
	}
	if first == nil && s.blocked != nil && !(s.v.stands(object)) {
		first = s.blocked
	}
	return first
}

// failedAlone says that a step which only this item of its object was in failed.
func (r *Result) failedAlone(p *Plan, item Item) bool {
	for i := range r.Steps {
		if i >= len(p.Steps) || r.Steps[i].Err == nil || !slices.Contains(p.Steps[i].Items, item) {
			continue
		}
		for _, other := range p.Steps[i].Items {
			if other.Object == item.Object && other != item {
				return false
			}
		}
		return true
	}
	return false
}

// exists says that the row of an item is in the backend, as far as the last answer shows.
func (s *progress) exists(item Item, row desiredRow) bool {
	if row.row >= 0 || s.after[row.id] {
		return true
	}
	kind, ok := s.made[item]
	if !ok {
		return false
	}
	return s.after == nil || (kind != StepCreateHost && kind != StepUpdateHost)
}

// rowIDs are the ids of all children of a host.
func rowIDs(h *ObservedHost) map[string]bool {
	if h == nil {
		return nil
	}
	out := map[string]bool{}
	for _, id := range h.RowIDs() {
		out[id] = true
	}
	return out
}

// backendName is how a message names the backend.
func (v *view) backendName() string {
	if name := v.in.Backend.Display; name != "" && !strings.Contains(name, ",") {
		return name
	}
	return "the backend"
}
