// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"math"
)

// credentialType is a sort of credential: its fields and where it may be assigned.
type credentialType struct {
	name string
	// integration is what the server calls those that share an endpoint.
	integration string
	fields      []credentialField
	// networks: it may be assigned to networks. single: a host has one of its integration. socket: it reads a socket of a
	// daemon's own host.
	networks, single, socket bool
}

// fieldKind is how a field of a credential is read.
type fieldKind int

const (
	fieldText fieldKind = iota
	fieldNumber
	fieldTruth
	// fieldSecret is an envelope whose inline value is never shown. fieldOpen is the same in clear, fieldScript has files
	// of a host or a daemon.
	fieldSecret
	fieldOpen
	fieldScript
	// fieldSocket is the path of a socket of a daemon.
	fieldSocket
)

// credentialField is a field, by the name that messages have for it.
type credentialField struct {
	name, label string
	kind        fieldKind
	// absent is the value of one that is left out; required ones have none.
	absent   any
	required bool
	format   func(label, value string) string
	// takes tells whether a text can be read at all; nil takes any.
	takes func(string) bool
	// most is the largest number.
	most int64
}

func (f credentialField) must() credentialField { f.required = true; return f }

func (f credentialField) only(takes func(string) bool) credentialField { f.takes = takes; return f }

func (f credentialField) or(value any) credentialField { f.absent = value; return f }

func (f credentialField) is(format func(label, value string) string) credentialField {
	f.format = format
	return f
}

func text(name, label string) credentialField { return credentialField{name: name, label: label} }

func secret(name, label string) credentialField {
	return credentialField{name: name, label: label, kind: fieldSecret}
}

func number(name string, absent int64) credentialField {
	return credentialField{name: name, label: name, kind: fieldNumber, absent: absent, most: math.MaxUint16}
}

func seconds(name string, absent int64) credentialField {
	f := number(name, absent)
	f.most = math.MaxUint32
	return f
}

func truth(name string) credentialField {
	return credentialField{name: name, label: name, kind: fieldTruth, absent: false}
}

// credentialTypes are all that any version knows.
func credentialTypes() []credentialType {
	username, password := text("username", "Username").must(), secret("password", "Password").must()
	proxy := []credentialField{
		number("port", 2375), text("path", "Path"),
		credentialField{name: "ssl_cert", label: "SSL Certificate", kind: fieldOpen}.is(wantCertificate),
		secret("ssl_key", "SSL Key").is(wantPrivateKey),
		credentialField{name: "ssl_chain", label: "SSL Chain", kind: fieldOpen}.is(wantCertificate),
	}
	socket := []credentialField{{name: "socket_path", label: "Socket Path", kind: fieldSocket}}
	ssh := func(secrets ...credentialField) []credentialField {
		return append([]credentialField{number("port", 22), username}, append(secrets,
			credentialField{name: "script", label: "Script", kind: fieldScript}.must(), text("target_os", "Target OS").or("Unix").only(oneOfWords("Unix", "Windows")),
			seconds("timeout_seconds", 60), text("host_key_fingerprint", "Host Key Fingerprint"))...)
	}
	community := []credentialField{secret("community", "Community").must()}
	unifi := []credentialField{number("port", 443), text("site", "Site").or("default")}
	return []credentialType{
		{name: "SnmpV1", integration: "SNMP", networks: true, fields: community},
		{name: "SnmpV2c", integration: "SNMP", networks: true, fields: community},
		{name: "SnmpV3", integration: "SNMP", networks: true, fields: []credentialField{
			text("security_name", "Security Name").must(),
			text("auth_protocol", "Auth Protocol").must().only(oneOfWords("Sha1", "Sha256")), secret("auth_password", "Auth Password").must(),
			text("priv_protocol", "Privacy Protocol").must().only(oneOfWords("Aes128", "Aes256")), secret("priv_password", "Privacy Password").must(),
			text("context_name", "Context Name"),
		}},
		{name: "Gnmi", integration: "gNMI", networks: true, fields: []credentialField{
			number("port", 9339), username, password, truth("tls"), truth("skip_verify"),
		}},
		{name: "DockerProxy", integration: "Docker", single: true, fields: proxy},
		{name: "PodmanProxy", integration: "Podman", single: true, fields: proxy},
		{name: "DockerSocket", integration: "Docker", single: true, socket: true, fields: socket},
		{name: "PodmanSocket", integration: "Podman", single: true, socket: true, fields: socket},
		{name: "UnifiApiKey", integration: "UniFi Controller", single: true, fields: append(unifi[:2:2], secret("api_key", "API Key").must())},
		{name: "UnifiLocalAdmin", integration: "UniFi Controller", single: true, fields: append(unifi[:2:2], username, password)},
		{name: "InstantOnAccount", integration: "Instant On", single: true, fields: []credentialField{
			username, password, text("site", "Site"),
		}},
		{name: "SshPassword", integration: "SSH", networks: true, fields: ssh(password)},
		{name: "SshKey", integration: "SSH", networks: true, fields: ssh(
			secret("private_key", "Private Key").must(), secret("passphrase", "Passphrase"))},
		{name: "WakeOnLan", integration: "Wake-on-LAN", fields: []credentialField{
			number("port", 9), seconds("wait_seconds", 90), text("broadcast_address", "Broadcast Address").only(isAddress),
			secret("secure_on_password", "SecureOn Password").is(wantSecureOn),
		}},
		{name: "ProxmoxApiToken", integration: "Proxmox VE", single: true, fields: []credentialField{
			number("port", 8006), text("token_id", "Token ID").must().is(wantTokenID), secret("token_secret", "Token Secret").must(),
		}},
	}
}

