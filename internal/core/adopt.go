// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// standing says whose a backend host is that is the same machine as the declared one.
type standing uint8

const (
	standsAlone    standing = iota // nobody of ours: it would have to be adopted
	standsForGone                  // all its Host rows are of our instance and of objects that are gone or going
	standsForLost                  // like that, but of an object that may come back
	standsForOther                 // another instance's
	standsForHost                  // a live Host of ours has it
)

// locateMachine looks for the same machine. One whose objects are gone is ours without adoption; another one is adopted
// if the Host's policy says so, or told.
func (j *judge) locateMachine(candidates []int) int {
	var found []int
	var by []string
	for _, i := range candidates {
		h := &j.in.Observed.Hosts[i]
		same := j.sameRow(h)
		if same == "" || j.isAbsorbed(h.ID) {
			continue
		}
		if m := j.keptPart(h); m != nil {
			j.find(Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonDependencyNotReady,
				Detail: "Scanopy has this machine as the host of Host " + m.meta.Ref.Name + ", which " + m.why})
			j.hold("is in Scanopy as the host of another one")
			return -1
		}
		if j.isLeftAlone(h) {
			return -1
		}
		if j.standingOf(h) == standsForGone {
			return i
		}
		found, by = append(found, i), append(by, same)
	}
	switch {
	case len(found) == 0:
		return -1
	case len(found) == 1 && j.in.Host.Adopts && j.standingOf(&j.in.Observed.Hosts[found[0]]) == standsAlone:
		return j.adopt(found[0], by[0])
	}
	j.find(j.alreadyThere(found, by))
	j.hold("is in Scanopy already and not managed by it")
	return -1
}

// isLeftAlone leaves a backend host to the Host that is being deleted with it, if this one only observes: nobody would delete
// it if such a Host had it.
func (j *judge) isLeftAlone(h *ObservedHost) bool {
	leaver := j.leaverOf(h)
	if leaver == nil || !j.in.Host.Observes {
		return false
	}
	whose := "a Host in another namespace"
	if leaver.Ref.Namespace == j.in.Host.Ref.Namespace {
		whose = "Host " + leaver.Ref.Name
	}
	j.find(Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonDependencyNotReady,
		Detail: "Scanopy has this machine as the host of " + whose + ", which is being deleted"})
	j.hold("is in Scanopy as the host of another one")
	return true
}

// locateExternal takes the backend host that spec.externalID names, unless it is somebody's.
func (j *judge) locateExternal(candidates []int) int {
	id := j.in.Host.ExternalID
	at := slices.IndexFunc(candidates, func(i int) bool { return j.in.Observed.Hosts[i].ID == id })
	if at < 0 {
		j.find(Finding{Item: j.hostItem(), Condition: ResolvedRefs, Reason: ReasonHostNotFound,
			Detail: "spec.externalID: the network has no host with the id " + id,
			Advice: "correct it; it is not made under another id"})
		j.hold("names a host that is not in Scanopy")
		return -1
	}
	i := candidates[at]
	if j.isLeftAlone(&j.in.Observed.Hosts[i]) {
		return -1
	}
	switch j.standingOf(&j.in.Observed.Hosts[i]) {
	case standsForGone:
		return i
	case standsAlone:
		return j.adopt(i, "")
	}
	f := j.alreadyThere([]int{i}, []string{""})
	if f.Reason == ReasonAlreadyExists {
		f.Condition = Accepted
	}
	j.find(f)
	j.hold("names a host in Scanopy that somebody else manages")
	return -1
}

// adopt takes a backend host over that is nobody's, where the backend lets its users adopt.
func (j *judge) adopt(i int, by string) int {
	if !j.in.Backend.NoAdoption {
		j.out.Target.Adopts = true
		return i
	}
	h := &j.in.Observed.Hosts[i]
	detail := j.in.Backend.Display + " does not let Hosts adopt, and Scanopy has " + tellHost(h, by) + " already"
	j.find(Finding{Item: j.hostItem(), Condition: Accepted, Reason: ReasonRefNotPermitted, Detail: detail,
		Advice: "ask its owner to set spec.allow.adoption, or to delete that host"})
	j.hold("may not adopt the host that is in Scanopy already")
	return -1
}

// tellHost names a backend host: `"nas" (id 7be…, Discovery) with the same interface 10.20.0.50`.
func tellHost(h *ObservedHost, by string) string {
	return tellFound(Party{ForeignName: h.Name, ForeignID: h.ID, ForeignSource: h.Source, Claim: by})
}

