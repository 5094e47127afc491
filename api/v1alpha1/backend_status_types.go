// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// NetworkStatus is a network of the server.
type NetworkStatus struct {
	// name of the network in Scanopy. Absent: it has none.
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Name string `json:"name,omitempty"`

	// id of the network in Scanopy.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=36
	// +required
	ID string `json:"id,omitempty"`
}

// OutcomeCounts counts the objects of one kind by what became of them.
type OutcomeCounts struct {
	// total is how many use this backend.
	// +kubebuilder:validation:Minimum=0
	// +required
	Total int32 `json:"total"`

	// ready is how many of these are Ready.
	// +kubebuilder:validation:Minimum=0
	// +required
	Ready int32 `json:"ready"`

	// rejected is how many of these are not Accepted.
	// +kubebuilder:validation:Minimum=0
	// +required
	Rejected int32 `json:"rejected"`

	// waiting is how many of these are accepted and not Ready.
	// +kubebuilder:validation:Minimum=0
	// +required
	Waiting int32 `json:"waiting"`
}

// BackendCounts counts what uses a backend.
type BackendCounts struct {
	// hosts that use this backend.
	// +required
	Hosts OutcomeCounts `json:"hosts"`

	// services on those Hosts, as objects.
	// +required
	Services OutcomeCounts `json:"services"`

	// bindings on those Services, as objects.
	// +required
	Bindings OutcomeCounts `json:"bindings"`

	// credentials that use this backend. Absent: none were counted yet.
	// +optional
	Credentials OutcomeCounts `json:"credentials,omitzero"`

	// orphans are rows of this operator in the backend (interfaces, ports,
	// services and bindings) whose object is gone. They are left alone where no
	// Host holds their host.
	// +kubebuilder:validation:Minimum=0
	// +required
	Orphans int32 `json:"orphans"`

	// letGo is how many objects were released without being cleaned up, because
	// their namespace was deleted while the server did not answer.
	// +kubebuilder:validation:Minimum=0
	// +required
	LetGo int32 `json:"letGo"`
}

// BackendStatus says what was found at a server.
type BackendStatus struct {
	CommonStatus `json:",inline"`

	// serverVersion is the version of Scanopy. Absent: not known yet.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	ServerVersion string `json:"serverVersion,omitempty"`

	// dialect is how this version spells things: interfaces, ip_addresses or
	// sites. Absent: not known yet.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Dialect string `json:"dialect,omitempty"`

	// instanceID is the id of this operator, from which the ids of the rows that
	// it makes are derived. Absent: not known yet.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	InstanceID string `json:"instanceID,omitempty"`

	// organizationID is the id of the organization of the API key. Absent: not
	// known yet.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	OrganizationID string `json:"organizationID,omitempty"`

	// network is the default network. Absent: there is none, or it was not found.
	// +optional
	Network *NetworkStatus `json:"network,omitempty"`

	// networks are those that the API key sees, the first 256. Absent: not known
	// yet.
	// +kubebuilder:validation:MaxItems=256
	// +listType=map
	// +listMapKey=id
	// +optional
	Networks []NetworkStatus `json:"networks,omitempty"`

	// insecureSkipTLSVerify is true when the server's certificate is not
	// checked. Absent: it is.
	// +optional
	InsecureSkipTLSVerify bool `json:"insecureSkipTLSVerify,omitempty"`

	// counts tell what uses this backend, renewed at most every 30 s. Absent: not
	// counted yet.
	// +optional
	Counts *BackendCounts `json:"counts,omitempty"`
}
