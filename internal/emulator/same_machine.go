// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"

	"github.com/google/uuid"
)

// machine finds the host that a new one, or one that a daemon reports, is the same machine as.
func (c *call) machine(p *hostParts) *Host {
	if !c.dialect.hosts.tiers {
		return c.db.sameMachine(p.host.NetworkID, p.interfaces)
	}
	return c.db.sameByTiers(p)
}

// sameByTiers looks by address first, then by MAC, then by chassis; by MACs of SNMP rows too in the end. A host that only
// has virtual addresses is found by address only on hosts that have no MAC of their own.
func (s *store) sameByTiers(p *hostParts) *Host {
	real := realMACs(p)
	onlyVirtual := len(real) == 0 && hasVirtualMAC(p)
	network := p.host.NetworkID
	byPlace := func(h *Host) bool { return !onlyVirtual || !s.hasRealMAC(h.ID) }
	if h := s.oldest(network, s.hostsAt(p), byPlace); h != nil {
		return h
	}
	if h := s.oldest(network, s.hostsWithMAC(real), every); h != nil {
		return h
	}
	if h := s.onlyChassis(p.host); h != nil {
		return h
	}
	return s.oldest(network, s.hostsWithSNMP(real), every)
}

// hostsAt are the hosts of the rows, or with rows at the places, of a host.
func (s *store) hostsAt(p *hostParts) idSet {
	out := idSet{}
	for i := range p.interfaces {
		in := &p.interfaces[i]
		if row, ok := s.interfaces.rows[in.ID]; ok {
			out[row.HostID] = struct{}{}
		}
		for id := range s.interfacesByPlace[place{in.SubnetID, in.IPAddress}] {
			out[s.interfaces.rows[id].HostID] = struct{}{}
		}
	}
	return out
}

func (s *store) hostsWithMAC(macs map[string]int) idSet {
	out := idSet{}
	for mac, n := range macs {
		if n > 1 { // says nothing about one machine
			continue
		}
		for id := range s.interfacesByMAC[mac] {
			out[s.interfaces.rows[id].HostID] = struct{}{}
		}
	}
	return out
}

func (s *store) hostsWithSNMP(macs map[string]int) idSet {
	out := idSet{}
	for _, e := range s.ifEntries.rows {
		if e.MACAddress != nil && macs[*e.MACAddress] == 1 {
			out[e.HostID] = struct{}{}
		}
	}
	return out
}

// onlyChassis is the one host with the chassis of another, if there is only one.
func (s *store) onlyChassis(h *Host) *Host {
	if h.ChassisID == nil || *h.ChassisID == "" {
		return nil
	}
	var found []*Host
	for id := range s.hostsByNetwork[h.NetworkID] {
		if o := s.hosts.rows[id]; o.ChassisID != nil && *o.ChassisID == *h.ChassisID {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// oldest is the oldest host of a set that is in the network and will do.
func (s *store) oldest(network uuid.UUID, of idSet, will func(*Host) bool) *Host {
	for _, h := range s.hosts.pick(of) {
		if h.NetworkID == network && will(h) {
			return h
		}
	}
	return nil
}

// realMACs counts the MAC addresses by which a machine can be known, of its addresses and of its SNMP rows.
func realMACs(p *hostParts) map[string]int {
	out := map[string]int{}
	for i := range p.interfaces {
		if mac := p.interfaces[i].MACAddress; mac != nil && !isVirtualMAC(*mac) {
			out[*mac]++
		}
	}
	for i := range p.ifEntries {
		if mac := p.ifEntries[i].MACAddress; mac != nil && !isVirtualMAC(*mac) && out[*mac] == 0 {
			out[*mac]++
		}
	}
	return out
}

func hasVirtualMAC(p *hostParts) bool {
	for i := range p.interfaces {
		if mac := p.interfaces[i].MACAddress; mac != nil && isVirtualMAC(*mac) {
			return true
		}
	}
	return false
}

func (s *store) hasRealMAC(host uuid.UUID) bool {
	for _, r := range s.interfacesOf(host) {
		if r.MACAddress != nil && !isVirtualMAC(*r.MACAddress) {
			return true
		}
	}
	return false
}

// zeroMAC is what loopbacks have.
const zeroMAC = "00:00:00:00:00:00"

// isVirtualMAC: those of loopbacks and of addresses that routers share (VRRP, HSRP) say nothing about a machine.
func isVirtualMAC(mac string) bool {
	for _, prefix := range []string{"00:00:5E:00:01:", "00:00:5E:00:02:", "00:00:0C:07:AC:", "00:00:0C:9F:F", "00:05:73:A0:0"} {
		if strings.HasPrefix(mac, prefix) {
			return true
		}
	}
	return mac == zeroMAC
}
