// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"
)

func discoverySource() Source { return Source{Type: sourceDiscovery, Metadata: []json.RawMessage{}} }

// discoverHost is a daemon's report: a host that is the same machine is added to, else one is made, with the daemon's ids.
func discoverHost(c *call) (any, error) {
	p, err := c.parseDiscovery()
	if err != nil {
		return nil, err
	}
	if !c.caller.sees(p.host.NetworkID) {
		return nil, errStatus(http.StatusForbidden, "%s", c.say("Daemon cannot create hosts on networks it's not assigned to"))
	}
	out, err := c.discover(p)
	if _, ok := errors.AsType[*apiError](err); ok {
		return nil, errInternal("No host returned from processor") // the server keeps the reason to itself
	}
	return out, err
}

func (c *call) parseDiscovery() (*hostParts, error) {
	o := c.prob.object(c.body)
	if o.fields[c.dialect.words.key("interfaces")] == nil { // a daemon of before 0.16
		old := words014()
		c.prob.words = &old
	}
	p := &hostParts{host: c.reportedHost(c.prob.object(o.need("host")))}
	for _, v := range c.prob.list(o.need("interfaces")) {
		r := c.prob.object(v).wholeInterface()
		r.MACSource = bySelf
		p.interfaces = append(p.interfaces, *r)
	}
	for _, v := range c.prob.list(o.need("ports")) {
		p.ports = append(p.ports, *c.prob.object(v).wholePort(c.dialect))
	}
	for _, v := range c.prob.list(o.need("services")) {
		p.services = append(p.services, *c.prob.object(v).wholeService(c.dialect, c.now()))
	}
	for _, v := range o.listOr("if_entries") {
		e := c.prob.object(v).wholeIfEntry()
		c.bornIfNew(&e.ID, &e.CreatedAt, &e.UpdatedAt)
		e.MACSource = bySelf
		p.ifEntries = append(p.ifEntries, *e)
	}
	return p, c.prob.err()
}

// reportedHost reads what a daemon says of a host. Nobody knows where its name came from.
func (c *call) reportedHost(o object) *Host {
	h := o.wholeHost(c.dialect)
	h.Facts.SysName, h.Facts.Manufacturer, h.Facts.Model = o.optStr("sys_name"), o.optStr("manufacturer"), o.optStr("model")
	h.Facts.SerialNumber, h.Facts.AssetTag = o.optStr("serial_number"), o.optStr("asset_tag")
	h.Facts.FirmwareRevision, h.Facts.SoftwareRevision = o.optStr("firmware_revision"), o.optStr("software_revision")
	h.attribute(unknownWay, bySelf, bySNMP)
	if os := o.value("os"); os != nil {
		h.Facts.OS = rawJSON(os)
		h.Facts.Sources = h.Facts.Sources.with("os", new("os"), bySelf)
	}
	h.Facts.LastSeenAt = Stamp{c.now()}
	return h
}

func (c *call) discover(p *hostParts) (*Host, error) {
	if same := c.machine(p); same != nil {
		p.host.ID = same.ID
	}
	old, ok := c.db.host(p.host.ID)
	switch {
	case ok && old.NetworkID != p.host.NetworkID:
		return nil, errInvalid(c.say("Network mismatch: Daemon is trying to update host '%s' (id: %s) but cannot proceed."),
			old.Name, old.ID)
	case ok:
		old.Facts.LastSeenAt = Stamp{c.now()}
		if err := c.mergeHost(old, p.host); err != nil {
			return nil, err
		}
		if err := c.mergeProven(old, p); err != nil {
			return nil, err
		}
		p.host = old
	default:
		c.bornIfNew(&p.host.ID, &p.host.CreatedAt, &p.host.UpdatedAt)
		if err := c.db.insertHost(p.host); err != nil {
			return nil, err
		}
	}
	out, err := c.fillHost(p, c.findOrAddChild)
	if err == nil && c.dialect.hosts.linksSNMP && len(p.ifEntries) > 0 {
		c.db.linkIfEntries(p.host.ID)
	}
	return out, err
}

// linkIfEntries ties SNMP rows of a host to the interfaces with their MAC.
func (s *store) linkIfEntries(host uuid.UUID) {
	for _, e := range s.ifEntriesOf(host) {
		for _, i := range s.interfacesOf(host) {
			if e.InterfaceID == nil && e.MACAddress != nil && i.MACAddress != nil && *e.MACAddress == *i.MACAddress {
				linked := *e
				linked.InterfaceID = &i.ID
				s.ifEntries.put(&linked)
			}
		}
	}
}

// findOrAddChild takes the row that a host has for the one that was found.
func (c *call) findOrAddChild() adder {
	return adder{iface: c.findOrAddInterface, port: c.findOrAddPort}
}

func (c *call) findOrAddInterface(r *Interface) (*Interface, error) {
	if old, ok := c.db.interfaces.rows[r.ID]; ok {
		return old, nil
	}
	rows := c.db.interfaces.pick(c.db.interfacesByHost[r.HostID])
	for _, same := range []func(*Interface) bool{
		func(o *Interface) bool { return o.SubnetID == r.SubnetID && o.IPAddress == r.IPAddress },
		func(o *Interface) bool { return sameMAC(o, r) },
	} {
		if i := slices.IndexFunc(rows, same); i >= 0 {
			return rows[i], nil
		}
	}
	return r, c.makeInterface(r)
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
	return r, c.makePort(r)
}
