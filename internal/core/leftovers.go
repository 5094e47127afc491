// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
	"strings"
)

// leftSlots says of the target's interfaces and ports that nobody declares what becomes of them.
type leftSlots struct{ interfaces, ports []leftRow }

type leftRow uint8

const (
	rowMatched  leftRow = iota
	rowForeign          // discovered, or made by hand
	rowKept             // ours, and nobody may say yet that it goes
	rowRetained         // ours, undeclared, and foreign bindings hang on it
	rowGoes
)

// judgeLeftSlots decides what becomes of interfaces and ports that no declared one matches.
func (j *judge) judgeLeftSlots() {
	t := j.target
	j.left.interfaces, j.left.ports = make([]leftRow, len(t.Interfaces)), make([]leftRow, len(t.Ports))
	for r := range t.Interfaces {
		if id := t.Interfaces[r].ID; j.rows.interfaces[id] >= int32(len(j.ifaces)) { //nolint:gosec // bounded by the API
			j.left.interfaces[r] = j.leftRowOf(id, RowInterface)
		}
	}
	for r := range t.Ports {
		if id := t.Ports[r].ID; j.rows.ports[id] >= int32(len(j.ports)) { //nolint:gosec // bounded by the API
			j.left.ports[r] = j.leftRowOf(id, RowPort)
		}
	}
}

func (j *judge) leftRowOf(id string, kind RowKind) leftRow {
	owner, isOurs := j.ownerOf(id)
	switch {
	case !isOurs:
		return rowForeign
	case !j.isUnwanted(owner, kind):
		return rowKept
	case j.carriesForeign(id):
		return rowRetained
	}
	return rowGoes
}

// goesWithParent says that the interface or port of a row goes, and the row with it.
func (j *judge) goesWithParent(o *observedBinding) bool {
	if i := int(o.iface) - len(j.ifaces); i >= 0 && j.left.interfaces[i] == rowGoes {
		return true
	}
	i := int(o.port) - len(j.ports)
	return i >= 0 && j.left.ports[i] == rowGoes
}

// settleRows lists what goes, what is retained and what yields on the target, and counts the rest. A row that goes with
// its service is not listed.
func (j *judge) settleRows() {
	t := j.target
	if t == nil {
		return
	}
	for r := range t.Interfaces {
		j.settleRow(j.left.interfaces[r], RowRef{RowInterface, t.Interfaces[r].ID, "", ""}, func() string {
			return "interface " + t.Interfaces[r].IP.String()
		})
	}
	for r := range t.Ports {
		j.settleRow(j.left.ports[r], RowRef{RowPort, t.Ports[r].ID, "", ""}, func() string { return "port " + rowWords(&t.Ports[r]) })
	}
	for i := j.declared; i < len(j.units); i++ {
		j.settleRow(j.leftUnit(&j.units[i]), RowRef{RowService, j.units[i].id, "", ""}, func() string {
			return "service " + t.Services[j.units[i].row].Name
		})
	}
	for o := range j.observed {
		j.settleBinding(&j.observed[o])
	}
	for _, list := range [][]RowRef{j.out.Withdraw, j.out.Retained, j.out.Yielded} {
		slices.SortFunc(list, func(a, b RowRef) int {
			if c := rankOfRow(a.Kind) - rankOfRow(b.Kind); c != 0 {
				return c
			}
			return strings.Compare(a.ID, b.ID)
		})
	}
}

// rankOfRow orders kinds of rows so that what hangs on others comes before them.
func rankOfRow(k RowKind) int {
	return slices.Index([]RowKind{RowBinding, RowService, RowPort, RowInterface}, k)
}

func (j *judge) leftUnit(u *unit) leftRow {
	_, isOurs := j.ownerOf(u.id)
	switch {
	case !isOurs:
		return rowForeign
	case u.retained:
		return rowRetained
	case u.goes:
		return rowGoes
	}
	return rowKept
}

