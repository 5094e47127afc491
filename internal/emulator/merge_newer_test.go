// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func (v versioned) consolidate(dst, other string) fields {
	v.t.Helper()
	return data(v.t, v.must("PUT", "/api/v1/hosts/"+dst+"/consolidate/"+other, nil))
}

// Paragraph 5.

func TestOfTwoNamesByHandTheOthersStaysSinceNamesHaveRanks(t *testing.T) {
	for version, want := range map[string][2]string{
		"0.16.0": {"dst", "dst.lan"}, "0.17.1": {"dst", "dst.lan"}, "0.17.16": {"other", "other.lan"}, "0.17.22": {"other", "other.lan"},
	} {
		v := asVersion(t, version)
		add := func(name string) string {
			return v.must("POST", "/api/v1/hosts", v.in(fields{"name": name, "hostname": name + ".lan", "description": name, "hidden": name == "other"})).id(t)
		}
		got := v.consolidate(add("dst"), add("other"))
		if got["name"] != want[0] || got["hostname"] != want[1] || got["description"] != "dst" || got["hidden"] != false {
			t.Errorf("%s: %v %v %v", version, got["name"], got["hostname"], got["description"])
		}
	}
}

func TestAStrongerNameStaysWhereverItWas(t *testing.T) {
	for _, version := range newer("0.17.16") {
		v := asVersion(t, version)
		d := newDaemon(v)
		found := d.reports(d.itself()).id(t)
		hand := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "by hand"})).id(t)
		got := v.consolidate(hand, found)
		if got["name"] != "by hand" || got["hostname"] != "web-01.lan" || got["hostname_source"] != "DaemonSelfReport" {
			t.Errorf("%s: %v %v %v", version, got["name"], got["hostname"], got["hostname_source"])
		}
		if source := got["source"].(map[string]any)["type"]; source != "Discovery" {
			t.Errorf("%s: source %v", version, source)
		}
	}
}

func TestSNMPRowsTagsAndGuestsGoAlongIn01722(t *testing.T) {
	for version, along := range map[string]bool{"0.16.0": false, "0.17.21": false, "0.17.22": true} {
		t.Run(version, func(t *testing.T) {
			v := asVersion(t, version)
			subnet := v.addSubnet("lan", "10.0.0.0/8")
			dst, other := v.addHost(subnet, "dst", "10.0.0.1"), v.addHost(subnet, "other", "10.0.0.2")
			tag := v.must("POST", "/api/v1/tags", fields{"name": "t", "color": "Red", "description": nil, "organization_id": v.boot.Organization}).id(t)
			v.must("PUT", "/api/v1/tags/assign", fields{"entity_type": "Host", "entity_id": other.id, "tag_ids": []string{tag}})
			for host, indexes := range map[string][]int{dst.id: {1}, other.id: {1, 2}} {
				for _, index := range indexes {
					v.must("POST", "/api/v1/interfaces", v.in(fields{"host_id": host, "if_index": index, "if_descr": "ge"}))
				}
			}
			same := func(host string) string {
				return v.must("POST", "/api/v1/services", v.in(fields{"host_id": host, "name": "pve", "service_definition": "Proxmox VE"})).id(t)
			}
			stays, goes := same(dst.id), same(other.id)
			if version != "0.16.0" {
				v.must("POST", "/api/v1/hosts", v.in(fields{"name": "guest", "virtualization_service_id": goes}))
			}
			v.consolidate(dst.id, other.id)
			name := "other"
			if version == "0.16.0" {
				name = "dst"
			}
			h := v.stored(name)
			want := []int{1, 0}
			if along {
				want = []int{2, 1}
			}
			if diff := cmp.Diff(want, []int{len(h.IfEntries), len(h.Tags)}); diff != "" {
				t.Error(diff)
			}
			if version == "0.16.0" {
				return
			}
			runner := v.stored("guest").Facts.VirtualizationServiceID
			if along != (runner != nil && runner.String() == stays) {
				t.Errorf("the guest runs on %v, of %s and %s", runner, stays, goes)
			}
		})
	}
}

