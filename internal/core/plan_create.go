// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// planCreation makes a host with everything on it in one request. When members are to be isolated the host goes first
// and its services in the next round, one by one.
func planCreation(in Input, j Judgement) Plan {
	w, items := creation(in, &j.Host, !in.Isolate)
	v := newVocabulary(in, &j.Host, nil)
	p := Plan{
		Steps: []Step{{Kind: StepCreateHost, Items: items, Create: w}},
		Notes: []Note{v.created(w)}, Creates: true, First: true,
	}
	for i := range w.Services {
		p.Notes = append(p.Notes, v.note(j.Host.Services[i].Item, "service "+w.Services[i].Name+": created", "")...)
	}
	if waiting := writtenServices(&j.Host); in.Isolate && len(waiting) > 0 {
		p.Blocked, p.BlockedMessage = ReasonDependencyNotReady, "the host is created before its services"
		p.BlockedItems = waiting
	}
	return p
}

// creation is the host as a POST makes it, and the items that it decides.
func creation(in Input, d *Desired, withServices bool) (*HostWrite, []Item) {
	w := &HostWrite{NetworkID: effectivePin(&in).NetworkID, Name: d.Name, Hostname: cleared(d.Hostname),
		Description: cleared(d.Description), Virtualization: d.Virtualization}
	if d.Hidden != nil {
		w.Hidden = *d.Hidden
	}
	if d.Tags != nil {
		w.Tags = distinctSorted(*d.Tags)
	}
	items := []Item{d.Item}
	rows := make(map[string]bool, len(d.Interfaces)+len(d.Ports))
	for i := range d.Interfaces {
		if n := &d.Interfaces[i]; n.Fate == Write {
			w.Interfaces = append(w.Interfaces, newInterface(n))
			items, rows[n.ID] = append(items, n.Item), true
		}
	}
	for i := range d.Ports {
		if n := &d.Ports[i]; n.Fate == Write {
			w.Ports = append(w.Ports, ObservedPort{ID: n.ID, Number: n.Number, Protocol: n.Protocol})
			items, rows[n.ID] = append(items, n.Item), true
		}
	}
	for i := range d.Services {
		if n := &d.Services[i]; withServices && n.Fate == Write {
			w.Services = append(w.Services, createdService(n, rows))
			items = append(items, itemsOfService(n)...)
		}
	}
	return w, sortedItems(items)
}

// createdService leaves out bindings to rows that are not made: the server would drop or widen them without a word.
func createdService(d *DesiredService, rows map[string]bool) ObservedService {
	out := ObservedService{ID: d.ID, Name: d.Name, Definition: d.Definition, Virtualization: d.Virtualization}
	if d.Tags != nil {
		out.Tags = distinctSorted(*d.Tags)
	}
	for i := range d.Bindings {
		b := &d.Bindings[i]
		if !b.isWritten() || (b.InterfaceID != "" && !rows[b.InterfaceID]) || (b.Spec.Type == BindPort && !rows[b.PortID]) {
			continue
		}
		out.Bindings = append(out.Bindings, bindingRow(b))
	}
	return out
}

// itemsOfService are a service's own items and those of its bindings that are written.
func itemsOfService(d *DesiredService) []Item {
	items := slices.Clone(d.itemList())
	for i := range d.Bindings {
		if d.Bindings[i].isWritten() {
			items = append(items, d.Bindings[i].Item)
		}
	}
	return items
}

func writtenServices(d *Desired) []Item {
	var out []Item
	for i := range d.Services {
		if d.Services[i].Fate == Write {
			out = append(out, itemsOfService(&d.Services[i])...)
		}
	}
	return sortedItems(out)
}

// cleared: an empty text is sent as null.
func cleared(s *string) *string {
	if textOf(s) == "" {
		return nil
	}
	return s
}
