// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Window says how long a Collector gathers.
type Window struct {
	// Quiet is how long nothing new must have come, Longest how long the first waits at most.
	Quiet, Longest time.Duration
	// Most is how many items go together.
	Most int
}

// HostWindow is that of host deletions.
func HostWindow() Window { return Window{Quiet: time.Second, Longest: 5 * time.Second, Most: 1000} }

// Collector gathers items by bucket until there is a moment of quiet.
type Collector[B comparable, T any] struct {
	clock  clock.WithDelayedExecution
	window Window
	flush  func(bucket B, items []T)
	spawn  func(func())

	mu      sync.Mutex
	buckets map[B]*bucket[T]
}

type bucket[T any] struct {
	keys  []string
	items map[string]T
	first time.Time
	timer clock.Timer
	term  int
}

// NewCollector makes a collector. flush gets the items of a bucket in the order in which their keys first came; it is
// called without any lock held and must not block.
func NewCollector[B comparable, T any](c clock.WithDelayedExecution, w Window, flush func(bucket B, items []T)) *Collector[B, T] {
	return &Collector[B, T]{
		clock: c, window: w, flush: flush, buckets: map[B]*bucket[T]{}, spawn: func(work func()) { go work() },
	}
}

// Add puts an item into a bucket. One with the same key is replaced, which does not count as new.
func (c *Collector[B, T]) Add(b B, key string, item T) {
	c.mu.Lock()
	k := c.buckets[b]
	if k == nil {
		k = &bucket[T]{items: map[string]T{}, first: c.clock.Now()}
		c.buckets[b] = k
	}
	_, known := k.items[key]
	k.items[key] = item
	if known {
		c.mu.Unlock()
		return
	}
	k.keys = append(k.keys, key)
	if len(k.keys) >= c.window.Most {
		items := c.take(b, k)
		c.mu.Unlock()
		c.flush(b, items)
		return
	}
	c.schedule(b, k)
	c.mu.Unlock()
}

// schedule sets the timer anew. A clock may call with its own lock held.
func (c *Collector[B, T]) schedule(b B, k *bucket[T]) {
	if k.timer != nil {
		k.timer.Stop()
	}
	left := k.first.Add(c.window.Longest).Sub(c.clock.Now())
	k.term++
	term := k.term
	k.timer = c.clock.AfterFunc(max(0, min(c.window.Quiet, left)), func() { c.spawn(func() { c.due(b, k, term) }) })
}

func (c *Collector[B, T]) due(b B, k *bucket[T], term int) {
	c.mu.Lock()
	if c.buckets[b] != k || k.term != term {
		c.mu.Unlock()
		return
	}
	items := c.take(b, k)
	c.mu.Unlock()
	if len(items) > 0 {
		c.flush(b, items)
	}
}

// take empties a bucket.
func (c *Collector[B, T]) take(b B, k *bucket[T]) []T {
	if k.timer != nil {
		k.timer.Stop()
	}
	delete(c.buckets, b)
	out := make([]T, 0, len(k.keys))
	for _, key := range k.keys {
		out = append(out, k.items[key])
	}
	return out
}
