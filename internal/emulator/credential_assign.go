// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// assignCredential makes a credential's assignments those of the list. Who may is looked at only now.
func (c *call) assignCredential(r *Credential) error {
	if !c.dialect.credentials.assigned {
		return nil
	}
	for _, network := range r.AssignedNetworkIDs {
		if err := c.mayUse(network, ""); err != nil {
			return err
		}
	}
	for _, a := range r.HostAssignments {
		if h, ok := c.db.hosts.rows[a.HostID]; !ok || !c.caller.sees(h.NetworkID) {
			return c.dialect.errAccess(c.dialect.words.kind(kindHost), a.HostID, "")
		}
	}
	c.db.unassignOthers(r)
	for _, network := range r.AssignedNetworkIDs {
		if err := c.db.assignNetwork(network, r.ID); err != nil {
			return err
		}
	}
	for _, a := range r.HostAssignments {
		if err := c.db.assignHost(a.HostID, Assignment{CredentialID: r.ID, IPAddressIDs: a.IPAddressIDs}); err != nil {
			return err
		}
	}
	return nil
}

// unassignOthers takes a credential from what is not in its lists.
func (s *store) unassignOthers(r *Credential) {
	for network := range s.credentialed.networks[r.ID] {
		if !slices.Contains(r.AssignedNetworkIDs, network) {
			s.unassignNetwork(network, r.ID)
		}
	}
	for host := range s.credentialed.hosts[r.ID] {
		if !slices.ContainsFunc(r.HostAssignments, func(a HostAssignment) bool { return a.HostID == host }) {
			s.unassignHost(host, r.ID)
		}
	}
}

// assignments reads the credentials of a host; without the list they stay as they are.
func (o object) assignments(d *dialect) (list []Assignment, given bool) {
	if d.credentials == nil || o.value("credential_assignments") == nil {
		return nil, false
	}
	for _, v := range o.prob.list(o.value("credential_assignments")) {
		a := o.prob.object(v)
		list = append(list, Assignment{CredentialID: a.id("credential_id"), IPAddressIDs: a.addressIDs()})
	}
	return list, true
}

// syncAssignments makes the credentials of a host those of a list. Nobody checks here which may be together.
func (c *call) syncAssignments(host uuid.UUID, list []Assignment) error {
	for _, a := range c.db.credentialed.byHost[host] {
		if !slices.ContainsFunc(list, func(o Assignment) bool { return o.CredentialID == a.CredentialID }) {
			c.db.unassignHost(host, a.CredentialID)
		}
	}
	for _, a := range list {
		if err := c.db.assignHost(host, a); err != nil {
			return err
		}
	}
	return nil
}

// mergeAssignments gives a host the credentials of another: the broader scope wins.
func (c *call) mergeAssignments(dst, other uuid.UUID, interfaces map[uuid.UUID]uuid.UUID) error {
	for _, a := range c.db.credentialed.byHost[other] {
		merged := Assignment{CredentialID: a.CredentialID}
		for _, id := range a.IPAddressIDs {
			merged.IPAddressIDs = append(merged.IPAddressIDs, interfaces[id])
		}
		if has := c.db.assignment(dst, a.CredentialID); has.CredentialID == a.CredentialID {
			merged.IPAddressIDs = broadest(has.IPAddressIDs, merged.IPAddressIDs)
		}
		if err := c.db.assignHost(dst, merged); err != nil {
			return err
		}
	}
	return nil
}

// broadest joins two scopes; nil is all addresses.
func broadest(a, b []uuid.UUID) []uuid.UUID {
	if a == nil || b == nil {
		return nil
	}
	out := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// checkNetworkCredentials refuses credentials that the organization does not have.
func (c *call) checkNetworkCredentials(n *Network) error {
	for _, id := range n.CredentialIDs {
		r, ok := c.db.credentials.rows[id]
		if !ok || r.OrganizationID != c.caller.organization {
			return c.dialect.errAccess(c.dialect.words.kind(kindCredential), id, "")
		}
	}
	return nil
}

// syncNetworkCredentials makes the credentials of a network those of a list.
func (c *call) syncNetworkCredentials(n *Network) error {
	if c.dialect.credentials == nil {
		return nil
	}
	for _, id := range c.db.credentialed.byNetwork[n.ID] {
		if !slices.Contains(n.CredentialIDs, id) {
			c.db.unassignNetwork(n.ID, id)
		}
	}
	for _, id := range n.CredentialIDs {
		if err := c.db.assignNetwork(n.ID, id); err != nil {
			return err
		}
	}
	return nil
}
