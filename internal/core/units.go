// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// unit is one service of the backend host: all declared ones of equal name and definition. The services of the target
// that nobody declares are units too, without members.
type unit struct {
	first, last int32 // declared services, in order of precedence; -1: none
	owner       int32 // the declared service whose fields count; -1: none
	row         int   // in the target's services; -1: none
	id          string
	fate        Fate
	// goes: nobody wants the row, which is ours; retained: it stays all the same, because foreign bindings hang on it.
	goes, retained bool
	yields         bool // "Unclaimed Open Ports"
	// firstBind and lastBind are the declared bindings, in order of precedence; -1: none.
	firstBind, lastBind int32
	// firstRow and endRow bound the observed ones.
	firstRow, endRow int
}

// unclaimed is the service in which the server gathers ports that no service claims.
const unclaimed = "Unclaimed Open Ports"

func newUnit(first int32, row int) unit {
	return unit{first: first, last: first, owner: -1, row: row, firstBind: -1, lastBind: -1}
}

type unitKey struct{ name, definition string }

// uniteServices makes one unit of services with equal name and definition and finds their rows.
func (j *judge) uniteServices() {
	observed := 0
	if j.target != nil {
		observed = len(j.target.Services)
	}
	j.units = make([]unit, 0, len(j.services)+observed)
	byKey := make(map[unitKey]int32, len(j.services))
	for i := range j.services {
		s := &j.services[i]
		if s.fate == Withdraw {
			continue
		}
		key, index := unitKey{s.name, s.definition}, int32(i)
		u, ok := byKey[key]
		if !ok {
			u = int32(len(j.units)) //nolint:gosec // few
			byKey[key] = u
			j.units = append(j.units, newUnit(index, -1))
		} else {
			j.services[j.units[u].last].next = index
			j.units[u].last = index
		}
		s.unit = u
	}
	j.declared = len(j.units)
	if j.target != nil {
		j.matchServices(byKey)
	}
	for u := range j.units[:j.declared] {
		j.judgeUnit(&j.units[u])
	}
}

// matchServices pairs units with rows, by name and definition, then by the id that the row was given; rows without a
// partner become units of their own.
func (j *judge) matchServices(byKey map[unitKey]int32) {
	rows := j.target.Services
	unitOf := make([]int32, len(rows))
	for r := range rows {
		unitOf[r] = -1
		u, ok := byKey[unitKey{rows[r].Name, rows[r].Definition}]
		if !ok {
			continue
		}
		switch old := j.units[u].row; {
		case old < 0:
		case j.isBetterRow(&j.units[u], &rows[r], &rows[old]):
			unitOf[old] = -1
		default:
			continue
		}
		j.units[u].row, unitOf[r] = r, u
	}
	j.matchMadeRows(unitOf)
	for r := range rows {
		if unitOf[r] < 0 {
			unitOf[r] = int32(len(j.units)) //nolint:gosec // few
			left := newUnit(-1, r)
			left.id = rows[r].ID
			j.units = append(j.units, left)
		}
	}
	j.rows.units = unitOf
}

// isBetterRow chooses among rows of equal name and definition: one that we made for the unit, else the least id.
func (j *judge) isBetterRow(u *unit, a, b *ObservedService) bool {
	ma, mb := j.isMadeFor(u, a.ID, nil), j.isMadeFor(u, b.ID, nil)
	if ma != mb {
		return ma
	}
	return a.ID < b.ID
}

// isMadeFor says that an id was derived for one of the unit's services, of those that may be chosen.
func (j *judge) isMadeFor(u *unit, id string, may func(*service) bool) bool {
	for i := u.first; i >= 0; i = j.services[i].next {
		s := &j.services[i]
		if (may == nil || may(s)) && j.isDerived(id, &j.members[s.member], RowService, s.key()...) {
			return true
		}
	}
	return false
}

// key is what sets a service apart among the rows of its object: an inline service's name.
func (s *service) key() []string {
	if s.item.Part == PartService {
		return []string{s.name}
	}
	return nil
}

// matchMadeRows pairs units without a row with the rows that were made for them and have another name or definition now.
// Where somebody may write, the rows of those that may not are left alone.
func (j *judge) matchMadeRows(unitOf []int32) {
	var made []int
	for r := range unitOf {
		if _, isOurs := j.ownerOf(j.target.Services[r].ID); isOurs && unitOf[r] < 0 {
			made = append(made, r)
		}
	}
	slices.SortFunc(made, func(a, b int) int { return strings.Compare(j.target.Services[a].ID, j.target.Services[b].ID) })
	writes := func(s *service) bool { return s.fate == Write }
	for u := range j.units[:j.declared] {
		if j.units[u].row >= 0 {
			continue
		}
		may := writes
		if !j.hasService(&j.units[u], writes) {
			may = nil
		}
		for _, r := range made {
			if unitOf[r] < 0 && j.isMadeFor(&j.units[u], j.target.Services[r].ID, may) {
				j.units[u].row, unitOf[r] = r, int32(u)
				break
			}
		}
	}
}

func (j *judge) hasService(u *unit, is func(*service) bool) bool {
	for i := u.first; i >= 0; i = j.services[i].next {
		if is(&j.services[i]) {
			return true
		}
	}
	return false
}

// judgeUnit decides whose fields count in a unit, and tells the others that they are duplicates.
func (j *judge) judgeUnit(u *unit) {
	u.owner, u.fate = j.ownerOfUnit(u), Keep
	if u.owner >= 0 {
		u.fate = j.services[u.owner].fate
	}
	if u.row >= 0 {
		u.id = j.target.Services[u.row].ID
		j.judgeEcho(u)
	}
	if u.owner < 0 {
		return
	}
	owner := &j.services[u.owner]
	for i := u.first; i >= 0; i = j.services[i].next {
		s := &j.services[i]
		if i == u.owner || s.fate != Write {
			continue
		}
		j.find(Finding{Item: s.item, Condition: Accepted, Status: true, Reason: ReasonDuplicate, Parties: []Party{{Item: owner.item}}})
		j.shadow(owner.item, s.item, ReasonDuplicate)
	}
	if u.row < 0 && u.fate == Write {
		u.id, u.fate = j.fresh(owner.item, &j.members[owner.member], RowService, owner.key()...)
		if u.fate == Keep {
			owner.why = "waits for its row on another host"
		}
	}
}

// ownerOfUnit is the declared service that has a say: one on the root before those on Hosts that are consolidated into
// it, then the first. One that is Keep has it only if the row is its own, or if nobody else is there; -1 if none has.
func (j *judge) ownerOfUnit(u *unit) int32 {
	firstWrite, firstKeep := int32(-1), int32(-1)
	for i := u.first; i >= 0; i = j.services[i].next {
		s := &j.services[i]
		switch {
		case s.fate == Write || s.claims:
			if firstWrite < 0 || (s.host == j.hosts[0] && j.services[firstWrite].host != s.host) {
				firstWrite = i
			}
		case u.row >= 0 && j.isDerived(j.target.Services[u.row].ID, &j.members[s.member], RowService, s.key()...):
			return i
		case firstKeep < 0:
			firstKeep = i
		}
	}
	if firstWrite >= 0 {
		return firstWrite
	}
	return firstKeep
}
