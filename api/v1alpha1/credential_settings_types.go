// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// SNMPCommunityCredential logs in to SNMP v1 or v2c.
type SNMPCommunityCredential struct {
	// community is the community string.
	// +required
	Community SecretSource `json:"community,omitzero"`
}

// SNMPAuthProtocol authenticates users of SNMP v3.
// +kubebuilder:validation:Enum=Sha1;Sha256
type SNMPAuthProtocol string

// The protocols of authentication that servers know.
const (
	// SNMPAuthSha1 is HMAC-SHA-1.
	SNMPAuthSha1 SNMPAuthProtocol = "Sha1"
	// SNMPAuthSha256 is HMAC-SHA-256.
	SNMPAuthSha256 SNMPAuthProtocol = "Sha256"
)

// SNMPPrivProtocol encrypts SNMP v3.
// +kubebuilder:validation:Enum=Aes128;Aes256
type SNMPPrivProtocol string

// The protocols of privacy that servers know.
const (
	// SNMPPrivAes128 is AES with 128 bits.
	SNMPPrivAes128 SNMPPrivProtocol = "Aes128"
	// SNMPPrivAes256 is AES with 256 bits.
	SNMPPrivAes256 SNMPPrivProtocol = "Aes256"
)

// SNMPV3Credential logs in to SNMP v3 with authentication and privacy.
type SNMPV3Credential struct {
	// securityName is the user.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	SecurityName string `json:"securityName,omitempty"`

	// authProtocol is Sha1 or Sha256. Absent: Sha256.
	// +kubebuilder:default=Sha256
	// +optional
	AuthProtocol SNMPAuthProtocol `json:"authProtocol,omitempty"`

	// authPassword authenticates the user.
	// +required
	AuthPassword SecretSource `json:"authPassword,omitzero"`

	// privProtocol is Aes128 or Aes256. Absent: Aes128.
	// +kubebuilder:default=Aes128
	// +optional
	PrivProtocol SNMPPrivProtocol `json:"privProtocol,omitempty"`

	// privPassword encrypts.
	// +required
	PrivPassword SecretSource `json:"privPassword,omitzero"`

	// contextName is the context. Absent: the default one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	ContextName string `json:"contextName,omitempty"`
}

// GNMICredential logs in to gNMI.
type GNMICredential struct {
	// port of the service. Absent: 9339.
	// +kubebuilder:default=9339
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// username is the user.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Username string `json:"username,omitempty"`

	// password is the user's password.
	// +required
	Password SecretSource `json:"password,omitzero"`

	// tls says whether the connection is encrypted. Absent: it is not.
	// +optional
	TLS *bool `json:"tls,omitempty"`

	// skipVerify accepts any certificate. Absent: certificates are checked.
	// +optional
	SkipVerify *bool `json:"skipVerify,omitempty"`
}

// ContainerProxyCredential reaches the API of a container engine over the network.
type ContainerProxyCredential struct {
	// port of the API. Absent: 2375.
	// +kubebuilder:default=2375
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// path is the base path of the API. Absent: none.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Path string `json:"path,omitempty"`

	// sslCert is the client's certificate, as PEM. Absent: none.
	// +optional
	SSLCert *SecretSource `json:"sslCert,omitempty"`

	// sslKey is the client's private key, as PEM. Absent: none.
	// +optional
	SSLKey *SecretSource `json:"sslKey,omitempty"`

	// sslChain is the chain of authorities, as PEM. Absent: none.
	// +optional
	SSLChain *SecretSource `json:"sslChain,omitempty"`
}

// ContainerSocketCredential reaches a container engine by its socket on the daemon's own host.
type ContainerSocketCredential struct {
	// socketPath is the absolute path of the socket, as /path or unix:///path; on
	// a Windows daemon a named pipe, as //./pipe/name or npipe:////./pipe/name.
	// Absent: the engine's usual one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/') || self.startsWith('unix:///') || self.matches(r'^(npipe://)?[\\\\/]{2}[.][\\\\/](?i:pipe)[\\\\/]')",message="write the absolute path of a socket, such as /var/run/docker.sock, or a named pipe, such as //./pipe/docker_engine"
	// +optional
	SocketPath string `json:"socketPath,omitempty"`
}

// UnifiAPIKeyCredential logs in to a UniFi controller by an API key.
type UnifiAPIKeyCredential struct {
	// port of the controller. Absent: 443.
	// +kubebuilder:default=443
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// site of the controller. Absent: default.
	// +kubebuilder:default=default
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Site string `json:"site,omitempty"`

	// apiKey is the API key.
	// +required
	APIKey SecretSource `json:"apiKey,omitzero"`
}

