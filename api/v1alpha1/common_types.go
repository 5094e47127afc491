// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AdoptionPolicy says what happens to a backend host that is the same machine
// and was there before.
// +kubebuilder:validation:Enum=Never;IfUnowned
type AdoptionPolicy string

// The adoption policies.
const (
	// AdoptNever leaves it alone and says AlreadyExists.
	AdoptNever AdoptionPolicy = "Never"
	// AdoptIfUnowned takes it over unless another operator manages it.
	AdoptIfUnowned AdoptionPolicy = "IfUnowned"
)

// DeletionPolicy says what happens in the backend when the object is deleted.
// +kubebuilder:validation:Enum=Delete;Orphan
type DeletionPolicy string

// The deletion policies.
const (
	// DeletionDelete deletes it there too.
	DeletionDelete DeletionPolicy = "Delete"
	// DeletionOrphan leaves everything in the backend as it is.
	DeletionOrphan DeletionPolicy = "Orphan"
)

// ManagementPolicy says whether the operator writes or only looks.
// +kubebuilder:validation:Enum=Full;ObserveOnly
type ManagementPolicy string

// The management policies.
const (
	// ManagementFull writes what is declared.
	ManagementFull ManagementPolicy = "Full"
	// ManagementObserveOnly lists in status what it would write.
	ManagementObserveOnly ManagementPolicy = "ObserveOnly"
)

// FromNamespaces says which namespaces are meant.
// +kubebuilder:validation:Enum=Same;All;Selector
type FromNamespaces string

// The ways to choose namespaces.
const (
	// NamespacesSame is the object's own namespace.
	NamespacesSame FromNamespaces = "Same"
	// NamespacesAll is every namespace.
	NamespacesAll FromNamespaces = "All"
	// NamespacesSelector is every namespace that the selector matches.
	NamespacesSelector FromNamespaces = "Selector"
)

// AllowedNamespaces says whose objects may refer to this one.
// +kubebuilder:validation:XValidation:rule="(has(self.from) && self.from == 'Selector') == has(self.selector)",message="write selector with from: Selector, and leave it out with any other from"
type AllowedNamespaces struct {
	// from chooses the namespaces: Same, All, or Selector for those that
	// selector matches. Absent: Same.
	// +kubebuilder:default=Same
	// +optional
	From FromNamespaces `json:"from,omitempty"`

	// selector matches the labels of namespaces. Required with from: Selector,
	// absent otherwise.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// VirtualizationServiceReference names the Service that runs the virtual
// machine or container.
type VirtualizationServiceReference struct {
	// name is the metadata.name of a Service in the same namespace.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`
}

// ReferentKind is the kind of an object in a reference of a status.
// +kubebuilder:validation:Enum=Host;Service;Binding;Credential;Scanopy
type ReferentKind string

// The kinds of objects that a status refers to.
const (
	// ReferentHost is a Host, or an item of it.
	ReferentHost ReferentKind = "Host"
	// ReferentService is a Service, or an item of it.
	ReferentService ReferentKind = "Service"
	// ReferentBinding is a Binding.
	ReferentBinding ReferentKind = "Binding"
	// ReferentCredential is a Credential.
	ReferentCredential ReferentKind = "Credential"
	// ReferentScanopy is something in the backend that no object declares.
	ReferentScanopy ReferentKind = "Scanopy"
)

// ObjectItemReference names an object, or one item of it.
type ObjectItemReference struct {
	// kind is Host, Service, Binding or Credential, or Scanopy for something in the backend
	// that no object declares.
	// +required
	Kind ReferentKind `json:"kind,omitempty"`

	// namespace of the object. Absent: the same namespace, or one whose names
	// are not shown here.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// name of the object; of something in the backend, its name there. Absent:
	// it is in a namespace whose names are not shown here.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Name string `json:"name,omitempty"`

	// item is the path of the item within the object, such as
	// services[0].bindings[1]. Absent: the whole object.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Item string `json:"item,omitempty"`

	// id is the backend id of something that no object declares. Absent: an
	// object is meant.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`
}

// Shadow is something that lost against this object.
type Shadow struct {
	ObjectItemReference `json:",inline"`

	// reason it lost for: Duplicate, Superseded, Conflicted, PortClaimed or
	// DuplicateHost.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Reason string `json:"reason,omitempty"`
}

// CommonStatus is what the status of every kind has.
type CommonStatus struct {
	// observedGeneration is the generation that the conditions speak of. -1:
	// nobody has looked at the object yet.
	// +kubebuilder:validation:Minimum=-1
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// lastHandledReconcileAt echoes the annotation
	// inventory.scanopy.io/reconcile-requested-at once it was handled. Absent:
	// none was.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// conditions are Ready and, but for Backends, Accepted, ResolvedRefs and
	// Synced, always there once the object was judged, and Reconciling, Stalled
	// and others only while they are true. Absent: nobody has looked at the
	// object yet.
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`
}
