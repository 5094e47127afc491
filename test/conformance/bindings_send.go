// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// verdict is an answer in the words of the cases: ok, or the status and the rule that was broken.
func verdict(status int, answer any) string {
	if status == http.StatusOK {
		return "ok"
	}
	text, _ := at(answer, "error")
	words := fmt.Sprint(text)
	for _, rule := range []struct{ words, name string }{
		{"Cannot add interface binding", "interface-against-port"},
		{"Cannot add port binding on all interfaces", "all-against-interface"},
		{"Cannot add port binding", "port-against-interface"},
		{"is already bound to", "claimed"},
	} {
		if strings.Contains(words, rule.words) {
			return fmt.Sprintf("%d %s", status, rule.name)
		}
	}
	return fmt.Sprintf("%d %s", status, words)
}

func (w *world) serviceBody(name string, bindings []any) map[string]any {
	return map[string]any{
		"host_id": w.host, "network_id": w.boot.Network, "service_definition": "Caddy", "name": name,
		"bindings": bindings, "tags": []any{},
	}
}

// postServices makes one service after another.
func (w *world) postServices(ctx context.Context, steps []Declared) ([]string, error) {
	var out []string
	for _, step := range steps {
		bindings := []any{}
		for _, b := range step.Bindings {
			bindings = append(bindings, w.binding(b))
		}
		status, answer, err := w.call(ctx, http.MethodPost, "/api/v1/services", w.serviceBody(step.Service, bindings))
		if err != nil {
			return nil, err
		}
		out = append(out, verdict(status, answer))
	}
	return out, nil
}

// postBindings makes the services empty and then one binding after another.
func (w *world) postBindings(ctx context.Context, steps []Declared) ([]string, error) {
	services := map[string]any{}
	for _, step := range steps {
		if _, ok := services[step.Service]; ok {
			continue
		}
		_, answer, err := w.call(ctx, http.MethodPost, "/api/v1/services", w.serviceBody(step.Service, []any{}))
		if err != nil {
			return nil, err
		}
		services[step.Service], _ = at(answer, "data.id")
	}
	var out []string
	for _, step := range steps {
		body := w.binding(step.Bindings[0])
		body["service_id"], body["network_id"] = services[step.Service], w.boot.Network
		status, answer, err := w.call(ctx, http.MethodPost, "/api/v1/bindings", body)
		if err != nil {
			return nil, err
		}
		out = append(out, verdict(status, answer))
	}
	return out, nil
}

// nested are services as they hang on a host in one request.
func (w *world) nested(steps []Declared) []any {
	out := []any{}
	for _, step := range steps {
		bindings := []any{}
		for _, text := range step.Bindings {
			b := w.binding(text)
			b["id"] = newID()
			bindings = append(bindings, b)
		}
		out = append(out, map[string]any{
			"id": newID(), "service_definition": "Caddy", "name": step.Service, "bindings": bindings, "tags": []any{},
		})
	}
	return out
}

func (w *world) putHost(ctx context.Context, steps []Declared) ([]string, error) {
	status, answer, err := w.call(ctx, http.MethodPut, "/api/v1/hosts/"+w.host, map[string]any{
		"id": w.host, "name": "case", "hidden": false, "tags": []any{}, "services": w.nested(steps),
	})
	return []string{verdict(status, answer)}, err
}

func (w *world) createHost(ctx context.Context, c Case) ([]string, error) {
	status, answer, err := w.call(ctx, http.MethodPost, "/api/v1/hosts", w.hostBody(w.nested(c.Steps)))
	return []string{verdict(status, answer)}, err
}

// after reads the bindings of each service that has any.
func (w *world) after(ctx context.Context) (map[string][]string, error) {
	_, answer, err := w.call(ctx, http.MethodGet, "/api/v1/services?limit=0&network_id="+w.boot.Network, nil)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, service := range rowsOf(answer) {
		name := fmt.Sprint(service["name"])
		if name == openPorts {
			name = "open"
		}
		bindings, _ := service["bindings"].([]any)
		for _, b := range bindings {
			out[name] = append(out[name], w.text(b))
		}
		slices.Sort(out[name])
	}
	for name, bindings := range out {
		if len(bindings) == 0 {
			delete(out, name)
		}
	}
	return out, nil
}

// text is a binding of an answer in the words of the cases.
func (w *world) text(binding any) string {
	read := func(key string) string {
		v, ok := at(binding, key)
		if !ok || v == nil {
			return "*"
		}
		return w.names[fmt.Sprint(v)]
	}
	if kind, _ := at(binding, "type"); kind == "Interface" {
		return read("interface_id")
	}
	return read("port_id") + "@" + read("interface_id")
}

func beforeQuery(path string) string {
	out, _, _ := strings.Cut(path, "?")
	return out
}
