// SPDX-License-Identifier: Apache-2.0

package core

// isFragile says that the server would refuse or thin out the list of services of a host as it stands: there are
// bindings that it let in one by one and does not take in a list. Such a host is better changed row by row.
func isFragile(h *ObservedHost) bool {
	ports := map[string][]change{} // by port; id is the service
	for i := range h.Services {
		s := &h.Services[i]
		for k, x := range s.Bindings {
			for _, y := range s.Bindings[:k] {
				if sameContent(x, y) || formsClash(x, y) || rowSupersedes(x, y) || rowSupersedes(y, x) {
					return true
				}
			}
			if x.Type == BindPort {
				ports[x.PortID] = append(ports[x.PortID], change{id: s.ID, binding: x})
			}
		}
	}
	for _, claims := range ports {
		for i, x := range claims {
			for _, y := range claims[:i] {
				if x.id != y.id && claimsMeet(x.binding, y.binding) {
					return true
				}
			}
		}
	}
	return false
}
