// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/pem"
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

// wantPath wants an absolute path as the operating system writes it.
func wantPath(field, system, path string) string {
	if system == "Windows" {
		if ok, _ := regexp.MatchString(`^([A-Za-z]:\\|\\\\)`, path); !ok {
			return field + `: use an absolute Windows path, such as C:\ProgramData\scanopy\secret`
		}
		return ""
	}
	if !strings.HasPrefix(path, "/") {
		return field + ": use an absolute Unix path, such as /etc/scanopy/secret"
	}
	return ""
}
