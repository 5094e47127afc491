// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

func serviceRoutes() []route {
	return append(crud(kindService, member, getService, deleteService, bulkDeleteServices),
		route{method: http.MethodGet, path: "/api/v1/services", who: viewer, reads: true, handle: listServices},
		route{method: http.MethodPost, path: "/api/v1/services", who: member, body: true, handle: createService},
		route{method: http.MethodPut, path: "/api/v1/services/{id}", who: member, body: true, handle: updateService})
}

func (c *call) serviceOrders() orders[*Service] {
	host := func(r *Service) string {
		if h, ok := c.db.hosts.rows[r.HostID]; ok {
			return h.Name
		}
		return ""
	}
	return orders[*Service]{
		"created_at": func(a, b *Service) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at": func(a, b *Service) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":       func(a, b *Service) int { return strings.Compare(a.Name, b.Name) },
		"position":   func(a, b *Service) int { return int(a.Position) - int(b.Position) },
		"network_id": func(a, b *Service) int { return strings.Compare(a.NetworkID.String(), b.NetworkID.String()) },
		"host":       func(a, b *Service) int { return strings.Compare(host(a), host(b)) },
	}
}

func listServices(c *call) (any, error) {
	keep, err := allOf(
		func() (filter[*Service], error) { return byIDs[*Service](c, "ids") },
		func() (filter[*Service], error) { return ofHosts(c) },
		func() (filter[*Service], error) {
			return inScopes(c, func(r *Service) uuid.UUID { return r.NetworkID })
		},
		func() (filter[*Service], error) { return byTags[*Service](c, kindService) })
	if err != nil {
		return nil, err
	}
	rows := c.db.services.where(keep)
	if err := c.serviceOrders().sort(c, rows); err != nil {
		return nil, err
	}
	return paged(c, rows, c.db.hydrateService)
}

func getService(c *call) (any, error) {
	r, ok := c.db.service(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFound(kindService, c.ids[0])
	}
	return r, c.mayDo(r.NetworkID, "access")
}

// createService makes a service; an id in the request is ignored.
func createService(c *call) (any, error) {
	c.prob.streamed = true
	o := c.prob.object(c.body)
	now := c.now()
	r := &Service{
		ID: c.newID(), CreatedAt: Stamp{now}, UpdatedAt: Stamp{now},
		HostID: o.id("host_id"), NetworkID: o.id("network_id"),
		ServiceDefinition: c.dialect.definition(o.str("service_definition")), Name: o.str("name"),
		Source: Source{Type: sourceManual}, Tags: o.tags(),
	}
	o.serviceGuest(c.dialect, r, false)
	for _, v := range o.listOr("bindings") {
		b := c.prob.object(v).bindingContent()
		b.ID, b.ServiceID, b.NetworkID, b.CreatedAt, b.UpdatedAt = c.newID(), r.ID, r.NetworkID, Stamp{now}, Stamp{now}
		r.Bindings = append(r.Bindings, *b)
	}
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.mayDo(r.NetworkID, "create"); err != nil {
		return nil, err
	}
	if h, ok := c.db.hosts.rows[r.HostID]; ok && h.NetworkID != r.NetworkID {
		return nil, c.dialect.errNetworkMismatch(kindHost, fmt.Sprintf(
			"Host is on network %s, Service can't be on a different network (%s).", h.NetworkID, r.NetworkID))
	}
	return c.putService(r)
}

func updateService(c *call) (any, error) {
	r := c.prob.object(c.body).wholeService(c.dialect, c.now())
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if h, ok := c.db.hosts.rows[r.HostID]; ok && h.NetworkID != r.NetworkID {
		return nil, c.dialect.errNetworkMismatch(kindHost, fmt.Sprintf(
			"Host is on network %s, Service \"%s\" can't be on a different network (%s).", h.NetworkID, r.Name, r.NetworkID))
	}
	old, ok := c.db.service(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFound(kindService, c.ids[0])
	}
	r.ID, r.CreatedAt = old.ID, old.CreatedAt
	r.keepDiscovered(old)
	if err := tooLong("services", "name", r.Name, 100); err != nil {
		return nil, err
	}
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	return r, c.changeService(r)
}

// keepDiscovered keeps what a client cannot change, or leaves out.
func (r *Service) keepDiscovered(old *Service) {
	r.Source = old.Source
	if r.Virtualization == nil {
		r.Virtualization = old.Virtualization
	}
	if r.VirtualizationServiceID == nil {
		r.VirtualizationServiceID = old.VirtualizationServiceID
	}
}

func deleteService(c *call) (any, error) {
	r, ok := c.db.services.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindService, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteService(r.ID)
	return nil, nil
}

func bulkDeleteServices(c *call) (any, error) {
	return bulkDelete(c, c.db.services.rows, func(r *Service) error { return c.mayBulkDelete(r.NetworkID) },
		c.db.deleteService)
}
