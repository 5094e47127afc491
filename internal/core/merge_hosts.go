// SPDX-License-Identifier: Apache-2.0

package core

import "cmp"

// What several Hosts of a group declare is merged: interfaces by subnet and address, ports by number and protocol. The
// root's spelling wins, then precedence; services are united where they have the same name and definition.

// hosts are the Hosts of a group: the root, then the others.
func (in *Input) hosts() []*HostDecl {
	out := make([]*HostDecl, 0, 1+len(in.Consolidated))
	if in.Host != nil {
		out = append(out, in.Host)
	}
	for i := range in.Consolidated {
		out = append(out, &in.Consolidated[i])
	}
	return out
}

// declared is something that a Host of the group declares.
type declared[T any] struct {
	decl   *T
	item   Item
	member int32
}

// shared is something that Hosts of a group declare alike, with the observed row that was found for it. It is spelled
// as the first of them spells it.
type shared[T any] struct {
	declared[T]
	// others are the items of the other Hosts that declare it; heir is the first of them that may be written where the
	// first one of all may not: it makes the row.
	others []Item
	heir   *declared[T]
	fate   Fate
	row    int // -1: none
	id     string
}

// declare is something that a member declares, not matched yet.
func declare[T any](m *member, decl *T, item Item, index int32) shared[T] {
	return shared[T]{declared: declared[T]{decl, item, index}, fate: m.fate, row: -1}
}

// share merges with what another Host declares alike.
func (s *shared[T]) share(d *shared[T]) {
	s.others = append(s.others, d.item)
	if d.fate == Write && s.fate != Write && s.heir == nil {
		heir := d.declared
		s.heir = &heir
	}
}

// inherit hands over to the heir, if there is one.
func (s *shared[T]) inherit() bool {
	if s.fate == Write || s.heir == nil {
		return false
	}
	s.others = append(s.others, s.item)
	s.declared, s.fate = *s.heir, Write
	return true
}

// sameInterface is the interface that a Host declares before this one with the same address; nil if there is none.
func (j *judge) sameInterface(d *iface, member int32) *InterfaceDecl {
	h := j.members[member].host
	for i := range j.ifaces {
		o := &j.ifaces[i]
		if !o.isSame(d) {
			continue
		}
		for _, item := range append([]Item{o.item}, o.others...) {
			if item.Object == h.Ref {
				return &h.Interfaces[item.Index]
			}
		}
	}
	return nil
}

// isSame says that two declared interfaces are one address: those whose subnet is not known are not.
func (d *iface) isSame(o *iface) bool {
	return d.decl.IP == o.decl.IP && d.subnet == o.subnet && d.create == o.create && (d.subnet != nil || d.create != "")
}

// shareInterface merges an interface with an equal one of another Host, or adds it; it says where it is now.
func (j *judge) shareInterface(d *iface) int32 {
	for i := range j.ifaces {
		o := &j.ifaces[i]
		if !o.isSame(d) {
			continue
		}
		o.share(&d.shared)
		if d.fate == Write {
			o.mac, o.heirMAC = cmp.Or(o.mac, d.mac), cmp.Or(o.heirMAC, d.mac)
		}
		return int32(i)
	}
	j.ifaces = append(j.ifaces, *d)
	return int32(len(j.ifaces) - 1) //nolint:gosec // bounded by the API
}

// sameHostPort names the port of the same Host that is in a slot already; "" if there is none.
func (j *judge) sameHostPort(h *HostDecl, slot int32, taken bool) string {
	if !taken {
		return ""
	}
	for _, item := range append([]Item{j.ports[slot].item}, j.ports[slot].others...) {
		if item.Object == h.Ref {
			return h.Ports[item.Index].Name
		}
	}
	return ""
}

// isIdle says that an interface takes no part: only Hosts that can't be merged declare it.
func (j *judge) isIdle(d *iface) bool {
	m := &j.members[d.member]
	return m != j.root && m.fate != Write && d.heir == nil
}
