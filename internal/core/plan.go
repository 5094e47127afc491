// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// ComputePlan orders the requests that make the backend what a judgement wants, as few as are safe. A plan without
// steps and without Blocked says that the group has converged.
func ComputePlan(in Input, j Judgement, policy Policy) Plan {
	if in.Host != nil && in.Host.Observes && j.Deletion == nil {
		in, j, policy.ReadOnly = asManaged(in), Judge(asManaged(in)), true
	}
	return Filter(computePlan(in, j, policy), policy)
}

// asManaged is the input as it were if a Host that is only observed were managed: its plan says what would be written.
func asManaged(in Input) Input {
	host := *in.Host
	host.Observes, in.Backend.Paused = false, false
	in.Host, in.Quiet, in.Isolate = &host, true, false
	return in
}

func computePlan(in Input, j Judgement, policy Policy) Plan {
	switch {
	case in.Backend.Reason != "":
		return Plan{Blocked: Reason(in.Backend.Reason), BlockedMessage: in.Backend.Message}
	case !in.Observed.Known:
		return Plan{Blocked: ReasonPending, BlockedMessage: "the inventory has not been read yet"}
	case j.Deletion != nil && j.Deletion.Action == DeleteHost:
		return planDeletion(in, j)
	case j.Deletion != nil && j.Deletion.Action == ReleaseHost:
		return Plan{}
	case j.Fate != Write && j.Deletion == nil:
		return Plan{}
	case j.Target.NeedList:
		return Plan{NeedList: true, Blocked: ReasonPending,
			BlockedMessage: "a list must show what came of the last attempt to create the host"}
	case j.Target.Confirm != "":
		return planConfirmation(j)
	case j.Deletion != nil:
		return Plan{}
	}
	return planHost(in, j, policy)
}

// planDeletion hands the hosts to the batch and sends nothing else: what hangs on them goes with them.
func planDeletion(in Input, j Judgement) Plan {
	if !in.MayDelete {
		return Plan{}
	}
	p := Plan{}
	for _, id := range j.Deletion.HostIDs {
		p.Steps = append(p.Steps, Step{Kind: StepDeleteHost, HostID: id, Items: []Item{{Object: in.Root}}})
	}
	if len(p.Steps) > 0 {
		p.Notes = []Note{{Item: Item{Object: in.Root}, Text: "host " + in.Root.Name + ": deleted"}}
	}
	return p
}

func planConfirmation(j Judgement) Plan {
	return Plan{
		Steps:   []Step{{Kind: StepConfirmMissing, HostID: j.Target.Confirm, Items: []Item{j.Host.Item}}},
		Blocked: ReasonPending, BlockedMessage: "the list lacks the host; only a 404 on its id says that it is gone",
	}
}

// planHost plans the target, or a new host where there is none.
func planHost(in Input, j Judgement, policy Policy) Plan {
	creates := j.Target.HostID == "" || j.Target.Index < 0
	if creates && (j.Target.HostID != "" || j.Host.Fate != Write) {
		return Plan{}
	}
	if wait := first(in, creates, creates || j.Target.Adopts, policy); wait.Blocked != "" {
		return wait
	}
	missing := missingSteps(&j.Host)
	if len(missing) > 0 && !policy.ReadOnly {
		return Plan{Steps: missing, First: creates, Notes: missingNotes(missing), Blocked: ReasonDependencyNotReady,
			BlockedMessage: "subnets or tags are created first"}
	}
	var p Plan
	if creates {
		p = planCreation(in, j)
	} else {
		p = planUpdate(in, j, policy)
	}
	if j.Target.Adopts {
		p = p.adopting(&in.Observed.Hosts[j.Target.Index], j.Host.Item)
	}
	p.Notes = append(missingNotes(missing), p.Notes...)
	return p
}

// first is what has to come to pass before the group is written: a moment of quiet where it was never written before, the
// Backend's finalizer, and a young list before a host is created. Blocked is empty when nothing has.
func first(in Input, creates, isNew bool, policy Policy) Plan {
	b := &in.Backend
	switch {
	case isNew && !in.Quiet:
		return Plan{First: true, Blocked: ReasonPending, BlockedMessage: "waiting for a moment without changes before the first write"}
	case policy.ReadOnly:
	case !b.Held && !b.Deleting:
		return Plan{First: creates, Blocked: ReasonPending, BlockedMessage: "waiting until " + b.Display + " is held"}
	case creates && !in.Observed.MarkFresh:
		return Plan{NeedList: true, First: true, Blocked: ReasonPending,
			BlockedMessage: "the inventory is read once more before the host is created"}
	}
	return Plan{}
}

// adopting marks a plan as the one by which a backend host that was there before is taken over.
func (p Plan) adopting(h *ObservedHost, item Item) Plan {
	p.Adopts, p.First = h.ID, true
	p.Notes = append([]Note{{Item: item, Text: "host " + tellHost(h, "") + ": adopted"}}, p.Notes...)
	return p
}

// planUpdate plans a host that exists; when it is whole, half-made copies of it go.
func planUpdate(in Input, j Judgement, policy Policy) Plan {
	if len(j.Target.Merges) > 0 {
		return planMerge(in, j, policy)
	}
	base, changes := differences(in, j)
	if len(changes) == 0 {
		return planLeftovers(in, j)
	}
	r := restraintOf(in, policy)
	r.torn = findTorn(base, changes)
	send, held := r.hold(changes, base)
	p := Plan{}
	if len(held) > 0 {
		p.Blocked, p.BlockedMessage = r.reason()
		p.BlockedItems = itemsOf(held)
	}
	if len(send) == 0 {
		return p
	}
	p.Notes = newVocabulary(in, &j.Host, base).notesOf(send)
	b := stepBuilder{base: base, isolate: in.Isolate || r.torn != nil}
	p.Steps = b.steps(send)
	return p
}

// differences are those of the target from what is wanted.
func differences(in Input, j Judgement) (*ObservedHost, []change) {
	base := &in.Observed.Hosts[j.Target.Index]
	if j.Target.United == nil {
		return base, computeChanges(in, j, base)
	}
	m := newMerger(in, j)
	return base, m.changes(m.made())
}

// planLeftovers deletes the hosts that broken creations left, once the target is whole, as long as they are what they were.
func planLeftovers(in Input, j Judgement) Plan {
	p := Plan{}
	if !in.MayDelete {
		return p
	}
	for _, id := range j.Target.HalfMade {
		at := slices.IndexFunc(in.Observed.Hosts, func(h ObservedHost) bool { return h.ID == id })
		p.Steps = append(p.Steps, Step{Kind: StepDeleteHost, HostID: id, Items: []Item{j.Host.Item}, Base: &in.Observed.Hosts[at]})
	}
	if len(p.Steps) > 0 {
		p.Notes = []Note{{Item: j.Host.Item, Text: "half-made copies of the host: deleted"}}
	}
	return p
}
