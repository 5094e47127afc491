// SPDX-License-Identifier: Apache-2.0

package core

import (
	"net/netip"
	"time"
)

// HostDecl is a declared Host.
type HostDecl struct {
	Meta
	// Name is spec.name, or metadata.name when absent.
	Name                  string
	Hostname, Description *string // nil: unmanaged
	Hidden                *bool   // nil: unmanaged
	Tags                  []string
	TagsManaged           bool // tags present in the manifest, even if empty
	Virtualization        *HostVirtualization
	Interfaces            []InterfaceDecl
	Ports                 []PortDecl
	Services              []InlineService
	// ConsolidateInto is spec.consolidateInto: the metadata.name of a Host of the same namespace, "" when absent.
	ConsolidateInto string
	// TargetMissing says that there is no Host of that name.
	TargetMissing bool
	// Mismatch says of a Host consolidated into the root that its backend or its network is another one.
	Mismatch bool
	// Absorb are the ids of spec.absorb.
	Absorb []string
	// PriorInto is the status.consolidatedInto as read: the Host on whose backend host the rows of this one may be.
	PriorInto string
	// ForceOrphan is the annotation inventory.scanopy.io/force-orphan.
	ForceOrphan bool
	// AcceptBackend is the annotation inventory.scanopy.io/accept-backend: a network id.
	AcceptBackend string
	// Pinned is status.backend; zero when never resolved.
	Pinned Pin
	// Origin is the annotation's value ("created", "adopted:<id>") if its uid is the object's, else "".
	Origin string
	// Adopts says that a backend host which was there before and is nobody's may be taken over: adoptionPolicy IfUnowned,
	// the Host's or else its backend's.
	Adopts bool
	// ExternalID is the id of the backend host to adopt; "" when absent.
	ExternalID string
	// DeletionPolicy is the Host's, or else its backend's; "" leaves it to the origin.
	DeletionPolicy DeletionPolicy
	// Observes is managementPolicy ObserveOnly: nothing is written, what would be is told.
	Observes bool
	// Creating is the annotation's newest created_at if its uid is the object's; zero when absent.
	Creating time.Time
	// Merging are the bindings of the annotation if its uid is the object's.
	Merging []Remembered
	// HasFinalizer says that inventory.scanopy.io/backend is set.
	HasFinalizer bool
	// DeletedAt is the deletionTimestamp; zero when it is not being deleted.
	DeletedAt time.Time
	// NamespaceDeleting says that the namespace has a deletionTimestamp.
	NamespaceDeleting bool
	// Visible says of a neighbour that members of the group may read its name: it is in the root's namespace, or its
	// allowedNamespaces admits that.
	Visible bool
}

// DeletionPolicy says what becomes of the backend host of a Host that is deleted.
type DeletionPolicy string

// The deletion policies.
const (
	DeletionDelete DeletionPolicy = "Delete"
	DeletionOrphan DeletionPolicy = "Orphan"
)

// Pin is the organization and network that an object resolved to when it was first synced.
type Pin struct{ OrganizationID, NetworkID string }

// InterfaceDecl is an interface (an address) of a declared Host.
type InterfaceDecl struct {
	Name string
	IP   netip.Addr // zone-free
	MAC  string     // upper case, colons; "" when absent
	// Subnet is a CIDR, name or id as written; "": the longest matching prefix.
	Subnet string
}

// PortDecl is a port of a declared Host.
type PortDecl struct {
	Name     string
	Number   int
	Protocol Protocol
}

// InlineService is a service written inside a Host.
type InlineService struct {
	Name, Definition string
	Tags             []string
	TagsManaged      bool
	Virtualization   *ServiceVirtualization
	Bindings         []BindingSpec
}

// ServiceDecl is a declared Service.
type ServiceDecl struct {
	Meta
	Host Ref // where hostRef leads
	// Permitted says that the Host's allowedNamespaces (or an equal namespace) admits the Service's namespace.
	// It is false too when the Host is in another namespace and does not exist.
	Permitted      bool
	Name           string
	Definition     string
	Tags           []string
	TagsManaged    bool
	Virtualization *ServiceVirtualization
	Bindings       []BindingSpec
}

// BindingDecl is a declared Binding.
type BindingDecl struct {
	Meta
	Service Ref // where serviceRef leads: always the same namespace
	Spec    BindingSpec
}

// BindingSpec is one binding as written, by names. Host "" is resolved as docs/binding.md says.
type BindingSpec struct {
	Type            BindingType
	Host            string
	Interface, Port string
}

// HostVirtualization says which hypervisor runs a host.
type HostVirtualization struct {
	Type, VMName, VMID string
	// ServiceRef is the hypervisor's Service; nil when absent.
	ServiceRef *Ref
	// ServiceID is the backend id of that Service; "" while it is not synced or not there.
	ServiceID string
	// ServiceFound says that the Service object exists and may be referred to.
	ServiceFound bool
	// Needs is the version that the server must have for this type; "" if it knows it.
	Needs string
}

// ServiceVirtualization says which container runtime runs a service.
type ServiceVirtualization struct {
	Type, ContainerName, ContainerID, ComposeProject string
	ServiceRef                                       *Ref
	ServiceID                                        string
	ServiceFound                                     bool
	Needs                                            string
}
