// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// waitPrefix begins the keys under which batches wait at limiters and locks.
const waitPrefix = "batch/"

// Options are what a Deleter is made of.
type Options struct {
	Clock clock.WithDelayedExecution
	Store *snapshot.Store
	Locks *apply.Locks
	// MayGo judges again, right before a request, whether these hosts of a group may still be deleted; absent: all may. It
	// runs while the network is locked.
	MayGo func(ctx context.Context, group string, hostIDs []string) bool
	// OnDone is called, without any lock held, when a group has an Outcome. It must not block.
	OnDone func(group string)
	// Go, if set, runs work beside its caller; else a goroutine does.
	Go func(func())
}

// Deleter deletes hosts in batches.
type Deleter struct {
	Options

	ctx       context.Context
	collector *Collector[snapshot.Key, *job]

	mu       sync.Mutex
	jobs     map[string]*job
	outcomes map[string]Outcome
	senders  map[snapshot.Key]*sender
	waiting  map[string]*sender
	count    int
}

// NewDeleter makes a deleter. Its requests end with ctx.
func NewDeleter(ctx context.Context, o Options) *Deleter {
	d := &Deleter{
		Options: o, ctx: ctx, jobs: map[string]*job{}, outcomes: map[string]Outcome{},
		senders: map[snapshot.Key]*sender{}, waiting: map[string]*sender{},
	}
	if d.MayGo == nil {
		d.MayGo = func(context.Context, string, []string) bool { return true }
	}
	if d.OnDone == nil {
		d.OnDone = func(string) {}
	}
	if d.Go == nil {
		d.Go = func(work func()) { go work() }
	}
	d.collector = NewCollector(o.Clock, HostWindow(), d.enqueue)
	d.collector.spawn = d.Go
	return d
}

// Delete hands over hosts and returns. While a group is on its way a second call changes nothing; after that it begins
// anew and forgets the former outcome.
func (d *Deleter) Delete(item Item) {
	item.HostIDs = slices.Compact(slices.Sorted(slices.Values(item.HostIDs)))
	if len(item.HostIDs) == 0 {
		return
	}
	j := &job{Item: item, left: len(item.HostIDs), outcome: Outcome{HostIDs: item.HostIDs}}
	d.mu.Lock()
	known := d.jobs[item.Group] != nil
	if !known {
		d.jobs[item.Group] = j
		delete(d.outcomes, item.Group)
	}
	d.mu.Unlock()
	if !known {
		d.collector.Add(item.Network, item.Group, j)
	}
}

// Outcome gives what became of a group's hosts, until Forget or the next Delete.
func (d *Deleter) Outcome(group string) (Outcome, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.outcomes[group]
	return o, ok
}

// Forget drops a group's outcome.
func (d *Deleter) Forget(group string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.outcomes, group)
}

// Ready wakes the batch that waited under this key; false if the key is none of the Deleter's.
func (d *Deleter) Ready(key string) bool {
	if !strings.HasPrefix(key, waitPrefix) {
		return false
	}
	d.mu.Lock()
	s := d.waiting[key]
	d.mu.Unlock()
	if s != nil {
		d.wake(s)
	}
	return true
}

// enqueue takes what the collector has gathered.
func (d *Deleter) enqueue(network snapshot.Key, jobs []*job) {
	var units []unit
	for _, j := range jobs {
		for _, id := range j.HostIDs {
			units = append(units, unit{j, id})
		}
	}
	d.mu.Lock()
	s := d.senders[network]
	if s == nil {
		d.count++
		s = &sender{network: network, key: waitPrefix + strconv.Itoa(d.count)}
		d.senders[network], d.waiting[s.key] = s, s
	}
	s.queue = append(s.queue, units...)
	d.mu.Unlock()
	d.wake(s)
}

// conclude takes verdicts and tells the groups that are done.
func (d *Deleter) conclude(verdicts map[unit]verdict) {
	var ready []string
	d.mu.Lock()
	for u, v := range verdicts {
		if !u.job.take(v) {
			continue
		}
		group := u.job.Group
		delete(d.jobs, group)
		d.outcomes[group] = u.job.outcome
		ready = append(ready, group)
	}
	d.mu.Unlock()
	slices.Sort(ready)
	for _, group := range ready {
		d.OnDone(group)
	}
}
