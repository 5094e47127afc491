// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// ifEntryRoutes are those of the rows of SNMP's interface table.
func ifEntryRoutes() []route {
	return append(crud(kindIfEntry, member, getIfEntry, deleteIfEntry, bulkDeleteIfEntries),
		route{method: http.MethodGet, path: "/api/v1/if-entries", who: viewer, reads: true, handle: listIfEntries},
		route{method: http.MethodPost, path: "/api/v1/if-entries", who: member, body: true, handle: createIfEntry},
		route{method: http.MethodPut, path: "/api/v1/if-entries/{id}", who: member, body: true, handle: updateIfEntry})
}

// named is a row with its short name, if the version knows of it.
func (d *dialect) named(r *IfEntry) *IfEntry {
	out := *r
	out.IfName.Known = d.ifNames
	return &out
}

func listIfEntries(c *call) (any, error) {
	keep, err := allOf(
		func() (filter[*IfEntry], error) {
			return inNetworks(c, func(r *IfEntry) uuid.UUID { return r.NetworkID })
		},
		func() (filter[*IfEntry], error) {
			return byID(c, "host_id", func(r *IfEntry) uuid.UUID { return r.HostID })
		})
	if err != nil {
		return nil, err
	}
	return paged(c, c.db.ifEntries.where(keep), func(r *IfEntry) *IfEntry { return r })
}

func getIfEntry(c *call) (any, error) {
	r, ok := c.db.ifEntries.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindIfEntry, c.ids[0])
	}
	return r, c.mayDo(r.NetworkID, "access")
}

// parseIfEntry reads a row and checks that its address is on its host.
func (c *call) parseIfEntry() (*IfEntry, error) {
	o := c.prob.object(c.body)
	r := o.ifEntry()
	r.ID, r.CreatedAt, r.UpdatedAt = o.ownID(), o.timeOr("created_at", c.prob.unborn), o.timeOr("updated_at", c.prob.unborn)
	r.HostID, r.NetworkID, r.IfName.Text = o.id("host_id"), o.id("network_id"), o.optStr("if_name")
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if h, ok := c.db.hosts.rows[r.HostID]; ok && h.NetworkID != r.NetworkID {
		return nil, c.dialect.errNetworkMismatch(kindHost, fmt.Sprintf(
			"Host is on network %s, interface can't be on a different network (%s)", h.NetworkID, r.NetworkID))
	}
	if r.InterfaceID != nil && !c.db.isOnHost(*r.InterfaceID, r.HostID) {
		return nil, errInvalid("ip_address_id must reference an Interface on the same host")
	}
	return r, nil
}

func (s *store) isOnHost(iface, host uuid.UUID) bool {
	row, ok := s.interfaces.rows[iface]
	return ok && row.HostID == host
}

func createIfEntry(c *call) (any, error) {
	r, err := c.parseIfEntry()
	if err != nil {
		return nil, err
	}
	if err := c.mayDo(r.NetworkID, "create"); err != nil {
		return nil, err
	}
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return r, c.db.putIfEntry(r)
}

func updateIfEntry(c *call) (any, error) {
	r, err := c.parseIfEntry()
	if err != nil {
		return nil, err
	}
	old, ok := c.db.ifEntries.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindIfEntry, c.ids[0])
	}
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	r.ID, r.CreatedAt, r.UpdatedAt = old.ID, old.CreatedAt, Stamp{c.now()}
	c.db.deleteIfEntry(old.ID)
	return r, c.db.putIfEntry(r)
}

func deleteIfEntry(c *call) (any, error) {
	r, ok := c.db.ifEntries.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindIfEntry, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteIfEntry(r.ID)
	return nil, nil
}

func bulkDeleteIfEntries(c *call) (any, error) {
	return bulkDelete(c, c.db.ifEntries.rows, func(r *IfEntry) error { return c.mayBulkDelete(r.NetworkID) },
		c.db.deleteIfEntry)
}

func (s *store) deleteIfEntry(id uuid.UUID) {
	if r, ok := s.ifEntries.rows[id]; ok {
		s.ifEntriesByHost.drop(r.HostID, id)
		s.ifEntries.remove(id)
	}
}
