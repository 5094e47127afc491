// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"time"

	"k8s.io/client-go/util/workqueue"
)

// queue is a controller's queue: a set of keys, each due at a time, none handed out twice at once.
type queue[T comparable] struct {
	workqueue.TypedRateLimitingInterface[T] // absent: only who adds and who takes is served

	clock    *simClock
	keys     []T
	due      map[T]time.Time
	running  map[T]bool
	failures map[T]int
}

func newQueue[T comparable](c *simClock) *queue[T] {
	return &queue[T]{clock: c, due: map[T]time.Time{}, running: map[T]bool{}, failures: map[T]int{}}
}

// Add implements workqueue.TypedInterface.
func (q *queue[T]) Add(key T) { q.AddAfter(key, 0) }

// AddAfter implements workqueue.TypedDelayingInterface: the earlier of two times counts.
func (q *queue[T]) AddAfter(key T, after time.Duration) {
	at := q.clock.now.Add(after)
	old, known := q.due[key]
	if !known {
		q.keys = append(q.keys, key)
	}
	if !known || at.Before(old) {
		q.due[key] = at
	}
}

// AddRateLimited implements workqueue.TypedRateLimitingInterface.
func (q *queue[T]) AddRateLimited(key T) {
	q.AddAfter(key, min(100*time.Millisecond<<min(q.failures[key], 12), time.Minute))
	q.failures[key]++
}

// Forget implements workqueue.TypedRateLimitingInterface.
func (q *queue[T]) Forget(key T) { delete(q.failures, key) }

// ready lists the keys that may be taken now.
func (q *queue[T]) ready() []T {
	var out []T
	for _, key := range q.keys {
		if !q.running[key] && !q.due[key].After(q.clock.now) {
			out = append(out, key)
		}
	}
	return out
}

// next is when the next key is due.
func (q *queue[T]) next() (first time.Time, ok bool) {
	for _, key := range q.keys {
		if !q.running[key] && (!ok || q.due[key].Before(first)) {
			first, ok = q.due[key], true
		}
	}
	return first, ok
}

func (q *queue[T]) take(key T) {
	q.keys = slices.DeleteFunc(q.keys, func(k T) bool { return k == key })
	delete(q.due, key)
	q.running[key] = true
}

func (q *queue[T]) done(key T) { delete(q.running, key) }
