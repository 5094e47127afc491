// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

func portRoutes() []route {
	return append(crud(kindPort, member, getPort, deletePort, bulkDeletePorts),
		route{method: http.MethodGet, path: "/api/v1/ports", who: viewer, reads: true, handle: listPorts},
		route{method: http.MethodPost, path: "/api/v1/ports", who: member, body: true, handle: createPort},
		route{method: http.MethodPut, path: "/api/v1/ports/{id}", who: member, body: true, handle: updatePort})
}

// showPort gives a stored port its type.
func (s *Server) showPort(r *Port) *Port {
	c := *r
	c.Type = s.dialect.portType(r.Number, r.Protocol)
	return &c
}

func listPorts(c *call) (any, error) {
	keep, err := allOf(
		func() (filter[*Port], error) { return byIDs[*Port](c, "ids") },
		func() (filter[*Port], error) { return inNetworks(c, func(r *Port) uuid.UUID { return r.NetworkID }) },
		func() (filter[*Port], error) {
			return byID(c, "host_id", func(r *Port) uuid.UUID { return r.HostID })
		})
	if err != nil {
		return nil, err
	}
	return paged(c, c.db.ports.where(keep), c.showPort)
}

func getPort(c *call) (any, error) {
	r, ok := c.db.ports.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindPort, c.ids[0])
	}
	return c.showPort(r), c.mayDo(r.NetworkID, "access")
}

// parsePort reads a port and checks it against its host, if that exists.
func (c *call) parsePort() (*Port, error) {
	r := c.prob.object(c.body).wholePort(c.dialect)
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if h, ok := c.db.hosts.rows[r.HostID]; ok && h.NetworkID != r.NetworkID {
		return nil, c.dialect.errNetworkMismatch(kindHost, fmt.Sprintf(
			"Host is on network %s, port can't be on a different network (%s)", h.NetworkID, r.NetworkID))
	}
	return r, nil
}

func createPort(c *call) (any, error) {
	r, err := c.parsePort()
	if err != nil {
		return nil, err
	}
	if err := c.mayDo(r.NetworkID, "create"); err != nil {
		return nil, err
	}
	return r, c.makePort(r)
}

func updatePort(c *call) (any, error) {
	r, err := c.parsePort()
	if err != nil {
		return nil, err
	}
	old, ok := c.db.ports.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindPort, c.ids[0])
	}
	r.ID, r.CreatedAt = old.ID, old.CreatedAt
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	return r, c.db.updatePort(r)
}

func deletePort(c *call) (any, error) {
	r, ok := c.db.ports.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindPort, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deletePort(r.ID)
	return nil, nil
}

func bulkDeletePorts(c *call) (any, error) {
	return bulkDelete(c, c.db.ports.rows, func(r *Port) error { return c.mayBulkDelete(r.NetworkID) }, c.db.deletePort)
}
