// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// due says what a refresh is needed for.
type due struct {
	// hosts: a list of hosts; all: subnets and tags as well.
	hosts, all bool
	// urgent: somebody waits for it.
	urgent bool
}

// Ensure sees to it that everything was read within maxAge, or is being read.
func (s *Store) Ensure(key Key, source Source, maxAge time.Duration) Progress {
	return s.want(key, func(e *entry, now time.Time) due {
		if e.source = source; !e.blamed[source] { // other settings may mend what failed
			e.retryAt = time.Time{}
		}
		old := !e.known || now.Sub(e.allBegan) >= maxAge
		return due{hosts: old, all: old, urgent: !e.known}
	})
}

// Relist sees to it that the hosts were listed within maxAge, or are being listed. It needs a former Ensure.
func (s *Store) Relist(key Key, maxAge time.Duration) Progress {
	return s.want(key, func(e *entry, now time.Time) due {
		old := now.Sub(e.listBegan) >= maxAge
		return due{hosts: old, urgent: old}
	})
}

// Dirty says that a list of the hosts which begins from now on is needed, and begins it. It needs a former Ensure.
func (s *Store) Dirty(key Key) Mark {
	var mark Mark
	s.want(key, func(e *entry, _ time.Time) due {
		e.dirty = e.tick()
		mark = Mark(e.dirty)
		return due{}
	})
	return mark
}

// Renew is as Dirty, for subnets and tags as well.
func (s *Store) Renew(key Key) Mark {
	var mark Mark
	s.want(key, func(e *entry, _ time.Time) due {
		e.dirtyAll = e.tick()
		mark = Mark(e.dirtyAll)
		return due{}
	})
	return mark
}

// Recover tells that the server can be used again, perhaps by another client: what failed is forgotten, and a list that
// did is begun at once.
func (s *Store) Recover(key Key, source Source) {
	s.want(key, func(e *entry, _ time.Time) due {
		e.source = source
		failed := e.err != nil && e.refresh == nil
		if failed {
			e.absolve()
		}
		return due{hosts: failed, urgent: failed}
	})
}

// want finds out what is needed and begins a refresh for it.
func (s *Store) want(key Key, ask func(e *entry, now time.Time) due) Progress {
	e := s.entry(key)
	now := s.clock.Now()
	e.mu.Lock()
	r := s.begin(e, now, ask(e, now))
	progress := Progress{Refreshing: e.refresh != nil, Err: e.err, Retry: max(0, e.retryAt.Sub(now))}
	e.mu.Unlock()
	if r != nil {
		s.wake(r)
	}
	return progress
}

// begin makes the refresh that is needed, if none is under way and none failed a short while ago. It gives a refresh
// that is to be woken. The entry is locked.
func (s *Store) begin(e *entry, now time.Time, d due) *refresh {
	dirtyAll := e.dirtyAll > e.allSeq
	dirty := dirtyAll || e.dirty > e.listSeq
	d.hosts, d.all, d.urgent = d.hosts || dirty, d.all || dirtyAll || !e.known, d.urgent || dirty
	priority := registry.PriorityResync
	if d.urgent {
		priority = registry.PriorityCreate
	}
	switch {
	case !d.hosts:
		return nil
	case e.refresh != nil:
		if e.refresh.priority <= priority {
			return nil
		}
		e.refresh.priority = priority // it asks again, and keeps its arrival
		return e.refresh
	case e.source.Client == nil, now.Before(e.retryAt):
		return nil
	}
	r := &refresh{entry: e, source: e.source, priority: priority, all: d.all, words: e.words, size: e.pageSize}
	s.register(r)
	e.refresh = r
	return r
}
