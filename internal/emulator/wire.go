// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Stamp is a time as the server writes it: UTC, with none, three, six or nine digits of a second.
type Stamp struct{ time.Time }

// MarshalJSON writes the time as the server does.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return []byte(s.UTC().Format(`"2006-01-02T15:04:05` + fraction(s.Time) + `Z"`)), nil
}

// fraction is the layout of a time's part of a second.
func fraction(t time.Time) string {
	switch n := t.Nanosecond(); {
	case n == 0:
		return ""
	case n%1_000_000 == 0:
		return ".000"
	case n%1_000 == 0:
		return ".000000"
	}
	return ".000000000"
}

// Source tells where a row came from. Metadata and Details are those of discoveries, kept as they were sent.
type Source struct {
	Type     string            `json:"type"`
	Metadata []json.RawMessage `json:"metadata,omitzero"`
	Details  *MatchDetails     `json:"details,omitempty"`
}

// MatchDetails tells how sure a discovery was, and why.
type MatchDetails struct {
	Reason     json.RawMessage `json:"reason"`
	Confidence string          `json:"confidence"`
}

// Virtualization ties a host or a service to the service that runs it.
type Virtualization struct {
	Type    string `json:"type"`
	Details any    `json:"details"`
}

// Network is a network as the server shows it.
type Network struct {
	ID               uuid.UUID   `json:"id"`
	CreatedAt        Stamp       `json:"created_at"`
	UpdatedAt        Stamp       `json:"updated_at"`
	Name             string      `json:"name"`
	OrganizationID   uuid.UUID   `json:"organization_id"`
	Tags             []uuid.UUID `json:"tags"`
	SNMPCredentialID *uuid.UUID  `json:"snmp_credential_id,omitempty"`
	// CredentialIDs is nil, and absent, before 0.15.
	CredentialIDs   []uuid.UUID `json:"credential_ids,omitzero"`
	StaleAfterHours *int        `json:"-"`
}

// Subnet is a subnet as the server shows it.
type Subnet struct {
	ID          uuid.UUID   `json:"id"`
	CreatedAt   Stamp       `json:"created_at"`
	UpdatedAt   Stamp       `json:"updated_at"`
	CIDR        string      `json:"cidr"`
	NetworkID   uuid.UUID   `json:"network_id"`
	Name        string      `json:"name"`
	Description *string     `json:"description"`
	SubnetType  string      `json:"subnet_type"`
	Source      Source      `json:"source"`
	Tags        []uuid.UUID `json:"tags"`
	// CIDRSource and VirtualizationServiceID are of newer servers.
	CIDRSource              Attribution `json:"-"`
	VirtualizationServiceID *uuid.UUID  `json:"-"`
}

// Tag is a tag as the server shows it.
type Tag struct {
	ID             uuid.UUID `json:"id"`
	CreatedAt      Stamp     `json:"created_at"`
	UpdatedAt      Stamp     `json:"updated_at"`
	Name           string    `json:"name"`
	Description    *string   `json:"description"`
	Color          string    `json:"color"`
	OrganizationID uuid.UUID `json:"organization_id"`
	// ExclusiveSet and Icon are of newer servers.
	ExclusiveSet *ExclusiveSet `json:"-"`
	Icon         *string       `json:"-"`
}

// ExclusiveSet are tags of which a row has one at most: those of applications, or a group with a name.
type ExclusiveSet struct {
	Type string `json:"type"`
	Name string `json:"name,omitempty"`
}

func (s *ExclusiveSet) isApplication() bool { return s != nil && s.Type == applicationSet }

