// SPDX-License-Identifier: Apache-2.0

package core

import (
	"encoding/pem"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of the server.
const (
	maxCredentialName        = 100
	maxCredentialDescription = 500
)

// checkCredential finds what the server would refuse in a Credential's settings, before any request. Words name the
// field and what to write, never a value.
func checkCredential(c *CredentialDecl) []string {
	var out []string
	if n := utf8.RuneCountInString(strings.TrimSpace(c.Name)); n < 1 || n > maxCredentialName {
		out = append(out, fmt.Sprintf("name: write 1 to %d characters", maxCredentialName))
	}
	if c.Description != nil && utf8.RuneCountInString(*c.Description) > maxCredentialDescription {
		out = append(out, fmt.Sprintf("description: write at most %d characters", maxCredentialDescription))
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		for _, wrong := range []string{checkPath(c, f), checkPlain(f), checkValue(c, f)} {
			if wrong != "" {
				out = append(out, f.Path+": "+wrong)
			}
		}
	}
	return out
}

// checkPlain checks what is written in the manifest.
func checkPlain(f *CredentialField) string {
	switch f.Name {
	case "port":
		if f.Number < 1 || f.Number > 65535 {
			return "write a port from 1 to 65535"
		}
	case "token_id":
		if !isTokenID(f.Text) {
			return "write user@realm!name, such as scanopy@pve!inventory"
		}
	case "broadcast_address":
		if _, err := netip.ParseAddr(f.Text); err != nil {
			return "write an IP address, such as 10.20.0.255"
		}
	}
	return ""
}

// checkPath wants absolute paths: those of a host as its system writes them, the others as the daemon's does. Where no
// system is known, because the server doesn't ask for one, either will do.
func checkPath(c *CredentialDecl, f *CredentialField) string {
	system := c.DaemonOS
	switch {
	case f.Name == fieldSocket && f.Text != "":
		return checkSocket(system, f.Text)
	case f.Mode == ModeFilePath, f.Mode == ModeDaemonFile:
	case f.Mode == ModeHostFile:
		if system = textField(c.Fields, "target_os"); system == systemWindows && strings.Contains(f.Text, `"`) {
			return `write a path without "`
		}
	default:
		return ""
	}
	unix, windows := strings.HasPrefix(f.Text, "/"), isWindowsPath(f.Text)
	switch {
	case system == "" && (unix || windows), system == systemWindows && windows, system != systemWindows && unix:
		return ""
	case system == systemWindows:
		return `write an absolute Windows path, such as C:\ProgramData\scanopy\secret`
	case f.Mode == ModeHostFile:
		return "write an absolute Unix path, such as /usr/local/bin/probe.sh; for a Windows host set targetOS: Windows"
	}
	return "write an absolute Unix path, such as /etc/scanopy/secret; on a Windows daemon set daemonOS: Windows"
}

// checkSocket wants a named pipe of a Windows daemon, a socket's path of any other.
func checkSocket(system, path string) string {
	unix, pipe := strings.HasPrefix(strings.TrimPrefix(path, "unix://"), "/"), isNamedPipe(path)
	switch {
	case system == "" && (unix || pipe), system == systemWindows && pipe, system != systemWindows && unix:
		return ""
	case system == systemWindows:
		return `write a named pipe, such as \\.\pipe\docker_engine or npipe:////./pipe/docker_engine`
	}
	return "write the socket's absolute path, such as /var/run/docker.sock or unix:///var/run/docker.sock; on a Windows daemon set daemonOS: Windows"
}

func textField(all []CredentialField, name string) string {
	for i := range all {
		if all[i].Name == name {
			return all[i].Text
		}
	}
	return ""
}

// checkValue checks the form of a value that comes from a Secret, once it was read.
func checkValue(c *CredentialDecl, f *CredentialField) string {
	isUnread := slices.ContainsFunc(c.Unread, func(u CredentialField) bool { return u.Path == f.Path })
	if f.Ref == (SecretKey{}) || !c.Read || isUnread {
		return ""
	}
	wrong := ""
	switch f.Name {
	case "ssl_cert", "ssl_chain":
		wrong = checkPEM(f.Value, "CERTIFICATE")
	case "ssl_key":
		wrong = checkPEM(f.Value, "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")
	case "private_key":
		if !strings.Contains(f.Value.Reveal(), "-----BEGIN ") {
			wrong = "has no private key as PEM"
		}
	case "secure_on_password":
		if !isSixBytes(f.Value.Reveal()) {
			wrong = "has no six bytes written as a MAC address, such as 01:23:45:67:89:ab"
		}
	}
	if wrong == "" && f.Value.Reveal() == "********" {
		wrong = "has eight asterisks, by which Scanopy means that nothing changes"
	}
	if wrong == "" && f.Value.IsEmpty() {
		wrong = "is empty"
	}
	if wrong == "" {
		return ""
	}
	return fmt.Sprintf("key %q of Secret %s %s", f.Ref.Key, f.Ref.Name, wrong)
}

// checkPEM wants well-formed PEM with a block of one of the types. It says nothing of what is there.
func checkPEM(value Secret, types ...string) string {
	rest, found := []byte(value.Reveal()), false
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		found = found || slices.Contains(types, block.Type)
	}
	if !found || strings.Contains(string(rest), "-----BEGIN ") {
		return "has no valid PEM of a " + strings.Join(types, " or ")
	}
	return ""
}

func isSixBytes(s string) bool {
	return regexp.MustCompile(`^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$`).MatchString(s)
}

func isTokenID(s string) bool {
	return regexp.MustCompile(`^[^@!\s]+@[^@!\s]+![^@!\s]+$`).MatchString(s)
}

func isWindowsPath(s string) bool {
	return regexp.MustCompile(`^([A-Za-z]:[\\/]|\\\\[^\\]+\\)`).MatchString(s)
}

func isNamedPipe(s string) bool {
	return regexp.MustCompile(`^(npipe://)?[\\/]{2}[.][\\/](?i:pipe)[\\/]`).MatchString(s)
}
