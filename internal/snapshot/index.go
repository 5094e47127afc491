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
}

func newIndex() index {
	return index{
		hosts: map[uuid.UUID]*core.ObservedHost{}, owners: many[owner]{}, addresses: many[place]{}, macs: many[string]{}, childless: many[string]{},
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
}

// drop takes a host out.
func (x *index) drop(id uuid.UUID) {
	h := x.hosts[id]
	if h == nil {
		return
	}
	delete(x.hosts, id)
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
