// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// portHost is a host with an interface and two ports.
type portHost struct {
	id, iface string
	ports     [2]string
}

func (b *bench) portHost(subnet, name, address string) portHost {
	b.t.Helper()
	h := portHost{iface: uuid.NewString(), ports: [2]string{uuid.NewString(), uuid.NewString()}}
	h.id = b.must("POST", "/api/v1/hosts", fields{
		"name": name, "network_id": b.boot.Network,
		"interfaces": []fields{{"id": h.iface, "subnet_id": subnet, "ip_address": address}},
		"ports":      []fields{{"id": h.ports[0], "number": 80, "protocol": "Tcp"}, {"id": h.ports[1], "number": 443, "protocol": "Tcp"}},
	}).id(b.t)
	return h
}

func all(id, port string) fields { return fields{"type": "Port", "id": id, "port_id": port} }

func service(id, name string, bindings ...fields) fields {
	bindings = append([]fields{}, bindings...)
	return fields{"id": id, "service_definition": "Caddy", "name": name, "bindings": bindings}
}

func (b *bench) putServices(h portHost, services ...fields) reply {
	b.t.Helper()
	return b.do("PUT", "/api/v1/hosts/"+h.id, fields{"id": h.id, "name": "x", "hidden": false, "services": services})
}

// servicesOf are the services of a host with the number of their bindings.
func (b *bench) servicesOf(host string) map[string]int {
	out := map[string]int{}
	for _, h := range b.State().Hosts {
		if h.ID.String() == host {
			for _, s := range h.Services {
				out[s.Name] = len(s.Bindings)
			}
		}
	}
	return out
}

func refused(t *testing.T, r reply, status int, words string) {
	t.Helper()
	if r.status != status || !strings.Contains(string(r.body), words) {
		t.Errorf("got %d %s, want %d with %q", r.status, r.body, status, words)
	}
}

func TestABindingIDOfAnotherServiceIsRefusedAfterTheServiceWasWritten(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	h := b.portHost(b.subnet(), "web", "10.0.0.1")
	first, second, binding := uuid.NewString(), uuid.NewString(), uuid.NewString()
	b.putServices(h, service(first, "first", all(binding, h.ports[0])))
	r := b.putServices(h, service(first, "first", all(binding, h.ports[0])), service(second, "second", all(binding, h.ports[1])))
	refused(t, r, http.StatusBadRequest, "already exists (bindings_pkey)")
	if got := b.servicesOf(h.id); len(got) != 2 || got["first"] != 1 || got["second"] != 0 {
		t.Errorf("services %v", got)
	}
}

func TestAServiceIDOfAnotherHostIsRefused(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	subnet := b.subnet()
	one, two := b.portHost(subnet, "one", "10.0.0.1"), b.portHost(subnet, "two", "10.0.0.2")
	id := uuid.NewString()
	b.putServices(one, service(id, "s"))
	refused(t, b.putServices(two, service(id, "s")), http.StatusBadRequest, "already exists (services_pkey)")
}

func TestOneServiceIDTwiceInAListIsMerged(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	h := b.portHost(b.subnet(), "web", "10.0.0.1")
	id := uuid.NewString()
	r := b.putServices(h, service(id, "s", all(uuid.NewString(), h.ports[0])), service(id, "s", all(uuid.NewString(), h.ports[1])))
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got := b.servicesOf(h.id); got["s"] != 2 {
		t.Errorf("services %v", got)
	}
}

func TestSwappedPortNumbersAreAnUnforeseenError(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	h := b.portHost(b.subnet(), "web", "10.0.0.1")
	r := b.do("PUT", "/api/v1/hosts/"+h.id, fields{"id": h.id, "name": "x", "hidden": false, "ports": []fields{
		{"id": h.ports[0], "number": 443, "protocol": "Tcp"}, {"id": h.ports[1], "number": 80, "protocol": "Tcp"},
	}})
	refused(t, r, http.StatusInternalServerError, "ports_host_id_port_number_protocol_key")
}

func TestABrokenConsolidationCanBeFinished(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	subnet := b.subnet()
	dst, other := b.portHost(subnet, "dst", "10.0.0.1"), b.portHost(subnet, "other", "10.0.0.2")
	rival := uuid.NewString()
	b.putServices(dst, service(rival, "nginx", all(uuid.NewString(), dst.ports[0])))
	b.putServices(other, service(uuid.NewString(), "traefik", all(uuid.NewString(), other.ports[0])))
	path := "/api/v1/hosts/" + dst.id + "/consolidate/" + other.id
	refused(t, b.do("PUT", path, nil), http.StatusInternalServerError, "Failed to update service 'traefik' during consolidation")
	if s := b.State(); len(s.Hosts) != 2 || len(s.Hosts[0].Interfaces) != 2 || len(s.Hosts[1].Interfaces) != 0 {
		t.Fatalf("half-way: %+v", s.Hosts)
	}
	b.must("DELETE", "/api/v1/services/"+rival, nil)
	b.must("PUT", path, nil)
	if got := b.servicesOf(dst.id); len(b.State().Hosts) != 1 || got["traefik"] != 1 {
		t.Errorf("services %v", got)
	}
}

func TestASubnetWithoutASourceIsASystemOneAndNeverFound(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	body := fields{"name": "x", "cidr": "10.1.0.0/16", "network_id": b.boot.Network, "description": nil, "subnet_type": "Lan"}
	first := b.must("POST", "/api/v1/subnets", body)
	if first.id(t) == b.must("POST", "/api/v1/subnets", body).id(t) {
		t.Error("found")
	}
}