// Interface is an interface as the server shows it.
type Interface struct {
	ID         uuid.UUID `json:"id"`
	CreatedAt  Stamp     `json:"created_at"`
	UpdatedAt  Stamp     `json:"updated_at"`
	NetworkID  uuid.UUID `json:"network_id"`
	HostID     uuid.UUID `json:"host_id"`
	SubnetID   uuid.UUID `json:"subnet_id"`
	IPAddress  string    `json:"ip_address"`
	MACAddress *string   `json:"mac_address"`
	Name       *string   `json:"name"`
	Position   int32     `json:"position"`
	// MACSource is of newer servers.
	MACSource Attribution `json:"-"`
}

// Port is a port as the server shows it.
type Port struct {
	ID        uuid.UUID `json:"id"`
	CreatedAt Stamp     `json:"created_at"`
	UpdatedAt Stamp     `json:"updated_at"`
	HostID    uuid.UUID `json:"host_id"`
	NetworkID uuid.UUID `json:"network_id"`
	Number    uint16    `json:"number"`
	Protocol  string    `json:"protocol"`
	Type      string    `json:"type"`
}

// Binding is a binding as the server shows it: a Port binding on all interfaces has no interface_id.
type Binding struct {
	ID          uuid.UUID  `json:"id"`
	CreatedAt   Stamp      `json:"created_at"`
	UpdatedAt   Stamp      `json:"updated_at"`
	ServiceID   uuid.UUID  `json:"service_id"`
	NetworkID   uuid.UUID  `json:"network_id"`
	Type        string     `json:"type"`
	PortID      *uuid.UUID `json:"port_id,omitempty"`
	InterfaceID *uuid.UUID `json:"interface_id,omitempty"`
}

// Service is a service as the server shows it.
type Service struct {
	ID                uuid.UUID       `json:"id"`
	CreatedAt         Stamp           `json:"created_at"`
	UpdatedAt         Stamp           `json:"updated_at"`
	HostID            uuid.UUID       `json:"host_id"`
	NetworkID         uuid.UUID       `json:"network_id"`
	ServiceDefinition string          `json:"service_definition"`
	Name              string          `json:"name"`
	Bindings          []Binding       `json:"bindings"`
	Virtualization    *Virtualization `json:"virtualization"`
	Source            Source          `json:"source"`
	Tags              []uuid.UUID     `json:"tags"`
	Position          int32           `json:"position"`
	// VirtualizationServiceID is of newer servers.
	VirtualizationServiceID *uuid.UUID `json:"-"`
}

// SNMP are the fields of a host that SNMP fills; absent when empty.
type SNMP struct {
	SysDescr         *string    `json:"sys_descr,omitempty"`
	SysObjectID      *string    `json:"sys_object_id,omitempty"`
	SysLocation      *string    `json:"sys_location,omitempty"`
	SysContact       *string    `json:"sys_contact,omitempty"`
	ManagementURL    *string    `json:"management_url,omitempty"`
	ChassisID        *string    `json:"chassis_id,omitempty"`
	SNMPCredentialID *uuid.UUID `json:"snmp_credential_id,omitempty"`
}

// Host is a host with all that hangs on it, as the server shows it.
type Host struct {
	ID             uuid.UUID       `json:"id"`
	CreatedAt      Stamp           `json:"created_at"`
	UpdatedAt      Stamp           `json:"updated_at"`
	Name           string          `json:"name"`
	NetworkID      uuid.UUID       `json:"network_id"`
	Hostname       *string         `json:"hostname"`
	Description    *string         `json:"description"`
	Source         Source          `json:"source"`
	Virtualization *Virtualization `json:"virtualization"`
	Hidden         bool            `json:"hidden"`
	Tags           []uuid.UUID     `json:"tags"`
	SNMP
	Interfaces []Interface `json:"interfaces"`
	Ports      []Port      `json:"ports"`
	Services   []Service   `json:"services"`
	// IfEntries is nil, and absent, before 0.14.
	IfEntries []IfEntry `json:"if_entries,omitzero"`
	// CredentialAssignments is nil, and absent, before 0.15.
	CredentialAssignments []Assignment `json:"credential_assignments,omitzero"`
	Facts                 Facts        `json:"-"`
}

