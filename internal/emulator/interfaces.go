// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

func interfaceRoutes() []route {
	return append(crud(kindInterface, member, getInterface, deleteInterface, bulkDeleteInterfaces),
		route{method: http.MethodGet, path: "/api/v1/interfaces", who: viewer, reads: true, handle: listInterfaces},
		route{method: http.MethodPost, path: "/api/v1/interfaces", who: member, body: true, handle: createInterface},
		route{method: http.MethodPut, path: "/api/v1/interfaces/{id}", who: member, body: true, handle: updateInterface})
}

func listInterfaces(c *call) (any, error) {
	keep, err := allOf(
		func() (filter[*Interface], error) {
			return inNetworks(c, func(r *Interface) uuid.UUID { return r.NetworkID })
		},
		func() (filter[*Interface], error) {
			return byID(c, "subnet_id", func(r *Interface) uuid.UUID { return r.SubnetID })
		},
		func() (filter[*Interface], error) {
			return byID(c, "host_id", func(r *Interface) uuid.UUID { return r.HostID })
		})
	if err != nil {
		return nil, err
	}
	return paged(c, c.db.interfaces.where(keep), func(r *Interface) *Interface { return r })
}

func getInterface(c *call) (any, error) {
	r, ok := c.db.interfaces.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindInterface, c.ids[0])
	}
	return r, c.mayDo(r.NetworkID, "access")
}

// wholeInterface reads the body. Nobody knows where its MAC address came from.
func (c *call) wholeInterface() *Interface {
	o := c.prob.object(c.body)
	if c.dialect.derivesTypes {
		o.need("name")
	}
	return o.wholeInterface()
}

// checkInterface checks an interface against its host and subnet, as far as these exist.
func (c *call) checkInterface(r *Interface) error {
	if h, ok := c.db.hosts.rows[r.HostID]; ok && h.NetworkID != r.NetworkID {
		return c.dialect.errNetworkMismatch(kindHost, fmt.Sprintf(
			"Host is on network %s, interface can't be on a different network (%s)", h.NetworkID, r.NetworkID))
	}
	subnet, ok := c.db.subnets.rows[r.SubnetID]
	if !ok {
		return nil
	}
	if subnet.NetworkID != r.NetworkID {
		return c.dialect.errNetworkMismatch(kindSubnet, fmt.Sprintf(
			"Subnet \"%s\" is on network %s, interface can't be on a different network (%s)",
			subnet.Name, subnet.NetworkID, r.NetworkID))
	}
	if !subnet.contains(r.IPAddress) {
		return c.dialect.errOutOfRange(r.IPAddress, subnet.Name, fmt.Sprintf(
			"IP address %s is not within subnet \"%s\" CIDR range (%s)", r.IPAddress, subnet.Name, subnet.CIDR))
	}
	return nil
}

// createInterface appends an interface to its host, whatever position it asks for.
func createInterface(c *call) (any, error) {
	r := c.wholeInterface()
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.checkInterface(r); err != nil {
		return nil, err
	}
	r.Position = int32(len(c.db.interfacesByHost[r.HostID]))
	if err := c.mayDo(r.NetworkID, "create"); err != nil {
		return nil, err
	}
	return r, c.makeInterface(r)
}

func updateInterface(c *call) (any, error) {
	r := c.wholeInterface()
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.checkInterface(r); err != nil {
		return nil, err
	}
	if err := c.checkPosition(r, c.ids[0]); err != nil {
		return nil, err
	}
	old, ok := c.db.interfaces.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindInterface, c.ids[0])
	}
	r.ID = old.ID
	c.dialect.keepFixed(r, old)
	if err := c.mayUpdate(old.NetworkID, r.NetworkID); err != nil {
		return nil, err
	}
	return r, c.db.updateInterface(r)
}

// keepFixed keeps what an update cannot change.
func (d *dialect) keepFixed(r, old *Interface) {
	r.CreatedAt = old.CreatedAt
	if old.MACAddress == nil {
		return
	}
	stronger := d.macRanked && r.MACAddress != nil && r.MACSource.rank() > old.MACSource.rank()
	if (d.macFixed || d.macRanked) && !stronger {
		r.MACAddress, r.MACSource = old.MACAddress, old.MACSource
	}
}

// checkPosition refuses a position that the host has not, or that another interface has.
func (c *call) checkPosition(r *Interface, id uuid.UUID) error {
	rows := c.db.interfacesOf(r.HostID)
	if most := int32(len(rows)) - 1; r.Position < 0 || r.Position > most {
		return errInvalid(c.say("Interface position %d is out of range. Valid positions are 0 to %d."), r.Position, most)
	}
	for _, o := range rows {
		if o.ID != id && o.Position == r.Position {
			return errInvalid(c.say("Interface position %d is already used by another interface."), r.Position)
		}
	}
	return nil
}

// closeGaps numbers a host's interfaces anew.
func (s *store) closeGaps(host uuid.UUID) {
	for i, r := range s.interfacesOf(host) {
		if r.Position != int32(i) {
			moved := *r
			moved.Position = int32(i)
			s.storeInterface(&moved)
		}
	}
}

func deleteInterface(c *call) (any, error) {
	r, ok := c.db.interfaces.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFoundAs(kindInterface, c.ids[0], "Interface '"+c.ids[0].String()+"' not found")
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteInterface(r.ID)
	c.db.closeGaps(r.HostID)
	return nil, nil
}

func bulkDeleteInterfaces(c *call) (any, error) {
	hosts := idSet{}
	out, err := bulkDelete(c, c.db.interfaces.rows, func(r *Interface) error {
		hosts[r.HostID] = struct{}{}
		return c.mayBulkDelete(r.NetworkID)
	}, c.db.deleteInterface)
	if err != nil {
		return nil, err
	}
	for host := range hosts {
		c.db.closeGaps(host)
	}
	return out, nil
}
