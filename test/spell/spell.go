// SPDX-License-Identifier: Apache-2.0

// Package spell writes requests that tests make by hand in the words of a server's version. In go path and body as 0.14
// has them, out come those of the version. It imports nothing of ours.
package spell

import (
	"encoding/json"
	"strings"
)

// As spells a request for a version. Daemons call sites networks.
func As(version, path string, body any, isDaemon bool) (string, []byte, error) {
	raw, err := json.Marshal(body)
	if err != nil || isFirst(version) {
		return path, raw, err
	}
	words := map[string]string{
		"interface_id": "ip_address_id", "interfaces": "ip_addresses", "if_entries": "interfaces",
	}
	if version == "0.17.22" && !isDaemon {
		words["network_id"], words["assigned_network_ids"] = "site_id", "assigned_site_ids"
		path = strings.Replace(path, "/api/v1/networks", "/api/v1/sites", 1)
	}
	path = strings.Replace(path, "/api/v1/interfaces", "/api/v1/ip-addresses", 1)
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return path, nil, err
	}
	raw, err = json.Marshal(translate(v, words))
	return path, raw, err
}

// isFirst says that a version speaks of interfaces.
func isFirst(version string) bool {
	for _, minor := range []string{"0.13.", "0.14.", "0.15."} {
		if strings.HasPrefix(version, minor) {
			return true
		}
	}
	return false
}

func translate(v any, words map[string]string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = translate(v[i], words)
		}
	case map[string]any:
		return translateRow(v, words)
	}
	return v
}

func translateRow(row map[string]any, words map[string]string) map[string]any {
	out := map[string]any{}
	for key, value := range row {
		if word, ok := words[key]; ok {
			key = word
		}
		out[key] = translate(value, words)
	}
	if _, isBinding := out["ip_address_id"]; isBinding && out["type"] == "Interface" {
		out["type"] = "IPAddress"
	}
	return out
}
