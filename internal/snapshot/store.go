// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"k8s.io/utils/clock"
)

// waitPrefix begins the keys under which refreshes wait at limiters.
const waitPrefix = "snapshot/"

// Store has the views of all Keys.
type Store struct {
	// ctx ends requests when the process ends: a refresh outlives whoever asked for it.
	ctx       context.Context
	clock     clock.PassiveClock
	onRefresh func(Key)
	spawn     func(func())

	mu      sync.Mutex
	entries map[Key]*entry
	// waiting finds a refresh by the key under which it waits at a limiter. s.mu may be taken under an entry's lock,
	// never the other way round.
	waiting map[string]*refresh
	count   uint64
}

// New makes an empty Store. Its requests end with ctx.
func New(ctx context.Context, o Options) *Store {
	s := &Store{
		ctx: ctx, clock: o.Clock, onRefresh: o.OnRefresh, entries: map[Key]*entry{}, waiting: map[string]*refresh{},
		spawn: o.Go,
	}
	if s.spawn == nil {
		s.spawn = func(work func()) { go work() }
	}
	if s.clock == nil {
		s.clock = clock.RealClock{}
	}
	if s.onRefresh == nil {
		s.onRefresh = func(Key) {}
	}
	return s
}

func (s *Store) entry(key Key) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[key]
	if e == nil {
		e = newEntry(key)
		s.entries[key] = e
	}
	return e
}

// locked changes an entry under its lock.
func (s *Store) locked(key Key, change func(*entry)) {
	e := s.entry(key)
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}

// View gives what is known; false while no list has been read.
func (s *Store) View(key Key) (View, bool) {
	s.mu.Lock()
	e := s.entries[key]
	s.mu.Unlock()
	if e == nil {
		return View{}, false
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return View{e: e, clock: s.clock}, e.known
}

// Err says why the last refresh failed; nil when it did not.
func (s *Store) Err(key Key) error {
	s.mu.Lock()
	e := s.entries[key]
	s.mu.Unlock()
	if e == nil {
		return nil
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.err
}

// Forget drops all that is known about a Key. A refresh that is under way comes to nothing.
func (s *Store) Forget(key Key) {
	s.mu.Lock()
	e := s.entries[key]
	delete(s.entries, key)
	s.mu.Unlock()
	if e == nil {
		return
	}
	e.mu.Lock()
	r := e.refresh
	e.refresh = nil
	e.mu.Unlock()
	if r != nil {
		s.unregister(r)
		r.source.Limiter.Cancel(r.key)
	}
}

// Keep forgets all Keys that are not used any more.
func (s *Store) Keep(isUsed func(Key) bool) {
	s.mu.Lock()
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(s.entries)), isUsed)
	s.mu.Unlock()
	for _, key := range keys {
		s.Forget(key)
	}
}

// Ready wakes the refresh that waited at a limiter under this key; false if the key is none of the Store's.
func (s *Store) Ready(key string) bool {
	if !strings.HasPrefix(key, waitPrefix) {
		return false
	}
	s.mu.Lock()
	r := s.waiting[key]
	s.mu.Unlock()
	if r != nil {
		s.wake(r)
	}
	return true
}

// register gives a refresh its key.
func (s *Store) register(r *refresh) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	r.key = waitPrefix + strconv.FormatUint(s.count, 10)
	s.waiting[r.key] = r
}

func (s *Store) unregister(r *refresh) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, r.key)
}