func TestAddressesOfTwoHostsMatchByMACOneToOneSince017(t *testing.T) {
	const mac = "02:00:00:00:00:01"
	two := func(host string) []nic {
		return []nic{{"a", "10.0." + host + ".1", mac}, {"a", "10.0." + host + ".2", mac}}
	}
	cases := map[string]struct {
		dst, other []nic
		// left is how many addresses the one host has in the end.
		left map[string]int
	}{
		"one to one":         {[]nic{{"a", "10.0.1.1", mac}}, []nic{{"a", "10.0.2.1", mac}}, map[string]int{"0.16.0": 1, "0.17.1": 1, "0.17.22": 1}},
		"two to two":         {two("1"), two("2"), map[string]int{"0.16.0": 2, "0.17.1": 4, "0.17.22": 4}},
		"different machines": {[]nic{{"a", "10.0.1.1", ""}}, []nic{{"a", "10.0.2.1", mac}}, map[string]int{"0.16.0": 2, "0.17.22": 2}},
	}
	for name, c := range cases {
		for version, left := range c.left {
			t.Run(name+" "+version, func(t *testing.T) {
				v := asVersion(t, version)
				subnets := map[string]string{"a": v.addSubnet("a", "10.0.0.0/8")}
				dst := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "dst"})).id(t)
				other := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "other"})).id(t)
				for host, nics := range map[string][]nic{dst: c.dst, other: c.other} {
					rows := v.machineBody("", machine{nics: nics}, subnets)["ip_addresses"]
					if r := v.change(host, fields{"ip_addresses": rows}); r.status != 200 {
						t.Fatalf("%d %s", r.status, r.body)
					}
				}
				got := v.consolidate(dst, other)["ip_addresses"].([]any)
				if len(got) != left {
					t.Errorf("%d addresses, want %d", len(got), left)
				}
			})
		}
	}
}

// Paragraph 8.

func TestWhatRunsAHostIsToldByTwoFieldsSince01710(t *testing.T) {
	type in = map[string]any
	vm := in{"vm_name": "web", "vm_id": "104"}
	cases := map[string]struct {
		metadata any
		since    string
	}{
		"Proxmox":               {in{"type": "Proxmox", "details": in{"vm_name": "web", "vm_id": "104", "guest_type": "Lxc"}}, "0.17.16"},
		"VCenter":               {in{"type": "VCenter", "details": vm}, "0.17.16"},
		"ESXi":                  {in{"type": "ESXi", "details": vm}, "0.17.16"},
		"Docker":                {in{"type": "Docker", "details": in{"container_name": "c"}}, "0.17.22"},
		"Podman":                {in{"type": "Podman", "details": in{}}, "0.17.22"},
		"NetworkIdentity":       {in{"type": "NetworkIdentity", "details": in{}}, "0.17.22"},
		"nothing but a service": {nil, "0.17.16"},
		"something new":         {in{"type": "Xen", "details": in{}}, "9"},
	}
	for name, c := range cases {
		each(t, newer("0.17.16"), func(t *testing.T, v versioned) {
			host := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "pve"})).id(t)
			runner := v.must("POST", "/api/v1/services", v.in(fields{"host_id": host, "name": "pve", "service_definition": "Proxmox VE"})).id(t)
			r := v.do("POST", "/api/v1/hosts", v.in(fields{"name": "vm", "virtualization_metadata": c.metadata, "virtualization_service_id": runner}))
			if c.since == "9" || c.since == "0.17.22" && v.version != "0.17.22" {
				refused(t, r, 400, "could not parse")
				return
			}
			got := data(t, r)
			if diff := cmp.Diff(c.metadata, got["virtualization_metadata"]); diff != "" || got["virtualization_service_id"] != runner {
				t.Errorf("%s: %v %s", name, got["virtualization_service_id"], diff)
			}
			if _, old := got["virtualization"]; old {
				t.Error("the old field is there")
			}
			if v.version == "0.17.22" && (got["virtualization_depth"] != 1.0 || got["virtualization_parent_host_id"] != host || got["virtualization_root_host_id"] != host) {
				t.Errorf("ancestry %v %v", got["virtualization_depth"], got["virtualization_parent_host_id"])
			}
			v.change(got["id"].(string), fields{"name": "vm"})
			cleared := data(t, v.must("GET", "/api/v1/hosts/"+got["id"].(string), nil))
			if cleared["virtualization_metadata"] != nil || cleared["virtualization_service_id"] != nil {
				t.Errorf("left out, and not cleared: %v", cleared["virtualization_service_id"])
			}
		})
	}
}

