// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// credentialed tells which hosts and networks have which credentials, in the order in which they were given.
type credentialed struct {
	byHost    map[uuid.UUID][]Assignment
	byNetwork map[uuid.UUID][]uuid.UUID
	// hosts and networks are the way back.
	hosts, networks index[uuid.UUID]
}

func newCredentialed() credentialed {
	return credentialed{
		byHost: map[uuid.UUID][]Assignment{}, byNetwork: map[uuid.UUID][]uuid.UUID{},
		hosts: index[uuid.UUID]{}, networks: index[uuid.UUID]{},
	}
}

func (s *store) insertCredential(r *Credential) error {
	return insert(s, &s.credentials, "credentials", r, func(bool) error { return nil }, func() { s.storeCredential(r) })
}

// storeCredential keeps a credential's own fields; tags and assignments have tables of their own.
func (s *store) storeCredential(r *Credential) {
	c := *r
	c.CreatedAt, c.UpdatedAt = stored(r.CreatedAt), stored(r.UpdatedAt)
	c.Tags, c.AssignedNetworkIDs, c.HostAssignments = nil, nil, nil
	s.credentials.put(&c)
}

// hydrateCredential loads a credential with its tags and assignments, oldest host and network first.
func (s *store) hydrateCredential(r *Credential) *Credential {
	c := *r
	c.Tags = s.tagging.list(entity{string(kindCredential), r.ID})
	c.AssignedNetworkIDs, c.HostAssignments = []uuid.UUID{}, []HostAssignment{}
	for _, n := range s.networks.pick(s.credentialed.networks[r.ID]) {
		c.AssignedNetworkIDs = append(c.AssignedNetworkIDs, n.ID)
	}
	for _, h := range s.hosts.pick(s.credentialed.hosts[r.ID]) {
		a := s.assignment(h.ID, r.ID)
		c.HostAssignments = append(c.HostAssignments, HostAssignment{HostID: h.ID, IPAddressIDs: a.IPAddressIDs})
	}
	return &c
}

func (s *store) assignment(host, credential uuid.UUID) Assignment {
	list := s.credentialed.byHost[host]
	if i := slices.IndexFunc(list, func(a Assignment) bool { return a.CredentialID == credential }); i >= 0 {
		return list[i]
	}
	return Assignment{}
}

// assignHost gives a host a credential, or changes for which addresses; an assignment to no address is none.
func (s *store) assignHost(host uuid.UUID, a Assignment) error {
	if err := s.awaitRow(); err != nil {
		return err
	}
	if err := s.foreign("host_credentials", foreignKey{"host_id", s.hosts.has(host)},
		foreignKey{"credential_id", s.credentials.has(a.CredentialID)}); err != nil {
		return err
	}
	for _, id := range a.IPAddressIDs {
		if err := s.foreign("host_credentials", foreignKey{"interface_id", s.isOnHost(id, host)}); err != nil {
			return err
		}
	}
	s.spendRow()
	s.unassignHost(host, a.CredentialID)
	if a.IPAddressIDs == nil || len(a.IPAddressIDs) > 0 {
		s.credentialed.byHost[host] = append(s.credentialed.byHost[host], a)
		s.credentialed.hosts.put(a.CredentialID, host)
	}
	return nil
}

func (s *store) unassignHost(host, credential uuid.UUID) {
	t := &s.credentialed
	t.byHost[host] = slices.DeleteFunc(slices.Clone(t.byHost[host]), func(a Assignment) bool {
		return a.CredentialID == credential
	})
	if len(t.byHost[host]) == 0 {
		delete(t.byHost, host)
	}
	t.hosts.drop(credential, host)
}

// forgetAddress takes an address out of the assignments of its host.
func (s *store) forgetAddress(host, address uuid.UUID) {
	for _, a := range s.credentialed.byHost[host] {
		if !slices.Contains(a.IPAddressIDs, address) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(a.IPAddressIDs), func(id uuid.UUID) bool { return id == address })
		s.unassignHost(host, a.CredentialID)
		if len(left) > 0 {
			s.credentialed.byHost[host] = append(s.credentialed.byHost[host], Assignment{a.CredentialID, left})
			s.credentialed.hosts.put(a.CredentialID, host)
		}
	}
}

func (s *store) assignNetwork(network, credential uuid.UUID) error {
	isAssigned := func() bool { return slices.Contains(s.credentialed.byNetwork[network], credential) }
	if isAssigned() {
		return nil
	}
	if err := s.awaitRow(); err != nil {
		return err
	}
	if isAssigned() { // while it rested
		return nil
	}
	s.spendRow()
	s.credentialed.byNetwork[network] = append(s.credentialed.byNetwork[network], credential)
	s.credentialed.networks.put(credential, network)
	return nil
}

func (s *store) unassignNetwork(network, credential uuid.UUID) {
	t := &s.credentialed
	t.byNetwork[network] = slices.DeleteFunc(slices.Clone(t.byNetwork[network]), func(id uuid.UUID) bool {
		return id == credential
	})
	if len(t.byNetwork[network]) == 0 {
		delete(t.byNetwork, network)
	}
	t.networks.drop(credential, network)
}

// deleteCredential takes its assignments along.
func (s *store) deleteCredential(id uuid.UUID) {
	for host := range s.credentialed.hosts[id] {
		s.unassignHost(host, id)
	}
	for network := range s.credentialed.networks[id] {
		s.unassignNetwork(network, id)
	}
	s.credentials.remove(id)
	s.tagging.clear(entity{string(kindCredential), id})
}