func TestASubnetOfOneAddressIsShownWithoutItsLength(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	r := b.must("POST", "/api/v1/subnets", fields{
		"name": "x", "cidr": "10.1.0.1/32", "network_id": b.boot.Network, "description": nil, "subnet_type": "Lan",
	})
	if got := r.json(t)["data"].(map[string]any)["cidr"]; got != "10.1.0.1" {
		t.Errorf("cidr %v", got)
	}
}

func TestInputIsReadAsTheServerReadsIt(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	subnet := b.subnet()
	iface := func(more fields) fields {
		row := fields{"id": uuid.NewString(), "subnet_id": subnet, "ip_address": "10.0.0.9"}
		for k, v := range more {
			row[k] = v
		}
		return fields{"name": "x", "network_id": b.boot.Network, "interfaces": []fields{row}}
	}
	for name, c := range map[string]struct {
		body   any
		status int
	}{
		"a MAC with dashes":                     {iface(fields{"mac_address": "02-00-00-00-00-09"}), 200},
		"a MAC with dots":                       {iface(fields{"mac_address": "0200.0000.0009"}), 422},
		"a MAC of five bytes":                   {iface(fields{"mac_address": "02:00:00:00:09"}), 422},
		"an address with a zone":                {iface(fields{"ip_address": "fe80::1%eth0"}), 422},
		"an address with leading zeros":         {iface(fields{"ip_address": "10.0.0.010"}), 422},
		"a position that is no integer":         {iface(fields{"position": 0.5}), 422},
		"an id without hyphens":                 {iface(fields{"id": strings.ReplaceAll(uuid.NewString(), "-", ""), "ip_address": "10.0.0.8"}), 200},
		"tags that are null":                    {fields{"name": "x", "network_id": b.boot.Network, "tags": nil}, 422},
		"a truth in quotes":                     {fields{"name": "x", "network_id": b.boot.Network, "hidden": "true"}, 422},
		"a definition that nobody knows":        {fields{"name": "x", "network_id": b.boot.Network, "services": []fields{{"id": uuid.NewString(), "name": "s", "service_definition": "Nothing"}}}, 200},
		"what daemons of old sent":              {fields{"host": fields{"id": uuid.New(), "name": "x", "network_id": b.boot.Network}, "services": []fields{}}, 400},
		"a virtualization of an unknown type":   {fields{"name": "x", "network_id": b.boot.Network, "virtualization": fields{"type": "Xen", "details": fields{}}}, 422},
		"a virtualization without a service":    {fields{"name": "x", "network_id": b.boot.Network, "virtualization": fields{"type": "Proxmox", "details": fields{}}}, 422},
		"a virtualization of a known type":      {fields{"name": "x", "network_id": b.boot.Network, "virtualization": fields{"type": "Proxmox", "details": fields{"service_id": uuid.NewString()}}}, 200},
		"SNMP rows":                             {fields{"name": "x", "network_id": b.boot.Network, "if_entries": []fields{{"if_index": 1, "if_descr": "ge0"}, {"if_index": 1, "if_descr": "ge1"}}}, 200},
		"an SNMP row of an unknown status":      {fields{"name": "x", "network_id": b.boot.Network, "if_entries": []fields{{"if_index": 1, "if_descr": "ge0", "oper_status": "Odd"}}}, 422},
		"a credential, of which there are none": {fields{"name": "x", "network_id": b.boot.Network, "snmp_credential_id": uuid.NewString()}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			if r := b.do("POST", "/api/v1/hosts", c.body); r.status != c.status {
				t.Errorf("%d %s, want %d", r.status, r.body, c.status)
			}
		})
	}
}

func TestADaemonIsPlayedByItsKey(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	data := b.must("POST", "/api/v1/daemons/provision", fields{
		"name": "scout", "network_id": b.boot.Network, "url": "http://127.0.0.1:9",
	}).json(t)["data"].(map[string]any)
	token := data["daemon_api_key"].(string)
	for name, c := range map[string]struct {
		token, daemon, method, path string
		status                      int
	}{
		"without its id":             {token, "", "GET", "/api/v1/subnets", http.StatusForbidden},
		"it lists its subnets":       {token, uuid.NewString(), "GET", "/api/v1/subnets", http.StatusOK},
		"it lists no hosts":          {token, uuid.NewString(), "GET", "/api/v1/hosts", http.StatusForbidden},
		"with a key that nobody has": {"scp_d_x", uuid.NewString(), "GET", "/api/v1/subnets", http.StatusUnauthorized},
		"a person discovers nothing": {b.boot.Tokens.Owner, "", "POST", "/api/v1/hosts/discovery", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), c.method, b.base+c.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+c.token)
			req.Header.Set("X-Daemon-ID", c.daemon)
			resp, err := b.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d", resp.StatusCode, c.status)
			}
		})
	}
}

func TestNetworksAreMadeAndDeletedByAnAdmin(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	body := fields{"name": "n", "organization_id": b.boot.Organization}
	id := b.must("POST", "/api/v1/networks", body).id(t)
	if got := len(b.must("GET", "/api/v1/networks", nil).rows(t)); got != 2 {
		t.Errorf("the key sees %d networks, want those it was made for", got)
	}
	body["name"] = "renamed"
	b.must("PUT", "/api/v1/networks/"+id, body)
	b.must("DELETE", "/api/v1/networks/"+id, nil)
	refused(t, b.do("GET", "/api/v1/networks/"+id, nil), http.StatusNotFound, "entity_not_found")
}
