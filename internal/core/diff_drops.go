// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// dropRows lists the rows of ours that go. What goes with its parent needs no request of its own.
func (d *differ) dropRows(j Judgement) {
	if len(j.Withdraw) == 0 && len(d.replace) == 0 {
		return
	}
	d.gone = make(map[string]bool, len(j.Withdraw)+len(d.replace))
	for id := range d.replace {
		d.gone[id] = true
	}
	for _, r := range j.Withdraw {
		if !d.inPlace[r.Parent+r.ID] {
			d.gone[r.ID] = true
		}
	}
	for _, r := range j.Retained {
		delete(d.gone, r.ID)
	}
	for _, r := range j.Withdraw {
		if d.gone[r.ID] {
			d.dropRow(r)
		}
	}
}

func (d *differ) dropRow(r RowRef) {
	c := change{id: r.ID, withdrawal: true}
	switch r.Kind {
	case RowInterface:
		if _, replaced := d.replace[r.ID]; replaced || !hasInterface(d.base, r.ID) {
			return
		}
		c.kind, c.notes = dropInterface, d.words.removed(d.words.interfaceText(r.ID))
	case RowPort:
		if !hasPort(d.base, r.ID) {
			return
		}
		c.kind, c.notes = dropPort, d.words.removed(d.words.portText(r.ID))
	case RowService:
		s := findService(d.base, r.ID)
		if s == nil {
			return
		}
		c.kind, c.notes = dropService, d.words.removed("service "+s.Name)
	case RowBinding:
		s, row := findBinding(d.base, r)
		if row == nil || d.gone[s.ID] || d.goesWith(*row) {
			return
		}
		c.kind, c.id, c.binding = dropBinding, s.ID, *row
		c.items, c.notes = d.words.itemsOfBinding(s.ID, *row), d.words.bindingDropped(s.ID, *row)
	}
	d.out = append(d.out, c)
}

// goesWith says that the interface or port under a binding goes.
func (d *differ) goesWith(b ObservedBinding) bool {
	return (b.InterfaceID != "" && d.gone[b.InterfaceID]) || (b.PortID != "" && d.gone[b.PortID])
}

// findBinding finds a row by its id; its service's id is a hint.
func findBinding(h *ObservedHost, r RowRef) (*ObservedService, *ObservedBinding) {
	for i := range h.Services {
		s := &h.Services[i]
		if r.Parent != "" && s.ID != r.Parent {
			continue
		}
		if k := slices.IndexFunc(s.Bindings, func(b ObservedBinding) bool { return b.ID == r.ID }); k >= 0 {
			return s, &s.Bindings[k]
		}
	}
	return nil, nil
}

// remakeBindings makes bindings on a replaced interface again, foreign ones too, with their ids: the replaced row takes
// them with it. Those of ours are wanted anew already, or go; those that have to yield are not made.
func (d *differ) remakeBindings(yielded []RowRef) {
	if len(d.replace) == 0 {
		return
	}
	for i := range d.base.Services {
		s := &d.base.Services[i]
		if d.gone[s.ID] {
			continue
		}
		for _, b := range s.Bindings {
			to, replaced := d.replace[b.InterfaceID]
			if !replaced || d.gone[b.ID] || d.gone[b.PortID] {
				continue
			}
			items := d.words.itemsOfBinding(s.ID, b)
			b.InterfaceID = to
			if d.isMade(s.ID, b) || (isListed(yielded, b.ID) && isNeeded(change{id: s.ID, binding: b}, d.out)) {
				continue
			}
			d.out = append(d.out, change{kind: makeBinding, items: items, id: s.ID, binding: b, remakes: true, whole: true})
		}
	}
}

func isListed(rows []RowRef, id string) bool {
	return slices.ContainsFunc(rows, func(r RowRef) bool { return r.ID == id })
}

// isMade says that a binding of that id or content, or one that makes it needless, is made anyway. Of equal content it
// keeps the id that it had.
func (d *differ) isMade(service string, b ObservedBinding) bool {
	find := func(is func(ObservedBinding) bool) int {
		return slices.IndexFunc(d.out, func(c change) bool {
			return c.kind == makeBinding && c.id == service && is(c.binding)
		})
	}
	if find(func(o ObservedBinding) bool { return o.ID == b.ID || rowSupersedes(o, b) }) >= 0 {
		return true
	}
	i := find(func(o ObservedBinding) bool { return sameContent(o, b) })
	if i >= 0 {
		d.out[i].binding.ID = b.ID
	}
	return i >= 0
}

// yieldBindings takes away those foreign bindings that may go, as far as something that is made needs their place.
func (d *differ) yieldBindings(may []RowRef) {
	for _, r := range may {
		s, row := findBinding(d.base, r)
		if row == nil || d.gone[s.ID] || d.gone[row.ID] || d.goesWith(*row) {
			continue
		}
		drop := change{kind: dropBinding, id: s.ID, binding: *row, yields: true, whole: true}
		if isNeeded(drop, d.out) {
			drop.notes = d.words.bindingDropped(s.ID, *row)
			d.out = append(d.out, drop)
		}
	}
}

// isNeeded says that something that is made takes the place of a binding that goes.
func isNeeded(drop change, changes []change) bool {
	for i := range changes {
		for _, b := range changes[i].made() {
			if takesPlace(changes[i].id, b, drop.id, drop.binding) {
				return true
			}
		}
	}
	return false
}

// made are the bindings that a change makes, on the service c.id.
func (c *change) made() []ObservedBinding {
	switch c.kind {
	case makeBinding:
		return []ObservedBinding{c.binding}
	case makeService:
		return c.service.PutBindings
	}
	return nil
}
