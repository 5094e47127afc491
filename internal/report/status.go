// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// statused is any of our objects.
type statused interface {
	client.Object
	GetCommonStatus() *v1alpha1.CommonStatus
}

// writeStatus patches the status if it differs and nothing speaks for waiting. flipped says that Ready or Accepted
// changed by it.
func (w *Writer) writeStatus(
	ctx context.Context, m *core.MemberStatus, obj statused, waiting bool,
) (wait time.Duration, flipped bool, err error) {
	now, k := w.clock.Now(), w.memory.of(obj.GetUID(), w.clock.Now())
	want := obj.DeepCopyObject().(statused)
	setStatus(want, m, now)
	if k.isAhead(obj) {
		if sum, err := sumOf(want); err != nil || k.says(sum) {
			return 0, false, err
		}
		return StaleRetry, false, nil
	}
	if equality.Semantic.DeepEqual(statusOf(obj), statusOf(want)) {
		k.settle()
		return 0, false, nil
	}
	if wait := heldFor(k, m, obj, want, waiting, now); wait > 0 {
		return wait, false, nil
	}
	sum, err := sumOf(want)
	if err != nil {
		return 0, false, err
	}
	flipped = isFlip(obj.GetCommonStatus().Conditions, want.GetCommonStatus().Conditions)
	// The object may belong to another group by now, which has written about it: what was judged from an older one is void.
	patch := client.MergeFromWithOptions(obj, client.MergeFromWithOptimisticLock{})
	if err := w.client.Status().Patch(ctx, want, patch); apierrors.IsConflict(err) {
		return StaleRetry, false, nil
	} else if err != nil {
		return 0, false, fmt.Errorf("patching status: %w", err)
	}
	k.wrote(want, now, sum)
	return 0, flipped, nil
}

// heldFor says how long a difference waits: what is interim for its turn, what only counts others for a while.
func heldFor(k *known, m *core.MemberStatus, obj, want statused, waiting bool, now time.Time) time.Duration {
	told := obj.GetCommonStatus()
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case m.Hold && hostID(want) != "" && hostID(want) != hostID(obj):
		return 0 // by which the backend host is found again
	case m.Hold && len(told.Conditions) == 0:
		k.seenSince(now, obj.GetCreationTimestamp().Time)
		return k.hold(now, FirstWithin)
	case m.Hold && told.ObservedGeneration != m.Generation:
		return k.hold(now, FirstWithin)
	case m.Hold:
		return k.hold(now, LaterWithin)
	case !onlyCounts(obj, want):
		return 0
	case waiting:
		return k.hold(now, LaterWithin)
	case k.written.IsZero():
		return 0
	}
	return max(0, k.written.Add(CountsWithin).Sub(now))
}

func hostID(obj statused) string {
	if h, ok := obj.(*v1alpha1.Host); ok {
		return h.Status.ID
	}
	return ""
}

// isFlip says that Ready or Accepted changed, or why it is not Accepted.
func isFlip(before, after []metav1.Condition) bool {
	for _, t := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionAccepted} {
		b, a := apimeta.FindStatusCondition(before, t), apimeta.FindStatusCondition(after, t)
		if b == nil || a == nil || b.Status != a.Status {
			return true
		}
		if t == v1alpha1.ConditionAccepted && a.Status == metav1.ConditionFalse && a.Reason != b.Reason {
			return true
		}
	}
	return false
}

// statusOf is the status of any of our objects.
func statusOf(obj statused) any {
	switch o := obj.(type) {
	case *v1alpha1.Host:
		return &o.Status
	case *v1alpha1.Service:
		return &o.Status
	case *v1alpha1.Binding:
		return &o.Status
	case *v1alpha1.Credential:
		return &o.Status
	case *v1alpha1.Backend:
		return &o.Status
	case *v1alpha1.ClusterBackend:
		return &o.Status
	}
	return nil
}

// onlyCounts says that two statuses differ only in what they count or list of what is attached to the object.
func onlyCounts(a, b statused) bool {
	return equality.Semantic.DeepEqual(statusOf(withoutCounts(a)), statusOf(withoutCounts(b)))
}

func withoutCounts(obj statused) statused {
	obj = obj.DeepCopyObject().(statused)
	switch o := obj.(type) {
	case *v1alpha1.Host:
		o.Status.Counts, o.Status.Discovered = nil, 0
	case *v1alpha1.Credential:
		o.Status.Shadows, o.Status.Shadowed = nil, 0
	case *v1alpha1.Service:
		o.Status.Counts, o.Status.BindingsSummary, o.Status.Bindings = nil, "", nil
	}
	return obj
}

// sumOf stands for a status without its times.
func sumOf(obj statused) (uint64, error) {
	obj = obj.DeepCopyObject().(statused)
	for i := range obj.GetCommonStatus().Conditions {
		obj.GetCommonStatus().Conditions[i].LastTransitionTime = metav1.Time{}
	}
	data, err := json.Marshal(statusOf(obj))
	if err != nil {
		return 0, fmt.Errorf("encoding status: %w", err)
	}
	sum := fnv.New64a()
	_, _ = sum.Write(data) // never fails
	return sum.Sum64(), nil
}
