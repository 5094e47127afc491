// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// dialect is what sets one server version apart from the others. Handlers never compare versions; they ask here.
type dialect struct {
	version string
	// coded: errors carry a code and params; before, they had only words, and other words.
	coded bool
	// snmp: hosts have if_entries and the sys_* fields.
	snmp bool
	// macFixed: a MAC address that was set once never changes.
	macFixed bool
	// provision: daemons can be made ready by POST /daemons/provision.
	provision bool
	// standby: daemons say whether they are on standby.
	standby bool
	// capMetadata: at most ten discoveries are remembered on a row.
	capMetadata bool
	// without and extra change the service definitions known to 0.14.13.
	without, extra []string
	// withoutPorts are the port types that this version shows as Custom.
	withoutPorts []string
}

// dialects are the versions served, oldest first.
func dialects() []dialect {
	return []dialect{
		{
			version: "0.13.5",
			without: []string{
				"Appwrite", "BACnet", "Beszel Agent", "CheckMK Agent", "DHCP Server", "DNS Server", "Dockge", "HP Printer",
				"JetDirect", "MikroTik", "NCPA Agent", "Nvidia GPU Exporter", "OpenSpeedTest", "Prometheus Node Exporter",
				"Roborock Vacuum", "Ubiquiti Discovery", "Zabbix Agent",
			},
			extra:        []string{"Dhcp Server", "Dns Server", "Hp Printer"},
			withoutPorts: []string{"BACnet", "JetDirect"},
		},
		{
			version: "0.14.2", coded: true, snmp: true, macFixed: true, provision: true,
			without:      []string{"JetDirect"},
			withoutPorts: []string{"JetDirect"},
		},
		{
			version: "0.14.13", coded: true, snmp: true, macFixed: true, provision: true, standby: true, capMetadata: true,
		},
	}
}

// Versions are the server versions that New accepts, oldest first.
func Versions() []string {
	var out []string
	for _, d := range dialects() {
		out = append(out, d.version)
	}
	return out
}

func dialectOf(version string) (*dialect, error) {
	for _, d := range dialects() {
		if d.version == version {
			return &d, nil
		}
	}
	return nil, fmt.Errorf("unknown server version %q: known are %s", version, strings.Join(Versions(), ", "))
}

// definition is the definition that the server stores for a name: an unknown one becomes "Missing Service".
func (d *dialect) definition(name string) string {
	known := slices.Contains(d.extra, name) || (isDefinition(name) && !slices.Contains(d.without, name))
	if known {
		return name
	}
	return missingService
}

// portType is what a stored port is shown as.
func (d *dialect) portType(number uint16, protocol string) string {
	name := wellKnownPort(number, protocol)
	if name == "" || slices.Contains(d.withoutPorts, name) {
		return customPort
	}
	return name
}
