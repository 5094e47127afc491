// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"cmp"
	"encoding/json"
	"os"
	"strings"

	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// serverVersion is the version of the servers of all worlds but those that ask for another one.
func serverVersion() string { return cmp.Or(os.Getenv("SERVER_VERSION"), emulator.DefaultVersion) }

// dialectOf names the dialect of a version.
func dialectOf(version string) string {
	c, err := scanopy.New(scanopy.Config{URL: "http://scanopy.example", Token: "t"})
	Expect(err).NotTo(HaveOccurred())
	c, err = c.WithDialect(version)
	Expect(err).NotTo(HaveOccurred())
	return string(c.Dialect())
}

// spell writes what is written by hand for 0.14.13 in the words of the world's version. Daemons call sites networks.
func (w *world) spell(path string, body any, isDaemon bool) (string, []byte) {
	raw, err := json.Marshal(body)
	Expect(err).NotTo(HaveOccurred())
	dialect := dialectOf(w.scanopy.Version())
	if dialect == string(scanopy.DialectInterfaces) {
		return path, raw
	}
	words := map[string]string{
		"interface_id": "ip_address_id", "interfaces": "ip_addresses", "if_entries": "interfaces", "virtualization": "virtualization_metadata",
	}
	if dialect == string(scanopy.DialectSites) && !isDaemon {
		words["network_id"] = "site_id"
		path = strings.Replace(path, "/api/v1/networks", "/api/v1/sites", 1)
	}
	path = strings.Replace(path, "/api/v1/interfaces", "/api/v1/ip-addresses", 1)
	var v any
	Expect(json.Unmarshal(raw, &v)).To(Succeed())
	raw, err = json.Marshal(translate(v, words))
	Expect(err).NotTo(HaveOccurred())
	return path, raw
}

func translate(v any, words map[string]string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = translate(v[i], words)
		}
	case map[string]any:
		out := map[string]any{}
		for key, x := range v {
			out[cmp.Or(words[key], key)] = translate(x, words)
		}
		if _, isBinding := out["ip_address_id"]; isBinding && out["type"] == "Interface" {
			out["type"] = "IPAddress"
		}
		return out
	}
	return v
}
