// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
)

// rowIndex knows which ids are in use. Its maps are made when first asked for.
type rowIndex struct {
	here      map[string]bool   // ids of rows of the target
	elsewhere map[string]string // ids of rows of other candidates, with their host
	read      bool
	// slots of observed interfaces and ports, by row id.
	interfaces, ports map[string]int32
	units             []int32 // of observed services
	// foreign marks the ids of interfaces and ports that foreign bindings hang on.
	foreign map[string]bool
}

func (j *judge) readRows() {
	r := &j.rows
	if r.read {
		return
	}
	r.read, r.here, r.elsewhere = true, map[string]bool{}, map[string]string{}
	if j.target != nil {
		for _, id := range j.target.RowIDs() {
			r.here[id] = true
		}
	}
	for i := range j.in.Observed.Hosts {
		h := &j.in.Observed.Hosts[i]
		if j.out.Target.has(i) {
			continue
		}
		for _, id := range h.RowIDs() {
			if _, isOurs := j.ownerOf(id); isOurs {
				r.elsewhere[id] = h.ID
			}
		}
	}
}

// hostElsewhere is the other backend host that has a row of that id, "" if none has.
func (j *judge) hostElsewhere(id string) string {
	j.readRows()
	return j.rows.elsewhere[id]
}

// isAbandoned says that nobody holds another host with rows of ours, as when one was left behind with a deletion policy of
// Orphan: nobody will ever let go of those rows.
func (j *judge) isAbandoned(host string) bool {
	isObserved := slices.ContainsFunc(j.in.Observed.Hosts, func(o ObservedHost) bool { return o.ID == host })
	return isObserved && !j.isHeld(host)
}

// isSettled says that a member is a Host that was not part of another until now: whoever has a row of its name got it by a
// merge or a rename, and may keep it for a row of their own.
func isSettled(m *member) bool { return m.host != nil && m.host.PriorInto == "" }

// hashOf is the owner hash of a member's rows.
func (j *judge) hashOf(m *member) OwnerHash {
	if !m.hashed {
		m.hash, m.hashed = Owner(j.pin.NetworkID, m.meta.Ref), true
	}
	return m.hash
}

// derive is the id of a row of a member. Attempts after the first are for a row whose id something else has already.
func (j *judge) derive(m *member, kind RowKind, attempt int, key ...string) string {
	return formatID(j.in.Instance, j.hashOf(m), childOf(kind, keyOf(attempt, key)))
}

func keyOf(attempt int, key []string) []string {
	if attempt == 0 {
		return key
	}
	return append(key[:len(key):len(key)], "again", strconv.Itoa(attempt))
}

// isDerived says that an id is one that we, under whatever instance of ours, derive for a row of a member.
func (j *judge) isDerived(id string, m *member, kind RowKind, key ...string) bool {
	const attempts = 3
	instance, owner, child, derived := ParseID(id)
	if !derived || !j.isOurs(instance) || owner != j.hashOf(m) {
		return false
	}
	for attempt := range attempts {
		if child == childOf(kind, keyOf(attempt, key)) {
			return true
		}
	}
	return false
}

// fresh derives the id of a row that has to be made. One that the host of another group still has, because its object was
// on that one until now, is not made before it is let go: the item is Keep until then.
func (j *judge) fresh(item Item, m *member, kind RowKind, key ...string) (string, Fate) {
	if len(j.in.Observed.Hosts) == 0 {
		return j.derive(m, kind, 0, key...), Write
	}
	if j.held {
		return "", Keep // nothing is made
	}
	j.readRows()
	for attempt := 0; ; attempt++ {
		id := j.derive(m, kind, attempt, key...)
		if j.rows.here[id] {
			continue
		}
		if host := j.hostElsewhere(id); host != "" && (j.isAbandoned(host) || isSettled(m) || j.isRetainedOn(host, id)) {
			continue
		} else if host != "" {
			j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDependencyNotReady,
				Detail: "its row is still on another host in Scanopy (id " + host + "); it is made here when that has let go of it"})
			return "", Keep
		}
		return id, Write
	}
}

// isRetainedOn says that a row stays on another host, whoever asks for it elsewhere.
func (j *judge) isRetainedOn(host, id string) bool {
	at := slices.IndexFunc(j.in.Observed.Hosts, func(o ObservedHost) bool { return o.ID == host })
	isHere := at >= 0 && (j.hangsOn(&j.in.Observed.Hosts[at], id) || j.isTheirs(&j.in.Observed.Hosts[at], id))
	return isHere || slices.Contains(j.in.Observed.Carried, id)
}

// isTheirs says that others have taken a row of their host, or the service that it is a binding of, for theirs.
func (j *judge) isTheirs(h *ObservedHost, id string) bool {
	theirs := j.in.Observed.Theirs
	if len(theirs) == 0 {
		return false
	}
	return slices.Contains(theirs, id) || slices.ContainsFunc(h.Services, func(s ObservedService) bool {
		return slices.Contains(theirs, s.ID) && slices.ContainsFunc(s.Bindings, func(b ObservedBinding) bool { return b.ID == id })
	})
}

// hangsOn says that foreign bindings hang on an interface, a port or a service of a host.
func (j *judge) hangsOn(h *ObservedHost, id string) bool {
	for i := range h.Services {
		s := &h.Services[i]
		for k := range s.Bindings {
			b := &s.Bindings[k]
			if _, isOurs := j.ownerOf(b.ID); !isOurs && (s.ID == id || b.InterfaceID == id || b.PortID == id) {
				return true
			}
		}
	}
	return false
}

// carriesForeign says that foreign bindings, be they on another host, hang on an interface or port of the target, or on a
// service.
func (j *judge) carriesForeign(id string) bool {
	if j.target == nil {
		return false
	}
	if j.rows.foreign == nil {
		j.rows.foreign = map[string]bool{}
		for _, id := range j.in.Observed.Carried {
			j.rows.foreign[id] = true
		}
		for i := range j.target.Services {
			s := &j.target.Services[i]
			for k := range s.Bindings {
				b := &s.Bindings[k]
				if _, isOurs := j.ownerOf(b.ID); !isOurs {
					j.rows.foreign[s.ID], j.rows.foreign[b.InterfaceID], j.rows.foreign[b.PortID] = true, true, true
				}
			}
		}
	}
	return id != "" && j.rows.foreign[id]
}
