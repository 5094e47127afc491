// SPDX-License-Identifier: Apache-2.0

package scanopy

// CredentialType is one of the server's types of credentials.
type CredentialType string

// The types, as servers up to 0.17.22 know them.
const (
	SnmpV1           CredentialType = "SnmpV1"
	SnmpV2c          CredentialType = "SnmpV2c"
	SnmpV3           CredentialType = "SnmpV3"
	Gnmi             CredentialType = "Gnmi"
	DockerProxy      CredentialType = "DockerProxy"
	PodmanProxy      CredentialType = "PodmanProxy"
	DockerSocket     CredentialType = "DockerSocket"
	PodmanSocket     CredentialType = "PodmanSocket"
	UnifiAPIKey      CredentialType = "UnifiApiKey"
	UnifiLocalAdmin  CredentialType = "UnifiLocalAdmin"
	InstantOnAccount CredentialType = "InstantOnAccount"
	SSHPassword      CredentialType = "SshPassword"
	SSHKey           CredentialType = "SshKey"
	WakeOnLan        CredentialType = "WakeOnLan"
	ProxmoxAPIToken  CredentialType = "ProxmoxApiToken" //nolint:gosec // the name of a type
)

// CredentialTypes lists all types.
func CredentialTypes() []CredentialType {
	return []CredentialType{
		SnmpV1, SnmpV2c, SnmpV3, Gnmi, DockerProxy, PodmanProxy, DockerSocket, PodmanSocket, UnifiAPIKey, UnifiLocalAdmin,
		InstantOnAccount, SSHPassword, SSHKey, WakeOnLan, ProxmoxAPIToken,
	}
}

// since is the first version that knows a type, after the server's changelog.
func (t CredentialType) since() version {
	switch t {
	case SnmpV2c, DockerProxy:
		return version{0, 15, 0}
	case SnmpV1, SnmpV3:
		return version{0, 17, 0}
	case PodmanProxy, DockerSocket, PodmanSocket:
		return version{0, 17, 2}
	case UnifiAPIKey, UnifiLocalAdmin:
		return version{0, 17, 7}
	case InstantOnAccount:
		return version{0, 17, 11}
	case Gnmi:
		return version{0, 17, 16}
	case SSHPassword, SSHKey, WakeOnLan:
		return version{0, 17, 19}
	case ProxmoxAPIToken:
		return version{0, 17, 21}
	}
	return version{}
}

// assignedSince is from when on a credential holds what it is assigned to.
// Read from the changelog, not seen.
func assignedSince() version { return version{0, 17, 1} }

// FieldKind says how a field of a credential is written.
type FieldKind int

// The kinds of fields.
const (
	FieldText FieldKind = iota
	FieldNumber
	FieldFlag
	// FieldSecret is an inline secret or a path on the daemon.
	FieldSecret
	// FieldFile is an inline text that is no secret, or a path on the daemon.
	FieldFile
	// FieldScript is an inline text, or a path on the host or the daemon.
	FieldScript
)

// FieldSpec is a field of a type of credentials.
type FieldSpec struct {
	Name     string
	Kind     FieldKind
	Required bool
}

// Fields lists the fields of a type; none for a type that is not known.
func (t CredentialType) Fields() []FieldSpec {
	switch t {
	case SnmpV1, SnmpV2c:
		return []FieldSpec{required("community", FieldSecret)}
	case SnmpV3:
		return []FieldSpec{
			required("security_name", FieldText), required("auth_protocol", FieldText), required("auth_password", FieldSecret),
			required("priv_protocol", FieldText), required("priv_password", FieldSecret), optional("context_name", FieldText),
		}
	case Gnmi:
		return []FieldSpec{
			optional("port", FieldNumber), required("username", FieldText), required("password", FieldSecret),
			optional("tls", FieldFlag), optional("skip_verify", FieldFlag),
		}
	case DockerProxy, PodmanProxy:
		return []FieldSpec{
			optional("port", FieldNumber), optional("path", FieldText), optional("ssl_cert", FieldFile),
			optional("ssl_key", FieldSecret), optional("ssl_chain", FieldFile),
		}
	case DockerSocket, PodmanSocket:
		return []FieldSpec{optional("socket_path", FieldText)}
	}
	return t.laterFields()
}

// laterFields are those of the types that came from 0.17.7 on.
func (t CredentialType) laterFields() []FieldSpec {
	switch t {
	case UnifiAPIKey:
		return []FieldSpec{optional("port", FieldNumber), optional("site", FieldText), required("api_key", FieldSecret)}
	case UnifiLocalAdmin:
		return []FieldSpec{
			optional("port", FieldNumber), optional("site", FieldText), required("username", FieldText), required("password", FieldSecret),
		}
	case InstantOnAccount:
		return []FieldSpec{required("username", FieldText), required("password", FieldSecret), optional("site", FieldText)}
	case SSHPassword:
		return append([]FieldSpec{required("password", FieldSecret)}, sshFields()...)
	case SSHKey:
		return append([]FieldSpec{required("private_key", FieldSecret), optional("passphrase", FieldSecret)}, sshFields()...)
	case WakeOnLan:
		return []FieldSpec{
			optional("port", FieldNumber), optional("wait_seconds", FieldNumber), optional("broadcast_address", FieldText),
			optional("secure_on_password", FieldSecret),
		}
	case ProxmoxAPIToken:
		return []FieldSpec{optional("port", FieldNumber), required("token_id", FieldText), required("token_secret", FieldSecret)}
	}
	return nil
}

func sshFields() []FieldSpec {
	return []FieldSpec{
		optional("port", FieldNumber), required("username", FieldText), required("script", FieldScript),
		optional("target_os", FieldText), optional("timeout_seconds", FieldNumber), optional("host_key_fingerprint", FieldText),
	}
}

func required(name string, kind FieldKind) FieldSpec { return FieldSpec{name, kind, true} }
func optional(name string, kind FieldKind) FieldSpec { return FieldSpec{name, kind, false} }
