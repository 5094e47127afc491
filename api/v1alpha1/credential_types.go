// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// CredentialType says what a credential opens.
// +kubebuilder:validation:Enum=SnmpV1;SnmpV2c;SnmpV3;Gnmi;DockerProxy;PodmanProxy;DockerSocket;PodmanSocket;UnifiAPIKey;UnifiLocalAdmin;InstantOnAccount;SshPassword;SshKey;WakeOnLan;ProxmoxAPIToken
type CredentialType string

// The types of credentials. Each has a member of spec by the same name, with a
// small first letter.
const (
	// CredentialSnmpV1 is SNMP v1.
	CredentialSnmpV1 CredentialType = "SnmpV1"
	// CredentialSnmpV2c is SNMP v2c.
	CredentialSnmpV2c CredentialType = "SnmpV2c"
	// CredentialSnmpV3 is SNMP v3.
	CredentialSnmpV3 CredentialType = "SnmpV3"
	// CredentialGnmi is gNMI.
	CredentialGnmi CredentialType = "Gnmi"
	// CredentialDockerProxy is the Docker API over the network.
	CredentialDockerProxy CredentialType = "DockerProxy"
	// CredentialPodmanProxy is the Podman API over the network.
	CredentialPodmanProxy CredentialType = "PodmanProxy"
	// CredentialDockerSocket is Docker's socket on the daemon's host.
	CredentialDockerSocket CredentialType = "DockerSocket"
	// CredentialPodmanSocket is Podman's socket on the daemon's host.
	CredentialPodmanSocket CredentialType = "PodmanSocket"
	// CredentialUnifiAPIKey is a UniFi controller, by an API key.
	CredentialUnifiAPIKey CredentialType = "UnifiAPIKey"
	// CredentialUnifiLocalAdmin is a UniFi controller, by a local user.
	CredentialUnifiLocalAdmin CredentialType = "UnifiLocalAdmin"
	// CredentialInstantOnAccount is an account of Aruba Instant On.
	CredentialInstantOnAccount CredentialType = "InstantOnAccount"
	// CredentialSshPassword is a script over SSH, by a password.
	CredentialSshPassword CredentialType = "SshPassword"
	// CredentialSshKey is a script over SSH, by a key.
	CredentialSshKey CredentialType = "SshKey"
	// CredentialWakeOnLan wakes a host by a magic packet.
	CredentialWakeOnLan CredentialType = "WakeOnLan"
	// CredentialProxmoxAPIToken is the API of Proxmox VE, by a token.
	CredentialProxmoxAPIToken CredentialType = "ProxmoxAPIToken" //nolint:gosec // the name of a type
)

// DaemonOS is the operating system of the daemon that reads files.
// +kubebuilder:validation:Enum=Unix;Windows
type DaemonOS string

// The operating systems of daemons.
const (
	// DaemonUnix reads paths such as /etc/scanopy/secret.
	DaemonUnix DaemonOS = "Unix"
	// DaemonWindows reads paths such as C:\scanopy\secret.
	DaemonWindows DaemonOS = "Windows"
)

// CredentialHostReference names a Host.
type CredentialHostReference struct {
	// name is the metadata.name of the Host.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// namespace of the Host, whose allowedNamespaces must admit this one. Absent:
	// the namespace of the Credential.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace,omitempty"`
}

// CredentialHost is a Host that a credential is for.
type CredentialHost struct {
	// hostRef names the Host. One that is not there yet holds nothing up.
	// +required
	HostRef CredentialHostReference `json:"hostRef,omitzero"`

	// interfaces of the Host, by name, that the credential is limited to. Absent:
	// all addresses of the Host.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=100
	// +listType=set
	// +optional
	Interfaces []string `json:"interfaces,omitempty"`
}

