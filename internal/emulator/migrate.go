// SPDX-License-Identifier: Apache-2.0

package emulator

// migrate does what an upgrade does to the data: what runs on services that don't exist runs on nothing, and MAC
// addresses of zeros are none.
func (s *store) migrate() {
	for service := range s.hostsByRunner {
		if !s.runs(&service) {
			s.releaseGuests(service)
		}
	}
	for service := range s.servicesByRunner {
		if !s.runs(&service) {
			s.releaseGuests(service)
		}
	}
	if !s.dialect.shapes.ancestry {
		return
	}
	for _, r := range s.interfaces.pick(s.interfacesByMAC[zeroMAC]) {
		c := *r
		c.MACAddress, c.MACSource = nil, unknownWay
		s.unindexInterface(r)
		s.storeInterface(&c)
	}
}
