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

// known is what is remembered of one object. An object that moves from one group to another may be written about by both at
// once.
type known struct {
	// touched is guarded by the memory's lock, all else by this one, which is never held while something is sent.
	touched time.Time
	mu      sync.Mutex
	// version is the resourceVersion of our last write; the cache may not have it yet. sum stands for the status then.
	version string
	sum     uint64
	written time.Time
	// held is since when a difference has been held back.
	held time.Time
	// counted is when the counts of a Backend were written, backend its status as written last. Backends belong to no group:
	// only one call at a time uses these two.
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
	k.mu.Lock()
	version := k.version
	k.mu.Unlock()
	if version == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(obj.GetResourceVersion(), version)
	return err == nil && order < 0
}

// marked notes a patch of the metadata.
func (k *known) marked(obj client.Object) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.version = obj.GetResourceVersion()
}

// wrote notes a patch of the status, for which sum stands.
func (k *known) wrote(obj client.Object, now time.Time, sum uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.version, k.written, k.held, k.sum = obj.GetResourceVersion(), now, time.Time{}, sum
}

// says says that the status for which sum stands was written last.
func (k *known) says(sum uint64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sum == sum
}

// settle notes that no difference is left.
func (k *known) settle() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = time.Time{}
}

// hold says how long a difference is held yet, if it may be for so long since it was first seen. The lock is held.
func (k *known) hold(now time.Time, limit time.Duration) time.Duration {
	if k.held.IsZero() {
		k.held = now
	}
	return max(0, k.held.Add(limit).Sub(now))
}

// seenSince takes the creation of an object that is new for when it was first seen, however late it came to be judged. The
// lock is held.
func (k *known) seenSince(now, created time.Time) {
	if k.held.IsZero() && now.Sub(created) < 2*FirstWithin && !created.After(now) { // else the clocks differ
		k.held = created
	}
}
