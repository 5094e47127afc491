// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// drained takes every key out of a queue.
func drained(q queue) []string {
	var out []string
	for q.Len() > 0 {
		key, _ := q.Get()
		q.Done(key)
		out = append(out, keyString(key))
	}
	slices.Sort(out)
	return out
}

func newQueue(t *testing.T) queue {
	t.Helper()
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Key]())
	t.Cleanup(q.ShutDown)
	return q
}

func TestABackendDefaultThatComesOrGoesTakesAndLeavesTheUsersOfTheClusterBackend(t *testing.T) {
	both := []string{"Backend/lab/default", "ClusterBackend//default"}
	for name, tc := range map[string]struct {
		obj  client.Object
		want []string
	}{
		"a Backend default":         {&v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "default"}}, both},
		"a Backend of another name": {&v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "main"}}, []string{"Backend/lab/main"}},
		"a ClusterBackend default":  {&v1alpha1.ClusterBackend{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, both[1:]},
	} {
		t.Run(name, func(t *testing.T) {
			q := newQueue(t)
			changes().Create(t.Context(), event.TypedCreateEvent[client.Object]{Object: tc.obj}, q)
			if got := drained(q); !slices.Equal(got, tc.want) {
				t.Errorf("when it comes: %v", got)
			}
			changes().Delete(t.Context(), event.TypedDeleteEvent[client.Object]{Object: tc.obj}, q)
			if got := drained(q); !slices.Equal(got, tc.want) {
				t.Errorf("when it goes: %v", got)
			}
		})
	}
}

func TestABackendIsLookedAtWhenItsOwnerChangesItOrItIsNotHeldAnyMore(t *testing.T) {
	before := named("")
	before.Finalizers = []string{v1alpha1.Finalizer}
	for name, tc := range map[string]struct {
		change func(*v1alpha1.Backend)
		want   bool
	}{
		"its status":                 {func(b *v1alpha1.Backend) { b.Status.ServerVersion = "0.14.13" }, false},
		"its spec":                   {func(b *v1alpha1.Backend) { b.Generation++ }, true},
		"another object of its name": {func(b *v1alpha1.Backend) { b.UID = "another" }, true},
		"the loss of its finalizer":  {func(b *v1alpha1.Backend) { b.Finalizers = nil }, true},
		"somebody else's finalizer":  {func(b *v1alpha1.Backend) { b.Finalizers = append(b.Finalizers, "somebody/else") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			after := before.DeepCopy()
			tc.change(after)
			if got := isEdited(before, after); got != tc.want {
				t.Errorf("looked at: %v", got)
			}
		})
	}
}
