// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// tongue is what a version calls things, written down once more so that the emulator's own table is checked.
type tongue struct {
	// network and address are the keys of ids, without "_id".
	network, address                string
	networks, addresses, interfaces string // paths
	addressList, snmpList           string // keys of lists on hosts
	bindAddress                     string
}

func tongueOf(version string) tongue {
	old := tongue{
		network: "network", address: "interface", networks: "networks", addresses: "interfaces", interfaces: "if-entries",
		addressList: "interfaces", snmpList: "if_entries", bindAddress: "Interface",
	}
	addresses := tongue{
		network: "network", address: "ip_address", networks: "networks", addresses: "ip-addresses", interfaces: "interfaces",
		addressList: "ip_addresses", snmpList: "interfaces", bindAddress: "IPAddress",
	}
	sites := addresses
	sites.network, sites.networks = "site", "sites"
	switch version {
	case "0.13.5", "0.14.2", "0.14.13", "0.15.3":
		return old
	case "0.17.22":
		return sites
	}
	return addresses
}

// versioned is a server of a version, spoken to in its own words.
type versioned struct {
	*bench
	tongue
	version string
}

func asVersion(t testing.TB, version string) versioned {
	t.Helper()
	return versioned{inProcess(t, emulator.Options{Version: version}), tongueOf(version), version}
}

// each runs a test once for each version of a list.
func each(t *testing.T, versions []string, test func(*testing.T, versioned)) {
	t.Helper()
	for _, version := range versions {
		t.Run(version, func(t *testing.T) { test(t, asVersion(t, version)) })
	}
}

// newer are the versions of which there are no transcripts, from the first that is named on.
func newer(from string) []string {
	all := emulator.Versions()
	for i, v := range all {
		if v == from {
			return all[i:]
		}
	}
	return nil
}

// in adds the id of the network to a body.
func (v versioned) in(body fields) fields {
	body[v.network+"_id"] = v.boot.Network
	return body
}

func (v versioned) addSubnet(name, cidr string) string {
	v.t.Helper()
	return v.must("POST", "/api/v1/subnets", v.in(fields{
		"name": name, "cidr": cidr, "description": nil, "subnet_type": "Lan", "source": fields{"type": "Manual"},
	})).id(v.t)
}

// plain is a host with one address and one port.
type plain struct{ id, address, port string }

func (v versioned) plainBody(subnet, name, address string) (fields, plain) {
	p := plain{address: uuid.NewString(), port: uuid.NewString()}
	return v.in(fields{
		"name":        name,
		v.addressList: []fields{{"id": p.address, "subnet_id": subnet, "ip_address": address}},
		"ports":       []fields{{"id": p.port, "number": 80, "protocol": "Tcp"}},
	}), p
}

func (v versioned) addHost(subnet, name, address string) plain {
	v.t.Helper()
	body, p := v.plainBody(subnet, name, address)
	p.id = v.must("POST", "/api/v1/hosts", body).id(v.t)
	return p
}

// change sends a PUT of a host with these fields besides what must be there.
func (v versioned) change(host string, more fields) reply {
	v.t.Helper()
	body := fields{"id": host, "name": "x", "hidden": false}
	for key, value := range more {
		body[key] = value
	}
	return v.do("PUT", "/api/v1/hosts/"+host, body)
}

// stored is what the server keeps of the host of a name.
func (v versioned) stored(name string) emulator.Host {
	v.t.Helper()
	for _, h := range v.State().Hosts {
		if h.Name == name {
			return h
		}
	}
	v.t.Fatalf("there is no host %q", name)
	return emulator.Host{}
}

// data is the data of an answer.
func data(t testing.TB, r reply) fields {
	t.Helper()
	out, _ := r.json(t)["data"].(map[string]any)
	return out
}

// Paragraph 0.1.

func TestInterfacesAreCalledAddressesSince016(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		for path, status := range map[string]int{
			"/api/v1/ip-addresses": http.StatusOK, "/api/v1/ip-addresses/" + h.address: http.StatusOK,
			"/api/v1/interfaces": http.StatusOK, "/api/v1/interfaces/" + h.address: http.StatusNotFound,
			"/api/v1/if-entries": http.StatusNotFound,
		} {
			if r := v.do("GET", path, nil); r.status != status {
				t.Errorf("GET %s: %d, want %d", path, r.status, status)
			}
		}
		refused(t, v.do("GET", "/api/v1/ip-addresses/"+uuid.NewString(), nil), http.StatusNotFound, "IP Address with ID")
		body, _ := v.plainBody(v.addSubnet("more", "11.0.0.0/8"), "again", "10.0.0.1")
		body["ip_addresses"].([]fields)[0]["subnet_id"] = data(t, v.do("GET", "/api/v1/ip-addresses/"+h.address, nil))["subnet_id"]
		refused(t, v.do("POST", "/api/v1/hosts", body), http.StatusBadRequest, "A host with matching IP addresses already exists: 'web' (id: "+h.id+")")
	})
}

func TestBindingsSpeakOfAddressesSince016(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		at := fields{"type": "IPAddress", "id": uuid.New(), "ip_address_id": h.address}
		everywhere := fields{"type": "Port", "id": uuid.New(), "port_id": h.port}
		refused(t, v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", everywhere, at)}}),
			http.StatusBadRequest, "Cannot add ip_address binding: service already has a port binding on this ip_address (or on all ip_addresses).")
		refused(t, v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", at, everywhere)}}),
			http.StatusBadRequest, "Cannot add port binding on all ip_addresses: service already has ip_address bindings.")
		stranger := fields{"type": "IPAddress", "id": uuid.New(), "ip_address_id": uuid.New()}
		refused(t, v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", stranger)}}),
			http.StatusBadRequest, "IP address binding references ip_address")
	})
}

// Paragraph 1.2, the traps.

func TestNestedBindingsKnowNoOldNames(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		old := fields{"type": "Interface", "id": uuid.New(), "interface_id": h.address}
		if r := v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", old)}}); r.status == http.StatusOK {
			t.Errorf("accepted: %s", r.body)
		}
		narrow := fields{"type": "Port", "id": uuid.New(), "port_id": h.port, "interface_id": h.address}
		if r := v.change(h.id, fields{"services": []fields{service(uuid.NewString(), "s", narrow)}}); r.status != http.StatusOK {
			t.Fatalf("%d %s", r.status, r.body)
		}
		if b := v.State().Hosts[0].Services[0].Bindings[0]; b.InterfaceID != nil {
			t.Errorf("it holds at %v, want on all addresses", b.InterfaceID)
		}
	})
}

func TestBindingsOfTheirOwnKnowTheOldNames(t *testing.T) {
	each(t, newer("0.16.0"), func(t *testing.T, v versioned) {
		h := v.addHost(v.addSubnet("lan", "10.0.0.0/8"), "web", "10.0.0.1")
		id := v.must("POST", "/api/v1/services", v.in(fields{
			"host_id": h.id, "service_definition": "Caddy", "name": "s", "bindings": []fields{},
		})).id(t)
		made := data(t, v.must("POST", "/api/v1/bindings", v.in(fields{
			"service_id": id, "type": "Interface", "interface_id": h.address,
		})))
		if made["type"] != "IPAddress" || made["ip_address_id"] != h.address {
			t.Errorf("made %v", made)
		}
	})
}