func TestAServiceThatRunsNothingIsRefusedOrForgotten(t *testing.T) {
	for _, version := range newer("0.17.16") {
		v := asVersion(t, version)
		absent := uuid.NewString()
		r := v.do("POST", "/api/v1/hosts", v.in(fields{"name": "vm", "virtualization_service_id": absent}))
		refused(t, r, 400, "virtualization_service_id "+absent+" does not match any service")
		host := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "pve"})).id(t)
		runner := v.must("POST", "/api/v1/services", v.in(fields{"host_id": host, "name": "pve", "service_definition": "Proxmox VE"})).id(t)
		guest := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "vm", "virtualization_service_id": runner})).id(t)
		inside := v.must("POST", "/api/v1/services", v.in(fields{"host_id": guest, "name": "s", "service_definition": "Caddy", "virtualization_service_id": runner})).id(t)
		refused(t, v.change(guest, fields{"virtualization_service_id": absent}), 400, "does not match any service")
		v.must("DELETE", "/api/v1/services/"+runner, nil)
		for _, path := range []string{"hosts/" + guest, "services/" + inside} {
			if got := data(t, v.must("GET", "/api/v1/"+path, nil))["virtualization_service_id"]; got != nil {
				t.Errorf("%s, %s still runs on %v", version, path, got)
			}
		}
	}
}

func TestAnUnknownContainerInTheChangeOfAServiceIsNoneSince017(t *testing.T) {
	for version, status := range map[string]int{"0.16.0": 422, "0.17.16": 200, "0.17.22": 200} {
		v := asVersion(t, version)
		host := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x"})).id(t)
		s := v.in(fields{"host_id": host, "name": "s", "service_definition": "Caddy", "bindings": []any{}, "source": fields{"type": "Manual"}})
		s["id"] = v.must("POST", "/api/v1/services", s).id(t)
		xen := fields{"type": "Xen", "details": fields{}}
		s["virtualization"], s["virtualization_metadata"] = xen, xen
		if r := v.do("PUT", "/api/v1/services/"+s["id"].(string), s); r.status != status {
			t.Errorf("%s, change: %d %s", version, r.status, r.body)
		}
		if r := v.do("POST", "/api/v1/services", s); r.status == 200 {
			t.Errorf("%s: made", version)
		}
	}
}

// Paragraph 9.1.

func TestADiscoveryTakesNothingThatWasGivenByHand(t *testing.T) {
	for version, hostname := range map[string]string{"0.16.0": "mine.lan", "0.17.1": "mine.lan", "0.17.16": "mine.lan", "0.17.22": "mine.lan"} {
		v := asVersion(t, version)
		d := newDaemon(v)
		body := d.itself()
		eth0 := body[v.addressList].([]fields)[1]
		id := v.must("POST", "/api/v1/hosts", v.in(fields{
			"name": "mine", "hostname": "mine.lan", "description": "kept", "sys_descr": "by hand",
			v.addressList: []fields{{"id": uuid.New(), "subnet_id": eth0["subnet_id"], "ip_address": eth0["ip_address"]}},
		})).id(t)
		before := v.stored("mine")
		if got := d.reports(body).id(t); got != id {
			t.Fatalf("%s: it found %s", version, got)
		}
		h := v.stored("mine")
		if *h.Hostname != hostname || *h.Description != "kept" || *h.SysDescr != "by hand" || h.Source.Type != "Discovery" {
			t.Errorf("%s: %+v", version, h)
		}
		if !h.UpdatedAt.Equal(before.UpdatedAt.Time) || len(h.Ports) != 1 || len(h.Services) != 1 {
			t.Errorf("%s: changed %v, %d ports, %d services", version, h.UpdatedAt, len(h.Ports), len(h.Services))
		}
	}
}

func TestADiscoveryRenewsWhatADiscoveryFound(t *testing.T) {
	for version, want := range map[string]string{"0.16.0": "web-01.lan", "0.17.16": "moved.lan", "0.17.22": "moved.lan"} {
		v := asVersion(t, version)
		d := newDaemon(v)
		body := d.itself()
		id := d.reports(body).id(t)
		body["host"].(fields)["hostname"] = "moved.lan"
		d.reports(body)
		if got := data(t, v.must("GET", "/api/v1/hosts/"+id, nil))["hostname"]; got != want {
			t.Errorf("%s: hostname %v, want %s", version, got, want)
		}
	}
}
