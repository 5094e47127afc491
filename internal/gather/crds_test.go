// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// definitions is a cluster with the CRDs of these kinds, in which reads are counted and may fail.
type definitions struct {
	client.Client

	reads int
	fault error
}

func newDefinitions(t *testing.T, plurals ...string) *definitions {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	d := &definitions{}
	builder := fake.NewClientBuilder().WithScheme(scheme)
	for _, plural := range plurals {
		builder.WithObjects(&apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{
			Name: plural + ".inventory.scanopy.io", Finalizers: []string{"customresourcecleanup.apiextensions.k8s.io"},
		}})
	}
	d.Client = builder.WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, how ...client.GetOption) error {
			d.reads++
			if d.fault != nil {
				return d.fault
			}
			return c.Get(ctx, key, obj, how...)
		},
	}).Build()
	return d
}

// remove begins the deletion of a CRD.
func (d *definitions) remove(t *testing.T, plural string) {
	t.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: plural + ".inventory.scanopy.io"}}
	if err := d.Delete(t.Context(), crd); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsDeletedWhileACRDIsMissingOrTerminating(t *testing.T) {
	all := []string{"hosts", "services", "bindings", "credentials"}
	check := func(t *testing.T, d *definitions, want bool) {
		t.Helper()
		got, err := NewCRDs(d, clocktesting.NewFakeClock(time.Unix(1, 0))).Stand(t.Context())
		if err != nil || got != want {
			t.Errorf("they stand: %v, %v", got, err)
		}
	}
	t.Run("all are there", func(t *testing.T) { check(t, newDefinitions(t, all...), true) })
	for i, plural := range all {
		t.Run(plural+" are missing", func(t *testing.T) {
			var others []string
			check(t, newDefinitions(t, append(append(others, all[:i]...), all[i+1:]...)...), false)
		})
		t.Run(plural+" are terminating", func(t *testing.T) {
			d := newDefinitions(t, all...)
			d.remove(t, plural)
			check(t, d, false)
		})
	}
}

func TestTheCRDsAreReadAtMostOnceASecond(t *testing.T) {
	d, clock := newDefinitions(t, "hosts", "services", "bindings", "credentials"), clocktesting.NewFakeClock(time.Unix(1, 0))
	crds := NewCRDs(d, clock)
	for _, step := range []struct {
		name  string
		after time.Duration
		reads int
		want  bool
	}{
		{"the first time they are read", 0, 4, true},
		{"within the second they are not, whatever goes meanwhile", time.Second - 1, 4, true},
		{"after that they are", 1, 8, false},
		{"and what was found counts as long", time.Second - 1, 8, false},
	} {
		clock.Step(step.after)
		got, err := crds.Stand(t.Context())
		if err != nil || got != step.want || d.reads != step.reads {
			t.Errorf("%s: they stand: %v, %v, after %d reads", step.name, got, err, d.reads)
		}
		if step.name == "the first time they are read" {
			d.remove(t, "bindings")
		}
	}
}

func TestACRDThatCanNotBeReadLetsNothingBeConcluded(t *testing.T) {
	d := newDefinitions(t, "hosts", "services", "bindings", "credentials")
	crds := NewCRDs(d, clocktesting.NewFakeClock(time.Unix(1, 0)))
	d.fault = errors.New("the API server is away")
	if stand, err := crds.Stand(t.Context()); err == nil || stand {
		t.Errorf("they stand: %v, %v", stand, err)
	}
	d.fault = nil
	if stand, err := crds.Stand(t.Context()); err != nil || !stand {
		t.Errorf("a failure is not remembered, but they stand: %v, %v", stand, err)
	}
}

// slow answers when it is let.
type slow struct {
	client.Reader
	let chan struct{}
}

func (s slow) Get(ctx context.Context, key client.ObjectKey, obj client.Object, how ...client.GetOption) error {
	select {
	case <-s.let:
		return s.Reader.Get(ctx, key, obj, how...)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestAnAPIServerThatHangsHoldsNobodyWhoGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := slow{newDefinitions(t, "hosts", "services", "bindings", "credentials"), make(chan struct{})}
		crds := NewCRDs(server, clocktesting.NewFakeClock(time.Unix(1, 0)))
		first := make(chan error)
		go func() {
			_, err := crds.Stand(t.Context())
			first <- err
		}()
		synctest.Wait() // it reads
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := crds.Stand(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("one who gave up: %v", err)
		}
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one whom nobody answers: %v", err)
		}
		close(server.let)
		if stand, err := crds.Stand(t.Context()); err != nil || !stand {
			t.Errorf("once it answers they stand: %v, %v", stand, err)
		}
	})
}
