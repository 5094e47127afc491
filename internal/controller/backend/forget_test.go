// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

func TestWhoIsLetGoAfterItsBackendWentKeepsNothingOfThat(t *testing.T) {
	r, _, _ := newReconciler(t, hanging{})
	r.CountLetGo(key)
	q := newQueue(t)
	if err := r.Self.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if got := drained(q); !slices.Equal(got, []string{key}) {
		t.Fatalf("woken: %v", got)
	}
	k, _ := ParseKey(key)
	if _, err := r.Reconcile(t.Context(), k); err != nil || len(r.state.entries) > 0 {
		t.Errorf("known: %v; %v", r.state.entries, err)
	}
}

func TestABackendThatIsNoMoreIsForgotten(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := clocktesting.NewFakeClock(start)
	servers := registry.New(registry.Options{Clock: c, AllowLoopback: true})
	if _, err := servers.Ensure(key, registry.Stable{
		URL: "http://127.0.0.1:9", Token: "scp_u_x", Budget: registry.Budget{PerMinute: 60, Burst: 1},
	}); err != nil {
		t.Fatal(err)
	}
	var forgot []string
	r := &Reconciler{
		Connections: &gather.Connections{Reader: fake.NewClientBuilder().WithScheme(scheme).Build()},
		Snapshots:   snapshot.New(t.Context(), snapshot.Options{Clock: c}), Rows: snapshot.NewCredentials(c),
		Registry: servers, Clock: c, Forgot: func(key string) { forgot = append(forgot, key) },
	}
	k, ok := ParseKey(key)
	if !ok {
		t.Fatalf("%q is no key", key)
	}
	if _, err := r.Reconcile(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	if _, known := servers.Get(key); known {
		t.Error("its client is still there")
	}
	if !slices.Equal(forgot, []string{key}) {
		t.Errorf("forgotten: %v", forgot)
	}
}
