// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"net/http"
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
		return nil, errInvalid("Destination Host is on network %s, other host \"%s\" can't be on a different network (%s).",
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

func discoverySource() Source { return Source{Type: sourceDiscovery, Metadata: []json.RawMessage{}} }

// discoverHost is a daemon's report: a host that is the same machine is added to, else one is made, with the daemon's ids.
func discoverHost(c *call) (any, error) {
	p, err := c.parseDiscovery()
	if err != nil {
		return nil, err
	}
	if !c.caller.sees(p.host.NetworkID) {
		return nil, errStatus(http.StatusForbidden, "Daemon cannot create hosts on networks it's not assigned to")
	}
	out, err := c.discover(p)
	if _, ok := errors.AsType[*apiError](err); ok {
		return nil, errInternal("No host returned from processor") // the server keeps the reason to itself
	}
	return out, err
}

func (c *call) parseDiscovery() (*hostParts, error) {
	o := c.prob.object(c.body)
	p := &hostParts{host: c.prob.object(o.need("host")).wholeHost(c.dialect)}
	for _, v := range c.prob.list(o.need("interfaces")) {
		p.interfaces = append(p.interfaces, *c.prob.object(v).wholeInterface())
	}
	for _, v := range c.prob.list(o.need("ports")) {
		p.ports = append(p.ports, *c.prob.object(v).wholePort(c.dialect))
	}
	for _, v := range c.prob.list(o.need("services")) {
		p.services = append(p.services, *c.prob.object(v).wholeService(c.dialect, c.now()))
	}
	return p, c.prob.err()
}

func (c *call) discover(p *hostParts) (*Host, error) {
	if same := c.db.sameMachine(p.host.NetworkID, p.interfaces); same != nil {
		p.host.ID = same.ID
	}
	old, ok := c.db.host(p.host.ID)
	switch {
	case ok && old.NetworkID != p.host.NetworkID:
		return nil, errInvalid("Network mismatch: Daemon is trying to update host '%s' (id: %s) but cannot proceed.",
			old.Name, old.ID)
	case ok:
		if err := c.mergeHost(old, p.host); err != nil {
			return nil, err
		}
		p.host = old
	default:
		c.bornIfNew(&p.host.ID, &p.host.CreatedAt, &p.host.UpdatedAt)
		if err := c.db.insertHost(p.host); err != nil {
			return nil, err
		}
	}
	return c.fillHost(p, c.findOrAddChild)
}

// findOrAddChild takes the row that a host has for the one that was found.
func (c *call) findOrAddChild() adder {
	return adder{iface: c.findOrAddInterface, port: c.findOrAddPort}
}

func (c *call) findOrAddInterface(r *Interface) (*Interface, error) {
	if old, ok := c.db.interfaces.rows[r.ID]; ok {
		return old, nil
	}
	rows := c.db.interfacesOf(r.HostID)
	for _, same := range []func(*Interface) bool{
		func(o *Interface) bool { return o.SubnetID == r.SubnetID && o.IPAddress == r.IPAddress },
		func(o *Interface) bool { return sameMAC(o, r) },
	} {
		if i := slices.IndexFunc(rows, same); i >= 0 {
			return rows[i], nil
		}
	}
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return r, c.db.insertInterface(r)
}

func (c *call) findOrAddPort(r *Port) (*Port, error) {
	if old, ok := c.db.ports.rows[r.ID]; ok {
		return c.showPort(old), nil
	}
	for _, o := range c.db.portsOf(r.HostID) {
		if samePort(o, r) {
			return c.showPort(o), nil
		}
	}
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return r, c.db.insertPort(r)
}
