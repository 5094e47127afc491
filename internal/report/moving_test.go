// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// A Service that moves is a member of two groups for a moment, and both write about it. What they do to the memory the race
// detector sees.
func TestTwoGroupsMayWriteAboutOneObjectAtOnce(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	kubernetes := fake.NewClientBuilder().WithScheme(scheme).WithObjects(testHost()).WithStatusSubresource(testHost()).Build()
	w := New(kubernetes, events.NewFakeRecorder(100), clocktesting.NewFakePassiveClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	var groups sync.WaitGroup
	for n := range 2 {
		groups.Go(func() {
			for i := range 20 {
				var host v1alpha1.Host
				if err := kubernetes.Get(t.Context(), client.ObjectKey{Namespace: "lab", Name: "web-01"}, &host); err != nil {
					t.Error(err)
					return
				}
				m := statusIs("Pending")
				m.Hold, m.Marks.Hold = false, i == 0
				m.Conditions[0].Message = fmt.Sprint(n, i)
				if _, err := w.Write(t.Context(), core.Input{Root: m.Ref}, []core.MemberStatus{m}, map[core.Ref]client.Object{m.Ref: &host}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	groups.Wait()
	var host v1alpha1.Host
	if err := kubernetes.Get(t.Context(), client.ObjectKey{Namespace: "lab", Name: "web-01"}, &host); err != nil {
		t.Fatal(err)
	}
	if len(host.Status.Conditions) != 5 || host.Status.ObservedGeneration != 1 {
		t.Errorf("%+v", host.Status)
	}
}
