// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BackendKind is a kind that connects to a Scanopy server.
// +kubebuilder:validation:Enum=Backend;ClusterBackend
type BackendKind string

// The kinds of backends.
const (
	// KindBackend is the one of a namespace.
	KindBackend BackendKind = "Backend"
	// KindClusterBackend is the one of the whole cluster.
	KindClusterBackend BackendKind = "ClusterBackend"
)

// BackendReference names a Backend of the same namespace or a ClusterBackend.
type BackendReference struct {
	// kind is Backend or ClusterBackend. Absent: Backend.
	// +kubebuilder:default=Backend
	// +optional
	Kind BackendKind `json:"kind,omitempty"`

	// name is the metadata.name of the Backend or ClusterBackend.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`
}

// Protocol is the transport protocol of a port.
// +kubebuilder:validation:Enum=TCP;UDP
type Protocol string

// The protocols.
const (
	// ProtocolTCP is TCP.
	ProtocolTCP Protocol = "TCP"
	// ProtocolUDP is UDP.
	ProtocolUDP Protocol = "UDP"
)

// HostVirtualizationType is what runs a virtual machine.
// +kubebuilder:validation:Enum=Proxmox;VCenter;ESXi
type HostVirtualizationType string

// The types of virtual machines.
const (
	// HostVirtualizationProxmox is a virtual machine of Proxmox VE.
	HostVirtualizationProxmox HostVirtualizationType = "Proxmox"
	// HostVirtualizationVCenter is a virtual machine of vCenter.
	HostVirtualizationVCenter HostVirtualizationType = "VCenter"
	// HostVirtualizationESXi is a virtual machine of an ESXi host.
	HostVirtualizationESXi HostVirtualizationType = "ESXi"
)

// HostVirtualization says which virtual machine a host is.
type HostVirtualization struct {
	// type is Proxmox, VCenter or ESXi.
	// +required
	Type HostVirtualizationType `json:"type,omitempty"`

	// vmName is the name of the virtual machine. Absent: not given.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	VMName string `json:"vmName,omitempty"`

	// vmID is the id of the virtual machine at its hypervisor. Absent: not given.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	VMID string `json:"vmID,omitempty"`

	// serviceRef names the hypervisor's Service. Absent: not given.
	// +optional
	ServiceRef *VirtualizationServiceReference `json:"serviceRef,omitempty"`
}

// HostInterface is an address of a host.
// +kubebuilder:validation:XValidation:rule="!has(self.subnet) || !isCIDR(self.subnet) || !isIP(self.ipAddress) || cidr(self.subnet).containsIP(self.ipAddress)",message="ipAddress does not lie in subnet; correct one of them, or leave subnet out to have it found"
type HostInterface struct {
	// name of the interface, by which bindings refer to it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +required
	Name string `json:"name,omitempty"`

	// ipAddress is an IPv4 or IPv6 address.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=45
	// +kubebuilder:validation:XValidation:rule="isIP(self)",message="write an IPv4 or IPv6 address without prefix length or zone, such as 10.20.0.10 or fd00::10"
	// +required
	IPAddress string `json:"ipAddress,omitempty"`

	// macAddress in any usual spelling: 02:00:00:00:00:0a, 02-00-00-00-00-0A,
	// 0200.0000.000a or 02000000000a. Quote it: YAML takes some for numbers.
	// Absent: left as it is.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=17
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}([.][0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{12})$')",message="write six bytes in hex, such as 02:00:00:00:00:0a; dashes, dots (0200.0000.000a) or nothing between them are fine too"
	// +optional
	MACAddress string `json:"macAddress,omitempty"`

	// subnet by CIDR, name or id. Absent: the subnet of the network with the
	// longest prefix that the address lies in.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9A-Fa-f.:]+/[0-9]+$') || (isCIDR(self) && cidr(self) == cidr(self).masked())",message="write a CIDR with its first address, such as 10.20.0.0/24, or the name or id of a subnet"
	// +optional
	Subnet string `json:"subnet,omitempty"`
}

// HostPort is a port of a host.
type HostPort struct {
	// name of the port, by which bindings refer to it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +required
	Name string `json:"name,omitempty"`

	// number of the port, from 1 to 65535.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +required
	Number int32 `json:"number,omitempty"`

	// protocol is TCP or UDP. Absent: TCP.
	// +kubebuilder:default=TCP
	// +optional
	Protocol Protocol `json:"protocol,omitempty"`
}

