// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// locate finds the backend host of the group, in a fixed order: by status.id, by rows, by externalID, as the same machine.
func (j *judge) locate() {
	t, h := &j.out.Target, j.in.Host
	t.Index = -1
	if !j.known() {
		t.HostID = h.PriorID
		return
	}
	candidates := j.candidates()
	i, merged := j.findOwn(candidates)
	if i < 0 && merged != "" {
		j.findMerged(j.in.Observed.HeldBy[merged])
	}
	if i < 0 && !j.held {
		i = j.locateUnknown(candidates)
	}
	if i < 0 {
		t.IsOthers = j.isOthers(h.PriorID)
		j.locateMissing()
		return
	}
	t.Index, t.HostID = i, j.in.Observed.Hosts[i].ID
	j.target = &j.in.Observed.Hosts[i]
	switch {
	case t.Origin != "": // that of the Host which was made part of this one
	case t.Adopts || j.isAnother(t.HostID):
		t.Origin = FormatAdopted(t.HostID)
	case h.Origin == "":
		t.Origin = j.originOf(j.target)
	}
	j.locateMerges(candidates)
	if j.in.Observed.Settled && !j.held {
		for _, c := range j.halfMade(candidates) {
			if c != i {
				t.HalfMade = append(t.HalfMade, j.in.Observed.Hosts[c].ID)
			}
		}
	}
}

// findMerged tells of a backend host that has rows of the Host and is another one's: because the server merged them, or
// because the Host was part of that one until now.
func (j *judge) findMerged(by Ref) {
	if into := j.in.Host.PriorInto; into != "" && by.Name == into && by.Namespace == j.in.Host.Ref.Namespace {
		j.find(Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonDependencyNotReady,
			Detail: "its rows are still on the host of Host " + into + ", which it was part of; it is made when that has let go of them",
			Advice: "if that lists interfaces of it in status.retained, remove in Scanopy what others have bound to them"})
		j.hold(becauseParting)
		return
	}
	advice := "set spec.consolidateInto to that Host, or delete one of them"
	if by.Namespace != j.in.Host.Ref.Namespace {
		advice = "delete one of them"
	}
	j.find(Finding{Item: j.hostItem(), Condition: Synced, Reason: ReasonMergedInBackend, Parties: []Party{{Item: Item{Object: by}}},
		Advice: advice})
	j.hold("is merged into another host in Scanopy")
}

// becauseParting holds a Host whose rows are on the host that it was part of.
const becauseParting = "waits for its rows on the host that it was part of"

// isAnother says that a backend host is not the one that status.id names, or that was made, though it has the group's
// rows: the server merged ours into one that was there before. One that was made for a Host which leaves it is none of
// these; once that is gone nothing is beyond doubt.
func (j *judge) isAnother(id string) bool {
	h := j.in.Host
	i := slices.IndexFunc(j.in.Observed.Hosts, func(o ObservedHost) bool { return o.ID == id })
	if i < 0 || h.PriorID == id || j.moved {
		return false
	}
	o := &j.in.Observed.Hosts[i]
	leaver := j.leaverOf(o)
	switch {
	case isChildless(o) || (leaver != nil && leaver.Origin == OriginCreated):
		return false
	case h.PriorID == "":
		return !h.Creating.IsZero() && j.wasThere(o)
	}
	return !j.isSharedID(h.PriorID) && !isMadeAnew(h, o)
}

// wasThere says that a backend host cannot be what a creation for the Host has made, nor that after a discovery of it,
// which leaves the name and the interfaces as they are.
func (j *judge) wasThere(o *ObservedHost) bool {
	h := j.in.Host
	isFound := o.Name == h.Name && len(o.Interfaces) > 0 && !slices.ContainsFunc(o.Interfaces, func(i ObservedInterface) bool {
		_, isOurs := j.ownerOf(i.ID)
		return !isOurs
	})
	return !o.CreatedAt.After(h.Creating) || (o.Source != "Manual" && !isFound)
}

