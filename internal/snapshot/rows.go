// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Change is what a request for a single row does to its host, the server's own cascades included. It gives another
// host and leaves the one that it gets as it is.
type Change func(core.ObservedHost) core.ObservedHost

// PutInterface adds or replaces an interface row.
func PutInterface(row core.ObservedInterface) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		h.Interfaces = put(h.Interfaces, row, func(r core.ObservedInterface) string { return r.ID })
		return h
	}
}

// DropInterface removes an interface row and every binding on it.
func DropInterface(id string) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		h.Interfaces = without(h.Interfaces, func(r core.ObservedInterface) bool { return r.ID == id })
		return withoutBindings(h, func(_ string, b core.ObservedBinding) bool { return b.InterfaceID == id })
	}
}

// PutPort adds or replaces a port row.
func PutPort(row core.ObservedPort) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		h.Ports = put(h.Ports, row, func(r core.ObservedPort) string { return r.ID })
		slices.SortFunc(h.Ports, comparePorts)
		return h
	}
}

// DropPort removes a port row and every binding on it.
func DropPort(id string) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		h.Ports = without(h.Ports, func(r core.ObservedPort) bool { return r.ID == id })
		return withoutBindings(h, func(_ string, b core.ObservedBinding) bool { return b.PortID == id })
	}
}

// PutBinding adds or replaces a binding row. A port on all interfaces takes the service's bindings of that port on
// single interfaces away.
func PutBinding(serviceID string, row core.ObservedBinding) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		if row.Type == core.BindPort && row.InterfaceID == "" {
			h = withoutBindings(h, func(service string, b core.ObservedBinding) bool {
				return service == serviceID && b.Type == core.BindPort && b.PortID == row.PortID && b.InterfaceID != ""
			})
		}
		return editService(h, serviceID, func(s *core.ObservedService) {
			s.Bindings = put(s.Bindings, row, func(r core.ObservedBinding) string { return r.ID })
		})
	}
}

// DropBinding removes a binding row.
func DropBinding(id string) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		return withoutBindings(h, func(_ string, b core.ObservedBinding) bool { return b.ID == id })
	}
}

// DropService removes a service row with its bindings.
func DropService(id string) Change {
	return func(h core.ObservedHost) core.ObservedHost {
		h.Services = without(h.Services, func(s core.ObservedService) bool { return s.ID == id })
		return h
	}
}

// DropTag takes a tag off the host, or off that of its services whose id is entity.
func DropTag(entity, tag string) Change {
	is := func(t string) bool { return t == tag }
	return func(h core.ObservedHost) core.ObservedHost {
		if entity == h.ID {
			h.Tags = without(h.Tags, is)
			return h
		}
		return editService(h, entity, func(s *core.ObservedService) { s.Tags = without(s.Tags, is) })
	}
}

// put gives a list in which row replaces the one with its id, or stands at the end.
func put[T any](list []T, row T, id func(T) string) []T {
	out := append(make([]T, 0, len(list)+1), list...)
	if i := slices.IndexFunc(out, func(r T) bool { return id(r) == id(row) }); i >= 0 {
		out[i] = row
		return out
	}
	return append(out, row)
}

func without[T any](list []T, gone func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), gone)
}

func editService(h core.ObservedHost, id string, edit func(*core.ObservedService)) core.ObservedHost {
	h.Services = slices.Clone(h.Services)
	for i := range h.Services {
		if h.Services[i].ID == id {
			edit(&h.Services[i])
		}
	}
	return h
}

func withoutBindings(h core.ObservedHost, gone func(service string, b core.ObservedBinding) bool) core.ObservedHost {
	h.Services = slices.Clone(h.Services)
	for i := range h.Services {
		s := &h.Services[i]
		s.Bindings = without(s.Bindings, func(b core.ObservedBinding) bool { return gone(s.ID, b) })
	}
	return h
}
