// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// faultOf says what is wrong with something declared: a finding without its item.
type faultOf struct {
	condition ConditionType
	reason    Reason
	detail    string
	advice    string
}

// subnetOf finds the subnet of an address: the one that is named by CIDR, id or name, else the longest prefix of the
// network that has the address. create is the CIDR of one that has to be made first.
func subnetOf(b *BackendFacts, d *InterfaceDecl) (found *Subnet, create string, fault *faultOf) {
	if d.Subnet == "" {
		return longestPrefix(b.Subnets, d.IP)
	}
	prefix, err := netip.ParsePrefix(d.Subnet)
	isCIDR := err == nil
	matches := subnetsNamed(b.Subnets, d.Subnet, prefix, isCIDR)
	switch {
	case len(matches) > 1:
		return nil, "", &faultOf{ResolvedRefs, ReasonAmbiguous,
			fmt.Sprintf("%d subnets of the network are %q: ids %s", len(matches), d.Subnet, idsOf(matches)), "give the id of one of them"}
	case len(matches) == 1 && !matches[0].CIDR.Contains(d.IP):
		return nil, "", outside(d.IP, matches[0].CIDR)
	case len(matches) == 1:
		return matches[0], "", nil
	case isCIDR && !prefix.Contains(d.IP):
		return nil, "", outside(d.IP, prefix)
	case isCIDR && b.CreateSubnets:
		return nil, prefix.Masked().String(), nil
	}
	return nil, "", &faultOf{ResolvedRefs, ReasonSubnetNotFound, fmt.Sprintf("the network has no subnet %q", d.Subnet),
		"create it in Scanopy, or name another"}
}

func outside(ip netip.Addr, p netip.Prefix) *faultOf {
	return &faultOf{Accepted, ReasonInvalid, fmt.Sprintf("%s is not in subnet %s", ip, p), "correct the address or the subnet"}
}

// subnetsNamed are those that a CIDR, an id or else a name means, sorted by id.
func subnetsNamed(all []Subnet, text string, prefix netip.Prefix, isCIDR bool) []*Subnet {
	var byName []*Subnet
	for i := range all {
		s := &all[i]
		switch {
		case s.ID == text:
			return []*Subnet{s}
		case isCIDR && s.CIDR.Masked() == prefix.Masked(), !isCIDR && s.Name == text:
			byName = append(byName, s)
		}
	}
	slices.SortFunc(byName, func(a, b *Subnet) int { return strings.Compare(a.ID, b.ID) })
	return byName
}

func longestPrefix(all []Subnet, ip netip.Addr) (*Subnet, string, *faultOf) {
	var best []*Subnet
	for i := range all {
		s := &all[i]
		if s.CIDR.Bits() <= 0 || !s.CIDR.Contains(ip) {
			continue
		}
		if len(best) > 0 && s.CIDR.Bits() > best[0].CIDR.Bits() {
			best = best[:0]
		}
		if len(best) == 0 || s.CIDR.Bits() == best[0].CIDR.Bits() {
			best = append(best, s)
		}
	}
	switch len(best) {
	case 0:
		return nil, "", &faultOf{ResolvedRefs, ReasonSubnetNotFound, fmt.Sprintf("the network has no subnet with %s", ip),
			"create one in Scanopy, or write its CIDR as the interface's subnet where the Backend has createMissing: [Subnets]"}
	case 1:
		return best[0], "", nil
	}
	slices.SortFunc(best, func(a, b *Subnet) int { return strings.Compare(a.ID, b.ID) })
	return nil, "", &faultOf{ResolvedRefs, ReasonAmbiguous,
		fmt.Sprintf("%d subnets %s have %s: ids %s", len(best), best[0].CIDR, ip, idsOf(best)), "name one of them by its id"}
}

func idsOf(all []*Subnet) string {
	ids := make([]string, 0, len(all))
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return enumerate(ids)
}

// tagBook finds tags by id and name. Its maps are made when the first tag is asked for.
type tagBook struct {
	backend *BackendFacts
	byName  map[string][]string
	ids     map[string]bool
}

// resolve turns names and ids into sorted ids without duplicates, and into the names of tags that have to be made.
func (b *tagBook) resolve(declared []string) (ids, create []string, fault *faultOf) {
	if b.ids == nil && len(declared) > 0 {
		b.fill()
	}
	var missing, ambiguous []string
	ids = make([]string, 0, len(declared))
	for _, t := range declared {
		named := b.byName[t]
		switch {
		case b.ids[t]:
			ids = append(ids, t)
		case len(named) == 1:
			ids = append(ids, named[0])
		case len(named) > 1:
			ambiguous = append(ambiguous, t)
		case b.backend.CreateTags && !isID(t):
			create = append(create, t)
		default:
			missing = append(missing, t)
		}
	}
	return distinct(ids), distinct(create), tagFault(distinct(missing), distinct(ambiguous))
}

func (b *tagBook) fill() {
	b.byName, b.ids = make(map[string][]string, len(b.backend.Tags)), make(map[string]bool, len(b.backend.Tags))
	for _, t := range b.backend.Tags {
		b.ids[t.ID] = true
		b.byName[t.Name] = append(b.byName[t.Name], t.ID)
	}
}

func tagFault(missing, ambiguous []string) *faultOf {
	switch {
	case len(missing) > 0:
		return &faultOf{ResolvedRefs, ReasonTagNotFound, "Scanopy has no tag " + enumerate(quoted(missing)),
			"correct it, create it in Scanopy, or set createMissing: [Tags] in the Backend"}
	case len(ambiguous) > 0:
		return &faultOf{ResolvedRefs, ReasonAmbiguous, "Scanopy has several tags " + enumerate(quoted(ambiguous)), "give their ids"}
	}
	return nil
}

func quoted(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, `"`+n+`"`)
	}
	return out
}

// distinct sorts its argument and drops repetitions.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// isID says that a text has the form of a UUID.
func isID(s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	return strings.Trim(s, "-0123456789abcdefABCDEF") == ""
}
