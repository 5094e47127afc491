// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"strings"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=backends;clusterbackends,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=backends/status;clusterbackends/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets;configmaps,verbs=get;list;watch

// Setup registers the controller with its watches.
func (r *Reconciler) Setup(mgr ctrl.Manager, waker *wake.Waker[Key]) error {
	return wake.Register(builder.TypedControllerManagedBy[Key](mgr).Named("backend"), r.Watches()).
		WatchesRawSource(waker.Source()).
		WithOptions(controller.TypedOptions[Key]{
			MaxConcurrentReconciles: 4,
			LogConstructor: func(key *Key) logr.Logger {
				if key == nil {
					return mgr.GetLogger().WithValues("controller", "backend")
				}
				return mgr.GetLogger().WithValues("controller", "backend", string(key.Kind), klog.KRef(key.Namespace, key.Name))
			},
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[Key](100*time.Millisecond, time.Minute),
		}).
		Complete(r)
}

// Watches are what the controller wants to hear of.
func (r *Reconciler) Watches() []wake.Watch[Key] {
	return []wake.Watch[Key]{
		{Object: &v1alpha1.Backend{}, Handler: changes()},
		{Object: &v1alpha1.ClusterBackend{}, Handler: changes()},
		{Object: &corev1.Secret{}, Metadata: true, Handler: r.references(index.BackendBySecret)},
		{Object: &corev1.ConfigMap{}, Metadata: true, Handler: r.references(index.BackendByConfigMap)},
		{Object: &v1alpha1.Host{}, Handler: r.users()},
		{Object: &v1alpha1.Credential{}, Handler: r.users()},
	}
}

// ParseKey reads a registry key: "Backend/ns/name", "ClusterBackend//name".
func ParseKey(key string) (Key, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return Key{}, false
	}
	return Key{Kind: v1alpha1.BackendKind(parts[0]), Namespace: parts[1], Name: parts[2]}, true
}

func keyString(k Key) string { return index.BackendKey(k.Kind, k.Namespace, k.Name) }

type queue = workqueue.TypedRateLimitingInterface[Key]

func keyOf(obj client.Object) Key {
	kind := v1alpha1.KindBackend
	if _, cluster := obj.(*v1alpha1.ClusterBackend); cluster {
		kind = v1alpha1.KindClusterBackend
	}
	return Key{Kind: kind, Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

// changes wakes a Backend by what its owner changes, not by its own status.
func changes() handler.TypedEventHandler[client.Object, Key] {
	return handler.TypedFuncs[client.Object, Key]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			wake.Add(q, wake.Soon, 0, with(keyOf(e.Object))...)
		},
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			if isEdited(e.ObjectOld, e.ObjectNew) {
				wake.Add(q, wake.Soon, 0, keyOf(e.ObjectNew))
			}
		},
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[client.Object], q queue) {
			wake.Add(q, wake.Soon, 0, with(keyOf(e.Object))...)
		},
	}
}

// with adds to a Backend that comes or goes the ClusterBackend whose users it takes or leaves.
func with(key Key) []Key {
	if key.Kind == v1alpha1.KindBackend && key.Name == v1alpha1.DefaultBackendName {
		return []Key{key, {Kind: v1alpha1.KindClusterBackend, Name: v1alpha1.DefaultBackendName}}
	}
	return []Key{key}
}

// isEdited says that the owner of a Backend changed something that the operator heeds, or that another object has its
// name. Who takes the finalizer away, be it the operator itself, may not have seen all who use the Backend.
func isEdited(before, after client.Object) bool {
	return before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID() || isUnheld(before, after) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() ||
		v1alpha1.ReconcileRequestedAt(before) != v1alpha1.ReconcileRequestedAt(after) ||
		v1alpha1.IsPaused(before) != v1alpha1.IsPaused(after) ||
		before.GetAnnotations()[v1alpha1.AnnotationAllowMassDeletion] != after.GetAnnotations()[v1alpha1.AnnotationAllowMassDeletion]
}

// isUnheld says that an object lost its finalizer.
func isUnheld(before, after client.Object) bool {
	return controllerutil.ContainsFinalizer(before, v1alpha1.Finalizer) && !controllerutil.ContainsFinalizer(after, v1alpha1.Finalizer)
}

// references wakes the Backends that name a Secret or ConfigMap.
func (r *Reconciler) references(field string) handler.TypedEventHandler[client.Object, Key] {
	return handler.TypedEnqueueRequestsFromMapFunc(func(ctx context.Context, obj client.Object) []Key {
		at := client.MatchingFields{field: index.Join(obj.GetNamespace(), obj.GetName())}
		backends, err := r.Connections.Backends(ctx, at)
		if err != nil {
			return nil
		}
		out := make([]Key, 0, len(backends))
		for _, b := range backends {
			out = append(out, keyOf(b))
		}
		return out
	})
}

// users wakes the Backend of a Host or Credential: soon when the Backend's finalizer depends on it, later for the counts.
func (r *Reconciler) users() handler.TypedEventHandler[client.Object, Key] {
	g := gather.Gatherer{Reader: r.Reader}
	add := func(ctx context.Context, obj client.Object, q queue) {
		backend, err := g.BackendOfUser(ctx, obj)
		if err != nil || backend == nil {
			return
		}
		priority, after := wake.Late, countEvery
		if !obj.GetDeletionTimestamp().IsZero() {
			after = guardLooks
		}
		if !backend.GetDeletionTimestamp().IsZero() {
			priority, after = wake.Soon, holdersEvery // a namespace may wait for its end
		}
		if !controllerutil.ContainsFinalizer(backend, v1alpha1.Finalizer) {
			priority, after = wake.Soon, 0 // the first user waits for it
		}
		wake.Add(q, priority, after, keyOf(backend))
	}
	return handler.TypedFuncs[client.Object, Key]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) { add(ctx, e.Object, q) },
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			add(ctx, e.ObjectOld, q)
			add(ctx, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[client.Object], q queue) { add(ctx, e.Object, q) },
	}
}