// CredentialSpec is a credential that is declared: the member that has the name
// of type, and no other, is set.
// +kubebuilder:validation:XValidation:rule="has(self.snmpV1) == (self.type == 'SnmpV1')",message="write snmpV1 with type: SnmpV1, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.snmpV2c) == (self.type == 'SnmpV2c')",message="write snmpV2c with type: SnmpV2c, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.snmpV3) == (self.type == 'SnmpV3')",message="write snmpV3 with type: SnmpV3, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.gnmi) == (self.type == 'Gnmi')",message="write gnmi with type: Gnmi, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.dockerProxy) == (self.type == 'DockerProxy')",message="write dockerProxy with type: DockerProxy, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.podmanProxy) == (self.type == 'PodmanProxy')",message="write podmanProxy with type: PodmanProxy, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.dockerSocket) == (self.type == 'DockerSocket')",message="write dockerSocket with type: DockerSocket, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.podmanSocket) == (self.type == 'PodmanSocket')",message="write podmanSocket with type: PodmanSocket, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.unifiAPIKey) == (self.type == 'UnifiAPIKey')",message="write unifiAPIKey with type: UnifiAPIKey, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.unifiLocalAdmin) == (self.type == 'UnifiLocalAdmin')",message="write unifiLocalAdmin with type: UnifiLocalAdmin, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.instantOnAccount) == (self.type == 'InstantOnAccount')",message="write instantOnAccount with type: InstantOnAccount, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.sshPassword) == (self.type == 'SshPassword')",message="write sshPassword with type: SshPassword, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.sshKey) == (self.type == 'SshKey')",message="write sshKey with type: SshKey, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.wakeOnLan) == (self.type == 'WakeOnLan')",message="write wakeOnLan with type: WakeOnLan, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="has(self.proxmoxAPIToken) == (self.type == 'ProxmoxAPIToken')",message="write proxmoxAPIToken with type: ProxmoxAPIToken, and leave it out with any other type"
// +kubebuilder:validation:XValidation:rule="!has(self.networks) || self.networks.size() == 0 || self.type in ['SnmpV1', 'SnmpV2c', 'SnmpV3', 'Gnmi', 'SshPassword', 'SshKey']",fieldPath=".networks",message="a credential of this type can't be given to a whole network, where it would be offered to every host; name its hosts in hosts instead"
type CredentialSpec struct {
	// backendRef names the Backend or ClusterBackend that the credential is
	// written to. Can't be changed once the Credential is synced. Absent: Backend
	// default of the namespace, else ClusterBackend default.
	// +optional
	BackendRef *BackendReference `json:"backendRef,omitempty"`

	// name of the credential in Scanopy. Absent: metadata.name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.trim() != ''",message="write a name, or leave name out to use metadata.name"
	// +optional
	Name *string `json:"name,omitempty"`

	// description of the credential; needs a server from 0.17.19 on. Absent: left
	// as it is; "": cleared.
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description *string `json:"description,omitempty"`

	// tags are names or ids of tags: the credential has exactly these. Absent:
	// its tags are left as they are; empty: it has none.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=100
	// +listType=atomic
	// +optional
	Tags []string `json:"tags,omitzero"`

	// type says which of the members below is set.
	// +required
	Type CredentialType `json:"type,omitempty"`

	// snmpV1 is SNMP v1. Absent: type is another one.
	// +optional
	SNMPV1 *SNMPCommunityCredential `json:"snmpV1,omitempty"`

	// snmpV2c is SNMP v2c. Absent: type is another one.
	// +optional
	SNMPV2c *SNMPCommunityCredential `json:"snmpV2c,omitempty"`

	// snmpV3 is SNMP v3. Absent: type is another one.
	// +optional
	SNMPV3 *SNMPV3Credential `json:"snmpV3,omitempty"`

	// gnmi is gNMI. Absent: type is another one.
	// +optional
	GNMI *GNMICredential `json:"gnmi,omitempty"`

	// dockerProxy is the Docker API over the network. Absent: type is another one.
	// +optional
	DockerProxy *ContainerProxyCredential `json:"dockerProxy,omitempty"`

	// podmanProxy is the Podman API over the network. Absent: type is another one.
	// +optional
	PodmanProxy *ContainerProxyCredential `json:"podmanProxy,omitempty"`

	// dockerSocket is Docker's socket on the daemon's host. Absent: type is another one.
	// +optional
	DockerSocket *ContainerSocketCredential `json:"dockerSocket,omitempty"`

	// podmanSocket is Podman's socket on the daemon's host. Absent: type is another one.
	// +optional
	PodmanSocket *ContainerSocketCredential `json:"podmanSocket,omitempty"`

	// unifiAPIKey is a UniFi controller, by an API key. Absent: type is another one.
	// +optional
	UnifiAPIKey *UnifiAPIKeyCredential `json:"unifiAPIKey,omitempty"`

	// unifiLocalAdmin is a UniFi controller, by a local user. Absent: type is another one.
	// +optional
	UnifiLocalAdmin *UnifiLocalAdminCredential `json:"unifiLocalAdmin,omitempty"`

	// instantOnAccount is an account of Aruba Instant On. Absent: type is another one.
	// +optional
	InstantOnAccount *InstantOnAccountCredential `json:"instantOnAccount,omitempty"`

	// sshPassword is a script over SSH, by a password. Absent: type is another one.
	// +optional
	SSHPassword *SSHPasswordCredential `json:"sshPassword,omitempty"`

	// sshKey is a script over SSH, by a key. Absent: type is another one.
	// +optional
	SSHKey *SSHKeyCredential `json:"sshKey,omitempty"`

	// wakeOnLan wakes a host by a magic packet. Absent: type is another one.
	// +optional
	WakeOnLan *WakeOnLanCredential `json:"wakeOnLan,omitempty"`

	// proxmoxAPIToken is the API of Proxmox VE, by a token. Absent: type is another one.
	// +optional
	ProxmoxAPIToken *ProxmoxAPITokenCredential `json:"proxmoxAPIToken,omitempty"`

	// daemonOS is the operating system of the daemon that reads the files or the
	// socket named here. Absent: Unix, if there are any.
	// +optional
	DaemonOS DaemonOS `json:"daemonOS,omitempty"`

	// networks by name or id: the credential is tried on all of their hosts.
	// Absent: none.
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	// +listType=set
	// +optional
	Networks []string `json:"networks,omitempty"`

	// hosts that the credential is for; one that is named twice has the interfaces
	// of both, or all. Absent: none.
	// +kubebuilder:validation:MaxItems=256
	// +listType=atomic
	// +optional
	Hosts []CredentialHost `json:"hosts,omitempty"`

	// deletionPolicy says what happens to the credential in the backend when this
	// object is deleted: Delete or Orphan. Absent: what the backend's defaults
	// say, else Delete.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// AssignmentKind is what a credential is assigned to.
// +kubebuilder:validation:Enum=Network;Host
type AssignmentKind string

// The kinds of assignments.
const (
	// AssignmentNetwork is one to all hosts of a network.
	AssignmentNetwork AssignmentKind = "Network"
	// AssignmentHost is one to a Host, or to some of its interfaces.
	AssignmentHost AssignmentKind = "Host"
)

// CredentialAssignmentStatus says what became of a network or Host that a
// credential is for.
type CredentialAssignmentStatus struct {
	// kind is Network or Host.
	// +required
	Kind AssignmentKind `json:"kind,omitempty"`

	// network by name or id, as in the spec. Absent: a Host is meant.
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Network string `json:"network,omitempty"`

	// host that is meant. Absent: a network is meant.
	// +optional
	Host *CredentialHostReference `json:"host,omitempty"`

	// id of the network or host in the backend. Absent: it is not there yet.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// reason if it is not assigned: HostNotFound, Pending, Conflicted and so on.
	// Absent: it is assigned.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Reason string `json:"reason,omitempty"`

	// by is the Credential that has the Host, if this one lost against it.
	// Absent: none.
	// +optional
	By *ObjectItemReference `json:"by,omitempty"`
}

// WrittenSecret is a version of a Secret that was written to the backend.
type WrittenSecret struct {
	// name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// uid of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=36
	// +required
	UID string `json:"uid,omitempty"`

	// resourceVersion of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	ResourceVersion string `json:"resourceVersion,omitempty"`
}

// CredentialStatus says what became of a Credential.
type CredentialStatus struct {
	CommonStatus `json:",inline"`

	// id of the credential in the backend. Absent: it is not there.
	// +kubebuilder:validation:MaxLength=36
	// +optional
	ID string `json:"id,omitempty"`

	// backend is what backendRef resolved to. Absent: not resolved yet.
	// +optional
	Backend *ResolvedBackend `json:"backend,omitempty"`

	// secrets are the versions of the Secrets that were written last. Absent:
	// none.
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=name
	// +optional
	Secrets []WrittenSecret `json:"secrets,omitempty"`

	// writtenGeneration is the generation of the spec that was written last, which
	// tells whether values that can't be read back are up to date. Absent: none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	WrittenGeneration int64 `json:"writtenGeneration,omitempty"`

	// assignments are the networks and Hosts of the spec and what became of each.
	// Absent: none.
	// +kubebuilder:validation:MaxItems=320
	// +listType=atomic
	// +optional
	Assignments []CredentialAssignmentStatus `json:"assignments,omitempty"`

	// shadows are the Credentials that lost a Host against this one, the first 16.
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

// Credential is what daemons log in with when they look at hosts. Its secret
// values come from Secrets or from files of the daemon, never from the manifest.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=credentials,scope=Namespaced,shortName=sccred,categories=scanopy
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.status.backend.name`
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.id`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:rule="has(self.spec.name) || self.metadata.name.size() <= 100",message="metadata.name is longer than the 100 characters that a name may have in Scanopy; set spec.name to a shorter one"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.id) || (has(self.spec.backendRef) == has(oldSelf.spec.backendRef) && (!has(self.spec.backendRef) || self.spec.backendRef == oldSelf.spec.backendRef))",fieldPath=".spec.backendRef",reason=FieldValueForbidden,message="backendRef can't be changed once the Credential is synced; put it back, or delete this Credential and create it anew with the other backend"
type Credential struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is the credential that is declared.
	// +required
	Spec CredentialSpec `json:"spec,omitzero"`

	// status says what became of it. Absent: nobody has looked at it yet.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status CredentialStatus `json:"status,omitzero"`
}

// CredentialList is a list of Credentials.
// +kubebuilder:object:root=true
type CredentialList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitzero"`
	Items           []Credential `json:"items"`
}
