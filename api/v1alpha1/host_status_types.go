// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ResolvedBackend is what the backend of an object resolved to. The ids are
// pinned: they stay when the Backend later leads elsewhere.
type ResolvedBackend struct {
	// kind is Backend or ClusterBackend. Absent: not known yet.
	// +optional
	Kind BackendKind `json:"kind,omitempty"`

	// name is the metadata.name of the Backend or ClusterBackend. Absent: not
	// known yet.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Name string `json:"name,omitempty"`

	// organizationID is the id of the organization in Scanopy. Absent: not
	// resolved yet.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	OrganizationID string `json:"organizationID,omitempty"`

	// networkID is the id of the network in Scanopy. Absent: not resolved yet.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	NetworkID string `json:"networkID,omitempty"`
}

// ItemID is the backend id of an interface or port that the Host declares.
type ItemID struct {
	// name of the item in the spec.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +required
	Name string `json:"name,omitempty"`

	// id of the item in the backend.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=36
	// +required
	ID string `json:"id,omitempty"`
}

// RetainedKind is the kind of a row that is kept though it is not declared.
// +kubebuilder:validation:Enum=Interface;Port
type RetainedKind string

// The kinds of rows that are retained.
const (
	// RetainedInterface is an interface.
	RetainedInterface RetainedKind = "Interface"
	// RetainedPort is a port.
	RetainedPort RetainedKind = "Port"
)

// RetainedItem is an interface or port that was ours, is declared no more and
// is kept because bindings are on it that no manifest declares.
type RetainedItem struct {
	// kind is Interface or Port.
	// +required
	Kind RetainedKind `json:"kind,omitempty"`

	// id of the interface or port in the backend.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=36
	// +required
	ID string `json:"id,omitempty"`

	// name says which one it is: the address, or number and protocol. Absent: not
	// known.
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Name string `json:"name,omitempty"`
}

// ItemCounts counts what became of services or bindings.
type ItemCounts struct {
	// declared is how many there are in manifests.
	// +kubebuilder:validation:Minimum=0
	// +required
	Declared int32 `json:"declared"`

	// accepted is how many of these hold: effective, duplicate or superseded.
	// +kubebuilder:validation:Minimum=0
	// +required
	Accepted int32 `json:"accepted"`

	// rejected is how many of these are refused. The rest waits.
	// +kubebuilder:validation:Minimum=0
	// +required
	Rejected int32 `json:"rejected"`
}

// HostCounts counts what is attached to a Host, by itself and by others.
type HostCounts struct {
	// services of the Host, inline ones and Service objects.
	// +required
	Services ItemCounts `json:"services"`

	// bindings of all those services.
	// +required
	Bindings ItemCounts `json:"bindings"`
}

// InlineServiceStatus says what became of an inline service.
type InlineServiceStatus struct {
	// name of the inline service.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +required
	Name string `json:"name,omitempty"`

	// id of the service in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// reason if the inline service is refused, waits or is a duplicate. Absent:
	// it is accepted.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Reason string `json:"reason,omitempty"`

	// by is the Service or inline service that declares the same one, or that
	// has the port. Absent: nothing.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`

	// counts are those of all bindings of the service. Absent: not judged yet.
	// +optional
	Counts *ItemCounts `json:"counts,omitempty"`

	// bindings are all bindings of the service, its own and those of Binding
	// objects, with what became of them; over all services of a Host the first
	// 256. Absent: none, or no room left.
	// +kubebuilder:validation:MaxItems=256
	// +listType=atomic
	// +optional
	Bindings []ServiceBindingStatus `json:"bindings,omitempty"`
}

// HostStatus says what became of a Host.
type HostStatus struct {
	CommonStatus `json:",inline"`

	// id of the host in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// url of the host in Scanopy's web UI. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	URL string `json:"url,omitempty"`

	// backend is what backendRef and network resolved to. Absent: not resolved
	// yet.
	// +optional
	Backend *ResolvedBackend `json:"backend,omitempty"`

	// source is where the backend host comes from, as Scanopy says: Manual,
	// Discovery and so on. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Source string `json:"source,omitempty"`

	// consolidatedInto is the Host that this one is part of. Absent: none.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ConsolidatedInto string `json:"consolidatedInto,omitempty"`

	// interfaces are the ids of the interfaces that are declared and there.
	// Absent: none.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=name
	// +optional
	Interfaces []ItemID `json:"interfaces,omitempty"`

	// ports are the ids of the ports that are declared and there. Absent: none.
	// +kubebuilder:validation:MaxItems=256
	// +listType=map
	// +listMapKey=name
	// +optional
	Ports []ItemID `json:"ports,omitempty"`

	// services are the inline services and what became of them. Absent: none.
	// +kubebuilder:validation:MaxItems=128
	// +listType=map
	// +listMapKey=name
	// +optional
	Services []InlineServiceStatus `json:"services,omitempty"`

	// counts tell what is attached to the Host. Absent: not judged yet.
	// +optional
	Counts *HostCounts `json:"counts,omitempty"`

	// discovered counts the interfaces, ports and services of the backend host
	// that no manifest declares; they are left alone. Absent: none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Discovered int32 `json:"discovered,omitempty"`

	// retained are interfaces and ports that are declared no more and are kept
	// because bindings are on them that no manifest declares. Absent: none.
	// +kubebuilder:validation:MaxItems=256
	// +listType=atomic
	// +optional
	Retained []RetainedItem `json:"retained,omitempty"`

	// pendingChanges are what would be written, with managementPolicy:
	// ObserveOnly. Absent: nothing.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=512
	// +listType=atomic
	// +optional
	PendingChanges []string `json:"pendingChanges,omitempty"`

	// by is the Host that declares the same machine. Absent: none.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`

	// shadows are what lost against this Host or its inline services and
	// bindings, the first 16. Absent: none.
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +optional
	Shadows []Shadow `json:"shadows,omitempty"`

	// shadowed counts all that lost against it. Absent: none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Shadowed int32 `json:"shadowed,omitempty"`
}
