// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// refresh is one renewal of a view. It goes request by request; between two of them it may wait at the limiter, where
// no goroutine is kept.
type refresh struct {
	entry  *entry
	source Source
	key    string
	turn   registry.Turn

	// Guarded by the entry's lock.
	priority registry.Priority
	journal  []write
	// stale: a subnet or tag was made meanwhile, which the lists may lack.
	stale bool

	// Of the goroutine whose turn it is.
	all     bool
	words   words
	size    int
	phase   phase
	hosts   pages[*core.ObservedHost]
	subnets pages[core.Subnet]
	tags    pages[core.Tag]
	daemons pages[scanopy.Daemon]
	// first and last are the moments at which the first and the last pass over the hosts began.
	first, last moment
	found       found
}

// moment is a point in the life of an entry.
type moment struct {
	seq     uint64
	at      time.Time
	journal int
}

// phase is the kind of list that is read.
type phase int

const (
	listingHosts phase = iota
	listingSubnets
	listingTags
	listingDaemons
	listedAll
)

func (s *Store) wake(r *refresh) {
	if r.turn.Take() {
		s.spawn(func() { s.run(r) })
	}
}

// run sends requests while there are tokens.
func (s *Store) run(r *refresh) {
	for done := false; !done; {
		priority, current := r.state()
		if !current {
			r.source.Limiter.Cancel(r.key)
			return
		}
		lease, ok := r.source.Limiter.TryLease(1, r.key, priority)
		if !ok {
			done = r.turn.Leave()
			continue
		}
		if lease.Take() {
			done = s.step(r)
		}
		lease.Release()
	}
}

// state gives the priority, and whether the refresh is still wanted.
func (r *refresh) state() (registry.Priority, bool) {
	r.entry.mu.RLock()
	defer r.entry.mu.RUnlock()
	return r.priority, r.entry.refresh == r
}

// step sends one request and says whether the refresh has ended.
func (s *Store) step(r *refresh) bool {
	err := s.list(r)
	switch {
	case err == nil && r.phase != listedAll:
		return false
	case scanopy.HasReason(err, scanopy.RateLimited): // the limiter lets us wait
		r.entry.mu.Lock()
		r.entry.err = registry.Fault(err)
		r.entry.mu.Unlock()
		return false
	case scanopy.HasReason(err, scanopy.TooLarge) && r.shrink():
		return false
	}
	s.finish(r, err)
	return true
}

// shrink halves the pages.
func (r *refresh) shrink() bool {
	if r.limit() <= 1 {
		return false
	}
	r.size = r.limit() / 2
	return true
}

func (r *refresh) limit() int {
	if r.size == 0 {
		return scanopy.MaxPage
	}
	return r.size
}

// finish ends a refresh and begins the next one, if it is needed already.
func (s *Store) finish(r *refresh, err error) {
	s.unregister(r)
	e, now := r.entry, s.clock.Now()
	e.mu.Lock()
	if e.refresh != r {
		e.mu.Unlock()
		return
	}
	e.refresh = nil
	var again due
	if err != nil {
		e.blamed[r.source] = true
	}
	switch replaced := !e.blamed[e.source]; {
	case err != nil && replaced: // the client that failed is no longer the one to ask
		again = due{hosts: true, all: r.all, urgent: true}
	case err != nil:
		e.err = registry.Fault(err)
		e.retryAt = now.Add(fault.Decide(e.err, e.failures).RequeueAfter)
		e.failures++
	default:
		e.absolve()
		e.pageSize = r.size
		r.commit(now)
	}
	next := s.begin(e, now, again)
	e.mu.Unlock()
	s.onRefresh(e.key)
	if next != nil {
		s.wake(next)
	}
}
