// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"sync"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// What a plan that was not run, or not to its end, waits for.
const (
	WaitingTokens = "tokens"
	WaitingLock   = "lock"
	WaitingBatch  = "batch"
	WaitingList   = "list"
)

// Work is a plan and where it goes.
type Work struct {
	// Key is the group's; it is what is called when tokens or the lock are there.
	Key      string
	Plan     core.Plan
	Client   *scanopy.Client
	Limiter  *registry.Limiter
	Priority registry.Priority
	Network  snapshot.Key
	// Pin says where tags (organization) and subnets are made.
	Pin core.Pin
	// Seen, if set, is View.Writes as it was when the group was gathered.
	Seen uint64
	// BeforeCreate, if set, is called right before a host is created, with the server's newest time that was seen. An
	// error ends the run, and nothing is sent.
	BeforeCreate func(ctx context.Context, newestCreated time.Time) error
	// BeforeMerge, if set, is called right before the first host is merged into another, if the plan has something to
	// remember. An error ends the run, and nothing is sent.
	BeforeMerge func(ctx context.Context) error
	// BeforeWrite, if set, is called right before the first step, while the network is locked. An error ends the run, and
	// nothing is sent.
	BeforeWrite func(ctx context.Context) error
	// Lost, if set, is called when a creation may have worked though it failed. Once View.ListedSince says so of the mark,
	// a list has shown what came of it.
	Lost func(mark snapshot.Mark)
	// Broke, if set, is called when the server failed at what a write holds. Once View.RenewedSince says so of the mark, all
	// that it may name has been read again.
	Broke func(mark snapshot.Mark)
}

// Runner runs plans.
type Runner struct {
	store *snapshot.Store
	locks *Locks

	mu sync.Mutex
	// waits are the limiters at which keys wait.
	waits map[string]*registry.Limiter
	// saved are tokens of keys whose next step needs more than the burst has.
	saved map[string]int
}

// New makes a runner. Whoever else writes to the same networks must use the same locks.
func New(store *snapshot.Store, locks *Locks) *Runner {
	return &Runner{store: store, locks: locks, waits: map[string]*registry.Limiter{}, saved: map[string]int{}}
}

// Run runs a plan if tokens and lock are there.
func (r *Runner) Run(ctx context.Context, w Work) core.Result {
	x := &run{Runner: r, work: w}
	if w.Plan.Requests() == 0 {
		r.Cancel(w.Key)
		x.steps(ctx)
		return x.result
	}
	lease, ok := r.lease(w, w.Plan.Requests())
	if !ok {
		r.locks.Cancel(w.Key)
		return core.Result{Waiting: WaitingTokens}
	}
	x.lease = lease
	defer func() { x.lease.Release() }()
	hold, ok := r.locks.Try(Network{w.Network.Origin, w.Network.Network}, w.Key)
	if !ok {
		return core.Result{Waiting: WaitingLock}
	}
	defer hold.Release()
	if view, known := r.store.View(w.Network); known && w.Seen != 0 && view.Writes() != w.Seen {
		hold.Keep()
		return core.Result{Replan: true}
	}
	if w.BeforeWrite != nil {
		if err := w.BeforeWrite(ctx); err != nil {
			return core.Result{Ran: true, Replan: true}
		}
	}
	x.steps(ctx)
	return x.result
}

// Cancel forgets what a key waits for.
func (r *Runner) Cancel(key string) {
	r.locks.Cancel(key)
	r.mu.Lock()
	limiter := r.waits[key]
	delete(r.waits, key)
	delete(r.saved, key)
	r.mu.Unlock()
	if limiter != nil {
		limiter.Cancel(key)
	}
}

// lease leases tokens or remembers where the key waits for them.
func (r *Runner) lease(w Work, n int) (*registry.Lease, bool) {
	r.mu.Lock()
	former := r.waits[w.Key]
	r.waits[w.Key] = w.Limiter
	r.mu.Unlock()
	if former != nil && former != w.Limiter {
		former.Cancel(w.Key)
	}
	lease, ok := w.Limiter.TryLease(n, w.Key, w.Priority)
	if ok {
		r.mu.Lock()
		delete(r.waits, w.Key)
		r.mu.Unlock()
	}
	return lease, ok
}
