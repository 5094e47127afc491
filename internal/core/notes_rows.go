// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
)

// removed is the note on a row that nobody declares any more.
func (v *vocabulary) removed(what string) []Note { return []Note{{Text: what + ": removed"}} }

func (v *vocabulary) interfaceAltered(item Item, old, now ObservedInterface) []Note {
	prefix := "interfaces[" + now.Name + "]."
	var out []Note
	if old.Name != now.Name {
		out = append(out, v.field(item, prefix+"name", old.Name, now.Name))
	}
	if old.IP != now.IP {
		out = append(out, v.field(item, prefix+"ipAddress", old.IP.String(), now.IP.String()))
	}
	if old.SubnetID != now.SubnetID {
		out = append(out, v.field(item, prefix+"subnet", v.subnetName(old.SubnetID), v.subnetName(now.SubnetID)))
	}
	if old.MAC != now.MAC {
		out = append(out, v.field(item, prefix+"macAddress", old.MAC, now.MAC))
	}
	return out
}

func (v *vocabulary) subnetName(id string) string {
	for _, s := range v.in.Backend.Subnets {
		if s.ID == id {
			return s.CIDR.String()
		}
	}
	return id
}

// bindingText says where a binding is: "port 80/TCP on interface eth0".
func (v *vocabulary) bindingText(b ObservedBinding) string {
	names := v.names()
	switch {
	case b.Type == BindInterface:
		return names[b.InterfaceID]
	case b.InterfaceID == "":
		return names[b.PortID] + " on all interfaces"
	default:
		return names[b.PortID] + " on " + names[b.InterfaceID]
	}
}

func (v *vocabulary) bindingMade(item Item, service string, b ObservedBinding) []Note {
	field := "services[" + v.names()[service] + "].bindings"
	return v.note(item, "service "+v.names()[service]+": "+v.bindingText(b)+" bound", field)
}

func (v *vocabulary) bindingDropped(service string, b ObservedBinding) []Note {
	return []Note{{Text: "service " + v.names()[service] + ": " + v.bindingText(b) + " given up"}}
}

// itemsOfBinding are the items that a row of a service belongs to: by its id, or, of those that lose, by what it says.
func (v *vocabulary) itemsOfBinding(service string, row ObservedBinding) []Item {
	for i := range v.want.Services {
		s := &v.want.Services[i]
		if s.ID != service {
			continue
		}
		var out []Item
		for k := range s.Bindings {
			b := &s.Bindings[k]
			if b.ID == row.ID || (b.Fate == Withdraw && b.ID == "" && sameContent(bindingRow(b), row)) {
				out = append(out, b.Item)
			}
		}
		return sortedItems(out)
	}
	return nil
}

// created is the note on a host that is made.
func (v *vocabulary) created(w *HostWrite) Note {
	bindings := 0
	for i := range w.Services {
		bindings += len(w.Services[i].Bindings)
	}
	out := Note{Item: v.want.Item, Text: "host " + w.Name + ": created with " + countText(len(w.Interfaces), "interface") + ", " +
		countText(len(w.Ports), "port") + ", " + countText(len(w.Services), "service") + " and " + countText(bindings, "binding")}
	if v.isRemade() {
		out.Repair, out.Field = true, "host"
		out.Text += ", because it was gone"
	}
	return out
}

// isRemade says that the host was there before, and went by somebody else's doing.
func (v *vocabulary) isRemade() bool {
	h := v.in.Host
	moved := h.Pinned.NetworkID != "" && effectivePin(v.in.Backend.Pin, h) != h.Pinned
	return h.PriorID != "" && !moved && slices.Contains(v.in.Observed.Confirmed, h.PriorID) && v.isRepair(v.want.Item)
}

func countText(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// notesOf gathers the notes of changes. A port that one service gives up and another takes is told once, as a move.
func (v *vocabulary) notesOf(changes []change) []Note {
	var out []Note
	moved := make([]bool, len(changes))
	for i := range changes {
		if changes[i].kind != dropBinding || changes[i].binding.Type != BindPort {
			continue
		}
		for k := range changes {
			if !moved[k] && changes[k].kind == makeBinding && len(changes[k].notes) > 0 && changes[k].id != changes[i].id &&
				claimsMeet(changes[k].binding, changes[i].binding) {
				moved[i], moved[k] = true, true
				changes[k].notes = v.portMoves(changes[k], changes[i].id)
				break
			}
		}
	}
	for i := range changes {
		if changes[i].kind != dropBinding || !moved[i] {
			out = append(out, changes[i].notes...)
		}
	}
	slices.SortStableFunc(out, func(a, b Note) int { return compareItems(a.Item, b.Item) })
	return slices.CompactFunc(out, func(a, b Note) bool { return a == b })
}

func (v *vocabulary) portMoves(c change, from string) []Note {
	if len(c.items) == 0 {
		return nil
	}
	names := v.names()
	return v.note(c.items[0], names[c.binding.PortID]+" moves from "+names[from]+" to "+names[c.id],
		"services["+names[c.id]+"].bindings")
}