// isMadeAnew says that a backend host came by a creation for the Host of which its status does not tell yet.
func isMadeAnew(h *HostDecl, o *ObservedHost) bool {
	return !h.Creating.IsZero() && o.Name == h.Name && o.Source == "Manual" && o.CreatedAt.After(h.Creating)
}

// known says that a list was read which is about the group's network: absence there means something.
func (j *judge) known() bool { return j.in.Observed.Known && !j.elsewhere() }

// elsewhere says that the Host is synced to another network than the one that its backend resolves to now, and that
// what was read is not about it.
func (j *judge) elsewhere() bool {
	now := j.in.Backend.Pin
	return now.NetworkID != "" && now.NetworkID != j.pin.NetworkID
}

// candidates are the observed hosts of the network, oldest first, as indexes.
func (j *judge) candidates() []int {
	hosts := j.in.Observed.Hosts
	out := make([]int, 0, len(hosts))
	for i := range hosts {
		if hosts[i].NetworkID == j.pin.NetworkID {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b int) int {
		if c := hosts[a].CreatedAt.Compare(hosts[b].CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(hosts[a].ID, hosts[b].ID)
	})
	return out
}

// findOwn finds the host that is the group's without doubt: named by status.id, or with most rows of the group. merged
// is one that has rows of the Host but is another one's.
func (j *judge) findOwn(candidates []int) (own int, merged string) {
	if own = j.findByStatus(candidates); own >= 0 {
		return own, ""
	}
	return j.findByRows(candidates)
}

// findByStatus finds the host that status.id names, if that is to be believed; -1: none.
func (j *judge) findByStatus(candidates []int) int {
	id := j.in.Host.PriorID
	if id == "" || j.moved || j.isSharedID(id) {
		return -1
	}
	at := slices.IndexFunc(candidates, func(i int) bool { return j.in.Observed.Hosts[i].ID == id })
	if at < 0 {
		return -1
	}
	return candidates[at]
}

// findByRows finds the host that most rows of the root are on: the Host's, else those of its Services and Bindings.
func (j *judge) findByRows(candidates []int) (own int, merged string) {
	own, bestHost, bestOther := -1, 0, 0
	for _, i := range candidates {
		id := j.in.Observed.Hosts[i].ID
		ofHost, ofOthers := j.countRows(&j.in.Observed.Hosts[i], j.root)
		switch {
		case j.isHeld(id):
			if ofHost > 0 && merged == "" && j.hadHost() && !j.isLetGo(&j.in.Observed.Hosts[i]) {
				merged = id
			}
		case ofHost > bestHost, ofHost == bestHost && ofOthers > bestOther:
			own, bestHost, bestOther = i, ofHost, ofOthers
		}
	}
	return own, merged
}

// isLetGo says that a host which the Host was part of has let go of its rows, but for those that stay there. For an
// interface that foreign bindings hang on it waits all the same: one address can't be on two hosts.
func (j *judge) isLetGo(h *ObservedHost) bool {
	into := Ref{Kind: KindHost, Namespace: j.in.Host.Ref.Namespace, Name: j.in.Host.PriorInto}
	if into.Name == "" || j.in.Observed.HeldBy[h.ID] != into {
		return false
	}
	return !slices.ContainsFunc(h.RowIDs(), func(id string) bool {
		owner, isOurs := j.ownerOf(id)
		m := j.memberBy(owner)
		return isOurs && m != nil && m.host == j.in.Host && !j.isTheirs(h, id) && (!j.hangsOn(h, id) || hasInterface(h, id))
	})
}

// hadHost says that a backend host was made or found for the Host, or that it was part of another: rows with its name that
// another one has are not those of an older object that was called the same.
func (j *judge) hadHost() bool {
	h := j.in.Host
	return h.PriorID != "" || h.PriorInto != "" || h.Origin != ""
}

// isSharedID says that another Host, declared earlier, has the same status.id: one of the two is not true.
func (j *judge) isSharedID(id string) bool {
	for i := range j.in.Neighbours {
		n := &j.in.Neighbours[i]
		if n.PriorID == id && !n.Deleting && !j.isOfGroup(n.Ref) && comparePrecedence(&n.Meta, &j.in.Host.Meta) < 0 {
			return true
		}
	}
	return false
}

// isOthers says the same of an id that may be "".
func (j *judge) isOthers(id string) bool { return id != "" && j.isSharedID(id) }

// isHeld says that a live Host outside the group has a backend host.
func (j *judge) isHeld(id string) bool { return j.heldBy(id) != (Ref{}) }

// heldBy is that Host, the first in order of precedence; zero if there is none. One that is being deleted gives it up.
func (j *judge) heldBy(id string) Ref {
	if ref, held := j.in.Observed.HeldBy[id]; held && !j.isGoing(ref) {
		return ref
	}
	names := func(n HostDecl) bool { return n.PriorID == id && !n.Deleting && !j.isOfGroup(n.Ref) }
	if !slices.ContainsFunc(j.in.Neighbours, names) {
		return Ref{}
	}
	for _, n := range j.neighbours() {
		if names(*n) {
			return n.Ref
		}
	}
	return Ref{}
}

func (j *judge) isGoing(ref Ref) bool {
	return slices.ContainsFunc(j.in.Neighbours, func(n HostDecl) bool { return n.Ref == ref && n.Deleting })
}

// countRows counts the rows on a host whose owner is a Host of the group, and those of its Services and Bindings.
func (j *judge) countRows(h *ObservedHost, of *member) (ofHost, ofOthers int) {
	for _, id := range h.RowIDs() {
		owner, isOurs := j.ownerOf(id)
		if !isOurs {
			continue
		}
		switch m := j.memberBy(owner); {
		case m == nil || j.memberHost(m) != of:
		case m.host != nil:
			ofHost++
		default:
			ofOthers++
		}
	}
	return ofHost, ofOthers
}

// locateUnknown looks at hosts that nothing names as the group's: own half-made ones, those whose objects are gone, and
// those that are somebody else's. -1: the host is to be created, if nothing was found against it.
func (j *judge) locateUnknown(candidates []int) int {
	t, h := &j.out.Target, j.in.Host
	if !j.in.Observed.Settled {
		t.NeedList = true
		return -1
	}
	if h.ExternalID != "" && h.PriorID == "" {
		return j.locateExternal(candidates)
	}
	if half := j.halfMade(candidates); len(half) > 0 {
		return half[0]
	}
	i := j.locatePart(candidates)
	if i < 0 {
		i = j.locateMachine(candidates)
	}
	if i < 0 && !j.held {
		i = j.locateAbsorbed(candidates)
	}
	if (i >= 0 && !t.Adopts) || j.held {
		return i
	}
	if h.PriorID != "" && !j.isSharedID(h.PriorID) && !j.moved && !slices.Contains(j.in.Observed.Confirmed, h.PriorID) {
		t.Confirm, t.Adopts = h.PriorID, false // nothing takes its place before it is surely gone
		return -1
	}
	return i
}

// halfMade are hosts of our own broken creations, with no rows but those of the Host, oldest first.
func (j *judge) halfMade(candidates []int) []int { return j.halfMadeOf(candidates, j.in.Host) }

func (j *judge) halfMadeOf(candidates []int, h *HostDecl) []int {
	if h.Creating.IsZero() {
		return nil
	}
	var out []int
	for _, i := range candidates {
		o := &j.in.Observed.Hosts[i]
		if isMadeAnew(h, o) && j.hasOnlyRowsOf(h.Ref, o) && !j.isHeld(o.ID) {
			out = append(out, i)
		}
	}
	return out
}

// hasOnlyRowsOf says that a backend host has no row, or none but those that we made for a Host: a creation that breaks off
// may leave some, on each attempt.
func (j *judge) hasOnlyRowsOf(host Ref, o *ObservedHost) bool {
	for _, id := range o.RowIDs() {
		owner, isOurs := j.ownerOf(id)
		if m := j.memberBy(owner); !isOurs || m == nil || m.meta.Ref != host {
			return false
		}
	}
	return true
}

func isChildless(h *ObservedHost) bool { return len(h.Interfaces)+len(h.Ports)+len(h.Services) == 0 }
