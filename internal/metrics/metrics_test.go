// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

func newMetrics(t *testing.T) (*Metrics, *prometheus.Registry) {
	t.Helper()
	to := prometheus.NewRegistry()
	m, err := New(to, func() map[string]*registry.Limiter { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return m, to
}

// series lists what a metric shows, such as "field=hostname kind=Host: 1".
func series(t *testing.T, from *prometheus.Registry, name string) []string {
	t.Helper()
	all, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, family := range all {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			out = append(out, fmt.Sprintf("%s: %v", strings.Join(labels, " "), m.GetCounter().GetValue()+m.GetGauge().GetValue()))
		}
	}
	return out
}

func TestRequestsAreCountedByClass(t *testing.T) {
	m, to := newMetrics(t)
	for _, status := range []int{200, 201, 404, 429, 503, 0} {
		m.Observe("Backend/lab/default", "/hosts/{id}", status, time.Second)
	}
	const from = "backend=Backend/lab/default code="
	want := []string{
		from + "2xx route=/hosts/{id}: 2", from + "429 route=/hosts/{id}: 1", from + "4xx route=/hosts/{id}: 1",
		from + "5xx route=/hosts/{id}: 1", from + "none route=/hosts/{id}: 1",
	}
	if d := cmp.Diff(want, series(t, to, "scanopy_operator_requests_total")); d != "" {
		t.Error(d)
	}
}

func TestRepairsAreCountedByKindAndClassOfField(t *testing.T) {
	m, to := newMetrics(t)
	host := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web-01"}
	for _, n := range []core.Note{
		{Item: core.Item{Object: host}, Field: "hostname"},
		{Item: core.Item{Object: host, Part: core.PartInterface}, Field: "interfaces[eth0].name"},
		{Item: core.Item{Object: host, Part: core.PartInterface, Index: 1}, Field: "interfaces[eth1].macAddress"},
	} {
		m.Repaired(n)
	}
	want := []string{"field=hostname kind=Host: 1", "field=interface kind=Host: 2"}
	if d := cmp.Diff(want, series(t, to, "scanopy_operator_drift_repairs_total")); d != "" {
		t.Error(d)
	}
}

func TestDeletionsThatWaitAreShownWhileTheyWait(t *testing.T) {
	m, to := newMetrics(t)
	for _, c := range []struct {
		hosts int
		want  []string
	}{{42, []string{"backend=Backend/lab/default: 42"}}, {7, []string{"backend=Backend/lab/default: 7"}}, {0, nil}} {
		m.Held("Backend/lab/default", c.hosts)
		if d := cmp.Diff(c.want, series(t, to, "scanopy_operator_deletions_held")); d != "" {
			t.Error(d)
		}
	}
}

func TestTheSeriesOfABackendEndWithIt(t *testing.T) {
	m, to := newMetrics(t)
	for _, backend := range []string{"Backend/lab/default", "ClusterBackend//shared"} {
		m.Observe(backend, "/hosts", 200, time.Second)
		m.Observe(backend, "/hosts/{id}", 503, time.Second)
		m.Held(backend, 42)
	}
	m.Forget("Backend/lab/default")
	const from = "backend=ClusterBackend//shared"
	for name, want := range map[string][]string{
		"scanopy_operator_requests_total": {from + " code=2xx route=/hosts: 1", from + " code=5xx route=/hosts/{id}: 1"},
		"scanopy_operator_deletions_held": {from + ": 42"},
	} {
		if d := cmp.Diff(want, series(t, to, name)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
