// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// What servers of before 0.15 do that no transcript shows: each was read in their public sources.

func recorded() []string { return []string{"0.13.5", "0.14.2", "0.14.13"} }

func TestAnInterfaceIDThatIsTakenIsRefusedInTheWordsOfATakenAddress(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		subnet := v.subnet()
		one, two := v.portHost(subnet, "one", "10.0.0.1"), v.portHost(subnet, "two", "10.0.0.2")
		words := "An interface with this IP address already exists on this host"
		r := v.do("PUT", "/api/v1/hosts/"+two.id, fields{"id": two.id, "name": "x", "hidden": false, "interfaces": []fields{
			{"id": two.iface, "subnet_id": subnet, "ip_address": "10.0.0.2"},
			{"id": one.iface, "subnet_id": subnet, "ip_address": "10.0.0.3"},
		}})
		refused(t, r, http.StatusBadRequest, words)
		r = v.do("POST", "/api/v1/interfaces", v.in(fields{
			"id": one.iface, "host_id": two.id, "subnet_id": subnet, "ip_address": "10.0.0.4", "name": nil,
		}))
		refused(t, r, http.StatusBadRequest, words)
	})
}

func TestAnIDOfZerosIsReplacedInListsOfHosts(t *testing.T) {
	v := asVersion(t, "0.14.13")
	subnet := v.subnet()
	lists := func(n string) fields {
		zero := uuid.Nil.String()
		return v.in(fields{
			"name": "h" + n, "interfaces": []fields{{"id": zero, "subnet_id": subnet, "ip_address": "10.0.0." + n}},
			"ports": []fields{{"id": zero, "number": 80, "protocol": "Tcp"}}, "services": []fields{service(zero, "s")},
		})
	}
	body := lists("2")
	body["id"], body["hidden"] = uuid.Nil, false
	v.must("PUT", "/api/v1/hosts/"+v.bareHost("bare"), body)
	v.must("POST", "/api/v1/hosts", lists("1"))
	for _, h := range v.State().Hosts {
		for _, id := range []uuid.UUID{h.Interfaces[0].ID, h.Ports[0].ID, h.Services[0].ID} {
			if id == uuid.Nil {
				t.Errorf("host %+v", h)
			}
		}
	}
}

func TestABindingOfAnotherNetworkIsNoConflictSince014(t *testing.T) {
	for version, status := range map[string]int{"0.13.5": http.StatusConflict, "0.14.2": http.StatusOK} {
		v := asVersion(t, version)
		h := v.portHost(v.subnet(), "web", "10.0.0.1")
		s := uuid.NewString()
		v.putServices(h, service(s, "s", all(uuid.NewString(), h.ports[0])))
		r := v.do("POST", "/api/v1/bindings", fields{
			"type": "Interface", "service_id": s, "network_id": v.boot.Network2, "interface_id": h.iface,
		})
		refused(t, r, status, "")
	}
}

func TestAnEnumThatIsNoTextBreaksABodyThatIsReadAtOnce(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		h := v.bareHost("web")
		for _, value := range []any{5, nil, true, []string{}} {
			body := fields{"id": h, "name": "x", "hidden": false, "ports": []fields{{"id": uuid.New(), "number": 1, "protocol": value}}}
			refused(t, v.do("PUT", "/api/v1/hosts/"+h, body), http.StatusBadRequest, "Failed to parse the request body as JSON: ")
			assign := fields{"entity_type": value, "entity_id": h, "tag_ids": []string{}}
			refused(t, v.do("PUT", "/api/v1/tags/assign", assign), http.StatusBadRequest, "Failed to parse the request body as JSON: ")
			refused(t, v.do("POST", "/api/v1/hosts", v.in(body)), http.StatusUnprocessableEntity, "Failed to deserialize")
		}
		assign := fields{"entity_type": "Nothing", "entity_id": h, "tag_ids": []string{}}
		refused(t, v.do("PUT", "/api/v1/tags/assign", assign), http.StatusUnprocessableEntity, "unknown variant")
	})
}

func TestOnlyAWholeReportOfOldIsToldOfTheNewShape(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		old := fields{"name": "x", "host": v.in(fields{"id": uuid.New(), "name": "x"}), "services": []fields{}}
		refused(t, v.do("POST", "/api/v1/hosts", old), http.StatusBadRequest, `"Invalid request format. Please use the CreateHostRequest format."`)
		delete(old["host"].(fields), "id")
		refused(t, v.do("POST", "/api/v1/hosts", old), http.StatusUnprocessableEntity, "Failed to deserialize the JSON body into the target type: ")
	})
}

func TestEntitiesThatCameWithSNMPWereUnknownBefore(t *testing.T) {
	for version, status := range map[string]int{"0.13.5": http.StatusUnprocessableEntity, "0.14.2": http.StatusOK} {
		v := asVersion(t, version)
		body := fields{"entity_type": "SnmpCredential", "entity_id": uuid.New(), "tag_ids": []string{}}
		refused(t, v.do("PUT", "/api/v1/tags/assign", body), status, "")
	}
}

