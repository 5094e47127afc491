// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// backend is a Backend or a ClusterBackend.
type backend interface {
	statused
	GetBackendStatus() *v1alpha1.BackendStatus
}

// WriteBackend makes a Backend show a status, whose conditions need no times. Counts are renewed at most every 30 s:
// when others than those that stand have to wait, it says for how long. Nothing is sent when nothing differs.
func (w *Writer) WriteBackend(
	ctx context.Context, obj v1alpha1.BackendObject, status v1alpha1.BackendStatus,
) (again time.Duration, err error) {
	now := w.clock.Now()
	k := w.memory.of(obj.GetUID(), now)
	base := obj.DeepCopyObject().(backend)
	if k.isAhead(obj) && k.backend != nil {
		k.backend.DeepCopyInto(base.GetBackendStatus())
	}
	old, want := base.GetBackendStatus(), base.DeepCopyObject().(backend)
	*want.GetBackendStatus() = *boundBackend(status.DeepCopy(), old.Conditions, now)
	recounted := !equality.Semantic.DeepEqual(old.Counts, want.GetBackendStatus().Counts)
	if since := now.Sub(k.counted); recounted && old.Counts != nil && since < BackendCountsEvery {
		want.GetBackendStatus().Counts, recounted = old.Counts, false
		again = BackendCountsEvery - since
	}
	if equality.Semantic.DeepEqual(old, want.GetBackendStatus()) {
		return again, nil
	}
	flips := backendEvents(old.Conditions, want.GetBackendStatus().Conditions)
	if err := w.client.Status().Patch(ctx, want, client.MergeFrom(base)); err != nil {
		return 0, client.IgnoreNotFound(err)
	}
	k.wrote(want, now, 0)
	k.backend = want.GetBackendStatus().DeepCopy()
	if recounted {
		k.counted = now
	}
	w.tell(obj, flips, true)
	return again, nil
}

// SetBackendFinalizer holds a Backend while it is wanted, and lets it go when it is not.
func (w *Writer) SetBackendFinalizer(ctx context.Context, obj v1alpha1.BackendObject, want bool) error {
	if want {
		return w.EnsureFinalizer(ctx, obj)
	}
	return w.RemoveFinalizer(ctx, obj)
}

// boundBackend cuts a status to what the API takes and stamps its conditions.
func boundBackend(s *v1alpha1.BackendStatus, old []metav1.Condition, now time.Time) *v1alpha1.BackendStatus {
	for i := range s.Conditions {
		s.Conditions[i].Message = cut(s.Conditions[i].Message, maxMessage)
	}
	s.Conditions = keepTimes(old, s.Conditions, now)
	s.Networks = s.Networks[:min(len(s.Networks), core.MaxListed)]
	for i := range s.Networks {
		s.Networks[i].Name, s.Networks[i].ID = cut(s.Networks[i].Name, maxRow), cut(s.Networks[i].ID, maxID)
	}
	s.ServerVersion, s.Dialect = cut(s.ServerVersion, maxReason), cut(s.Dialect, maxReason)
	return s
}

// backendEvents tells when a Backend becomes ready or ceases to be.
func backendEvents(before, after []metav1.Condition) []core.Event {
	b, a := apimeta.FindStatusCondition(before, v1alpha1.ConditionReady), apimeta.FindStatusCondition(after, v1alpha1.ConditionReady)
	if a == nil || (b != nil && b.Status == a.Status && (b.Reason == a.Reason || a.Status == metav1.ConditionTrue)) {
		return nil
	}
	return []core.Event{{
		Warning: a.Status != metav1.ConditionTrue, Reason: a.Reason, Action: "Connect", Note: a.Message,
	}}
}
