// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// crashing names, in the environment, the holder with which a process that plays the operator panics.
const crashing = "TEST_CANARY_PANIC"

// TestMain lets the test binary play the operator that panics.
func TestMain(m *testing.M) {
	if name := os.Getenv(crashing); name != "" {
		held := holders(&testing.T{}, newBirds())[name]
		if held == nil {
			return // which is no panic
		}
		panicWith(held, func(text string) any { return errors.New(text) })
	}
	os.Exit(m.Run())
}

// panicWith panics while a holder of secrets is in hand, with all that it says of itself.
func panicWith(held any, wrap func(string) any) {
	panic(wrap(fmt.Sprintf("nobody foresaw %v %+v %#v", held, held, held)))
}

func TestAReconcilerThatPanicsSaysNoSecret(t *testing.T) {
	b, c := newBirds(), newCage()
	logger := logr.New(ear{cage: c})
	for name, held := range holders(t, b) {
		ctx, cancel := context.WithCancel(logr.NewContext(t.Context(), logger))
		times, again := 0, "panic "+name
		ctrl, err := controller.NewTypedUnmanaged(again, controller.TypedOptions[string]{
			LogConstructor: func(*string) logr.Logger { return logger },
			Reconciler: reconcile.TypedFunc[string](func(context.Context, string) (reconcile.Result, error) {
				if times++; times > 1 { // the first was told by now, with the error that it came to
					cancel()
					return reconcile.Result{}, nil
				}
				panicWith(held, func(text string) any { return text })
				return reconcile.Result{}, nil
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		err = ctrl.Watch(source.TypedFunc[string](func(_ context.Context, q workqueue.TypedRateLimitingInterface[string]) error {
			q.Add(name)
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		if err := ctrl.Start(ctx); err != nil {
			t.Error(err)
		}
		cancel()
	}
	heard := c.said()
	for text, where := range heard {
		for _, trace := range b.traces(text) {
			t.Errorf("%s: …%s…", where, trace)
		}
	}
	if c.times("nobody foresaw") < len(holders(t, b)) {
		t.Errorf("of the panics %d were heard", c.times("nobody foresaw"))
	}
}

func TestAProcessThatPanicsSaysNoSecret(t *testing.T) {
	b := newBirds()
	for name := range holders(t, b) {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), crashing+"="+name, "GOTRACEBACK=all")
			out, err := cmd.CombinedOutput()
			_, ended := errors.AsType[*exec.ExitError](err)
			if !ended || !strings.Contains(string(out), "nobody foresaw") || len(b.traces(string(out))) > 0 {
				t.Errorf("it ended with %v, and says %q of %s", err, b.traces(string(out)), out)
			}
		})
	}
}
