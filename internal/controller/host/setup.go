// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=hosts,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=services;bindings,verbs=get;list;watch
// +kubebuilder:rbac:groups=inventory.scanopy.io,resources=hosts/status;services/status;bindings/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get

// Setup registers the controller with its watches.
func (r *Reconciler) Setup(mgr ctrl.Manager, waker *wake.Waker[core.Ref], workers int) error {
	return wake.Register(builder.TypedControllerManagedBy[core.Ref](mgr).Named("host"), r.Watches()).
		WatchesRawSource(waker.Source()).
		WithOptions(controller.TypedOptions[core.Ref]{
			MaxConcurrentReconciles: workers,
			LogConstructor: func(key *core.Ref) logr.Logger {
				if key == nil {
					return mgr.GetLogger().WithValues("controller", "host")
				}
				return mgr.GetLogger().WithValues("controller", "host", string(key.Kind), klog.KRef(key.Namespace, key.Name))
			},
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[core.Ref](100*time.Millisecond, time.Minute),
		}).
		Complete(r)
}

// Watches are what the controller wants to hear of.
func (r *Reconciler) Watches() []wake.Watch[core.Ref] {
	w := &watcher{reader: r.Gather.Reader, ledger: r.Ledger}
	return []wake.Watch[core.Ref]{
		{Object: &v1alpha1.Host{}, Handler: w.handler()},
		{Object: &v1alpha1.Service{}, Handler: w.handler()},
		{Object: &v1alpha1.Binding{}, Handler: w.handler()},
		{Object: &v1alpha1.Backend{}, Handler: r.backends()},
		{Object: &v1alpha1.ClusterBackend{}, Handler: r.backends()},
		{Object: &corev1.Namespace{}, Metadata: true, Handler: w.namespaces()},
	}
}

// backends wakes the Hosts of a Backend when its spec, finalizer, deletion or connection changes. What a probe finds is
// told by the Backend's controller itself.
func (r *Reconciler) backends() handler.TypedEventHandler[client.Object, core.Ref] {
	add := func(ctx context.Context, obj client.Object, q queue, priority int) {
		backend, ok := obj.(gather.BackendObject)
		if !ok {
			return
		}
		users, err := r.Connections.Users(ctx, backend, client.UnsafeDisableDeepCopy)
		if err != nil {
			return
		}
		for i := range users {
			wake.Add(q, priority, 0, hostKey(users[i].Namespace, users[i].Name))
		}
	}
	return handler.TypedFuncs[client.Object, core.Ref]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			if !e.IsInInitialList {
				add(ctx, e.Object, q, wake.Soon)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			if relevant(e.ObjectOld, e.ObjectNew) || len(e.ObjectOld.GetFinalizers()) != len(e.ObjectNew.GetFinalizers()) ||
				connectionChanged(e.ObjectOld, e.ObjectNew) {
				add(ctx, e.ObjectNew, q, wake.Soon)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[client.Object], q queue) {
			add(ctx, e.Object, q, wake.Soon)
		},
	}
}

// connectionChanged compares the Ready conditions of a Backend. Who holds one that is being deleted concerns nobody else,
// and changes with each that goes.
func connectionChanged(before, after client.Object) bool {
	a, ok := before.(gather.BackendObject)
	b, ok2 := after.(gather.BackendObject)
	if !ok || !ok2 {
		return false
	}
	reason := func(obj gather.BackendObject) string {
		for _, c := range obj.GetBackendStatus().Conditions {
			switch {
			case c.Type != v1alpha1.ConditionReady:
			case c.Reason == v1alpha1.ReasonInUse:
				return c.Reason
			default:
				return c.Reason + "\n" + c.Message
			}
		}
		return ""
	}
	return reason(a) != reason(b)
}

// namespaces wakes the groups that a namespace's coming, labels or deletion matter to: those of its own Hosts, Services and
// Bindings.
func (w *watcher) namespaces() handler.TypedEventHandler[client.Object, core.Ref] {
	return handler.TypedFuncs[client.Object, core.Ref]{
		// What is in a new namespace may have been seen before the namespace itself.
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			if !e.IsInInitialList {
				wake.Add(q, wake.Soon, 0, w.inNamespace(ctx, e.Object.GetName())...)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			before, after := e.ObjectOld, e.ObjectNew
			if !equalLabels(before, after) || before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() {
				wake.Add(q, wake.Soon, 0, w.inNamespace(ctx, after.GetName())...)
			}
		},
	}
}

func equalLabels(a, b client.Object) bool {
	x, y := a.GetLabels(), b.GetLabels()
	if len(x) != len(y) {
		return false
	}
	for k, v := range x {
		if other, ok := y[k]; !ok || other != v {
			return false
		}
	}
	return true
}

func (w *watcher) inNamespace(ctx context.Context, ns string) []core.Ref {
	var out []core.Ref
	var hosts v1alpha1.HostList
	if err := w.reader.List(ctx, &hosts, client.InNamespace(ns), client.UnsafeDisableDeepCopy); err == nil {
		for i := range hosts.Items {
			out = append(out, hostKey(ns, hosts.Items[i].Name))
		}
	}
	var services v1alpha1.ServiceList
	if err := w.reader.List(ctx, &services, client.InNamespace(ns), client.UnsafeDisableDeepCopy); err == nil {
		for i := range services.Items {
			s := &services.Items[i]
			out = append(out, hostKey(s.HostNamespace(), s.Spec.HostRef.Name))
		}
	}
	var bindings v1alpha1.BindingList
	if err := w.reader.List(ctx, &bindings, client.InNamespace(ns), client.UnsafeDisableDeepCopy); err == nil {
		for i := range bindings.Items {
			out = append(out, w.groups(ctx, &bindings.Items[i])...)
		}
	}
	return out
}
