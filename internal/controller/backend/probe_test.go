// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// hanging is a server that gives no answer until it is let go, and is down then.
type hanging struct{ letGo chan struct{} }

func (h hanging) RoundTrip(*http.Request) (*http.Response, error) {
	<-h.letGo
	return nil, errors.New("down")
}

// newReconciler is a Reconciler of a cluster with a Backend, whose work beside it runs when the test says so.
func newReconciler(t *testing.T, server http.RoundTripper, objects ...client.Object) (*Reconciler, client.Client, *[]func()) {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{v1alpha1.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "scanopy"}, Data: map[string][]byte{"token": []byte("scp_u_x")}}
	builder := fake.NewClientBuilder().WithScheme(scheme).WithObjects(append(objects, secret)...).WithStatusSubresource(&v1alpha1.Backend{})
	for _, i := range index.All() {
		builder = builder.WithIndex(i.Object, i.Field, i.Extract)
	}
	c, clk := builder.Build(), clocktesting.NewFakeClock(start)
	var beside []func()
	snapshots := snapshot.New(t.Context(), snapshot.Options{Clock: clk})
	r := &Reconciler{
		Reader: c, Connections: &gather.Connections{Reader: c, Live: c}, Census: &gather.Census{Reader: c, Snapshots: snapshots},
		Registry:  registry.New(registry.Options{Clock: clk, Transport: server, AllowLoopback: true}),
		Snapshots: snapshots, Rows: snapshot.NewCredentials(clk), Report: report.New(c, events.NewFakeRecorder(100), clk), Clock: clk,
		Beside: func(work func(context.Context)) { beside = append(beside, func() { work(t.Context()) }) },
		Self:   &wake.Waker[Key]{}, Groups: &wake.Waker[core.Ref]{}, Credentials: &wake.Waker[string]{},
	}
	return r, c, &beside
}

// reachable gives a Backend a URL and the Secret that is there.
func reachable(b *v1alpha1.Backend) *v1alpha1.Backend {
	b.Spec.URL, b.Spec.TokenSecretRef.Name = "http://scanopy.test", "scanopy"
	return b
}

// hung is a Reconciler of a Backend whose server hangs, and the queue by which it is woken.
type hung struct {
	*Reconciler

	obj    *v1alpha1.Backend
	kube   client.Client
	server hanging
	beside *[]func()
	queue  queue
}

func newHung(t *testing.T) *hung {
	t.Helper()
	h := &hung{obj: reachable(named("")), server: hanging{make(chan struct{})}, queue: newQueue(t)}
	h.Reconciler, h.kube, h.beside = newReconciler(t, h.server, h.obj)
	if err := h.Self.Source().Start(t.Context(), h.queue); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *hung) look(t *testing.T) reconcile.Result {
	t.Helper()
	result, err := h.Reconcile(t.Context(), keyOf(h.obj))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// answer lets the server go and gives whom that wakes.
func (h *hung) answer() []string {
	close(h.server.letGo)
	(*h.beside)[0]()
	return drained(h.queue)
}

func TestAServerThatHangsHoldsNoWorkerAndIsAskedOnce(t *testing.T) {
	h := newHung(t)
	ready := func() string {
		var now v1alpha1.Backend
		if err := h.kube.Get(t.Context(), client.ObjectKeyFromObject(h.obj), &now); err != nil {
			t.Fatal(err)
		}
		for _, condition := range now.Status.Conditions {
			if condition.Type == v1alpha1.ConditionReady {
				return condition.Reason
			}
		}
		return ""
	}
	for range 3 {
		h.look(t)
	}
	if len(*h.beside) != 1 || ready() != "" {
		t.Fatalf("%d probes are under way, Ready says %q", len(*h.beside), ready())
	}
	if got := h.answer(); len(got) != 1 || got[0] != key {
		t.Errorf("the answer wakes %v", got)
	}
	if result := h.look(t); len(*h.beside) != 1 || ready() != "Unreachable" || result.RequeueAfter > 2*time.Second {
		t.Errorf("%d probes, Ready says %q, the next in %s", len(*h.beside), ready(), result.RequeueAfter)
	}
}

func TestWhatComesOfAProbeByAClientThatWasReplacedConcernsNobody(t *testing.T) {
	h := newHung(t)
	h.look(t)
	h.forget(key)
	if got := h.answer(); len(got) != 0 || len(h.state.entries) != 0 {
		t.Errorf("woken: %v, known: %v", got, h.state.entries)
	}
	if h.look(t); len(*h.beside) != 2 {
		t.Errorf("%d probes", len(*h.beside))
	}
}

func TestWhatWasReadWithAFormerKeyIsForgotten(t *testing.T) {
	obj := reachable(named(""))
	r, c, _ := newReconciler(t, hanging{}, obj)
	read := func() snapshot.Key {
		if _, err := r.Reconcile(t.Context(), keyOf(obj)); err != nil {
			t.Fatal(err)
		}
		b, _ := r.Registry.Get(key)
		at := gather.SnapshotKey(b, "")
		r.Rows.Put(at, scanopy.Credential{ID: "c"})
		return at
	}
	isThere := func(at snapshot.Key) bool { view, _ := r.Rows.View(at); return len(view.Rows) > 0 }
	former := read()
	if read() != former || !isThere(former) {
		t.Error("it is forgotten though the key is the same")
	}
	var secret corev1.Secret
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "lab", Name: "scanopy"}, &secret); err != nil {
		t.Fatal(err)
	}
	secret.Data["token"] = []byte("scp_u_y")
	if err := c.Update(t.Context(), &secret); err != nil {
		t.Fatal(err)
	}
	if now := read(); now == former || isThere(former) || !isThere(now) {
		t.Error("what the former key showed is still there")
	}
}

