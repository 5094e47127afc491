// SPDX-License-Identifier: Apache-2.0

package scanopy

// Capabilities says what a server version can express. The zero value, for a
// version that is not known, lacks nothing.
type Capabilities struct{ version version }

// CapabilitiesOf gives those of a server version.
func CapabilitiesOf(server string) Capabilities {
	v, _ := parseVersion(server)
	return Capabilities{version: v}
}

// needs gives the version that is needed, "" if the server has it.
func (c Capabilities) needs(v version) string {
	if c.version == (version{}) || !c.version.less(v) {
		return ""
	}
	return v.String()
}

// HostVirtualizationNeeds gives the version that is needed for a type of a
// host's virtualization, "" if the server knows it.
func (c Capabilities) HostVirtualizationNeeds(kind string) string {
	if kind == proxmox {
		return ""
	}
	return c.needs(version{0, 17, 0})
}

// ServiceVirtualizationNeeds is as HostVirtualizationNeeds for a service's.
func (c Capabilities) ServiceVirtualizationNeeds(kind string) string {
	if kind == docker {
		return ""
	}
	return c.needs(version{0, 17, 0})
}

// VirtualizationNeedsService says that one without a ServiceID cannot be stored.
func (c Capabilities) VirtualizationNeedsService() bool {
	return c.version == (version{}) || c.version.less(splitSince())
}

// MACChangeable says that a PUT changes a MAC, and clears it.
func (c Capabilities) MACChangeable() bool {
	return c.version != (version{}) && c.version.less(version{0, 14, 2})
}

// CredentialsNeed gives the version that is needed for credentials of all
// types, "" if the server has them.
func (c Capabilities) CredentialsNeed() string { return c.needs(version{0, 15, 0}) }

// CredentialTypeNeeds gives the version that is needed for a type.
func (c Capabilities) CredentialTypeNeeds(kind CredentialType) string {
	return c.needs(kind.since())
}

// CredentialFieldNeeds gives the version that is needed for a field of a type;
// "description" and "daemon_os" are fields of all.
func (c Capabilities) CredentialFieldNeeds(kind CredentialType, field string) string {
	switch {
	case field == "description", field == "daemon_os":
		return c.needs(describedSince())
	case kind == SnmpV3 && field == "context_name":
		return c.needs(version{0, 17, 12})
	}
	return c.needs(kind.since())
}

// CredentialsHoldAssignments says that a credential says itself what it is
// assigned to. Before, hosts and networks did.
func (c Capabilities) CredentialsHoldAssignments() bool { return c.needs(assignedSince()) == "" }