// settings reads a credential's type and its fields; those of other types are not looked at.
func (o object) settings(d *dialect) map[string]any {
	of := o.prob.object(o.need("credential_type"))
	t := d.credentialType(of.str("type"))
	if t == nil {
		o.prob.say("credential_type: unknown variant")
		return nil
	}
	out := map[string]any{"type": t.name}
	for _, f := range t.fields {
		out[f.name] = of.setting(f)
	}
	return out
}

func (o object) setting(f credentialField) any {
	if o.value(f.name) == nil {
		if f.required {
			o.prob.say("missing field `" + f.name + "`")
		}
		return f.absent
	}
	switch f.kind {
	case fieldNumber:
		return o.integer(f.name, 0, f.most)
	case fieldTruth:
		return o.boolean(f.name)
	case fieldText, fieldSocket:
		text := o.str(f.name)
		if f.takes != nil && !f.takes(text) {
			o.prob.say(f.name + ": unknown variant `" + text + "`")
		}
		return text
	}
	return o.envelope(f)
}

// envelope is a value or the path of a file that holds it. An optional secret without a value is none.
func (o object) envelope(f credentialField) any {
	v := o.prob.object(o.value(f.name))
	modes := []string{modeInline, modeFile}
	if f.kind == fieldScript {
		modes = []string{modeInline, modeHostFile, modeDaemonFile}
	}
	mode := v.oneOf("mode", modes...)
	if mode != modeInline {
		return Envelope{Mode: mode, Path: v.str("path")}
	}
	value := v.str("value")
	if value == "" && !f.required {
		return nil
	}
	return Envelope{Mode: mode, Value: value}
}

const (
	modeInline     = "Inline"
	modeFile       = "FilePath"
	modeHostFile   = "HostFile"
	modeDaemonFile = "DaemonFile"
)

// Envelope is a value of a credential, or where it is.
type Envelope struct{ Mode, Value, Path string }

// MarshalJSON writes the one that the mode is about.
func (e Envelope) MarshalJSON() ([]byte, error) {
	if e.Mode == modeInline {
		return json.Marshal(map[string]string{"mode": e.Mode, "value": e.Value})
	}
	return json.Marshal(map[string]string{"mode": e.Mode, "path": e.Path})
}
