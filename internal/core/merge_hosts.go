// SPDX-License-Identifier: Apache-2.0

package core

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
		o.others = append(o.others, d.item)
		if d.fate == Write && o.fate != Write && o.heir == nil {
			o.heir = &declared[InterfaceDecl]{d.decl, d.item, d.member}
		}
		if o.mac == "" && d.fate == Write {
			o.mac = d.mac
		}
		return int32(i)
	}
	j.ifaces = append(j.ifaces, *d)
	return int32(len(j.ifaces) - 1) //nolint:gosec // bounded by the API
}

// share merges a port with an equal one of another Host.
func (p *port) share(d *port) {
	p.others = append(p.others, d.item)
	if d.fate == Write && p.fate != Write && p.heir == nil {
		p.heir = &declared[PortDecl]{d.decl, d.item, d.member}
	}
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
