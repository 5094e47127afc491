// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// nic is one address of a host, in subnet a or b.
type nic struct{ subnet, address, mac string }

// machine is a host with these addresses.
type machine struct {
	chassis string
	nics    []nic
	snmp    string
}

func (v versioned) machineBody(name string, m machine, subnets map[string]string) fields {
	rows := []fields{}
	for _, n := range m.nics {
		row := fields{"id": uuid.New(), "subnet_id": subnets[n.subnet], "ip_address": n.address}
		if n.mac != "" {
			row["mac_address"] = n.mac
		}
		rows = append(rows, row)
	}
	body := v.in(fields{"name": name, v.addressList: rows})
	if m.chassis != "" {
		body["chassis_id"] = m.chassis
	}
	if m.snmp != "" {
		body[v.snmpList] = []fields{{"id": uuid.New(), "if_index": 1, "if_descr": "ge", "mac_address": m.snmp}}
	}
	return body
}

// Paragraph 4.2.

func TestASameMachineIsFoundByTiersSince017(t *testing.T) {
	const mac, second, vrrp = "02:00:00:00:00:01", "02:00:00:00:00:02", "00:00:5E:00:01:0A"
	at := func(address, mac string) machine { return machine{nics: []nic{{"a", address, mac}}} }
	cases := map[string]struct {
		there []machine
		new   machine
		// found is the number of the host that is found, -1 if none is; before is what older servers find.
		found, before int
	}{
		"the same address":                       {[]machine{at("10.0.0.1", "")}, at("10.0.0.1", ""), 0, 0},
		"the same address in another subnet":     {[]machine{at("10.0.0.1", "")}, machine{nics: []nic{{"b", "10.0.0.1", ""}}}, -1, -1},
		"the same MAC":                           {[]machine{at("10.0.0.1", mac)}, at("10.0.0.9", mac), 0, 0},
		"an address goes before a MAC":           {[]machine{at("10.0.0.1", mac), at("10.0.0.2", "")}, at("10.0.0.2", mac), 1, 0},
		"a MAC twice in the request is none":     {[]machine{at("10.0.0.1", mac)}, machine{nics: []nic{{"a", "10.0.0.8", mac}, {"a", "10.0.0.9", mac}}}, -1, 0},
		"a MAC that routers share is none":       {[]machine{at("10.0.0.1", vrrp)}, machine{nics: []nic{{"a", "10.0.0.8", vrrp}, {"a", "10.0.0.9", second}}}, -1, 0},
		"a loopback's MAC is none":               {[]machine{at("10.0.0.1", "00:00:00:00:00:00")}, at("10.0.0.9", "00:00:00:00:00:00"), -1, 0},
		"a virtual address of a real machine":    {[]machine{{nics: []nic{{"a", "10.0.0.1", ""}, {"a", "10.0.0.2", mac}}}}, at("10.0.0.1", vrrp), -1, 0},
		"a virtual address of a virtual one":     {[]machine{at("10.0.0.1", vrrp)}, at("10.0.0.1", vrrp), 0, 0},
		"the same chassis":                       {[]machine{{chassis: "c1", nics: []nic{{"a", "10.0.0.1", ""}}}}, machine{chassis: "c1", nics: []nic{{"a", "10.0.0.9", ""}}}, 0, -1},
		"a chassis without any address":          {[]machine{{chassis: "c1"}}, machine{chassis: "c1"}, 0, -1},
		"the MAC of an SNMP row":                 {[]machine{{snmp: mac}}, at("10.0.0.9", mac), 0, -1},
		"an SNMP row with the MAC of an address": {[]machine{at("10.0.0.1", mac)}, machine{snmp: mac}, 0, -1},
		"names are never looked at":              {[]machine{{}}, machine{}, -1, -1},
	}
	for name, c := range cases {
		for _, version := range []string{"0.16.0", "0.17.1", "0.17.22"} {
			t.Run(name+" "+version, func(t *testing.T) {
				v := asVersion(t, version)
				subnets := map[string]string{"a": v.addSubnet("a", "10.0.0.0/8"), "b": v.addSubnet("b", "10.0.0.0/16")}
				var ids []string
				for _, m := range c.there {
					ids = append(ids, v.must("POST", "/api/v1/hosts", v.machineBody("there", m, subnets)).id(t))
				}
				found := c.found
				if version == "0.16.0" {
					found = c.before
				}
				r := v.do("POST", "/api/v1/hosts", v.machineBody("new", c.new, subnets))
				switch {
				case found < 0 && r.status != http.StatusOK:
					t.Errorf("refused: %s", r.body)
				case found >= 0 && !strings.Contains(string(r.body), "already exists: 'there' (id: "+ids[found]+")"):
					t.Errorf("%d %s, want to find number %d", r.status, r.body, found)
				}
			})
		}
	}
}

