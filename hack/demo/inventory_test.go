// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

func ptr[T any](v T) *T { return &v }

func TestAHostIsDescribedAsScanopyHasIt(t *testing.T) {
	eth0, eth1, http, tag := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	host := emulator.Host{
		Name: "web-01", Hostname: ptr("web-01.example"), Description: ptr("the way in"), Tags: []uuid.UUID{tag},
		Interfaces: []emulator.Interface{{ID: eth0, Name: ptr("eth0"), IPAddress: "10.0.0.1"}, {ID: eth1, IPAddress: "10.0.0.2"}},
		Ports:      []emulator.Port{{ID: http, Number: 80, Protocol: "Tcp"}},
		Services: []emulator.Service{
			{Name: "web", ServiceDefinition: "Caddy", Bindings: []emulator.Binding{
				{PortID: &http, InterfaceID: &eth0}, {InterfaceID: &eth0}, {PortID: &http},
			}},
			{Name: "idle", ServiceDefinition: "Redis"},
		},
	}
	state := emulator.State{Tags: []emulator.Tag{{ID: tag, Name: "production"}, {ID: uuid.New(), Name: "other"}}}
	want := []string{
		`web-01 (web-01.example) #production "the way in": eth0 10.0.0.1, 10.0.0.2; ports 80/TCP`,
		"  idle (Redis): no binding",
		"  web (Caddy): 80/TCP on all interfaces, 80/TCP on eth0, present on eth0",
	}
	if diff := cmp.Diff(want, describe(state, host)); diff != "" {
		t.Error(diff)
	}
}

func TestTheHostOfADaemonIsToldAsSuch(t *testing.T) {
	s, _ := served(t)
	found := &finding{name: "10.20.0.50", address: "10.20.0.50", ports: []int{22}}
	if err := s.scanopy.discover(t.Context(), s.version, found); err != nil {
		t.Fatal(err)
	}
	state, err := s.scanopy.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, host := range state.Hosts {
		lines = append(lines, describe(state, host)...)
	}
	slices.Sort(lines)
	want := []string{
		"  SSH (SSH): 22/TCP on 10.20.0.50",
		"10.20.0.50: 10.20.0.50; ports 22/TCP",
		"scout: a daemon's own host, no addresses",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

// served is a stage with nothing but an emulated Scanopy.
func served(t *testing.T) (*stage, *bytes.Buffer) { return servedOf(t, emulator.DefaultVersion) }

func servedOf(t *testing.T, version string) (*stage, *bytes.Buffer) {
	t.Helper()
	server, url := emulated.Start(t, emulator.Options{Version: version})
	boot := server.Bootstrap()
	boot.URL = url
	out := &bytes.Buffer{}
	s := &stage{say: &teller{out: out}, version: version, scanopy: &scanopy{boot: boot, client: http.DefaultClient}}
	if err := s.scanopy.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, out
}

func TestEveryVersionIsSeeded(t *testing.T) {
	for _, version := range emulator.Versions() {
		s, _ := servedOf(t, version)
		state, err := s.scanopy.state(t.Context())
		if err != nil || len(state.Tags) != 1 || !slices.ContainsFunc(state.Subnets, func(n emulator.Subnet) bool { return n.CIDR == "10.20.0.0/24" }) {
			t.Errorf("%s: %+v, %v", version, state, err)
		}
	}
}

func TestOnlyRequestsAfterTheSeedAreCounted(t *testing.T) {
	s, out := served(t)
	if n, err := s.total(t.Context()); n != 0 || err != nil {
		t.Fatalf("after the seed: %d, %v", n, err)
	}
	if err := s.scanopy.request(t.Context(), http.MethodGet, "/api/v1/tags", nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.tellInventory(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"all of it took: 1", "1  GET /api/v1/tags"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q lacks %q", out, want)
		}
	}
}

func TestTheInventoryIsCheckedByTheHostsName(t *testing.T) {
	s, out := served(t)
	if err := s.awaitInventory(t.Context(), "web-01", nil); err != nil {
		t.Error(err)
	}
	host := map[string]any{
		"name": "web-01", "network_id": s.scanopy.boot.Network, "hostname": nil, "description": nil, "hidden": false, "tags": []string{},
		"virtualization": nil, "interfaces": []any{}, "ports": []any{},
		"services": []any{map[string]any{
			"id": uuid.New(), "name": "idle", "service_definition": "Redis", "bindings": []any{}, "tags": []string{}, "virtualization": nil,
		}},
	}
	if err := s.scanopy.request(t.Context(), http.MethodPost, "/api/v1/hosts", host, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.awaitInventory(t.Context(), "web-01", []string{"idle (Redis): no binding"}); err != nil {
		t.Error(err)
	}
	if want := "ok: web-01 in Scanopy: idle (Redis): no binding"; !strings.Contains(out.String(), want) {
		t.Errorf("%q lacks %q", out, want)
	}
}