func (j *judge) settleRow(state leftRow, r RowRef, text func() string) {
	switch state {
	case rowForeign:
		j.out.Discovered++
	case rowKept:
		j.countOrphan(r.ID)
	case rowRetained:
		r.Text = text()
		j.out.Retained = append(j.out.Retained, r)
	case rowGoes:
		r.Text = text()
		j.out.Withdraw = append(j.out.Withdraw, r)
	}
}

// countOrphan counts a row of ours that stays though its object is missing.
func (j *judge) countOrphan(id string) {
	owner, _ := j.ownerOf(id)
	if fact, known := j.in.Owners[owner]; known && fact.State == OwnerMissing {
		j.out.Orphans++
	} else if !known && j.memberBy(owner) == nil {
		j.out.Orphans++
	}
}

// settleBinding decides what becomes of a binding row after the walk.
func (j *judge) settleBinding(o *observedBinding) {
	u := &j.units[o.unit]
	ref := RowRef{Kind: RowBinding, ID: o.id, Parent: u.id}
	switch {
	case u.goes:
	case o.bind >= 0 && j.binds[o.bind].row == o.sub && j.binds[o.bind].unit == o.unit:
	case !o.ours:
		if j.gives(o) {
			ref.Text = "binding of " + u.name(j) + " to " + j.words(o.iface, o.port)
			j.out.Yielded = append(j.out.Yielded, ref)
		}
	case o.kept || o.stands || !j.isUnwanted(o.owner, RowBinding) || j.isLeftBehind(o):
		j.countOrphan(o.id)
	default:
		ref.Text = "binding of " + u.name(j) + " to " + j.words(o.iface, o.port)
		j.out.Withdraw = append(j.out.Withdraw, ref)
	}
}

// name is what the service is called in the backend.
func (u *unit) name(j *judge) string { return j.target.Services[u.row].Name }

// gives says that a foreign row makes way: one of "Unclaimed Open Ports" for whoever claims its port, one of a declared
// service for a binding on all interfaces.
func (j *judge) gives(o *observedBinding) bool {
	if o.port < 0 {
		return false
	}
	row := claim{unit: o.unit, iface: o.iface, port: o.port}
	for k := j.walk.byPort[o.port]; k >= 0; k = j.walk.claims[k].nextPort {
		c := &j.walk.claims[k]
		if j.isInForce(c) && (c.supersedes(&row) || (j.units[o.unit].yields && conflict(c, &row) != "")) {
			return true
		}
	}
	return false
}

// isInForce says that an accepted claim is a declared one that has a row, or gets one.
func (j *judge) isInForce(c *claim) bool {
	return c.bind >= 0 && j.binds[c.bind].outcome == OutcomeEffective && j.binds[c.bind].fate == Write
}

// isLeftBehind says that a row is that of a Binding which asks for another service now and was refused there: it stays
// as long as it is in nobody's way. One on all interfaces is in the way of those on a single one: the server keeps none
// beside it.
func (j *judge) isLeftBehind(o *observedBinding) bool {
	m := j.memberBy(o.owner)
	if m == nil || m.binding == nil || m.fate != Write {
		return false
	}
	b := j.bindOf(m)
	if b.unit == o.unit || b.outcome != OutcomeRejected {
		return false
	}
	row := claim{unit: o.unit, iface: o.iface, port: o.port}
	return !j.walk.isBlocked(&row) && !j.covers(&row)
}

// covers says that a row makes a claim needless that is in force.
func (j *judge) covers(row *claim) bool {
	for k := j.walk.byUnit[row.unit]; k >= 0; k = j.walk.claims[k].nextUnit {
		if c := &j.walk.claims[k]; row.supersedes(c) && j.isInForce(c) {
			return true
		}
	}
	return false
}

// rowWords are a port row's number and protocol.
func rowWords(o *ObservedPort) string { return strconv.Itoa(o.Number) + "/" + string(o.Protocol) }
