// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

const (
	// suspectEvery is how often a Backend is probed at most because requests to it fail.
	suspectEvery = 2 * time.Second
	// How often a Backend is probed that cannot be used.
	shortestPause = 2 * time.Second
	longestPause  = time.Minute
)

// pause is how long the next probe has time when a Backend could not be used for so long: an outage is noticed to be
// over within a quarter of the time it took, and a long one costs a probe a minute.
func pause(lasted time.Duration) time.Duration {
	return min(max(lasted/4, shortestPause), longestPause)
}

// memory is when each Backend is due for its next probe.
type memory struct {
	mu      sync.Mutex
	entries map[string]*entry
}

type entry struct {
	uid     types.UID
	backend *registry.Backend
	asked   string
	// probing is the client whose probe is under way; renewal: what is known of the networks is to be read again.
	probing *registry.Backend
	renewal bool
	// period is the one that next was computed with.
	period   time.Duration
	next     time.Time
	last     time.Time
	failures int
	// since is when the first probe of those that failed in a row did.
	since time.Time
	guard watched
	// leaving is since when it is known that the Backend is being deleted and holds nobody.
	leaving time.Time
	// told is how many were let go when the status was first read, gone how many since.
	told, gone int32
	read       bool
}

// at is what is known of a Backend; of one that was forgotten nothing is, and asking changes that not.
func (m *memory) at(key string) entry {
	if e := m.entries[key]; e != nil {
		return *e
	}
	return entry{}
}

func (m *memory) of(key string) *entry {
	if m.entries == nil {
		m.entries = map[string]*entry{}
	}
	e, ok := m.entries[key]
	if !ok {
		e = &entry{}
		m.entries[key] = e
	}
	return e
}

// due says how long the next probe has time; 0: now. A new client, a request or another period is due at once.
func (m *memory) due(key string, b *registry.Backend, asked string, period time.Duration, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.at(key)
	if e.backend != b || e.asked != asked || e.period != period {
		return 0
	}
	return max(e.next.Sub(now), 0)
}

func (m *memory) probed(key string, b *registry.Backend, asked string, period time.Duration, now, next time.Time, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	e.last, e.probing = now, nil
	e.renewal = e.renewal || (e.backend != nil && e.asked != asked)
	e.backend, e.asked, e.period, e.next = b, asked, period, next
	if ok {
		e.failures = 0
	}
}

// probes notes the client whose probe begins.
func (m *memory) probes(key string, b *registry.Backend) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(key).probing = b
}

// isProbing says that a probe by this client is under way.
func (m *memory) isProbing(key string, b *registry.Backend) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at(key).probing == b
}

// answered is the request to reconcile that the last probe answered.
func (m *memory) answered(key string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at(key).asked
}

// renew has the networks read again.
func (m *memory) renew(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(key).renewal = true
}

// takeRenewal says, once, that the networks are to be read again: somebody asked for it, or the server has another version.
func (m *memory) takeRenewal(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	due := e.renewal
	e.renewal = false
	return due
}

// suspect makes the next probe due at once, but for a moment after the last one.
func (m *memory) suspect(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	if soon := e.last.Add(suspectEvery); soon.Before(e.next) {
		e.next = soon
	}
}

// failed counts a probe that failed. It gives the number of those before it, and since when they fail.
func (m *memory) failed(key string, b *registry.Backend, now time.Time) (before int, since time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	if e.failures == 0 || e.backend != b {
		e.failures, e.since = 0, now
	}
	e.failures++
	return e.failures - 1, e.since
}

// leaves says how long a Backend that is being deleted and holds nobody has to stay yet.
func (m *memory) leaves(key string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	if e.leaving.IsZero() {
		e.leaving = now
	}
	return max(e.leaving.Add(lastWrites).Sub(now), 0)
}

// isReplaced says that another object had the name before, and notes which one has it now.
func (m *memory) isReplaced(key string, uid types.UID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.of(key)
	before := e.uid
	e.uid = uid
	return before != "" && before != uid
}

func (m *memory) drop(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.entries, key)
}
