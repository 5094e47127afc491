// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// memberHost is the Host of the group that a member is, or is on.
func (j *judge) memberHost(m *member) *member {
	switch {
	case len(j.hosts) == 1:
		return j.root
	case m.service != nil:
		return &j.members[j.hostOf(m.service)]
	case m.binding != nil:
		if s := j.serviceBy(m.binding.Service); s != nil {
			return &j.members[j.hostOf(s.service)]
		}
		return j.root
	}
	return m
}

// locatePart takes over, for a root that has none, the backend host of the first Host that is consolidated into it.
func (j *judge) locatePart(candidates []int) int {
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		if m.fate != Write {
			continue
		}
		if own := j.hostsOf(m, candidates, -1); len(own) > 0 {
			j.out.Target.Origin = m.host.Origin
			return own[0]
		}
	}
	return -1
}

// keptPart is the consolidated Host that a backend host belongs to and that can't be merged now; nil if there is none.
func (j *judge) keptPart(h *ObservedHost) *member {
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		ofHost, _ := j.countRows(h, m)
		if m.fate == Keep && (ofHost > 0 || h.ID == m.host.PriorID) {
			return m
		}
	}
	return nil
}

// hostsOf are the backend hosts, other than the target, that are a consolidated Host's: the one that status.id names or
// that has most of its rows, and what its broken creations left. Once its own rows are on the target, one with rows of
// what is on it is the rest of a merge that broke off.
func (j *judge) hostsOf(m *member, candidates []int, target int) []int {
	hosts := j.in.Observed.Hosts
	moved := 0
	if target >= 0 {
		moved, _ = j.countRows(&hosts[target], m)
	}
	best, bestRows := -1, 0
	for _, i := range candidates {
		if i == target || j.isHeld(hosts[i].ID) || j.isOfPart(hosts[i].ID, m) {
			continue
		}
		ofHost, ofOthers := j.countRows(&hosts[i], m)
		if hosts[i].ID == m.host.PriorID {
			best, bestRows = i, 1<<30
		}
		if moved == 0 && ofHost == 0 {
			ofOthers = 0
		}
		if rows := 2*ofHost + min(ofOthers, 1); rows > bestRows {
			best, bestRows = i, rows
		}
	}
	out := j.halfMadeOf(candidates, m.host)
	out = slices.DeleteFunc(out, func(i int) bool { return i == target || i == best })
	if best >= 0 {
		out = append([]int{best}, out...)
	}
	return out
}

// isOfPart says that the status.id of another Host of the group which stays as it is names a backend host: it is that one's,
// whoever has rows on it.
func (j *judge) isOfPart(id string, m *member) bool {
	for _, k := range j.hosts[1:] {
		if o := &j.members[k]; o != m && o.fate == Keep && o.host.PriorID == id {
			return true
		}
	}
	return false
}

// locateMerges lists the backend hosts that are to become one with the target, and looks at the target as it will be.
func (j *judge) locateMerges(candidates []int) {
	t := &j.out.Target
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		if m.fate != Write || j.held {
			continue
		}
		for _, i := range j.hostsOf(m, candidates, t.Index) {
			t.merge(Item{Object: m.meta.Ref}, i)
		}
	}
	j.locateMissing()
	for _, k := range j.hosts {
		if m := &j.members[k]; m.fate != Withdraw && !j.held {
			j.absorb(m, candidates)
		}
	}
	if j.held {
		return
	}
	if u := t.unite(j.in); len(t.Merges) > 0 || len(u.from) > 0 {
		t.United, j.target, j.union = &u.host, &u.host, u
	}
}

func (t *Target) merge(item Item, i int) {
	if i != t.Index && !slices.ContainsFunc(t.Merges, func(m Merge) bool { return m.Index == i }) {
		t.Merges = append(t.Merges, Merge{Item: item, Index: i})
	}
}

// has says that an observed host is the target, or becomes one with it.
func (t *Target) has(i int) bool {
	return i == t.Index || slices.ContainsFunc(t.Merges, func(m Merge) bool { return m.Index == i })
}

// unite foretells the target with all that is merged into it.
func (t *Target) unite(in *Input) union {
	hosts := []*ObservedHost{&in.Observed.Hosts[t.Index]}
	for _, m := range t.Merges {
		hosts = append(hosts, &in.Observed.Hosts[m.Index])
	}
	return unite(hosts, in.remembered(), t.Given, func(id string) bool {
		instance, _, _, derived := ParseID(id)
		return !derived || (instance != in.Instance && !slices.Contains(in.Former, instance))
	})
}

// locateMissing asks for the backend host of a consolidated Host that the list lacks: nothing of it is made elsewhere
// before it is surely gone.
func (j *judge) locateMissing() {
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		id := m.host.PriorID
		isThere := slices.ContainsFunc(j.in.Observed.Hosts, func(o ObservedHost) bool { return o.ID == id })
		if id != "" && !isThere && m.fate == Write && !j.held && j.out.Target.Confirm == "" && !slices.Contains(j.in.Observed.Confirmed, id) {
			j.out.Target.Confirm = id
		}
	}
}
