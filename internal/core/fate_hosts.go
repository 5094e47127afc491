// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// judgeChain tells of a root that leads somewhere itself: to a Host that is not there, or round in a circle.
func (j *judge) judgeChain() {
	h := j.in.Host
	switch {
	case j.in.Cycle:
		j.findCycle()
		j.hold("is consolidated into itself by others")
	case h.TargetMissing:
		j.find(Finding{Item: j.hostItem(), Condition: ResolvedRefs, Reason: ReasonHostNotFound,
			Detail: "spec.consolidateInto: Host " + h.ConsolidateInto + " does not exist"})
		j.root.fate, j.root.why = Keep, "is to be part of a Host that does not exist"
	}
}

// findCycle tells every Host of a group whose chains have no end.
func (j *judge) findCycle() {
	names := make([]string, 0, len(j.hosts))
	for i := range j.members {
		if h := j.members[i].host; h != nil && !h.Deleting {
			names = append(names, h.Ref.Name+" into "+h.ConsolidateInto)
		}
	}
	for _, k := range j.hosts {
		if m := &j.members[k]; !m.meta.Deleting {
			j.find(Finding{Item: Item{Object: m.meta.Ref}, Condition: Accepted, Reason: ReasonConsolidationCycle,
				Detail: "consolidateInto leads round in a circle: " + enumerate(distinct(names)), Advice: "take it out of one of them"})
		}
	}
}

// judgeConsolidated gives the other Hosts of the group their own verdicts. One that can't be merged stays as it is, with
// all on it; the others are one with the root.
func (j *judge) judgeConsolidated() {
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		switch {
		case m.meta.Deleting:
			m.fate, m.why = Withdraw, "is being deleted"
		case j.in.Cycle:
			m.fate, m.why = Keep, "is consolidated into itself by others"
		case !j.mayMerge(m):
			m.fate = Keep
		default:
			j.find(Finding{Item: Item{Object: m.meta.Ref}, Condition: Accepted, Status: true, Reason: ReasonConsolidated,
				Parties: []Party{{Item: j.hostItem()}}})
		}
	}
}

// mayMerge says that nothing keeps a Host from being one with the root; what does is told.
func (j *judge) mayMerge(m *member) bool {
	h, item := m.host, Item{Object: m.meta.Ref}
	pin := effectivePin(j.in.Backend.Pin, h)
	switch {
	case h.Mismatch || (pin.NetworkID != "" && j.pin.NetworkID != "" && pin.NetworkID != j.pin.NetworkID):
		j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonNetworkMismatch,
			Detail: "spec.consolidateInto: Host " + j.in.Host.Ref.Name + " is in another network or backend",
			Advice: "give both the same backendRef and network, or take consolidateInto out"})
		m.why = "is in another network"
	case j.hasDaemon(m):
		j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonHostHasDaemon,
			Detail: "a daemon runs on its host in Scanopy, which can't be merged into another",
			Advice: "declare it the other way round: consolidateInto " + h.Ref.Name + " on Host " + j.in.Host.Ref.Name})
		m.why = "runs a daemon and can't be merged into another Host"
	case h.Observes:
		j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonInvalid,
			Detail: "spec.consolidateInto: a Host that is only observed (managementPolicy: ObserveOnly) is not merged",
			Advice: "take one of the two out"})
		m.why = becauseObserved
	case j.isDuplicate(m):
		m.why = "is the same machine as another Host"
	case j.isRejected(item, h.Generation):
		m.why = j.whyKept(item, h.Generation)
	case h.Paused:
		j.findPaused(item)
		m.why = becausePaused
	default:
		return true
	}
	return false
}

// hasDaemon says that the backend host of a Host runs a daemon, as the server said or shows.
func (j *judge) hasDaemon(m *member) bool {
	if r := j.rejection(Item{Object: m.meta.Ref}, m.meta.Generation); r != nil && r.Reason == ReasonHostHasDaemon {
		return true
	}
	for i := range j.in.Observed.Hosts {
		if o := &j.in.Observed.Hosts[i]; o.Daemon && o.ID == m.host.PriorID && j.in.Host.PriorID != "" && o.ID != j.in.Host.PriorID {
			return true
		}
	}
	return false
}

// remaining names the Hosts that are still consolidated into the root, for a root that is being deleted.
func (j *judge) remaining() string {
	var names []string
	if j.in.Cycle {
		return ""
	}
	for _, k := range j.hosts[1:] {
		if m := &j.members[k]; !m.meta.Deleting && !m.host.Mismatch {
			names = append(names, m.meta.Ref.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	if len(names) == 1 {
		return "Host " + names[0] + " is"
	}
	return "Hosts " + enumerate(names) + " are"
}

// goesWithHost gives a Service the fate of its Host, if that is not one with the root: because it can't be merged, or
// because it is being deleted.
func (j *judge) goesWithHost(m *member) bool {
	host, item := &j.members[j.hostOf(m.service)], Item{Object: m.meta.Ref}
	switch {
	case host == j.root || host.fate == Write:
		return false
	case host.fate == Withdraw:
		j.findGoing(item, host.meta.Ref)
		m.fate, m.why = Withdraw, "is on a Host that is being deleted"
	default:
		if !j.in.Cycle { // else the whole group waits
			j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDependencyNotReady,
				Detail: "Host " + nameFor(m.meta.Ref, host.meta.Ref) + " " + host.why})
		}
		m.fate, m.why = Keep, "is on a Host that "+host.why
	}
	return true
}
