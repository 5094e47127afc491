// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// hostParts are a host and what shall hang on it, as a client or a daemon sent it.
type hostParts struct {
	host       *Host
	interfaces []Interface
	ports      []Port
	services   []Service
	ifEntries  []IfEntry
	// assignments are the credentials of the host.
	assignments []Assignment
	// interfacePlaces and servicePlaces are the positions asked for; nil where none was.
	interfacePlaces, servicePlaces []*int32
}

// createHost makes a host with everything on it, step by step; what was made before a step fails stays.
func createHost(c *call) (any, error) {
	p, err := c.parseNewHost()
	if err != nil {
		return nil, err
	}
	h := p.host
	if err := checkHostText(h); err != nil {
		return nil, err
	}
	if err := c.mayDo(h.NetworkID, "create"); err != nil {
		return nil, err
	}
	if err := c.checkNewHost(p); err != nil {
		return nil, err
	}
	if err := c.db.insertHost(h); err != nil {
		return nil, err
	}
	return c.fillHost(p, c.addChild)
}

// checkNewHost checks what can be known before anything is written.
func (c *call) checkNewHost(p *hostParts) error {
	h := p.host
	if !c.db.networks.has(h.NetworkID) {
		return errInvalid(c.say("Network %s not found"), h.NetworkID)
	}
	for i := range p.interfaces {
		if subnet, ok := c.db.subnets.rows[p.interfaces[i].SubnetID]; ok && subnet.NetworkID != h.NetworkID {
			return c.errOtherNetwork(h.NetworkID, subnet)
		}
	}
	if err := p.place(c.dialect.words.address, nil, nil); err != nil {
		return err
	}
	if service := h.Facts.VirtualizationServiceID; !c.db.runs(service) {
		return errNoRunner(service)
	}
	if err := c.placeAddresses(p); err != nil {
		return err
	}
	if other := c.machine(p); other != nil {
		return c.errSameMachine(other)
	}
	return nil
}

// parseNewHost reads the request to make a host. Daemons of old sent another shape, which nobody else may send.
func (c *call) parseNewHost() (*hostParts, error) {
	o := c.prob.object(c.body)
	now := Stamp{c.now()}
	h := &Host{
		ID: c.newID(), CreatedAt: now, UpdatedAt: now,
		Name: o.str("name"), NetworkID: o.id("network_id"), Hostname: o.optStr("hostname"),
		Description: o.optStr("description"), Source: Source{Type: sourceManual},
		Hidden: o.boolOr("hidden", false), Tags: o.tags(), SNMP: o.snmp(c.dialect),
	}
	o.hostGuest(c.dialect, h)
	h.attribute(byHand, byHand, byHand)
	h.Facts.LastSeenAt = now
	p := &hostParts{host: h}
	p.readInterfaces(c, o.listOr("interfaces"))
	p.readPorts(c, o.listOr("ports"))
	p.readServices(c, o.listOr("services"))
	p.assignments, _ = o.assignments(c.dialect)
	if c.dialect.snmp {
		p.readIfEntries(c, o.listOr("if_entries"))
	}
	switch {
	case c.prob.text != "" && c.isOldShape():
		return nil, errInvalid("Invalid request format. Please use the CreateHostRequest format.")
	case c.prob.text != "" && c.dialect.hosts.badBody != "":
		return nil, errInvalid("%s", c.dialect.hosts.badBody)
	}
	return p, c.prob.err()
}

// isOldShape tells whether a body is what daemons of old sent.
func (c *call) isOldShape() bool {
	p := &problem{words: c.prob.words}
	o := p.object(c.body)
	host := p.object(o.value("host"))
	host.id("id")
	host.id("network_id")
	host.str("name")
	for _, v := range p.list(o.value("services")) {
		s := p.object(v)
		s.id("id")
		s.id("host_id")
		s.id("network_id")
		s.str("service_definition")
		s.str("name")
	}
	return p.text == ""
}

// readIfEntries reads SNMP rows, which have ids of the client's where they can be changed.
func (p *hostParts) readIfEntries(c *call, list []any) {
	now := Stamp{c.now()}
	for _, v := range list {
		o := c.prob.object(v)
		e := o.ifEntry()
		e.ID, e.CreatedAt, e.UpdatedAt, e.MACSource = c.newID(), now, now, byHand
		if c.dialect.hosts.syncsSNMP {
			e.ID = o.id("id")
		}
		p.ifEntries = append(p.ifEntries, *e)
	}
}

func (p *hostParts) readInterfaces(c *call, list []any) {
	now := Stamp{c.now()}
	for _, v := range list {
		o := c.prob.object(v)
		p.interfaces = append(p.interfaces, Interface{
			ID: o.id("id"), CreatedAt: now, UpdatedAt: now, NetworkID: p.host.NetworkID, HostID: p.host.ID,
			SubnetID: o.id("subnet_id"), IPAddress: o.address("ip_address"), MACAddress: o.mac("mac_address"),
			Name: o.optStr("name"), MACSource: byHand,
		})
		p.interfacePlaces = append(p.interfacePlaces, o.optInt32("position"))
	}
}

