// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestVirtualizationsOfHostsInAllForms (8; 0.1 for the form).
func TestVirtualizationsOfHostsInAllForms(t *testing.T) {
	vm := func(kind string) *HostVirtualization {
		return &HostVirtualization{Type: kind, VMName: "a", VMID: "7", ServiceID: idB}
	}
	nested := func(kind string) string {
		return `{"virtualization":{"details":{"service_id":"` + idB + `","vm_id":"7","vm_name":"a"},"type":"` + kind + `"}}`
	}
	split := func(kind string) string {
		return `{"virtualization_metadata":{"details":{"vm_id":"7","vm_name":"a"},"type":"` + kind + `"},"virtualization_service_id":"` + idB + `"}`
	}
	for name, tc := range map[string]struct {
		version string
		shown   VirtualizationForm
		in      *HostVirtualization
		want    string
	}{
		"Proxmox, 0.16":                             {"0.16.0", "", vm("Proxmox"), nested("Proxmox")},
		"VCenter, 0.17.0":                           {"0.17.0", "", vm("VCenter"), nested("VCenter")},
		"ESXi, 0.17.9":                              {"0.17.9", "", vm("ESXi"), nested("ESXi")},
		"Proxmox, 0.17.10":                          {"0.17.10", "", vm("Proxmox"), split("Proxmox")},
		"VCenter, 0.17.22":                          {"0.17.22", "", vm("VCenter"), split("VCenter")},
		"the form that is shown wins, before":       {"0.17.12", FormNested, vm("ESXi"), nested("ESXi")},
		"the form that is shown wins, after":        {"0.17.8", FormSplit, vm("ESXi"), split("ESXi")},
		"nested it is nothing without its service":  {"0.17.0", "", &HostVirtualization{Type: "ESXi"}, `{"virtualization":null}`},
		"split it can be without its service":       {"0.17.22", "", &HostVirtualization{Type: "ESXi"}, `{"virtualization_metadata":{"details":{"vm_id":null,"vm_name":null},"type":"ESXi"},"virtualization_service_id":null}`},
		"a service without a type keeps the form":   {"0.17.22", "", &HostVirtualization{ServiceID: idB}, `{"virtualization_metadata":null,"virtualization_service_id":"` + idB + `"}`},
		"none, nested":                              {"0.17.0", "", nil, `{"virtualization":null}`},
		"none, split":                               {"0.17.22", "", nil, `{"virtualization_metadata":null,"virtualization_service_id":null}`},
		"VCenter, before 0.17":                      {"0.16.0", "", vm("VCenter"), ""},
		"what is shown goes back though it is new":  {"0.16.0", FormNested, &HostVirtualization{Type: "X", Raw: []byte(`{"virtualization":{"type":"X","details":{"y":1}}}`)}, `{"virtualization":{"type":"X","details":{"y":1}}}`},
		"what is shown beside a change stays there": {"0.17.21", FormSplit, &HostVirtualization{Type: "Proxmox", VMName: "b", Raw: []byte(`{"virtualization_metadata":{"type":"Proxmox","details":{"vm_name":"a","guest_type":"Lxc"}}}`)}, `{"virtualization_metadata":{"details":{"guest_type":"Lxc","vm_id":null,"vm_name":"b"},"type":"Proxmox"},"virtualization_service_id":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			d := addressesOf(t, tc.version)
			got, err := d.hostVirtualization(tc.in, d.formFor(tc.shown))
			checkVirtualization(t, got, err, tc.want, "0.17.0")
		})
	}
}

// TestVirtualizationsOfServicesInAllForms (8).
func TestVirtualizationsOfServicesInAllForms(t *testing.T) {
	box := func(kind string) *ServiceVirtualization {
		return &ServiceVirtualization{Type: kind, ContainerName: "c", ContainerID: "1", ComposeProject: "p", ServiceID: idB}
	}
	details := `"compose_project":"p","container_id":"1","container_name":"c"`
	for name, tc := range map[string]struct {
		version string
		in      *ServiceVirtualization
		want    string
	}{
		"Docker, nested":      {"0.16.0", box("Docker"), `{"virtualization":{"details":{` + details + `,"service_id":"` + idB + `"},"type":"Docker"}}`},
		"Podman, nested":      {"0.17.2", box("Podman"), `{"virtualization":{"details":{` + details + `,"service_id":"` + idB + `"},"type":"Podman"}}`},
		"Docker, split":       {"0.17.16", box("Docker"), `{"virtualization_metadata":{"details":{` + details + `},"type":"Docker"},"virtualization_service_id":"` + idB + `"}`},
		"Podman, split":       {"0.17.22", box("Podman"), `{"virtualization_metadata":{"details":{` + details + `},"type":"Podman"},"virtualization_service_id":"` + idB + `"}`},
		"none":                {"0.17.22", nil, `{"virtualization_metadata":null,"virtualization_service_id":null}`},
		"Podman, before 0.17": {"0.16.0", box("Podman"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := addressesOf(t, tc.version)
			got, err := d.serviceVirtualization(tc.in, d.formFor(""))
			checkVirtualization(t, got, err, tc.want, "0.17.0")
			if tc.want == "" || tc.in == nil {
				return
			}
			back := got.service()
			if !sameServiceVirtualization(*back, *tc.in) {
				t.Errorf("read back as %+v", back)
			}
		})
	}
}

func addressesOf(t *testing.T, version string) addressesDialect {
	t.Helper()
	d, ok := dialectOf(t, version).(addressesDialect)
	if !ok {
		t.Fatalf("%s has another dialect", version)
	}
	return d
}

func checkVirtualization(t *testing.T, got wireVirtualization, err error, want, needed string) {
	t.Helper()
	if want == "" {
		if !HasReason(err, Unsupported) || !strings.Contains(err.Error(), needed) {
			t.Errorf("got %v", err)
		}
		return
	}
	if raw, _ := json.Marshal(got); string(raw) != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", raw, err, want)
	}
}

// TestWhatAVersionLacksNamesTheVersionThatIsNeeded
func TestWhatAVersionLacksNamesTheVersionThatIsNeeded(t *testing.T) {
	for name, tc := range map[string]struct {
		version, want string
		ask           func(Capabilities) string
	}{
		"Proxmox everywhere":         {"0.13.5", "", func(c Capabilities) string { return c.HostVirtualizationNeeds("Proxmox") }},
		"VCenter before 0.17":        {"0.14.13", "0.17.0", func(c Capabilities) string { return c.HostVirtualizationNeeds("VCenter") }},
		"ESXi from 0.17 on":          {"0.17.0", "", func(c Capabilities) string { return c.HostVirtualizationNeeds("ESXi") }},
		"Docker everywhere":          {"0.13.5", "", func(c Capabilities) string { return c.ServiceVirtualizationNeeds("Docker") }},
		"Podman before 0.17":         {"0.16.2", "0.17.0", func(c Capabilities) string { return c.ServiceVirtualizationNeeds("Podman") }},
		"credentials before 0.15":    {"0.14.13", "0.15.0", Capabilities.CredentialsNeed},
		"credentials from 0.15 on":   {"0.15.0", "", Capabilities.CredentialsNeed},
		"SNMPv3 before 0.17":         {"0.15.3", "0.17.0", func(c Capabilities) string { return c.CredentialTypeNeeds(SnmpV3) }},
		"Proxmox token in 0.17.20":   {"0.17.20", "0.17.21", func(c Capabilities) string { return c.CredentialTypeNeeds(ProxmoxAPIToken) }},
		"a description in 0.17.18":   {"0.17.18", "0.17.19", func(c Capabilities) string { return c.CredentialFieldNeeds(SnmpV2c, "description") }},
		"an SNMP context in 0.17.11": {"0.17.11", "0.17.12", func(c Capabilities) string { return c.CredentialFieldNeeds(SnmpV3, "context_name") }},
		"a version nobody knows yet": {"", "", func(c Capabilities) string { return c.HostVirtualizationNeeds("ESXi") + c.CredentialsNeed() }},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.ask(CapabilitiesOf(tc.version)); got != tc.want {
				t.Errorf("needs %q", got)
			}
		})
	}
}

func TestWhatVersionsCanDoWithMACsAndVirtualizations(t *testing.T) {
	for version, want := range map[string][3]bool{ // MAC changeable, service needed, assignments in credentials
		"0.13.5": {true, true, false}, "0.14.1": {true, true, false}, "0.14.2": {false, true, false}, "0.16.0": {false, true, false},
		"0.17.1": {false, true, true}, "0.17.10": {false, false, true}, "0.17.22": {false, false, true}, "": {false, true, true},
	} {
		c := CapabilitiesOf(version)
		if got := [3]bool{c.MACChangeable(), c.VirtualizationNeedsService(), c.CredentialsHoldAssignments()}; got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
}
