// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// traffic stands between the manager and the API server, with the rights of its configuration, and keeps a log of the
// manager's writes.
type traffic struct {
	server *httptest.Server

	mu     sync.Mutex
	writes []write
}

// write is one request to the API server that may have changed something.
type write struct {
	Time        time.Time `json:"time"`
	Method      string    `json:"method"`
	Resource    string    `json:"resource"`
	Namespace   string    `json:"namespace,omitempty"`
	Name        string    `json:"name,omitempty"`
	Subresource string    `json:"subresource,omitempty"`
}

func newTraffic(config *rest.Config) (*traffic, error) {
	target, err := url.Parse(config.Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: transport,
		// Watches tell each event at once.
		FlushInterval: -1,
	}
	t := &traffic{}
	t.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.note(r)
		proxy.ServeHTTP(w, r)
	}))
	t.server.EnableHTTP2 = true
	t.server.Config.ErrorLog = quietLog()
	t.server.StartTLS()
	return t, nil
}

// config leads to the proxy.
func (t *traffic) config() *rest.Config {
	return &rest.Config{
		Host: t.server.URL, BearerToken: "anything",
		TLSClientConfig: rest.TLSClientConfig{CAData: pemOf(t.server.Certificate())},
	}
}

func (t *traffic) close() {
	t.server.CloseClientConnections()
	t.server.Close()
}

func (t *traffic) note(r *http.Request) {
	w := parseWrite(r.URL.Path)
	// Reviews ask a question, and leases are no part of any budget.
	if r.Method == http.MethodGet || strings.HasSuffix(w.Resource, "reviews") || w.Resource == "leases" {
		return
	}
	w.Method, w.Time = r.Method, time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes = append(t.writes, w)
}

// parseWrite takes the path of an object apart: /api/v1 or /apis/<group>/<version>, namespaces/<namespace> if it is in
// one, then <resource>/<name>/<subresource>.
func parseWrite(path string) write {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	prefix := 2
	if parts[0] == "apis" {
		prefix = 3
	}
	parts = parts[min(prefix, len(parts)):]
	var w write
	if len(parts) > 2 && parts[0] == "namespaces" && parts[2] != "status" && parts[2] != "finalize" {
		w.Namespace, parts = parts[1], parts[2:]
	}
	for i, field := range []*string{&w.Resource, &w.Name, &w.Subresource} {
		if i < len(parts) {
			*field = parts[i]
		}
	}
	return w
}

// log is the writes so far, in order.
func (t *traffic) log() []write {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.writes)
}

func (t *traffic) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes = nil
}

// writeCounts sums writes up as the budgets speak of them.
type writeCounts struct {
	// status counts those to the status of Hosts, Services and Bindings, other those to these objects beside it.
	status, other float64
	events        float64
	// rest counts all others, such as those to Backends.
	rest float64
}

func countWrites(log []write) writeCounts {
	var c writeCounts
	for _, w := range log {
		switch {
		case w.Resource == "events":
			c.events++
		case w.Resource != "hosts" && w.Resource != "services" && w.Resource != "bindings":
			c.rest++
		case w.Subresource == "status":
			c.status++
		default:
			c.other++
		}
	}
	return c
}
