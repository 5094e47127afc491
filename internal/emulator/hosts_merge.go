// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
)

// consolidateHosts moves what hangs on one host to another and deletes it. If services of both claim a port it stops
// half-way: interfaces and ports are moved, services are not, and both hosts stay.
func consolidateHosts(c *call) (any, error) {
	dst, ok := c.db.host(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFoundAs(kindHost, c.ids[0], "Could not find destination host "+c.ids[0].String())
	}
	other, ok := c.db.host(c.ids[1])
	if !ok {
		return nil, c.dialect.errNotFoundAs(kindHost, c.ids[1], "Could not find host to consolidate "+c.ids[1].String())
	}
	for _, h := range []*Host{dst, other} {
		if err := c.mayDo(h.NetworkID, "access"); err != nil {
			return nil, err
		}
	}
	switch {
	case dst.NetworkID != other.NetworkID:
		return nil, errInvalid(c.say("Destination Host is on network %s, other host \"%s\" can't be on a different network (%s)."),
			dst.NetworkID, other.Name, other.NetworkID)
	case dst.ID == other.ID:
		return nil, errInvalid("Can't consolidate a host with itself")
	case c.db.hasDaemon(other.ID):
		return nil, errInvalid("Can't consolidate a host that has a daemon associated with it. " +
			"Consolidate the other host into the host with the daemon instead.")
	}
	if err := c.merge(dst, other); err != nil {
		return nil, err
	}
	c.db.deleteHost(other.ID)
	return c.showHost(dst), nil
}

func (c *call) merge(dst, other *Host) error {
	interfaces, err := c.moveInterfaces(dst, other)
	if err != nil {
		return err
	}
	ports, err := c.movePorts(dst, other)
	if err != nil {
		return err
	}
	if err := c.mergeHost(dst, other); err != nil {
		return err
	}
	if c.dialect.merge.credentials {
		if err := c.mergeAssignments(dst.ID, other.ID, interfaces); err != nil {
			return err
		}
	}
	if c.dialect.merge.everything {
		c.mergeBelongings(dst, other, interfaces)
	}
	has := c.db.servicesOf(dst.ID)
	for _, r := range c.db.servicesOf(other.ID) {
		same := func(o *Service) bool { return o.Name == r.Name && o.ServiceDefinition == r.ServiceDefinition }
		if i := slices.IndexFunc(has, same); i >= 0 {
			if c.dialect.merge.everything {
				c.db.moveGuests(r.ID, &has[i].ID)
			}
			continue
		}
		r.HostID, r.NetworkID = dst.ID, dst.NetworkID
		for i := range r.Bindings {
			r.Bindings[i].follow(interfaces, ports)
		}
		if err := c.changeService(r); err != nil {
			return errInternal("Failed to update service '%s' during consolidation: %s", r.Name, err)
		}
	}
	return nil
}

// follow points a binding to where its rows went. An interface that went nowhere means all interfaces.
func (b *Binding) follow(interfaces, ports map[uuid.UUID]uuid.UUID) {
	if b.PortID != nil {
		if to, ok := ports[*b.PortID]; ok {
			b.PortID = &to
		}
	}
	if b.InterfaceID == nil {
		return
	}
	if to, ok := interfaces[*b.InterfaceID]; ok {
		b.InterfaceID = &to
	} else if b.Type == bindPort {
		b.InterfaceID = nil
	}
}

