// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Case is one line of the binding cases. A binding is i0 (Interface), p0@i1 (Port on one interface), p0@* (on all).
type Case struct {
	// Kind is how it is sent: services, bindings, put or create.
	Kind       string              `json:"kind"`
	Interfaces int                 `json:"interfaces"`
	Ports      int                 `json:"ports"`
	Steps      []Declared          `json:"steps"`
	Answers    []string            `json:"answers"`
	After      map[string][]string `json:"after"`

	line int
}

// Declared is a service and the bindings that are declared for it, in order.
type Declared struct {
	Service  string
	Bindings []string
}

// UnmarshalJSON reads a pair of a service and a binding or a list of them.
func (d *Declared) UnmarshalJSON(raw []byte) error {
	var pair [2]json.RawMessage
	if err := json.Unmarshal(raw, &pair); err != nil {
		return err
	}
	if err := json.Unmarshal(pair[0], &d.Service); err != nil {
		return err
	}
	var one string
	if json.Unmarshal(pair[1], &one) == nil {
		d.Bindings = []string{one}
		return nil
	}
	return json.Unmarshal(pair[1], &d.Bindings)
}

// LoadCases reads binding cases, one a line.
func LoadCases(r io.Reader) ([]Case, error) {
	var out []Case
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		c := Case{line: n}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("reading binding case %d: %w", n, err)
		}
		out = append(out, c)
	}
	return out, lines.Err()
}

// openPorts is the service that takes what is left of dropped ones; cases call it open.
const openPorts = "Unclaimed Open Ports"

// world is the host of a case on the server.
type world struct {
	*session
	host, subnet      string
	interfaces, ports map[string]string
	names             map[string]string // of interfaces and ports, by id
}

// playCase sends a case and lists what differs.
func (s *session) playCase(ctx context.Context, c Case) ([]string, error) {
	w, err := s.newWorld(ctx, c)
	if err != nil {
		return nil, err
	}
	var answers []string
	switch c.Kind {
	case "services":
		answers, err = w.postServices(ctx, c.Steps)
	case "bindings":
		answers, err = w.postBindings(ctx, c.Steps)
	case "put":
		answers, err = w.putHost(ctx, c.Steps)
	case "create":
		answers, err = w.createHost(ctx, c)
	default:
		return nil, fmt.Errorf("unknown kind %q", c.Kind)
	}
	if err != nil {
		return nil, err
	}
	var out []string
	if !slices.Equal(answers, c.Answers) {
		out = append(out, fmt.Sprintf("answers: want %q, got %q", c.Answers, answers))
	}
	after, err := w.after(ctx)
	if err != nil {
		return nil, err
	}
	return append(out, differences(c.After, after)...), nil
}

// differences compares the bindings of services, in any order.
func differences(want, got map[string][]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if a, b := slices.Sorted(slices.Values(want[name])), slices.Sorted(slices.Values(got[name])); !slices.Equal(a, b) {
			out = append(out, fmt.Sprintf("after, %s: want %q, got %q", name, a, b))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			out = append(out, fmt.Sprintf("after, %s: want nothing, got %q", name, got[name]))
		}
	}
	return out
}

// newWorld makes a subnet and, but for kind create, the host with its interfaces and ports.
func (s *session) newWorld(ctx context.Context, c Case) (*world, error) {
	w := &world{session: s, interfaces: map[string]string{}, ports: map[string]string{}, names: map[string]string{}}
	for i := range c.Interfaces {
		w.name(w.interfaces, fmt.Sprintf("i%d", i))
	}
	for i := range c.Ports {
		w.name(w.ports, fmt.Sprintf("p%d", i))
	}
	_, answer, err := s.call(ctx, http.MethodPost, "/api/v1/subnets", map[string]any{
		"name": "lan", "cidr": "10.20.0.0/24", "network_id": s.boot.Network, "description": nil, "subnet_type": "Lan",
		"source": map[string]any{"type": "Manual"}, "tags": []any{},
	})
	if err != nil {
		return nil, err
	}
	id, ok := at(answer, "data.id")
	if !ok {
		return nil, fmt.Errorf("making a subnet: %v", answer)
	}
	w.subnet = fmt.Sprint(id)
	if c.Kind == "create" {
		return w, nil
	}
	_, answer, err = s.call(ctx, http.MethodPost, "/api/v1/hosts", w.hostBody(nil))
	if err != nil {
		return nil, err
	}
	if id, ok = at(answer, "data.id"); !ok {
		return nil, fmt.Errorf("making a host: %v", answer)
	}
	w.host = fmt.Sprint(id)
	return w, nil
}

func (w *world) name(ids map[string]string, name string) {
	ids[name] = newID()
	w.names[ids[name]] = name
}

func (w *world) hostBody(services []any) map[string]any {
	interfaces, ports := []any{}, []any{}
	for i := range len(w.interfaces) {
		name := fmt.Sprintf("i%d", i)
		interfaces = append(interfaces, map[string]any{
			"id": w.interfaces[name], "subnet_id": w.subnet, "ip_address": fmt.Sprintf("10.20.0.%d", 10+i),
			"mac_address": nil, "name": name,
		})
	}
	for i := range len(w.ports) {
		ports = append(ports, map[string]any{
			"id": w.ports[fmt.Sprintf("p%d", i)], "number": 8000 + i, "protocol": "Tcp",
		})
	}
	if services == nil {
		services = []any{}
	}
	return map[string]any{
		"name": "case", "network_id": w.boot.Network, "tags": []any{},
		"interfaces": interfaces, "ports": ports, "services": services,
	}
}

// binding is one binding as JSON, without an id.
func (w *world) binding(text string) map[string]any {
	port, iface, ok := strings.Cut(text, "@")
	switch {
	case !ok:
		return map[string]any{"type": "Interface", "interface_id": w.interfaces[text]}
	case iface == "*":
		return map[string]any{"type": "Port", "port_id": w.ports[port], "interface_id": nil}
	}
	return map[string]any{"type": "Port", "port_id": w.ports[port], "interface_id": w.interfaces[iface]}
}
