// SPDX-License-Identifier: Apache-2.0

package core

import (
	"maps"
	"slices"
)

// union is the host that becomes of several when the server makes one of them.
type union struct {
	host ObservedHost
	// lost are bindings that the server drops with the service they are on, because the other host has the same one.
	lost map[string]bool
	// yielded are foreign bindings that lose against foreign ones of the other host.
	yielded map[string]bool
	// crowding are foreign bindings that keep another one out of a service that both hosts have.
	crowding map[string]bool
	// widened is what the server makes of bindings whose interface has moved before them, by an attempt that broke off.
	widened map[string]ObservedBinding
	// from is the host, by its id, that a lost or widened binding was on.
	from map[string]string
	// isForeign says that an id is not ours.
	isForeign func(id string) bool
}

// unite foretells what the server makes of a host and others that are merged into it one after another: equal rows are
// those of the first, the rest moves with its ids. What it drops with a service is kept here, to be made again; so is
// what former merges dropped. Bindings that are given up before hold no place.
func unite(hosts []*ObservedHost, dropped []Remembered, given []string, isForeign func(id string) bool) union {
	u := newUnion(hosts[0], dropped, given, isForeign)
	for _, other := range hosts[1:] {
		o := newUnion(other, dropped, given, isForeign)
		maps.Copy(u.lost, o.lost)
		maps.Copy(u.crowding, o.crowding)
		maps.Copy(u.from, o.from)
		u.add(&o.host)
	}
	return u
}

// newUnion is a host by itself, with what merges into it have dropped and without what is given up.
func newUnion(h *ObservedHost, dropped []Remembered, given []string, isForeign func(id string) bool) union {
	u := union{host: copyHost(h), lost: map[string]bool{}, yielded: map[string]bool{}, crowding: map[string]bool{},
		widened: map[string]ObservedBinding{}, from: map[string]string{}, isForeign: isForeign}
	for i := range u.host.Services {
		s := &u.host.Services[i]
		s.Bindings = slices.DeleteFunc(s.Bindings, func(b ObservedBinding) bool { return slices.Contains(given, b.ID) })
	}
	u.recall(slices.DeleteFunc(slices.Clone(dropped), func(r Remembered) bool { return slices.Contains(given, r.Binding.ID) }))
	for _, id := range given {
		u.yielded[id] = true
	}
	return u
}

func copyHost(h *ObservedHost) ObservedHost {
	out := *h
	out.Interfaces, out.Ports, out.Services = slices.Clone(h.Interfaces), slices.Clone(h.Ports), slices.Clone(h.Services)
	for i := range out.Services {
		out.Services[i].Bindings = slices.Clone(out.Services[i].Bindings)
	}
	return out
}

func (u *union) add(other *ObservedHost) {
	h := &u.host
	to := moveRows(h, other)
	if h.Hostname == nil {
		h.Hostname = other.Hostname
	}
	if other.Source == sourceDiscovery {
		h.Source = sourceDiscovery
	}
	has := len(h.Services)
	for i := range other.Services {
		s := other.Services[i]
		s.Bindings = slices.Clone(s.Bindings)
		for k := range s.Bindings {
			u.follow(&s.Bindings[k], to)
			u.comes(s.Bindings[k].ID, other.ID)
		}
		at := slices.IndexFunc(h.Services[:has], func(o ObservedService) bool { return o.Name == s.Name && o.Definition == s.Definition })
		if at < 0 {
			u.move(s)
			continue
		}
		for _, b := range s.Bindings {
			if u.hasRoom(at, b) {
				h.Services[at].Bindings = append(h.Services[at].Bindings, b)
				u.lost[b.ID] = true
			}
		}
	}
}

// comes notes the host that a binding comes from, unless a former merge has dropped it.
func (u *union) comes(id, from string) {
	if u.from[id] == "" {
		u.from[id] = from
	}
}

// sourceDiscovery is the source of a host that a daemon found.
const sourceDiscovery = "Discovery"

