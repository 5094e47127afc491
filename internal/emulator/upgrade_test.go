// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestAnUpgradeUnderRequestsLosesNone(t *testing.T) {
	b := onNetwork(t, emulator.Options{Version: "0.16.0"})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 20 {
				id := b.boot.Network
				r, err := b.try("POST", "/api/v1/hosts", fields{"name": "x", "network_id": id, "site_id": id})
				if err != nil || r.status != http.StatusOK {
					t.Errorf("%d %v", r.status, err)
				}
			}
		})
	}
	wait.Go(func() {
		for range 10 {
			for _, version := range []string{"0.17.1", "0.17.22", "0.16.0"} {
				if err := b.SetVersion(version); err != nil {
					t.Error(err)
				}
			}
		}
	})
	wait.Wait()
	if n := len(b.State().Hosts); n != 80 {
		t.Errorf("%d hosts", n)
	}
}

// Paragraph 9.10.

func TestTheUpgradeTo01722ClearsMACAddressesOfZeros(t *testing.T) {
	v := asVersion(t, "0.17.21")
	subnet := v.addSubnet("lan", "10.0.0.0/8")
	row := fields{"id": uuid.New(), "subnet_id": subnet, "ip_address": "10.0.0.1", "mac_address": "00:00:00:00:00:00"}
	v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x", "ip_addresses": []fields{row}}))
	if mac := v.stored("x").Interfaces[0].MACAddress; mac == nil {
		t.Fatal("it is gone too early")
	}
	if err := v.SetVersion("0.17.22"); err != nil {
		t.Fatal(err)
	}
	if mac := v.stored("x").Interfaces[0].MACAddress; mac != nil {
		t.Errorf("it still has %s", *mac)
	}
}

func TestAnUpgradeLetsGoWhatRunsOnNothing(t *testing.T) {
	v := asVersion(t, "0.17.1")
	how := fields{"type": "Proxmox", "details": fields{"vm_name": "vm", "service_id": uuid.New()}}
	id := v.must("POST", "/api/v1/hosts", v.in(fields{"name": "x", "virtualization": how})).id(t)
	inside := fields{"type": "Docker", "details": fields{"container_name": "c", "service_id": uuid.New()}}
	v.must("POST", "/api/v1/services", v.in(fields{"host_id": id, "name": "s", "service_definition": "Caddy", "virtualization": inside}))
	if err := v.SetVersion("0.17.16"); err != nil {
		t.Fatal(err)
	}
	got := data(t, v.must("GET", "/api/v1/hosts/"+id, nil))
	metadata, _ := got["virtualization_metadata"].(map[string]any)
	if got["virtualization_service_id"] != nil || metadata["type"] != "Proxmox" {
		t.Errorf("host %v %v", got["virtualization_service_id"], metadata)
	}
	if s := v.stored("x").Services[0]; s.VirtualizationServiceID != nil {
		t.Errorf("service %v", s.VirtualizationServiceID)
	}
}

// Paragraph 6.4.

func TestATextThatTheDatabaseCannotStoreIsRefused(t *testing.T) {
	for version, status := range map[string]int{"0.16.0": 500, "0.17.1": 400, "0.17.22": 400} {
		v := asVersion(t, version)
		words := "invalid byte sequence"
		if status == 400 {
			words = "This record contains a value the database cannot store: "
		}
		refused(t, v.do("POST", "/api/v1/hosts", v.in(fields{"name": "a\x00b"})), status, words)
	}
}

// Paragraph 7.1.

func TestSubnetsAreMergedSince017(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		from, into := v.addSubnet("from", "10.0.0.0/24"), v.addSubnet("into", "10.0.0.0/8")
		h := v.addHost(from, "web", "10.0.0.1")
		path := "/api/v1/subnets/" + from + "/merge"
		if v.version == "0.16.0" {
			if r := v.do("POST", path, fields{"into": into}); r.status != http.StatusNotFound {
				t.Errorf("status %d", r.status)
			}
			return
		}
		refused(t, v.do("POST", path, fields{"into": from}), 400, "")
		refused(t, v.do("POST", path, fields{"into": uuid.New()}), 404, "Subnet with ID")
		refused(t, v.do("POST", path, fields{}), 400, "missing field `into`")
		v.must("POST", path, fields{"into": into})
		rows := v.stored("web").Interfaces
		if len(rows) != 1 || rows[0].ID.String() != h.address || rows[0].SubnetID.String() != into {
			t.Errorf("rows %+v", rows)
		}
		refused(t, v.do("GET", "/api/v1/subnets/"+from, nil), 404, "")
		other := v.must("POST", "/api/v1/subnets", fields{
			"name": "far", "cidr": "10.0.0.0/8", "description": nil, "subnet_type": "Lan", v.network + "_id": v.boot.Network2,
		}).id(t)
		refused(t, v.do("POST", "/api/v1/subnets/"+into+"/merge", fields{"into": other}), 400, "is on a different "+v.network)
	})
}
