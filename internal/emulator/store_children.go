// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
)

func (s *store) insertInterface(r *Interface) error {
	return insert(s, &s.interfaces, "interfaces", r, func(making bool) error { return s.checkInterface(r, making) },
		func() { s.storeInterface(r) })
}

func (s *store) updateInterface(r *Interface) error {
	old, ok := s.interfaces.rows[r.ID]
	if !ok {
		return nil
	}
	if err := s.checkInterface(r, false); err != nil {
		return err
	}
	s.unindexInterface(old)
	s.storeInterface(r)
	return nil
}

func (s *store) checkInterface(r *Interface, making bool) error {
	for id := range s.interfacesByPlace[place{r.SubnetID, r.IPAddress}] {
		if id != r.ID && s.interfaces.rows[id].HostID == r.HostID {
			return s.errTaken("interfaces_host_id_subnet_id_ip_address_key", making)
		}
	}
	return s.foreign("interfaces", foreignKey{"network_id", s.networks.has(r.NetworkID)},
		foreignKey{"host_id", s.hosts.has(r.HostID)}, foreignKey{"subnet_id", s.subnets.has(r.SubnetID)})
}

func (s *store) storeInterface(r *Interface) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	s.interfaces.put(&c)
	s.interfacesByHost.put(c.HostID, c.ID)
	s.interfacesBySub.put(c.SubnetID, c.ID)
	s.interfacesByPlace.put(place{c.SubnetID, c.IPAddress}, c.ID)
	if c.MACAddress != nil {
		s.interfacesByMAC.put(*c.MACAddress, c.ID)
	}
}

func (s *store) unindexInterface(r *Interface) {
	s.interfacesByHost.drop(r.HostID, r.ID)
	s.interfacesBySub.drop(r.SubnetID, r.ID)
	s.interfacesByPlace.drop(place{r.SubnetID, r.IPAddress}, r.ID)
	if r.MACAddress != nil {
		s.interfacesByMAC.drop(*r.MACAddress, r.ID)
	}
}

// deleteInterface takes the bindings on it along.
func (s *store) deleteInterface(id uuid.UUID) {
	r, ok := s.interfaces.rows[id]
	if !ok {
		return
	}
	for _, b := range s.bindings.pick(s.bindingsByIface[id]) {
		s.deleteBinding(b.ID)
	}
	for _, e := range s.ifEntries.pick(s.ifEntriesByHost[r.HostID]) {
		if e.InterfaceID != nil && *e.InterfaceID == id {
			c := *e
			c.InterfaceID = nil
			s.ifEntries.put(&c)
		}
	}
	s.forgetAddress(r.HostID, id)
	s.unindexInterface(r)
	s.interfaces.remove(id)
}

// interfacesOf lists a host's interfaces by position. Of two at one position, which hosts have that were consolidated, the
// one that came first comes first, whatever it says of when it was made: the server says nothing of their order.
func (s *store) interfacesOf(host uuid.UUID) []*Interface {
	out := s.interfaces.pick(s.interfacesByHost[host])
	slices.SortFunc(out, func(a, b *Interface) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(s.interfaces.seq[a.ID], s.interfaces.seq[b.ID]))
	})
	return out
}

func (s *store) insertPort(r *Port) error {
	return insert(s, &s.ports, "ports", r, func(making bool) error { return s.checkPort(r, making) }, func() { s.storePort(r) })
}

func (s *store) updatePort(r *Port) error {
	old, ok := s.ports.rows[r.ID]
	if !ok {
		return nil
	}
	if err := s.checkPort(r, false); err != nil {
		return err
	}
	s.portsByHost.drop(old.HostID, old.ID)
	s.storePort(r)
	return nil
}

func (s *store) checkPort(r *Port, making bool) error {
	for id := range s.portsByHost[r.HostID] {
		if id != r.ID && samePort(s.ports.rows[id], r) {
			return s.errTaken("ports_host_id_port_number_protocol_key", making)
		}
	}
	return s.foreign("ports", foreignKey{"network_id", s.networks.has(r.NetworkID)},
		foreignKey{"host_id", s.hosts.has(r.HostID)})
}

func (s *store) storePort(r *Port) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	s.ports.put(&c)
	s.portsByHost.put(c.HostID, c.ID)
}

// deletePort takes the bindings on it along.
func (s *store) deletePort(id uuid.UUID) {
	r, ok := s.ports.rows[id]
	if !ok {
		return
	}
	for _, b := range s.bindings.pick(s.bindingsByPort[id]) {
		s.deleteBinding(b.ID)
	}
	s.portsByHost.drop(r.HostID, id)
	s.ports.remove(id)
}

func (s *store) portsOf(host uuid.UUID) []*Port { return s.ports.pick(s.portsByHost[host]) }

func (s *store) insertBinding(r *Binding) error {
	return insert(s, &s.bindings, "bindings", r, func(bool) error { return s.checkBinding(r) }, func() { s.storeBinding(r) })
}

func (s *store) updateBinding(r *Binding) error {
	old, ok := s.bindings.rows[r.ID]
	if !ok {
		return nil
	}
	if err := s.checkBinding(r); err != nil {
		return err
	}
	s.unindexBinding(old)
	s.storeBinding(r)
	return nil
}

func (s *store) checkBinding(r *Binding) error {
	return s.foreign("bindings", foreignKey{"network_id", s.networks.has(r.NetworkID)},
		foreignKey{"service_id", s.services.has(r.ServiceID)},
		foreignKey{"interface_id", r.InterfaceID == nil || s.interfaces.has(*r.InterfaceID)},
		foreignKey{"port_id", r.PortID == nil || s.ports.has(*r.PortID)})
}

func (s *store) storeBinding(r *Binding) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	s.bindings.put(&c)
	s.bindingsByService.put(c.ServiceID, c.ID)
	if c.PortID != nil {
		s.bindingsByPort.put(*c.PortID, c.ID)
	}
	if c.InterfaceID != nil {
		s.bindingsByIface.put(*c.InterfaceID, c.ID)
	}
}

func (s *store) unindexBinding(r *Binding) {
	s.bindingsByService.drop(r.ServiceID, r.ID)
	if r.PortID != nil {
		s.bindingsByPort.drop(*r.PortID, r.ID)
	}
	if r.InterfaceID != nil {
		s.bindingsByIface.drop(*r.InterfaceID, r.ID)
	}
}

func (s *store) deleteBinding(id uuid.UUID) {
	if r, ok := s.bindings.rows[id]; ok {
		s.unindexBinding(r)
		s.bindings.remove(id)
	}
}

// bindingsOf lists a service's bindings.
func (s *store) bindingsOf(service uuid.UUID) []*Binding {
	return s.bindings.pick(s.bindingsByService[service])
}
