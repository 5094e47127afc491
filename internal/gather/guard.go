// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"strconv"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// censusFor is how long a count of deletions is good for: many Hosts ask together. One that took longer is good for as
// long as it took, or a deletion of thousands would do nothing but count.
const censusFor = 250 * time.Millisecond

// Censuses keeps the last count of the deletions of each Backend's Hosts. The zero value is ready.
type Censuses struct {
	mu  sync.Mutex
	all map[string]*census
}

// forget drops the count of a Backend that is no more.
func (c *Censuses) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, key)
}

// census is which of a Backend's Hosts are being deleted and count for its guard, by uid.
type census struct {
	until   time.Time
	version string
	hosts   int
	deleted map[string]time.Time
}

// Guard counts the deletions of a Backend's Hosts, for all of them at once.
func (g *Gatherer) Guard(ctx context.Context, obj BackendObject) (core.GuardFacts, error) {
	percent, minimum := obj.GetConnection().DeletionGuardOrDefault()
	facts := core.GuardFacts{Percent: int(percent), Minimum: int(minimum), Allowed: allowedDeletions(obj)}
	if facts.Percent == 0 || !obj.GetDeletionTimestamp().IsZero() {
		return facts, nil
	}
	c, err := g.census(ctx, obj)
	if err != nil {
		return facts, err
	}
	facts.Hosts, facts.Waiting = c.hosts, len(c.deleted)
	for _, at := range c.deleted {
		facts.Deleted = append(facts.Deleted, at)
	}
	for uid, at := range g.Ledger.Sent(KeyOf(obj), facts.Deleted) {
		if _, there := c.deleted[uid]; there {
			facts.Waiting-- // its object is about to go
			continue
		}
		facts.Deleted, facts.Hosts = append(facts.Deleted, at), facts.Hosts+1
	}
	return facts, nil
}

// ForgetBackend drops what is remembered of a Backend that is no more.
func (g *Gatherer) ForgetBackend(key string) {
	g.Censuses.forget(key)
	g.Ledger.ForgetBackend(key)
}

// allowedDeletions is the number that the annotation allow-mass-deletion of a Backend has.
func allowedDeletions(obj client.Object) int {
	n, err := strconv.Atoi(obj.GetAnnotations()[v1alpha1.AnnotationAllowMassDeletion])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// guard adds the deletions of the Hosts beside the group's, when that is being deleted.
func (g *Gatherer) guard(ctx context.Context, out *Group) error {
	if g.Censuses == nil || out.BackendObject == nil || !core.IsGuarded(out.Input) {
		return nil
	}
	facts, err := g.Guard(ctx, out.BackendObject)
	facts.Counts = true
	out.Input.Guard = facts
	return err
}

// census is the last count of a Backend's deletions, or a new one when that is old.
func (g *Gatherer) census(ctx context.Context, obj BackendObject) (*census, error) {
	g.Censuses.mu.Lock()
	defer g.Censuses.mu.Unlock()
	key, began := KeyOf(obj), g.Clock.Now()
	if c := g.Censuses.all[key]; c != nil && began.Before(c.until) && c.version == obj.GetResourceVersion() {
		return c, nil
	}
	c, err := g.count(ctx, obj)
	if err != nil {
		return nil, err
	}
	if g.Censuses.all == nil {
		g.Censuses.all = map[string]*census{}
	}
	now := g.Clock.Now()
	c.until, c.version = now.Add(max(censusFor, now.Sub(began))), obj.GetResourceVersion()
	g.Censuses.all[key] = c
	return c, nil
}

// count looks at all Hosts of a Backend.
func (g *Gatherer) count(ctx context.Context, obj BackendObject) (*census, error) {
	users, err := (&Connections{Reader: g.Reader}).Users(ctx, obj, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, err
	}
	c := &census{hosts: len(users), deleted: map[string]time.Time{}}
	going := map[string]bool{}
	for i := range users {
		h := &users[i]
		if h.DeletionTimestamp.IsZero() || !controllerutil.ContainsFinalizer(h, v1alpha1.Finalizer) {
			continue
		}
		if _, known := going[h.Namespace]; !known {
			ns, err := g.namespace(ctx, h.Namespace)
			if err != nil {
				return nil, err
			}
			going[h.Namespace] = ns == nil || !ns.GetDeletionTimestamp().IsZero()
		}
		if going[h.Namespace] {
			continue
		}
		counts, err := g.counts(ctx, obj, h)
		if err != nil {
			return nil, err
		}
		if counts {
			c.deleted[string(h.UID)] = h.DeletionTimestamp.Time
		}
	}
	return c, nil
}

// counts says whether the deletion of a Host counts for the guard of its Backend.
func (g *Gatherer) counts(ctx context.Context, obj BackendObject, h *v1alpha1.Host) (bool, error) {
	decl, err := g.hostDecl(ctx, h)
	if err != nil {
		return false, err
	}
	setDefaults(obj.GetConnection(), h, &decl)
	group := &Group{Host: h, BackendObject: obj, BackendKey: KeyOf(obj)}
	group.Input = core.Input{Root: decl.Ref, Now: g.Clock.Now(), Instance: g.Instance, Former: g.Former, Host: &decl}
	if backend, ok := g.Registry.Get(group.BackendKey); ok {
		group.Backend = backend
		g.network(group, backend.Facts())
		if view, ok := g.Snapshots.View(group.Network); ok {
			group.Input.Backend.Subnets = view.Subnets()
		}
		if err := g.neighbours(ctx, group); err != nil {
			return false, err
		}
	}
	return core.IsGuarded(group.Input), nil
}
