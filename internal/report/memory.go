// SPDX-License-Identifier: Apache-2.0

package report

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// forgetAfter is how long nothing has to be heard of an object before it is forgotten.
const forgetAfter = 30 * time.Minute

// memory is what was written last and what is held, by uid. Nothing in it is needed for correctness.
type memory struct {
	mu      sync.Mutex
	objects map[types.UID]*known
	swept   time.Time
}

// known is what is remembered of one object. Only the call that writes the object uses it.
type known struct {
	touched time.Time
	// version is the resourceVersion of our last write; the cache may not have it yet. sum stands for the status then.
	version string
	sum     uint64
	written time.Time
	// held is since when a difference has been held back.
	held time.Time
	// counted is when the counts of a Backend were written, backend its status as written last.
	counted time.Time
	backend *v1alpha1.BackendStatus
}

func newMemory() *memory { return &memory{objects: map[types.UID]*known{}} }

func (m *memory) of(uid types.UID, now time.Time) *known {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.objects[uid]
	if !ok {
		k = &known{}
		m.objects[uid] = k
	}
	k.touched = now
	return k
}

func (m *memory) forget(uid types.UID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, uid)
}

// sweep forgets objects that have not been written about for long, which are mostly gone.
func (m *memory) sweep(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Sub(m.swept) < forgetAfter {
		return
	}
	m.swept = now
	for uid, k := range m.objects {
		if now.Sub(k.touched) >= forgetAfter {
			delete(m.objects, uid)
		}
	}
}

// isAhead says that we wrote the object after it was read: the cache lags behind.
func (k *known) isAhead(obj client.Object) bool {
	if k.version == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(obj.GetResourceVersion(), k.version)
	return err == nil && order < 0
}

// wrote notes a patch.
func (k *known) wrote(obj client.Object, now time.Time) {
	k.version, k.written, k.held = obj.GetResourceVersion(), now, time.Time{}
}

// hold says how long a difference is held yet, if it may be for so long since it was first seen.
func (k *known) hold(now time.Time, limit time.Duration) time.Duration {
	if k.held.IsZero() {
		k.held = now
	}
	return max(0, k.held.Add(limit).Sub(now))
}

// seenSince takes the creation of an object that is new for when it was first seen, however late it came to be judged.
func (k *known) seenSince(now, created time.Time) {
	if k.held.IsZero() && now.Sub(created) < 2*FirstWithin && !created.After(now) { // else the clocks differ
		k.held = created
	}
}
