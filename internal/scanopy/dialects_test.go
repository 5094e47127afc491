// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func dialectOf(t *testing.T, version string) dialect {
	t.Helper()
	d, err := dialectFor(version, false)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func written(t *testing.T, body any, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// shownHost reads a host that a server was seen to answer.
func shownHost(t *testing.T, version string) Host {
	t.Helper()
	raw, err := os.ReadFile("testdata/hosts/host-" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	env := readEnvelope(raw)
	if !env.whole || env.Meta.Server != version {
		t.Fatalf("the file holds no answer of %s", version)
	}
	h, err := dialectOf(t, version).host(env.Data)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHostsThatServersWereSeenToAnswerAreReadWithoutLoss(t *testing.T) {
	const network = "11111111-0000-4000-8000-000000000001"
	id := func(kind, n string) string { return kind + "-0000-4000-8000-00000000000" + n }
	host, address, lo := id("22222222", "1"), id("33333333", "2"), id("33333333", "1")
	port, service := id("44444444", "1"), id("55555555", "1")
	at := readTime("2026-09-16T19:13:38.806603Z")
	want := Host{
		ID: host, NetworkID: network, Name: "web-01", Hostname: new("web-01.lan"), Tags: []string{}, Source: SourceDiscovery,
		CreatedAt: at, UpdatedAt: at, UpdatedAtRaw: "2026-09-16T19:13:38.806603Z",
		Interfaces: []Interface{
			{ID: lo, HostID: host, SubnetID: id("66666666", "1"), NetworkID: network, IPAddress: "127.0.0.1", Name: new("lo")},
			{
				ID: address, HostID: host, SubnetID: id("66666666", "2"), NetworkID: network, IPAddress: "10.20.0.10",
				MACAddress: new("02:00:00:00:00:0A"), MACSource: "DaemonSelfReport", Name: new("eth0"), Position: 1,
			},
		},
		Ports: []Port{{ID: port, HostID: host, NetworkID: network, Number: 60073, Protocol: TCP, Type: "Custom"}},
		Services: []Service{{
			ID: service, HostID: host, NetworkID: network, Name: "Scanopy Daemon", Definition: "Scanopy Daemon", Tags: []string{},
			Source: "DiscoveryWithMatch", Bindings: []Binding{{
				ID: id("88888888", "1"), ServiceID: service, NetworkID: network, Type: BindingPort, InterfaceID: address, PortID: port,
			}},
		}},
		CredentialAssignments: []CredentialAssignment{}, Shown: Shown{
			Virtualization: FormSplit, WeakMACs: map[string]string{address: "02:00:00:00:00:0A"},
		},
	}
	for _, version := range []string{"0.17.16", "0.17.22"} {
		t.Run(version, func(t *testing.T) {
			if diff := cmp.Diff(want, shownHost(t, version)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnUpdateClearsNothingThatIsNotDeclared: a PUT clears hostname, description and the three keys of virtualization when
// they are null or left out, and keeps name_source while the name is the same (1.2, UpdateHostRequest).
func TestAnUpdateClearsNothingThatIsNotDeclared(t *testing.T) {
	for name, tc := range map[string]struct{ version, shown, want string }{
		"nested, as 0.16 shows it": {
			"0.16.0", `"virtualization":{"type":"Proxmox","details":{"vm_name":"a","later":1,"service_id":"` + idB + `"}}`,
			`"virtualization":{"type":"Proxmox","details":{"vm_name":"a","later":1,"service_id":"` + idB + `"}}`,
		},
		"split, as 0.17.16 shows it": {
			"0.17.16", `"virtualization_metadata":{"type":"ESXi","details":{"vm_id":"7","guest_type":"Qemu"}},"virtualization_service_id":"` + idB + `"`,
			`"virtualization_metadata":{"type":"ESXi","details":{"vm_id":"7","guest_type":"Qemu"}},"virtualization_service_id":"` + idB + `"`,
		},
		"the interface that 0.17.22 has besides": {
			"0.17.22", `"virtualization_metadata":null,"virtualization_service_id":"` + idB + `","virtualization_interface_id":"` + idA + `"`,
			`"virtualization_metadata":null,"virtualization_service_id":"` + idB + `","virtualization_interface_id":"` + idA + `"`,
		},
		"an interface alone": {
			"0.17.22", `"virtualization_metadata":null,"virtualization_service_id":null,"virtualization_interface_id":"` + idA + `"`,
			`"virtualization_metadata":null,"virtualization_service_id":null,"virtualization_interface_id":"` + idA + `"`,
		},
		"a type that came later": {
			"0.17.22", `"virtualization_metadata":{"type":"NetworkIdentity","details":{"x":[1]}},"virtualization_service_id":null`,
			`"virtualization_metadata":{"type":"NetworkIdentity","details":{"x":[1]}},"virtualization_service_id":null`,
		},
		"none": {
			"0.17.16", `"virtualization_metadata":null,"virtualization_service_id":null`,
			`"virtualization_metadata":null,"virtualization_service_id":null`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			own := `"name":"","hostname":"h","description":"d","hidden":true,"tags":["` + idB + `"]`
			d := dialectOf(t, tc.version)
			host, err := d.host([]byte(`{"id":"` + idA + `","updated_at":"t",` + own + `,` + tc.shown + `}`))
			if err != nil {
				t.Fatal(err)
			}
			body, err := d.hostUpdate(idA, host.AsUpdate())
			want := `{"id":"` + idA + `",` + own + `,` + tc.want + `,"expected_updated_at":"t"}`
			if got := written(t, body, err); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestNoOldNameIsEverSent: nested rows have no aliases for the names of before 0.16; a Port binding with the old key
// would be on all addresses (1.2, alias traps).
func TestNoOldNameIsEverSent(t *testing.T) {
	host := HostCreate{
		NetworkID: idN, Name: "h", Interfaces: []Interface{{ID: idA, SubnetID: idB, IPAddress: "10.0.0.1"}},
		Ports: []Port{{ID: idB, Number: 80, Protocol: TCP}},
		Services: []Service{{ID: idA, Name: "s", Definition: "Caddy", Bindings: []Binding{
			{ID: idA, Type: BindingInterface, InterfaceID: idA}, {ID: idB, Type: BindingPort, PortID: idB, InterfaceID: idA},
			{ID: idN, Type: BindingPort, PortID: idB},
		}}},
	}
	for _, version := range []string{"0.16.0", "0.17.21", "0.17.22"} {
		t.Run(version, func(t *testing.T) {
			d := dialectOf(t, version)
			body, err := d.hostCreate(host)
			text := written(t, body, err) + written(t, d.bindingCreate(host.Services[0].Bindings[0]), nil) +
				written(t, d.interfaceCreate(host.Interfaces[0]), nil) + written(t, d.portCreate(host.Ports[0]), nil)
			for _, old := range []string{`"interfaces"`, `"interface_id"`, `"Interface"`, `"if_entries"`, `"snmp_credential_id"`} {
				if strings.Contains(text, old) {
					t.Errorf("%s is sent in %s", old, text)
				}
			}
			if network := strings.Contains(text, `"network_id"`); network == (d.name() == DialectSites) {
				t.Errorf("network_id sent: %t", network)
			}
		})
	}
}

func TestAHostIsWrittenInTheWordsOfItsVersion(t *testing.T) {
	host := HostCreate{
		NetworkID: idN, Name: "h", Interfaces: []Interface{{ID: idA, SubnetID: idB, IPAddress: "10.0.0.1"}}, Ports: []Port{},
		Services: []Service{{ID: idA, Name: "s", Definition: "Caddy", Bindings: []Binding{
			{ID: idA, Type: BindingInterface, InterfaceID: idA}, {ID: idB, Type: BindingPort, PortID: idB},
		}}},
	}
	own := `"name":"h","hostname":null,"description":null,"hidden":false,"tags":[],`
	rest := `"ip_addresses":[{"id":"` + idA + `","subnet_id":"` + idB + `","ip_address":"10.0.0.1","mac_address":null,"name":null}],"ports":[],` +
		`"services":[{"id":"` + idA + `","service_definition":"Caddy","name":"s","bindings":[` +
		`{"id":"` + idA + `","type":"IPAddress","ip_address_id":"` + idA + `"},` +
		`{"id":"` + idB + `","type":"Port","port_id":"` + idB + `","ip_address_id":null}],"tags":[],`
	split := `"virtualization_metadata":null,"virtualization_service_id":null`
	for version, want := range map[string]string{
		"0.16.0":  `{"network_id":"` + idN + `",` + own + `"virtualization":null,` + rest + `"virtualization":null}]}`,
		"0.17.16": `{"network_id":"` + idN + `",` + own + split + `,` + rest + split + `}]}`,
		"0.17.22": `{"site_id":"` + idN + `",` + own + split + `,` + rest + split + `}]}`,
	} {
		t.Run(version, func(t *testing.T) {
			body, err := dialectOf(t, version).hostCreate(host)
			if got := written(t, body, err); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestListsAreFilteredByTheKeyOfTheVersion: another one is ignored without a word (0.2).
func TestListsAreFilteredByTheKeyOfTheVersion(t *testing.T) {
	for version, w := range spoken() {
		t.Run(version, func(t *testing.T) {
			c := serveAs(t, w, func(rw http.ResponseWriter, r *http.Request) {
				key := w.others
				if strings.HasSuffix(r.URL.Path, "/hosts") {
					key = w.hosts
				}
				if q := r.URL.Query(); q.Get(key) != idN || len(q) != 3 {
					t.Errorf("%s: asked for %v", r.URL.Path, q)
				}
				_, _ = io.WriteString(rw, success("["+row("")+`,{"id":"`+idB+`","network_id":"`+idB+`"}]`))
			})
			hosts, err := c.ListHosts(t.Context(), idN, 0, 0)
			if err != nil || len(hosts.Hosts) != 1 || hosts.Foreign != 1 || hosts.Size != 2 {
				t.Errorf("hosts: %+v, %v", hosts, err)
			}
			subnets, err := c.ListSubnets(t.Context(), idN, 0, 0)
			if err != nil || len(subnets.Subnets) != 1 || subnets.Foreign != 1 {
				t.Errorf("subnets: %+v, %v", subnets, err)
			}
			daemons, err := c.ListDaemons(t.Context(), idN, 0, 0)
			if err != nil || len(daemons.Daemons) != 1 || daemons.Foreign != 1 {
				t.Errorf("daemons: %+v, %v", daemons, err)
			}
		})
	}
}

// TestWhereAValueCameFromNeverKeepsARowFromBeingRead: a word or an object with one key (1.2, HostResponse).
func TestWhereAValueCameFromNeverKeepsARowFromBeingRead(t *testing.T) {
	for shown, want := range map[string]string{
		`"Manual"`: "Manual", `{"Probe":"Snmp"}`: "Probe", `{"Authored":"x"}`: "Authored", `null`: "", `7`: "", `["a"]`: "", `{}`: "",
	} {
		raw := `{"id":"` + idA + `","mac_address_source":` + shown + `,"name_source":` + shown + `,"valid_to":null,"lineage_id":null}`
		got, err := dialectOf(t, "0.17.16").iface([]byte(raw))
		if err != nil || got.MACSource != want {
			t.Errorf("%s: %q, %v", shown, got.MACSource, err)
		}
	}
}

// TestAMACThatWasDiscoveredIsNotDeclaredByCarryingItsRowOver: what is written counts as Manual and ranks above discovery;
// null keeps what is there (1.3, MAC rule).
func TestAMACThatWasDiscoveredIsNotDeclaredByCarryingItsRowOver(t *testing.T) {
	mac := func(m string) string {
		return `{"id":"` + idA + `","subnet_id":"` + idB + `","ip_address":"10.0.0.1","mac_address":` + m + `,"name":null}`
	}
	const shown, other = `"02:00:00:00:00:0A"`, `"02:00:00:00:00:0B"`
	for name, tc := range map[string]struct {
		version, source, want string
		change                bool
	}{
		"discovered, carried over":         {"0.17.16", `"DaemonSelfReport"`, "null", false},
		"discovered, of an unknown source": {"0.17.22", `{"Probe":"Snmp"}`, "null", false},
		"discovered, another is declared":  {"0.17.16", `"DaemonSelfReport"`, other, true},
		"declared, carried over":           {"0.17.16", `"Manual"`, shown, false},
		"a server that ranks nothing":      {"0.16.0", `null`, shown, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := dialectOf(t, tc.version)
			host, err := d.host([]byte(`{"id":"` + idA + `","ip_addresses":[` + strings.Replace(mac(shown), `"name"`, `"mac_address_source":`+tc.source+`,"name"`, 1) + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			up := host.AsUpdate()
			if tc.change {
				host.Interfaces[0].MACAddress = new("02:00:00:00:00:0b")
			}
			up.Interfaces = &host.Interfaces
			body, err := d.hostUpdate(idA, up)
			if got := written(t, body, err); !strings.Contains(got, mac(tc.want)) {
				t.Errorf("got %s, not %s", got, mac(tc.want))
			}
		})
	}
}

func TestSubnetsTagsAndRowsAreMadeInTheWordsOfTheVersion(t *testing.T) {
	for version, key := range map[string]string{"0.15.3": "network_id", "0.17.21": "network_id", "0.17.22": "site_id"} {
		d := dialectOf(t, version)
		want := `{"` + key + `":"` + idN + `","name":"n","cidr":"10.0.0.0/8","description":null,"subnet_type":"Lan","source":{"type":"Manual"},"tags":[]}`
		if got := written(t, d.subnetCreate(SubnetCreate{NetworkID: idN, Name: "n", CIDR: "10.0.0.0/8"}), nil); got != want {
			t.Errorf("%s: subnet %s", version, got)
		}
		want = `{"color":"Gray","description":null,"name":"t","organization_id":"` + idB + `"}`
		if got := written(t, d.tagCreate(TagCreate{OrganizationID: idB, Name: "t"}), nil); got != want {
			t.Errorf("%s: tag %s", version, got)
		}
	}
}

func TestCredentialAssignmentsOfAHostKeepTheirLimits(t *testing.T) {
	for version, key := range map[string]string{"0.15.3": "interface_ids", "0.16.0": "ip_address_ids", "0.17.22": "ip_address_ids"} {
		t.Run(version, func(t *testing.T) {
			d := dialectOf(t, version)
			shown := `"credential_assignments":[{"credential_id":"` + idA + `","` + key + `":null},{"credential_id":"` + idB + `","` + key + `":["` + idN + `"]}]`
			host, err := d.host([]byte(`{"id":"` + idA + `",` + shown + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := host.CredentialAssignments; len(got) != 2 || got[0].InterfaceIDs != nil || len(got[1].InterfaceIDs) != 1 {
				t.Errorf("read %+v", got)
			}
			up := host.AsUpdate()
			body, err := d.hostUpdate(idA, up)
			if text := written(t, body, err); strings.Contains(text, "credential_assignments") {
				t.Errorf("an update that is not about them replaces them: %s", text)
			}
			up.CredentialAssignments = &host.CredentialAssignments
			body, err = d.hostUpdate(idA, up)
			if text := written(t, body, err); !strings.Contains(text, shown) {
				t.Errorf("wrote %s, not %s", text, shown)
			}
		})
	}
	up := HostUpdate{CredentialAssignments: &[]CredentialAssignment{}}
	if _, err := dialectOf(t, "0.14.13").hostUpdate(idA, up); !HasReason(err, Unsupported) || !strings.Contains(err.Error(), "0.15.0") {
		t.Errorf("0.14.13: %v", err)
	}
}

// serveAs is a client of a server of another version.
func serveAs(t *testing.T, w words, h http.HandlerFunc) *Client {
	t.Helper()
	srv := newServer(t, w.as(h))
	return testClient(t, Config{URL: srv + "/base"}, w.version)
}
