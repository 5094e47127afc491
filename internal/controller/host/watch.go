// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

type queue = workqueue.TypedRateLimitingInterface[core.Ref]

// watcher maps events of members to group keys and tells the ledger.
type watcher struct {
	reader client.Reader
	ledger *ledger.Ledger
}

func (w *watcher) handler() handler.TypedEventHandler[client.Object, core.Ref] {
	return handler.TypedFuncs[client.Object, core.Ref]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], q queue) {
			priority := wake.Soon
			if e.IsInInitialList {
				priority = wake.Late
			}
			w.ledger.Came(refOf(e.Object))
			for _, key := range w.groups(ctx, e.Object) {
				if !e.IsInInitialList {
					w.ledger.Changed(key)
				}
				wake.Add(q, priority, 0, key)
			}
			wake.Add(q, priority, 0, w.dependents(ctx, e.Object)...)
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q queue) {
			w.updated(ctx, e.ObjectOld, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[client.Object], q queue) {
			if from, ok := w.ledger.LeftGroup(refOf(e.Object)); ok {
				wake.Add(q, wake.Soon, 0, from) // its rows may be there still
			}
			w.ledger.Gone(refOf(e.Object))
			groups := w.groups(ctx, e.Object)
			for _, key := range groups {
				w.ledger.Changed(key)
				wake.Add(q, wake.Soon, 0, key)
			}
			wake.Add(q, wake.Soon, 0, w.ledger.Waiting(groups...)...)
			wake.Add(q, wake.Soon, 0, w.dependents(ctx, e.Object)...)
		},
	}
}

func (w *watcher) updated(ctx context.Context, before, after client.Object, q queue) {
	if from, ok := w.ledger.LeftGroup(refOf(after)); ok && accepted(after) && !accepted(before) {
		wake.Add(q, wake.Soon, 0, from)
	}
	if idOf(before) != idOf(after) {
		wake.Add(q, wake.Soon, 0, w.dependents(ctx, before)...)
		wake.Add(q, wake.Soon, 0, w.dependents(ctx, after)...)
	}
	if !slices.Equal(rowsOf(before), rowsOf(after)) {
		wake.Add(q, wake.Soon, 0, w.ledger.Waiting(w.groups(ctx, after)...)...) // it may have taken a row of theirs
	}
	if !relevant(before, after) {
		return
	}
	now := w.groups(ctx, after)
	changed := before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID()
	for _, key := range now {
		if changed {
			w.ledger.Changed(key)
		}
		wake.Add(q, wake.Soon, 0, key)
	}
	for _, key := range w.groups(ctx, before) {
		if len(now) > 0 && key != now[0] && changed {
			w.ledger.Moved(refOf(after), key)
			w.ledger.Changed(key)
		}
		wake.Add(q, wake.Soon, 0, key)
	}
	if changed {
		wake.Add(q, wake.Soon, 0, w.dependents(ctx, before)...)
		wake.Add(q, wake.Soon, 0, w.dependents(ctx, after)...)
	}
}

// relevant leaves out what the operator itself writes: status, its own annotations, its finalizer. An object may be another
// one of the same name, whose coming was not seen while the watch was broken; and it is held again if somebody else lets
// it go.
func relevant(before, after client.Object) bool {
	return before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID() || isUnheld(before, after) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() ||
		!maps.Equal(foreignAnnotations(before), foreignAnnotations(after))
}

// isUnheld says that an object which stays lost its finalizer.
func isUnheld(before, after client.Object) bool {
	return after.GetDeletionTimestamp().IsZero() && controllerutil.ContainsFinalizer(before, v1alpha1.Finalizer) &&
		!controllerutil.ContainsFinalizer(after, v1alpha1.Finalizer)
}

func foreignAnnotations(obj client.Object) map[string]string {
	out := maps.Clone(obj.GetAnnotations())
	delete(out, v1alpha1.AnnotationCreating)
	delete(out, v1alpha1.AnnotationMerging)
	delete(out, v1alpha1.AnnotationOrigin)
	return out
}

func refOf(obj client.Object) core.Ref {
	ref := core.Ref{Namespace: obj.GetNamespace(), Name: obj.GetName()}
	switch obj.(type) {
	case *v1alpha1.Host:
		ref.Kind = core.KindHost
	case *v1alpha1.Service:
		ref.Kind = core.KindService
	case *v1alpha1.Binding:
		ref.Kind = core.KindBinding
	}
	return ref
}

func idOf(obj client.Object) string {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		return o.Status.ID
	case *v1alpha1.Service:
		return o.Status.ID
	}
	return ""
}

// rowsOf are the rows that the status of an object names.
func rowsOf(obj client.Object) []string {
	o, ok := obj.(interface{ RowIDs() []string })
	if !ok {
		return nil
	}
	return o.RowIDs()
}

// accepted says that an object was accepted where it leads now.
func accepted(obj client.Object) bool {
	if h, isHost := obj.(*v1alpha1.Host); isHost {
		return gather.IsFree(h)
	}
	s, ok := obj.(interface{ GetCommonStatus() *v1alpha1.CommonStatus })
	return ok && s.GetCommonStatus().ObservedGeneration == obj.GetGeneration() && gather.IsPlaced(obj)
}

func hostKey(namespace, name string) core.Ref {
	return core.Ref{Kind: core.KindHost, Namespace: namespace, Name: name}
}

