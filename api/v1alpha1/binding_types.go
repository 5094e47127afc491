// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// BindingType says what a service is bound to.
// +kubebuilder:validation:Enum=Interface;Port
type BindingType string

// The types of bindings.
const (
	// BindingInterface: present at an interface, without a port.
	BindingInterface BindingType = "Interface"
	// BindingPort: listens on a port, on one interface or on all of them.
	BindingPort BindingType = "Port"
)

// BindingOutcome says what became of a binding.
// +kubebuilder:validation:Enum=Effective;Duplicate;Superseded;Rejected;Pending
type BindingOutcome string

// The outcomes of bindings.
const (
	// OutcomeEffective: accepted, and as such in the backend or on its way.
	OutcomeEffective BindingOutcome = "Effective"
	// OutcomeDuplicate: another one declares exactly the same.
	OutcomeDuplicate BindingOutcome = "Duplicate"
	// OutcomeSuperseded: one on all interfaces covers it.
	OutcomeSuperseded BindingOutcome = "Superseded"
	// OutcomeRejected: refused, the conditions say why.
	OutcomeRejected BindingOutcome = "Rejected"
	// OutcomePending: waits, for a reference or for the backend.
	OutcomePending BindingOutcome = "Pending"
)

// ServiceReference names a Service of the same namespace.
type ServiceReference struct {
	// name is the metadata.name of a Service in the same namespace.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`
}

// BindingSpec says where a service is present.
// +kubebuilder:validation:XValidation:rule="self.type != 'Interface' || (has(self.interface) && !has(self.port))",message="type: Interface needs interface and no port; to listen on a port write type: Port"
// +kubebuilder:validation:XValidation:rule="self.type != 'Port' || has(self.port)",message="type: Port needs port, the name of a port of the Host; to bind an interface without a port write type: Interface"
type BindingSpec struct {
	// serviceRef names the Service that is bound, in the same namespace.
	// +required
	ServiceRef ServiceReference `json:"serviceRef,omitzero"`

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

// BindingStatus says what became of a Binding.
type BindingStatus struct {
	CommonStatus `json:",inline"`

	// id of the binding in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// outcome is Effective, Duplicate, Superseded, Rejected or Pending. Absent:
	// not judged yet.
	// +optional
	Outcome BindingOutcome `json:"outcome,omitempty"`

	// binds says in short what is bound: eth0, http or http@eth0. Absent: not
	// judged yet.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Binds string `json:"binds,omitempty"`

	// by is what this Binding duplicates, is superseded by or conflicts with;
	// the first of several. Absent: nothing.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`

	// shadows are what lost against this Binding, the first 16. Absent: none.
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +optional
	Shadows []Shadow `json:"shadows,omitempty"`

	// shadowed counts all that lost against this Binding. Absent: none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Shadowed int32 `json:"shadowed,omitempty"`
}

// Binding says where a Service is present: at an interface, on a port of one
// interface, or on a port of all interfaces.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=bindings,scope=Namespaced,shortName=scbind,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Service",type=string,JSONPath=`.spec.serviceRef.name`
// +kubebuilder:printcolumn:name="Binds",type=string,JSONPath=`.status.binds`
// +kubebuilder:printcolumn:name="Outcome",type=string,JSONPath=`.status.outcome`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.id`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type Binding struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec says where the service is present.
	// +required
	Spec BindingSpec `json:"spec,omitzero"`

	// status says what became of it. Absent: nobody has looked at it yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status BindingStatus `json:"status,omitzero"`
}

// BindingList is a list of Bindings.
// +kubebuilder:object:root=true
type BindingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Binding `json:"items"`
}
