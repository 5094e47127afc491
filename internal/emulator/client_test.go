// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// bench is a server and a client that talks to it.
type bench struct {
	*emulator.Server
	t    testing.TB
	http *http.Client
	base string
	boot emulator.Bootstrap
}

// inProcess is a server without a network between.
func inProcess(t testing.TB, o emulator.Options) *bench {
	t.Helper()
	s, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{Server: s, t: t, http: &http.Client{Transport: s.Transport()}, base: "http://emulator" + o.BasePath, boot: s.Bootstrap()}
}

// onNetwork is a server behind real HTTP.
func onNetwork(t testing.TB, o emulator.Options) *bench {
	t.Helper()
	b := inProcess(t, o)
	web := httptest.NewServer(b.Server)
	t.Cleanup(web.Close)
	b.http, b.base = web.Client(), web.URL+o.BasePath
	return b
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) json(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(r.body, &out); err != nil {
		t.Fatalf("no JSON: %v: %s", err, r.body)
	}
	return out
}

// id is the id of the row that a request made.
func (r reply) id(t testing.TB) string {
	t.Helper()
	data, _ := r.json(t)["data"].(map[string]any)
	id, _ := data["id"].(string)
	if id == "" {
		t.Fatalf("no id in %s", r.body)
	}
	return id
}

// rows are the rows of a list.
func (r reply) rows(t testing.TB) []any {
	t.Helper()
	rows, _ := r.json(t)["data"].([]any)
	return rows
}

// try sends a request as the owner.
func (b *bench) try(method, path string, body any) (reply, error) {
	return b.tryAs(b.boot.Tokens.Owner, method, path, body)
}

func (b *bench) tryAs(token, method, path string, body any) (reply, error) {
	b.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	if body == nil {
		raw = nil
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, bytes.NewReader(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{status: resp.StatusCode, header: resp.Header, body: text}, err
}

// do sends a request that must be answered.
func (b *bench) do(method, path string, body any) reply {
	b.t.Helper()
	r, err := b.try(method, path, body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// must sends a request that must succeed.
func (b *bench) must(method, path string, body any) reply {
	b.t.Helper()
	r := b.do(method, path, body)
	if r.status != http.StatusOK {
		b.t.Fatalf("%s %s: %d %s", method, path, r.status, r.body)
	}
	return r
}

type fields = map[string]any

func (b *bench) subnet() string {
	b.t.Helper()
	return b.must("POST", "/api/v1/subnets", fields{
		"name": "lan", "cidr": "10.0.0.0/8", "network_id": b.boot.Network, "description": nil, "subnet_type": "Lan",
		"source": fields{"type": "Manual"},
	}).id(b.t)
}

// hostBody is a host with two interfaces, four ports, three services and six bindings.
func (b *bench) hostBody(subnet string, n int) fields {
	interfaces, ports, services := []fields{}, []fields{}, []fields{}
	for i := range 2 {
		interfaces = append(interfaces, fields{
			"id": uuid.New(), "subnet_id": subnet, "ip_address": fmt.Sprintf("10.%d.%d.%d", i, n/250, n%250+1),
			"mac_address": fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", i, n>>16, n>>8&255, n&255), "name": fmt.Sprintf("eth%d", i),
		})
	}
	for i := range 4 {
		ports = append(ports, fields{"id": uuid.New(), "number": 8000 + i, "protocol": "Tcp"})
	}
	for i := range 3 {
		services = append(services, fields{
			"id": uuid.New(), "service_definition": "Caddy", "name": fmt.Sprintf("s%d", i), "bindings": []fields{
				{"type": "Port", "id": uuid.New(), "port_id": ports[i]["id"], "interface_id": interfaces[0]["id"]},
				{"type": "Port", "id": uuid.New(), "port_id": ports[i]["id"], "interface_id": interfaces[1]["id"]},
			},
		})
	}
	return fields{
		"name": fmt.Sprintf("h%d", n), "network_id": b.boot.Network,
		"interfaces": interfaces, "ports": ports, "services": services,
	}
}

func (b *bench) bareHost(name string) string {
	b.t.Helper()
	return b.must("POST", "/api/v1/hosts", fields{"name": name, "network_id": b.boot.Network}).id(b.t)
}
