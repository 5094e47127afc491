// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// newBinding is a binding that was not there when the edit was planned.
type newBinding struct {
	service string
	ObservedBinding
}

// bindingsRest: what the edit binds to is there, nobody took its place, and nothing new hangs on what it drops.
func bindingsRest(base, fresh *ObservedHost, e Edit) bool {
	found, there := newBindings(base, fresh), rowsAfter(fresh, e)
	return !hangOnWhatGoes(found, base, e) && !slices.ContainsFunc(e.PutServices, func(s ServiceEdit) bool {
		return slices.ContainsFunc(s.PutBindings, func(p ObservedBinding) bool {
			return !standsOn(p, there) || isPlaceTaken(s.ID, p, found)
		})
	})
}

// HangsNew says that something hangs on what an edit drops or moves that did not when it was planned.
func HangsNew(planned, fresh ObservedHost, e Edit) bool {
	return hangOnWhatGoes(newBindings(&planned, &fresh), &planned, e)
}

// hangOnWhatGoes says that one of the bindings is on a service that the edit drops, or on a row that it drops or moves.
func hangOnWhatGoes(found []newBinding, base *ObservedHost, e Edit) bool {
	moved := movedRows(base, e)
	return slices.ContainsFunc(found, func(b newBinding) bool {
		return slices.Contains(e.DropServices, b.service) || slices.Contains(moved, b.PortID) || slices.Contains(moved, b.InterfaceID)
	})
}

// standsOn says that the interface and the port of a binding, as far as it has them, are there.
func standsOn(b ObservedBinding, there map[string]bool) bool {
	return (b.InterfaceID == "" || there[b.InterfaceID]) && (b.PortID == "" || there[b.PortID])
}

func isPlaceTaken(service string, p ObservedBinding, found []newBinding) bool {
	return slices.ContainsFunc(found, func(b newBinding) bool {
		return b.ID != p.ID && takesPlace(service, p, b.service, b.ObservedBinding)
	})
}

// movedRows are the interfaces and ports that go, or become another address or port: what hangs on them goes with them.
func movedRows(base *ObservedHost, e Edit) []string {
	out := slices.Concat(e.DropInterfaces, e.DropPorts)
	for _, p := range e.PutInterfaces {
		if slices.ContainsFunc(base.Interfaces, func(o ObservedInterface) bool {
			return o.ID == p.ID && (o.IP != p.IP || o.SubnetID != p.SubnetID)
		}) {
			out = append(out, p.ID)
		}
	}
	for _, p := range e.PutPorts {
		if slices.ContainsFunc(base.Ports, func(o ObservedPort) bool { return o.ID == p.ID && o != p }) {
			out = append(out, p.ID)
		}
	}
	return out
}

func newBindings(base, fresh *ObservedHost) []newBinding {
	known := map[string]ObservedBinding{}
	for i := range base.Services {
		for _, b := range base.Services[i].Bindings {
			known[b.ID] = b
		}
	}
	var out []newBinding
	for i := range fresh.Services {
		s := &fresh.Services[i]
		for _, b := range s.Bindings {
			if old, ok := known[b.ID]; !ok || old != b {
				out = append(out, newBinding{service: s.ID, ObservedBinding: b})
			}
		}
	}
	return out
}

// rowsAfter are the interfaces and ports that a host has once the edit is made.
func rowsAfter(fresh *ObservedHost, e Edit) map[string]bool {
	out := make(map[string]bool, len(fresh.Interfaces)+len(fresh.Ports))
	for _, r := range slices.Concat(fresh.Interfaces, e.PutInterfaces) {
		out[r.ID] = !slices.Contains(e.DropInterfaces, r.ID)
	}
	for _, r := range slices.Concat(fresh.Ports, e.PutPorts) {
		out[r.ID] = !slices.Contains(e.DropPorts, r.ID)
	}
	return out
}
