// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// direct carries requests to a handler.
type direct struct{ to http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	d.to.ServeHTTP(answer, r)
	return answer.Result(), nil
}

func TestEveryResyncPeriodOrUpToATenthEarlierTheHostsAreListed(t *testing.T) {
	server, err := emulator.New(emulator.Options{Version: "0.14.13"})
	if err != nil {
		t.Fatal(err)
	}
	obj := named("Lab")
	obj.Spec.URL, obj.Spec.TokenSecretRef.Name = "http://scanopy.test", "scanopy"
	user := &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "web"}}
	r, c, beside := newReconciler(t, direct{server}, obj, user)
	clk := r.Clock.(*clocktesting.FakeClock)
	r.Snapshots = snapshot.New(t.Context(), snapshot.Options{Clock: clk, Go: func(work func()) { *beside = append(*beside, work) }})
	r.Census.Snapshots, r.Revive, r.RecoverCredentials = r.Snapshots, nil, func(string) {}
	var secret corev1.Secret
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: "lab", Name: "scanopy"}, &secret); err != nil {
		t.Fatal(err)
	}
	secret.Data["token"] = []byte(server.Bootstrap().Tokens.Member)
	if err := c.Update(t.Context(), &secret); err != nil {
		t.Fatal(err)
	}
	lists := func() int { return server.Log().Counts["GET /api/v1/hosts"] }
	// reconcile does all that is due now, and says when more is.
	reconcile := func() time.Duration {
		for {
			result, err := r.Reconcile(t.Context(), keyOf(obj))
			if err != nil {
				t.Fatal(err)
			}
			work := *beside
			if *beside = nil; len(work) == 0 {
				return result.RequeueAfter
			}
			for _, do := range work {
				do()
			}
		}
	}
	next := reconcile()
	if lists() != 1 {
		t.Fatalf("listed %d times", lists())
	}
	const period = 10 * time.Minute
	for last, n := clk.Now(), 2; n < 12; n++ {
		for lists() < n {
			if clk.Since(last) > period {
				t.Fatalf("no list %s after the last", clk.Since(last))
			}
			clk.Step(next)
			next = reconcile()
		}
		if since := clk.Since(last); since < period*9/10 || since > period {
			t.Errorf("listed again after %s", since)
		}
		last = clk.Now()
	}
}
