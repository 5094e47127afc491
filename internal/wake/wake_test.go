// SPDX-License-Identifier: Apache-2.0

package wake

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestAKeyThatComesBeforeTheQueueStartsIsKeptForIt(t *testing.T) {
	var w Waker[string]
	w.Wake(Late, 0, "early")
	q := priorityqueue.New[string]("test")
	t.Cleanup(q.ShutDown)
	if err := w.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if got, _ := q.Get(); got != "early" {
		t.Errorf("got %q", got)
	}
}

func TestWhatSomebodyWaitsForComesBeforeResyncs(t *testing.T) {
	var w Waker[string]
	q := priorityqueue.New[string]("test")
	t.Cleanup(q.ShutDown)
	if err := w.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	w.Wake(Late, 0, "resync")
	w.Wake(Soon, 0, "edit")
	if got, priority, _ := q.GetWithPriority(); got != "edit" || priority != Soon {
		t.Errorf("got %q with priority %d first", got, priority)
	}
}

func TestKeysAreReadBackAsTheyWereWritten(t *testing.T) {
	host := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web-01"}
	if got, ok := ParseGroupKey(GroupKey(host)); !ok || got != host {
		t.Errorf("group key: %v, %v", got, ok)
	}
	for _, other := range []string{"snapshot/1", "batch/1", "Service/lab/web", ProbeKey("Backend/lab/default"), ""} {
		if _, ok := ParseGroupKey(other); ok {
			t.Errorf("%q is no group", other)
		}
	}
	if got, ok := ParseProbeKey(ProbeKey("Backend/lab/default")); !ok || got != "Backend/lab/default" {
		t.Errorf("probe key: %q, %v", got, ok)
	}
}
