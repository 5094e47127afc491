// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// entry is all that is known about a Key. Its lock is never held while something is sent or a limiter is asked.
type entry struct {
	key Key

	mu sync.RWMutex
	// seq counts what happens, so that "after" needs no clock.
	seq    uint64
	writes uint64

	known bool
	index
	suspects  map[uuid.UUID]*suspect
	confirmed map[uuid.UUID]uint64 // by when
	subnets   []core.Subnet
	tags      []core.Tag
	// daemons are the hosts that run one. It is no part of them: what is read of a host does not show it.
	daemons map[uuid.UUID]bool

	// The last list: when it began by the clock and by seq; allBegan is that of subnets and tags.
	listBegan, allBegan time.Time
	listSeq, allSeq     uint64
	// newest is the latest time of the server that was seen, newestAt when it was.
	newest, newestAt time.Time

	words    words
	pageSize int
	source   Source
	refresh  *refresh
	// dirty and dirtyAll: a list of hosts, of all, begun after this is needed.
	dirty, dirtyAll uint64
	err             error
	failures        int
	retryAt         time.Time
	// blamed are the sources that failed since the last list that did not: several may take turns.
	blamed map[Source]bool
}

// suspect is a host that was there and that whole lists lack.
type suspect struct {
	host   *core.ObservedHost
	lacked int
}

func newEntry(key Key) *entry {
	return &entry{
		key: key, index: newIndex(), suspects: map[uuid.UUID]*suspect{}, confirmed: map[uuid.UUID]uint64{}, words: words{},
		blamed: map[Source]bool{},
	}
}

func (e *entry) tick() uint64 {
	e.seq++
	return e.seq
}

// absolve forgets what failed.
func (e *entry) absolve() {
	e.err, e.failures, e.retryAt = nil, 0, time.Time{}
	clear(e.blamed)
}

// show makes a host known. Whoever has seen it knows better than any suspicion.
func (e *entry) show(h *core.ObservedHost) {
	id := idOf(h.ID)
	delete(e.suspects, id)
	delete(e.confirmed, id)
	if h.NetworkID != e.key.Network {
		e.drop(id)
		return
	}
	if old := e.hosts[id]; old != nil && Same(*old, *h) {
		return
	}
	if h.CreatedAt.After(e.newest) {
		e.newest = h.CreatedAt
	}
	e.set(h)
}

// forget takes out a host that is certainly gone.
func (e *entry) forget(id uuid.UUID, at uint64) {
	e.drop(id)
	delete(e.suspects, id)
	e.confirmed[id] = at
}

// suspect takes out a host that a whole list lacks.
func (e *entry) suspect(id uuid.UUID) {
	e.suspects[id] = &suspect{host: e.hosts[id]}
	e.drop(id)
}

// listed is what came of the pages of a list.
type listed struct {
	hosts map[uuid.UUID]*core.ObservedHost
	// whole: what lacks in it is missing on the server, or the server lies.
	whole bool
	// began is when its first page was asked for.
	began            uint64
	beganAt, endedAt time.Time
	// journal are the writes since then, in order.
	journal []write
}

// take makes a list the view; what was written after it began wins.
func (e *entry) take(l listed) {
	e.tick()
	settled := e.replay(l)
	for id, h := range l.hosts {
		if !settled[id] {
			e.show(h)
		}
	}
	if l.whole {
		e.suspectMissing(l, settled)
	}
	for id, at := range e.confirmed {
		if at < e.listSeq {
			delete(e.confirmed, id)
		}
	}
	e.known, e.listBegan, e.listSeq = true, l.beganAt, l.began
	if l.endedAt.After(e.newestAt) {
		e.newestAt = l.endedAt
	}
}

// suspectMissing gives up suspects that two whole lists have lacked: nobody asked about them.
func (e *entry) suspectMissing(l listed, settled map[uuid.UUID]bool) {
	for id, s := range e.suspects {
		if s.lacked++; s.lacked > 1 {
			delete(e.suspects, id)
		}
	}
	for id := range e.hosts {
		if l.hosts[id] == nil && !settled[id] {
			e.suspect(id)
		}
	}
}

// replay brings the writes since the list began into it. Hosts that were written or deleted as a whole are settled:
// what is known of them stays. Changes of rows are made again on what the list shows.
func (e *entry) replay(l listed) map[uuid.UUID]bool {
	settled := map[uuid.UUID]bool{}
	for _, w := range l.journal {
		if w.change == nil {
			settled[w.id] = true
		}
	}
	for _, w := range l.journal {
		h := l.hosts[w.id]
		switch {
		case w.change == nil || settled[w.id]:
		case h == nil:
			settled[w.id] = true // a row was written on it, so it is there
		default:
			changed := w.change(*h)
			l.hosts[w.id] = &changed
		}
	}
	return settled
}