// UnifiLocalAdminCredential logs in to a UniFi controller as a local user.
type UnifiLocalAdminCredential struct {
	// port of the controller. Absent: 443.
	// +kubebuilder:default=443
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// site of the controller. Absent: default.
	// +kubebuilder:default=default
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Site string `json:"site,omitempty"`

	// username is the user.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Username string `json:"username,omitempty"`

	// password is the user's password.
	// +required
	Password SecretSource `json:"password,omitzero"`
}

// InstantOnAccountCredential logs in to an account of Aruba Instant On.
type InstantOnAccountCredential struct {
	// username is the account.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Username string `json:"username,omitempty"`

	// password is the account's password.
	// +required
	Password SecretSource `json:"password,omitzero"`

	// site of the account. Absent: all of them.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	Site string `json:"site,omitempty"`
}

// SSHPasswordCredential runs a script over SSH and logs in by a password.
type SSHPasswordCredential struct {
	// port of the SSH server. Absent: 22.
	// +kubebuilder:default=22
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// username is the user.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Username string `json:"username,omitempty"`

	// password is the user's password.
	// +required
	Password SecretSource `json:"password,omitzero"`

	// script is what is run there.
	// +required
	Script ScriptSource `json:"script,omitzero"`

	// targetOS is the operating system of the host that is logged in to. Absent:
	// Unix.
	// +kubebuilder:default=Unix
	// +optional
	TargetOS DaemonOS `json:"targetOS,omitempty"`

	// timeoutSeconds is how long the script may take. Absent: 60.
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	// +optional
	TimeoutSeconds int32 `json:"timeoutSeconds,omitempty"`

	// hostKeyFingerprint that the host must show. Absent: any is taken.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	HostKeyFingerprint string `json:"hostKeyFingerprint,omitempty"`
}

// SSHKeyCredential runs a script over SSH and logs in by a key.
type SSHKeyCredential struct {
	// port of the SSH server. Absent: 22.
	// +kubebuilder:default=22
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// username is the user.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +required
	Username string `json:"username,omitempty"`

	// privateKey is the user's private key, as PEM.
	// +required
	PrivateKey SecretSource `json:"privateKey,omitzero"`

	// passphrase opens the private key. Absent: it is not locked.
	// +optional
	Passphrase *SecretSource `json:"passphrase,omitempty"`

	// script is what is run there.
	// +required
	Script ScriptSource `json:"script,omitzero"`

	// targetOS is the operating system of the host that is logged in to. Absent:
	// Unix.
	// +kubebuilder:default=Unix
	// +optional
	TargetOS DaemonOS `json:"targetOS,omitempty"`

	// timeoutSeconds is how long the script may take. Absent: 60.
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	// +optional
	TimeoutSeconds int32 `json:"timeoutSeconds,omitempty"`

	// hostKeyFingerprint that the host must show. Absent: any is taken.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +optional
	HostKeyFingerprint string `json:"hostKeyFingerprint,omitempty"`
}

// WakeOnLanCredential wakes hosts before they are looked at.
type WakeOnLanCredential struct {
	// port of the magic packet. Absent: 9.
	// +kubebuilder:default=9
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// waitSeconds is how long a host is given to wake. Absent: 60.
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	// +optional
	WaitSeconds int32 `json:"waitSeconds,omitempty"`

	// broadcastAddress that the packet is sent to. Absent: that of the subnet.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=45
	// +kubebuilder:validation:XValidation:rule="isIP(self)",message="write an IP address, such as 10.20.0.255"
	// +optional
	BroadcastAddress string `json:"broadcastAddress,omitempty"`

	// secureOnPassword is six bytes written as a MAC address, such as 01:23:45:67:89:ab. Absent:
	// none.
	// +optional
	SecureOnPassword *SecretSource `json:"secureOnPassword,omitempty"`
}

// ProxmoxAPITokenCredential logs in to Proxmox VE by an API token.
type ProxmoxAPITokenCredential struct {
	// port of the API. Absent: 8006.
	// +kubebuilder:default=8006
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// tokenID is the token, as user@realm!name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^@!]+@[^@!]+![^@!]+$')",message="write user@realm!name, such as scanopy@pve!inventory"
	// +required
	TokenID string `json:"tokenID,omitempty"`

	// tokenSecret is the token's secret.
	// +required
	TokenSecret SecretSource `json:"tokenSecret,omitzero"`
}
