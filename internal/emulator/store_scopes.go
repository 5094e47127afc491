// SPDX-License-Identifier: Apache-2.0

package emulator

import "github.com/google/uuid"

func (s *store) insertNetwork(r *Network) error {
	return insert(s, &s.networks, "networks", r, func(bool) error { return s.checkNetwork(r) }, func() { s.storeNetwork(r) })
}

func (s *store) updateNetwork(r *Network) error {
	if err := s.checkNetwork(r); err != nil {
		return err
	}
	s.storeNetwork(r)
	return nil
}

// checkNetwork: there are no credentials that a network could have here before 0.15.
func (s *store) checkNetwork(r *Network) error {
	return s.foreign("networks", foreignKey{"snmp_credential_id", r.SNMPCredentialID == nil})
}

func (s *store) storeNetwork(r *Network) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	c.Tags, c.CredentialIDs = nil, nil
	s.networks.put(&c)
}

// deleteNetwork takes everything in it along.
func (s *store) deleteNetwork(id uuid.UUID) {
	for _, d := range s.daemons.where(func(d *Daemon) bool { return d.NetworkID == id }) {
		s.deleteDaemon(d.ID)
	}
	for host := range s.hostsByNetwork[id] {
		s.deleteHost(host)
	}
	for subnet := range s.subnetsByNetwork[id] {
		s.deleteSubnet(subnet)
	}
	for _, credential := range s.credentialed.byNetwork[id] {
		s.unassignNetwork(id, credential)
	}
	s.networks.remove(id)
	s.tagging.clear(entity{string(kindNetwork), id})
}

func (s *store) network(id uuid.UUID) (*Network, bool) {
	r, ok := s.networks.rows[id]
	if !ok {
		return nil, false
	}
	c := *r
	c.Tags = s.tagging.list(entity{string(kindNetwork), id})
	if s.dialect.credentials != nil {
		c.CredentialIDs = append([]uuid.UUID{}, s.credentialed.byNetwork[id]...)
	}
	return &c, true
}

func (s *store) insertSubnet(r *Subnet) error {
	return insert(s, &s.subnets, "subnets", r, func(bool) error { return s.checkSubnet(r) }, func() { s.storeSubnet(r) })
}

func (s *store) updateSubnet(r *Subnet) error {
	old, ok := s.subnets.rows[r.ID]
	if !ok {
		return nil
	}
	if err := s.checkSubnet(r); err != nil {
		return err
	}
	s.subnetsByNetwork.drop(old.NetworkID, old.ID)
	s.storeSubnet(r)
	return nil
}

func (s *store) checkSubnet(r *Subnet) error {
	return s.foreign("subnets", foreignKey{"network_id", s.networks.has(r.NetworkID)})
}

func (s *store) storeSubnet(r *Subnet) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	c.Tags = nil
	s.subnets.put(&c)
	s.subnetsByNetwork.put(c.NetworkID, c.ID)
}

// deleteSubnet takes the interfaces in it along.
func (s *store) deleteSubnet(id uuid.UUID) {
	r, ok := s.subnets.rows[id]
	if !ok {
		return
	}
	for iface := range s.interfacesBySub[id] {
		s.deleteInterface(iface)
	}
	s.subnetsByNetwork.drop(r.NetworkID, id)
	s.subnets.remove(id)
	s.tagging.clear(entity{string(kindSubnet), id})
}

func (s *store) subnet(id uuid.UUID) (*Subnet, bool) {
	r, ok := s.subnets.rows[id]
	if !ok {
		return nil, false
	}
	c := *r
	c.Tags = s.tagging.list(entity{string(kindSubnet), id})
	return &c, true
}

func (s *store) insertTag(r *Tag) error {
	return insert(s, &s.tags, "tags", r, func(making bool) error { return s.checkTagName(r, making) }, func() { s.storeTag(r) })
}

func (s *store) updateTag(r *Tag) error {
	if err := s.checkTagName(r, false); err != nil {
		return err
	}
	s.storeTag(r)
	return nil
}

func (s *store) checkTagName(r *Tag, making bool) error {
	if other, ok := s.tagNamed(r.Name, r.OrganizationID); ok && other.ID != r.ID {
		return s.errTaken("idx_tags_org_name", making)
	}
	return nil
}

func (s *store) tagNamed(name string, organization uuid.UUID) (*Tag, bool) {
	for _, t := range s.tags.rows {
		if t.Name == name && t.OrganizationID == organization {
			return t, true
		}
	}
	return nil, false
}

func (s *store) storeTag(r *Tag) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	s.tags.put(&c)
}

// deleteTag takes it from everything that has it.
func (s *store) deleteTag(id uuid.UUID) {
	for e := range s.tagging.with[id] {
		s.tagging.remove(e, id)
	}
	delete(s.tagging.with, id)
	s.tags.remove(id)
}

func (s *store) insertDaemon(r *Daemon) error {
	return insert(s, &s.daemons, "daemons", r, func(bool) error {
		return s.foreign("daemons", foreignKey{"network_id", s.networks.has(r.NetworkID)})
	}, func() {
		c := *r
		c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
		s.daemons.put(&c)
		s.daemonsByHost.put(c.HostID, c.ID)
	})
}

func (s *store) deleteDaemon(id uuid.UUID) {
	if r, ok := s.daemons.rows[id]; ok {
		s.daemonsByHost.drop(r.HostID, id)
		s.daemons.remove(id)
		s.tagging.clear(entity{string(kindDaemon), id})
	}
}
