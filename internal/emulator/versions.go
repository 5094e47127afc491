// SPDX-License-Identifier: Apache-2.0

package emulator

// dialects are the versions served, oldest first. Each is told by what it changed.
func dialects() []dialect {
	out := []dialect{{
		version: "0.13.5", words: words014(),
		without: []string{
			"Appwrite", "BACnet", "Beszel Agent", "CheckMK Agent", "DHCP Server", "DNS Server", "Dockge", "HP Printer",
			"JetDirect", "MikroTik", "NCPA Agent", "Nvidia GPU Exporter", "OpenSpeedTest", "Prometheus Node Exporter",
			"Roborock Vacuum", "Ubiquiti Discovery", "Zabbix Agent",
		},
		extra:        []string{"Dhcp Server", "Dns Server", "Hp Printer"},
		withoutPorts: []string{"BACnet", "JetDirect"},
	}}
	next := func(version string, changes ...func(*dialect)) {
		d := out[len(out)-1]
		d.version = version
		for _, change := range changes {
			change(&d)
		}
		out = append(out, d)
	}
	next("0.14.2", since0142)
	next("0.14.13", since01413)
	next("0.15.3", since015)
	next("0.16.0", since016)
	return out
}

// since0142 is what changed up to 0.14.2.
func since0142(d *dialect) {
	d.coded, d.snmp, d.snmpCredential, d.macFixed, d.provision = true, true, true, true, true
	d.outOfRange = "interface_ip_out_of_range"
	d.without, d.extra, d.withoutPorts = []string{"JetDirect"}, nil, []string{"JetDirect"}
}

// since01413 is what changed up to 0.14.13.
func since01413(d *dialect) {
	d.standby, d.capMetadata = true, true
	d.without, d.withoutPorts = nil, nil
}

// since015 has universal credentials in the place of those for SNMP.
func since015(d *dialect) {
	d.words, d.snmpCredential = words015(), false
}

// since016 calls IP rows addresses and SNMP rows interfaces.
func since016(d *dialect) {
	d.words, d.shapes.renamed = words016(), true
	d.outOfRange = "ip_address_out_of_range"
}
