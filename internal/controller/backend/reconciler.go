// SPDX-License-Identifier: Apache-2.0

// Package backend is the controller of Backends and ClusterBackends: it keeps a client for each, asks the server who it
// is, and says in status what it found. In go events, out come clients in the registry, statuses, and woken groups.
package backend

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

const (
	// holdersEvery is how long a Backend that is being deleted waits for more of its holders to go.
	holdersEvery = time.Second
	// countEvery is how long the counts in a Backend's status wait for more to change.
	countEvery = 30 * time.Second
	// staleRetry is when to look again at an object that was changed since it was read.
	staleRetry = 200 * time.Millisecond
)

// Key names a Backend or, without a namespace, a ClusterBackend.
type Key struct {
	Kind            v1alpha1.BackendKind
	Namespace, Name string
}

// Reporter writes what is found.
type Reporter interface {
	WriteBackend(ctx context.Context, obj gather.BackendObject, status v1alpha1.BackendStatus) (time.Duration, error)
	SetBackendFinalizer(ctx context.Context, obj gather.BackendObject, want bool) error
	RemoveAnnotation(ctx context.Context, obj client.Object, key string) error
}

// Reconciler keeps Backends connected.
type Reconciler struct {
	Reader      client.Reader
	Connections *gather.Connections
	Census      *gather.Census
	Registry    *registry.Registry
	Snapshots   *snapshot.Store
	Report      Reporter
	Clock       clock.PassiveClock
	Groups      *wake.Waker[core.Ref]
	// Credentials wakes the Credentials of a backend key, RecoverCredentials makes them try again what failed.
	Credentials        *wake.Waker[string]
	RecoverCredentials func(key string)
	// Revive makes a group that waits because of failures try again at once. Forgive does so for what the server refused.
	Revive     func(group core.Ref)
	Forgive    func(group core.Ref)
	InstanceID string
	// Guard counts the deletions of a Backend's Hosts; absent: nobody guards. Held is told how many wait for a leave.
	Guard func(ctx context.Context, obj gather.BackendObject) (core.GuardFacts, error)
	Held  func(key string, hosts int)
	// Forgot is told of a Backend that is no more; absent: nobody cares.
	Forgot func(key string)
	state  memory
}

// Reconcile connects, probes and reports one Backend.
func (r *Reconciler) Reconcile(ctx context.Context, key Key) (reconcile.Result, error) {
	obj, err := r.Connections.Backend(ctx, key.Kind, key.Namespace, key.Name)
	if err != nil {
		return reconcile.Result{}, err
	}
	if obj == nil {
		r.forget(keyString(key))
		return reconcile.Result{}, nil
	}
	users, err := r.Connections.Users(ctx, obj)
	if err != nil {
		return reconcile.Result{}, err
	}
	credentials, err := r.Connections.CredentialUsers(ctx, gather.KeyOf(obj))
	if err != nil {
		return reconcile.Result{}, err
	}
	b, err := r.connect(ctx, obj)
	if _, ok := fault.Of(err); err != nil && !ok {
		return reconcile.Result{}, err
	}
	held := holders(users, credentials, b != nil)
	switch done, err := r.finalize(ctx, obj, len(users)+len(credentials) > 0, held); {
	case apierrors.IsConflict(err): // somebody was faster
		priority := wake.Soon
		return reconcile.Result{RequeueAfter: staleRetry, Priority: &priority}, nil
	case done || err != nil:
		return reconcile.Result{}, err
	}
	asked := r.state.isAsked(gather.KeyOf(obj), v1alpha1.ReconcileRequestedAt(obj))
	before := versionOf(b)
	next := r.probe(ctx, obj, b, err)
	asked = asked || isUpgraded(before, versionOf(b)) // another version may show more
	if err == nil && b != nil {
		err = b.Facts().Err
	}
	again, err := r.write(ctx, obj, b, err, held)
	if err != nil {
		return reconcile.Result{}, err
	}
	r.resync(obj, b, users, asked)
	looks, err := r.guard(ctx, obj, users)
	priority := wake.Late
	return reconcile.Result{RequeueAfter: wake.Earliest(next, again, looks), Priority: &priority}, err
}

