// SPDX-License-Identifier: Apache-2.0

package core

// CredentialType is a type of credentials, as the API spells it.
type CredentialType string

// The types that rules speak of.
const (
	credDockerProxy      CredentialType = "DockerProxy"
	credDockerSocket     CredentialType = "DockerSocket"
	credPodmanProxy      CredentialType = "PodmanProxy"
	credPodmanSocket     CredentialType = "PodmanSocket"
	credUnifiAPIKey      CredentialType = "UnifiAPIKey"
	credUnifiLocalAdmin  CredentialType = "UnifiLocalAdmin"
	credInstantOnAccount CredentialType = "InstantOnAccount"
	credProxmoxAPIToken  CredentialType = "ProxmoxAPIToken" //nolint:gosec // the name of a type
)

// Endpoint is the integration of a type for which a host has a single endpoint, "" for types of which a host takes many.
func (t CredentialType) Endpoint() string {
	switch t {
	case credDockerProxy, credDockerSocket:
		return "Docker"
	case credPodmanProxy, credPodmanSocket:
		return "Podman"
	case credUnifiAPIKey, credUnifiLocalAdmin:
		return "UniFi"
	case credInstantOnAccount:
		return "Instant On"
	case credProxmoxAPIToken:
		return "Proxmox"
	}
	return ""
}

// IsForNetworks says that the type may be given to whole networks.
func (t CredentialType) IsForNetworks() bool {
	switch t {
	case "SnmpV1", "SnmpV2c", "SnmpV3", "Gnmi", "SshPassword", "SshKey":
		return true
	}
	return false
}

// IsSocket says that the type reads a socket on the host of a daemon.
func (t CredentialType) IsSocket() bool { return t == credDockerSocket || t == credPodmanSocket }

const (
	// fieldSocket is the path of a socket; absent it is the engine's usual one, which the daemon knows by itself.
	fieldSocket   = "socket_path"
	systemWindows = "Windows"
)

// ReadsDaemon says that a credential names a file or a socket on the daemon's machine. Of one that does not the server
// forgets which system the daemon has.
func (c *CredentialDecl) ReadsDaemon() bool {
	for _, f := range c.Fields {
		if f.Mode == ModeFilePath || f.Mode == ModeDaemonFile || f.Name == fieldSocket && f.Text != "" {
			return true
		}
	}
	return false
}
