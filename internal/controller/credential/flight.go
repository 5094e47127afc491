// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"fmt"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// flight is what is under way for a backend key.
type flight struct {
	key  string
	what errand
}

// errand is a kind of requests.
type errand int

// The kinds of requests: a list, or the steps of a plan.
const (
	listing errand = iota
	writing
)

// flights are the requests that are under way beside the workers, at most one errand of a kind for each key. The zero
// value is ready.
type flights struct {
	mu  sync.Mutex
	all map[flight]*progress
}

// progress is how far something under way is.
type progress struct {
	began time.Time
	// missed says that somebody asked for the key since.
	missed bool
	// telling is held while something is told of the key's Credentials; told says that the outcome was.
	telling sync.Mutex
	told    bool
}

// begin notes that something is under way; nil if it is already.
func (f *flights) begin(what flight, now time.Time) *progress {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all[what] != nil {
		return nil
	}
	if f.all == nil {
		f.all = map[flight]*progress{}
	}
	f.all[what] = &progress{began: now}
	return f.all[what]
}

// miss gives what is under way, and remembers that the key is wanted when it has ended; nil if nothing is.
func (f *flights) miss(what flight) *progress {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.all[what]
	if p != nil {
		p.missed = true
	}
	return p
}

// end notes that something is over, and tells whether the key is wanted.
func (f *flights) end(what flight) (missed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	missed = f.all[what].missed
	delete(f.all, what)
	return missed
}

// conclude tells the outcome, after which nothing interim may be told.
func (p *progress) conclude(tell func() (reconcile.Result, error)) (reconcile.Result, error) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.told = true
	return tell()
}

// meanwhile tells something interim, unless the outcome was told.
func (p *progress) meanwhile(tell func() error) error {
	p.telling.Lock()
	defer p.telling.Unlock()
	if p.told {
		return nil
	}
	return tell()
}

// beside does work beside the workers, so that a server that hangs holds none of them. When it is over the key comes back
// as a worker's result would have it, or at once if somebody asked for it meanwhile.
func (r *Reconciler) beside(ctx context.Context, what flight, work func(context.Context, *progress) (reconcile.Result, error)) {
	p := r.flights.begin(what, r.Clock.Now())
	if p == nil {
		return
	}
	logger := log.FromContext(ctx)
	r.Beside(func(ctx context.Context) {
		result, err := caught(ctx, func() (reconcile.Result, error) { return work(log.IntoContext(ctx, logger), p) })
		missed := r.flights.end(what)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			logger.Error(err, "Work beside the workers failed")
			r.Self.Wake(wake.Soon, staleRetry, what.key)
		case missed:
			r.Self.Wake(wake.Soon, 0, what.key)
		case result.RequeueAfter > 0:
			r.Self.Wake(*result.Priority, result.RequeueAfter, what.key)
		}
	})
}

// caught does work and makes a panic an error, as controllers do for their workers.
func caught(ctx context.Context, work func() (reconcile.Result, error)) (result reconcile.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			for _, handle := range utilruntime.PanicHandlers {
				handle(ctx, p)
			}
			err = fmt.Errorf("panic: %v [recovered]", p)
		}
	}()
	return work()
}
