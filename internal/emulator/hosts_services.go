// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// addServices makes the services. One that claims a port which another has is dropped without a word; what is left of
// its bindings ends in the service for unclaimed ports.
func (c *call) addServices(p *hostParts, out *Host) error {
	var taken []claim
	var orphans []Binding
	for i := range p.services {
		r := p.services[i]
		r.HostID, r.NetworkID = out.ID, out.NetworkID
		r.Bindings = p.rebind(r.Bindings, out)
		free, blocked := c.db.partition(&r, taken)
		if blocked {
			orphans = append(orphans, free...)
			continue
		}
		taken = append(taken, claims(r.Bindings)...)
		made, err := c.putService(&r)
		if err != nil {
			return err
		}
		out.Services = append(out.Services, *made)
	}
	if len(orphans) == 0 {
		return nil
	}
	now := Stamp{c.now()}
	made, err := c.putService(&Service{
		ID: c.newID(), CreatedAt: now, UpdatedAt: now, HostID: out.ID, NetworkID: out.NetworkID,
		ServiceDefinition: openPorts, Name: openPorts, Bindings: orphans, Tags: []uuid.UUID{}, Source: discoverySource(),
	})
	if err != nil {
		return err
	}
	out.Services = append(out.Services, *made)
	return nil
}

// rebind points bindings to the rows that the host really has. One whose row was not sent is lost, or, if only its
// interface was not, holds on all interfaces.
func (p *hostParts) rebind(bindings []Binding, h *Host) []Binding {
	iface := func(id *uuid.UUID) *uuid.UUID {
		sent := slices.IndexFunc(p.interfaces, func(r Interface) bool { return id != nil && r.ID == *id })
		if sent < 0 {
			return nil
		}
		has := slices.IndexFunc(h.Interfaces, func(r Interface) bool { return sameInterface(&r, &p.interfaces[sent]) })
		if has < 0 {
			return nil
		}
		return &h.Interfaces[has].ID
	}
	out := make([]Binding, 0, len(bindings))
	for _, b := range bindings {
		b.InterfaceID = iface(b.InterfaceID)
		if b.Type == bindInterface {
			if b.InterfaceID != nil {
				out = append(out, b)
			}
			continue
		}
		sent := slices.IndexFunc(p.ports, func(r Port) bool { return r.ID == *b.PortID })
		if sent < 0 {
			continue
		}
		has := slices.IndexFunc(h.Ports, func(r Port) bool { return samePort(&r, &p.ports[sent]) })
		if has >= 0 {
			b.PortID = &h.Ports[has].ID
			out = append(out, b)
		}
	}
	return out
}

// partition tells whether any of a service's ports is claimed, by a stored service or by one made in this request, and
// which of its bindings are free.
func (s *store) partition(r *Service, taken []claim) (free []Binding, blocked bool) {
	for id := range s.servicesByHost[r.HostID] {
		if id == r.ID {
			continue
		}
		for b := range s.bindingsByService[id] {
			if c, ok := claimOf(s.bindings.rows[b]); ok {
				taken = append(taken, c)
			}
		}
	}
	for _, b := range r.Bindings {
		if c, ok := claimOf(&b); ok && slices.ContainsFunc(taken, c.overlaps) {
			blocked = true
			continue
		}
		free = append(free, b)
	}
	return free, blocked
}
