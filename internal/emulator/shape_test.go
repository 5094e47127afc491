// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// daemon is a daemon that a test plays, on a server of any version.
type daemon struct {
	versioned
	host string
	asDaemon
}

func newDaemon(v versioned) daemon {
	v.t.Helper()
	made := data(v.t, v.must("POST", "/api/v1/daemons/provision", v.in(fields{"name": "scout", "url": "http://127.0.0.1:9"})))
	self := made["daemon"].(map[string]any)
	d := daemon{versioned: v, host: self["host_id"].(string)}
	d.asDaemon = asDaemon{id: self["id"].(string), key: made["daemon_api_key"].(string), next: v.Transport()}
	return d
}

// reports sends a discovery that the server must take.
func (d daemon) reports(body fields) reply {
	d.t.Helper()
	b := *d.bench
	b.http = &http.Client{Transport: d.asDaemon}
	return b.must("POST", "/api/v1/hosts/discovery", body)
}

// itself is what a daemon reports of the machine that it runs on.
func (d daemon) itself() fields { return d.itselfAs(uuid.NewString) }

// itselfAs is itself with ids from elsewhere.
func (d daemon) itselfAs(newID func() string) fields {
	local, lan := d.addSubnet("lo", "127.0.0.0/8"), d.addSubnet("lan", "10.20.0.0/24")
	host, port, eth0, mac := newID(), newID(), newID(), "02:00:00:00:00:0a"
	row := func(more fields) fields {
		more["host_id"] = host
		return d.in(more)
	}
	return fields{
		"host": d.in(fields{
			"id": host, "name": "web-01", "hostname": "web-01.lan", "description": nil, "hidden": false, "tags": []string{},
			"source": fields{"type": "Discovery", "metadata": []any{}}, "os": fields{
				"codename": "bookworm", "family": "Linux", "kernel_version": "6.1.0", "name": "Debian", "version": "12.0.0",
			},
		}),
		d.addressList: []fields{
			row(fields{"id": newID(), "subnet_id": local, "ip_address": "127.0.0.1", "name": "lo", "position": 0}),
			row(fields{"id": eth0, "subnet_id": lan, "ip_address": "10.20.0.10", "name": "eth0", "position": 1, "mac_address": mac}),
		},
		"ports": []fields{row(fields{"id": port, "number": 60073, "protocol": "Tcp", "type": "Custom"})},
		d.snmpList: []fields{row(fields{
			"id": newID(), "if_index": 2, "if_descr": "eth0", "if_name": "eth0", "if_type": 53, "mac_address": mac,
			"admin_status": "Up", "oper_status": "Up",
		})},
		"services": []fields{row(fields{
			"id": newID(), "name": "Scanopy Daemon", "service_definition": "Scanopy Daemon", "tags": []string{},
			"source": fields{"type": "DiscoveryWithMatch", "metadata": []any{}, "details": fields{
				"confidence": "Certain", "reason": fields{"type": "reason", "data": "self-report"},
			}},
			"bindings": []fields{row(fields{
				"id": newID(), "service_id": newID(), "type": "Port", "port_id": port, d.address + "_id": eth0,
			})},
		})},
	}
}

// anonymous puts marks in the places of ids and times.
func anonymous(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = anonymous(v[key])
		}
		return v
	case []any:
		for i := range v {
			v[i] = anonymous(v[i])
		}
		return v
	case string:
		if _, err := uuid.Parse(v); err == nil {
			return "an id"
		}
		if _, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return "a time"
		}
	}
	return v
}

func TestAHostIsShownKeyForKeyAsServersWereSeenToShowIt(t *testing.T) {
	for _, version := range []string{"0.17.16", "0.17.22"} {
		t.Run(version, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", "hosts", version+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want any
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			d := newDaemon(asVersion(t, version))
			made := d.reports(d.itself()).id(t)
			got := any(d.must("GET", "/api/v1/hosts/"+made, nil).json(t))
			if diff := cmp.Diff(anonymous(want), anonymous(got)); diff != "" {
				t.Error(diff)
			}
			before := d.must("GET", "/api/v1/hosts/"+made, nil).json(t)
			list := d.must("GET", "/api/v1/hosts?ids="+made, nil).rows(t)
			if diff := cmp.Diff(before["data"], list[0]); diff != "" {
				t.Errorf("in a list: %s", diff)
			}
		})
	}
}
