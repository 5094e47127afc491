// SPDX-License-Identifier: Apache-2.0

package core

// standing says whose a backend host is that is the same machine as the declared one.
type standing uint8

const (
	standsAlone    standing = iota // nobody of ours: it would have to be adopted
	standsForGone                  // all its Host rows are of our instance and of objects that are gone or going
	standsForLost                  // like that, but of an object that may come back
	standsForOther                 // another instance's
	standsForHost                  // a live Host of ours has it
)

// locateMachine looks for the same machine. One whose objects are gone is ours without adoption; another one is told.
func (j *judge) locateMachine(candidates []int) int {
	var found []int
	var by []string
	for _, i := range candidates {
		h := &j.in.Observed.Hosts[i]
		same := j.sameRow(h)
		if same == "" {
			continue
		}
		if j.standingOf(h) == standsForGone {
			return i
		}
		found, by = append(found, i), append(by, same)
	}
	if len(found) > 0 {
		j.find(j.alreadyThere(found, by))
		j.hold("is in Scanopy already and not managed by it")
	}
	return -1
}

// alreadyThere tells of backend hosts that are the same machine and not ours.
func (j *judge) alreadyThere(found []int, by []string) Finding {
	f := Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonAlreadyExists}
	for k, i := range found {
		h := &j.in.Observed.Hosts[i]
		f.Parties = append(f.Parties, Party{ForeignKind: "host", ForeignName: h.Name, ForeignID: h.ID, ForeignSource: h.Source, Claim: by[k]})
	}
	if len(found) > 1 {
		f.Reason, f.Advice = ReasonAmbiguous, "set spec.externalID to the id of the one to manage"
		return f
	}
	switch j.standingOf(&j.in.Observed.Hosts[found[0]]) {
	case standsForOther:
		f.Reason, f.Advice = ReasonManagedElsewhere, "another installation of the operator manages it; let go of it there first"
	case standsForHost:
		f.Advice = "another Host manages it; declare by spec.consolidateInto that they are one, or take the address out of one"
	case standsForLost:
		f.Reason = ReasonDependencyNotReady
		f.Detail = "Scanopy has this machine with rows of an object that is missing in the cluster; it is taken over when that object is surely gone"
	}
	return f
}

// standingOf reads from the rows of a host whose it is.
func (j *judge) standingOf(h *ObservedHost) standing {
	if j.isHeld(h.ID) {
		return standsForHost
	}
	worst, gone := standsAlone, false
	eachRow(h, func(id string) {
		instance, owner, _, derived := ParseID(id)
		switch {
		case !derived:
			return
		case !j.isOurs(instance):
			worst = max(worst, standsForOther)
			return
		case j.memberBy(owner) != nil:
			return
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
	})
	if worst == standsAlone && gone {
		return standsForGone
	}
	return worst
}

// originOf says where a target comes from whose Host does not say it: the mark of a creation that was under way tells,
// the Host that leaves it, or that everything on it that a Host can own is ours.
func (j *judge) originOf(h *ObservedHost) string {
	if !j.in.Host.Creating.IsZero() {
		return OriginCreated
	}
	for _, n := range j.neighbours() {
		if n.Deleting && n.PriorID == h.ID {
			return n.Origin
		}
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
