// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// write is what happened to a host while a list was read. Without a change it was put as a whole or, if gone, deleted.
type write struct {
	seq    uint64
	id     uuid.UUID
	change Change
	gone   bool
}

// record counts a write and keeps it for the list that is being read.
func (e *entry) record(w write, hostID string) (uuid.UUID, uint64) {
	w.seq, w.id = e.tick(), idOf(hostID)
	if e.refresh != nil {
		e.refresh.journal = append(e.refresh.journal, w)
	}
	return w.id, w.seq
}

// Put tells of a host that was read.
func (s *Store) Put(key Key, h core.ObservedHost) {
	s.locked(key, func(e *entry) {
		e.record(write{}, h.ID)
		e.show(&h)
	})
}

// Wrote tells of a host as the answer to a POST or PUT showed it, which is also the server's time.
func (s *Store) Wrote(key Key, h core.ObservedHost) {
	s.locked(key, func(e *entry) {
		e.writes++
		e.record(write{}, h.ID)
		for _, t := range []time.Time{h.CreatedAt, h.UpdatedAt} {
			if t.After(e.newest) {
				e.newest, e.newestAt = t, s.clock.Now()
			}
		}
		e.show(&h)
	})
}

// Delete tells that a host was deleted.
func (s *Store) Delete(key Key, hostID string) {
	s.locked(key, func(e *entry) {
		e.writes++
		e.forget(e.record(write{gone: true}, hostID))
	})
}

// ConfirmGone tells that a GET of the host was answered with 404.
func (s *Store) ConfirmGone(key Key, hostID string) {
	s.locked(key, func(e *entry) { e.forget(e.record(write{gone: true}, hostID)) })
}

// Change tells what a request for a single row did to a host. A host that is not known stays so.
func (s *Store) Change(key Key, hostID string, change Change) {
	s.locked(key, func(e *entry) {
		e.writes++
		id, _ := e.record(write{change: change}, hostID)
		if h := e.hosts[id]; h != nil {
			changed := change(*h)
			e.set(&changed)
		}
	})
}

// PutSubnet tells of a subnet that was made. A list that is being read may not have it: it is read again.
func (s *Store) PutSubnet(key Key, subnet core.Subnet) {
	s.locked(key, func(e *entry) {
		e.writes++
		e.subnets = putSorted(e.subnets, subnet, func(s core.Subnet) string { return s.ID })
		e.staleParts()
	})
}

// PutTag is as PutSubnet.
func (s *Store) PutTag(key Key, tag core.Tag) {
	s.locked(key, func(e *entry) {
		e.writes++
		e.tags = putSorted(e.tags, tag, func(t core.Tag) string { return t.ID })
		e.staleParts()
	})
}

func (e *entry) staleParts() {
	e.tick()
	if e.refresh != nil {
		e.refresh.stale = true
	}
}

// putSorted never changes list: it may have been given out.
func putSorted[T any](list []T, row T, id func(T) string) []T {
	out := put(list, row, id)
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(id(a), id(b)) })
	return out
}
