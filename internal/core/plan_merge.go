// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
	"strings"
)

// planMerge merges backend hosts into the target: what would break that is given up first, on whichever side it is; then
// come the requests that merge, and in one PUT what is left to do.
func planMerge(in Input, j Judgement, policy Policy) Plan {
	if !in.Quiet || !in.MayDelete || policy.NoDelete {
		reason, message := restraintOf(in, policy).reason()
		return Plan{Blocked: reason, BlockedMessage: message, BlockedItems: j.Target.mergedItems()}
	}
	m := newMerger(in, j)
	if fault := m.clear(); fault != "" {
		return Plan{Blocked: ReasonDependencyNotReady, BlockedItems: j.Target.mergedItems(),
			BlockedMessage: "hosts in Scanopy can't be merged yet: " + fault}
	}
	p := Plan{}
	for i := range m.sides {
		p.Steps = append(p.Steps, m.early(i)...)
		p.Notes = append(p.Notes, m.givenUp(i)...)
	}
	for i, merge := range j.Target.Merges {
		other := m.sides[i].host
		step := Step{Kind: StepConsolidate, HostID: j.Target.HostID, Other: other.ID, Base: other, Items: []Item{merge.Item}}
		if !p.shows(j.Target.HostID) {
			step.Target = m.sides[len(m.sides)-1].host
		}
		p.Steps = append(p.Steps, step)
		p.Notes = append(p.Notes, Note{Item: merge.Item, Text: "host " + tellHost(other, "") + ": merged into " + m.union.host.Name})
	}
	base := m.made()
	changes := m.changes(base)
	p.Remember = m.remember
	if len(changes) == 0 {
		return p
	}
	p.Notes = append(p.Notes, newVocabulary(in, &m.want, base).notesOf(changes)...)
	for i := range p.Notes {
		p.Notes[i].Repair = false
	}
	rest := stepBuilder{base: base, isolate: in.Isolate}.steps(changes)
	if rest[0].Kind == StepUpdateHost {
		rest[0].Follows = true
	}
	p.Steps = append(p.Steps, rest...)
	return p
}

// shows says that the last step's answer shows a whole host.
func (p *Plan) shows(id string) bool {
	if len(p.Steps) == 0 {
		return false
	}
	last := &p.Steps[len(p.Steps)-1]
	return last.HostID == id && (last.Kind == StepUpdateHost || last.Kind == StepConsolidate)
}

func (t *Target) mergedItems() []Item {
	items := make([]Item, 0, len(t.Merges))
	for _, m := range t.Merges {
		items = append(items, m.Item)
	}
	return sortedItems(items)
}

// side is a backend host that is merged, with the bindings that have to go before.
type side struct {
	host  *ObservedHost
	drops []RowRef
}

// merger plans a merge. sides are the hosts that are merged away, then the target.
type merger struct {
	in    Input
	j     Judgement
	want  Desired
	union union
	sides []side
	// goes are the rows that the judgement withdraws, given those bindings that go before the merge.
	goes, given map[string]bool
	// remember are the bindings that are made again and that a declaration does not bring back as they were.
	remember []Remembered
}

func newMerger(in Input, j Judgement) *merger {
	m := &merger{in: in, j: j, want: j.Host, union: j.Target.unite(&in), goes: map[string]bool{}, given: map[string]bool{}}
	for _, merge := range j.Target.Merges {
		m.sides = append(m.sides, side{host: &in.Observed.Hosts[merge.Index]})
	}
	m.sides = append(m.sides, side{host: &in.Observed.Hosts[j.Target.Index]})
	for _, r := range j.Withdraw {
		m.goes[r.ID] = true
	}
	for _, r := range j.Yielded {
		m.goes[r.ID] = true
	}
	return m
}

// clear gives up bindings until the server can merge the hosts; if something that has to stay is in the way, it says
// what.
func (m *merger) clear() string {
	for id := range m.union.yielded { // a set: the order does not matter
		m.given[id] = true
	}
	target := m.sides[len(m.sides)-1].host
	sum := copyHost(target)
	for i := range m.sides[:len(m.sides)-1] {
		if fault := m.clearSide(&sum, m.sides[i].host); fault != "" {
			return fault
		}
	}
	for i := range m.sides {
		m.sides[i].drops = m.dropsOn(m.sides[i].host)
	}
	return m.clearDropped()
}