func (r *Reconciler) forget(key string) {
	r.Registry.Forget(key)
	r.state.drop(key)
	if r.Forgot != nil {
		r.Forgot(key)
	}
}

// finalize sets the finalizer while Hosts use the Backend and removes it when the last has gone.
func (r *Reconciler) finalize(ctx context.Context, obj gather.BackendObject, isUsed bool, held []string) (bool, error) {
	deleting := !obj.GetDeletionTimestamp().IsZero()
	want := len(held) > 0
	if !deleting {
		want = isUsed
	}
	if deleting && want {
		return false, nil // a finalizer can't be added any more, and it is there
	}
	if err := r.Report.SetBackendFinalizer(ctx, obj, want); err != nil {
		return true, client.IgnoreNotFound(err)
	}
	if deleting && !want {
		r.forget(gather.KeyOf(obj))
		return true, nil
	}
	return false, nil
}

// holders lists the Hosts that keep a Backend: those with something to clean up there. Where there is no key to reach it
// with, nothing can be: only those that have to be let go first are left.
func holders(users []v1alpha1.Host, credentials []v1alpha1.Credential, canReach bool) []string {
	var out []string
	add := func(obj client.Object, format string) {
		if controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) && (canReach || !obj.GetDeletionTimestamp().IsZero()) {
			out = append(out, fmt.Sprintf(format, obj.GetNamespace(), obj.GetName()))
		}
	}
	for i := range users {
		add(&users[i], "%s/%s")
	}
	for i := range credentials {
		add(&credentials[i], "Credential %s/%s")
	}
	return out
}

// connect makes the client, or keeps the one in memory when the Secret is gone.
func (r *Reconciler) connect(ctx context.Context, obj gather.BackendObject) (*registry.Backend, error) {
	key := gather.KeyOf(obj)
	if r.state.isReplaced(key, obj.GetUID()) {
		r.forget(key) // the client in memory is that of another object, which had this name before
	}
	stable, err := r.Connections.Stable(ctx, obj)
	if err != nil {
		b, _ := r.Registry.Get(key)
		return b, err
	}
	b, err := r.Registry.Ensure(key, stable)
	if err != nil {
		old, _ := r.Registry.Get(key)
		return old, err
	}
	return b, nil
}

// probe asks the server who it is when that is due and tokens are there; it says when to come back.
func (r *Reconciler) probe(ctx context.Context, obj gather.BackendObject, b *registry.Backend, err error) time.Duration {
	if b == nil || err != nil {
		return jitter(r.Clock, time.Minute)
	}
	period := obj.GetConnection().ResyncPeriodOrDefault()
	key, asked := gather.KeyOf(obj), v1alpha1.ReconcileRequestedAt(obj)
	if due := r.state.due(key, b, asked, period, r.Clock.Now()); due > 0 {
		return due
	}
	requests := b.ProbeRequests()
	lease, ok := b.Limiter().TryLease(requests, wake.ProbeKey(key), registry.PriorityEdit)
	if !ok {
		return period
	}
	defer lease.Release()
	for range requests {
		lease.Take()
	}
	before := b.Facts()
	facts := b.Probe(ctx)
	next := jitter(r.Clock, period)
	if facts.Err != nil {
		next = r.retry(key, b, facts.Err)
	}
	r.state.probed(key, b, asked, period, r.Clock.Now(), r.Clock.Now().Add(next), facts.Err == nil)
	if changed(before, facts) {
		log.FromContext(ctx).Info("Asked the server who it is", "version", facts.Version, "networks", len(facts.Networks), "error", words(facts.Err))
	}
	if changed(before, facts) || asked != obj.GetBackendStatus().LastHandledReconcileAt {
		r.wakeUsers(ctx, obj, b, before)
	}
	return next
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

func versionOf(b *registry.Backend) string {
	if b == nil {
		return ""
	}
	return b.Facts().Version
}

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
	users, err := r.Connections.Users(ctx, obj)
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
