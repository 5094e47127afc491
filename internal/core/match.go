// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// iface is a declared interface with what was found for it.
type iface struct {
	shared[InterfaceDecl]

	subnet *Subnet
	create string // CIDR of a subnet that is to be made first
	// replaces: the row is ours, has another MAC that the server cannot change, and makes way.
	replaces bool
	mac      string
	// heirMAC is the first that a Host says which may be written: the row that the heir makes has it.
	heirMAC string
}

// resolveInterfaces finds the subnets of the declared interfaces and what is wrong with them, and merges what several
// Hosts declare.
func (j *judge) resolveInterfaces() {
	count := 0
	for _, k := range j.hosts {
		count += len(j.members[k].host.Interfaces)
	}
	j.ifaces = make([]iface, 0, count)
	for _, k := range j.hosts {
		j.declareInterfaces(k)
	}
}

// declareInterfaces adds the interfaces of a Host. What goes with it is not declared.
func (j *judge) declareInterfaces(k int32) {
	m := &j.members[k]
	h := m.host
	m.names.interfaces = make(map[string]int32, len(h.Interfaces))
	if m.fate == Withdraw {
		return
	}
	for i := range h.Interfaces {
		d := iface{shared: declare(m, &h.Interfaces[i], Item{Object: h.Ref, Part: PartInterface, Index: i}, k)}
		d.mac = d.decl.MAC
		if f := j.interfaceFault(&d); f != nil {
			j.findFault(d.item, f)
			d.fate = Keep
		}
		if j.isRejected(d.item, h.Generation) {
			d.fate = Keep
		}
		m.names.interfaces[d.decl.Name] = j.shareInterface(&d)
	}
}

// interfaceFault resolves the subnet of an interface. While no list has been read only what the manifest itself shows
// is told.
func (j *judge) interfaceFault(d *iface) *faultOf {
	if !d.decl.IP.IsValid() {
		return &faultOf{Accepted, ReasonInvalid, "it has no valid address", "correct ipAddress"}
	}
	subnet, create, fault := subnetOf(&j.in.Backend, d.decl)
	if fault != nil {
		if !j.known() && fault.condition != Accepted {
			return nil
		}
		return fault
	}
	d.subnet, d.create = subnet, create
	if same := j.sameInterface(d, d.member); same != nil {
		d.subnet, d.create = nil, ""
		return &faultOf{Accepted, ReasonInvalid, "interface " + same.Name + " has the same address", "remove one of them"}
	}
	return nil
}

// matchInterfaces finds the observed rows of the declared interfaces, one to one: by subnet and address, then by the id
// that we gave it, then by MAC where that leaves no choice.
func (j *judge) matchInterfaces() {
	m := interfaceMatch{j: j}
	if j.target != nil {
		m.rows, m.taken = j.target.Interfaces, make([]bool, len(j.target.Interfaces))
		m.each(func(d *iface, o *ObservedInterface) bool {
			return d.subnet != nil && o.SubnetID == d.subnet.ID && o.IP == d.decl.IP
		})
		m.byID()
		m.each(func(d *iface, o *ObservedInterface) bool {
			return d.mac == o.MAC && countsAsMAC(o.MAC) && m.isOnlyPair(d.mac)
		})
		m.each(func(d *iface, o *ObservedInterface) bool { return d.subnet == nil && o.IP == d.decl.IP })
	}
	for i := range j.ifaces {
		j.nameInterface(&j.ifaces[i])
	}
}

type interfaceMatch struct {
	j     *judge
	rows  []ObservedInterface
	taken []bool
}

// each pairs declared interfaces without a row with observed rows without a partner; of several rows the least id wins.
func (m *interfaceMatch) each(same func(*iface, *ObservedInterface) bool) {
	for i := range m.j.ifaces {
		d := &m.j.ifaces[i]
		if d.row >= 0 {
			continue
		}
		best := -1
		for r := range m.rows {
			if !m.taken[r] && same(d, &m.rows[r]) && (best < 0 || m.rows[r].ID < m.rows[best].ID) {
				best = r
			}
		}
		if best >= 0 {
			d.row, m.taken[best] = best, true
		}
	}
}

// byID pairs what was declared with the row that was made for it, unless foreign bindings would be moved to another
// address with it.
func (m *interfaceMatch) byID() {
	if !slices.Contains(m.taken, false) {
		return
	}
	m.each(func(d *iface, o *ObservedInterface) bool {
		return m.j.isDerived(o.ID, &m.j.members[d.member], RowInterface, d.decl.Name, d.mac) && !m.j.carriesForeign(o.ID)
	})
}

// isOnlyPair says that one declared interface and one observed row of that MAC have no partner yet.
func (m *interfaceMatch) isOnlyPair(mac string) bool {
	declared, observed := 0, 0
	for i := range m.j.ifaces {
		if m.j.ifaces[i].row < 0 && m.j.ifaces[i].mac == mac {
			declared++
		}
	}
	for r := range m.rows {
		if !m.taken[r] && m.rows[r].MAC == mac {
			observed++
		}
	}
	return declared == 1 && observed == 1
}

// nameInterface gives an interface the id of its row, or the one that it will get.
func (j *judge) nameInterface(d *iface) {
	if d.row >= 0 {
		o := &j.target.Interfaces[d.row]
		if !j.in.Backend.MACChangeable && !o.MACWeak && d.mac != "" && o.MAC != "" && d.mac != o.MAC && d.fate == Write {
			j.changeMAC(d, o)
		}
		if !d.replaces {
			d.id = o.ID
			return
		}
	}
	if d.inherit() {
		d.mac = d.heirMAC
	}
	if d.fate != Write {
		return
	}
	d.id, d.fate = j.fresh(d.item, &j.members[d.member], RowInterface, d.decl.Name, d.mac)
}

// changeMAC: a row of ours makes way for one with the declared MAC; a foreign one stays as it is, and so does one that
// carries what could not be made again on the other host that it is on.
func (j *judge) changeMAC(d *iface, o *ObservedInterface) {
	if _, isOurs := j.ownerOf(o.ID); isOurs && !slices.Contains(j.in.Observed.Carried, o.ID) {
		d.replaces = true
		return
	}
	j.find(Finding{Item: d.item, Condition: Synced, Reason: ReasonAlreadyExists,
		Detail: "Scanopy has interface " + o.IP.String() + " (id " + o.ID + ") with MAC " + o.MAC + ", not " + d.mac +
			", and its server cannot change a MAC",
		Advice: "correct macAddress, or delete that interface in Scanopy"})
	d.mac = o.MAC
}
