// SPDX-License-Identifier: Apache-2.0

// Package ledger is what the process remembers of a group between two reconciles: when its members last changed, who
// was seen going, what the server refused, whether an answer was lost. Nothing in it is needed for correctness after a
// restart: it makes the operator patient, not right. In go events, out come facts for gather. It imports core only.
package ledger

import (
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// How long the ledger has things wait.
const (
	// QuietAfter and QuietAtMost are the moment of quiet that a new group is given, since its last event and in all.
	QuietAfter  = time.Second
	QuietAtMost = 5 * time.Second
	// SettledAfter is how long a refusal has to hold until it is Stalled.
	SettledAfter = 5 * time.Second
	// RetryRefused is how long at most something that the server refused is not sent again.
	RetryRefused = 10 * time.Minute
	// goneFor is how long it is known who was seen going: longer than any resyncPeriod that is not a mistake.
	goneFor = time.Hour
)

// Ledger remembers. It is safe for concurrent use.
type Ledger struct {
	clock   clock.PassiveClock
	started time.Time
	mu      sync.Mutex
	groups  map[core.Ref]*entry
	moved   map[core.Ref]core.Ref
	// gone are the objects that were seen going, and when; missing the owners that groups lack, and since when.
	gone    map[core.Ref]time.Time
	swept   time.Time
	missing map[core.Ref]map[core.OwnerHash]time.Time
	taken   map[string]core.Ref
	// holders are those on whose hosts a group has rows, waiting the same the other way round.
	holders, waiting map[core.Ref][]core.Ref
	// sent are Hosts that were deleted, by Backend and uid.
	sent map[string]map[string]time.Time
	// credentials are those of each backend.
	credentials map[string]*Credentials
}

type entry struct {
	burst, last, member time.Time
	refused             map[core.Item]refusal
	isolate             bool
	lost                uint64
	isLost              bool
	broke               uint64
	isBroken            bool
	awaits              bool
	failures            int
	failed              failure
	undone              map[field]*undone
	written             uint64
	gaveUp              bool
	merging             []core.Remembered
}

type refusal struct {
	core.Rejection
	at    time.Time
	tries int
}

// New makes an empty ledger.
func New(c clock.PassiveClock) *Ledger {
	return &Ledger{
		clock: c, started: c.Now(), groups: map[core.Ref]*entry{}, moved: map[core.Ref]core.Ref{},
		missing: map[core.Ref]map[core.OwnerHash]time.Time{}, gone: map[core.Ref]time.Time{}, taken: map[string]core.Ref{}, sent: map[string]map[string]time.Time{},
		holders: map[core.Ref][]core.Ref{}, waiting: map[core.Ref][]core.Ref{},
	}
}

func (l *Ledger) entry(key core.Ref) *entry {
	e, ok := l.groups[key]
	if !ok {
		e = &entry{refused: map[core.Item]refusal{}}
		l.groups[key] = e
	}
	return e
}

// Changed notes that a member of the group came, went or changed its generation.
func (l *Ledger) Changed(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, e := l.clock.Now(), l.entry(key)
	if now.Sub(e.last) >= QuietAfter {
		e.burst = now
	}
	e.last, e.member = now, now
}

// Gone notes that an object was seen going.
func (l *Ledger) Gone(object core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.Sub(l.swept) >= goneFor {
		maps.DeleteFunc(l.gone, func(_ core.Ref, at time.Time) bool { return now.Sub(at) >= goneFor })
		l.swept = now
	}
	l.gone[object] = now
	delete(l.moved, object)
}

// Came notes that an object is there (again).
func (l *Ledger) Came(object core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.gone, object)
}

// Moved notes the group that an object left, so that it can be woken when the new one accepts the object.
func (l *Ledger) Moved(object, from core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved[object] = from
}

// LeftGroup is the group that an object that is still there left last.
func (l *Ledger) LeftGroup(object core.Ref) (core.Ref, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from, ok := l.moved[object]
	return from, ok
}

// SeenGoing lists the objects that were seen going lately, in no order.
func (l *Ledger) SeenGoing() []core.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.gone))
}

// Missing gives the times since when owners of a group's rows are known to be missing; they start now for those that were
// not. All that are missing have to be named: the others are there again, or their rows are gone.
func (l *Ledger) Missing(key core.Ref, owners ...core.OwnerHash) map[core.OwnerHash]time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	old, now := l.missing[key], map[core.OwnerHash]time.Time{}
	for _, owner := range owners {
		if since, ok := old[owner]; ok {
			now[owner] = since
		} else {
			now[owner] = l.clock.Now()
		}
	}
	if len(now) == 0 {
		delete(l.missing, key)
		return nil
	}
	l.missing[key] = now
	return maps.Clone(now)
}

// Quiet says whether the moment of quiet has passed, else how long it takes.
func (l *Ledger) Quiet(key core.Ref) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	if !ok || e.last.IsZero() {
		return true, 0
	}
	now := l.clock.Now()
	left := min(e.last.Add(QuietAfter).Sub(now), e.burst.Add(QuietAtMost).Sub(now))
	return left <= 0, left
}

// Settled says whether rejections have held for long enough, else how long it takes.
func (l *Ledger) Settled(key core.Ref) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	since := l.started
	if e, ok := l.groups[key]; ok && e.member.After(since) {
		since = e.member
	}
	left := since.Add(SettledAfter).Sub(l.clock.Now())
	return left <= 0, left
}

// Lost notes that the outcome of a creation is unknown until a list that begins after the mark has been read.
func (l *Ledger) Lost(key core.Ref, mark uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(key)
	e.lost, e.isLost = mark, true
}

// LostSince is the mark of the last lost creation; false when none was lost since the group was whole.
func (l *Ledger) LostSince(key core.Ref) (uint64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		return e.lost, e.isLost
	}
	return 0, false
}

// Broke notes that the server failed at a write of the group: it says nothing of the write until all that it names has
// been read again, which a list that begins after the mark does.
func (l *Ledger) Broke(key core.Ref, mark uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(key)
	e.broke, e.isBroken = mark, true
}

// BrokeSince is the mark of the last such failure; false when there was none since the group was whole.
func (l *Ledger) BrokeSince(key core.Ref) (uint64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		return e.broke, e.isBroken
	}
	return 0, false
}

// Await notes that a list is read for the group.
func (l *Ledger) Await(key core.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entry(key).awaits = true
}

// AwaitsList says that nothing is written for the group before a list has been read.
func (l *Ledger) AwaitsList(key core.Ref) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.groups[key]
	return ok && (e.isLost || e.isBroken || e.awaits)
}

// Started is when the process began to remember.
func (l *Ledger) Started() time.Time { return l.started }
