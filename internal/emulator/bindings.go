// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
)

func bindingRoutes() []route {
	return append(crud(kindBinding, member, getBinding, deleteBinding, bulkDeleteBindings),
		route{method: http.MethodGet, path: "/api/v1/bindings", who: viewer, reads: true, handle: listBindings},
		route{method: http.MethodPost, path: "/api/v1/bindings", who: member, body: true, handle: createBinding},
		route{method: http.MethodPut, path: "/api/v1/bindings/{id}", who: member, body: true, handle: updateBinding})
}

func listBindings(c *call) (any, error) {
	optional := func(id *uuid.UUID) uuid.UUID {
		if id == nil {
			return uuid.Nil
		}
		return *id
	}
	keep, err := allOf(
		func() (filter[*Binding], error) {
			return inNetworks(c, func(r *Binding) uuid.UUID { return r.NetworkID })
		},
		func() (filter[*Binding], error) {
			return byID(c, "service_id", func(r *Binding) uuid.UUID { return r.ServiceID })
		},
		func() (filter[*Binding], error) {
			return byID(c, "port_id", func(r *Binding) uuid.UUID { return optional(r.PortID) })
		},
		func() (filter[*Binding], error) {
			return byID(c, "interface_id", func(r *Binding) uuid.UUID { return optional(r.InterfaceID) })
		})
	if err != nil {
		return nil, err
	}
	return paged(c, c.db.bindings.where(keep), func(r *Binding) *Binding { return r })
}

func getBinding(c *call) (any, error) {
	r, ok := c.db.bindings.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindBinding, c.ids[0])
	}
	return r, c.mayDo(r.NetworkID, "access")
}

// besides are the bindings of the service that a binding is for, since 0.14 without those that say they are in another
// network.
func (c *call) besides(r *Binding) []*Binding {
	return slices.DeleteFunc(c.db.bindingsOf(r.ServiceID), func(o *Binding) bool {
		return c.dialect.networkApart && o.NetworkID != r.NetworkID
	})
}

// checkKindsWith refuses a binding that conflicts with those of its service, but not with the one it replaces. Only
// the service is looked at: neither its host nor other services.
func (c *call) checkKindsWith(r *Binding, replaces uuid.UUID) error {
	for _, o := range c.besides(r) {
		if o.ID == replaces {
			continue
		}
		if text := conflictWith(r, o); text != "" {
			return errConflict(c.say(text))
		}
	}
	return nil
}

// bindingAccess checks the network first, where that comes first.
func (c *call) bindingAccess(r *Binding) error {
	if !c.dialect.accessFirst {
		return nil
	}
	return c.mayDo(r.NetworkID, "create")
}

// createBinding takes away what the new binding supersedes before it finds out whether it can make it.
func createBinding(c *call) (any, error) {
	r := c.prob.object(c.body).wholeBinding(c.now())
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.bindingAccess(r); err != nil {
		return nil, err
	}
	if err := c.checkKindsWith(r, uuid.Nil); err != nil {
		return nil, err
	}
	for _, o := range c.besides(r) {
		if supersedes(r, o) {
			c.db.deleteBinding(o.ID)
		}
	}
	if err := c.mayDo(r.NetworkID, "create"); err != nil {
		return nil, err
	}
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return r, c.db.insertBinding(r)
}

func updateBinding(c *call) (any, error) {
	r := c.prob.object(c.body).wholeBinding(c.now())
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.bindingAccess(r); err != nil {
		return nil, err
	}
	if err := c.checkKindsWith(r, c.ids[0]); err != nil {
		return nil, err
	}
	old, ok := c.db.bindings.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindBinding, c.ids[0])
	}
	r.ID, r.CreatedAt = old.ID, old.CreatedAt
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	return r, c.db.updateBinding(r)
}

func deleteBinding(c *call) (any, error) {
	r, ok := c.db.bindings.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindBinding, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteBinding(r.ID)
	return nil, nil
}

func bulkDeleteBindings(c *call) (any, error) {
	return bulkDelete(c, c.db.bindings.rows, func(r *Binding) error { return c.mayBulkDelete(r.NetworkID) },
		c.db.deleteBinding)
}
