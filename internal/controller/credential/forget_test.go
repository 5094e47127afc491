// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

func TestWhatIsRememberedOfABackendsCredentialsGoesWithTheLastOfThem(t *testing.T) {
	const key = "Backend/lab/default"
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(scheme)
	for _, i := range index.All() {
		builder = builder.WithIndex(i.Object, i.Field, i.Extract)
	}
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	r := &Reconciler{Gather: &gather.Gatherer{Reader: builder.Build(), Clock: c}, Ledger: ledger.New(c), Clock: c}
	at := gather.CredentialsKey(key)
	r.Ledger.Changed(at)
	r.Ledger.Credentials(key).Hold(core.ReasonBackendUnavailable, "down", time.Second, time.Minute)
	result, err := r.Reconcile(t.Context(), key)
	if err != nil || result.RequeueAfter != 0 {
		t.Errorf("%+v, %v", result, err)
	}
	if quiet, _ := r.Ledger.Quiet(at); !quiet {
		t.Error("when they changed is still known")
	}
	if held, _ := r.Ledger.Credentials(key).Refused(); len(held) > 0 {
		t.Errorf("still held: %+v", held)
	}
}
