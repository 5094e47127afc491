// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
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

// A host that was consolidated has two interfaces at each position; the database finds what was written last last.
func TestInterfacesAtOnePositionAreNumberedAsTheyWereWritten(t *testing.T) {
	each(t, recorded(), func(t *testing.T, v versioned) {
		subnet := v.subnet()
		other, dst := v.portHost(subnet, "other", "10.0.0.1"), v.portHost(subnet, "dst", "10.0.0.2")
		third := v.must("POST", "/api/v1/interfaces", v.in(fields{
			"host_id": dst.id, "subnet_id": subnet, "ip_address": "10.0.0.3", "name": nil,
		})).id(t)
		v.must("PUT", "/api/v1/hosts/"+dst.id+"/consolidate/"+other.id, nil)
		v.must("DELETE", "/api/v1/interfaces/"+third, nil)
		var got []string
		for _, i := range v.State().Hosts[0].Interfaces {
			got = append(got, i.ID.String())
		}
		if want := []string{dst.iface, other.iface}; !slices.Equal(got, want) {
			t.Errorf("interfaces %v, want %v", got, want)
		}
	})
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
