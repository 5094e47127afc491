// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/netip"

	"github.com/google/uuid"
)

// placeAddresses puts addresses whose subnet is unknown, or does not hold them, into one that does. For a private
// address there is always one: the server makes it.
func (c *call) placeAddresses(p *hostParts) error {
	if !c.dialect.hosts.places {
		return nil
	}
	for i := range p.interfaces {
		r := &p.interfaces[i]
		if subnet, ok := c.db.subnets.rows[r.SubnetID]; ok && subnet.contains(r.IPAddress) {
			continue
		}
		id, err := c.subnetFor(r.NetworkID, r.IPAddress)
		if err != nil {
			return err
		}
		if id != uuid.Nil {
			r.SubnetID = id
		}
	}
	return nil
}

// subnetFor finds the narrowest subnet that holds an address, or makes one of the usual width. System subnets hold
// everything and are never found.
func (c *call) subnetFor(network uuid.UUID, address string) (uuid.UUID, error) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return uuid.Nil, errInternal("invalid address %s", address)
	}
	best, width := uuid.Nil, -1
	for _, s := range c.db.subnets.pick(c.db.subnetsByNetwork[network]) {
		p, err := parseCIDR(s.CIDR)
		if err == nil && s.Source.Type != sourceSystem && p.Contains(a) && p.Bits() > width {
			best, width = s.ID, p.Bits()
		}
	}
	local := a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback()
	if best != uuid.Nil || !local {
		return best, nil
	}
	bits := 64
	if a.Is4() {
		bits = 24
	}
	cidr := netip.PrefixFrom(a, bits).Masked().String()
	made := &Subnet{
		NetworkID: network, CIDR: cidr, Name: cidr, SubnetType: "Unknown", Source: Source{Type: sourceInferred},
		CIDRSource: unknownWay, Tags: []uuid.UUID{},
	}
	c.bornIfNew(&made.ID, &made.CreatedAt, &made.UpdatedAt)
	return made.ID, c.db.insertSubnet(made)
}
