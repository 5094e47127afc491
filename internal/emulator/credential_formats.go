// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/pem"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The server's checks of values. Each tells what is wrong, or nothing.

// pemTypes are the types of the blocks of a text.
func pemTypes(label, value string) (types []string, wrong string) {
	if !strings.Contains(value, "-----BEGIN ") {
		return nil, label + " contains no PEM data"
	}
	rest := []byte(value)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		types = append(types, block.Type)
	}
	if len(types) == 0 || strings.Contains(string(rest), "-----BEGIN ") {
		return nil, label + " is not valid PEM: section is malformed"
	}
	return types, ""
}

func wantCertificate(label, value string) string {
	types, wrong := pemTypes(label, value)
	if wrong == "" && !slices.Contains(types, "CERTIFICATE") {
		return label + " must contain a CERTIFICATE PEM block, found: " + strings.Join(types, ", ")
	}
	return wrong
}

func wantPrivateKey(label, value string) string {
	types, wrong := pemTypes(label, value)
	keys := []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}
	if wrong == "" && !slices.ContainsFunc(types, func(t string) bool { return slices.Contains(keys, t) }) {
		return label + " must contain a PRIVATE KEY or RSA PRIVATE KEY or EC PRIVATE KEY PEM block, found: " +
			strings.Join(types, ", ")
	}
	return wrong
}

func wantSecureOn(label, value string) string {
	if ok, _ := regexp.MatchString(`^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$`, value); !ok {
		return label + " must be six bytes written as a MAC address, e.g. 01:23:45:67:89:ab"
	}
	return ""
}

func wantTokenID(label, value string) string {
	if ok, _ := regexp.MatchString(`^[^@!\s]+@[^@!\s]+![^@!\s]+$`, value); !ok {
		return label + " must be written as user@realm!tokenname"
	}
	return ""
}

// isAbsolute tells whether a path is whole as the operating system writes it.
func isAbsolute(system, path string) bool {
	if system != "Windows" {
		return strings.HasPrefix(path, "/")
	}
	ok, _ := regexp.MatchString(`^([A-Za-z]:[\\/]|\\\\[^\\]+\\)`, path)
	return ok
}

func examplePath(system string) string {
	if system == "Windows" {
		return `C:\ProgramData\Scanopy\key.pem`
	}
	return "/etc/scanopy/key.pem"
}

// wantPath wants an absolute path.
func wantPath(field, system, path string) string {
	switch {
	case isAbsolute(system, path):
		return ""
	case strings.HasPrefix(path, "~"):
		return field + ": use an absolute path such as " + examplePath(system) +
			". ~ is not expanded, and the daemon may run as another user."
	}
	return field + ": use an absolute " + system + " path, such as " + examplePath(system) + "."
}

// wantHostPath wants a path that can be put between quotes, too.
func wantHostPath(field, system, path string) string {
	if wrong := wantPath(field, system, path); wrong != "" {
		return wrong
	}
	if system == "Windows" && strings.Contains(path, `"`) {
		return field + `: a Windows path cannot contain ".`
	}
	return ""
}

// wantSocket wants a Unix socket or a named pipe.
func wantSocket(field, system, path string) string {
	if system == "Windows" {
		path = strings.ReplaceAll(strings.TrimPrefix(path, "npipe://"), "/", `\`)
		if !strings.HasPrefix(strings.ToLower(path), `\\.\pipe\`) {
			return field + `: use a named pipe, such as \\.\pipe\docker_engine.`
		}
		return ""
	}
	if !strings.HasPrefix(strings.TrimPrefix(path, "unix://"), "/") {
		return field + ": use the socket's absolute path, such as /var/run/docker.sock."
	}
	return ""
}

// oneOfWords takes one of these words.
func oneOfWords(words ...string) func(string) bool {
	return func(value string) bool { return slices.Contains(words, value) }
}

func isAddress(value string) bool {
	_, err := netip.ParseAddr(value)
	return err == nil
}
