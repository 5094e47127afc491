// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// worstRate is how many objects a second are applied in the worst order: a little over the 100 that its budget speaks of,
// slow enough for Hosts to be written before their Services come.
const worstRate = 105

// order is an order in which everything is applied: phases one after another, in each phase batches side by side, the
// objects of a batch one after another.
type order struct {
	phases func([]rack) [][][]client.Object
	// perSecond is how many objects are applied in a second; 0: as many as can be.
	perSecond float64
	workers   int
}

// hostByHost applies each Host with all that is on it, a few Hosts at a time.
func hostByHost() order {
	return order{workers: 4, phases: func(all []rack) [][][]client.Object {
		var batches [][]client.Object
		for _, r := range all {
			batch := append([]client.Object{r.host}, r.services...)
			batches = append(batches, append(batch, r.bindings...))
		}
		return [][][]client.Object{batches}
	}}
}

// helmOrder is the order in which helm installs kinds that it does not know: by kind; Service goes first because
// Kubernetes has a kind of that name.
func helmOrder() order {
	return order{workers: 8, phases: func(all []rack) [][][]client.Object {
		return [][][]client.Object{singles(all, services), singles(all, bindings), singles(all, hosts)}
	}}
}

// worstOrder lets each Host be judged alone at first.
func worstOrder() order {
	return order{workers: 8, perSecond: worstRate, phases: func(all []rack) [][][]client.Object {
		return [][][]client.Object{singles(all, hosts), singles(all, services), singles(all, bindings)}
	}}
}

func hosts(r rack) []client.Object    { return []client.Object{r.host} }
func services(r rack) []client.Object { return r.services }
func bindings(r rack) []client.Object { return r.bindings }

// singles are batches of one.
func singles(all []rack, part func(rack) []client.Object) [][]client.Object {
	var out [][]client.Object
	for _, r := range all {
		for _, object := range part(r) {
			out = append(out, []client.Object{object})
		}
	}
	return out
}

// apply creates everything in the order.
func (o order) apply(ctx context.Context, c client.Client, all []rack) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	pace := &pace{perSecond: o.perSecond, begun: time.Now()}
	for _, phase := range o.phases(all) {
		todo := make(chan []client.Object, len(phase))
		for _, batch := range phase {
			todo <- batch
		}
		close(todo)
		var workers sync.WaitGroup
		for range o.workers {
			workers.Go(func() {
				for batch := range todo {
					if err := applyBatch(ctx, c, pace, batch); err != nil {
						fail(err)
					}
				}
			})
		}
		workers.Wait()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

func applyBatch(ctx context.Context, c client.Client, pace *pace, batch []client.Object) error {
	for _, object := range batch {
		if err := pace.wait(ctx); err != nil {
			return err
		}
		if err := c.Create(ctx, object); err != nil {
			return fmt.Errorf("creating %T %s: %w", object, object.GetName(), err)
		}
	}
	return nil
}

// pace lets so many begin in a second, and those that are late at once.
type pace struct {
	perSecond float64
	begun     time.Time

	mu    sync.Mutex
	given int
}

func (p *pace) wait(ctx context.Context) error {
	if p.perSecond == 0 {
		return ctx.Err()
	}
	p.mu.Lock()
	due := p.begun.Add(time.Duration(float64(p.given) / p.perSecond * float64(time.Second)))
	p.given++
	p.mu.Unlock()
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