// readPorts reads ports, which are shown without a type of their own until they are read again.
func (p *hostParts) readPorts(c *call, list []any) {
	now := Stamp{c.now()}
	for _, v := range list {
		o := c.prob.object(v)
		p.ports = append(p.ports, Port{
			ID: o.id("id"), CreatedAt: now, UpdatedAt: now, HostID: p.host.ID, NetworkID: p.host.NetworkID,
			Number: o.portNumber(), Protocol: o.enum("protocol", "Tcp", "Udp"), Type: customPort,
		})
	}
}

func (p *hostParts) readServices(c *call, list []any) {
	for _, v := range list {
		o, now := c.prob.object(v), Stamp{c.now()}
		r := Service{
			ID: o.id("id"), CreatedAt: now, UpdatedAt: now, HostID: p.host.ID, NetworkID: p.host.NetworkID,
			ServiceDefinition: c.dialect.definition(o.str("service_definition")), Name: o.str("name"),
			Source: Source{Type: sourceManual}, Tags: o.tags(),
		}
		o.serviceGuest(c.dialect, &r, false)
		for _, w := range o.listOr("bindings") {
			bo := c.prob.object(w)
			b := bo.bindingContent()
			b.ID, b.ServiceID, b.NetworkID, b.CreatedAt, b.UpdatedAt = bo.id("id"), r.ID, r.NetworkID, now, now
			r.Bindings = append(r.Bindings, *b)
		}
		p.services = append(p.services, r)
		p.servicePlaces = append(p.servicePlaces, o.optInt32("position"))
	}
}

// checkHostText checks lengths, with all that is wrong in one text.
func checkHostText(h *Host) error {
	var wrong []string
	if utf8.RuneCountInString(h.Name) > 100 {
		wrong = append(wrong, "name: Name must be 100 characters or less")
	}
	if h.Description != nil && utf8.RuneCountInString(*h.Description) > 500 {
		wrong = append(wrong, "description: Description must be 500 characters or less")
	}
	if len(wrong) > 0 {
		return errStatus(http.StatusBadRequest, "%s", strings.Join(wrong, "\n"))
	}
	return nil
}

// adder stores an interface or port of a new or found host, or finds the one that is the same.
type adder struct {
	iface func(*Interface) (*Interface, error)
	port  func(*Port) (*Port, error)
}

// addChild stores what a client sends as it is.
func (c *call) addChild() adder {
	return adder{
		iface: func(r *Interface) (*Interface, error) { return r, c.makeInterface(r) },
		port:  func(r *Port) (*Port, error) { return r, c.makePort(r) },
	}
}

// makeInterface stores a row that is new, with an id if it came with that of zeros.
func (c *call) makeInterface(r *Interface) error {
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return c.db.insertInterface(r)
}

func (c *call) makePort(r *Port) error {
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	return c.db.insertPort(r)
}

// fillHost adds to a host that exists: interfaces, ports, services, tags, SNMP rows. It shows what it worked on.
func (c *call) fillHost(p *hostParts, how func() adder) (*Host, error) {
	h, add := p.host, how()
	out := *h
	out.Facts.Ancestors = c.db.ancestors(h)
	out.Interfaces, out.Ports, out.Services, out.IfEntries = []Interface{}, []Port{}, []Service{}, nil
	steps := []func(*hostParts, adder, *Host) error{addInterfaces, addPorts}
	if c.dialect.hosts.portsFirst {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if err := step(p, add, &out); err != nil {
			return nil, err
		}
	}
	if err := c.addServices(p, &out); err != nil {
		return nil, err
	}
	if !c.caller.daemon {
		if err := c.db.setTags(entity{string(kindHost), h.ID}, h.Tags, c.access.organization); err != nil {
			return nil, err
		}
	}
	if err := c.addIfEntries(p, &out); err != nil {
		return nil, err
	}
	if p.assignments != nil {
		if err := c.syncAssignments(out.ID, p.assignments); err != nil {
			return nil, err
		}
	}
	out.CredentialAssignments = c.assignmentsOf(out.ID)
	return &out, nil
}

func addInterfaces(p *hostParts, add adder, out *Host) error {
	for i := range p.interfaces {
		in := p.interfaces[i]
		in.HostID = out.ID
		r, err := add.iface(&in)
		if err != nil {
			return err
		}
		out.Interfaces = append(out.Interfaces, *r)
	}
	return nil
}

func addPorts(p *hostParts, add adder, out *Host) error {
	for i := range p.ports {
		in := p.ports[i]
		in.HostID, in.NetworkID = out.ID, out.NetworkID
		r, err := add.port(&in)
		if err != nil {
			return err
		}
		out.Ports = append(out.Ports, *r)
	}
	return nil
}

// addIfEntries stores SNMP rows. Newer servers leave out without a word those that speak of addresses elsewhere.
func (c *call) addIfEntries(p *hostParts, out *Host) error {
	if c.dialect.snmp {
		out.IfEntries = []IfEntry{}
	}
	for i := range p.ifEntries {
		e := p.ifEntries[i]
		e.HostID, e.NetworkID = out.ID, out.NetworkID
		if c.dialect.hosts.syncsSNMP && e.InterfaceID != nil && !c.db.isOnHost(*e.InterfaceID, out.ID) {
			continue
		}
		if err := c.db.putIfEntry(&e); err != nil {
			return err
		}
		out.IfEntries = append(out.IfEntries, *c.dialect.named(&e))
	}
	return nil
}
