// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// isFragile says that the server would refuse or thin out the list of services of a host as it stands: there are
// bindings that it let in one by one and does not take in a list. Such a host is better changed row by row.
func isFragile(h *ObservedHost) bool {
	ports := map[string][]change{} // by port; id is the service
	for i := range h.Services {
		s := &h.Services[i]
		if isAtOdds(s.Bindings) {
			return true
		}
		for _, b := range s.Bindings {
			if isTorn(h, b) {
				return true
			}
			if b.Type != BindPort {
				continue
			}
			if slices.ContainsFunc(ports[b.PortID], func(o change) bool { return o.id != s.ID && claimsMeet(o.binding, b) }) {
				return true
			}
			ports[b.PortID] = append(ports[b.PortID], change{id: s.ID, binding: b})
		}
	}
	return false
}

// isAtOdds says that of the bindings of one service some say the same, or clash, or make others needless.
func isAtOdds(bindings []ObservedBinding) bool {
	for k, x := range bindings {
		if slices.ContainsFunc(bindings[:k], func(y ObservedBinding) bool {
			return sameContent(x, y) || formsClash(x, y) || rowSupersedes(x, y) || rowSupersedes(y, x)
		}) {
			return true
		}
	}
	return false
}