// clearDropped finds what stays in the place of a foreign binding that the server drops and that is to be made again.
func (m *merger) clearDropped() string {
	for i := range m.union.host.Services {
		s := &m.union.host.Services[i]
		for _, b := range s.Bindings {
			if !m.union.lost[b.ID] || !m.union.isForeign(b.ID) {
				continue
			}
			if by := m.standsInPlaceOf(s, b); by != nil {
				return tellMeeting(s, by)
			}
		}
	}
	return ""
}

// standsInPlaceOf is the service with a binding of ours that stays where a foreign one is to be made; nil if none does.
func (m *merger) standsInPlaceOf(s *ObservedService, b ObservedBinding) *ObservedService {
	for i := range m.union.host.Services {
		by := &m.union.host.Services[i]
		for _, o := range by.Bindings {
			if o.ID != b.ID && !m.union.isForeign(o.ID) && takesPlace(s.ID, b, by.ID, o) && !rowSupersedes(b, o) && !m.given[o.ID] && !m.mayGo(by, o) {
				return by
			}
		}
	}
	return nil
}

// clearSide lays the services of a host on the sum of those before it, as the server does, and finds what meets.
func (m *merger) clearSide(sum, other *ObservedHost) string {
	to := moveRows(sum, other)
	has := len(sum.Services)
	u := union{widened: map[string]ObservedBinding{}} // nothing but where things go
	for i := range other.Services {
		s := other.Services[i]
		if slices.ContainsFunc(sum.Services[:has], func(o ObservedService) bool { return o.Name == s.Name && o.Definition == s.Definition }) {
			continue
		}
		s.Bindings = slices.Clone(s.Bindings)
		for k := range s.Bindings {
			b := &s.Bindings[k]
			if u.follow(b, to); u.widened[b.ID].ID != "" {
				*b = u.widened[b.ID]
			}
			if fault := m.makeRoom(sum, &s, k); fault != "" {
				return fault
			}
		}
		sum.Services = append(sum.Services, s)
	}
	return ""
}

// tellMeeting tells of two services that keep hosts apart, tellRow of one of them: what objects call it is not shown.
func tellMeeting(s, by *ObservedService) string {
	first, second := tellRow(s), tellRow(by)
	if first == oneOfOurs || (second != oneOfOurs && second < first) {
		first, second = second, first
	}
	return first + " and " + second + " claim one port, and neither is given up"
}

const oneOfOurs = "one of ours"

func tellRow(s *ObservedService) string {
	if _, _, _, derived := ParseID(s.ID); derived {
		return oneOfOurs
	}
	return "service " + strconv.Quote(s.Name)
}

// makeRoom gives up what meets a binding of a service that moves, or that binding.
func (m *merger) makeRoom(sum *ObservedHost, s *ObservedService, k int) string {
	b := s.Bindings[k]
	for i := range sum.Services {
		for _, o := range sum.Services[i].Bindings {
			if claimsMeet(o, b) && !m.giveUp(s, b, &sum.Services[i], o) {
				return tellMeeting(s, &sum.Services[i])
			}
		}
	}
	for _, o := range s.Bindings[:k] {
		if formsClash(o, b) && !m.giveUp(s, b, s, o) {
			return "two bindings of " + tellRow(s) + " meet, and neither is given up"
		}
	}
	return ""
}

// giveUp says that of two bindings one goes before the merge.
func (m *merger) giveUp(s *ObservedService, b ObservedBinding, with *ObservedService, o ObservedBinding) bool {
	switch {
	case m.given[b.ID] || m.given[o.ID]:
	case m.mayGo(s, b):
		m.given[b.ID] = true
	case m.mayGo(with, o):
		m.given[o.ID] = true
	default:
		return false
	}
	return true
}

// mayGo says that a binding is not wanted as it is, in the end: it goes, or what it is on, or becomes another one.
func (m *merger) mayGo(s *ObservedService, b ObservedBinding) bool {
	if m.isGoing(s.ID, b) {
		return true
	}
	for i := range m.want.Services {
		for k := range m.want.Services[i].Bindings {
			w := &m.want.Services[i].Bindings[k]
			if w.ID == b.ID && w.isWritten() {
				return !sameContent(bindingRow(w), b)
			}
		}
	}
	return false
}

// isGoing says that a binding is withdrawn, or what it is on.
func (m *merger) isGoing(service string, b ObservedBinding) bool {
	return m.goes[b.ID] || m.goes[service] || m.goes[b.PortID] || m.goes[b.InterfaceID]
}