func TestAChassisThatSeveralHaveFindsNone(t *testing.T) {
	v := asVersion(t, "0.16.0")
	body := v.machineBody("there", machine{chassis: "c1"}, nil)
	v.must("POST", "/api/v1/hosts", body)
	v.must("POST", "/api/v1/hosts", body)
	if err := v.SetVersion("0.17.1"); err != nil {
		t.Fatal(err)
	}
	v.must("POST", "/api/v1/hosts", body)
}

// Paragraph 4.4.

func TestAddressesAreGivenASubnetThatHoldsThemSince017(t *testing.T) {
	cases := map[string]struct {
		address, subnet string
		// cidr is where it ends; empty: it is refused.
		cidr string
	}{
		"in the subnet that was asked for":         {"10.0.0.1", "wide", "10.0.0.0/8"},
		"in the narrowest, if that is unknown":     {"10.1.0.1", "unknown", "10.1.0.0/16"},
		"in the narrowest, if it does not hold it": {"10.1.0.1", "elsewhere", "10.1.0.0/16"},
		"in one made for a private address":        {"172.16.5.9", "unknown", "172.16.5.0/24"},
		"in one made for a private IPv6 address":   {"fd00:1::9", "unknown", "fd00:1::/64"},
		"a public one stays where it does not fit": {"8.8.8.8", "wide", "10.0.0.0/8"},
		"a public one of an unknown subnet":        {"8.8.8.8", "unknown", ""},
	}
	for name, c := range cases {
		each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
			subnets := map[string]string{
				"wide": v.addSubnet("wide", "10.0.0.0/8"), "narrow": v.addSubnet("narrow", "10.1.0.0/16"),
				"elsewhere": v.addSubnet("elsewhere", "192.168.0.0/16"), "unknown": uuid.NewString(),
			}
			r := v.do("POST", "/api/v1/hosts", v.machineBody("x", machine{nics: []nic{{c.subnet, c.address, ""}}}, subnets))
			if c.cidr == "" {
				refused(t, r, http.StatusInternalServerError, "ip_addresses_subnet_id_fkey")
				return
			}
			if r.status != http.StatusOK {
				t.Fatalf("%s: %d %s", name, r.status, r.body)
			}
			row := data(t, r)["ip_addresses"].([]any)[0].(map[string]any)
			if got := data(t, v.must("GET", "/api/v1/subnets/"+row["subnet_id"].(string), nil))["cidr"]; got != c.cidr {
				t.Errorf("%s: it is in %v, want %s", name, got, c.cidr)
			}
		})
	}
}

func TestAChangeOfAHostPlacesNoAddress(t *testing.T) {
	each(t, newer("0.17.1"), func(t *testing.T, v versioned) {
		subnet := v.addSubnet("lan", "10.0.0.0/8")
		h := v.addHost(subnet, "web", "10.0.0.1")
		row := fields{"id": h.address, "subnet_id": subnet, "ip_address": "11.0.0.1"}
		if r := v.change(h.id, fields{"ip_addresses": []fields{row}}); r.status != http.StatusOK {
			t.Errorf("%d %s", r.status, r.body)
		}
		row["subnet_id"] = uuid.New()
		refused(t, v.change(h.id, fields{"ip_addresses": []fields{row}}), http.StatusInternalServerError, "foreign key")
	})
}
