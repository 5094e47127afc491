// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=credentials,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=credentials/status,verbs=patch
// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=hosts,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch

// Setup registers the controller with its watches.
func (r *Reconciler) Setup(mgr ctrl.Manager, waker *wake.Waker[string]) error {
	return wake.Register(builder.TypedControllerManagedBy[string](mgr).Named("credential"), r.Watches()).
		WatchesRawSource(waker.Source()).
		WithOptions(controller.TypedOptions[string]{
			MaxConcurrentReconciles: 4,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[string](100*time.Millisecond, time.Minute),
		}).
		Complete(r)
}

// Watches are what the controller wants to hear of.
func (r *Reconciler) Watches() []wake.Watch[string] {
	w := &watcher{connections: r.Connections, reader: r.Connections.Reader, ledger: r.Ledger}
	return []wake.Watch[string]{
		{Object: &v1alpha1.Credential{}, Handler: w.credentials()},
		{Object: &corev1.Secret{}, Metadata: true, Handler: w.handler(w.ofSecret, newVersion)},
		{Object: &v1alpha1.Host{}, Handler: w.handler(w.ofHost, newHost)},
		{Object: &v1alpha1.Backend{}, Handler: w.handler(w.ofBackend, newBackend)},
		{Object: &v1alpha1.ClusterBackend{}, Handler: w.handler(w.ofBackend, newBackend)},
		{Object: &corev1.Namespace{}, Metadata: true, Handler: w.handler(w.ofNamespace, newNamespace)},
	}
}

type queue = workqueue.TypedRateLimitingInterface[string]

// handler wakes the keys that an object matters to, when it comes, goes or differs.
func (w *watcher) handler(
	keys func(context.Context, client.Object) []string, differs func(before, after client.Object) bool,
) handler.TypedEventHandler[client.Object, string] {
	return handler.TypedFuncs[client.Object, string]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			if !e.IsInInitialList {
				wake.Add(q, wake.Soon, 0, keys(ctx, e.Object)...)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			if differs(e.ObjectOld, e.ObjectNew) {
				wake.Add(q, wake.Soon, 0, keys(ctx, e.ObjectNew)...)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[client.Object], q queue) {
			wake.Add(q, wake.Soon, 0, keys(ctx, e.Object)...)
		},
	}
}

// credentials wakes the keys of Credentials and tells the ledger of what comes, goes and changes.
func (w *watcher) credentials() handler.TypedEventHandler[client.Object, string] {
	add := func(ctx context.Context, obj client.Object, q queue, priority int, changed bool) {
		for _, key := range w.ofCredential(ctx, obj) {
			if changed {
				w.changed(key)
			}
			wake.Add(q, priority, 0, key)
		}
	}
	return handler.TypedFuncs[client.Object, string]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			priority := wake.Soon
			if e.IsInInitialList {
				priority = wake.Late
			}
			add(ctx, e.Object, q, priority, !e.IsInInitialList)
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			if relevant(e.ObjectOld, e.ObjectNew) {
				changed := e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration()
				add(ctx, e.ObjectOld, q, wake.Soon, changed)
				add(ctx, e.ObjectNew, q, wake.Soon, changed)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[client.Object], q queue) {
			add(ctx, e.Object, q, wake.Soon, true)
		},
	}
}