// Assignment gives a host a credential, for these of its addresses, or for all.
type Assignment struct {
	CredentialID uuid.UUID   `json:"credential_id"`
	IPAddressIDs []uuid.UUID `json:"ip_address_ids"`
}

// IfEntry is a row of a host's SNMP interface table. Neighbours are never resolved here.
type IfEntry struct {
	ID          uuid.UUID  `json:"id"`
	CreatedAt   Stamp      `json:"created_at"`
	UpdatedAt   Stamp      `json:"updated_at"`
	HostID      uuid.UUID  `json:"host_id"`
	NetworkID   uuid.UUID  `json:"network_id"`
	IfIndex     int32      `json:"if_index"`
	IfDescr     string     `json:"if_descr"`
	IfName      IfName     `json:"if_name,omitzero"`
	IfAlias     *string    `json:"if_alias"`
	IfType      int32      `json:"if_type"`
	SpeedBPS    *int64     `json:"speed_bps"`
	AdminStatus string     `json:"admin_status"`
	OperStatus  string     `json:"oper_status"`
	MACAddress  *string    `json:"mac_address"`
	InterfaceID *uuid.UUID `json:"interface_id"`
	Neighbor    any        `json:"neighbor"`
	// MACSource is of newer servers.
	MACSource Attribution `json:"-"`
	IfNeighbour
}

// IfName is the short name of a row of SNMP, null or not, where the version knows of it.
type IfName struct {
	Text  *string
	Known bool
}

// IsZero tells whether the name is absent.
func (n IfName) IsZero() bool { return !n.Known }

// MarshalJSON writes the text.
func (n IfName) MarshalJSON() ([]byte, error) { return json.Marshal(n.Text) }

// IfNeighbour are the raw fields of LLDP and CDP, kept as a daemon sent them.
type IfNeighbour struct {
	LLDPChassisID any `json:"lldp_chassis_id"`
	LLDPPortID    any `json:"lldp_port_id"`
	LLDPSysName   any `json:"lldp_sys_name"`
	LLDPPortDesc  any `json:"lldp_port_desc"`
	LLDPMgmtAddr  any `json:"lldp_mgmt_addr"`
	LLDPSysDesc   any `json:"lldp_sys_desc"`
	CDPDeviceID   any `json:"cdp_device_id"`
	CDPPortID     any `json:"cdp_port_id"`
	CDPPlatform   any `json:"cdp_platform"`
	CDPAddress    any `json:"cdp_address"`
}

// Daemon is a daemon as the server shows it.
type Daemon struct {
	ID            uuid.UUID          `json:"id"`
	CreatedAt     Stamp              `json:"created_at"`
	UpdatedAt     Stamp              `json:"updated_at"`
	HostID        uuid.UUID          `json:"host_id"`
	NetworkID     uuid.UUID          `json:"network_id"`
	URL           string             `json:"url"`
	Capabilities  DaemonCapabilities `json:"capabilities"`
	Mode          string             `json:"mode"`
	Name          string             `json:"name"`
	Tags          []uuid.UUID        `json:"tags"`
	Version       string             `json:"version"`
	UserID        uuid.UUID          `json:"user_id"`
	APIKeyID      *uuid.UUID         `json:"api_key_id,omitempty"`
	IsUnreachable bool               `json:"is_unreachable"`
	Standby       *bool              `json:"standby,omitempty"`
	VersionStatus DaemonVersion      `json:"version_status"`
}

// DaemonCapabilities are what a daemon says it can do.
type DaemonCapabilities struct {
	HasDockerSocket     bool        `json:"has_docker_socket"`
	InterfacedSubnetIDs []uuid.UUID `json:"interfaced_subnet_ids"`
}

// DaemonVersion is the server's opinion of a daemon's version.
type DaemonVersion struct {
	Version string `json:"version"`
	Status  string `json:"status"`
}
