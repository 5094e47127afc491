// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/scanopy-operator/scanopy-operator/internal/controller/backend"
	"github.com/scanopy-operator/scanopy-operator/internal/metrics"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

func TestAnAnswerThatComesAfterItsBackendWentIsCountedNoMore(t *testing.T) {
	scheme, err := Scheme()
	if err != nil {
		t.Fatal(err)
	}
	kube := fake.NewClientBuilder().WithScheme(scheme).Build()
	o := New(t.Context(), Environment{Client: kube, Live: kube, Clock: clock.RealClock{}})
	to := prometheus.NewRegistry()
	if o.metrics, err = metrics.New(to, o.registry.Limiters); err != nil {
		t.Fatal(err)
	}
	counted := func() bool {
		all, err := to.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range all {
			if family.GetName() == "scanopy_operator_requests_total" {
				return true
			}
		}
		return false
	}
	const key = "Backend/lab/default"
	if _, err := o.registry.Ensure(key, registry.Stable{URL: "https://scanopy.example", Token: "scp_u_x"}); err != nil {
		t.Fatal(err)
	}
	answer := func() { o.observe(key, "/hosts", 200, time.Second) }
	if answer(); !counted() {
		t.Error("it is not counted while the Backend is there")
	}
	k, _ := backend.ParseKey(key)
	if _, err := o.Backends.Reconcile(t.Context(), k); err != nil || counted() {
		t.Errorf("its series did not end; %v", err)
	}
	if answer(); counted() {
		t.Error("its series began anew")
	}
}
