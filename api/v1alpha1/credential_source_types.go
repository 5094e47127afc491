// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// CredentialSecretReference names a key of a Secret in the namespace of the Credential.
type CredentialSecretReference struct {
	// name is the metadata.name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// key of the Secret's data.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Key string `json:"key,omitempty"`
}

// SecretSource says where a secret value comes from; the value itself is never
// written in the manifest.
// +kubebuilder:validation:XValidation:rule="has(self.secretKeyRef) != has(self.filePath)",message="write secretKeyRef {name, key} of a Secret, or filePath of a file that the daemon reads, and only one of them"
type SecretSource struct {
	// secretKeyRef names the key of a Secret in the same namespace. Absent:
	// filePath is set.
	// +optional
	SecretKeyRef *CredentialSecretReference `json:"secretKeyRef,omitempty"`

	// filePath is the absolute path of a file on the daemon's machine, which the
	// daemon reads itself. Absent: secretKeyRef is set.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/') || self.matches(r'^([A-Za-z]:[\\\\/]|[\\\\]{2}[^\\\\]+[\\\\])')",message="write an absolute path, such as /etc/scanopy/secret or C:/scanopy/secret"
	// +optional
	FilePath string `json:"filePath,omitempty"`
}

// ScriptSource says where a script comes from.
// +kubebuilder:validation:XValidation:rule="[has(self.inline), has(self.hostFile), has(self.daemonFile)].filter(x, x).size() == 1",message="write exactly one of inline, hostFile and daemonFile"
type ScriptSource struct {
	// inline is the script itself. Never write secrets in it. Absent: a file has
	// it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=16384
	// +optional
	Inline string `json:"inline,omitempty"`

	// hostFile is the path of the script on the host that is logged in to. Absent:
	// it is elsewhere.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	HostFile string `json:"hostFile,omitempty"`

	// daemonFile is the absolute path of the script on the daemon's machine.
	// Absent: it is elsewhere.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/') || self.matches(r'^([A-Za-z]:[\\\\/]|[\\\\]{2}[^\\\\]+[\\\\])')",message="write an absolute path, such as /etc/scanopy/probe.sh or C:/scanopy/probe.ps1"
	// +optional
	DaemonFile string `json:"daemonFile,omitempty"`
}
