// SPDX-License-Identifier: Apache-2.0

// Package metrics holds the operator's few metrics. In go observations of requests, repairs and the state of limiters; out
// come Prometheus series with bounded labels: routes are templates, codes and fields are classes, backends are objects.
// It imports core and the registry.
package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// Metrics are the operator's own series.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	repairs  *prometheus.CounterVec
	held     *prometheus.GaugeVec
}

// New makes and registers the metrics.
func New(to prometheus.Registerer, limiters func() map[string]*registry.Limiter) (*Metrics, error) {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "scanopy_operator_requests_total", Help: "Requests to Scanopy servers by backend, route and class of the answer.",
		}, []string{"backend", "route", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "scanopy_operator_request_duration_seconds", Help: "How long requests to Scanopy servers took.",
			Buckets: []float64{.01, .05, .1, .5, 1, 5, 30},
		}, []string{"route"}),
		repairs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "scanopy_operator_drift_repairs_total",
			Help: "Declared fields that somebody changed in Scanopy and that were repaired, by kind of object and class of field.",
		}, []string{"kind", "field"}),
		held: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "scanopy_operator_deletions_held", Help: "Hosts whose deletion waits for the guard against mass deletion.",
		}, []string{"backend"}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.duration, m.repairs, m.held, &limiterCollector{limiters: limiters}} {
		if err := to.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Observe counts a request. A status of 0 is one without an answer.
func (m *Metrics) Observe(backend, route string, status int, took time.Duration) {
	code := "none"
	if status > 0 {
		code = strconv.Itoa(status/100) + "xx"
	}
	if status == 429 {
		code = "429"
	}
	m.requests.WithLabelValues(backend, route, code).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// Repaired counts a declared field that was repaired.
func (m *Metrics) Repaired(n core.Note) {
	m.repairs.WithLabelValues(string(n.Item.Object.Kind), string(n.Class())).Inc()
}

// Held shows how many Hosts of a Backend wait for the guard against mass deletion.
func (m *Metrics) Held(backend string, hosts int) {
	if hosts == 0 {
		m.held.DeleteLabelValues(backend)
		return
	}
	m.held.WithLabelValues(backend).Set(float64(hosts))
}

// Forget ends the series of a Backend that is no more.
func (m *Metrics) Forget(backend string) {
	m.requests.DeletePartialMatch(prometheus.Labels{"backend": backend})
	m.held.DeleteLabelValues(backend)
}

// limiterCollector shows tokens and the line of waiters of each origin.
type limiterCollector struct {
	limiters func() map[string]*registry.Limiter
}

func tokensDesc() *prometheus.Desc {
	return prometheus.NewDesc("scanopy_operator_limiter_tokens", "Requests that may be sent at once.", []string{"origin"}, nil)
}

func waitingDesc() *prometheus.Desc {
	return prometheus.NewDesc("scanopy_operator_limiter_waiting", "Groups that wait for the rate limit.", []string{"origin"}, nil)
}

// Describe implements prometheus.Collector.
func (c *limiterCollector) Describe(to chan<- *prometheus.Desc) {
	to <- tokensDesc()
	to <- waitingDesc()
}

// Collect implements prometheus.Collector.
func (c *limiterCollector) Collect(to chan<- prometheus.Metric) {
	for origin, l := range c.limiters() {
		state, waiting := l.Snapshot(), 0
		for _, n := range state.Waiting {
			waiting += n
		}
		to <- prometheus.MustNewConstMetric(tokensDesc(), prometheus.GaugeValue, float64(state.Tokens), origin)
		to <- prometheus.MustNewConstMetric(waitingDesc(), prometheus.GaugeValue, float64(waiting), origin)
	}
}