// moveInterfaces gives interfaces to another host, but for those that it has; the map says where each went.
func (c *call) moveInterfaces(dst, other *Host) (map[uuid.UUID]uuid.UUID, error) {
	rows := c.db.interfacesOf(other.ID)
	out := c.matchInterfaces(c.db.interfacesOf(dst.ID), rows)
	for _, r := range rows {
		if _, ok := out[r.ID]; ok {
			continue
		}
		out[r.ID] = r.ID
		moved := *r
		moved.HostID = dst.ID
		if err := c.db.updateInterface(&moved); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// matchInterfaces finds the rows that are the same as rows that a host has.
func (c *call) matchInterfaces(has, rows []*Interface) map[uuid.UUID]uuid.UUID {
	byPlace := func(o, r *Interface) bool { return o.SubnetID == r.SubnetID && o.IPAddress == r.IPAddress }
	byMAC := sameMAC
	if c.dialect.merge.pairs {
		byMAC = func(o, r *Interface) bool { return sameMAC(o, r) && isOnlyOne(has, o) && isOnlyOne(rows, r) }
	}
	passes := []func(o, r *Interface) bool{func(o, r *Interface) bool { return byPlace(o, r) || byMAC(o, r) }}
	if c.dialect.merge.everything {
		passes = []func(o, r *Interface) bool{byPlace, byMAC}
	}
	out := map[uuid.UUID]uuid.UUID{}
	for _, same := range passes {
		for _, r := range rows {
			if _, ok := out[r.ID]; ok {
				continue
			}
			if i := slices.IndexFunc(has, func(o *Interface) bool { return same(o, r) }); i >= 0 {
				out[r.ID] = has[i].ID
			}
		}
	}
	return out
}

// isOnlyOne tells whether no other row has the MAC address of a row.
func isOnlyOne(rows []*Interface, r *Interface) bool {
	return !slices.ContainsFunc(rows, func(o *Interface) bool { return o.ID != r.ID && sameMAC(o, r) })
}

func (c *call) movePorts(dst, other *Host) (map[uuid.UUID]uuid.UUID, error) {
	out := map[uuid.UUID]uuid.UUID{}
	has := c.db.portsOf(dst.ID)
	for _, r := range c.db.portsOf(other.ID) {
		if i := slices.IndexFunc(has, func(o *Port) bool { return samePort(o, r) }); i >= 0 {
			out[r.ID] = has[i].ID
			continue
		}
		out[r.ID] = r.ID
		moved := *r
		moved.HostID, moved.NetworkID = dst.ID, dst.NetworkID
		if err := c.db.updatePort(&moved); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mergeHost fills what a host lacks from another, or takes what is stronger, and notes that it was discovered. Its
// updated_at stays.
func (c *call) mergeHost(h, from *Host) error {
	if c.dialect.merge.ranked {
		h.takeStronger(from)
	} else {
		h.fill(from)
	}
	if from.Source.Type == sourceDiscovery {
		found := from.Source.Metadata
		if h.Source.Type == sourceDiscovery {
			found = c.dialect.capped(slices.Concat(found, h.Source.Metadata))
		}
		h.Source = Source{Type: sourceDiscovery, Metadata: append([]json.RawMessage{}, found...)}
	}
	return c.db.updateHost(h)
}

// fill takes what a host lacks.
func (h *Host) fill(from *Host) {
	for _, a := range attributes() {
		if to := a.value(h); *to == nil {
			*to = *a.value(from)
			h.Facts.Sources = h.Facts.Sources.with(a.name, *to, from.Facts.Sources[a.name])
		}
	}
}

// takeStronger takes what comes from a source that is stronger, or as strong.
func (h *Host) takeStronger(from *Host) {
	stronger := func(name string) bool {
		return from.Facts.Sources[name].rank() >= h.Facts.Sources[name].rank()
	}
	if from.Name != "" && stronger("name") {
		h.Name = from.Name
		h.Facts.Sources = h.Facts.Sources.with("name", &h.Name, from.Facts.Sources["name"])
	}
	for _, a := range attributes() {
		if value := *a.value(from); value != nil && stronger(a.name) {
			*a.value(h) = value
			h.Facts.Sources = h.Facts.Sources.with(a.name, value, from.Facts.Sources[a.name])
		}
	}
	if from.Facts.OS != nil && stronger("os") {
		h.Facts.OS = from.Facts.OS
		h.Facts.Sources = h.Facts.Sources.with("os", new("os"), from.Facts.Sources["os"])
	}
	if h.Virtualization == nil && h.Facts.VirtualizationServiceID == nil {
		h.Virtualization, h.Facts.VirtualizationServiceID = from.Virtualization, from.Facts.VirtualizationServiceID
	}
}
