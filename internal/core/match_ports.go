// SPDX-License-Identifier: Apache-2.0

package core

// port is a declared port with what was found for it.
type port = shared[PortDecl]

// matchPorts finds the observed rows of the declared ports, merged: by number and protocol.
func (j *judge) matchPorts() {
	count := 0
	for _, k := range j.hosts {
		count += len(j.members[k].host.Ports)
	}
	j.ports = make([]port, 0, count)
	seen := make(map[portKey]int32, count)
	for _, k := range j.hosts {
		j.declarePorts(k, seen)
	}
	rows := j.observedPorts()
	for i := range j.ports {
		d := &j.ports[i]
		if r, ok := rows[portKey{d.decl.Number, d.decl.Protocol}]; ok {
			d.row, d.id = r, j.target.Ports[r].ID
			continue
		}
		if d.inherit(); d.fate == Write {
			d.id, d.fate = j.fresh(d.item, &j.members[d.member], RowPort, d.decl.Name)
		}
	}
}

// declarePorts adds the ports of a Host. What goes with it is not declared.
func (j *judge) declarePorts(k int32, seen map[portKey]int32) {
	m := &j.members[k]
	h := m.host
	m.names.ports = make(map[string]int32, len(h.Ports))
	if m.fate == Withdraw {
		return
	}
	for i := range h.Ports {
		d := declare(m, &h.Ports[i], Item{Object: h.Ref, Part: PartPort, Index: i}, k)
		key := portKey{d.decl.Number, d.decl.Protocol}
		slot, isKnown := seen[key]
		if f := portFault(d.decl, j.sameHostPort(h, slot, isKnown)); f != nil {
			j.findFault(d.item, f)
			d.fate = Keep
			m.names.ports[d.decl.Name] = int32(len(j.ports)) //nolint:gosec // bounded by the API
			j.ports = append(j.ports, d)
			continue
		}
		if j.isRejected(d.item, h.Generation) {
			d.fate = Keep
		}
		if !isKnown {
			slot = int32(len(j.ports)) //nolint:gosec // bounded by the API
			seen[key] = slot
			j.ports = append(j.ports, d)
		} else {
			j.ports[slot].share(&d)
		}
		m.names.ports[d.decl.Name] = slot
	}
}

type portKey struct {
	number   int
	protocol Protocol
}

// portFault says what is wrong with a port by itself, or beside one of the same Host.
func portFault(d *PortDecl, beside string) *faultOf {
	switch {
	case d.Number < 1 || d.Number > 65535:
		return &faultOf{Accepted, ReasonInvalid, "a port has a number from 1 to 65535", "correct number"}
	case beside != "":
		return &faultOf{Accepted, ReasonInvalid, "port " + beside + " has the same number and protocol", "remove one of them"}
	}
	return nil
}

// observedPorts indexes the target's ports; of equal ones, which the server refuses, the least id counts.
func (j *judge) observedPorts() map[portKey]int {
	if j.target == nil {
		return nil
	}
	out := make(map[portKey]int, len(j.target.Ports))
	for r := range j.target.Ports {
		o := &j.target.Ports[r]
		key := portKey{o.Number, o.Protocol}
		if k, ok := out[key]; !ok || o.ID < j.target.Ports[k].ID {
			out[key] = r
		}
	}
	return out
}
