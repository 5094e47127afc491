// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// countsAsMAC says that a MAC tells machines apart: loopback and all-zero ones, and those that VRRP and HSRP share out
// among routers, don't.
func countsAsMAC(mac string) bool {
	if mac == "" || mac == "00:00:00:00:00:00" || mac == "FF:FF:FF:FF:FF:FF" {
		return false
	}
	for _, shared := range []string{
		"00:00:5E:00:01:", "00:00:5E:00:02:", // VRRP for IPv4 and IPv6
		"00:00:0C:07:AC:", "00:00:0C:9F:F", "00:05:73:A0:0", // HSRP 1, HSRP 2, HSRP for IPv6
	} {
		if strings.HasPrefix(mac, shared) {
			return false
		}
	}
	return true
}

// isSameAddress compares addresses of two Hosts: by the subnets that they resolve to, or as written where one doesn't.
func isSameAddress(b *BackendFacts, x, y *InterfaceDecl) bool {
	if x.IP != y.IP || !x.IP.IsValid() {
		return false
	}
	sx, _, _ := subnetOf(b, x)
	sy, _, _ := subnetOf(b, y)
	if sx != nil && sy != nil {
		return sx.ID == sy.ID
	}
	return x.Subnet == y.Subnet
}

// sharedMachine says by what two Hosts are the same machine, "" if they are not.
func sharedMachine(b *BackendFacts, x, y *HostDecl) string {
	for i := range x.Interfaces {
		for k := range y.Interfaces {
			p, q := &x.Interfaces[i], &y.Interfaces[k]
			switch {
			case isSameAddress(b, p, q):
				return "interface " + p.IP.String()
			case p.MAC == q.MAC && countsAsMAC(p.MAC):
				return "MAC " + p.MAC
			}
		}
	}
	return ""
}

// isDuplicate compares a Host of the group with the neighbours, pairwise: the one declared earlier has the machine.
func (j *judge) isDuplicate(m *member) bool {
	item := Item{Object: m.meta.Ref}
	var earlier []Party
	var claim string
	for _, n := range j.neighbours() {
		if n.Deleting {
			continue
		}
		by := sharedMachine(&j.in.Backend, m.host, n)
		switch {
		case by == "":
		case comparePrecedence(&n.Meta, m.meta) > 0:
			j.shadow(item, Item{Object: n.Ref}, ReasonDuplicateHost)
		default:
			earlier = append(earlier, Party{Item: Item{Object: n.Ref}, Claim: by})
			if claim == "" {
				claim = by
			}
		}
	}
	if len(earlier) == 0 {
		return false
	}
	j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonDuplicateHost, Parties: earlier, Claim: claim})
	return true
}

// neighbours are the Hosts outside the group in order of precedence.
func (j *judge) neighbours() []*HostDecl {
	out := make([]*HostDecl, 0, len(j.in.Neighbours))
	for i := range j.in.Neighbours {
		if n := &j.in.Neighbours[i]; !j.isOfGroup(n.Ref) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *HostDecl) int { return comparePrecedence(&a.Meta, &b.Meta) })
	return out
}

// isOfGroup says that a Host is one of the group's.
func (j *judge) isOfGroup(r Ref) bool {
	for _, k := range j.hosts {
		if j.members[k].meta.Ref == r {
			return true
		}
	}
	return false
}

// sameRow says by what a backend host is the machine of the declared one, "" if it is not.
func (j *judge) sameRow(h *ObservedHost) string {
	for i := range j.ifaces {
		d := &j.ifaces[i]
		if j.isIdle(d) {
			continue
		}
		for k := range h.Interfaces {
			o := &h.Interfaces[k]
			switch {
			case d.subnet != nil && o.SubnetID == d.subnet.ID && o.IP == d.decl.IP:
				return "interface " + o.IP.String()
			case d.mac == o.MAC && countsAsMAC(o.MAC):
				return "MAC " + o.MAC
			}
		}
	}
	return ""
}