func (m *merger) dropsOn(h *ObservedHost) []RowRef {
	var out []RowRef
	for i := range h.Services {
		for _, b := range h.Services[i].Bindings {
			if m.given[b.ID] {
				out = append(out, RowRef{Kind: RowBinding, ID: b.ID, Parent: h.Services[i].ID})
			}
		}
	}
	slices.SortFunc(out, func(a, b RowRef) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// early are the requests by which a side gives up what is in the way.
func (m *merger) early(i int) []Step {
	s, aside := &m.sides[i], i < len(m.sides)-1
	b := stepBuilder{base: s.host}
	var out []Step
	if len(s.drops) <= 2 || isFragile(s.host) {
		out = b.deleteEarly(s.drops, nil)
	} else {
		at, e := map[string]int{}, Edit{}
		for _, r := range s.drops {
			p := e.service(at, r.Parent)
			p.DropBindings = append(p.DropBindings, r.ID)
		}
		out = []Step{b.update(e, nil)}
	}
	for k := range out {
		out[k].Aside = aside
		out[k].Items = m.j.Target.mergedItems()
	}
	return out
}

// givenUp are the notes on what a side gives up.
func (m *merger) givenUp(i int) []Note {
	var out []Note
	s := &m.sides[i]
	words := newVocabulary(m.in, &m.want, s.host)
	for _, r := range s.drops {
		if _, b := findBinding(s.host, r); b != nil {
			out = append(out, words.bindingDropped(r.Parent, *b)...)
		}
	}
	return out
}

// made is the target as the server leaves it after the merges.
func (m *merger) made() *ObservedHost {
	h := copyHost(&m.union.host)
	for i := range h.Services {
		s := &h.Services[i]
		s.Bindings = slices.DeleteFunc(s.Bindings, func(b ObservedBinding) bool { return m.union.lost[b.ID] || m.given[b.ID] })
		for k := range s.Bindings {
			if wide, ok := m.union.widened[s.Bindings[k].ID]; ok {
				s.Bindings[k] = wide
			}
		}
	}
	return &h
}

// changes are the differences between what the merges leave and what is wanted. Bindings that they drop or widen and
// that nobody gives up are made again, with their ids; all but our own declared ones have to be remembered for that.
func (m *merger) changes(base *ObservedHost) []change {
	again := m.remade(base)
	wanted := m.wantAgain(again)
	j := m.j
	j.Host = m.want
	out := computeChanges(m.in, j, base)
	replaced := map[string]string{}
	for i := range out {
		replaced[out[i].replaces] = out[i].iface.ID
	}
	for _, c := range again {
		if m.isGoing(c.id, c.binding) {
			continue
		}
		if !wanted[c.binding.ID] || m.union.isForeign(c.binding.ID) {
			m.remember = append(m.remember, Remembered{From: m.union.from[c.binding.ID], Service: c.id, Binding: c.binding})
		}
		if to := replaced[c.binding.InterfaceID]; c.binding.InterfaceID != "" && to != "" {
			c.binding.InterfaceID = to
		}
		if !wanted[c.binding.ID] {
			out = append(out, c)
		}
	}
	return out
}

// wantAgain marks wanted bindings that are made again as such that have no row, and gives their ids.
func (m *merger) wantAgain(again []change) map[string]bool {
	made, wanted := map[string]bool{}, map[string]bool{}
	for i := range again {
		made[again[i].binding.ID] = true
	}
	m.want.Services = slices.Clone(m.want.Services)
	for i := range m.want.Services {
		s := &m.want.Services[i]
		s.Bindings = slices.Clone(s.Bindings)
		for k := range s.Bindings {
			if b := &s.Bindings[k]; b.isWritten() && made[b.ID] {
				wanted[b.ID], b.Row = true, -1
			}
		}
	}
	return wanted
}

// remade are the bindings of the union that the server does not leave as they are and that are not given up before.
func (m *merger) remade(base *ObservedHost) []change {
	var out []change
	for i := range m.union.host.Services {
		s := &m.union.host.Services[i]
		for _, b := range s.Bindings {
			if !m.given[b.ID] && !slices.Contains(base.Services[i].Bindings, b) {
				out = append(out, change{kind: makeBinding, id: s.ID, binding: b, remakes: true, whole: true})
			}
		}
	}
	return out
}
