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
	c.addChildren(dst)
	return dst, nil
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
	has := c.db.servicesOf(dst.ID)
	for _, r := range c.db.servicesOf(other.ID) {
		same := func(o *Service) bool { return o.Name == r.Name && o.ServiceDefinition == r.ServiceDefinition }
		if slices.ContainsFunc(has, same) {
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
	out := map[uuid.UUID]uuid.UUID{}
	has := c.db.interfacesOf(dst.ID)
	for _, r := range c.db.interfacesOf(other.ID) {
		same := func(o *Interface) bool {
			return (o.SubnetID == r.SubnetID && o.IPAddress == r.IPAddress) || sameMAC(o, r)
		}
		if i := slices.IndexFunc(has, same); i >= 0 {
			out[r.ID] = has[i].ID
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

// mergeHost fills what a host lacks from another and notes that it was discovered. Its updated_at stays.
func (c *call) mergeHost(h, from *Host) error {
	for _, f := range []struct{ to, from **string }{
		{&h.Hostname, &from.Hostname}, {&h.SysDescr, &from.SysDescr}, {&h.SysObjectID, &from.SysObjectID},
		{&h.SysLocation, &from.SysLocation}, {&h.SysContact, &from.SysContact},
		{&h.ManagementURL, &from.ManagementURL}, {&h.ChassisID, &from.ChassisID},
	} {
		if *f.to == nil {
			*f.to = *f.from
		}
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
