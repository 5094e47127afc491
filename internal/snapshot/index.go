// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// place is an address in a subnet.
type place struct {
	subnet uuid.UUID
	ip     netip.Addr
}

// owner is who declares a row, as its id says.
type owner struct {
	instance core.Instance
	hash     core.OwnerHash
}

// many maps to few hosts each, mostly one.
type many[K comparable] map[K][]*core.ObservedHost

func (m many[K]) add(k K, h *core.ObservedHost) {
	if !slices.Contains(m[k], h) {
		m[k] = append(m[k], h)
	}
}

func (m many[K]) drop(k K, h *core.ObservedHost) {
	left := slices.DeleteFunc(m[k], func(x *core.ObservedHost) bool { return x == h })
	if len(left) == 0 {
		delete(m, k)
		return
	}
	m[k] = left
}

// ids gives the ids of the hosts, the oldest first.
func (m many[K]) ids(k K) []string {
	hosts := slices.Clone(m[k])
	slices.SortFunc(hosts, func(a, b *core.ObservedHost) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	out := make([]string, 0, len(hosts))
	for _, h := range hosts {
		out = append(out, h.ID)
	}
	return out
}

// index finds hosts. Each host is held once, by pointer; what the pointer leads to never changes.
type index struct {
	hosts     map[uuid.UUID]*core.ObservedHost
	owners    many[owner]
	addresses many[place]
	macs      many[string]
	childless many[string]
	// torn are hosts that may have bindings on rows of other ones: they show such, or another host shows rows of theirs.
	torn map[uuid.UUID]*core.ObservedHost
}

func newIndex() index {
	return index{
		hosts: map[uuid.UUID]*core.ObservedHost{}, owners: many[owner]{}, addresses: many[place]{}, macs: many[string]{}, childless: many[string]{},
		torn: map[uuid.UUID]*core.ObservedHost{},
	}
}

// idOf reads an id; one that is none is uuid.Nil, which is never in an index.
func idOf(text string) uuid.UUID {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// set adds a host or puts it in the place of its former self.
func (x *index) set(h *core.ObservedHost) {
	id := idOf(h.ID)
	if id == uuid.Nil {
		return
	}
	x.drop(id)
	x.hosts[id] = h
	for _, row := range h.RowIDs() {
		if o, ok := ownerOf(row); ok {
			x.owners.add(o, h)
			x.suspectTorn(o, h)
		}
	}
	for _, i := range h.Interfaces {
		x.addresses.add(place{idOf(i.SubnetID), i.IP}, h)
		if i.MAC != "" {
			x.macs.add(i.MAC, h)
		}
	}
	if isChildless(h) {
		x.childless.add(h.Name, h)
	}
	if len(h.Torn()) > 0 {
		x.torn[id] = h
	}
}

// suspectTorn notes other hosts with rows of an owner: a merge may have taken some of those away from them.
func (x *index) suspectTorn(o owner, h *core.ObservedHost) {
	for _, other := range x.owners[o] {
		if other != h {
			x.torn[idOf(other.ID)] = other
		}
	}
}

// carried adds the rows of ours on other hosts that bindings of a host hang on, as far as those count.
func (x *index) carried(h *core.ObservedHost, counts func(bindingID string) bool, out []string) []string {
	for i := range h.Services {
		for _, b := range h.Services[i].Bindings {
			for _, id := range []string{b.PortID, b.InterfaceID} {
				if taker := x.takerOf(id, h); taker != nil && !slices.Contains(taker.RowIDs(), b.ID) && counts(b.ID) {
					out = append(out, id)
				}
			}
		}
	}
	return out
}

// takerOf is another host that shows a row of ours; nil if none does.
func (x *index) takerOf(id string, h *core.ObservedHost) *core.ObservedHost {
	o, ok := ownerOf(id)
	if !ok {
		return nil
	}
	at := slices.IndexFunc(x.owners[o], func(other *core.ObservedHost) bool { return other != h && slices.Contains(other.RowIDs(), id) })
	if at < 0 {
		return nil
	}
	return x.owners[o][at]
}

// drop takes a host out.
func (x *index) drop(id uuid.UUID) {
	h := x.hosts[id]
	if h == nil {
		return
	}
	delete(x.hosts, id)
	delete(x.torn, id)
	for _, row := range h.RowIDs() {
		if o, ok := ownerOf(row); ok {
			x.owners.drop(o, h)
		}
	}
	for _, i := range h.Interfaces {
		x.addresses.drop(place{idOf(i.SubnetID), i.IP}, h)
		x.macs.drop(i.MAC, h)
	}
	x.childless.drop(h.Name, h)
}

func isChildless(h *core.ObservedHost) bool {
	return len(h.Interfaces) == 0 && len(h.Ports) == 0 && len(h.Services) == 0
}