func TestAnOldServerTakesTheRoutesOfProvisioningForIDs(t *testing.T) {
	v := asVersion(t, "0.13.5")
	refused(t, v.do("GET", "/api/v1/daemons/provision", nil), http.StatusBadRequest, "Invalid URL: ")
	id := uuid.NewString()
	refused(t, v.do("GET", "/api/v1/daemons/"+id, nil), http.StatusNotFound, `"Daemon '`+id+`' not found"`)
	r, err := v.tryAs("", "POST", "/api/v1/daemons/provision", nil)
	if err != nil || r.status != http.StatusMethodNotAllowed {
		t.Errorf("%d %v", r.status, err)
	}
}

func TestSNMPRowsAreLinkedOnlyByAReportThatHasSome(t *testing.T) {
	s := newScout(t, "0.14.13")
	s.must("POST", "/api/v1/hosts/discovery", s.report("10.0.0.1", "Grafana", found("Low"), nil))
	h := s.discovered()
	s.must("DELETE", "/api/v1/interfaces/"+h.Interfaces[0].ID.String(), nil)
	again := s.report("10.0.0.1", "Grafana", found("Low"), nil)
	again["host"].(fields)["id"] = h.ID
	delete(again, "if_entries")
	s.must("POST", "/api/v1/hosts/discovery", again)
	if h = s.discovered(); len(h.Interfaces) != 1 || h.IfEntries[0].InterfaceID != nil {
		t.Errorf("host %+v", h)
	}
}

func TestSpellingsAreReadAsTheServersLibrariesReadThem(t *testing.T) {
	v := asVersion(t, "0.14.13")
	subnet := v.subnet()
	h := v.portHost(subnet, "web", "10.0.0.1")
	for mac, want := range map[string]any{
		"02-00-00-00-00-0a": "02:00:00:00:00:0A", "02000000000a": "02:00:00:00:00:0A", "02:00-00:00:00:+b": "02:00:00:00:00:0B",
		"0:1:2:3:4:5:6:7:8": "00:01:02:03:04:05", "02:0:0:0:0:1": nil, "0200.0000.000a": nil, "": nil, "02:00:00:00:00:0g": nil,
	} {
		r := v.do("POST", "/api/v1/interfaces", v.in(fields{
			"host_id": h.id, "subnet_id": subnet, "ip_address": "10.0.0.9", "name": nil, "mac_address": mac,
		}))
		if want == nil {
			refused(t, r, http.StatusUnprocessableEntity, "Failed to deserialize the JSON body into the target type: ")
			continue
		}
		if got := data(t, r)["mac_address"]; got != want {
			t.Errorf("%q: %v, want %v", mac, got, want)
		}
		v.must("DELETE", "/api/v1/interfaces/"+r.id(t), nil)
	}
	for cidr, words := range map[string]string{
		"10.0.0.0/":    "couldn't parse length in network: cannot parse integer from empty string",
		"10.0.0.0/x":   "couldn't parse length in network: invalid digit found in string",
		"10.0.0.0/256": "couldn't parse length in network: number too large to fit in target type",
		"10.0.0.0/33":  "invalid length for network: Network length 33 is too long for Ipv4 (maximum: 32)",
		"10.0.0.0/8/8": "couldn't parse address in network: invalid IP address syntax",
		"10/8":         "couldn't parse address in network: invalid IP address syntax",
	} {
		body := v.in(fields{"name": "x", "cidr": cidr, "description": nil, "subnet_type": "Lan"})
		refused(t, v.do("POST", "/api/v1/subnets", body), http.StatusBadRequest, "Invalid CIDR '"+cidr+"': "+words)
	}
	for spelling, status := range map[string]int{
		"2026-01-01 00:00:00 UTC": 400, "2026-01-01 00:00:00.5 +00:00": 400, "2026-01-01t00:00:00z": 400, // another time
		"2026-01-01T00:00:00": 422, "2026-01-01": 422, "": 422,
	} {
		r := v.do("PUT", "/api/v1/hosts/"+h.id, fields{"id": h.id, "name": "x", "hidden": false, "expected_updated_at": spelling})
		refused(t, r, status, "")
	}
}

func TestQueriesAreReadAsTheServersLibrariesReadThem(t *testing.T) {
	v := asVersion(t, "0.14.13")
	h := v.bareHost("web")
	for query, status := range map[string]int{
		"ids=": 200, "network_id=": 200, "limit=": 200, "limit": 200, "order_by=": 200, "&&": 200, "%zz=1": 200, "x;limit=y": 200,
		"limit=%2B5": 200, "limit=05": 200, "ids[]=x": 200, "network_id=%7B" + h + "%7D": 200,
		"ids=&ids=": 400, "ids=" + h + "&ids=": 400, "ids=" + h + "," + h: 400, "limit=+5": 400, "limit=1;x": 400, "limit=%zz": 400,
		"limit=4294967296": 400, "limit=1.0": 400, "network_id=x": 400, "order_by=Name": 400, "limit=1&limit=1": 400,
	} {
		r := v.do("GET", "/api/v1/hosts?"+query, nil)
		refused(t, r, status, map[int]string{400: "Failed to deserialize query string: "}[status])
	}
	if got := len(v.must("GET", "/api/v1/hosts?ids=", nil).rows(t)); got != 1 {
		t.Errorf("%d hosts, want all", got)
	}
}

