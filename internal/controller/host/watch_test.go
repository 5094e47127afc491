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

func TestAnObjectThatGoesIsLookedForWhereItCameFromToo(t *testing.T) {
	w, q := newWatcher(t)
	before := &v1alpha1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "edge", Generation: 1}}
	before.Spec.HostRef.Name = "old"
	after := before.DeepCopy()
	after.Generation, after.Spec.HostRef.Name = 2, "new"
	w.handler().Update(t.Context(), event.TypedUpdateEvent[client.Object]{ObjectOld: before, ObjectNew: after}, q)
	q.all()
	w.handler().Delete(t.Context(), event.TypedDeleteEvent[client.Object]{Object: after}, q)
	if got, want := q.all(), []string{"Host shop/new", "Host shop/old"}; !slices.Equal(got, want) {
		t.Errorf("woken: %v, want %v", got, want)
	}
	w.handler().Create(t.Context(), event.TypedCreateEvent[client.Object]{Object: after}, q)
	q.all()
	w.handler().Delete(t.Context(), event.TypedDeleteEvent[client.Object]{Object: after}, q)
	if got, want := q.all(), []string{"Host shop/new"}; !slices.Equal(got, want) {
		t.Errorf("another one of that name comes from nowhere else, but these are woken: %v, want %v", got, want)
	}
}

func TestWhatTheOperatorWritesItselfWakesNobody(t *testing.T) {
	host := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "web", Generation: 1, Finalizers: []string{v1alpha1.Finalizer}}}
	for name, tc := range map[string]struct {
		change func(*v1alpha1.Host)
		want   bool
	}{
		"a status":                      {func(h *v1alpha1.Host) { h.Status.Source = "Manual" }, false},
		"a finalizer":                   {func(h *v1alpha1.Host) { h.Finalizers = append(h.Finalizers, "somebody/else") }, false},
		"another object of its name":    {func(h *v1alpha1.Host) { h.UID = "another" }, true},
		"the loss of its finalizer":     {func(h *v1alpha1.Host) { h.Finalizers = nil }, true},
		"the mark of a creation":        {func(h *v1alpha1.Host) { h.Annotations = map[string]string{v1alpha1.AnnotationCreating: "x"} }, false},
		"the origin":                    {func(h *v1alpha1.Host) { h.Annotations = map[string]string{v1alpha1.AnnotationOrigin: "x"} }, false},
		"an annotation of its owner's":  {func(h *v1alpha1.Host) { h.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"} }, true},
		"a new generation of its spec":  {func(h *v1alpha1.Host) { h.Generation = 2 }, true},
		"the beginning of its deletion": {func(h *v1alpha1.Host) { now := metav1.Now(); h.DeletionTimestamp = &now }, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, q := newWatcher(t)
			after := host.DeepCopy()
			tc.change(after)
			w.handler().Update(t.Context(), event.TypedUpdateEvent[client.Object]{ObjectOld: host, ObjectNew: after}, q)
			if got := len(q.all()) > 0; got != tc.want {
				t.Errorf("woken: %v", got)
			}
		})
	}
}

func TestWhoAsksForTheBackendHostOfAHostIsWokenWhenItGoes(t *testing.T) {
	const id = "6b1f2d9c-3a55-4f0e-9d0a-8f2f4c1f7a10"
	adopter := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "adopter"}, Spec: v1alpha1.HostSpec{ExternalID: id}}
	absorber := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "absorber"}}
	absorber.Spec.Absorb = []v1alpha1.AbsorbedHost{{ID: id}}
	w, q := newWatcher(t, adopter, absorber)
	gone := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "holder", UID: "1"}, Status: v1alpha1.HostStatus{ID: id}}
	w.handler().Delete(t.Context(), event.TypedDeleteEvent[client.Object]{Object: gone}, q)
	want := []string{"Host lab/absorber", "Host lab/adopter", "Host lab/holder"}
	if got := q.all(); !slices.Equal(got, want) {
		t.Errorf("woken: %v, want %v", got, want)
	}
}

func TestGroupsAreWokenByWhatConcernsThemOfABackend(t *testing.T) {
	backend := func(reason, message string) *v1alpha1.Backend {
		b := &v1alpha1.Backend{}
		b.Status.Conditions = []metav1.Condition{
			{Type: v1alpha1.ConditionReconciling, Reason: "Other"}, {Type: v1alpha1.ConditionReady, Reason: reason, Message: message},
		}
		return b
	}
	for name, c := range map[string]struct {
		before, after *v1alpha1.Backend
		want          bool
	}{
		"it becomes available":         {backend("Unreachable", "no route"), backend("Available", "it answers"), true},
		"it fails in another way":      {backend("Unreachable", "no route"), backend("Unreachable", "refused"), true},
		"it is deleted":                {backend("Available", "it answers"), backend("InUse", "still used by a, b"), true},
		"one of those it holds goes":   {backend("InUse", "still used by a, b"), backend("InUse", "still used by b"), false},
		"nothing of it changes at all": {backend("Available", "it answers"), backend("Available", "it answers"), false},
	} {
		if got := connectionChanged(c.before, c.after); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWhoLeftAGroupWhileItWasWrittenIsLookedAtWhereHeIsNow(t *testing.T) {
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "lab", Name: name} }
	service := func(name, host string) *v1alpha1.Service {
		return &v1alpha1.Service{ObjectMeta: meta(name), Spec: v1alpha1.ServiceSpec{HostRef: v1alpha1.HostReference{Name: host}}}
	}
	binding := func(name, service string) *v1alpha1.Binding {
		return &v1alpha1.Binding{ObjectMeta: meta(name), Spec: v1alpha1.BindingSpec{ServiceRef: v1alpha1.ServiceReference{Name: service}}}
	}
	orphan, moved, stays := binding("orphan", "gone"), binding("moved", "away"), binding("stays", "here")
	w, _ := newWatcher(t, orphan, moved, stays, service("here", "web"), service("away", "db"))
	members := map[core.Ref]client.Object{}
	for _, obj := range []client.Object{orphan, moved, stays, service("gone", "web"), service("away", "web"), service("here", "web")} {
		members[refOf(obj)] = obj
	}
	var got []string
	for _, key := range w.strays(t.Context(), core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web"}, members) {
		got = append(got, string(key.Kind)+" "+key.Name)
	}
	slices.Sort(got)
	if want := []string{"Binding orphan", "Host db", "Host db"}; !slices.Equal(got, want) {
		t.Errorf("woken: %v, want %v", got, want)
	}
}
