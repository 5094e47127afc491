// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// settingsOf are the settings that the row of a Credential must have, as texts, by the names of the server.
func (w *world) settingsOf(c *v1alpha1.Credential) map[string]string {
	value := func(s *v1alpha1.SecretSource) string {
		switch {
		case s == nil:
			return ""
		case s.SecretKeyRef == nil:
			return s.FilePath
		}
		return w.valueOf(c.Namespace, s.SecretKeyRef.Name, s.SecretKeyRef.Key)
	}
	out := map[string]string{"type": strings.ReplaceAll(string(c.Spec.Type), "API", "Api")}
	switch s := &c.Spec; {
	case s.SNMPV2c != nil:
		out["community"] = value(&s.SNMPV2c.Community)
	case s.SNMPV3 != nil:
		out["security_name"], out["priv_protocol"] = s.SNMPV3.SecurityName, string(s.SNMPV3.PrivProtocol)
		out["auth_password"], out["priv_password"] = value(&s.SNMPV3.AuthPassword), value(&s.SNMPV3.PrivPassword)
	case s.DockerProxy != nil:
		out["port"], out["path"] = decimal(int(s.DockerProxy.Port)), s.DockerProxy.Path
		out["ssl_cert"], out["ssl_key"] = value(s.DockerProxy.SSLCert), value(s.DockerProxy.SSLKey)
	case s.DockerSocket != nil:
		out["socket_path"] = s.DockerSocket.SocketPath
	case s.UnifiAPIKey != nil:
		out["port"], out["api_key"] = decimal(int(s.UnifiAPIKey.Port)), value(&s.UnifiAPIKey.APIKey)
	case s.UnifiLocalAdmin != nil:
		out["username"], out["password"] = s.UnifiLocalAdmin.Username, value(&s.UnifiLocalAdmin.Password)
	case s.SSHPassword != nil:
		out["username"], out["script"] = s.SSHPassword.Username, s.SSHPassword.Script.Inline
		out["password"] = value(&s.SSHPassword.Password)
	case s.ProxmoxAPIToken != nil:
		out["token_id"], out["token_secret"] = s.ProxmoxAPIToken.TokenID, value(&s.ProxmoxAPIToken.TokenSecret)
	}
	return out
}

// setting is a setting of a row as a text.
func setting(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case emulator.Envelope:
		return v.Value + v.Path
	}
	return fmt.Sprint(v)
}