// groups lists the group that an object belongs to.
func (w *watcher) groups(ctx context.Context, obj client.Object) []core.Ref {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		return w.chain(ctx, o)
	case *v1alpha1.Service:
		return []core.Ref{w.root(ctx, o.HostNamespace(), o.Spec.HostRef.Name)}
	case *v1alpha1.Binding:
		var s v1alpha1.Service
		name := types.NamespacedName{Namespace: o.Namespace, Name: o.Spec.ServiceRef.Name}
		if err := w.reader.Get(ctx, name, &s); err != nil {
			return []core.Ref{refOf(o)}
		}
		return []core.Ref{w.root(ctx, s.HostNamespace(), s.Spec.HostRef.Name)}
	}
	return nil
}

// strays lists the groups of those that were members of a group when it was gathered and are others' by now: what was
// told of them since is old.
func (w *watcher) strays(ctx context.Context, key core.Ref, members map[core.Ref]client.Object) []core.Ref {
	var out []core.Ref
	for _, obj := range members {
		now := obj.DeepCopyObject().(client.Object)
		if err := w.reader.Get(ctx, client.ObjectKeyFromObject(obj), now); err != nil {
			continue
		}
		if groups := w.groups(ctx, now); !slices.Contains(groups, key) {
			out = append(out, groups...)
		}
	}
	return out
}

// chain lists the group that a Host belongs to, then those that it could belong to if something on the way changed.
func (w *watcher) chain(ctx context.Context, h *v1alpha1.Host) []core.Ref {
	c, err := gather.Follow(ctx, w.reader, h)
	if err != nil {
		return []core.Ref{hostKey(h.Namespace, h.Name)}
	}
	out := []core.Ref{hostKey(h.Namespace, c.Root)}
	for _, name := range append(c.Path, c.Missing) {
		if name != "" && name != c.Root {
			out = append(out, hostKey(h.Namespace, name))
		}
	}
	return out
}

// root is the group of what is on a Host.
func (w *watcher) root(ctx context.Context, namespace, name string) core.Ref {
	var h v1alpha1.Host
	if err := w.reader.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, &h); err != nil {
		return hostKey(namespace, name)
	}
	return w.chain(ctx, &h)[0]
}

// parts lists the Hosts that lead to a Host: what becomes of it changes their groups.
func (w *watcher) parts(ctx context.Context, h *v1alpha1.Host) []core.Ref {
	hosts, err := gather.Consolidated(ctx, w.reader, h.Namespace, h.Name)
	if err != nil {
		return nil
	}
	out := make([]core.Ref, 0, len(hosts))
	for i := range hosts {
		out = append(out, hostKey(hosts[i].Namespace, hosts[i].Name))
	}
	return out
}

// dependents lists the groups of others that look at an object: neighbours of a Host, Bindings of a Service and what
// runs on it.
func (w *watcher) dependents(ctx context.Context, obj client.Object) []core.Ref {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		return append(w.neighbours(ctx, o), w.parts(ctx, o)...)
	case *v1alpha1.Service:
		return append(w.orphans(ctx, o), w.guests(ctx, o)...)
	}
	return nil
}

// neighbours are the Hosts that may be the same machine, and those that ask for the backend host that this one has.
func (w *watcher) neighbours(ctx context.Context, h *v1alpha1.Host) []core.Ref {
	fields := []client.MatchingFields{}
	for _, key := range index.Machine(h) {
		fields = append(fields, client.MatchingFields{index.HostByMachine: key})
	}
	if h.Status.ID != "" {
		fields = append(fields, client.MatchingFields{index.HostByExternalID: h.Status.ID})
	}
	var out []core.Ref
	for _, by := range fields {
		var hosts v1alpha1.HostList
		if err := w.reader.List(ctx, &hosts, by, client.UnsafeDisableDeepCopy); err != nil {
			continue
		}
		for i := range hosts.Items {
			if hosts.Items[i].UID != h.UID {
				out = append(out, hostKey(hosts.Items[i].Namespace, hosts.Items[i].Name))
			}
		}
	}
	return out
}

func (w *watcher) orphans(ctx context.Context, s *v1alpha1.Service) []core.Ref {
	var bindings v1alpha1.BindingList
	on := client.MatchingFields{index.BindingByService: index.Join(s.Namespace, s.Name)}
	if err := w.reader.List(ctx, &bindings, on, client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	var out []core.Ref
	for i := range bindings.Items {
		out = append(out, core.Ref{Kind: core.KindBinding, Namespace: bindings.Items[i].Namespace, Name: bindings.Items[i].Name})
	}
	return out
}

func (w *watcher) guests(ctx context.Context, s *v1alpha1.Service) []core.Ref {
	key := index.Join(s.Namespace, s.Name)
	var out []core.Ref
	var hosts v1alpha1.HostList
	if err := w.reader.List(ctx, &hosts, client.MatchingFields{index.HostByVirtualization: key}); err == nil {
		for i := range hosts.Items {
			out = append(out, hostKey(hosts.Items[i].Namespace, hosts.Items[i].Name))
		}
	}
	var services v1alpha1.ServiceList
	if err := w.reader.List(ctx, &services, client.MatchingFields{index.ServiceByVirtualization: key}); err == nil {
		for i := range services.Items {
			out = append(out, hostKey(services.Items[i].HostNamespace(), services.Items[i].Spec.HostRef.Name))
		}
	}
	return out
}
