// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"
)

func (v versioned) tag(name string, more fields) string {
	v.t.Helper()
	body := fields{"name": name, "color": "Red", "description": nil, "organization_id": v.boot.Organization}
	for key, value := range more {
		body[key] = value
	}
	return v.must("POST", "/api/v1/tags", body).id(v.t)
}

// Paragraph 6.9.

func TestARowHasOneTagOfAnExclusiveSet(t *testing.T) {
	application := func(v versioned) fields {
		if v.version == "0.17.22" {
			return fields{"exclusive_set": fields{"type": "Application"}}
		}
		return fields{"is_application": true}
	}
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"})).id(t)
		a, b, plain := v.tag("a", application(v)), v.tag("b", application(v)), v.tag("c", nil)
		status, words := http.StatusInternalServerError, "Only one application tag allowed per Host"
		if v.version == "0.17.22" {
			status, words = http.StatusBadRequest, `A Host can hold only one tag of the \"Application\" set`
		}
		refused(t, v.change(id, fields{"tags": []string{a, b}}), status, words)
		v.change(id, fields{"tags": []string{a, plain}})
		assign := fields{"entity_type": "Host", "entity_id": id, "tag_ids": []string{b, a}}
		refused(t, v.do("PUT", "/api/v1/tags/assign", assign), status, words)
		add := fields{"entity_type": "Host", "entity_ids": []string{id}, "tag_id": b}
		refused(t, v.do("POST", "/api/v1/tags/assign/bulk-add", add), status, words)
		add["tag_id"] = a
		v.must("POST", "/api/v1/tags/assign/bulk-add", add)
		if tags := v.State().Hosts[0].Tags; len(tags) != 2 {
			t.Errorf("tags %v", tags)
		}
	})
}

func TestGroupsOfTagsExcludeTheirOwnOnly(t *testing.T) {
	v := asVersion(t, "0.17.22")
	group := func(name string) fields { return fields{"exclusive_set": fields{"type": "Group", "name": name}} }
	id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"})).id(t)
	a, b, c := v.tag("a", group("stage")), v.tag("b", group("stage")), v.tag("c", group("site"))
	refused(t, v.change(id, fields{"tags": []string{a, b}}), http.StatusBadRequest, `only one tag of the \"stage\" set`)
	if r := v.change(id, fields{"tags": []string{a, c}}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAnEmptyListOfTagsChangesNothing(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		id, tag := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"})).id(t), v.tag("t", nil)
		v.change(id, fields{"tags": []string{tag}})
		v.change(id, fields{"tags": []string{}})
		v.must("PUT", "/api/v1/tags/assign", fields{"entity_type": "Host", "entity_id": id, "tag_ids": []string{}})
		if tags := v.State().Hosts[0].Tags; len(tags) != 1 {
			t.Errorf("tags %v", tags)
		}
		v.must("POST", "/api/v1/tags/assign/bulk-remove", fields{"entity_type": "Host", "entity_ids": []string{id}, "tag_id": tag})
		if tags := v.State().Hosts[0].Tags; len(tags) != 0 {
			t.Errorf("tags %v", tags)
		}
	})
}

func TestWhatCanHaveTagsDependsOnTheVersion(t *testing.T) {
	id := uuid.NewString()
	for version, types := range map[string]map[string]int{
		"0.14.13": {"SnmpCredential": 200, "Credential": 422, "Group": 200, "Interface": 400, "Network": 200},
		"0.15.3":  {"SnmpCredential": 422, "Credential": 200, "Group": 200, "Interface": 400, "IPAddress": 422, "Network": 200},
		"0.16.0":  {"Credential": 200, "Dependency": 200, "Group": 422, "IPAddress": 400, "Interface": 400, "IfEntry": 422},
		"0.17.22": {"Credential": 200, "Dependency": 200, "Group": 400, "IPAddress": 400, "Network": 400, "Site": 200},
	} {
		v := asVersion(t, version)
		tag := v.tag("t", nil)
		for name, status := range types {
			r := v.do("PUT", "/api/v1/tags/assign", fields{"entity_type": name, "entity_id": id, "tag_ids": []string{tag}})
			if r.status != status {
				t.Errorf("%s, %s: %d, want %d", version, name, r.status, status)
			}
		}
	}
}

