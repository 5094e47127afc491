// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func backendStatus(reason string, hosts int32) v1alpha1.BackendStatus {
	status := metav1.ConditionFalse
	if reason == "Available" {
		status = metav1.ConditionTrue
	}
	return v1alpha1.BackendStatus{
		CommonStatus: v1alpha1.CommonStatus{
			ObservedGeneration: 1,
			Conditions:         []metav1.Condition{{Type: "Ready", Status: status, Reason: reason, Message: "m", ObservedGeneration: 1}},
		},
		ServerVersion: "0.14.13",
		Counts:        &v1alpha1.BackendCounts{Hosts: v1alpha1.OutcomeCounts{Total: hosts}},
	}
}

func TestABackendIsWrittenWhenItDiffersAndItsCountsSeldom(t *testing.T) {
	obj := &v1alpha1.ClusterBackend{ObjectMeta: metav1.ObjectMeta{Name: "default", UID: "b", Generation: 1}}
	b := newBench(t, obj)
	read := func() *v1alpha1.ClusterBackend {
		var got v1alpha1.ClusterBackend
		if err := b.client.Get(t.Context(), client.ObjectKeyFromObject(obj), &got); err != nil {
			t.Fatal(err)
		}
		return &got
	}
	stale := read()
	for _, step := range []struct {
		name    string
		after   time.Duration
		from    *v1alpha1.ClusterBackend
		status  v1alpha1.BackendStatus
		patches int
		total   int32
		again   time.Duration
		event   string
	}{
		{"the first", 0, nil, backendStatus("Available", 1), 1, 1, 0, "Normal Available m"},
		{"the same", time.Second, nil, backendStatus("Available", 1), 1, 1, 0, ""},
		{"the same, as a cache that lags shows it", time.Second, stale, backendStatus("Available", 1), 1, 1, 0, ""},
		{"other counts too early", time.Second, nil, backendStatus("Available", 2), 1, 1, BackendCountsEvery - 3*time.Second, ""},
		{"a flip keeps the counts", time.Second, nil, backendStatus("Unreachable", 3), 2, 1, BackendCountsEvery - 4*time.Second, "Warning Unreachable m"},
		{"another flip, from a cache that lags", time.Second, stale, backendStatus("Available", 3), 3, 1, BackendCountsEvery - 5*time.Second, "Normal Available m"},
		{"other counts later", BackendCountsEvery, nil, backendStatus("Available", 3), 4, 3, 0, ""},
	} {
		b.after(step.after)
		from := step.from
		if from == nil {
			from = read()
		}
		again, err := b.WriteBackend(t.Context(), from, step.status)
		if err != nil || again != step.again {
			t.Fatalf("%s: again after %s, %v", step.name, again, err)
		}
		if got := read(); b.status != step.patches || got.Status.Counts.Hosts.Total != step.total ||
			got.Status.Conditions[0].Reason != step.status.Conditions[0].Reason {
			t.Errorf("%s: %d patches, %+v", step.name, b.status, got.Status)
		}
		if diff := cmp.Diff(step.event, strings.Join(b.told(), "")); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

func TestABackendThatIsGoneIsNoError(t *testing.T) {
	b := newBench(t)
	obj := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "gone", UID: "b"}}
	if _, err := b.WriteBackend(t.Context(), obj, backendStatus("Available", 0)); err != nil {
		t.Error(err)
	}
}
