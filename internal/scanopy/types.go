// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"time"
)

// BindingType says what a binding is to.
type BindingType string

// The types of bindings, in neutral words: later dialects spell them otherwise.
const (
	BindingInterface BindingType = "Interface"
	BindingPort      BindingType = "Port"
)

// Protocol of a port, in capitals.
type Protocol string

// The protocols the server knows.
const (
	TCP Protocol = "TCP"
	UDP Protocol = "UDP"
)

// Sources of rows; a server may have others.
const (
	SourceManual    = "Manual"
	SourceSystem    = "System"
	SourceDiscovery = "Discovery"
)

// EntityType names a kind of row that can carry tags.
type EntityType string

// Entity types that we tag.
const (
	EntityHost       EntityType = "Host"
	EntityService    EntityType = "Service"
	EntityCredential EntityType = "Credential"
)

// Host is a host with everything on it. Services are in the order of the server.
type Host struct {
	ID          string
	NetworkID   string
	Name        string
	Hostname    *string
	Description *string
	Hidden      bool
	Tags        []string
	// Source says where the host came from: Manual, Discovery, ...
	Source         string
	Virtualization *HostVirtualization
	CreatedAt      time.Time
	UpdatedAt      time.Time
	// UpdatedAtRaw is UpdatedAt as the server spelled it, for ExpectedUpdatedAt.
	UpdatedAtRaw string
	Interfaces   []Interface
	Ports        []Port
	Services     []Service
	// CredentialAssignments are the credentials that the host is scanned with.
	CredentialAssignments []CredentialAssignment
	// Shown is what an update has to give back.
	Shown Shown
}

// Shown is how a server showed a host, as far as a PUT must say it again.
type Shown struct {
	// Virtualization says in which form virtualizations stand in the row; "" if
	// it shows none.
	Virtualization VirtualizationForm
	// VirtualizationServiceID and VirtualizationInterfaceID are the host's, ""
	// if it has none.
	VirtualizationServiceID   string
	VirtualizationInterfaceID string
	// WeakMACs are those that were not declared, by the id of their row. Written
	// back they would count as declared, and discovery could not mend them.
	WeakMACs map[string]string
}

// VirtualizationForm is one of the ways to write a virtualization.
type VirtualizationForm string

const (
	// FormNested: the hypervisor's service is a part of the virtualization.
	FormNested VirtualizationForm = "nested"
	// FormSplit: it stands beside it.
	FormSplit VirtualizationForm = "split"
)

// CredentialAssignment is a credential of a host.
type CredentialAssignment struct {
	CredentialID string
	// InterfaceIDs limits it to some interfaces; nil: all of the host's.
	InterfaceIDs []string
}

// HostVirtualization says which virtual machine a host is.
type HostVirtualization struct {
	Type      string
	VMName    string
	VMID      string
	ServiceID string
	// Raw is what the server showed. It is sent back as it is while the other
	// fields still say the same, so that nothing in it that we don't know is lost.
	Raw json.RawMessage
}

// ServiceVirtualization says which container a service is.
type ServiceVirtualization struct {
	Type           string
	ContainerName  string
	ContainerID    string
	ComposeProject string
	ServiceID      string
	// Raw is as in HostVirtualization.
	Raw json.RawMessage
}

// Interface is an address of a host. A MAC is in capitals, with colons.
type Interface struct {
	ID         string
	HostID     string
	SubnetID   string
	NetworkID  string
	IPAddress  string
	MACAddress *string
	// MACSource says where the MAC came from, "" where the server does not tell.
	MACSource string
	Name      *string
	// Position is never sent: the server numbers new rows.
	Position int
}

// IsMACWeak says that the server lets a MAC that is written replace this one:
// it ranks MACs by where they came from, and this was not declared.
func (i Interface) IsMACWeak() bool {
	return i.MACAddress != nil && i.MACSource != "" && i.MACSource != SourceManual
}

// Port is a port of a host.
type Port struct {
	ID        string
	HostID    string
	NetworkID string
	Number    int
	Protocol  Protocol
	// Type is the server's name for the port (Http, Ssh, Custom); never sent.
	Type string
}

// Service is a service on a host.
type Service struct {
	ID             string
	HostID         string
	NetworkID      string
	Name           string
	Definition     string
	Tags           []string
	Source         string
	Virtualization *ServiceVirtualization
	Bindings       []Binding
	// Position is never sent.
	Position int
}

// Binding says where a service is present. InterfaceID is empty for a port on
// all interfaces, PortID is empty for a binding to an interface.
type Binding struct {
	ID          string
	ServiceID   string
	NetworkID   string
	Type        BindingType
	InterfaceID string
	PortID      string
}

// Network is a network that the key sees.
type Network struct {
	ID             string
	Name           string
	OrganizationID string
}

// Subnet is a subnet of a network. Several may have one CIDR.
type Subnet struct {
	ID        string
	NetworkID string
	Name      string
	CIDR      string
	Source    string
}

// Tag is a tag of the organization.
type Tag struct {
	ID             string
	Name           string
	OrganizationID string
}

// Daemon is a discovery daemon and the host it runs on.
type Daemon struct {
	ID        string
	HostID    string
	NetworkID string
	Name      string
}

// ServerVersion is what a server says about itself.
type ServerVersion struct {
	API    int
	Server string
}

// Page says what a list request asked for and left out. Total is what the
// server says it has; Foreign counts the rows of other networks that were
// dropped from the answer, because servers ignore a filter they don't know.
type Page struct {
	Total   int
	Foreign int
	// Size is the number of rows that the server sent, foreign ones included:
	// the next page begins that much later.
	Size int
}

// HostPage is a page of hosts.
type HostPage struct {
	Page
	Hosts []Host
}

// NetworkPage is a page of networks.
type NetworkPage struct {
	Page
	Networks []Network
}

// SubnetPage is a page of subnets.
type SubnetPage struct {
	Page
	Subnets []Subnet
}

// TagPage is a page of tags.
type TagPage struct {
	Page
	Tags []Tag
}

// DaemonPage is a page of daemons.
type DaemonPage struct {
	Page
	Daemons []Daemon
}
