// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// hostChange is a request to change a host; a list that is absent is left alone.
type hostChange struct {
	hostParts
	expected                        *time.Time
	setInterfaces, setPorts, setSvc bool
	setIfEntries, setAssignments    bool
}

// updateHost changes a host and works its lists off one after another: tags, the host, interfaces, ports, services.
// What was done before an error stays done.
func updateHost(c *call) (any, error) {
	old, err := c.hostToChange()
	if err != nil {
		return nil, err
	}
	p, err := c.parseHostChange(old)
	if err != nil {
		return nil, err
	}
	h := p.host
	if err := checkHostText(h); err != nil {
		return nil, err
	}
	if err := c.mayDo(old.NetworkID, "access"); err != nil {
		return nil, err
	}
	if at := old.UpdatedAt; p.expected != nil && !p.expected.Truncate(time.Microsecond).Equal(at.Time) {
		return nil, errInvalid("Host was modified by another process (possibly discovery). "+
			"Please reload and try again. Expected: %s, Actual: %s", displayed(*p.expected), displayed(at.Time))
	}
	if err := c.changeHost(h); err != nil {
		return nil, err
	}
	if err := c.syncHost(p); err != nil {
		return nil, err
	}
	out := *h
	c.addChildren(&out)
	out.Tags = c.db.tagging.list(entity{string(kindHost), h.ID})
	return &out, nil
}

// changeHost writes the tags and then the host's own row.
func (c *call) changeHost(h *Host) error {
	if service := h.Facts.VirtualizationServiceID; !c.db.runs(service) {
		return errNoRunner(service)
	}
	if err := c.db.setTags(entity{string(kindHost), h.ID}, h.Tags, c.access.organization); err != nil {
		return err
	}
	h.UpdatedAt = Stamp{c.now()}
	return c.db.updateHost(h)
}

// hostToChange finds the host, after the body was read: a broken body of an absent host is a broken body.
func (c *call) hostToChange() (*Host, error) {
	old, ok := c.db.host(c.ids[0])
	if ok {
		return old, nil
	}
	p, err := c.parseHostChange(&Host{})
	if err != nil {
		return nil, err
	}
	if err := checkHostText(p.host); err != nil {
		return nil, err
	}
	return nil, c.dialect.errHostNotFound(c.ids[0])
}

func (c *call) parseHostChange(old *Host) (*hostChange, error) {
	c.prob.streamed = true
	o := c.prob.object(c.body)
	o.id("id") // must be there; the one of the path counts
	h := *old
	h.Name, h.Hostname, h.Description = o.str("name"), o.optStr("hostname"), o.optStr("description")
	h.Hidden, h.Tags = o.boolean("hidden"), o.tags()
	o.hostGuest(c.dialect, &h)
	h.renamed(old)
	p := &hostChange{hostParts: hostParts{host: &h}, expected: o.optTime("expected_updated_at")}
	if list := o.value("interfaces"); list != nil {
		p.setInterfaces = true
		p.readInterfaces(c, c.prob.list(list))
	}
	if list := o.value("ports"); list != nil {
		p.setPorts = true
		p.readPorts(c, c.prob.list(list))
	}
	if list := o.value("services"); list != nil {
		p.setSvc = true
		p.readServices(c, c.prob.list(list))
	}
	if list := o.value("if_entries"); list != nil && c.dialect.hosts.syncsSNMP {
		p.setIfEntries = true
		p.readIfEntries(c, c.prob.list(list))
	}
	p.assignments, p.setAssignments = o.assignments(c.dialect)
	return p, c.prob.err()
}

// displayed is how the server writes a time in messages.
func displayed(t time.Time) string {
	return t.UTC().Format("2006-01-02 15:04:05" + fraction(t) + " UTC")
}

func (c *call) syncHost(p *hostChange) error {
	if p.setInterfaces {
		if err := c.syncInterfaces(p); err != nil {
			return err
		}
	}
	if p.setPorts {
		if err := c.syncPorts(p); err != nil {
			return err
		}
	}
	if p.setSvc {
		if err := c.syncServices(p); err != nil {
			return err
		}
	}
	if p.setIfEntries {
		if err := c.syncIfEntries(p); err != nil {
			return err
		}
	}
	if p.setAssignments {
		return c.syncAssignments(p.host.ID, p.assignments)
	}
	return nil
}