// move takes a service over. Of foreign bindings that claim one port those of "Unclaimed Open Ports" yield, else those
// of the host that is merged away.
func (u *union) move(s ObservedService) {
	s.Bindings = slices.DeleteFunc(s.Bindings, func(b ObservedBinding) bool {
		if !u.isForeign(b.ID) || u.hasPrecedence(&s, b) {
			return false
		}
		u.yielded[b.ID] = true
		return true
	})
	u.host.Services = append(u.host.Services, s)
}

// hasPrecedence says that a foreign binding may stand beside those of the other services; those of ours don't count.
func (u *union) hasPrecedence(s *ObservedService, b ObservedBinding) bool {
	for i := range u.host.Services {
		o := &u.host.Services[i]
		at := slices.IndexFunc(o.Bindings, func(x ObservedBinding) bool { return u.isForeign(x.ID) && claimsMeet(x, b) })
		switch {
		case at < 0 || o.ID == s.ID:
		case isUnclaimed(o) && !isUnclaimed(s):
			u.yielded[o.Bindings[at].ID] = true
			o.Bindings = slices.Delete(o.Bindings, at, at+1)
			return u.hasPrecedence(s, b)
		default:
			return false
		}
	}
	return true
}

func isUnclaimed(s *ObservedService) bool { return s.Name == unclaimed || s.Definition == unclaimed }

// hasRoom says that a binding can stand in a service of the union. A foreign one claims before those of ours.
func (u *union) hasRoom(at int, b ObservedBinding) bool {
	s, foreign := &u.host.Services[at], u.isForeign(b.ID)
	for _, o := range s.Bindings {
		if sameContent(o, b) || rowSupersedes(o, b) || (formsClash(o, b) && (!foreign || u.isForeign(o.ID))) {
			if foreign && u.isForeign(o.ID) {
				u.crowding[o.ID] = true
			}
			return false
		}
	}
	if foreign {
		return u.hasPrecedence(s, b)
	}
	return !slices.ContainsFunc(u.host.Services, func(o ObservedService) bool {
		return o.ID != s.ID && slices.ContainsFunc(o.Bindings, func(x ObservedBinding) bool { return claimsMeet(x, b) })
	})
}

// moveRows gives a host the interfaces and ports of another, but for those that it has; it says where each went.
func moveRows(h, other *ObservedHost) map[string]string {
	to := make(map[string]string, len(other.Interfaces)+len(other.Ports))
	has := len(h.Interfaces)
	for _, r := range other.Interfaces {
		at := slices.IndexFunc(h.Interfaces[:has], func(o ObservedInterface) bool { return o.SubnetID == r.SubnetID && o.IP == r.IP })
		if at < 0 && r.MAC != "" {
			at = slices.IndexFunc(h.Interfaces[:has], func(o ObservedInterface) bool { return o.MAC == r.MAC })
		}
		if at >= 0 {
			to[r.ID] = h.Interfaces[at].ID
			continue
		}
		to[r.ID] = r.ID
		h.Interfaces = append(h.Interfaces, r)
	}
	ports := len(h.Ports)
	for _, r := range other.Ports {
		at := slices.IndexFunc(h.Ports[:ports], func(o ObservedPort) bool { return o.Number == r.Number && o.Protocol == r.Protocol })
		if at >= 0 {
			to[r.ID] = h.Ports[at].ID
			continue
		}
		to[r.ID] = r.ID
		h.Ports = append(h.Ports, r)
	}
	return to
}

// follow points a binding to where its rows went. One on a port whose interface is on the first host already the server
// widens to all interfaces.
func (u *union) follow(b *ObservedBinding, to map[string]string) {
	if id, ok := to[b.PortID]; ok {
		b.PortID = id
	}
	if id, ok := to[b.InterfaceID]; ok {
		b.InterfaceID = id
	} else if b.Type == BindPort && b.InterfaceID != "" {
		wide := *b
		wide.InterfaceID = ""
		u.widened[b.ID] = wide
	}
}
