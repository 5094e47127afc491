// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// fieldList collects the fields of a credential's type, by the names that the server has for them.
type fieldList struct {
	member string
	list   []core.CredentialField
}

func (l *fieldList) text(name, path, value string) {
	if value != "" {
		l.list = append(l.list, core.CredentialField{Name: name, Path: l.member + "." + path, Text: value})
	}
}

func (l *fieldList) number(name, path string, value int32) {
	l.list = append(l.list, core.CredentialField{Name: name, Path: l.member + "." + path, Number: int(value)})
}

func (l *fieldList) flag(name, path string, value *bool) {
	l.list = append(l.list, core.CredentialField{Name: name, Path: l.member + "." + path, Flag: value != nil && *value})
}

func (l *fieldList) secret(name, path string, source *v1alpha1.SecretSource) {
	if source == nil {
		return
	}
	f := core.CredentialField{Name: name, Path: l.member + "." + path, Mode: core.ModeFilePath, Text: source.FilePath}
	if ref := source.SecretKeyRef; ref != nil {
		f.Mode, f.Ref = core.ModeInline, core.SecretKey{Name: ref.Name, Key: ref.Key}
	}
	l.list = append(l.list, f)
}

func (l *fieldList) script(s v1alpha1.ScriptSource) {
	f := core.CredentialField{Name: "script", Path: l.member + ".script", Mode: core.ModeInline, Text: s.Inline}
	switch {
	case s.HostFile != "":
		f.Mode, f.Text = core.ModeHostFile, s.HostFile
	case s.DaemonFile != "":
		f.Mode, f.Text = core.ModeDaemonFile, s.DaemonFile
	}
	l.list = append(l.list, f)
}

// credentialFields are the fields of the member of a spec that its type names.
func credentialFields(s *v1alpha1.CredentialSpec) []core.CredentialField {
	name := string(s.Type)
	l := &fieldList{member: strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]}
	switch {
	case s.SNMPV1 != nil:
		l.secret("community", "community", &s.SNMPV1.Community)
	case s.SNMPV2c != nil:
		l.secret("community", "community", &s.SNMPV2c.Community)
	case s.SNMPV3 != nil:
		l.snmpV3(s.SNMPV3)
	case s.GNMI != nil:
		l.number("port", "port", s.GNMI.Port)
		l.text("username", "username", s.GNMI.Username)
		l.secret("password", "password", &s.GNMI.Password)
		l.flag("tls", "tls", s.GNMI.TLS)
		l.flag("skip_verify", "skipVerify", s.GNMI.SkipVerify)
	case s.DockerProxy != nil:
		l.proxy(s.DockerProxy)
	case s.PodmanProxy != nil:
		l.proxy(s.PodmanProxy)
	case s.DockerSocket != nil:
		l.text("socket_path", "socketPath", s.DockerSocket.SocketPath)
	case s.PodmanSocket != nil:
		l.text("socket_path", "socketPath", s.PodmanSocket.SocketPath)
	default:
		l.accounts(s)
	}
	return l.list
}

func (l *fieldList) snmpV3(c *v1alpha1.SNMPV3Credential) {
	l.text("security_name", "securityName", c.SecurityName)
	l.text("auth_protocol", "authProtocol", string(c.AuthProtocol))
	l.secret("auth_password", "authPassword", &c.AuthPassword)
	l.text("priv_protocol", "privProtocol", string(c.PrivProtocol))
	l.secret("priv_password", "privPassword", &c.PrivPassword)
	l.text("context_name", "contextName", c.ContextName)
}

func (l *fieldList) proxy(c *v1alpha1.ContainerProxyCredential) {
	l.number("port", "port", c.Port)
	l.text("path", "path", c.Path)
	l.secret("ssl_cert", "sslCert", c.SSLCert)
	l.secret("ssl_key", "sslKey", c.SSLKey)
	l.secret("ssl_chain", "sslChain", c.SSLChain)
}

func (l *fieldList) accounts(s *v1alpha1.CredentialSpec) {
	switch {
	case s.UnifiAPIKey != nil:
		l.number("port", "port", s.UnifiAPIKey.Port)
		l.text("site", "site", s.UnifiAPIKey.Site)
		l.secret("api_key", "apiKey", &s.UnifiAPIKey.APIKey)
	case s.UnifiLocalAdmin != nil:
		l.number("port", "port", s.UnifiLocalAdmin.Port)
		l.text("site", "site", s.UnifiLocalAdmin.Site)
		l.text("username", "username", s.UnifiLocalAdmin.Username)
		l.secret("password", "password", &s.UnifiLocalAdmin.Password)
	case s.InstantOnAccount != nil:
		l.text("username", "username", s.InstantOnAccount.Username)
		l.secret("password", "password", &s.InstantOnAccount.Password)
		l.text("site", "site", s.InstantOnAccount.Site)
	case s.ProxmoxAPIToken != nil:
		l.number("port", "port", s.ProxmoxAPIToken.Port)
		l.text("token_id", "tokenID", s.ProxmoxAPIToken.TokenID)
		l.secret("token_secret", "tokenSecret", &s.ProxmoxAPIToken.TokenSecret)
	default:
		l.machines(s)
	}
}

func (l *fieldList) machines(s *v1alpha1.CredentialSpec) {
	switch {
	case s.SSHPassword != nil:
		c := s.SSHPassword
		l.secret("password", "password", &c.Password)
		l.ssh(c.Port, c.Username, c.Script, c.TargetOS, c.TimeoutSeconds, c.HostKeyFingerprint)
	case s.SSHKey != nil:
		c := s.SSHKey
		l.secret("private_key", "privateKey", &c.PrivateKey)
		l.secret("passphrase", "passphrase", c.Passphrase)
		l.ssh(c.Port, c.Username, c.Script, c.TargetOS, c.TimeoutSeconds, c.HostKeyFingerprint)
	case s.WakeOnLan != nil:
		l.number("port", "port", s.WakeOnLan.Port)
		l.number("wait_seconds", "waitSeconds", s.WakeOnLan.WaitSeconds)
		l.text("broadcast_address", "broadcastAddress", s.WakeOnLan.BroadcastAddress)
		l.secret("secure_on_password", "secureOnPassword", s.WakeOnLan.SecureOnPassword)
	}
}

func (l *fieldList) ssh(
	port int32, username string, script v1alpha1.ScriptSource, system v1alpha1.DaemonOS, timeout int32, fingerprint string,
) {
	l.number("port", "port", port)
	l.text("username", "username", username)
	l.script(script)
	l.text("target_os", "targetOS", string(system))
	l.number("timeout_seconds", "timeoutSeconds", timeout)
	l.text("host_key_fingerprint", "hostKeyFingerprint", fingerprint)
}
