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

// IsSocket says that the type reads a socket on the host of a daemon.
func (t CredentialType) IsSocket() bool { return t == credDockerSocket || t == credPodmanSocket }

// ReadsDaemon says that a credential reads a file or a socket on the daemon's machine.
func (c *CredentialDecl) ReadsDaemon() bool {
	if c.Type.IsSocket() {
		return true
	}
	for _, f := range c.Fields {
		if f.Mode == ModeFilePath || f.Mode == ModeDaemonFile {
			return true
		}
	}
	return false
}
