// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

var updateLives = flag.Bool("update-lives", false, "rewrite testdata/lives")

// life is a server that writes down what it is asked and what it answers.
type life struct {
	versioned
	book bytes.Buffer
}

// newLife is a server whose times and ids are the same each time.
func newLife(t *testing.T, version string) *life {
	n := uint32(0)
	b := inProcess(t, emulator.Options{
		Version: version, Clock: clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		NewID: func() uuid.UUID { n++; return uuid.MustParse(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)) },
	})
	return &life{versioned: versioned{b, tongueOf(version), version}}
}

// own is an id that the client chooses.
func own(n int) string { return fmt.Sprintf("aaaaaaaa-0000-8000-8000-%012d", n) }

// ask sends a request, notes it with its answer, and returns the id of the row.
func (l *life) ask(method, path string, body any) string {
	l.t.Helper()
	return l.note(method, path, body, l.do(method, path, body))
}

func (l *life) note(method, path string, body any, r reply) string {
	l.t.Helper()
	fmt.Fprintf(&l.book, "\n%s %s\n", method, path)
	if body != nil {
		fmt.Fprintf(&l.book, "> %s\n", line(body))
	}
	fmt.Fprintf(&l.book, "< %d\n", r.status)
	if r.header.Get("Content-Type") != "application/json" {
		fmt.Fprintf(&l.book, "  %s\n", r.body)
		return ""
	}
	doc := r.json(l.t)
	id := ""
	switch rows := doc["data"].(type) {
	case map[string]any:
		id, _ = rows["id"].(string)
		for _, key := range slices.Sorted(maps.Keys(rows)) {
			fmt.Fprintf(&l.book, "  %s: %s\n", key, line(rows[key]))
		}
	case []any:
		for _, row := range rows {
			fmt.Fprintf(&l.book, "  - %s\n", line(row))
		}
	default:
		fmt.Fprintf(&l.book, "  %s\n", line(doc))
	}
	return id
}