func TestABackendThatIsDeletedStaysForAMomentForThoseThatAreJustWritten(t *testing.T) {
	for name, tc := range map[string]struct {
		users []client.Object
		want  time.Duration
	}{
		"used by nobody":                {nil, 0},
		"used by one that it holds not": {[]client.Object{&v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "new"}}}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			obj := reachable(leaving())
			obj.Finalizers = []string{v1alpha1.Finalizer}
			r, c, _ := newReconciler(t, hanging{}, append(tc.users, obj)...)
			isThere := func() bool { return c.Get(t.Context(), client.ObjectKeyFromObject(obj), &v1alpha1.Backend{}) == nil }
			result, err := r.Reconcile(t.Context(), keyOf(obj))
			if err != nil || result.RequeueAfter != tc.want || isThere() != (tc.want > 0) {
				t.Errorf("looks again in %s, still there %v; %v", result.RequeueAfter, isThere(), err)
			}
			r.Clock.(*clocktesting.FakeClock).Step(tc.want)
			if _, err := r.Reconcile(t.Context(), keyOf(obj)); err != nil || isThere() {
				t.Errorf("still there %v; %v", isThere(), err)
			}
		})
	}
}

func TestALeaveIsTakenBackLaterIfTheBackendWasWrittenMeanwhile(t *testing.T) {
	obj := named("")
	obj.Annotations = map[string]string{v1alpha1.AnnotationAllowMassDeletion: "30"}
	r, c, _ := newReconciler(t, hanging{}, obj)
	r.Guard = func(context.Context, gather.BackendObject) (core.GuardFacts, error) { return core.GuardFacts{}, nil }
	r.state.leave(key, true, true, start)
	r.state.leave(key, true, false, start.Add(-time.Minute))
	var old v1alpha1.Backend
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(obj), &old); err != nil {
		t.Fatal(err)
	}
	now := old.DeepCopy()
	now.Labels = map[string]string{"somebody": "else"}
	if err := c.Update(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if next, err := r.guard(t.Context(), &old, nil); err != nil || next != staleRetry {
		t.Errorf("looks again in %s; %v", next, err)
	}
	if next, err := r.guard(t.Context(), now, nil); err != nil || next != 0 || now.Annotations[v1alpha1.AnnotationAllowMassDeletion] != "" {
		t.Errorf("looks again in %s, annotations %v; %v", next, now.Annotations, err)
	}
}

func TestARequestToReconcileIsAnsweredByTheProbeThatBeganAfterIt(t *testing.T) {
	var m memory
	b := &registry.Backend{}
	m.probes(key, b)
	m.probed(key, b, "", time.Minute, start, start.Add(time.Minute), true)
	if m.takeRenewal(key) || m.answered(key) != "" || m.isProbing(key, b) {
		t.Error("the first probe of a process answers nobody")
	}
	if due := m.due(key, b, "now", time.Minute, start); due != 0 {
		t.Errorf("due in %s though somebody asks", due)
	}
	m.probes(key, b)
	if m.answered(key) != "" {
		t.Error("answered before the probe has ended")
	}
	m.probed(key, b, "now", time.Minute, start, start.Add(time.Minute), true)
	if m.answered(key) != "now" || !m.takeRenewal(key) || m.takeRenewal(key) {
		t.Errorf("answered %q", m.answered(key))
	}
}
