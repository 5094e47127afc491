// SPDX-License-Identifier: Apache-2.0

package emulator

import "net/http"

// dialects are the versions served, oldest first. Each is told by what it changed.
func dialects() []dialect {
	out := []dialect{{
		version: "0.13.5", words: words013(), guests: oldGuests(), hosts: hostRules{linksSNMP: true, requeues: true},
		without: []string{
			"Appwrite", "BACnet", "Beszel Agent", "CheckMK Agent", "DHCP Server", "DNS Server", "Dockge", "HP Printer",
			"JetDirect", "MikroTik", "NCPA Agent", "Nvidia GPU Exporter", "OpenSpeedTest", "Prometheus Node Exporter",
			"Roborock Vacuum", "Ubiquiti Discovery", "Zabbix Agent",
		},
		subnetTypes: []string{
			"Internet", "Remote", "Gateway", "VpnTunnel", "Dmz", "Lan", "WiFi", "IoT", "Guest", "DockerBridge", "MacVlan",
			"IpVlan", "Management", "Storage", "Unknown", "None",
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
	next("0.17.1", since017)
	next("0.17.16", since01710, since01715)
	next("0.17.21", since01719, since01720, since01721)
	next("0.17.22", since01722)
	return out
}

// since0142 is what changed up to 0.14.2.
func since0142(d *dialect) {
	d.words = words014()
	d.coded, d.snmp, d.snmpCredential, d.macFixed, d.provision, d.networkApart = true, true, true, true, true, true
	d.outOfRange = "interface_ip_out_of_range"
	d.without, d.extra, d.withoutPorts = []string{"JetDirect"}, nil, []string{"JetDirect"}
}

// since01413 is what changed up to 0.14.13.
func since01413(d *dialect) {
	d.standby, d.capMetadata, d.ifNames = true, true, true
	d.without, d.withoutPorts = nil, nil
}

// since015 has universal credentials in the place of those for SNMP.
func since015(d *dialect) {
	d.words, d.snmpCredential, d.merge.credentials = words015(), false, true
	d.credentials = &credentialRules{types: []string{"SnmpV2c", "DockerProxy"}}
	d.tags.exclusive = http.StatusInternalServerError
}

// since016 calls IP rows addresses and SNMP rows interfaces.
func since016(d *dialect) {
	d.words, d.shapes.renamed = words016(), true
	d.outOfRange = "ip_address_out_of_range"
}

// since017 keeps the past of rows, and answers every broken body in the envelope.
func since017(d *dialect) {
	d.shapes.history, d.words.cannotStore = true, true
	d.enveloped, d.foreignIsDaemon, d.accessFirst, d.lastNetwork, d.derivesTypes = true, true, true, true, true
	d.macFixed, d.macRanked = false, true
	d.hosts = hostRules{
		badBody: "Invalid request format: could not parse as CreateHostRequest or legacy HostWithServicesRequest",
		tiers:   true, places: true, portsFirst: true, syncsSNMP: true, codedDaemon: true,
	}
	d.merge = mergeRules{pairs: true, credentials: true}
	d.tags.colors = []string{"Sky", "Fuchsia", "Amber", "Violet"}
	d.manualSubnets = true
	d.credentials = d.credentials.with("SnmpV1", "SnmpV3")
	d.credentials.assigned = true
	d.subnetTypes = []string{
		"Internet", "Remote", "Gateway", "VpnTunnel", "Dmz", "Lan", "WiFi", "IoT", "Guest", "DockerBridge", "PodmanBridge",
		"MacVlan", "IpVlan", "Management", "Storage", "Loopback", "Unknown",
	}
}

// since01710 tells what runs a host or service by two fields.
func since01710(d *dialect) {
	d.shapes.split, d.guests = true, splitGuests()
}

// since01715 tells where values came from, and ranks them, and has more types of credentials.
func since01715(d *dialect) {
	d.shapes.ranked, d.merge.ranked = true, true
	d.credentials = d.credentials.with("PodmanProxy", "DockerSocket", "PodmanSocket", "UnifiApiKey", "UnifiLocalAdmin",
		"InstantOnAccount", "Gnmi")
}

// since01719 gives rows that come with an id the time of their making, and tells more of credentials.
func since01719(d *dialect) {
	d.bornNow = true
	d.credentials = d.credentials.with("SshPassword", "SshKey", "WakeOnLan")
	d.credentials.described = true
}

// since01720 tells the operating system of hosts.
func since01720(d *dialect) {
	d.shapes.os = true
}

// since01721 has credentials for Proxmox, and merges hosts that a daemon proves to be one.
func since01721(d *dialect) {
	d.hosts.provesSame = true
	d.credentials = d.credentials.with("ProxmoxApiToken")
}

// since01722 calls networks sites, and loses nothing when hosts are consolidated.
func since01722(d *dialect) {
	d.words, d.shapes.ancestry, d.guests = words01722(), true, siteGuests()
	d.hosts.manyScopes, d.merge.everything = true, true
	d.tags.exclusive = http.StatusBadRequest
	d.credentials = d.credentials.with()
	d.credentials.typed = true
}