func line(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

// hostLife makes, changes and finds a host with services and bindings.
func (l *life) hostLife(subnet, tag string) (host string) {
	address := func(n int) string { return own(n) }
	at := func(n int, port, on string) fields {
		return fields{"id": own(n), "type": "Port", "port_id": port, l.address + "_id": on}
	}
	body := l.in(fields{
		"name": "web", "hostname": "web.lan", "tags": []string{tag},
		l.addressList: []fields{
			{"id": address(1), "subnet_id": subnet, "ip_address": "10.0.0.1", "name": "eth0", "mac_address": "02:00:00:00:00:01"},
			{"id": address(2), "subnet_id": subnet, "ip_address": "10.0.0.2", "name": "eth1"},
		},
		"ports": []fields{{"id": own(3), "number": 443, "protocol": "Tcp"}, {"id": own(4), "number": 8443, "protocol": "Tcp"}},
		"services": []fields{
			{"id": own(5), "service_definition": "Caddy", "name": "proxy", "bindings": []fields{at(6, own(3), own(1)), at(7, own(3), own(2))}},
			{"id": own(8), "service_definition": "Nobody's", "name": "late", "bindings": []fields{at(9, own(3), own(1))}},
		},
		l.snmpList: []fields{{"id": own(10), "if_index": 1, "if_descr": "eth0", l.address + "_id": own(1)}},
	})
	host = l.ask("POST", "/api/v1/hosts", body)
	l.ask("POST", "/api/v1/hosts", body)
	service := l.ask("POST", "/api/v1/services", l.in(fields{
		"host_id": host, "service_definition": "Gateway", "name": "gateway",
		"bindings": []fields{{"type": l.bindAddress, l.address + "_id": own(2)}},
	}))
	clash := l.in(fields{"id": own(11), "service_id": service, "type": "Port", "port_id": own(4), l.address + "_id": nil})
	l.ask("POST", "/api/v1/bindings", clash)
	clash[l.address+"_id"] = own(1)
	l.ask("POST", "/api/v1/bindings", clash)
	l.ask("PUT", "/api/v1/hosts/"+host, fields{
		"id": host, "name": "web-1", "hidden": false, "description": "changed", "tags": []string{},
		"services": []fields{{"id": own(5), "service_definition": "Caddy", "name": "proxy", "bindings": []fields{at(12, own(3), "")}}},
	})
	wide := fields{"id": own(12), "type": "Port", "port_id": own(3)}
	l.ask("PUT", "/api/v1/hosts/"+host, fields{
		"id": host, "name": "web-1", "hidden": false,
		"services": []fields{{"id": own(5), "service_definition": "Caddy", "name": "proxy", "bindings": []fields{wide, at(6, own(3), own(1))}}},
	})
	l.ask("POST", "/api/v1/ports", fields{"host_id": host})
	l.ask("DELETE", "/api/v1/"+l.addresses+"/"+own(2), nil)
	return host
}

// credentialLife makes, changes and takes away credentials of a host and of a network.
func (l *life) credentialLife(host string) {
	to := fields{"host_assignments": on(host, []string{own(1)}), l.assigned(): []any{l.boot.Network}, "id": own(20)}
	l.ask("POST", "/api/v1/credentials", l.cred(snmp("secret"), to))
	single := fields{"host_assignments": on(host, nil), "name": "docker"}
	l.ask("POST", "/api/v1/credentials/bulk", []fields{l.cred(docker(), single), l.cred(docker(), single)})
	l.ask("GET", "/api/v1/hosts/"+host, nil)
	l.ask("GET", "/api/v1/"+l.networks+"/"+l.boot.Network.String(), nil)
	l.ask("PUT", "/api/v1/credentials/"+own(20), l.cred(snmp("********"), fields{"name": "renamed"}))
	l.ask("GET", "/api/v1/credentials", nil)
	l.ask("DELETE", "/api/v1/credentials/"+own(20), nil)
	l.ask("GET", "/api/v1/credentials/"+own(20), nil)
}

// mergeLife discovers a host, consolidates it into another, and deletes everything.
func (l *life) mergeLife(host string) {
	d := newDaemon(l.versioned)
	n := 30
	report := d.itselfAs(func() string { n++; return own(n) })
	found := l.note("POST", "/api/v1/hosts/discovery", report, d.reports(report))
	l.ask("PUT", "/api/v1/hosts/"+host+"/consolidate/"+found, nil)
	l.ask("DELETE", "/api/v1/hosts/"+d.host, nil)
	l.ask("POST", "/api/v1/hosts/bulk-delete", []string{host, found})
	l.ask("GET", "/api/v1/hosts", nil)
}

func TestTheLifeOfAHostIsTheSameEachTime(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		l := newLife(t, v.version)
		l.ask("GET", "/api/version", nil)
		subnet := l.ask("POST", "/api/v1/subnets", l.in(fields{
			"name": "lan", "cidr": "10.0.0.0/8", "description": nil, "subnet_type": "Lan", "source": fields{"type": "Manual"},
		}))
		tag := l.ask("POST", "/api/v1/tags", fields{"name": "prod", "color": "Red", "description": nil, "organization_id": l.boot.Organization})
		host := l.hostLife(subnet, tag)
		l.credentialLife(host)
		l.mergeLife(host)
		file := filepath.Join("testdata", "lives", v.version+".golden")
		if *updateLives {
			if err := os.WriteFile(file, l.book.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), l.book.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEveryVersionIsPlayedWithoutANetworkAndOnAFakeClock(t *testing.T) {
	each(t, emulator.Versions(), func(t *testing.T, v versioned) {
		l := newLife(t, v.version)
		if err := l.AddFaults(emulator.Fault{Method: "POST", Cut: true, When: emulator.After}, emulator.Fault{Status: http.StatusTeapot}); err != nil {
			t.Fatal(err)
		}
		body := l.in(fields{"name": "x"})
		if _, err := l.try("POST", "/api/v1/hosts", body); err == nil {
			t.Error("the answer was not lost")
		}
		if r := l.do("GET", "/api/v1/hosts", nil); r.status != http.StatusTeapot {
			t.Errorf("status %d", r.status)
		}
		if h := l.State().Hosts; len(h) != 1 || h[0].CreatedAt.Year() != 2026 {
			t.Errorf("hosts %v", h)
		}
		want := map[string]int{"POST /api/v1/hosts": 1, "GET /api/v1/hosts": 1}
		if diff := cmp.Diff(want, l.Log().Counts); diff != "" || l.Log().Writes() != 1 {
			t.Error(diff)
		}
	})
}
