// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// Paragraph 0.2.

func TestSitesHaveNoOtherName(t *testing.T) {
	v := asVersion(t, "0.17.22")
	id := v.boot.Network.String()
	for path, status := range map[string]int{
		"/api/v1/sites": http.StatusOK, "/api/v1/sites/" + id: http.StatusOK,
		"/api/v1/networks": http.StatusNotFound, "/api/v1/networks/" + id: http.StatusNotFound,
	} {
		if r := v.do("GET", path, nil); r.status != status {
			t.Errorf("GET %s: %d, want %d", path, r.status, status)
		}
	}
	r := v.do("POST", "/api/v1/hosts", fields{"name": "x", "network_id": id})
	refused(t, r, http.StatusBadRequest, "could not parse as CreateHostRequest")
	r = v.do("POST", "/api/v1/ports", fields{"host_id": uuid.New(), "network_id": id, "number": 80, "protocol": "Tcp"})
	refused(t, r, http.StatusBadRequest, "missing field `site_id`")
}

func TestAWrongFilterIsIgnoredWithoutAWord(t *testing.T) {
	for version, filters := range map[string]map[string]int{
		"0.17.21": {"network_id": 1, "site_ids": 2, "site_id": 2, "network_ids": 2},
		"0.17.22": {"network_id": 2, "site_ids": 1, "site_id": 1, "network_ids": 2},
	} {
		t.Run(version, func(t *testing.T) {
			v := asVersion(t, version)
			for _, network := range []uuid.UUID{v.boot.Network, v.boot.Network2} {
				id := v.must("POST", "/api/v1/hosts", fields{"name": "x", v.network + "_id": network}).id(t)
				v.must("POST", "/api/v1/services", fields{
					"name": "s", "service_definition": "Caddy", "host_id": id, v.network + "_id": network,
				})
			}
			for filter, want := range filters {
				for _, kind := range []string{"hosts", "services"} {
					got := len(v.must("GET", "/api/v1/"+kind+"?"+filter+"="+v.boot.Network2.String(), nil).rows(t))
					if got != want {
						t.Errorf("%s by %s: %d, want %d", kind, filter, got, want)
					}
				}
			}
		})
	}
}

func TestSitesHaveTheirNameInMessages(t *testing.T) {
	v := asVersion(t, "0.17.22")
	id := v.must("POST", "/api/v1/hosts", fields{"name": "x", "site_id": v.boot.Network2}).id(t)
	port := fields{"host_id": id, "site_id": v.boot.Network, "number": 80, "protocol": "Tcp"}
	r := v.do("POST", "/api/v1/ports", port)
	refused(t, r, http.StatusBadRequest, "Host is on a different site")
	if code := r.json(t)["code"]; code != "entity_site_mismatch" {
		t.Errorf("code %v", code)
	}
	refused(t, v.do("POST", "/api/v1/hosts", fields{"name": "x", "site_id": uuid.New()}), http.StatusForbidden, "You don't have access to this Site")
	other := v.must("POST", "/api/v1/hosts", fields{"name": "y", "site_id": v.boot.Network}).id(t)
	refused(t, v.do("PUT", "/api/v1/hosts/"+id+"/consolidate/"+other, nil), http.StatusBadRequest, "Destination Host is on site ")
	v.must("DELETE", "/api/v1/sites/"+v.boot.Network2.String(), nil)
	refused(t, v.do("POST", "/api/v1/hosts", fields{"name": "x", "site_id": v.boot.Network2}), http.StatusBadRequest, "Site "+v.boot.Network2.String()+" not found")
	v.must("GET", "/api/v1/hosts?order_by=site_id", nil)
	if r := v.do("GET", "/api/v1/hosts?order_by=network_id", nil); r.status != http.StatusBadRequest {
		t.Errorf("ordered by the old name: %d", r.status)
	}
	tag := v.must("POST", "/api/v1/tags", fields{"name": "t", "color": "Sky", "description": nil, "organization_id": v.boot.Organization}).id(t)
	assign := fields{"entity_type": "Site", "entity_id": v.boot.Network, "tag_ids": []string{tag}}
	v.must("PUT", "/api/v1/tags/assign", assign)
	if tags := v.State().Networks[0].Tags; len(tags) != 1 {
		t.Errorf("tags %v", tags)
	}
	assign["entity_type"] = "Network"
	refused(t, v.do("PUT", "/api/v1/tags/assign", assign), http.StatusBadRequest, "unknown variant `Network`")
}

