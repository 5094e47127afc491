// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// scout is a daemon that a test plays.
type scout struct {
	*bench
	subnet string
}

func newScout(t *testing.T, version string) scout {
	t.Helper()
	b := inProcess(t, emulator.Options{Version: version})
	s := scout{bench: b, subnet: b.subnet()}
	data := b.must("POST", "/api/v1/daemons/provision", fields{
		"name": "scout", "network_id": b.boot.Network, "url": "http://127.0.0.1:9",
	}).json(t)["data"].(map[string]any)
	id := data["daemon"].(map[string]any)["id"].(string)
	b.http = &http.Client{Transport: asDaemon{id: id, key: data["daemon_api_key"].(string), next: b.Transport()}}
	return s
}

// asDaemon turns requests to the discovery endpoint into a daemon's.
type asDaemon struct {
	id, key string
	next    http.RoundTripper
}

func (d asDaemon) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/hosts/discovery") {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+d.key)
		r.Header.Set("X-Daemon-ID", d.id)
	}
	return d.next.RoundTrip(r)
}

func found(confidence string) fields {
	return fields{
		"type":     "DiscoveryWithMatch",
		"metadata": []fields{{"type": "Network", "daemon_id": uuid.New(), "date": "2026-01-01T00:00:00Z"}},
		"details":  fields{"confidence": confidence, "reason": fields{"type": "reason", "data": "seen"}},
	}
}

// report is what a daemon sends about a host with one port and one service.
func (s scout) report(address, definition string, source fields, virtualization any) fields {
	host, iface, port := uuid.New(), uuid.New(), uuid.New()
	return fields{
		"host": fields{
			"id": host, "name": "seen", "network_id": s.boot.Network, "hidden": false, "description": nil,
			"source": fields{"type": "Discovery", "metadata": []fields{}},
		},
		"interfaces": []fields{{
			"id": iface, "network_id": s.boot.Network, "host_id": host, "subnet_id": s.subnet, "ip_address": address,
			"mac_address": "02:00:00:00:00:01",
		}},
		"ports": []fields{{"id": port, "network_id": s.boot.Network, "host_id": host, "number": 22, "protocol": "Tcp", "type": "Ssh"}},
		"services": []fields{{
			"id": uuid.New(), "host_id": host, "network_id": s.boot.Network, "service_definition": definition, "name": definition,
			"virtualization": virtualization, "source": source, "bindings": []fields{{
				"type": "Interface", "id": uuid.New(), "service_id": uuid.New(), "network_id": s.boot.Network, "interface_id": iface,
			}},
		}},
		"if_entries": []fields{{
			"id": uuid.New(), "host_id": host, "network_id": s.boot.Network, "if_index": 1, "if_descr": "eth0", "if_type": 6,
			"admin_status": "Up", "oper_status": "Down", "mac_address": "02:00:00:00:00:01", "speed_bps": 1000,
		}},
	}
}

func (s scout) discovered() emulator.Host {
	s.t.Helper()
	for _, h := range s.State().Hosts {
		if h.Name == "seen" {
			return h
		}
	}
	s.t.Fatal("nothing was discovered")
	return emulator.Host{}
}

func TestADiscoveryThatRepeatsItselfAddsNothingAndRemembersTenTimes(t *testing.T) {
	for version, remembered := range map[string]int{"0.14.13": 10, "0.14.2": 12} {
		t.Run(version, func(t *testing.T) {
			s := newScout(t, version)
			for range 11 {
				s.must("POST", "/api/v1/hosts/discovery", s.report("10.0.0.1", "Grafana", found("Low"), nil))
			}
			s.must("POST", "/api/v1/hosts/discovery", s.report("10.0.0.1", "Grafana", found("High"), nil))
			h := s.discovered()
			if len(h.Interfaces) != 1 || len(h.Ports) != 1 || len(h.Services) != 1 || len(h.IfEntries) != 1 {
				t.Fatalf("host %+v", h)
			}
			source := h.Services[0].Source
			if len(source.Metadata) != remembered || source.Details.Confidence != "High" {
				t.Errorf("%d times, confidence %s", len(source.Metadata), source.Details.Confidence)
			}
			if e := h.IfEntries[0]; e.InterfaceID == nil || *e.InterfaceID != h.Interfaces[0].ID {
				t.Errorf("the SNMP row is not linked: %+v", e)
			}
		})
	}
}

func TestContainersAreToldApartByTheirIDs(t *testing.T) {
	s := newScout(t, "")
	docker := func(id string) fields {
		return fields{"type": "Docker", "details": fields{"container_id": id, "container_name": "c", "service_id": uuid.New()}}
	}
	for _, id := range []string{"one", "two", "one"} {
		s.must("POST", "/api/v1/hosts/discovery", s.report("10.0.0.1", "PostgreSQL", found("Certain"), docker(id)))
	}
	if got := len(s.discovered().Services); got != 2 {
		t.Errorf("%d services, want one per container", got)
	}
}

func TestAReportThatFailsTellsNoReasonAndLeavesWhatItMade(t *testing.T) {
	s := newScout(t, "")
	body := s.report("10.0.0.1", "Grafana", found("Low"), nil)
	body["interfaces"].([]fields)[0]["subnet_id"] = uuid.New()
	refused(t, s.do("POST", "/api/v1/hosts/discovery", body), http.StatusInternalServerError, "No host returned from processor")
	if h := s.discovered(); len(h.Interfaces) != 0 {
		t.Errorf("host %+v", h)
	}
}

func TestADeletedInterfaceIsForgottenBySNMPRows(t *testing.T) {
	s := newScout(t, "")
	s.must("POST", "/api/v1/hosts/discovery", s.report("10.0.0.1", "Grafana", found("Low"), nil))
	h := s.discovered()
	s.must("POST", "/api/v1/interfaces/bulk-delete", []uuid.UUID{h.Interfaces[0].ID})
	h = s.discovered()
	if h.IfEntries[0].InterfaceID != nil || len(h.Services[0].Bindings) != 0 {
		t.Errorf("host %+v", h)
	}
}

func TestAnOldServerKnowsNoProvisioning(t *testing.T) {
	b := inProcess(t, emulator.Options{Version: "0.13.5"})
	r := b.do("POST", "/api/v1/daemons/provision", fields{})
	if r.status != http.StatusMethodNotAllowed || len(r.body) != 0 {
		t.Errorf("%d %q", r.status, r.body)
	}
}
