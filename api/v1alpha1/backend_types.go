// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SecretKeyReference names a key of a Secret in the same namespace.
type SecretKeyReference struct {
	// name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// key in the Secret's data. Absent: token.
	// +kubebuilder:default=token
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Key string `json:"key,omitempty"`
}

// ConfigMapKeyReference names a key of a ConfigMap in the same namespace.
type ConfigMapKeyReference struct {
	// name of the ConfigMap.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// key in the ConfigMap's data. Absent: ca.crt.
	// +kubebuilder:default="ca.crt"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Key string `json:"key,omitempty"`
}

// RateLimit is the budget of requests to a server.
type RateLimit struct {
	// requestsPerMinute is how many requests are sent in a minute. The server
	// allows 300 for each user, shared with the web UI. Absent: 240.
	// +kubebuilder:default=240
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	// +optional
	RequestsPerMinute int32 `json:"requestsPerMinute,omitempty"`

	// burst is how many requests may be sent at once. Absent: 60.
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	// +optional
	Burst int32 `json:"burst,omitempty"`
}

// BackendDefaults are the policies of objects that don't have their own.
type BackendDefaults struct {
	// adoptionPolicy of Hosts that don't say. Absent: Never.
	// +optional
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// deletionPolicy of Hosts and Credentials that don't say. Absent: Delete for
	// what was created, Orphan for what was adopted.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// CreatableKind is something that is created when an object names it and it is
// missing.
// +kubebuilder:validation:Enum=Subnets;Tags
type CreatableKind string

// What can be created when it is missing.
const (
	// CreateSubnets creates subnets that are given by CIDR.
	CreateSubnets CreatableKind = "Subnets"
	// CreateTags creates tags that are given by name.
	CreateTags CreatableKind = "Tags"
)

// DeletionGuard holds deletions back when too many come at once.
type DeletionGuard struct {
	// percent of the backend's Hosts that may be deleted within a minute; 0
	// switches the guard off. Absent: 20.
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	// +optional
	Percent *int32 `json:"percent,omitempty"`

	// minimum number of Hosts that may be deleted within a minute, whatever
	// percentage that is. Absent: 20.
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	Minimum *int32 `json:"minimum,omitempty"`
}

// BackendConnection is what Backend and ClusterBackend have in common.
type BackendConnection struct {
	// url is the base URL of the Scanopy server, http or https, with the path it
	// is served under, if any.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]') && isURL(self)",message="write the server's base URL with http:// or https://, such as https://scanopy.example"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[^/?#]*//[^/?#]*@')",message="leave user and password out of the URL; the API key goes into the Secret that tokenSecretRef names"
	// +kubebuilder:validation:XValidation:rule="!self.contains('?')",message="leave the query out: write the URL without ? and what follows"
	// +kubebuilder:validation:XValidation:rule="!self.contains('#')",message="leave the fragment out: write the URL without # and what follows"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[^/?#]*//(169[.]254[.]|[[][Ff][Ee][89ABab][0-9A-Fa-f]:)')",message="link-local addresses are never talked to; write the name or another address of the server"
	// +required
	URL string `json:"url,omitempty"`

	// caBundle is CA certificates in PEM that are trusted besides the system's.
	// Absent: none.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=65536
	// +kubebuilder:validation:XValidation:rule="self.contains('-----BEGIN CERTIFICATE-----')",message="write certificates in PEM, beginning with -----BEGIN CERTIFICATE-----, or name a ConfigMap in caConfigMapRef"
	// +optional
	CABundle string `json:"caBundle,omitempty"`

	// insecureSkipTLSVerify accepts any certificate; status reports it. Absent:
	// false.
	// +optional
	InsecureSkipTLSVerify *bool `json:"insecureSkipTLSVerify,omitempty"`

	// network is the default network, by name or id, of Hosts that don't say.
	// Absent: the only one that the key sees; if it sees several, each Host has
	// to say.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Network string `json:"network,omitempty"`

	// resyncPeriod is how often the server's state is read anew, at least 30s.
	// Absent: 10m.
	// +kubebuilder:default="10m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}([.][0-9]{1,3})?(ms|s|m|h)){1,4}$') && duration(self) >= duration('30s')",message="write a duration of at least 30s, such as 10m"
	// +optional
	ResyncPeriod *metav1.Duration `json:"resyncPeriod,omitempty"`

	// rateLimit is the budget of requests to the server. Absent: 240 a minute,
	// 60 at once.
	// +optional
	RateLimit *RateLimit `json:"rateLimit,omitempty"`

	// requestTimeout is how long one request may take, from 1s to 10m. Absent:
	// 30s.
	// +kubebuilder:default="30s"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}([.][0-9]{1,3})?(ms|s|m|h)){1,4}$') && duration(self) >= duration('1s') && duration(self) <= duration('10m')",message="write a duration from 1s to 10m, such as 30s"
	// +optional
	RequestTimeout *metav1.Duration `json:"requestTimeout,omitempty"`

	// defaults are the policies of objects that don't say. Absent: Never adopt,
	// delete what was created, orphan what was adopted.
	// +optional
	Defaults *BackendDefaults `json:"defaults,omitempty"`

	// createMissing lists what is created when an object names it and it is
	// missing: Subnets, Tags. Absent: nothing.
	// +kubebuilder:validation:MaxItems=2
	// +listType=set
	// +optional
	CreateMissing []CreatableKind `json:"createMissing,omitempty"`

	// deletionGuard holds deletions back when too many come at once. Absent:
	// more than 20 and more than 20 percent.
	// +optional
	DeletionGuard *DeletionGuard `json:"deletionGuard,omitempty"`
}

// BackendSpec says how to reach a Scanopy server.
type BackendSpec struct {
	BackendConnection `json:",inline"`

	// tokenSecretRef names the Secret, in the same namespace, with the API key
	// (scp_u_…). If that Secret has a key url, the API key is sent to no other
	// URL.
	// +required
	TokenSecretRef SecretKeyReference `json:"tokenSecretRef,omitzero"`

	// caConfigMapRef names a ConfigMap, in the same namespace, with CA
	// certificates in PEM that are trusted besides the system's. Absent: none.
	// +optional
	CAConfigMapRef *ConfigMapKeyReference `json:"caConfigMapRef,omitempty"`
}

// Backend is a Scanopy server that objects of its namespace are written to.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=backends,scope=Namespaced,shortName=scbe,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Version",type=string,JSONPath=`.status.serverVersion`
// +kubebuilder:printcolumn:name="Dialect",type=string,JSONPath=`.status.dialect`
// +kubebuilder:printcolumn:name="Network",type=string,JSONPath=`.status.network.name`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.organizationID`,priority=1
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.spec.url`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type Backend struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec says how to reach the server.
	// +required
	Spec BackendSpec `json:"spec,omitzero"`

	// status says what was found there. Absent: nobody has looked yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status BackendStatus `json:"status,omitzero"`
}

// BackendList is a list of Backends.
// +kubebuilder:object:root=true
type BackendList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Backend `json:"items"`
}
