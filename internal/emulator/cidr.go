// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// cidr is a network; one of a single address is written without its length.
func (o object) cidr() string {
	s := o.str("cidr")
	p, err := parseCIDR(s)
	switch {
	case err != nil:
		o.prob.say("Invalid CIDR '" + s + "': " + err.Error())
	case p != p.Masked():
		o.prob.say("Invalid CIDR '" + s + "': address doesn't align with the subnet mask. " +
			"Use a network address (e.g., for /24, the last octet should be 0).")
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.String()
}

func parseCIDR(s string) (netip.Prefix, error) {
	address, length, ok := s, "", false
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		address, length, ok = s[:i], s[i+1:], true
	}
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, errors.New("couldn't parse address in network: invalid IP address syntax")
	}
	if !ok {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(length, "+"), 10, 8)
	switch {
	case length == "":
		return netip.Prefix{}, errors.New("couldn't parse length in network: cannot parse integer from empty string")
	case errors.Is(err, strconv.ErrRange):
		return netip.Prefix{}, errors.New("couldn't parse length in network: number too large to fit in target type")
	case err != nil:
		return netip.Prefix{}, errors.New("couldn't parse length in network: invalid digit found in string")
	}
	if family := map[int]string{32: "Ipv4", 128: "Ipv6"}[a.BitLen()]; int(n) > a.BitLen() {
		return netip.Prefix{}, fmt.Errorf(
			"invalid length for network: Network length %d is too long for %s (maximum: %d)", n, family, a.BitLen())
	}
	return netip.PrefixFrom(a, int(n)), nil
}

// contains tells whether a subnet has an address in it.
func (r *Subnet) contains(address string) bool {
	p, err := parseCIDR(r.CIDR)
	a, err2 := netip.ParseAddr(address)
	return err == nil && err2 == nil && p.Contains(a)
}
