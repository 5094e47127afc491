// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// Paragraph 1.1.

func TestRowsHaveAPastSince017(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		h := v.addHost(subnet, "web", "10.0.0.1")
		v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", all(uuid.NewString(), h.port))}})
		s := v.State().Hosts[0].Services[0]
		want := slices.Contains(newer("0.17.1"), v.version)
		for _, path := range []string{
			v.addresses + "/" + h.address, "ports/" + h.port, "subnets/" + subnet, "services/" + s.ID.String(),
			"bindings/" + s.Bindings[0].ID.String(),
		} {
			row := data(t, v.must("GET", "/api/v1/"+path, nil))
			lineage, past := row["lineage_id"]
			if past != want || lineage != nil || row["valid_to"] != nil {
				t.Errorf("%s has lineage %t, want %t: %v", path, past, want, row)
			}
			if want && (row["valid_from"] != row["updated_at"] || row["last_seen_at"] == nil) {
				t.Errorf("%s: %v", path, row)
			}
		}
	})
}

func TestARowWithAnIDAndWithoutTimesIsOfTheEpochBefore01719(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for version, year := range map[string]int{"0.16.0": 1970, "0.17.16": 1970, "0.17.21": 2026, "0.17.22": 2026} {
		v := versioned{inProcess(t, emulator.Options{Version: version, Clock: clocktesting.NewFakeClock(now)}), tongueOf(version), version}
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		for _, id := range []any{uuid.New(), uuid.Nil} {
			body := v.in(fields{"id": id, "host_id": h.id, "number": 81, "protocol": "Tcp", "type": "Custom"})
			made := v.must("POST", "/api/v1/ports", body)
			at, err := time.Parse(time.RFC3339Nano, data(t, made)["created_at"].(string))
			if err != nil {
				t.Fatal(err)
			}
			want := year
			if id == uuid.Nil {
				want = 2026
			}
			if at.Year() != want {
				t.Errorf("%s, id %v: made %v", version, id, at)
			}
			v.must("DELETE", "/api/v1/ports/"+made.id(t), nil)
		}
	}
}

// Paragraph 1.3.

func TestAddressesOfTheirOwnAreCheckedAgainstTheirSubnet(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		h := v.addHost(subnet, "web", "10.0.0.1")
		row := func(address string) fields {
			return v.in(fields{"host_id": h.id, "subnet_id": subnet, "ip_address": address, "name": nil})
		}
		r := v.do("POST", "/api/v1/ip-addresses", row("11.0.0.1"))
		refused(t, r, http.StatusBadRequest, "IP address '11.0.0.1' is not within subnet 'lan' range")
		if code := r.json(t)["code"]; code != "ip_address_out_of_range" {
			t.Errorf("code %v", code)
		}
		r = v.do("POST", "/api/v1/ip-addresses", row("10.0.0.1"))
		refused(t, r, http.StatusBadRequest, "An ip_address with this IP address already exists on this host")
		moved := row("10.0.0.1")
		moved["position"] = 4
		r = v.do("PUT", "/api/v1/ip-addresses/"+h.address, moved)
		refused(t, r, http.StatusBadRequest, "IP address position 4 is out of range. Valid positions are 0 to 0.")
		second := v.must("POST", "/api/v1/ip-addresses", row("10.0.0.2"))
		if at := data(t, second)["position"]; at != 1.0 {
			t.Errorf("position %v, want to be appended", at)
		}
		moved["position"] = 1
		r = v.do("PUT", "/api/v1/ip-addresses/"+h.address, moved)
		refused(t, r, http.StatusBadRequest, "IP address position 1 is already used by another IP address.")
		nameless := row("10.0.0.3")
		delete(nameless, "name")
		if r := v.do("POST", "/api/v1/ip-addresses", nameless); (r.status == http.StatusOK) != (v.version == "0.16.0") {
			t.Errorf("without a name: %d", r.status)
		}
	})
}

