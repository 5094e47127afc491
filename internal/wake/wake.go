// SPDX-License-Identifier: Apache-2.0

// Package wake brings to a controller's queue what is not an event of Kubernetes: a limiter whose tokens are there, a
// lock that is free, a list that was read, a batch that ended. In go keys from anywhere, at any time; out they come at
// the queue, or are kept until it starts. It imports core and controller-runtime's queue.
package wake

import (
	"context"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Priorities of a controller's queue.
const (
	// Called is for who was called by a limiter, a lock or a batch: what it waited for is kept for it for seconds only, and
	// lost to everybody meanwhile.
	Called = 100
	// Soon is for what somebody waits for.
	Soon = 0
	// Late is for resyncs and initial lists.
	Late = -100
)

// Watch is what a controller wants to hear of: the events of a kind of objects, and which keys they wake.
type Watch[T comparable] struct {
	Object client.Object
	// Metadata says that only the metadata is watched and cached.
	Metadata bool
	Handler  handler.TypedEventHandler[client.Object, T]
}

// Register adds watches to a controller.
func Register[T comparable](to *builder.TypedBuilder[T], watches []Watch[T]) *builder.TypedBuilder[T] {
	for _, w := range watches {
		if w.Metadata {
			to = to.WatchesMetadata(w.Object, w.Handler)
		} else {
			to = to.Watches(w.Object, w.Handler)
		}
	}
	return to
}

// Waker adds keys to a controller's queue. The zero value is ready; it is safe for concurrent use.
type Waker[T comparable] struct {
	mu    sync.Mutex
	queue workqueue.TypedRateLimitingInterface[T]
	early []T
}

// Source is the waker as a controller's source.
func (w *Waker[T]) Source() source.TypedSource[T] {
	return source.TypedFunc[T](func(_ context.Context, q workqueue.TypedRateLimitingInterface[T]) error {
		w.mu.Lock()
		w.queue = q
		early := w.early
		w.early = nil
		w.mu.Unlock()
		w.Wake(Soon, 0, early...)
		return nil
	})
}

// Wake adds keys with a priority, after a while.
func (w *Waker[T]) Wake(priority int, after time.Duration, keys ...T) {
	w.mu.Lock()
	q := w.queue
	if q == nil {
		w.early = append(w.early, keys...)
	}
	w.mu.Unlock()
	if q != nil {
		Add(q, priority, after, keys...)
	}
}

// Add adds keys to a queue with a priority, if it knows priorities.
func Add[T comparable](q workqueue.TypedRateLimitingInterface[T], priority int, after time.Duration, keys ...T) {
	if pq, ok := q.(priorityqueue.PriorityQueue[T]); ok {
		pq.AddWithOpts(priorityqueue.AddOpts{After: after, Priority: &priority}, keys...)
		return
	}
	for _, key := range keys {
		q.AddAfter(key, after)
	}
}

// GroupKey is a group's key as limiters, locks and batches know it: "Host/namespace/name".
func GroupKey(ref core.Ref) string { return string(ref.Kind) + "/" + ref.Namespace + "/" + ref.Name }

// ParseGroupKey is the reverse of GroupKey.
func ParseGroupKey(key string) (core.Ref, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 || (parts[0] != string(core.KindHost) && parts[0] != string(core.KindBinding)) {
		return core.Ref{}, false
	}
	return core.Ref{Kind: core.Kind(parts[0]), Namespace: parts[1], Name: parts[2]}, true
}

const credentialsPrefix = "credentials:"

// CredentialsKey is the key by which the Credentials of a backend wait at its limiter.
func CredentialsKey(backend string) string { return credentialsPrefix + backend }

// ParseCredentialsKey is the reverse of CredentialsKey.
func ParseCredentialsKey(key string) (string, bool) { return strings.CutPrefix(key, credentialsPrefix) }

const probePrefix = "probe:"

// ProbeKey is the key by which a Backend waits for the tokens of its probe.
func ProbeKey(backend string) string { return probePrefix + backend }

// ParseProbeKey is the reverse of ProbeKey.
func ParseProbeKey(key string) (string, bool) { return strings.CutPrefix(key, probePrefix) }
