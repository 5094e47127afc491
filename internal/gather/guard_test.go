// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// newGuarded is a gatherer of a cluster with these objects that has just been started.
func newGuarded(t *testing.T, c *clocktesting.FakeClock, objects ...client.Object) *Gatherer {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{v1alpha1.AddToScheme, corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	b := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...)
	for _, i := range index.All() {
		b = b.WithIndex(i.Object, i.Field, i.Extract)
	}
	return &Gatherer{Reader: b.Build(), Registry: registry.New(registry.Options{Clock: c}), Ledger: ledger.New(c), Clock: c, Censuses: &Censuses{}}
}

func namespaceOf(name string, at *metav1.Time) *corev1.Namespace {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, DeletionTimestamp: at}}
	if at != nil {
		ns.Finalizers = []string{"kubernetes"}
	}
	return ns
}

// writtenHosts are Hosts of a namespace that were written, deleted at a time or not at all.
func writtenHosts(ns string, from, to int, at *metav1.Time) (out []client.Object) {
	for i := from; i < to; i++ {
		out = append(out, &v1alpha1.Host{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: ns, Name: fmt.Sprintf("h%d", i), UID: types.UID(fmt.Sprintf("%s-%d", ns, i)), DeletionTimestamp: at,
				Finalizers:  []string{v1alpha1.Finalizer},
				Annotations: map[string]string{v1alpha1.AnnotationOrigin: fmt.Sprintf("created %s-%d", ns, i)},
			},
			Status: v1alpha1.HostStatus{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i)},
		})
	}
	return out
}

func TestAFreshlyStartedOperatorHoldsWhatTheFormerOneHeld(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	long := &metav1.Time{Time: c.Now().Add(-3 * time.Hour)}
	backend := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "default"}}
	objects := append([]client.Object{backend, namespaceOf("lab", nil)}, writtenHosts("lab", 0, 25, long)...)
	objects = append(objects, writtenHosts("lab", 25, 60, nil)...)
	for range 2 {
		g := newGuarded(t, c, objects...)
		facts, err := g.Guard(t.Context(), backend)
		if err != nil || facts.Hosts != 60 || facts.Waiting != 25 || !facts.IsHeld() {
			t.Errorf("%+v, %v", facts, err)
		}
		c.Step(time.Hour)
	}
	given := backend.DeepCopy()
	given.Annotations = map[string]string{v1alpha1.AnnotationAllowMassDeletion: "25"}
	if facts, err := newGuarded(t, c, objects...).Guard(t.Context(), given); err != nil || facts.IsHeld() || !facts.IsAllowed() {
		t.Errorf("%+v, %v", facts, err)
	}
}

func TestHostsOfANamespaceThatGoesAreNotCounted(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	now := &metav1.Time{Time: c.Now()}
	all := &v1alpha1.ClusterBackend{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	objects := append([]client.Object{all, namespaceOf("lab", nil), namespaceOf("old", now)}, writtenHosts("old", 0, 50, now)...)
	facts, err := newGuarded(t, c, append(objects, writtenHosts("lab", 0, 5, now)...)...).Guard(t.Context(), all)
	if err != nil || facts.Hosts != 55 || facts.Waiting != 5 || facts.IsMass() {
		t.Errorf("%+v, %v", facts, err)
	}
}

func TestThoseThatWentAMomentAgoCountUntilTheOthersAreFar(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	now := &metav1.Time{Time: c.Now()}
	backend := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "default"}}
	objects := append([]client.Object{backend, namespaceOf("lab", nil)}, writtenHosts("lab", 15, 30, now)...)
	g := newGuarded(t, c, objects...)
	for i := range 15 {
		g.Ledger.Deleted(KeyOf(backend), fmt.Sprintf("lab-%d", i), c.Now().Add(-30*time.Second))
	}
	for range 3 { // however long they wait
		facts, err := g.Guard(t.Context(), backend)
		if err != nil || len(facts.Deleted) != 30 || facts.Waiting != 15 || facts.Hosts != 30 || !facts.IsHeld() {
			t.Errorf("%+v, %v", facts, err)
		}
		c.Step(time.Hour)
	}
	g.Ledger.Deleted(KeyOf(backend), "lab-20", now.Time) // its object is about to go
	if facts, err := g.Guard(t.Context(), backend); err != nil || facts.Waiting != 14 || len(facts.Deleted) != 30 {
		t.Errorf("%+v, %v", facts, err)
	}
}

func TestACountThatTakesLongIsGoodForAsLong(t *testing.T) {
	backend := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "default"}}
	for name, tc := range map[string]struct{ takes, goodFor time.Duration }{
		"one of few Hosts": {0, 250 * time.Millisecond},
		"one of very many": {2 * time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
			g := newGuarded(t, c, backend, namespaceOf("lab", nil))
			slow := &slowReader{Reader: g.Reader, clock: c, takes: tc.takes}
			g.Reader = slow
			for _, look := range []struct {
				after time.Duration
				want  int
			}{{0, 1}, {0, 1}, {tc.goodFor - time.Millisecond, 1}, {time.Millisecond, 2}, {0, 2}} {
				c.Step(look.after)
				if _, err := g.Guard(t.Context(), backend); err != nil || slow.counts != look.want {
					t.Errorf("counted %d times, not %d; %v", slow.counts, look.want, err)
				}
			}
		})
	}
}

// slowReader takes its time for the first list of a count.
type slowReader struct {
	client.Reader

	clock  *clocktesting.FakeClock
	takes  time.Duration
	counts int
}

func (r *slowReader) List(ctx context.Context, list client.ObjectList, how ...client.ListOption) error {
	if by := (&client.ListOptions{}).ApplyOptions(how); strings.Contains(by.FieldSelector.String(), "=Backend/") {
		r.counts++
		r.clock.Step(r.takes)
	}
	return r.Reader.List(ctx, list, how...)
}

func TestTheCountOfABackendThatIsNoMoreIsForgotten(t *testing.T) {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	g := newGuarded(t, c, namespaceOf("lab", nil))
	for _, name := range []string{"default", "other"} {
		b := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: name}}
		if _, err := g.Guard(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		g.Ledger.Deleted(KeyOf(b), "u1", c.Now())
	}
	g.ForgetBackend("Backend/lab/default")
	if g.Censuses.all["Backend/lab/default"] != nil || len(g.Ledger.Sent("Backend/lab/default", nil)) > 0 {
		t.Error("it is still there")
	}
	if g.Censuses.all["Backend/lab/other"] == nil || len(g.Ledger.Sent("Backend/lab/other", nil)) != 1 {
		t.Error("so is another one's")
	}
}

func TestALeaveIsANumber(t *testing.T) {
	for value, want := range map[string]int{"": 0, "42": 42, "0": 0, "-3": 0, "all": 0, "4.5": 0} {
		b := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{v1alpha1.AnnotationAllowMassDeletion: value}}}
		if got := allowedDeletions(b); got != want {
			t.Errorf("%q: %d", value, got)
		}
	}
}