func TestPositionsAreToldOfAddresses(t *testing.T) {
	v := asVersion(t, "0.17.22")
	subnet := v.addSubnet("lan", "10.0.0.0/8")
	send := func(at ...any) reply {
		rows := []fields{}
		for i, position := range at {
			rows = append(rows, fields{"id": uuid.New(), "subnet_id": subnet, "ip_address": "10.0.1." + string(rune('1'+i)), "position": position})
		}
		return v.do("POST", "/api/v1/hosts", v.in(fields{"name": "x", "ip_addresses": rows}))
	}
	refused(t, send(0, nil), 400, "Ip_address positions must be all specified or all omitted. Found 1 with positions and 1 without.")
	refused(t, send(0, 0), 400, "Duplicate ip_address position: 0. Each ip_address must have a unique position.")
	refused(t, send(0, 2), 400, "Ip_address positions must be sequential starting from 0. Expected position 1 but found 2. Positions should be: 0, 1, 2, ..., 1")
}

func TestAMACOfAStrongerSourceReplacesAnotherSince017(t *testing.T) {
	const first, second = "02:00:00:00:00:01", "02:00:00:00:00:02"
	cases := map[string]struct {
		// born and sent are the ways in which the first and the second address come: by a daemon, in a row of its own, in a host.
		born, sent string
		want       map[string]string
	}{
		"nobody's gives way to one by hand":    {"row", "host", map[string]string{"0.16.0": first, "0.17.1": second, "0.17.22": second}},
		"a daemon's gives way to one by hand":  {"daemon", "host", map[string]string{"0.16.0": first, "0.17.22": second}},
		"one by hand stays":                    {"host", "host", map[string]string{"0.17.1": first, "0.17.22": first}},
		"one by hand stays against nobody's":   {"host", "row", map[string]string{"0.17.22": first}},
		"a daemon's stays against nobody's":    {"daemon", "row", map[string]string{"0.17.22": first}},
		"none gives way to any":                {"", "row", map[string]string{"0.16.0": second, "0.17.22": second}},
		"null keeps what is there, by hand":    {"host", "null", map[string]string{"0.16.0": first, "0.17.22": first}},
		"null keeps what is there, discovered": {"daemon", "null", map[string]string{"0.17.22": first}},
	}
	for name, c := range cases {
		for version, want := range c.want {
			t.Run(name+" "+version, func(t *testing.T) {
				v := asVersion(t, version)
				host, row := v.bornWithMAC(c.born, first)
				v.sendMAC(c.sent, host, row, second)
				if got := v.macOf(row); got != want {
					t.Errorf("it has %s, want %s", got, want)
				}
			})
		}
	}
}

// bornWithMAC makes a host with one address and its MAC in one way, and returns both.
func (v versioned) bornWithMAC(way, mac string) (host string, row fields) {
	v.t.Helper()
	subnet := v.addSubnet("lan", "10.0.0.0/8")
	row = v.in(fields{"id": uuid.NewString(), "subnet_id": subnet, "ip_address": "10.0.0.1", "name": nil, "position": 0})
	switch way {
	case "host":
		row["mac_address"] = mac
	case "daemon":
		row["mac_address"], row["host_id"] = mac, uuid.New()
		d := newDaemon(v)
		return d.reports(fields{
			"host": v.in(fields{
				"id": row["host_id"], "name": "x", "description": nil, "hidden": false, "source": fields{"type": "Discovery", "metadata": []any{}},
			}),
			v.addressList: []fields{row}, "ports": []any{}, "services": []any{},
		}).id(v.t), row
	case "row":
		host = v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"})).id(v.t)
		row["mac_address"], row["host_id"] = mac, host
		v.must("POST", "/api/v1/"+v.addresses, row)
		return host, row
	}
	return v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x", v.addressList: []fields{row}})).id(v.t), row
}

func (v versioned) sendMAC(way, host string, row fields, mac string) {
	v.t.Helper()
	row["mac_address"], row["host_id"] = mac, host
	switch way {
	case "row":
		v.must("PUT", "/api/v1/"+v.addresses+"/"+row["id"].(string), row)
		return
	case "null":
		row["mac_address"] = nil
	}
	if r := v.change(host, fields{v.addressList: []fields{row}}); r.status != http.StatusOK {
		v.t.Fatalf("%d %s", r.status, r.body)
	}
}

func (v versioned) macOf(row fields) string {
	v.t.Helper()
	mac, _ := data(v.t, v.must("GET", "/api/v1/"+v.addresses+"/"+row["id"].(string), nil))["mac_address"].(string)
	return mac
}

// Paragraph 1.5.

