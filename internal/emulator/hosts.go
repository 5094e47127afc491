// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

func hostRoutes() []route {
	return append([]route{
		{method: http.MethodGet, path: "/api/v1/hosts", who: viewer, reads: true, handle: listHosts},
		{method: http.MethodPost, path: "/api/v1/hosts", who: memberOrDaemon, body: true, handle: createHost},
		{method: http.MethodPost, path: "/api/v1/hosts/discovery", who: daemonOnly, body: true, handle: discoverHost},
		{method: http.MethodPut, path: "/api/v1/hosts/{id}", who: member, body: true, handle: updateHost},
		{method: http.MethodPut, path: "/api/v1/hosts/{id}/consolidate/{other}", who: member, handle: consolidateHosts},
	}, crud(kindHost, member, getHost, deleteHost, bulkDeleteHosts)...)
}

func (c *call) hostOrders() orders[*Host] {
	virtualizer := func(h *Host) string {
		if h.Facts.VirtualizationServiceID == nil {
			return ""
		}
		if s, ok := c.db.services.rows[*h.Facts.VirtualizationServiceID]; ok {
			return s.Name
		}
		return ""
	}
	return orders[*Host]{
		"created_at":     func(a, b *Host) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at":     func(a, b *Host) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":           func(a, b *Host) int { return strings.Compare(a.Name, b.Name) },
		"hostname":       func(a, b *Host) int { return optional(a.Hostname, b.Hostname) },
		"network_id":     func(a, b *Host) int { return strings.Compare(a.NetworkID.String(), b.NetworkID.String()) },
		"virtualized_by": func(a, b *Host) int { return strings.Compare(virtualizer(a), virtualizer(b)) },
	}
}

func listHosts(c *call) (any, error) {
	keep, err := allOf(
		func() (filter[*Host], error) { return byIDs[*Host](c, "ids") },
		func() (filter[*Host], error) { return inScopes(c, func(r *Host) uuid.UUID { return r.NetworkID }) },
		func() (filter[*Host], error) { return moreOfHosts(c) },
		func() (filter[*Host], error) { return byTags[*Host](c, kindHost) })
	if err != nil {
		return nil, err
	}
	rows := c.db.hosts.where(keep)
	if err := c.hostOrders().sort(c, rows); err != nil {
		return nil, err
	}
	childless, err := c.childless()
	if err != nil {
		return nil, err
	}
	return paged(c, rows, func(r *Host) *Host {
		out := c.showHost(r)
		if childless {
			out.Ports, out.Services, out.IfEntries = []Port{}, []Service{}, []IfEntry{}
		}
		return out
	})
}

// showHost loads a host with everything that hangs on it.
func (s *Server) showHost(r *Host) *Host {
	out, _ := s.db.host(r.ID)
	s.addChildren(out)
	return out
}

// addChildren loads what hangs on a host.
func (s *Server) addChildren(h *Host) {
	h.Interfaces, h.Ports, h.Services, h.IfEntries = []Interface{}, []Port{}, []Service{}, nil
	h.Facts.Ancestors, h.CredentialAssignments = s.db.ancestors(h), s.assignmentsOf(h.ID)
	for _, r := range s.db.interfacesOf(h.ID) {
		h.Interfaces = append(h.Interfaces, *r)
	}
	for _, r := range s.db.portsOf(h.ID) {
		h.Ports = append(h.Ports, *s.showPort(r))
	}
	for _, r := range s.db.servicesByPosition(h.ID) {
		h.Services = append(h.Services, *r)
	}
	if !s.dialect.snmp {
		return
	}
	h.IfEntries = []IfEntry{}
	for _, r := range s.db.ifEntriesOf(h.ID) {
		h.IfEntries = append(h.IfEntries, *s.dialect.named(r))
	}
}

// assignmentsOf are the credentials of a host, nil in a version that has none.
func (s *Server) assignmentsOf(host uuid.UUID) []Assignment {
	if s.dialect.credentials == nil {
		return nil
	}
	return append([]Assignment{}, s.db.credentialed.byHost[host]...)
}

func getHost(c *call) (any, error) {
	r, ok := c.db.hosts.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errHostNotFound(c.ids[0])
	}
	if err := c.mayDo(r.NetworkID, "access"); err != nil {
		return nil, err
	}
	return c.showHost(r), nil
}

func (s *store) hasDaemon(host uuid.UUID) bool { return len(s.daemonsByHost[host]) > 0 }

func deleteHost(c *call) (any, error) {
	if c.db.hasDaemon(c.ids[0]) {
		return nil, c.errHasDaemon("Can't delete a host with an associated daemon. Delete the daemon first.",
			"has an associated daemon — delete the daemon first")
	}
	r, ok := c.db.hosts.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindHost, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteHost(r.ID)
	return nil, nil
}

// errHasDaemon refuses the deletion of a host.
func (c *call) errHasDaemon(uncoded, reason string) error {
	if !c.dialect.hosts.codedDaemon {
		return errConflict(uncoded)
	}
	return errDeleteForbidden(http.StatusConflict, "host", reason)
}

// bulkDeleteHosts deletes nothing if one of the hosts has a daemon.
func bulkDeleteHosts(c *call) (any, error) {
	ids, err := c.parseIDs()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if c.db.hasDaemon(id) {
			return nil, c.errHasDaemon(
				"One or more hosts has an associated daemon, and can't be deleted. Delete the daemon(s) first.",
				"one or more hosts has an associated daemon — delete the daemon(s) first")
		}
	}
	return bulkDelete(c, c.db.hosts.rows, func(r *Host) error { return c.mayBulkDelete(r.NetworkID) }, c.db.deleteHost)
}

// sameMachine finds the oldest host of a network that has one of these interfaces.
func (s *store) sameMachine(network uuid.UUID, interfaces []Interface) *Host {
	var oldest *Host
	consider := func(iface uuid.UUID) {
		row, ok := s.interfaces.rows[iface]
		if !ok {
			return
		}
		h := s.hosts.rows[row.HostID]
		if h.NetworkID == network && (oldest == nil || s.hosts.compare(h, oldest) < 0) {
			oldest = h
		}
	}
	for i := range interfaces {
		in := &interfaces[i]
		consider(in.ID)
		for id := range s.interfacesByPlace[place{in.SubnetID, in.IPAddress}] {
			consider(id)
		}
		if in.MACAddress != nil {
			for id := range s.interfacesByMAC[*in.MACAddress] {
				consider(id)
			}
		}
	}
	return oldest
}

func (c *call) errSameMachine(h *Host) error {
	return errInvalid(c.say("A host with matching interfaces already exists: '%s' (id: %s). "+
		"Edit the existing host instead of creating a new one."), h.Name, h.ID)
}

func (c *call) errOtherNetwork(network uuid.UUID, subnet *Subnet) error {
	return errInvalid(c.say("Host is on network %s, cannot have an interface with a subnet \"%s\" which is on network %s."),
		network, subnet.Name, subnet.NetworkID)
}
