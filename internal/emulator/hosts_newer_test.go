// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// Paragraph 1.2.

func TestAHostWithADaemonIsNotDeleted(t *testing.T) {
	for version, coded := range map[string]bool{"0.16.0": false, "0.17.1": true, "0.17.22": true} {
		v := asVersion(t, version)
		d := newDaemon(v)
		for reason, r := range map[string]reply{
			"has an associated daemon — delete the daemon first":                      v.do("DELETE", "/api/v1/hosts/"+d.host, nil),
			"one or more hosts has an associated daemon — delete the daemon(s) first": v.do("POST", "/api/v1/hosts/bulk-delete", []string{d.host}),
		} {
			if r.status != http.StatusConflict {
				t.Errorf("%s: %d", version, r.status)
			}
			want := fields{"entity": "host", "reason": reason}
			got, _ := r.json(t)["params"].(map[string]any)
			if coded != (r.json(t)["code"] == "entity_delete_forbidden") || coded != cmp.Equal(want, got) {
				t.Errorf("%s: %s", version, r.body)
			}
		}
	}
}

func TestNamesTellWhoGaveThem(t *testing.T) {
	type names struct{ name, source, hostname, display, rung string }
	for _, version := range newer("0.17.16") {
		v := asVersion(t, version)
		id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "by hand"})).id(t)
		text := func(x any) string { s, _ := x.(string); return s }
		shown := func() names {
			h := data(t, v.must("GET", "/api/v1/hosts/"+id, nil))
			return names{text(h["name"]), text(h["name_source"]), text(h["hostname_source"]), text(h["display_name"]), text(h["display_name_rung"])}
		}
		for _, step := range []struct {
			send fields
			want names
		}{
			{fields{"name": "by hand"}, names{"by hand", "Manual", "Unspecified", "by hand", "Name"}},
			{fields{"name": "by hand", "hostname": "h.lan"}, names{"by hand", "Manual", "Manual", "by hand", "Name"}},
			{fields{"name": "", "hostname": "h.lan"}, names{"", "Unspecified", "Manual", "h.lan", "Hostname"}},
			{fields{"name": ""}, names{"", "Unspecified", "Unspecified", "", ""}},
		} {
			v.change(id, step.send)
			if got := shown(); got != step.want {
				t.Errorf("%s, after %v: %+v, want %+v", version, step.send, got, step.want)
			}
		}
	}
}

func TestSNMPRowsOfAHostAreSyncedSince017(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		syncs := v.version != "0.16.0"
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		row := func(index int) fields { return fields{"id": uuid.New(), "if_index": index, "if_descr": "ge"} }
		first, elsewhere := row(1), row(9)
		elsewhere["ip_address_id"] = uuid.New()
		for _, step := range []struct {
			send []fields
			want int
		}{{[]fields{first, row(2)}, 2}, {[]fields{first}, 1}, {nil, 1}} {
			body := fields{"interfaces": step.send}
			if step.send == nil {
				body["interfaces"] = nil
			}
			v.change(h.id, body)
			if got := len(v.State().Hosts[0].IfEntries); syncs && got != step.want || !syncs && got != 0 {
				t.Errorf("%d rows after %v", got, step.send)
			}
		}
		body := v.in(fields{"name": "new", "interfaces": []fields{row(3), elsewhere}})
		r := v.do("POST", "/api/v1/hosts", body)
		if syncs {
			if n := len(v.stored("new").IfEntries); n != 1 {
				t.Errorf("%d rows, want the one of an address elsewhere to be left out", n)
			}
		} else if r.status != http.StatusInternalServerError {
			t.Errorf("status %d", r.status)
		}
		nameless := v.in(fields{"name": "n", "interfaces": []fields{{"if_index": 1, "if_descr": "ge"}}})
		if r := v.do("POST", "/api/v1/hosts", nameless); (r.status == http.StatusOK) == syncs {
			t.Errorf("without an id: %d", r.status)
		}
	})
}

