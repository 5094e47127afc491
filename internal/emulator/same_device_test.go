// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

// Paragraph 9.5.

func TestHostsThatADaemonProvesToBeOneAreMergedSince01721(t *testing.T) {
	const a, b, other, vrrp = "02:00:00:00:00:0A", "02:00:00:00:00:0B", "02:00:00:00:00:0C", "00:00:5E:00:01:0A"
	first, second := nic{"lan", "10.0.0.1", a}, nic{"lan", "10.0.0.2", b}
	one := func(nics ...nic) machine { return machine{nics: nics} }
	cases := map[string]struct {
		there  []machine
		report []nic
		// left is how many hosts are left, but for the daemon's.
		left int
	}{
		"two cards found apart":                       {[]machine{one(first), one(second)}, []nic{first, second}, 1},
		"an address that was not reported":            {[]machine{one(first), one(second, nic{"lan", "10.0.0.3", b})}, []nic{first, second}, 2},
		"a stale record with another MAC":             {[]machine{one(first), one(nic{"lan", "10.0.0.2", other})}, []nic{first, second}, 2},
		"a record without a MAC":                      {[]machine{one(first), one(nic{"lan", "10.0.0.2", ""})}, []nic{first, second}, 2},
		"a report without MACs":                       {[]machine{one(first), one(second)}, []nic{{"lan", "10.0.0.1", ""}, {"lan", "10.0.0.2", ""}}, 2},
		"a shared address does not count":             {[]machine{one(first, nic{"lan", "10.0.0.9", vrrp}), one(second, nic{"lan", "10.0.0.9", vrrp})}, []nic{first, second}, 1},
		"nor does one that is inside only":            {[]machine{one(first), one(second, nic{"bridge", "172.17.0.2", other})}, []nic{first, second}, 1},
		"the one that was found is not accounted for": {[]machine{one(first, nic{"lan", "10.0.0.3", a}), one(second)}, []nic{first, second}, 2},
	}
	for name, c := range cases {
		for _, version := range []string{"0.17.16", "0.17.21", "0.17.22"} {
			t.Run(name+" "+version, func(t *testing.T) {
				v := asVersion(t, version)
				subnets := map[string]string{"lan": v.addSubnet("lan", "10.0.0.0/8"), "bridge": v.addSubnet("bridge", "172.17.0.0/16")}
				v.must("PUT", "/api/v1/subnets/"+subnets["bridge"], v.in(fields{
					"name": "bridge", "cidr": "172.17.0.0/16", "description": nil, "subnet_type": "DockerBridge",
				}))
				for _, m := range c.there {
					id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "there"})).id(t)
					rows := v.machineBody("", m, subnets)[v.addressList]
					if r := v.change(id, fields{"name": "there", v.addressList: rows}); r.status != 200 {
						t.Fatalf("%d %s", r.status, r.body)
					}
				}
				left := c.left
				if !slices.Contains(newer("0.17.21"), version) {
					left = len(c.there)
				}
				d := newDaemon(v)
				host := uuid.New()
				rows := v.machineBody("", machine{nics: c.report}, subnets)[v.addressList].([]fields)
				for _, row := range rows {
					v.in(row)["host_id"] = host
				}
				d.reports(fields{
					"host":        v.in(fields{"id": host, "name": "found", "description": nil, "hidden": false, "source": fields{"type": "Discovery"}}),
					v.addressList: rows, "ports": []any{}, "services": []any{},
				})
				if n := len(v.State().Hosts) - 1; n != left {
					t.Errorf("%d hosts, want %d", n, left)
				}
			})
		}
	}
}
