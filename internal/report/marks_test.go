// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestACreationIsMarkedByOnePatchOfTheObjectAsItWasRead(t *testing.T) {
	b := newBench(t, testHost())
	host, old := b.read(t, "web-01"), b.read(t, "web-01")
	newest := time.Date(2026, 1, 1, 12, 0, 0, 5000, time.UTC)
	if err := b.MarkCreating(t.Context(), host, newest); err != nil {
		t.Fatal(err)
	}
	got := b.read(t, "web-01")
	want := map[string]string{
		v1alpha1.AnnotationOrigin: "created uid", v1alpha1.AnnotationCreating: "2026-01-01T12:00:00.000005Z uid",
	}
	if diff := cmp.Diff(want, got.Annotations); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{v1alpha1.Finalizer}, got.Finalizers); diff != "" {
		t.Error(diff)
	}
	if host.ResourceVersion != got.ResourceVersion || b.metadata != 1 {
		t.Errorf("the Host is brought up to date by one patch: %d", b.metadata)
	}
	if err := b.MarkCreating(t.Context(), host, newest.Add(time.Hour)); err != nil || b.metadata != 1 {
		t.Errorf("a mark that stands stays: %v, %d patches", err, b.metadata)
	}
	if err := b.MarkCreating(t.Context(), old, newest); !apierrors.IsConflict(err) {
		t.Errorf("an old leader is fenced: %v", err)
	}
}