func TestHostsAreFilteredByMoreIn01722(t *testing.T) {
	v := asVersion(t, "0.17.22")
	shown := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "shown", "10.0.0.1")
	id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "veiled", "hidden": true, "hostname": "Veiled.LAN"})).id(t)
	service := v.must("POST", "/api/v1/services", v.in(fields{"host_id": shown.id, "name": "s", "service_definition": "Proxmox VE"})).id(t)
	v.must("POST", "/api/v1/hosts", v.in(fields{"name": "guest", "virtualization_service_id": service}))
	for query, want := range map[string]int{
		"hidden=true": 1, "hidden=false": 2, "virtualization_service_ids=" + service: 1, "sources=Manual&sources=System": 3,
		"sources=Discovery": 0, "search=veiled.lan": 1, "search=e": 2, "ids=" + id: 1, "site_ids=" + v.boot.Network.String() + "&hidden=true": 1,
		"site_ids=" + v.boot.Network.String() + "&site_ids=" + v.boot.Network2.String(): 3,
	} {
		if got := len(v.must("GET", "/api/v1/hosts?"+query, nil).rows(t)); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	for query, want := range map[string]int{"host_ids=" + shown.id: 1, "host_id=" + shown.id: 1, "host_ids=" + id: 0} {
		if got := len(v.must("GET", "/api/v1/services?"+query, nil).rows(t)); got != want {
			t.Errorf("services, %s: %d, want %d", query, got, want)
		}
	}
	bare := v.must("GET", "/api/v1/hosts?include_children=false&ids="+shown.id, nil).rows(t)[0].(map[string]any)
	for key, want := range map[string]int{"ip_addresses": 1, "ports": 0, "services": 0, "interfaces": 0} {
		if list, _ := bare[key].([]any); len(list) != want {
			t.Errorf("without children, %s: %v", key, bare[key])
		}
	}
	for _, query := range []string{"hidden=maybe", "include_children=1", "site_ids=x", "host_ids=x"} {
		kind := "hosts"
		if query == "host_ids=x" {
			kind = "services"
		}
		if r := v.do("GET", "/api/v1/"+kind+"?"+query, nil); r.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, r.status)
		}
	}
}

// Paragraph 3.1.

func TestTheNetworkOfABindingIsCheckedFirstSince017(t *testing.T) {
	for version, left := range map[string]int{"0.16.0": 0, "0.17.1": 1, "0.17.22": 1} {
		v := asVersion(t, version)
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		id := uuid.NewString()
		narrow := fields{"type": "Port", "id": uuid.New(), "port_id": h.port, "ip_address_id": h.address}
		v.change(h.id, fields{"services": []fields{service(id, "s", narrow)}})
		stranger := v.AddKey(emulator.Owner, v.boot.Network2)
		wide := v.in(fields{"type": "Port", "service_id": id, "port_id": h.port})
		r, err := v.tryAs(stranger, "POST", "/api/v1/bindings", wide)
		if err != nil || r.status != http.StatusForbidden {
			t.Errorf("%s: %d %v", version, r.status, err)
		}
		if got := len(v.State().Hosts[0].Services[0].Bindings); got != left {
			t.Errorf("%s: %d bindings after the refusal, want %d", version, got, left)
		}
		at := v.in(fields{"type": "IPAddress", "service_id": id, "ip_address_id": h.address})
		if left == 1 {
			refused(t, v.do("POST", "/api/v1/bindings", at), http.StatusConflict, "Cannot add ip_address binding: service already has a port binding")
		}
	}
}

// Paragraph 4.1.

func TestAHostOfTheWrongShapeIsRefusedWithoutDetail(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		for _, body := range []any{fields{}, v.in(fields{"name": 1}), v.in(fields{"name": "x", "ports": []fields{{}}}), []int{}} {
			refused(t, v.do("POST", "/api/v1/hosts", body), http.StatusBadRequest, `"Invalid request format: could not parse as CreateHostRequest or legacy HostWithServicesRequest"`)
		}
		old := fields{"host": v.in(fields{"id": uuid.New(), "name": "x"}), "services": []fields{}}
		refused(t, v.do("POST", "/api/v1/hosts", old), http.StatusBadRequest, "Invalid request format. Please use the CreateHostRequest format.")
	})
}

func TestPortsAreWrittenBeforeAddressesSince017(t *testing.T) {
	for version, want := range map[string][2]int{"0.16.0": {1, 1}, "0.17.1": {0, 1}, "0.17.22": {0, 1}} {
		v := asVersion(t, version)
		body, _ := v.plainBody(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		ports := body["ports"].([]fields)
		body["ports"] = append(ports, fields{"id": uuid.New(), "number": 80, "protocol": "Tcp"})
		refused(t, v.do("POST", "/api/v1/hosts", body), http.StatusBadRequest, "A port with this number and protocol already exists on this host")
		h := v.State().Hosts[0]
		if got := [2]int{len(h.Interfaces), len(h.Ports)}; got != want {
			t.Errorf("%s: %v, want %v", version, got, want)
		}
	}
}
