// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"slices"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// keepFor is how long a lock is kept for a key that was called.
const keepFor = 5 * time.Second

// Network is what has one writer at a time.
type Network struct{ Origin, ID string }

// Locks has one lock per network. It is tried, never waited for: a key that finds it busy stands in line and is called
// when it is free.
type Locks struct {
	clock   clock.WithDelayedExecution
	onReady func(key string)
	spawn   func(func())

	mu   sync.Mutex
	nets map[Network]*lock
}

// lock is there while somebody has it or stands in line.
type lock struct {
	held bool
	// kept is for whom it is kept, "" for nobody; term tells one time of keeping from the next.
	kept  string
	term  int
	timer clock.Timer
	line  []string
}

// NewLocks makes locks. onReady is called, without any lock held, for a key whose turn it is; it must not block. The lock
// is kept for it for 5 s, then the next one is called.
func NewLocks(c clock.WithDelayedExecution, onReady func(key string)) *Locks {
	if onReady == nil {
		onReady = func(string) {}
	}
	return &Locks{clock: c, onReady: onReady, spawn: func(work func()) { go work() }, nets: map[Network]*lock{}}
}

// RunWith has what runs beside its caller run by somebody else than a goroutine, and gives the locks back.
func (l *Locks) RunWith(spawn func(func())) *Locks {
	if spawn != nil {
		l.spawn = spawn
	}
	return l
}

// Hold is a lock that somebody has.
type Hold struct {
	locks *Locks
	net   Network
	key   string
	once  sync.Once
}

// Try gives the lock if it is free, or kept for this key; else the key stands in line, at most once.
func (l *Locks) Try(n Network, key string) (*Hold, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.nets[n]
	if k == nil {
		k = &lock{}
		l.nets[n] = k
	}
	if k.held || (k.kept != "" && k.kept != key) {
		if !slices.Contains(k.line, key) {
			k.line = append(k.line, key)
		}
		return nil, false
	}
	k.leave(key)
	k.unkeep()
	k.held = true
	return &Hold{locks: l, net: n, key: key}, true
}

// Release gives the lock up. A second call does nothing.
func (h *Hold) Release() { h.once.Do(func() { h.locks.free(h.net, "") }) }

// Keep gives the lock up and keeps it for the same key, without calling it.
func (h *Hold) Keep() { h.once.Do(func() { h.locks.free(h.net, h.key) }) }

// Cancel forgets a key; a lock that is kept for it goes to the next.
func (l *Locks) Cancel(key string) {
	l.settle(func() (ready []string) {
		for n, k := range l.nets {
			k.leave(key)
			if k.kept == key {
				ready = append(ready, l.next(n, k))
			}
		}
		return ready
	})
}

// free ends a hold and keeps the lock for key or calls the next one.
func (l *Locks) free(n Network, key string) {
	l.settle(func() []string {
		k := l.nets[n]
		k.held = false
		if key != "" {
			l.keep(n, k, key)
			return nil
		}
		return []string{l.next(n, k)}
	})
}

// settle changes something and calls those whose turn it is.
func (l *Locks) settle(change func() []string) {
	l.mu.Lock()
	ready := change()
	l.mu.Unlock()
	for _, key := range ready {
		if key != "" {
			l.onReady(key)
		}
	}
}

// next keeps a free lock for the first in line and gives its key.
func (l *Locks) next(n Network, k *lock) string {
	k.unkeep()
	if len(k.line) == 0 {
		delete(l.nets, n)
		return ""
	}
	key := k.line[0]
	k.line = k.line[1:]
	l.keep(n, k, key)
	return key
}

func (l *Locks) keep(n Network, k *lock, key string) {
	k.kept = key
	k.term++
	term := k.term
	// A clock may call with its own lock held.
	k.timer = l.clock.AfterFunc(keepFor, func() { l.spawn(func() { l.lapse(n, k, term) }) })
}

// lapse passes a lock on whose key did not come.
func (l *Locks) lapse(n Network, k *lock, term int) {
	l.settle(func() []string {
		if k.kept == "" || k.term != term || l.nets[n] != k {
			return nil
		}
		return []string{l.next(n, k)}
	})
}

func (k *lock) leave(key string) {
	k.line = slices.DeleteFunc(k.line, func(x string) bool { return x == key })
}

func (k *lock) unkeep() {
	k.kept = ""
	if k.timer != nil {
		k.timer.Stop()
		k.timer = nil
	}
}