// Paragraph 7.3.

func TestTagsTellTheirSetAsTheirVersionDoes(t *testing.T) {
	for version, want := range map[string][]string{
		"0.14.13": nil, "0.15.3": {"is_application"}, "0.17.21": {"is_application"}, "0.17.22": {"exclusive_set", "icon"},
	} {
		v := asVersion(t, version)
		v.tag("t", fields{"icon": "server"})
		row := v.must("GET", "/api/v1/tags", nil).rows(t)[0].(map[string]any)
		for _, key := range []string{"is_application", "exclusive_set", "icon"} {
			if _, there := row[key]; there != slices.Contains(want, key) {
				t.Errorf("%s: %s %t", version, key, there)
			}
		}
	}
}

func TestTagNamesAreTakenOnce(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		v.tag("t", nil)
		body := fields{"name": "t", "color": "Red", "description": nil, "organization_id": v.boot.Organization}
		refused(t, v.do("POST", "/api/v1/tags", body), http.StatusConflict, `Tag names must be unique; a tag named \"t\" already exists`)
	})
}

func TestColorsOfNewerTagsAreKept(t *testing.T) {
	for version, want := range map[string]string{"0.14.13": "Yellow", "0.16.0": "Yellow", "0.17.1": "Sky", "0.17.22": "Sky"} {
		v := asVersion(t, version)
		v.tag("t", fields{"color": "Sky"})
		if got := v.State().Tags[0].Color; got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}

// Paragraph 7.1.

func TestASubnetOfAClientIsByHandSince017(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		body := v.in(fields{"name": "lan", "cidr": "10.0.0.0/8", "description": nil, "subnet_type": "Lan"})
		first := v.must("POST", "/api/v1/subnets", body)
		body["name"] = "other"
		again := v.must("POST", "/api/v1/subnets", body)
		forced := v.badBody() == http.StatusBadRequest
		if same := first.id(t) == again.id(t); same != forced {
			t.Errorf("found again: %t", same)
		}
		if forced && data(t, again)["name"] != "lan" {
			t.Errorf("answered %v", data(t, again))
		}
		body["cidr"] = "10.0.0.1/8"
		refused(t, v.do("POST", "/api/v1/subnets", body), http.StatusBadRequest, "Invalid CIDR '10.0.0.1/8': address doesn't align with the subnet mask.")
	})
}

func TestSubnetTypesAreThoseOfTheVersion(t *testing.T) {
	for version, want := range map[string]map[string]bool{
		"0.16.0": {"None": true, "Loopback": false, "PodmanBridge": false}, "0.17.1": {"None": false, "Loopback": true, "PodmanBridge": true},
	} {
		for name, taken := range want {
			v := asVersion(t, version)
			body := v.in(fields{"name": "lan", "cidr": "10.0.0.0/8", "description": nil, "subnet_type": name})
			if r := v.do("POST", "/api/v1/subnets", body); (r.status == http.StatusOK) != taken {
				t.Errorf("%s, %s: %d", version, name, r.status)
			}
		}
	}
}

func TestASubnetKeepsItsAddresses(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		v.addHost(subnet, "web", "10.0.0.1")
		body := v.in(fields{"id": subnet, "name": "lan", "cidr": "11.0.0.0/8", "description": nil, "subnet_type": "Lan", "source": fields{"type": "Manual"}})
		refused(t, v.do("PUT", "/api/v1/subnets/"+subnet, body), http.StatusBadRequest, "ip_address_out_of_range")
		v.must("DELETE", "/api/v1/subnets/"+subnet, nil)
		if n := len(v.State().Hosts[0].Interfaces); n != 0 {
			t.Errorf("%d addresses are left", n)
		}
	})
}
