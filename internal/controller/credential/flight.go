// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"fmt"
	"sync"

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
	mu sync.Mutex
	// missed says of what is under way that somebody asked for the key since.
	missed map[flight]bool
}

// begin notes that something is under way; false if it is already.
func (f *flights) begin(what flight) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.missed[what]; ok {
		return false
	}
	if f.missed == nil {
		f.missed = map[flight]bool{}
	}
	f.missed[what] = false
	return true
}

// miss says whether something is under way, and if so remembers that the key is wanted when it has ended.
func (f *flights) miss(what flight) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.missed[what]
	if ok {
		f.missed[what] = true
	}
	return ok
}

// end notes that something is over, and tells whether the key is wanted.
func (f *flights) end(what flight) (missed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	missed = f.missed[what]
	delete(f.missed, what)
	return missed
}

// beside does work beside the workers, so that a server that hangs holds none of them. When it is over the key comes back
// as a worker's result would have it, or at once if somebody asked for it meanwhile.
func (r *Reconciler) beside(ctx context.Context, what flight, work func(context.Context) (reconcile.Result, error)) {
	if !r.flights.begin(what) {
		return
	}
	logger := log.FromContext(ctx)
	r.Beside(func(ctx context.Context) {
		result, err := caught(log.IntoContext(ctx, logger), work)
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
func caught(ctx context.Context, work func(context.Context) (reconcile.Result, error)) (result reconcile.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			for _, handle := range utilruntime.PanicHandlers {
				handle(ctx, p)
			}
			err = fmt.Errorf("panic: %v [recovered]", p)
		}
	}()
	return work(ctx)
}