func TestSNMPInterfacesAreRowsOfTheirOwn(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		h, other := v.addHost(subnet, "web", "10.0.0.1"), v.addHost(subnet, "other", "10.0.0.2")
		row := func(address any) fields {
			return v.in(fields{"host_id": h.id, "if_index": 3, "if_descr": "ge-0/0/3", "ip_address_id": address})
		}
		path := "/api/v1/interfaces"
		refused(t, v.do("POST", path, row(other.address)), http.StatusBadRequest, "ip_address_id must reference an Interface on the same host")
		id := v.must("POST", path, row(nil)).id(t)
		v.must("PUT", path+"/"+id, row(h.address))
		if got := data(t, v.must("GET", path+"/"+id, nil)); got["ip_address_id"] != h.address || got["if_descr"] != "ge-0/0/3" {
			t.Errorf("row %v", got)
		}
		for query, want := range map[string]int{"": 1, "?host_id=" + h.id: 1, "?host_id=" + other.id: 0} {
			if got := len(v.must("GET", path+query, nil).rows(t)); got != want {
				t.Errorf("%q: %d rows, want %d", query, got, want)
			}
		}
		v.must("DELETE", path+"/"+id, nil)
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			refused(t, v.do(method, path+"/"+id, row(nil)), http.StatusNotFound, "Interface with ID")
		}
		again := v.must("POST", path, row(nil)).id(t)
		v.must("POST", path+"/bulk-delete", []string{again})
		refused(t, v.do("POST", path, fields{"host_id": h.id}), v.badBody(), "")
		if r, err := v.tryAs(v.AddKey(emulator.Owner, v.boot.Network2), "POST", path, row(nil)); err != nil || r.status != http.StatusForbidden {
			t.Errorf("a stranger's: %d %v", r.status, err)
		}
	})
}

// badBody is the status of a body that cannot be read. Paragraph 6.4.
func (v versioned) badBody() int {
	if slices.Contains(newer("0.17.1"), v.version) {
		return http.StatusBadRequest
	}
	return http.StatusUnprocessableEntity
}

// Paragraph 1.7.

func TestABindingOnAllAddressesSaysSoSince017(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", all(uuid.NewString(), h.port))}})
		row := v.must("GET", "/api/v1/bindings", nil).rows(t)[0].(map[string]any)
		address, there := row["ip_address_id"]
		if address != nil || there != slices.Contains(newer("0.17.1"), v.version) {
			t.Errorf("binding %v", row)
		}
	})
}

// Paragraph 6.4.

func TestBrokenBodiesAreAnsweredInTheEnvelopeSince017(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		enveloped := v.badBody() == http.StatusBadRequest
		for _, path := range []string{"hosts", "services", "bindings", "ports", v.addresses, "tags", "credentials", "credentials/bulk", v.networks} {
			for _, body := range []any{"text", fields{}, []int{1}, nil} {
				r := v.do("POST", "/api/v1/"+path, body)
				if is := r.header.Get("Content-Type") == "application/json"; is != enveloped {
					t.Errorf("%s of %v: %d %s", path, body, r.status, r.body)
				}
				if enveloped && (r.status != http.StatusBadRequest || r.json(t)["success"] != false) {
					t.Errorf("%s of %v: %d %s", path, body, r.status, r.body)
				}
			}
		}
	})
}

// Paragraph 6.6.

func TestListsArePagedAsEver(t *testing.T) {
	each(t, newer("0.15.3"), func(t *testing.T, v versioned) {
		for range 3 {
			v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"}))
		}
		for query, want := range map[string]fields{
			"": {"limit": 50.0, "has_more": false}, "?limit=0": {"limit": 0.0, "has_more": true},
			"?limit=5000": {"limit": 1000.0, "has_more": false}, "?limit=2": {"limit": 2.0, "has_more": true},
			"?limit=2&offset=2": {"limit": 2.0, "has_more": false, "offset": 2.0}, "?nonsense=1": {"limit": 50.0, "has_more": false},
		} {
			meta := v.must("GET", "/api/v1/hosts"+query, nil).json(t)["meta"].(map[string]any)
			got := meta["pagination"].(map[string]any)
			if want["offset"] == nil {
				want["offset"] = 0.0
			}
			want["total_count"] = 3.0
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q: %s", query, diff)
			}
		}
	})
}
