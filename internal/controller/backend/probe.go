// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// probe has the server asked who it is when that is due and tokens are there; it says when to come back. The Backend is
// woken when there is an answer, or none.
func (r *Reconciler) probe(obj gather.BackendObject, b *registry.Backend, err error) time.Duration {
	if b == nil || err != nil {
		return wake.Jitter(time.Minute, r.Clock.Now())
	}
	period := obj.GetConnection().ResyncPeriodOrDefault()
	key := gather.KeyOf(obj)
	if r.state.isProbing(key, b) {
		return period
	}
	if due := r.state.due(key, b, v1alpha1.ReconcileRequestedAt(obj), period, r.Clock.Now()); due > 0 {
		return due
	}
	requests := b.ProbeRequests()
	lease, ok := b.Limiter().TryLease(requests, wake.ProbeKey(key), registry.PriorityEdit)
	if !ok {
		return period
	}
	for range requests {
		lease.Take()
	}
	r.state.probes(key, b)
	r.Beside(func(ctx context.Context) {
		defer lease.Release()
		r.ask(ctx, obj, b)
	})
	return period
}

// ask asks the server who it is, and wakes the Backend and whomever the answer concerns. What comes of a client that was
// replaced meanwhile concerns nobody.
func (r *Reconciler) ask(ctx context.Context, obj gather.BackendObject, b *registry.Backend) {
	key, asked, period := gather.KeyOf(obj), v1alpha1.ReconcileRequestedAt(obj), obj.GetConnection().ResyncPeriodOrDefault()
	before := b.Facts()
	facts := b.Probe(ctx)
	if !r.state.isProbing(key, b) {
		return
	}
	next := wake.Jitter(period, r.Clock.Now())
	if facts.Err != nil {
		next = r.retry(key, b, facts.Err)
	}
	if isUpgraded(before.Version, facts.Version) { // another version may show more
		r.state.renew(key)
	}
	r.state.probed(key, b, asked, period, r.Clock.Now(), r.Clock.Now().Add(next), facts.Err == nil)
	if changed(before, facts) {
		log.FromContext(ctx).Info("Asked the server who it is", "backend", key, "version", facts.Version, "networks", len(facts.Networks),
			"error", words(facts.Err))
	}
	if changed(before, facts) || asked != obj.GetBackendStatus().LastHandledReconcileAt {
		r.wakeUsers(ctx, obj, b, before)
	}
	r.Self.Wake(wake.Soon, 0, keyOf(obj))
}

// retry is when a Backend is probed again that cannot be used. Whether a server is back only asking tells; what a key may
// do, and how much a server can take, seldom changes by itself.
func (r *Reconciler) retry(key string, b *registry.Backend, err error) time.Duration {
	now := r.Clock.Now()
	failures, since := r.state.failed(key, b, now)
	if e, ok := fault.Of(err); ok && fault.IsClass(err, fault.Transient, fault.Waiting) {
		return max(e.RetryAfter, pause(now.Sub(since)))
	}
	return fault.Decide(err, failures).RequeueAfter
}

// words are an error's for the log.
func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Suspect asks for a probe of a Backend whose requests fail in a way that concerns all of it.
func (r *Reconciler) Suspect(key string) { r.state.suspect(key) }

// isUpgraded says that a server has another version than before.
func isUpgraded(before, after string) bool { return before != "" && after != before }

// changed says that a probe found something else than the one before that groups rest on.
func changed(a, b registry.Facts) bool {
	return a.Known != b.Known || (a.Err == nil) != (b.Err == nil) || a.Version != b.Version ||
		!networkNames(a).Equal(networkNames(b))
}

// networkNames are the networks of a backend as groups name them.
func networkNames(known registry.Facts) sets.Set[[3]string] {
	out := sets.New[[3]string]()
	for _, n := range known.Networks {
		out.Insert([3]string{n.OrganizationID, n.ID, n.Name})
	}
	return out
}

// wakeUsers wakes the groups of a Backend. When it can be used again, whatever failed for its sake is tried at once; when
// it has another version, also what it refused: perhaps we did not speak its language.
func (r *Reconciler) wakeUsers(ctx context.Context, obj gather.BackendObject, b *registry.Backend, before registry.Facts) {
	users, err := r.Connections.Users(ctx, obj, client.UnsafeDisableDeepCopy)
	if err != nil {
		return
	}
	upgraded := b.Facts().Err == nil && isUpgraded(before.Version, b.Facts().Version)
	recovered := upgraded || b.Facts().Err == nil && before.Err != nil
	priority := wake.Late
	if recovered {
		priority = wake.Soon
		for _, key := range networks(users, obj, b) {
			r.Snapshots.Recover(key, snapshot.Source{Client: b.Client(), Limiter: b.Limiter()})
		}
	}
	if recovered {
		r.RecoverCredentials(gather.KeyOf(obj))
	}
	r.Credentials.Wake(priority, 0, gather.KeyOf(obj))
	for i := range users {
		group := core.Ref{Kind: core.KindHost, Namespace: users[i].Namespace, Name: users[i].Name}
		if recovered {
			r.Revive(group)
		}
		if upgraded {
			r.Forgive(group)
		}
		r.Groups.Wake(priority, 0, group)
	}
}
