// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// Remembered is a binding of somebody else that the server drops, or widens, when it merges a host into another:
// it is noted before, so that whoever goes on after a crash or a lost answer makes it again.
type Remembered struct {
	// From is the host that is merged away: while it is there nothing is lost.
	From string
	// Service is the one that the binding is to be on, Binding what it is to be, both by the ids of the merged host.
	Service string
	Binding ObservedBinding
}

// FormatMerging is the value of the annotation merging: the uid of the object, then each binding, apart by spaces; "" for
// none.
func FormatMerging(all []Remembered, uid string) string {
	if len(all) == 0 {
		return ""
	}
	words := []string{uid}
	for _, r := range all {
		b := r.Binding
		words = append(words, strings.Join([]string{r.From, r.Service, b.ID, b.PortID, b.InterfaceID}, "/"))
	}
	return strings.Join(words, " ")
}

// ParseMerging reads it; nothing if it is of an object with another uid.
func ParseMerging(value, uid string) []Remembered {
	words := strings.Split(value, " ")
	if words[0] != uid || uid == "" {
		return nil
	}
	var out []Remembered
	for _, word := range words[1:] {
		ids := strings.Split(word, "/")
		if len(ids) != 5 {
			continue
		}
		b := ObservedBinding{ID: ids[2], Type: BindPort, PortID: ids[3], InterfaceID: ids[4]}
		if b.PortID == "" {
			b.Type = BindInterface
		}
		out = append(out, Remembered{From: ids[0], Service: ids[1], Binding: b})
	}
	return out
}

// remembered are the bindings that merges of the group's Hosts have dropped: those of hosts that are gone.
func (in *Input) remembered() []Remembered {
	var out []Remembered
	for _, h := range in.hosts() {
		for _, r := range h.Merging {
			isThere := slices.ContainsFunc(in.Observed.Hosts, func(o ObservedHost) bool { return o.ID == r.From })
			isKnown := slices.ContainsFunc(out, func(o Remembered) bool { return o.Binding.ID == r.Binding.ID })
			if !isThere && !isKnown && !in.isElsewhere(r) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Remembered) int { return strings.Compare(a.Binding.ID, b.Binding.ID) })
	return out
}

// isElsewhere says that a binding has come to another service since.
func (in *Input) isElsewhere(r Remembered) bool {
	return slices.ContainsFunc(in.Observed.Hosts, func(h ObservedHost) bool {
		s, _ := findBinding(&h, RowRef{ID: r.Binding.ID})
		return s != nil && s.ID != r.Service
	})
}

// recall puts remembered bindings back where they were to be, as far as what they are on is there and nobody has taken
// their place.
func (u *union) recall(all []Remembered) {
	for _, r := range all {
		at := slices.IndexFunc(u.host.Services, func(s ObservedService) bool { return s.ID == r.Service })
		b := r.Binding
		if at < 0 || (b.PortID != "" && !hasPort(&u.host, b.PortID)) || (b.InterfaceID != "" && !hasInterface(&u.host, b.InterfaceID)) {
			continue
		}
		s := &u.host.Services[at]
		k := slices.IndexFunc(s.Bindings, func(o ObservedBinding) bool { return o.ID == b.ID })
		wide := b
		wide.InterfaceID = ""
		switch {
		case k < 0 && u.hasRoom(at, b):
			s.Bindings = append(s.Bindings, b)
			u.lost[b.ID], u.from[b.ID] = true, r.From
		case k >= 0 && s.Bindings[k] == wide && wide != b:
			s.Bindings[k], u.widened[b.ID], u.from[b.ID] = b, wide, r.From
		}
	}
}