// alreadyThere tells of backend hosts that are the same machine and not ours.
func (j *judge) alreadyThere(found []int, by []string) Finding {
	f := Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonAlreadyExists}
	for k, i := range found {
		f.Parties = append(f.Parties, j.foundHost(&j.in.Observed.Hosts[i], by[k]))
	}
	if len(found) > 1 {
		f.Reason = ReasonAmbiguous
		f.Advice = "set spec.externalID to the id of the one to manage, and list in spec.absorb those to merge into it"
		return f
	}
	h := &j.in.Observed.Hosts[found[0]]
	switch j.standingOf(h) {
	case standsForOther:
		f.Reason, f.Advice = ReasonManagedElsewhere, "another installation of the operator manages it; let go of it there first"
	case standsForHost:
		return j.heldThere(f, h, by[0])
	case standsForLost:
		f.Reason = ReasonDependencyNotReady
		f.Detail = "Scanopy has this machine with rows of an object that is missing in the cluster; it is taken over when that object is surely gone"
	case standsAlone, standsForGone:
		if j.in.Backend.NoAdoption {
			f.Advice = "delete it there, or ask the owner of " + j.in.Backend.Display + " to set spec.allow.adoption"
		}
	}
	return f
}

// foundHost is a backend host by what Scanopy shows of it, unless a Host of another namespace has it.
func (j *judge) foundHost(h *ObservedHost, by string) Party {
	if j.standingOf(h) == standsForHost && j.holderOf(h).Namespace != j.in.Host.Ref.Namespace {
		return Party{ForeignKind: "host", Claim: by}
	}
	return Party{ForeignKind: "host", ForeignName: h.Name, ForeignID: h.ID, ForeignSource: h.Source, Claim: by}
}

// heldThere tells of a backend host that another Host has. What a Host of another namespace has is not shown.
func (j *judge) heldThere(f Finding, h *ObservedHost, by string) Finding {
	ref, advice := j.holderOf(h), "take the address out of one of them"
	if by == "" {
		advice = "correct spec.externalID"
	}
	if ref.Namespace != j.in.Host.Ref.Namespace {
		f.Parties = nil
		f.Detail = "a Host in another namespace manages this machine in Scanopy"
		f.Advice = advice
		return f
	}
	f.Detail = "Scanopy has " + tellHost(h, by) + ", which Host " + ref.Name + " manages"
	f.Advice = "declare by spec.consolidateInto that they are one, or " + advice
	return f
}

// holderOf is the live Host that has a backend host; zero if nobody can tell.
func (j *judge) holderOf(h *ObservedHost) Ref {
	if ref, held := j.in.Observed.HeldBy[h.ID]; held {
		return ref
	}
	for _, n := range j.neighbours() {
		if n.PriorID == h.ID && !n.Deleting {
			return n.Ref
		}
	}
	for _, id := range h.RowIDs() {
		owner, isOurs := j.ownerOf(id)
		fact := j.in.Owners[owner]
		if isOurs && fact.Ref.Kind == KindHost && (fact.State == OwnerAlive || fact.State == OwnerElsewhere) {
			return fact.Ref
		}
	}
	return Ref{}
}

// standingOf reads from the rows of a host whose it is.
func (j *judge) standingOf(h *ObservedHost) standing {
	if j.isHeld(h.ID) {
		return standsForHost
	}
	worst, gone := standsAlone, j.isLeft(h.ID)
	for _, id := range h.RowIDs() {
		instance, owner, _, derived := ParseID(id)
		switch {
		case !derived:
			continue
		case !j.isOurs(instance):
			worst = max(worst, standsForOther)
			continue
		case j.memberBy(owner) != nil:
			continue
		}
		fact, known := j.in.Owners[owner]
		switch {
		case !known || fact.State == OwnerMissing:
			worst = max(worst, standsForLost)
		case fact.State == OwnerGone, j.isGoing(fact.Ref):
			gone = gone || fact.Ref.Kind == KindHost || fact.Ref == (Ref{})
		case fact.Ref.Kind == KindHost:
			worst = max(worst, standsForHost)
		}
	}
	if worst == standsAlone && gone {
		return standsForGone
	}
	return worst
}

// isLeft says that a Host which is being deleted leaves its backend host.
func (j *judge) isLeft(id string) bool {
	return slices.ContainsFunc(j.in.Neighbours, func(n HostDecl) bool { return n.Deleting && n.PriorID == id })
}

// originOf says where a target comes from whose Host does not say it: the mark of a creation that was under way tells,
// the Host that leaves it, or that everything on it that a Host can own is ours.
func (j *judge) originOf(h *ObservedHost) string {
	if !j.in.Host.Creating.IsZero() {
		return OriginCreated
	}
	if n := j.leaverOf(h); n != nil {
		return n.Origin
	}
	if j.standingOf(h) != standsForGone || h.Source != "Manual" {
		return ""
	}
	for i := range h.Interfaces {
		if _, isOurs := j.ownerOf(h.Interfaces[i].ID); !isOurs {
			return ""
		}
	}
	return OriginCreated
}

// leaverOf is the Host which is being deleted and leaves its backend host; nil if there is none.
func (j *judge) leaverOf(h *ObservedHost) *HostDecl {
	for _, n := range j.neighbours() {
		if n.Deleting && n.PriorID == h.ID {
			return n
		}
	}
	return nil
}
