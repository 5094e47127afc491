// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServiceVirtualizationType is what runs the container of a service.
// +kubebuilder:validation:Enum=Docker;Podman
type ServiceVirtualizationType string

// The types of containers.
const (
	// ServiceVirtualizationDocker is a container of Docker.
	ServiceVirtualizationDocker ServiceVirtualizationType = "Docker"
	// ServiceVirtualizationPodman is a container of Podman.
	ServiceVirtualizationPodman ServiceVirtualizationType = "Podman"
)

// ServiceVirtualization says which container a service runs in.
type ServiceVirtualization struct {
	// type is Docker or Podman.
	// +required
	Type ServiceVirtualizationType `json:"type,omitempty"`

	// containerName is the name of the container. Absent: not given.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	ContainerName string `json:"containerName,omitempty"`

	// containerID is the id of the container. Absent: not given.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	ContainerID string `json:"containerID,omitempty"`

	// composeProject is the compose project of the container. Absent: not given.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	ComposeProject string `json:"composeProject,omitempty"`

	// serviceRef names the Service that runs the container, such as the Docker
	// daemon. Absent: not given.
	// +optional
	ServiceRef *VirtualizationServiceReference `json:"serviceRef,omitempty"`
}

// ServiceBinding says where a service is present.
// +kubebuilder:validation:XValidation:rule="self.type != 'Interface' || (has(self.interface) && !has(self.port))",message="type: Interface needs interface and no port; to listen on a port write type: Port"
// +kubebuilder:validation:XValidation:rule="self.type != 'Port' || has(self.port)",message="type: Port needs port, the name of a port of the Host; to bind an interface without a port write type: Interface"
type ServiceBinding struct {
	// type is Interface (present at an interface, without a port) or Port
	// (listens on a port).
	// +required
	Type BindingType `json:"type,omitempty"`

	// host is the metadata.name of the Host that interface and port belong to.
	// Absent: the service's own Host, or one that is consolidated with it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Host string `json:"host,omitempty"`

	// interface is the name of an interface of the Host. Absent, with type: Port
	// only: all interfaces.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Interface string `json:"interface,omitempty"`

	// port is the name of a port of the Host. Required with type: Port, absent
	// with type: Interface.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Port string `json:"port,omitempty"`
}

// HostReference names a Host.
type HostReference struct {
	// name is the metadata.name of the Host.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// namespace of the Host, which has to admit this one by its
	// allowedNamespaces. Absent: the same namespace.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace,omitempty"`
}

// ServiceSpec is a service that runs on a Host.
type ServiceSpec struct {
	// hostRef names the Host that the service runs on.
	// +required
	HostRef HostReference `json:"hostRef,omitzero"`

	// name of the service in Scanopy. Absent: metadata.name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.trim() != ''",message="write a name, or leave name out to use metadata.name"
	// +optional
	Name *string `json:"name,omitempty"`

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

	// bindings say where the service is present, at most 256; any number more
	// can be declared as Binding objects. Absent: none but those.
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:XValidation:rule="self.map(b, b.type + '|' + (has(b.host) ? b.host : '') + '|' + (has(b.interface) ? b.interface : '') + '|' + (has(b.port) ? b.port : '')).distinct().size() == self.size()",message="two bindings are the same; leave one of them out"
	// +listType=atomic
	// +optional
	Bindings []ServiceBinding `json:"bindings,omitempty"`
}

// ServiceBindingStatus is one binding of a service and what became of it.
type ServiceBindingStatus struct {
	// type is Interface or Port.
	// +required
	Type BindingType `json:"type,omitempty"`

	// interface that is bound. Absent: all interfaces.
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Interface string `json:"interface,omitempty"`

	// port that is bound. Absent: none.
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Port string `json:"port,omitempty"`

	// host is the Host that interface and port belong to. Absent: the service's
	// own.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Host string `json:"host,omitempty"`

	// id of the binding in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// outcome is Effective, Duplicate, Superseded, Rejected or Pending.
	// +required
	Outcome BindingOutcome `json:"outcome,omitempty"`

	// reason for an outcome other than Effective. Absent: none is needed.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Reason string `json:"reason,omitempty"`

	// message says in words what stands in the way and what would change it, if
	// the outcome is not Effective. Absent: nothing.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Message string `json:"message,omitempty"`

	// origin is the object that declares the binding, and where in it. Absent:
	// this object's own list, at the same position.
	// +optional
	Origin *ObjectItemReference `json:"origin,omitempty"`

	// by is what the binding duplicates, is superseded by or conflicts with; the
	// first of several. Absent: nothing.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`
}

// ServiceStatus says what became of a Service.
type ServiceStatus struct {
	CommonStatus `json:",inline"`

	// id of the service in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// hostID is the id of the backend host that it is on. Absent: none.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	HostID string `json:"hostID,omitempty"`

	// bindings are all bindings of the service, its own and those of Binding
	// objects, with what became of them; the first 256. Absent: none.
	// +kubebuilder:validation:MaxItems=256
	// +listType=atomic
	// +optional
	Bindings []ServiceBindingStatus `json:"bindings,omitempty"`

	// bindingsSummary is how many bindings are satisfied, of how many that are
	// declared, such as 2/3. Absent: not judged yet.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	BindingsSummary string `json:"bindingsSummary,omitempty"`

	// counts are those of all bindings of the service. Absent: not judged yet.
	// +optional
	Counts *ItemCounts `json:"counts,omitempty"`

	// by is the Service or inline service that declares the same one, or that
	// has the port. Absent: nothing.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`

	// shadows are what lost against this Service or its bindings, the first 16.
	// Absent: none.
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +optional
	Shadows []Shadow `json:"shadows,omitempty"`

	// shadowed counts all that lost against it. Absent: none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Shadowed int32 `json:"shadowed,omitempty"`
}

// Service is a service that runs on a Host, for manifests that don't own the
// Host. Not the Service of Kubernetes itself: say scsvc to kubectl.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=services,scope=Namespaced,shortName=scsvc,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Host",type=string,JSONPath=`.spec.hostRef.name`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.id`
// +kubebuilder:printcolumn:name="Bindings",type=string,JSONPath=`.status.bindingsSummary`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:rule="has(self.spec.name) || self.metadata.name.size() <= 100",message="metadata.name is longer than the 100 characters that a name may have in Scanopy; set spec.name to a shorter one"
type Service struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is the service that is declared.
	// +required
	Spec ServiceSpec `json:"spec,omitzero"`

	// status says what became of it. Absent: nobody has looked at it yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ServiceStatus `json:"status,omitzero"`
}

// ServiceList is a list of Services.
// +kubebuilder:object:root=true
type ServiceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Service `json:"items"`
}