func (c *call) syncIfEntries(p *hostChange) error {
	var listed []uuid.UUID
	for i := range p.ifEntries {
		listed = append(listed, p.ifEntries[i].ID)
	}
	old := known(c.db.ifEntriesOf(p.host.ID), listed, c.db.deleteIfEntry)
	for i := range p.ifEntries {
		e := &p.ifEntries[i]
		e.HostID, e.NetworkID = p.host.ID, p.host.NetworkID
		if o, ok := old[e.ID]; ok {
			e.CreatedAt = o.CreatedAt
		}
		if err := c.db.putIfEntry(e); err != nil {
			return err
		}
	}
	return nil
}

// known maps the rows that there are by id, and deletes those that a list leaves out.
func known[T row](rows []T, listed []uuid.UUID, remove func(uuid.UUID)) map[uuid.UUID]T {
	out := map[uuid.UUID]T{}
	for _, r := range rows {
		out[r.key()] = r
		if !slices.Contains(listed, r.key()) {
			remove(r.key())
		}
	}
	return out
}

func (c *call) syncInterfaces(p *hostChange) error {
	rows := c.db.interfacesOf(p.host.ID)
	at := map[uuid.UUID]int32{}
	for _, r := range rows {
		at[r.ID] = r.Position
	}
	if err := p.placeInterfaces(c.dialect.words.address, at); err != nil {
		return err
	}
	var listed []uuid.UUID
	for i := range p.interfaces {
		listed = append(listed, p.interfaces[i].ID)
	}
	old := known(rows, listed, c.db.deleteInterface)
	for i := range p.interfaces {
		r, write := &p.interfaces[i], c.makeInterface
		if o, ok := old[r.ID]; ok {
			c.dialect.keepFixed(r, o)
			r.keepTime(o)
			write = c.db.updateInterface
		}
		if err := write(r); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) syncPorts(p *hostChange) error {
	var listed []uuid.UUID
	for i := range p.ports {
		listed = append(listed, p.ports[i].ID)
	}
	old := known(c.db.portsOf(p.host.ID), listed, c.db.deletePort)
	for i := range p.ports {
		r, write := &p.ports[i], c.makePort
		if o, ok := old[r.ID]; ok {
			r.keepTimes(o)
			write = c.db.updatePort
		}
		if err := write(r); err != nil {
			return err
		}
	}
	return nil
}

// syncServices works services that lose ports off first, so that another can take them in the same request.
func (c *call) syncServices(p *hostChange) error {
	rows := c.db.servicesOf(p.host.ID)
	at := map[uuid.UUID]int32{}
	for _, r := range rows {
		at[r.ID] = r.Position
	}
	if err := p.placeServices(at); err != nil {
		return err
	}
	var listed []uuid.UUID
	for i := range p.services {
		listed = append(listed, p.services[i].ID)
	}
	old := known(rows, listed, c.db.deleteService)
	for _, losing := range []bool{true, false} {
		for i := range p.services {
			r := &p.services[i]
			if losesPorts(old[r.ID], r) != losing {
				continue
			}
			if err := c.syncService(old[r.ID], r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *call) syncService(old, r *Service) error {
	if c.dialect.hosts.requeues {
		c.db.turn = c.now()
		defer func() { c.db.turn = time.Time{} }()
	}
	if old == nil {
		_, err := c.putService(r)
		return err
	}
	r.keepDiscovered(old)
	r.keepTimes(old)
	return c.changeService(r)
}

// losesPorts tells whether a service had a port that it shall have no more.
func losesPorts(old, r *Service) bool {
	if old == nil {
		return false
	}
	wanted := claims(r.Bindings)
	return slices.ContainsFunc(claims(old.Bindings), func(c claim) bool {
		return !slices.ContainsFunc(wanted, func(w claim) bool { return w.port == c.port && sameID(w.iface, c.iface) })
	})
}