// InlineService is a service that is declared together with its host.
type InlineService struct {
	// name of the service in Scanopy.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.trim() != ''",message="write a name that is not blank"
	// +required
	Name string `json:"name,omitempty"`

	// definition is what Scanopy calls this kind of service, spelled exactly as
	// there, such as Caddy or Prometheus Node Exporter.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Definition string `json:"definition,omitempty"`

	// tags are names or ids of tags: the service has exactly these. Absent: its
	// tags are left as they are; empty: it has none.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=100
	// +listType=atomic
	// +optional
	Tags []string `json:"tags,omitzero"`

	// virtualization says which container the service runs in. Absent: left as
	// it is.
	// +optional
	Virtualization *ServiceVirtualization `json:"virtualization,omitempty"`

	// bindings say where the service is present. Absent: nowhere that is known.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.map(b, b.type + '|' + (has(b.host) ? b.host : '') + '|' + (has(b.interface) ? b.interface : '') + '|' + (has(b.port) ? b.port : '')).distinct().size() == self.size()",message="two bindings are the same; leave one of them out"
	// +listType=atomic
	// +optional
	Bindings []ServiceBinding `json:"bindings,omitempty"`
}

// HostConsolidation names the Host that this one is the same machine as.
type HostConsolidation struct {
	// name is the metadata.name of a Host in the same namespace.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`
}

// AbsorbedHost names a backend host that no manifest declares.
type AbsorbedHost struct {
	// id of the backend host.
	// +kubebuilder:validation:MinLength=36
	// +kubebuilder:validation:MaxLength=36
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')",message="write the id of a host as Scanopy shows it, in lower case, such as 550e8400-e29b-41d4-a716-446655440003"
	// +required
	ID string `json:"id,omitempty"`
}

// HostSpec is a host that is declared.
type HostSpec struct {
	// backendRef names the Backend or ClusterBackend that the host is written
	// to. Can't be changed once the Host is synced. Absent: Backend default of
	// the namespace, else ClusterBackend default.
	// +optional
	BackendRef *BackendReference `json:"backendRef,omitempty"`

	// network by name or id. Can't be changed once the Host is synced. Absent:
	// the default network of the backend.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Network string `json:"network,omitempty"`

	// name of the host in Scanopy. Absent: metadata.name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.trim() != ''",message="write a name, or leave name out to use metadata.name"
	// +optional
	Name *string `json:"name,omitempty"`

	// hostname of the host. Absent: left as it is; "": cleared.
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Hostname *string `json:"hostname,omitempty"`

	// description of the host. Absent: left as it is; "": cleared.
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description *string `json:"description,omitempty"`

	// hidden hides the host in the topology. Absent: left as it is.
	// +optional
	Hidden *bool `json:"hidden,omitempty"`

	// tags are names or ids of tags: the host has exactly these. Absent: its tags
	// are left as they are; empty: it has none.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=100
	// +listType=atomic
	// +optional
	Tags []string `json:"tags,omitzero"`

	// virtualization says which virtual machine the host is. Absent: left as it
	// is.
	// +optional
	Virtualization *HostVirtualization `json:"virtualization,omitempty"`

	// interfaces are the addresses of the host. Absent: none is declared.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.map(i, i.ipAddress + '|' + (has(i.subnet) ? i.subnet : '')).distinct().size() == self.size()",message="two interfaces have the same ipAddress in the same subnet; leave one of them out"
	// +listType=map
	// +listMapKey=name
	// +optional
	Interfaces []HostInterface `json:"interfaces,omitempty"`

	// ports of the host. Absent: none is declared.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:XValidation:rule="self.map(p, p.number * 2 + (p.protocol == 'UDP' ? 1 : 0)).distinct().size() == self.size()",message="two ports have the same number and protocol; leave one of them out and let the bindings of both name the other"
	// +listType=map
	// +listMapKey=name
	// +optional
	Ports []HostPort `json:"ports,omitempty"`

	// services are those that are declared together with the host. Absent: only
	// Service objects, if any.
	// +kubebuilder:validation:MaxItems=128
	// +listType=map
	// +listMapKey=name
	// +optional
	Services []InlineService `json:"services,omitempty"`

	// consolidateInto names the Host that this one is the same machine as: both
	// become one host in the backend. Absent: a host by itself.
	// +optional
	ConsolidateInto *HostConsolidation `json:"consolidateInto,omitempty"`

	// absorb are backend hosts, declared by no manifest, that are this same
	// machine: they are merged into it. Absent: none.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=id
	// +optional
	Absorb []AbsorbedHost `json:"absorb,omitempty"`

	// allowedNamespaces says whose Services may be attached to this Host, and
	// whose Credentials may name it. Absent: those of its own namespace.
	// +optional
	AllowedNamespaces *AllowedNamespaces `json:"allowedNamespaces,omitempty"`

	// adoptionPolicy says what happens to a backend host that is the same machine
	// and was there before: Never leaves it alone, IfUnowned takes it over.
	// Absent: what the backend's defaults say, else Never.
	// +optional
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// deletionPolicy says what happens to the backend host when this Host is
	// deleted: Delete or Orphan. Absent: what the backend's defaults say, else
	// Delete for one that was created and Orphan for one that was adopted.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// managementPolicy is Full, or ObserveOnly to write nothing and list in
	// status what would be written. Absent: Full.
	// +optional
	ManagementPolicy ManagementPolicy `json:"managementPolicy,omitempty"`

	// externalID is the id of a backend host to adopt. Can't be changed once the
	// Host is synced. Absent: it is found or made.
	// +kubebuilder:validation:MinLength=36
	// +kubebuilder:validation:MaxLength=36
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')",message="write the id of a host as Scanopy shows it, in lower case, such as 550e8400-e29b-41d4-a716-446655440003"
	// +optional
	ExternalID string `json:"externalID,omitempty"`
}

