// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/netip"
	"slices"

	"github.com/google/uuid"
)

// mergeProven merges into a host the others that a daemon's report proves to be the same device. What breaks off stays
// half-way.
func (c *call) mergeProven(matched *Host, p *hostParts) error {
	if !c.dialect.hosts.provesSame || !c.accounts(p, matched.ID) {
		return nil
	}
	hosts := c.db.hosts.pick(c.db.hostsByNetwork[matched.NetworkID])
	for _, h := range hosts {
		if h.ID == matched.ID || c.db.hasDaemon(h.ID) || !c.accounts(p, h.ID) {
			continue
		}
		other, _ := c.db.host(h.ID)
		if err := c.merge(matched, other); err != nil {
			return err
		}
		c.db.deleteHost(other.ID)
	}
	return nil
}

// accounts tells whether a report accounts for a host: it has addresses by which it can be known, and each is one that
// was reported and has one of the MAC addresses that were.
func (c *call) accounts(p *hostParts, host uuid.UUID) bool {
	macs := realMACs(p)
	known := 0
	for _, r := range c.db.interfacesOf(host) {
		if !c.identifies(r) {
			continue
		}
		known++
		reported := slices.ContainsFunc(p.interfaces, func(i Interface) bool {
			return i.SubnetID == r.SubnetID && i.IPAddress == r.IPAddress
		})
		if !reported || r.MACAddress == nil || macs[*r.MACAddress] == 0 {
			return false
		}
	}
	return known > 0
}

// identifies tells whether a host can be known by an address: not by a loopback, one that routers share, or one that
// there is only inside a host.
func (c *call) identifies(r *Interface) bool {
	if a, err := netip.ParseAddr(r.IPAddress); err != nil || a.IsLoopback() {
		return false
	}
	if r.MACAddress != nil && isVirtualMAC(*r.MACAddress) {
		return false
	}
	s, ok := c.db.subnets.rows[r.SubnetID]
	return !ok || !slices.Contains([]string{"DockerBridge", "PodmanBridge", "Loopback"}, s.SubnetType)
}