func TestMarksOfAnotherUIDCountAsAbsent(t *testing.T) {
	host := testHost()
	host.Annotations = map[string]string{
		v1alpha1.AnnotationOrigin: "adopted:x old-uid", v1alpha1.AnnotationCreating: "2020-01-01T00:00:00Z old-uid", "mine": "stays",
	}
	b := newBench(t, host)
	if err := b.MarkCreating(t.Context(), b.read(t, "web-01"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		v1alpha1.AnnotationOrigin: "created uid", v1alpha1.AnnotationCreating: "1970-01-01T00:00:00Z uid", "mine": "stays",
	}
	if diff := cmp.Diff(want, b.read(t, "web-01").Annotations); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAMergeDropsIsNotedByOnePatchAndForgottenByAnother(t *testing.T) {
	b := newBench(t, testHost())
	host, old := b.read(t, "web-01"), b.read(t, "web-01")
	dropped := []core.Remembered{{From: "h", Service: "s", Binding: core.ObservedBinding{ID: "b", Type: core.BindPort, PortID: "p"}}}
	for range 2 {
		if err := b.MarkMerging(t.Context(), host, dropped); err != nil || b.metadata != 1 {
			t.Fatalf("%v, %d patches", err, b.metadata)
		}
	}
	want := map[string]string{v1alpha1.AnnotationMerging: "uid h/s/b/p/"}
	if diff := cmp.Diff(want, b.read(t, "web-01").Annotations); diff != "" {
		t.Error(diff)
	}
	if err := b.MarkMerging(t.Context(), old, dropped); !apierrors.IsConflict(err) {
		t.Errorf("an old leader is fenced: %v", err)
	}
	m := statusIs("Synced")
	m.Marks = core.Marks{ClearMerging: true}
	b.write(t, host, m)
	if got := b.read(t, "web-01").Annotations; len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestAHostGetsTwoPatchesOfMetadataUntilItIsReady(t *testing.T) {
	b := newBench(t, testHost())
	host := b.read(t, "web-01")
	if err := b.MarkCreating(t.Context(), host, time.Unix(9, 0)); err != nil {
		t.Fatal(err)
	}
	m := statusIs("Synced")
	m.Marks = core.Marks{Origin: core.OriginCreated, ClearCreating: true}
	stale := host.DeepCopy()
	b.write(t, host, m)
	if b.metadata != 2 || b.status != 1 {
		t.Errorf("%d patches of metadata, %d of status", b.metadata, b.status)
	}
	got := b.read(t, "web-01")
	if diff := cmp.Diff(map[string]string{v1alpha1.AnnotationOrigin: "created uid"}, got.Annotations); diff != "" {
		t.Error(diff)
	}
	if next := b.write(t, stale, m); next != StaleRetry || b.metadata != 2 {
		t.Errorf("a cache that lags behind is waited for: %v, %d patches", next, b.metadata)
	}
	m.Marks = core.Marks{}
	if b.write(t, got, m); b.metadata != 2 || b.status != 1 {
		t.Errorf("%d patches of metadata, %d of status", b.metadata, b.status)
	}
}

func TestAHostThatIsLetGoGetsAnEventAndNoStatus(t *testing.T) {
	host := testHost()
	host.Finalizers = []string{"other", v1alpha1.Finalizer}
	host.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
	b := newBench(t, host)
	m := statusIs("Deleting")
	m.Marks.RemoveFinalizer = true
	m.Events = []core.Event{{Reason: "Deleted", Action: "Delete", Note: "gone", Now: true}}
	b.write(t, b.read(t, "web-01"), m)
	if diff := cmp.Diff([]string{"other"}, b.read(t, "web-01").Finalizers); diff != "" {
		t.Error(diff)
	}
	if b.status != 0 || b.metadata != 1 {
		t.Errorf("%d patches of metadata, %d of status", b.metadata, b.status)
	}
	if diff := cmp.Diff([]string{"Normal Deleted gone"}, b.told()); diff != "" {
		t.Error(diff)
	}
}

func TestAnObjectThatSomebodyChangedMeanwhileIsLookedAtAgainQuietly(t *testing.T) {
	b := newBench(t, testHost())
	old, now := b.read(t, "web-01"), b.read(t, "web-01")
	now.Labels = map[string]string{"changed": "meanwhile"}
	if err := b.client.Update(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	m := statusIs("Synced")
	m.Marks.Origin = core.OriginCreated
	if next := b.write(t, old, m); next != StaleRetry || b.status != 0 {
		t.Errorf("next in %s, %d patches of status", next, b.status)
	}
	if b.write(t, b.read(t, "web-01"), m); b.status != 1 || b.read(t, "web-01").Annotations[v1alpha1.AnnotationOrigin] == "" {
		t.Errorf("%d patches of status, annotations %v", b.status, b.read(t, "web-01").Annotations)
	}
}

func TestActsAreToldEvenIfTheStatusStays(t *testing.T) {
	b := newBench(t, testHost())
	b.write(t, b.read(t, "web-01"), statusIs("Synced"))
	b.told()
	m := statusIs("Synced")
	m.Events = append(m.Events, core.Event{Reason: "Repaired", Action: "Repair", Note: "100% of hostname", Now: true})
	b.write(t, b.read(t, "web-01"), m)
	if diff := cmp.Diff([]string{"Normal Repaired 100% of hostname"}, b.told()); diff != "" || b.status != 1 {
		t.Errorf("%s, %d patches", diff, b.status)
	}
}

func TestFinalizersAndAnnotationsAreChangedOnlyWhenTheyDiffer(t *testing.T) {
	obj := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{
		Namespace: "lab", Name: "default", UID: "b", Annotations: map[string]string{v1alpha1.AnnotationAllowMassDeletion: "3", "mine": "stays"},
	}}
	b := newBench(t, obj)
	var got v1alpha1.Backend
	if err := b.client.Get(t.Context(), client.ObjectKeyFromObject(obj), &got); err != nil {
		t.Fatal(err)
	}
	for name, act := range map[string]func() error{
		"hold":  func() error { return b.SetBackendFinalizer(t.Context(), &got, true) },
		"leave": func() error { return b.RemoveAnnotation(t.Context(), &got, v1alpha1.AnnotationAllowMassDeletion) },
	} {
		before := b.metadata
		for range 2 {
			if err := act(); err != nil {
				t.Fatal(err)
			}
		}
		if b.metadata != before+1 {
			t.Errorf("%s: %d patches", name, b.metadata-before)
		}
	}
	if err := b.client.Get(t.Context(), client.ObjectKeyFromObject(obj), &got); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got.Finalizers, ",") != v1alpha1.Finalizer || len(got.Annotations) != 1 {
		t.Errorf("%+v", got.ObjectMeta)
	}
	if err := b.SetBackendFinalizer(t.Context(), &got, false); err != nil || len(got.Finalizers) != 0 {
		t.Errorf("%v, %v", err, got.Finalizers)
	}
}
