// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A manifest that is right", func() {
	for name, c := range map[string]struct{ kind, name, spec string }{
		"a Host with nothing":                     {"Host", "h", `{}`},
		"a name of 100 letters":                   {"Host", "h", `{name: "` + strings.Repeat("n", 100) + `"}`},
		"a name of 100 letters of two bytes each": {"Host", "h", `{name: "` + strings.Repeat("ä", 100) + `"}`},
		"a metadata.name of 100 letters":          {"Host", strings.Repeat("h", 100), `{}`},
		"a longer metadata.name beside a name":    {"Host", strings.Repeat("h", 253), `{name: short}`},
		"a description of 500 letters":            {"Host", "h", `{description: "` + strings.Repeat("d", 500) + `"}`},
		"a hostname and description to clear":     {"Host", "h", `{hostname: "", description: ""}`},
		"tags to clear":                           {"Host", "h", `{tags: []}`},
		"the same tag twice":                      {"Host", "h", `{tags: [lab, lab]}`},
		"a MAC with colons":                       {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, macAddress: "02:00:00:00:00:0a"}]}`},
		"a MAC with dashes in upper case":         {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, macAddress: 02-00-00-00-00-0A}]}`},
		"a MAC with dots":                         {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, macAddress: 0200.0000.000a}]}`},
		"a bare MAC in quotes":                    {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, macAddress: "020000000010"}]}`},
		"an IPv6 address in its subnet":           {"Host", "h", `{interfaces: [{name: e, ipAddress: "fd00::1", subnet: "fd00::/64"}]}`},
		"an address in its subnet":                {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, subnet: 10.0.0.0/24}]}`},
		"a subnet by name":                        {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, subnet: Servers / rack 1}]}`},
		"a subnet by id":                          {"Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, subnet: 550e8400-e29b-41d4-a716-446655440003}]}`},
		"one address in two subnets":              {"Host", "h", `{interfaces: [{name: a, ipAddress: 10.0.0.1, subnet: red}, {name: b, ipAddress: 10.0.0.1, subnet: blue}]}`},
		"the first and the last port":             {"Host", "h", `{ports: [{name: a, number: 1}, {name: b, number: 65535}]}`},
		"TCP and UDP of one number":               {"Host", "h", `{ports: [{name: a, number: 53}, {name: b, number: 53, protocol: UDP}]}`},
		"a port bound twice in different ways":    {"Service", "s", `{hostRef: {name: h}, definition: Caddy, bindings: [{type: Port, port: p}, {type: Port, port: p, interface: e}]}`},
		"a Binding to all interfaces":             {"Binding", "b", `{serviceRef: {name: s}, type: Port, port: p}`},
		"a Binding of another Host's interface":   {"Binding", "b", `{serviceRef: {name: s}, type: Interface, interface: e, host: web-01}`},
		"a URL with port and base path":           {"Backend", "b", backendOf + `"HTTPS://scanopy.example:8443/inventory/"}`},
		"a URL with an IPv6 address":              {"Backend", "b", backendOf + `"http://[fd00::1]:60072"}`},
		"a URL to loopback":                       {"Backend", "b", backendOf + `"http://127.0.0.1:60072"}`},
		"the shortest resync period":              {"Backend", "b", backendWith + `resyncPeriod: 30s}`},
		"a resync period as Go writes it":         {"Backend", "b", backendWith + `resyncPeriod: 1h30m0s}`},
		"the guard switched off":                  {"Backend", "b", backendWith + `deletionGuard: {percent: 0}}`},
		"namespaces by selector":                  {"ClusterBackend", "b", clusterOf + `{from: Selector, selector: {matchLabels: {team: web}}}}`},
	} {
		It("is accepted: "+name, func(ctx SpecContext) {
			Expect(try(ctx, manifest(c.kind, c.name, c.spec))).To(Succeed())
		})
	}

	It("keeps the difference between absent and empty", func(ctx SpecContext) {
		obj := manifest("Host", "h", `{hostname: "", tags: []}`)
		Expect(try(ctx, obj)).To(Succeed())
		spec := obj.Object["spec"].(map[string]any)
		Expect(spec).To(HaveKeyWithValue("hostname", ""))
		Expect(spec).To(HaveKeyWithValue("tags", BeEmpty()))
		Expect(spec).NotTo(HaveKey("description"))
	})

	It("gets the defaults that are documented", func(ctx SpecContext) {
		backend := manifest("Backend", "b", backendWith+`rateLimit: {}, deletionGuard: {}, caConfigMapRef: {name: ca}}`)
		Expect(try(ctx, backend)).To(Succeed())
		Expect(backend.Object["spec"]).To(And(
			HaveKeyWithValue("resyncPeriod", "10m"),
			HaveKeyWithValue("requestTimeout", "30s"),
			HaveKeyWithValue("tokenSecretRef", HaveKeyWithValue("key", "token")),
			HaveKeyWithValue("caConfigMapRef", HaveKeyWithValue("key", "ca.crt")),
			HaveKeyWithValue("rateLimit", And(HaveKeyWithValue("requestsPerMinute", int64(240)), HaveKeyWithValue("burst", int64(60)))),
			HaveKeyWithValue("deletionGuard", And(HaveKeyWithValue("percent", int64(20)), HaveKeyWithValue("minimum", int64(20)))),
		))
		host := manifest("Host", "h", `{backendRef: {name: lab}, ports: [{name: a, number: 80}], allowedNamespaces: {}}`)
		Expect(try(ctx, host)).To(Succeed())
		Expect(host.Object["spec"]).To(And(
			HaveKeyWithValue("backendRef", HaveKeyWithValue("kind", "Backend")),
			HaveKeyWithValue("ports", ConsistOf(HaveKeyWithValue("protocol", "TCP"))),
			HaveKeyWithValue("allowedNamespaces", HaveKeyWithValue("from", "Same")),
		))
	})
})
