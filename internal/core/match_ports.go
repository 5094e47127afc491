// SPDX-License-Identifier: Apache-2.0

package core

// port is a declared port with what was found for it.
type port struct {
	decl *PortDecl
	item Item
	fate Fate
	row  int
	id   string
}

// matchPorts finds the observed rows of the declared ports: by number and protocol.
func (j *judge) matchPorts() {
	h := j.in.Host
	j.ports = make([]port, len(h.Ports))
	rows := j.observedPorts()
	seen := make(map[portKey]int, len(h.Ports))
	for i := range h.Ports {
		d := &j.ports[i]
		*d = port{decl: &h.Ports[i], item: Item{Object: h.Ref, Part: PartPort, Index: i}, fate: j.root.fate, row: -1}
		key := portKey{d.decl.Number, d.decl.Protocol}
		if f := portFault(d.decl, seen, h.Ports); f != nil {
			j.findFault(d.item, f)
			d.fate = Keep
			continue
		}
		seen[key] = i
		if r, ok := rows[key]; ok {
			d.row, d.id = r, j.target.Ports[r].ID
		}
		if j.isRejected(d.item, h.Generation) {
			d.fate = Keep
		}
		if d.row < 0 && d.fate == Write {
			d.id, d.fate = j.fresh(d.item, j.root, RowPort, d.decl.Name)
		}
	}
}

type portKey struct {
	number   int
	protocol Protocol
}

func portFault(d *PortDecl, seen map[portKey]int, all []PortDecl) *faultOf {
	if d.Number < 1 || d.Number > 65535 {
		return &faultOf{Accepted, ReasonInvalid, "a port has a number from 1 to 65535", "correct number"}
	}
	if k, ok := seen[portKey{d.Number, d.Protocol}]; ok {
		return &faultOf{Accepted, ReasonInvalid, "port " + all[k].Name + " has the same number and protocol", "remove one of them"}
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
