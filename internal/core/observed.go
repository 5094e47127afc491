// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// observedBinding is a binding row of the target, in the terms of the walk.
type observedBinding struct {
	id                string
	unit, iface, port int32
	row, sub          int // its place in the target
	ours              bool
	owner             OwnerHash
	// bind is the declared binding of fate Keep that the row is, or the one that takes it after the walk; -1: none.
	bind int32
	// stands: it claims before all that is declared. kept: it is ours, nobody wants it, and it stays.
	stands, kept bool
}

// readBindings reads the binding rows of the target and finds those that stand whatever the verdicts: foreign ones, and
// ours of fate Keep.
func (j *judge) readBindings() {
	if j.target == nil {
		return
	}
	j.indexSlots()
	j.judgeLeftSlots()
	j.judgeLeftServices()
	count := 0
	for i := range j.target.Services {
		count += len(j.target.Services[i].Bindings)
	}
	j.observed = make([]observedBinding, 0, count)
	for r := range j.target.Services {
		j.readService(r)
	}
	j.someStay = j.mayStay()
	for o := range j.observed {
		if !j.goesWithParent(&j.observed[o]) {
			j.pairKept(&j.observed[o])
		}
	}
	for o := range j.observed {
		j.judgeRow(&j.observed[o])
	}
}

func (j *judge) readService(r int) {
	s := &j.target.Services[r]
	unit, first := j.rows.units[r], len(j.observed)
	for k := range s.Bindings {
		b := &s.Bindings[k]
		o := observedBinding{id: b.ID, unit: unit, iface: allInterfaces, port: noPort, row: r, sub: k, bind: -1}
		if b.InterfaceID != "" || b.Type == BindInterface {
			o.iface = slotOf(j.rows.interfaces, b.InterfaceID)
		}
		if b.Type == BindPort {
			o.port = slotOf(j.rows.ports, b.PortID)
		}
		o.owner, o.ours = j.ownerOf(b.ID)
		j.observed = append(j.observed, o)
	}
	u := &j.units[unit]
	u.firstRow, u.endRow = first, len(j.observed)
	slices.SortFunc(j.observed[first:], func(a, b observedBinding) int { return strings.Compare(a.id, b.id) })
}

// rowsOf are the observed bindings of a unit, sorted by id.
func (j *judge) rowsOf(u *unit) []observedBinding { return j.observed[u.firstRow:u.endRow] }

func slotOf(slots map[string]int32, id string) int32 {
	if slot, ok := slots[id]; ok {
		return slot
	}
	return strange
}

// indexSlots numbers the interfaces and ports of the target: declared ones as they are declared, the rest after them.
func (j *judge) indexSlots() {
	t := j.target
	j.rows.interfaces = make(map[string]int32, len(t.Interfaces))
	for r := range t.Interfaces {
		j.rows.interfaces[t.Interfaces[r].ID] = int32(len(j.ifaces) + r) //nolint:gosec // few
	}
	for i := range j.ifaces {
		if d := &j.ifaces[i]; d.row >= 0 {
			j.rows.interfaces[t.Interfaces[d.row].ID] = int32(i)
		}
	}
	j.rows.ports = make(map[string]int32, len(t.Ports))
	for r := range t.Ports {
		j.rows.ports[t.Ports[r].ID] = int32(len(j.ports) + r) //nolint:gosec // few
	}
	for i := range j.ports {
		if d := &j.ports[i]; d.row >= 0 {
			j.rows.ports[d.id] = int32(i)
		}
	}
}

// slotsOfPorts is how many ports there are to claim.
func (j *judge) slotsOfPorts() int {
	if j.target == nil {
		return len(j.ports)
	}
	return len(j.ports) + len(j.target.Ports)
}

// judgeLeftServices decides what becomes of the services of the target that nobody declares.
func (j *judge) judgeLeftServices() {
	for u := j.declared; u < len(j.units); u++ {
		s := &j.target.Services[j.units[u].row]
		owner, isOurs := j.ownerOf(s.ID)
		switch {
		case !isOurs:
			j.units[u].yields = s.Name == unclaimed || s.Definition == unclaimed
		case j.isUnwanted(owner, RowService):
			j.units[u].retained = j.carriesForeign(s.ID)
			j.units[u].goes = !j.units[u].retained
		}
	}
}

// pairKept finds the declared binding of fate Keep that a row is: by content, unless the row is one that another may
// write, or by the id that it was given when its names still led somewhere.
func (j *judge) pairKept(o *observedBinding) {
	firstKept, wanted := int32(-1), false
	for i := j.units[o.unit].firstBind; i >= 0; i = j.binds[i].next {
		b := &j.binds[i]
		isSame := b.resolved && b.iface == o.iface && b.port == o.port
		mayBe := !b.claims && b.fate == Keep && b.row < 0 && (isSame || !b.resolved)
		switch {
		case mayBe && j.isRowOf(o, b):
			o.bind, b.row = i, o.sub
			return
		case mayBe && isSame && firstKept < 0:
			firstKept = i
		case isSame && b.claims:
			wanted = true
		}
	}
	if firstKept >= 0 && !wanted {
		o.bind, j.binds[firstKept].row = firstKept, o.sub
	}
}

// isRowOf says that a row has the id that we derive for a declared binding.
func (j *judge) isRowOf(o *observedBinding, b *bind) bool {
	m := &j.members[b.member]
	return o.ours && o.owner == j.hashOf(m) && j.isDerived(o.id, m, RowBinding, j.bindingKey(b)...)
}

// bindingKey is the canonical content of a binding: its service's row, its type, its interface and port by name, and the
// Host that they belong to if it names one: Hosts that are one may have interfaces of the same name.
func (j *judge) bindingKey(b *bind) []string {
	key := []string{j.units[b.unit].id, string(b.spec.Type), b.spec.Interface, b.spec.Port}
	if b.spec.Host != "" {
		key = append(key, b.spec.Host)
	}
	return key
}