func TestDaemonsOfOldAreUnderstood(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		d := newDaemon(v)
		body := d.itself()
		for _, as := range []string{"0.14.13", "0.17.21"} {
			if !slices.Contains(newer(as), v.version) {
				continue
			}
			old := daemon{versioned{v.bench, tongueOf(as), as}, d.host, d.asDaemon}
			translated := translate(body, d.tongue, old.tongue)
			d.reports(translated)
		}
		h := v.stored("web-01")
		got := []int{len(v.State().Hosts), len(h.Interfaces), len(h.Ports), len(h.Services), len(h.Services[0].Bindings)}
		if diff := cmp.Diff([]int{2, 2, 1, 1, 1}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// translate puts the names of one version in the places of another's.
func translate(v any, from, to tongue) fields {
	names := map[string]string{
		from.network + "_id": to.network + "_id", from.address + "_id": to.address + "_id",
		from.addressList: to.addressList, from.snmpList: to.snmpList,
	}
	var walk func(any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case fields:
			out := fields{}
			for key, value := range v {
				if name, ok := names[key]; ok {
					key = name
				}
				out[key] = walk(value)
			}
			return out
		case []fields:
			out := []fields{}
			for _, row := range v {
				out = append(out, walk(row).(fields))
			}
			return out
		}
		return v
	}
	return walk(v).(fields)
}

// Paragraph 7.2.

func TestTheLastNetworkStays(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		path := "/api/v1/" + v.networks + "/"
		both := []uuid.UUID{v.boot.Network, v.boot.Network2}
		refused(t, v.do("POST", path+"bulk-delete", both), http.StatusForbidden, "Organizations must have at least one "+v.network+".")
		v.must("DELETE", path+v.boot.Network2.String(), nil)
		r := v.do("DELETE", path+v.boot.Network.String(), nil)
		refused(t, r, http.StatusForbidden, "Organizations must have at least one "+v.network+".")
		if code := r.json(t)["code"]; code != "entity_delete_forbidden" {
			t.Errorf("code %v", code)
		}
	})
}

func TestNetworksTellWhenTheirRowsAreStale(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		path := "/api/v1/" + v.networks + "/" + v.boot.Network.String()
		got := data(t, v.must("GET", path, nil))
		if got["stale_after_hours"] != nil || got["effective_stale_after_hours"] != 672.0 {
			t.Errorf("network %v", got)
		}
		body := fields{"name": "Lab", "organization_id": v.boot.Organization, "stale_after_hours": 24}
		v.must("PUT", path, body)
		if got := data(t, v.must("GET", path, nil)); got["stale_after_hours"] != 24.0 || got["effective_stale_after_hours"] != 24.0 {
			t.Errorf("network %v", got)
		}
		body["stale_after_hours"] = 87601
		refused(t, v.do("PUT", path, body), http.StatusBadRequest, "stale_after_hours")
	})
}

// Paragraph 6.1.

func TestATokenThatIsNoUsersIsAnUnknownDaemons(t *testing.T) {
	for version, want := range map[string]struct {
		status int
		code   string
	}{
		"0.16.0":  {http.StatusForbidden, "auth_daemon_required"},
		"0.17.1":  {http.StatusUnauthorized, "auth_daemon_key_not_created"},
		"0.17.22": {http.StatusUnauthorized, "auth_daemon_key_not_created"},
	} {
		b := inProcess(t, emulator.Options{Version: version})
		r, err := b.tryAs("something", "GET", "/api/v1/hosts", nil)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, r, want.status, want.code)
	}
}
