// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// torn is a binding on an interface or port of another host: a merge in the web UI that broke off has moved away what it
// hung on. The server refuses each list of services that holds one, and only people may take away one that is not ours.
type torn struct {
	service *ObservedService
	binding string
}

// Torn are the bindings of a host on interfaces and ports that it does not have: a merge that broke off moved those to
// another host.
func (h *ObservedHost) Torn() []ObservedBinding {
	var out []ObservedBinding
	for i := range h.Services {
		for _, b := range h.Services[i].Bindings {
			if isTorn(h, b) {
				out = append(out, b)
			}
		}
	}
	return out
}

// findTorn finds a torn binding that stays though the changes are made; nil if there is none.
func findTorn(h *ObservedHost, changes []change) *torn {
	for i := range h.Services {
		s := &h.Services[i]
		for _, b := range s.Bindings {
			if isTorn(h, b) && !slices.ContainsFunc(changes, func(c change) bool { return c.mends(s.ID, b.ID) }) {
				return &torn{service: s, binding: b.ID}
			}
		}
	}
	return nil
}

func isTorn(h *ObservedHost, b ObservedBinding) bool {
	return (b.PortID != "" && !hasPort(h, b.PortID)) || (b.InterfaceID != "" && !hasInterface(h, b.InterfaceID))
}

// mends says that a change takes a binding away, or gives it another place.
func (c *change) mends(service, binding string) bool {
	switch c.kind {
	case dropService:
		return c.id == service
	case dropBinding, makeBinding:
		return c.binding.ID == binding
	}
	return false
}

// needsList says that a change can be made only by a list of all services, or would be half made without one.
func (c *change) needsList() bool {
	switch c.kind {
	case makeService, alterService:
		return true
	case makeBinding, dropBinding:
		return c.whole
	case alterTags:
		return c.id != "" && c.whole
	}
	return c.replaces != ""
}

// message says what is in the way and how it goes. What objects call a service is not shown.
func (t *torn) message() string {
	name := ""
	if _, _, _, derived := ParseID(t.service.ID); !derived {
		name = ` of service "` + t.service.Name + `"`
	}
	return "binding " + t.binding + name + " is on an interface or port that a merge in Scanopy, which broke off, moved to another " +
		"host, and Scanopy refuses every change of the services while it is there; finish that merge or delete that binding in Scanopy"
}