// Host is a machine of the inventory, with its interfaces, its ports and, if
// one likes, its services.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=hosts,scope=Namespaced,shortName=schost,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.status.backend.name`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.id`
// +kubebuilder:printcolumn:name="Services",type=integer,JSONPath=`.status.counts.services.accepted`
// +kubebuilder:printcolumn:name="Bindings",type=integer,JSONPath=`.status.counts.bindings.accepted`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Into",type=string,JSONPath=`.status.consolidatedInto`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:rule="has(self.spec.name) || self.metadata.name.size() <= 100",message="metadata.name is longer than the 100 characters that a name may have in Scanopy; set spec.name to a shorter one"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.consolidateInto) || self.spec.consolidateInto.name != self.metadata.name",fieldPath=".spec.consolidateInto.name",message="a Host can't be consolidated into itself; name another Host, or leave consolidateInto out"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !(has(oldSelf.status.id) || (has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(c, c.type == 'Synced' && c.status == 'True' && c.reason != 'Observed'))) || (has(self.spec.backendRef) == has(oldSelf.spec.backendRef) && (!has(self.spec.backendRef) || self.spec.backendRef == oldSelf.spec.backendRef))",fieldPath=".spec.backendRef",reason=FieldValueForbidden,message="backendRef can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other backend"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !(has(oldSelf.status.id) || (has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(c, c.type == 'Synced' && c.status == 'True' && c.reason != 'Observed'))) || (has(self.spec.network) == has(oldSelf.spec.network) && (!has(self.spec.network) || self.spec.network == oldSelf.spec.network))",fieldPath=".spec.network",reason=FieldValueForbidden,message="network can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other network"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !(has(oldSelf.status.id) || (has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(c, c.type == 'Synced' && c.status == 'True' && c.reason != 'Observed'))) || (has(self.spec.externalID) == has(oldSelf.spec.externalID) && (!has(self.spec.externalID) || self.spec.externalID == oldSelf.spec.externalID))",fieldPath=".spec.externalID",reason=FieldValueForbidden,message="externalID can't be changed once the Host is synced; put it back, or delete this Host and create it anew with the other id"
type Host struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is the host that is declared.
	// +required
	Spec HostSpec `json:"spec"`

	// status says what became of it. Absent: nobody has looked at it yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status HostStatus `json:"status,omitzero"`
}

// HostList is a list of Hosts.
// +kubebuilder:object:root=true
type HostList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Host `json:"items"`
}
