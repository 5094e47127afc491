// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"net/netip"
	"slices"
	"time"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// View looks up what is known about a Key now. Lists of ids begin with the oldest host.
type View struct {
	e     *entry
	clock clock.PassiveClock
}

func read[T any](v View, get func(*entry) T) T {
	v.e.mu.RLock()
	defer v.e.mu.RUnlock()
	return get(v.e)
}

// Host gives a host that the list shows.
func (v View) Host(id string) (core.ObservedHost, bool) {
	v.e.mu.RLock()
	defer v.e.mu.RUnlock()
	h := v.e.hosts[idOf(id)]
	if h == nil {
		return core.ObservedHost{}, false
	}
	out := *h
	out.Daemon = v.e.daemons[idOf(id)]
	return out, true
}

// HostsByOwner gives the hosts with rows whose ids say that this object declares them.
func (v View) HostsByOwner(instance core.Instance, hash core.OwnerHash) []string {
	return read(v, func(e *entry) []string { return e.owners.ids(owner{instance, hash}) })
}

// HostsByAddress gives the hosts that have an address of a subnet.
func (v View) HostsByAddress(subnetID string, ip netip.Addr) []string {
	return read(v, func(e *entry) []string { return e.addresses.ids(place{idOf(subnetID), ip}) })
}

// HostsByMAC gives the hosts that have a MAC, in capitals with colons.
func (v View) HostsByMAC(mac string) []string {
	return read(v, func(e *entry) []string { return e.macs.ids(mac) })
}

// ChildlessByName gives the Manual hosts of exactly this name that have nothing on them and were made after since.
func (v View) ChildlessByName(name string, since time.Time) []string {
	return read(v, func(e *entry) []string {
		return slices.DeleteFunc(e.childless.ids(name), func(id string) bool {
			h := e.hosts[idOf(id)]
			return h.Source != "Manual" || !h.CreatedAt.After(since)
		})
	})
}

// Carried gives the interfaces and ports on which bindings of another host hang than the one that they are on, sorted,
// as far as those are of interest.
func (v View) Carried(counts func(bindingID string) bool) []string {
	ids := read(v, func(e *entry) []string {
		var out []string
		for _, h := range e.torn { //nolint:maprangeoutput // it is sorted below
			out = e.carried(h, counts, out)
		}
		return out
	})
	slices.Sort(ids)
	return slices.Compact(ids)
}

// HostOfBinding gives the id of the host that has a binding; "" if none has. It looks through all of them.
func (v View) HostOfBinding(id string) string {
	return read(v, func(e *entry) string {
		for _, h := range e.hosts {
			for i := range h.Services {
				if slices.ContainsFunc(h.Services[i].Bindings, func(b core.ObservedBinding) bool { return b.ID == id }) {
					return h.ID
				}
			}
		}
		return ""
	})
}

// HostIDs gives the ids of all hosts, sorted.
func (v View) HostIDs() []string {
	ids := read(v, func(e *entry) []string {
		out := make([]string, 0, len(e.hosts))
		for _, h := range e.hosts {
			out = append(out, h.ID)
		}
		return out
	})
	slices.Sort(ids)
	return ids
}

// Total is the number of hosts.
func (v View) Total() int { return read(v, func(e *entry) int { return len(e.hosts) }) }

// Subnets gives the network's subnets, sorted by id; not to be changed.
func (v View) Subnets() []core.Subnet {
	return read(v, func(e *entry) []core.Subnet { return e.subnets })
}

// Tags gives the organization's tags, sorted by id; not to be changed.
func (v View) Tags() []core.Tag { return read(v, func(e *entry) []core.Tag { return e.tags }) }

// Lacks says that a list has been read and this host is not in it, nor was it written since.
func (v View) Lacks(id string) bool {
	return read(v, func(e *entry) bool { return e.hosts[idOf(id)] == nil })
}

// Suspect gives a host that an earlier list showed and the last one lacks.
func (v View) Suspect(id string) (core.ObservedHost, bool) {
	s := read(v, func(e *entry) *suspect { return e.suspects[idOf(id)] })
	if s == nil {
		return core.ObservedHost{}, false
	}
	return *s.host, true
}

// Confirmed says that a host is certainly gone: we deleted it, or a GET was answered with 404, and nothing has shown it
// since.
func (v View) Confirmed(id string) bool {
	return read(v, func(e *entry) bool { _, ok := e.confirmed[idOf(id)]; return ok })
}

// ListedSince says whether a list of hosts that began after the mark has been read.
func (v View) ListedSince(m Mark) bool {
	return read(v, func(e *entry) bool { return e.listSeq > uint64(m) })
}

// RenewedSince says the same of hosts, subnets and tags.
func (v View) RenewedSince(m Mark) bool {
	return read(v, func(e *entry) bool { return e.allSeq > uint64(m) })
}

// NewestCreated is the server's latest time that was seen, never zero: whatever is created later is newer.
func (v View) NewestCreated() time.Time {
	t := read(v, func(e *entry) time.Time { return e.newest })
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t
}

// MarkFresh says whether NewestCreated is from a list that was read, or from an answer, within the last age. A list that takes
// long is as young when it has been read as one that does not: else no host could be created after it.
func (v View) MarkFresh(age time.Duration) bool {
	return v.clock.Since(read(v, func(e *entry) time.Time { return e.newestAt })) <= age
}

// Writes counts what we wrote, from 1: a plan that rests on a view holds while this stays.
func (v View) Writes() uint64 { return read(v, func(e *entry) uint64 { return e.writes + 1 }) }