func TestATypeThatIsNoTextBreaksABodyThatIsReadAtOnce(t *testing.T) {
	v := asVersion(t, "0.14.13")
	h := v.bareHost("web")
	odd := fields{"type": 5, "details": fields{}}
	update := fields{"id": h, "name": "x", "hidden": false, "virtualization": odd}
	refused(t, v.do("PUT", "/api/v1/hosts/"+h, update), http.StatusBadRequest, "Failed to parse the request body as JSON: ")
	s := v.in(fields{"host_id": h, "service_definition": "SSH", "name": "s", "virtualization": odd})
	refused(t, v.do("POST", "/api/v1/services", s), http.StatusBadRequest, "Failed to parse the request body as JSON: ")
	refused(t, v.do("POST", "/api/v1/hosts", v.in(update)), http.StatusUnprocessableEntity, "Failed to deserialize")
	s["source"], s["bindings"] = fields{"type": "Manual"}, []fields{}
	refused(t, v.do("PUT", "/api/v1/services/"+uuid.NewString(), s), http.StatusUnprocessableEntity, "Failed to deserialize")
}

func TestACredentialOfANetworkIsUnknownBefore014AndThereIsNoneSince(t *testing.T) {
	for version, status := range map[string]int{"0.13.5": http.StatusOK, "0.14.2": http.StatusInternalServerError} {
		v := asVersion(t, version)
		body := fields{"name": "n", "organization_id": v.boot.Organization, "snmp_credential_id": uuid.New()}
		for _, r := range []reply{v.do("POST", "/api/v1/networks", body), v.do("PUT", "/api/v1/networks/"+v.boot.Network.String(), body)} {
			refused(t, r, status, map[int]string{500: "networks_snmp_credential_id_fkey"}[status])
			if strings.Contains(string(r.body), `"snmp_credential_id":`) {
				t.Errorf("%s: %s", version, r.body)
			}
		}
	}
}

// The refusal of a claim names the oldest service that has the port, and a list makes those in it the newest.
func TestServicesInAListAreAsOldAsTheList(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		h := v.portHost(v.subnet(), "web", "10.0.0.1")
		first, second := service(uuid.NewString(), "first"), service(uuid.NewString(), "second")
		v.putServices(h, first, second)
		owner := func(want string) {
			t.Helper()
			for _, s := range []fields{first, second} { // nobody looks at other services here
				v.must("POST", "/api/v1/bindings", v.in(fields{"type": "Port", "service_id": s["id"], "port_id": h.ports[0]}))
			}
			claim := v.in(fields{"host_id": h.id, "service_definition": "SSH", "name": "third", "bindings": []fields{{"type": "Port", "port_id": h.ports[0]}}})
			refused(t, v.do("POST", "/api/v1/services", claim), http.StatusBadRequest, "is already bound to '"+want+"' on this host")
		}
		owner("first")
		v.putServices(h, second, first)
		owner("second")
	})
}

func TestTagsOfAServiceOutliveItsHost(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		tag := v.must("POST", "/api/v1/tags", fields{
			"name": "t", "color": "Red", "description": nil, "organization_id": v.boot.Organization,
		}).id(t)
		tagged := service(uuid.NewString(), "s")
		tagged["tags"] = []string{tag}
		host := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x", "services": []fields{tagged}})).id(t)
		v.must("DELETE", "/api/v1/hosts/"+host, nil)
		tagged["tags"] = []string{}
		v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x", "services": []fields{tagged}}))
		s := data(t, v.must("GET", "/api/v1/services/"+tagged["id"].(string), nil))
		if got, _ := s["tags"].([]any); len(got) != 1 || got[0] != tag {
			t.Errorf("tags %v", s["tags"])
		}
	})
}

func TestRowsOfSNMPHaveAShortNameSince01413(t *testing.T) {
	for version, want := range map[string]bool{"0.14.2": false, "0.14.13": true, "0.16.0": true} {
		v := asVersion(t, version)
		body := v.in(fields{"name": "x", "if_entries": []fields{{"if_index": 1, "if_descr": "ge0"}}})
		if version == "0.16.0" {
			body["interfaces"] = body["if_entries"]
		}
		made := v.must("POST", "/api/v1/hosts", body)
		for _, r := range []reply{made, v.must("GET", "/api/v1/hosts/"+made.id(t), nil)} {
			if got := strings.Contains(string(r.body), `"if_name":null`); got != want {
				t.Errorf("%s: %s", version, r.body)
			}
		}
	}
}
