// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// MarkCreating notes on a Host, before its backend host is created, that this is about to happen: the finalizer, the
// annotation creating with the newest created_at of the network, and the origin, in one patch that
// only succeeds on the object as it was read. The Host is brought up to date.
func (w *Writer) MarkCreating(ctx context.Context, host *v1alpha1.Host, newest time.Time) error {
	return w.patchMetadata(ctx, host, func() {
		controllerutil.AddFinalizer(host, v1alpha1.Finalizer)
		uid := string(host.UID)
		if core.ParseCreating(host.Annotations[v1alpha1.AnnotationCreating], uid).IsZero() {
			annotate(host, v1alpha1.AnnotationCreating, core.FormatCreating(newest, uid))
		}
		setOrigin(host, core.OriginCreated)
	})
}

// MarkAdopted notes on a Host, before the first write to a backend host that was there before, that it takes that over: the
// finalizer and the origin, in one patch.
func (w *Writer) MarkAdopted(ctx context.Context, host *v1alpha1.Host, hostID string) error {
	return w.patchMetadata(ctx, host, func() {
		controllerutil.AddFinalizer(host, v1alpha1.Finalizer)
		setOrigin(host, core.FormatAdopted(hostID))
	})
}

// MarkMerging notes on a Host, before another host is merged into its backend host, what the server will drop.
func (w *Writer) MarkMerging(ctx context.Context, host *v1alpha1.Host, dropped []core.Remembered) error {
	return w.patchMetadata(ctx, host, func() {
		annotate(host, v1alpha1.AnnotationMerging, core.FormatMerging(dropped, string(host.UID)))
	})
}

func setOrigin(obj client.Object, origin string) {
	uid := string(obj.GetUID())
	if core.ParseOrigin(obj.GetAnnotations()[v1alpha1.AnnotationOrigin], uid) != origin {
		annotate(obj, v1alpha1.AnnotationOrigin, core.FormatOrigin(origin, uid))
	}
}

// EnsureFinalizer holds an object until its part of the backend is cleaned up. Without a change nothing is sent.
func (w *Writer) EnsureFinalizer(ctx context.Context, obj client.Object) error {
	return w.patchMetadata(ctx, obj, func() { controllerutil.AddFinalizer(obj, v1alpha1.Finalizer) })
}

// RemoveFinalizer lets an object go.
func (w *Writer) RemoveFinalizer(ctx context.Context, obj client.Object) error {
	err := w.patchMetadata(ctx, obj, func() { controllerutil.RemoveFinalizer(obj, v1alpha1.Finalizer) })
	return client.IgnoreNotFound(err)
}

// RemoveAnnotation takes an annotation away, such as a leave that was used up.
func (w *Writer) RemoveAnnotation(ctx context.Context, obj client.Object, key string) error {
	return w.patchMetadata(ctx, obj, func() { annotate(obj, key, "") })
}

// writeMarks changes what core wants changed in the metadata of a Host, in one patch.
func (w *Writer) writeMarks(ctx context.Context, m core.Marks, obj client.Object) error {
	if m == (core.Marks{}) {
		return nil
	}
	return w.patchMetadata(ctx, obj, func() {
		if m.RemoveFinalizer {
			controllerutil.RemoveFinalizer(obj, v1alpha1.Finalizer)
		}
		if m.Hold {
			controllerutil.AddFinalizer(obj, v1alpha1.Finalizer)
		}
		if m.Origin != "" {
			setOrigin(obj, m.Origin)
		}
		if m.ClearCreating {
			annotate(obj, v1alpha1.AnnotationCreating, "")
		}
		if m.ClearMerging {
			annotate(obj, v1alpha1.AnnotationMerging, "")
		}
	})
}

// patchMetadata sends what change does to an object, on the condition that it is as it was read, and brings the object
// up to date. Nothing is sent when nothing changes.
func (w *Writer) patchMetadata(ctx context.Context, obj client.Object, change func()) error {
	before := obj.DeepCopyObject().(client.Object)
	change()
	if sameMarks(before, obj) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := w.client.Patch(ctx, obj, patch); err != nil {
		return fmt.Errorf("patching metadata: %w", err)
	}
	w.memory.of(obj.GetUID(), w.clock.Now()).marked(obj)
	return nil
}

func sameMarks(a, b client.Object) bool {
	if controllerutil.ContainsFinalizer(a, v1alpha1.Finalizer) != controllerutil.ContainsFinalizer(b, v1alpha1.Finalizer) {
		return false
	}
	for _, annotations := range []map[string]string{a.GetAnnotations(), b.GetAnnotations()} {
		for key := range annotations {
			if a.GetAnnotations()[key] != b.GetAnnotations()[key] {
				return false
			}
		}
	}
	return true
}

// annotate sets an annotation, or takes it away if the value is empty.
func annotate(obj client.Object, key, value string) {
	all := map[string]string{}
	for k, v := range obj.GetAnnotations() {
		all[k] = v
	}
	if value == "" {
		delete(all, key)
	} else {
		all[key] = value
	}
	obj.SetAnnotations(all)
}
