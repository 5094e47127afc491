// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NamespacedSecretKeyReference names a key of a Secret in any namespace.
type NamespacedSecretKeyReference struct {
	// namespace of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace,omitempty"`

	SecretKeyReference `json:",inline"`
}

// NamespacedConfigMapKeyReference names a key of a ConfigMap in any namespace.
type NamespacedConfigMapKeyReference struct {
	// namespace of the ConfigMap.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace,omitempty"`

	ConfigMapKeyReference `json:",inline"`
}

// TenantNamespaces says which namespaces are meant.
// +kubebuilder:validation:Enum=All;Selector
type TenantNamespaces string

// The ways to choose the namespaces of a ClusterBackend.
const (
	// TenantsAll is every namespace.
	TenantsAll TenantNamespaces = "All"
	// TenantsSelector is every namespace that the selector matches.
	TenantsSelector TenantNamespaces = "Selector"
)

// ClusterBackendNamespaces says which namespaces may use a ClusterBackend.
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="write selector with from: Selector, and leave it out with from: All"
type ClusterBackendNamespaces struct {
	// from is All, or Selector for the namespaces that selector matches.
	// +required
	From TenantNamespaces `json:"from,omitempty"`

	// selector matches the labels of namespaces. Required with from: Selector,
	// absent otherwise.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// ClusterBackendAllowance says what the namespaces that use a ClusterBackend
// may do with it.
type ClusterBackendAllowance struct {
	// networks that may be used, by name or id. Absent: all that the API key
	// sees.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	// +listType=set
	// +optional
	Networks []string `json:"networks,omitempty"`

	// adoption says whether backend hosts that were there before may be taken
	// over. Absent: false.
	// +optional
	Adoption *bool `json:"adoption,omitempty"`

	// networkCredentials says whether credentials may be assigned to whole
	// networks. Absent: false.
	// +optional
	NetworkCredentials *bool `json:"networkCredentials,omitempty"`
}

// ClusterBackendSpec says how to reach a Scanopy server, and who may use it.
type ClusterBackendSpec struct {
	BackendConnection `json:",inline"`

	// tokenSecretRef names the Secret with the API key (scp_u_…). If that Secret
	// has a key url, the API key is sent to no other URL.
	// +required
	TokenSecretRef NamespacedSecretKeyReference `json:"tokenSecretRef,omitzero"`

	// caConfigMapRef names a ConfigMap with CA certificates in PEM that are
	// trusted besides the system's. Absent: none.
	// +optional
	CAConfigMapRef *NamespacedConfigMapKeyReference `json:"caConfigMapRef,omitempty"`

	// allowedNamespaces says which namespaces may use this ClusterBackend.
	// +required
	AllowedNamespaces ClusterBackendNamespaces `json:"allowedNamespaces,omitzero"`

	// allow says what those namespaces may do. Absent: use all networks that the
	// API key sees, and nothing else.
	// +optional
	Allow *ClusterBackendAllowance `json:"allow,omitempty"`
}

// ClusterBackend is a Scanopy server that objects of several namespaces are
// written to.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=clusterbackends,scope=Cluster,shortName=sccbe,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Version",type=string,JSONPath=`.status.serverVersion`
// +kubebuilder:printcolumn:name="Dialect",type=string,JSONPath=`.status.dialect`
// +kubebuilder:printcolumn:name="Network",type=string,JSONPath=`.status.network.name`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.organizationID`,priority=1
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.spec.url`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type ClusterBackend struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec says how to reach the server, and who may use it.
	// +required
	Spec ClusterBackendSpec `json:"spec,omitzero"`

	// status says what was found there. Absent: nobody has looked yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status BackendStatus `json:"status,omitzero"`
}

// ClusterBackendList is a list of ClusterBackends.
// +kubebuilder:object:root=true
type ClusterBackendList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []ClusterBackend `json:"items"`
}
