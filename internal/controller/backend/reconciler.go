// SPDX-License-Identifier: Apache-2.0

// Package backend is the controller of Backends and ClusterBackends: it keeps a client for each, asks the server who it
// is, and says in status what it found. In go events, out come clients in the registry, statuses, and woken groups.
package backend

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
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
	// lastWrites is how long a Backend that is being deleted waits for those who did not know that yet.
	lastWrites = 2 * time.Second
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
	// Rows are the lists of credentials.
	Rows   *snapshot.Credentials
	Report Reporter
	Clock  clock.PassiveClock
	// Beside runs work beside the workers until the process ends: a server that hangs must hold none of them. Self wakes
	// Backends, Groups wakes groups.
	Beside func(work func(ctx context.Context))
	Self   *wake.Waker[Key]
	Groups *wake.Waker[core.Ref]
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
	users, err := r.Connections.Users(ctx, obj, client.UnsafeDisableDeepCopy)
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
	priority := wake.Soon
	switch done, wait, err := r.finalize(ctx, obj, len(users)+len(credentials) > 0, held, b != nil); {
	case apierrors.IsConflict(err): // somebody was faster
		return reconcile.Result{RequeueAfter: staleRetry, Priority: &priority}, nil
	case wait > 0:
		return reconcile.Result{RequeueAfter: wait, Priority: &priority}, nil
	case done || err != nil:
		return reconcile.Result{}, err
	}
	next := r.probe(obj, b, err)
	again, err := r.write(ctx, obj, b, err, held)
	if err != nil {
		return reconcile.Result{}, err
	}
	r.resync(obj, b, users)
	looks, err := r.guard(ctx, obj, users)
	priority = wake.Late
	return reconcile.Result{RequeueAfter: wake.Earliest(next, again, looks), Priority: &priority}, err
}

func (r *Reconciler) forget(key string) {
	r.Registry.Forget(key)
	r.state.drop(key)
	r.tidy()
	if r.Forgot != nil {
		r.Forgot(key)
	}
}

// tidy drops what was read with keys that nobody uses any more: an inventory of many hosts is large.
func (r *Reconciler) tidy() {
	isUsed := func(key snapshot.Key) bool { return r.Registry.Uses(key.Origin, key.Account) }
	r.Snapshots.Keep(isUsed)
	r.Rows.Keep(isUsed)
}

// finalize sets the finalizer while Hosts use the Backend and removes it when the last has gone. One that is being deleted
// stays for a moment if there are any that it does not hold: what was judged before the deletion may just be written.
func (r *Reconciler) finalize(
	ctx context.Context, obj gather.BackendObject, isUsed bool, held []string, canReach bool,
) (done bool, wait time.Duration, err error) {
	deleting := !obj.GetDeletionTimestamp().IsZero()
	want := len(held) > 0
	if !deleting {
		want = isUsed
	}
	if deleting && want {
		return false, 0, nil // a finalizer can't be added any more, and it is there
	}
	if deleting && isUsed && canReach {
		if left := r.state.leaves(gather.KeyOf(obj), r.Clock.Now()); left > 0 {
			return false, left, nil
		}
	}
	if err := r.Report.SetBackendFinalizer(ctx, obj, want); err != nil {
		return true, 0, client.IgnoreNotFound(err)
	}
	if deleting && !want {
		r.forget(gather.KeyOf(obj))
		return true, 0, nil
	}
	return false, 0, nil
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
	old, _ := r.Registry.Get(key)
	b, err := r.Registry.Ensure(key, stable)
	if err != nil {
		return old, err
	}
	if old != nil && old != b {
		r.tidy()
	}
	return b, nil
}
