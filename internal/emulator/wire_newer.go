// SPDX-License-Identifier: Apache-2.0

package emulator

import "github.com/google/uuid"

// Rows as servers from 0.16 on show them. A group of fields that a version lacks is a nil pointer and absent.

type rowTimes struct {
	ID        uuid.UUID `json:"id"`
	CreatedAt Stamp     `json:"created_at"`
	UpdatedAt Stamp     `json:"updated_at"`
}

// history is the past of a row. A row that lives has no end; ended ones are never shown here.
type history struct {
	ValidFrom Stamp      `json:"valid_from"`
	ValidTo   *Stamp     `json:"valid_to"`
	LineageID *uuid.UUID `json:"lineage_id"`
}

type seen struct {
	LastSeenAt Stamp `json:"last_seen_at"`
}

// discoveries are never known here.
type discoveries struct {
	FirstDiscoveryID *uuid.UUID `json:"first_discovery_id"`
	LastDiscoveryID  *uuid.UUID `json:"last_discovery_id"`
}

// past is what children, services and subnets tell of themselves.
type past struct {
	history
	seen
	discoveries
}

// scope is the network of a row, by its name in the version.
type scope struct {
	NetworkID *uuid.UUID `json:"network_id,omitempty"`
	SiteID    *uuid.UUID `json:"site_id,omitempty"`
}

// newerRow is what every child of a host begins with.
type newerRow struct {
	rowTimes
	*past
	scope
}

type newerAddress struct {
	newerRow
	HostID    uuid.UUID `json:"host_id"`
	SubnetID  uuid.UUID `json:"subnet_id"`
	IPAddress string    `json:"ip_address"`
	*macAddress
	Name     *string `json:"name"`
	Position int32   `json:"position"`
}

// macAddress is absent without an address since 0.17.
type macAddress struct {
	MACAddress *string `json:"mac_address"`
	*macSource
}

type macSource struct {
	MACAddressSource Attribution `json:"mac_address_source"`
}

type newerPort struct {
	newerRow
	HostID   uuid.UUID `json:"host_id"`
	Number   uint16    `json:"number"`
	Protocol string    `json:"protocol"`
	Type     string    `json:"type"`
}

type newerBinding struct {
	newerRow
	ServiceID uuid.UUID  `json:"service_id"`
	Type      string     `json:"type"`
	PortID    *uuid.UUID `json:"port_id,omitempty"`
	*bindingAddress
}

// bindingAddress is absent on all addresses before 0.17, then null.
type bindingAddress struct {
	IPAddressID *uuid.UUID `json:"ip_address_id"`
}

type newerService struct {
	newerRow
	HostID            uuid.UUID      `json:"host_id"`
	ServiceDefinition string         `json:"service_definition"`
	Name              string         `json:"name"`
	Bindings          []newerBinding `json:"bindings"`
	*wholeVirtualization
	*splitVirtualization
	Source   Source      `json:"source"`
	Tags     []uuid.UUID `json:"tags"`
	Position int32       `json:"position"`
}

type wholeVirtualization struct {
	Virtualization *Virtualization `json:"virtualization"`
}

type splitVirtualization struct {
	Metadata  *Virtualization `json:"virtualization_metadata"`
	ServiceID *uuid.UUID      `json:"virtualization_service_id"`
}

// renamedIfEntry is the row of 0.16, with the newer name of its address.
type renamedIfEntry struct {
	*IfEntry
	InterfaceID *uuid.UUID `json:"interface_id,omitempty"`
	IPAddressID *uuid.UUID `json:"ip_address_id"`
}

// newerIfEntry is the row since 0.17.
type newerIfEntry struct {
	newerRow
	HostID       uuid.UUID  `json:"host_id"`
	AdminStatus  string     `json:"admin_status"`
	DisplayName  string     `json:"display_name"`
	IfAlias      *string    `json:"if_alias"`
	IfDescr      string     `json:"if_descr"`
	IfIndex      int32      `json:"if_index"`
	IfName       *string    `json:"if_name"`
	IfType       int32      `json:"if_type"`
	IPAddressID  *uuid.UUID `json:"ip_address_id"`
	IPConfigured bool       `json:"ip_configured"`
	*macAddress
	NeighborCandidates []any  `json:"neighbor_candidates"`
	OperStatus         string `json:"oper_status"`
	SpeedBPS           *int64 `json:"speed_bps"`
}

type newerSubnet struct {
	*Subnet
	*past
	NetworkID *uuid.UUID `json:"network_id,omitempty"`
	SiteID    *uuid.UUID `json:"site_id,omitempty"`
	*subnetSource
	*subnetVirtualization
}

type subnetSource struct {
	CIDRSource Attribution `json:"cidr_source"`
}

type subnetVirtualization struct {
	VirtualizationServiceID *uuid.UUID `json:"virtualization_service_id"`
}

// newerDaemon hides the daemon's own network.
type newerDaemon struct {
	*Daemon
	NetworkID *uuid.UUID `json:"network_id,omitempty"`
	SiteID    *uuid.UUID `json:"site_id,omitempty"`
}

// newerNetwork is a network since 0.17.
type newerNetwork struct {
	*Network
	StaleAfterHours          *int `json:"stale_after_hours"`
	EffectiveStaleAfterHours int  `json:"effective_stale_after_hours"`
}

type newerTag struct {
	*Tag
	*applicationTag
	*exclusiveTag
}

type applicationTag struct {
	IsApplication bool `json:"is_application"`
}

type exclusiveTag struct {
	ExclusiveSet *ExclusiveSet `json:"exclusive_set"`
	Icon         *string       `json:"icon"`
}
