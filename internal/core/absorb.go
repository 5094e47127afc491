// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
)

// absorb lists the backend hosts that spec.absorb of a Host names. One that is not there any more is done.
func (j *judge) absorb(m *member, candidates []int) {
	for k, id := range m.host.Absorb {
		item := Item{Object: m.meta.Ref, Part: PartAbsorb, Index: k}
		i := j.candidate(candidates, id)
		if i >= 0 && !j.out.Target.has(i) && j.mayAbsorb(item, m, i) && j.mayMove(item, m, i) {
			j.out.Target.merge(item, i)
		}
	}
}

func (j *judge) candidate(candidates []int, id string) int {
	at := slices.IndexFunc(candidates, func(i int) bool { return j.in.Observed.Hosts[i].ID == id })
	if at < 0 {
		return -1
	}
	return candidates[at]
}

// mayAbsorb says that nobody has a backend host; who has it is told, unless it is somebody of another namespace.
func (j *judge) mayAbsorb(item Item, m *member, i int) bool {
	h := &j.in.Observed.Hosts[i]
	f := Finding{Item: item, Condition: Accepted, Reason: ReasonInUse}
	stands := j.standingOf(h)
	switch {
	case stands == standsForHost:
		f.Detail, f.Advice = "a Host in another namespace manages that host", "take the id out"
		if ref := j.holderOf(h); ref.Namespace == m.meta.Ref.Namespace {
			f.Detail = "Host " + ref.Name + " manages that host"
			f.Advice = "declare by spec.consolidateInto of that Host that they are one, or take the id out"
		}
	case stands == standsForOther:
		f.Reason, f.Detail = ReasonManagedElsewhere, "another installation of the operator manages that host"
		f.Advice = "let go of it there first, or take the id out"
	case stands == standsForLost:
		f.Condition, f.Reason = Synced, ReasonDependencyNotReady
		f.Detail = "that host has rows of an object that is missing in the cluster; it is merged when that object is surely gone"
	case j.in.Backend.NoAdoption && stands != standsForGone:
		f.Reason, f.Detail = ReasonRefNotPermitted, j.in.Backend.Display+" does not let Hosts take over hosts that were there before"
		f.Advice = "ask its owner to set spec.allow.adoption, or take the id out"
	default:
		return true
	}
	j.find(f)
	return false
}

// mayMove says that the server lets a backend host be merged away, as far as that is known.
func (j *judge) mayMove(item Item, m *member, i int) bool {
	r := j.rejection(item, m.meta.Generation)
	if !j.in.Observed.Hosts[i].Daemon && (r == nil || r.Reason != ReasonHostHasDaemon) {
		return !j.isRejected(item, m.meta.Generation)
	}
	j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonHostHasDaemon,
		Detail: "a daemon runs on that host, which can't be merged into another",
		Advice: "make it the one that stays: set spec.externalID to its id on a new Host, and absorb the other there"})
	return false
}

// isAbsorbed says that a Host of the group names a backend host in spec.absorb.
func (j *judge) isAbsorbed(id string) bool {
	for _, k := range j.hosts {
		if m := &j.members[k]; m.fate != Withdraw && slices.Contains(m.host.Absorb, id) {
			return true
		}
	}
	return false
}

// locateAbsorbed adopts, for a Host that has no backend host, the first that it absorbs; one with a daemon comes first, for
// it can't be merged into another.
func (j *judge) locateAbsorbed(candidates []int) int {
	var found []int
	for _, k := range j.hosts {
		m := &j.members[k]
		for n, id := range m.host.Absorb {
			item := Item{Object: m.meta.Ref, Part: PartAbsorb, Index: n}
			i := j.candidate(candidates, id)
			if i >= 0 && m.fate == Write && j.mayAbsorb(item, m, i) {
				found = append(found, i)
			}
		}
	}
	if len(found) == 0 {
		return -1
	}
	slices.SortStableFunc(found, func(a, b int) int {
		return cmp.Compare(rankOfDaemon(&j.in.Observed.Hosts[a]), rankOfDaemon(&j.in.Observed.Hosts[b]))
	})
	if j.standingOf(&j.in.Observed.Hosts[found[0]]) != standsAlone {
		return found[0] // what our own objects left
	}
	return j.adopt(found[0], "")
}

func rankOfDaemon(h *ObservedHost) int {
	if h.Daemon {
		return 0
	}
	return 1
}
