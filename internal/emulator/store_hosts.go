// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
)

func (s *store) insertHost(r *Host) error {
	return insert(s, &s.hosts, "hosts", r, func(bool) error { return s.checkHost(r) }, func() { s.storeHost(r) })
}

func (s *store) updateHost(r *Host) error {
	if err := s.checkHost(r); err != nil {
		return err
	}
	s.storeHost(r)
	return nil
}

func (s *store) checkHost(r *Host) error {
	return s.foreign("hosts", foreignKey{"network_id", s.networks.has(r.NetworkID)},
		foreignKey{"snmp_credential_id", r.SNMPCredentialID == nil},
		foreignKey{"virtualization_service_id", s.runs(r.Facts.VirtualizationServiceID)})
}

// storeHost keeps the host's own fields; tags and children have tables of their own.
func (s *store) storeHost(r *Host) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	c.Tags, c.Interfaces, c.Ports, c.Services, c.IfEntries = nil, nil, nil, nil, nil
	c.CredentialAssignments, c.Facts.Ancestors = nil, nil
	if old, ok := s.hosts.rows[c.ID]; ok && old.Facts.VirtualizationServiceID != nil {
		s.hostsByRunner.drop(*old.Facts.VirtualizationServiceID, c.ID)
	}
	if c.Facts.VirtualizationServiceID != nil {
		s.hostsByRunner.put(*c.Facts.VirtualizationServiceID, c.ID)
	}
	s.hosts.put(&c)
	s.hostsByNetwork.put(c.NetworkID, c.ID)
}

// deleteHost takes all children along.
func (s *store) deleteHost(id uuid.UUID) {
	r, ok := s.hosts.rows[id]
	if !ok {
		return
	}
	for svc := range s.servicesByHost[id] {
		s.dropService(svc)
	}
	for iface := range s.interfacesByHost[id] {
		s.deleteInterface(iface)
	}
	for port := range s.portsByHost[id] {
		s.deletePort(port)
	}
	for entry := range s.ifEntriesByHost[id] {
		s.ifEntries.remove(entry)
	}
	delete(s.ifEntriesByHost, id)
	s.hostsByNetwork.drop(r.NetworkID, id)
	if r.Facts.VirtualizationServiceID != nil {
		s.hostsByRunner.drop(*r.Facts.VirtualizationServiceID, id)
	}
	for _, a := range s.credentialed.byHost[id] {
		s.unassignHost(id, a.CredentialID)
	}
	s.hosts.remove(id)
	s.tagging.clear(entity{string(kindHost), id})
}

// host loads a host with its tags, without children.
func (s *store) host(id uuid.UUID) (*Host, bool) {
	r, ok := s.hosts.rows[id]
	if !ok {
		return nil, false
	}
	c := *r
	c.Tags = s.tagging.list(entity{string(kindHost), id})
	return &c, true
}

func (s *store) insertService(r *Service) error {
	return insert(s, &s.services, "services", r, func(bool) error { return s.checkService(r) }, func() { s.storeService(r) })
}

func (s *store) updateService(r *Service) error {
	old, ok := s.services.rows[r.ID]
	if !ok {
		return nil
	}
	if err := s.checkService(r); err != nil {
		return err
	}
	s.servicesByHost.drop(old.HostID, old.ID)
	s.storeService(r)
	return nil
}

func (s *store) checkService(r *Service) error {
	return s.foreign("services", foreignKey{"network_id", s.networks.has(r.NetworkID)},
		foreignKey{"host_id", s.hosts.has(r.HostID)},
		foreignKey{"virtualization_service_id", s.runs(r.VirtualizationServiceID)})
}

// storeService keeps the service's own fields; tags and bindings have tables of their own.
func (s *store) storeService(r *Service) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	c.Tags, c.Bindings = nil, nil
	if old, ok := s.services.rows[c.ID]; ok && old.VirtualizationServiceID != nil {
		s.servicesByRunner.drop(*old.VirtualizationServiceID, c.ID)
	}
	if c.VirtualizationServiceID != nil {
		s.servicesByRunner.put(*c.VirtualizationServiceID, c.ID)
	}
	s.services.put(&c)
	if !s.turn.IsZero() {
		s.services.queued[c.ID] = s.turn
	}
	s.servicesByHost.put(c.HostID, c.ID)
}

func (s *store) deleteService(id uuid.UUID) {
	s.dropService(id)
	s.tagging.clear(entity{string(kindService), id})
}

// dropService lets a service go along with its host. Its tags stay behind, for the next service of that id.
func (s *store) dropService(id uuid.UUID) {
	r, ok := s.services.rows[id]
	if !ok {
		return
	}
	for b := range s.bindingsByService[id] {
		s.deleteBinding(b)
	}
	s.servicesByHost.drop(r.HostID, id)
	if r.VirtualizationServiceID != nil {
		s.servicesByRunner.drop(*r.VirtualizationServiceID, id)
	}
	s.services.remove(id)
	s.releaseGuests(id)
}

// service loads a service with its bindings and tags.
func (s *store) service(id uuid.UUID) (*Service, bool) {
	r, ok := s.services.rows[id]
	if !ok {
		return nil, false
	}
	return s.hydrateService(r), true
}

func (s *store) hydrateService(r *Service) *Service {
	c := *r
	bindings := s.bindingsOf(r.ID)
	c.Bindings = make([]Binding, 0, len(bindings))
	for _, b := range bindings {
		c.Bindings = append(c.Bindings, *b)
	}
	c.Tags = s.tagging.list(entity{string(kindService), r.ID})
	return &c
}

// servicesOf loads a host's services, oldest first.
func (s *store) servicesOf(host uuid.UUID) []*Service {
	rows := s.services.pick(s.servicesByHost[host])
	out := make([]*Service, 0, len(rows))
	for _, r := range rows {
		out = append(out, s.hydrateService(r))
	}
	return out
}

// servicesByPosition loads a host's services in the order in which they are shown.
func (s *store) servicesByPosition(host uuid.UUID) []*Service {
	out := s.servicesOf(host)
	slices.SortStableFunc(out, func(a, b *Service) int { return cmp.Compare(a.Position, b.Position) })
	return out
}

func (s *store) ifEntriesOf(host uuid.UUID) []*IfEntry {
	out := s.ifEntries.pick(s.ifEntriesByHost[host])
	slices.SortStableFunc(out, func(a, b *IfEntry) int { return cmp.Compare(a.IfIndex, b.IfIndex) })
	return out
}

// putIfEntry makes an SNMP row, or replaces the one of that index.
func (s *store) putIfEntry(r *IfEntry) error {
	for _, e := range s.ifEntriesOf(r.HostID) {
		if e.IfIndex == r.IfIndex {
			r.ID, r.CreatedAt = e.ID, e.CreatedAt
		}
	}
	if err := s.foreign("if_entries",
		foreignKey{"interface_id", r.InterfaceID == nil || s.interfaces.has(*r.InterfaceID)}); err != nil {
		return err
	}
	s.storeIfEntry(r)
	return nil
}

func (s *store) storeIfEntry(r *IfEntry) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	s.ifEntries.put(&c)
	s.ifEntriesByHost.put(c.HostID, c.ID)
}
