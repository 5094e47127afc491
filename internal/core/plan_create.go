// SPDX-License-Identifier: Apache-2.0

package core

// planCreation makes a host with everything on it in one request. When members are to be isolated the host goes first
// and its services in the next round, one by one.
func planCreation(in Input, j Judgement) Plan {
	w, items := creation(in, &j.Host, !in.Isolate)
	v := newVocabulary(in, &j.Host, nil)
	p := Plan{
		Steps: []Step{{Kind: StepCreateHost, Items: items, Create: w}},
		Notes: []Note{v.created(w)}, Creates: true, First: true,
	}
	for i := range j.Host.Services {
		if n := &j.Host.Services[i]; n.Fate == Write && !in.Isolate {
			p.Notes = append(p.Notes, Note{Item: n.Item, Text: "service " + n.Name + ": created"})
		}
	}
	if !in.Isolate {
		return p
	}
	if waiting := writtenServices(&j.Host); len(waiting) > 0 {
		p.Blocked, p.BlockedMessage = ReasonDependencyNotReady, "the host is created before its services"
		p.BlockedItems = waiting
	}
	return p
}

// creation is the host as a POST makes it, and the items that it decides.
func creation(in Input, d *Desired, withServices bool) (*HostWrite, []Item) {
	w := &HostWrite{NetworkID: effectivePin(in.Backend.Pin, in.Host).NetworkID, Name: d.Name, Hostname: cleared(d.Hostname),
		Description: cleared(d.Description), Virtualization: d.Virtualization}
	if d.Hidden != nil {
		w.Hidden = *d.Hidden
	}
	if d.Tags != nil {
		w.Tags = distinctSorted(*d.Tags)
	}
	room := roomFor(d)
	items := append(make([]Item, 0, room.items), d.Item)
	w.Interfaces, w.Ports = make([]ObservedInterface, 0, len(d.Interfaces)), make([]ObservedPort, 0, len(d.Ports))
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
	if withServices {
		w.Services = make([]ObservedService, 0, len(d.Services))
		bindings := make([]ObservedBinding, 0, room.bindings)
		for i := range d.Services {
			if n := &d.Services[i]; n.Fate == Write {
				from := len(bindings)
				bindings = appendCreated(bindings, n, rows)
				w.Services = append(w.Services, createdService(n, bindings[from:len(bindings):len(bindings)]))
				items = appendServiceItems(items, n)
			}
		}
	}
	return w, sortedItems(items)
}

// room is how many rows a creation can come to: lists are made once.
type room struct{ items, bindings int }

func roomFor(d *Desired) room {
	r := room{items: 1 + len(d.Interfaces) + len(d.Ports)}
	for i := range d.Services {
		r.bindings += len(d.Services[i].Bindings)
		r.items += len(d.Services[i].itemList())
	}
	r.items += r.bindings
	return r
}

func createdService(d *DesiredService, bindings []ObservedBinding) ObservedService {
	out := ObservedService{ID: d.ID, Name: d.Name, Definition: d.Definition, Virtualization: d.Virtualization, Bindings: bindings}
	if d.Tags != nil {
		out.Tags = distinctSorted(*d.Tags)
	}
	return out
}

// appendCreated leaves out bindings to rows that are not made: the server would drop or widen them without a word.
func appendCreated(out []ObservedBinding, d *DesiredService, rows map[string]bool) []ObservedBinding {
	for i := range d.Bindings {
		b := &d.Bindings[i]
		if b.isWritten() && (b.InterfaceID == "" || rows[b.InterfaceID]) && (b.Spec.Type != BindPort || rows[b.PortID]) {
			out = append(out, bindingRow(b))
		}
	}
	return out
}

// appendServiceItems lists a service's own items and those of its bindings that are written.
func appendServiceItems(items []Item, d *DesiredService) []Item {
	items = append(items, d.itemList()...)
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
			out = appendServiceItems(out, &d.Services[i])
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
