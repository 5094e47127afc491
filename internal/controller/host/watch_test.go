// SPDX-License-Identifier: Apache-2.0

package host

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

// newWatcher is a watcher of a cluster with these objects, and the queue that it fills.
func newWatcher(t *testing.T, objects ...client.Object) (*watcher, *keys) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...)
	for _, i := range index.All() {
		builder = builder.WithIndex(i.Object, i.Field, i.Extract)
	}
	limiter := workqueue.DefaultTypedControllerRateLimiter[core.Ref]()
	q := &keys{workqueue.NewTypedRateLimitingQueue(limiter)}
	t.Cleanup(q.ShutDown)
	return &watcher{reader: builder.Build(), ledger: ledger.New(clock.RealClock{})}, q
}

type keys struct {
	workqueue.TypedRateLimitingInterface[core.Ref]
}

// all takes every key out.
func (q *keys) all() []string {
	var out []string
	for q.Len() > 0 {
		key, _ := q.Get()
		q.Done(key)
		out = append(out, string(key.Kind)+" "+key.Namespace+"/"+key.Name)
	}
	slices.Sort(out)
	return out
}

func TestWhatIsInANewNamespaceIsLookedAtOnceTheNamespaceIsSeen(t *testing.T) {
	host := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "till"}}
	service := &v1alpha1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "edge"}}
	service.Spec.HostRef = v1alpha1.HostReference{Namespace: "lab", Name: "web"}
	alone := &v1alpha1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "alone"}}
	alone.Spec.ServiceRef.Name = "missing"
	w, q := newWatcher(t, host, service, alone)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	w.namespaces().Create(t.Context(), event.TypedCreateEvent[client.Object]{Object: ns}, q)
	want := []string{"Binding shop/alone", "Host lab/web", "Host shop/till"}
	if got := q.all(); !slices.Equal(got, want) {
		t.Errorf("woken: %v, want %v", got, want)
	}
}
