// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// refusal is a manifest that breaks one rule, and what the reader is told.
type refusal struct {
	fault   string
	kind    string
	name    string
	spec    string
	message string
}

const (
	backendOf     = `{tokenSecretRef: {name: scanopy}, url: `
	clusterOf     = `{tokenSecretRef: {namespace: infra, name: scanopy}, url: "https://scanopy.example", allowedNamespaces: `
	backendWith   = `{tokenSecretRef: {name: scanopy}, url: "https://scanopy.example", `
	writeURL      = "write the server's base URL with http:// or https://, such as https://scanopy.example"
	writeResync   = "write a duration of at least 30s, such as 10m"
	writeTimeout  = "write a duration from 1s to 10m, such as 30s"
	linkLocal     = "link-local addresses are never talked to; write the name or another address of the server"
	writeAddress  = "write an IPv4 or IPv6 address without prefix length or zone, such as 10.20.0.10 or fd00::10"
	writeMAC      = "write six bytes in hex, such as 02:00:00:00:00:0a; dashes, dots (0200.0000.000a) or nothing between them are fine too"
	writeCIDR     = "write a CIDR with its first address, such as 10.20.0.0/24, or the name or id of a subnet"
	writeID       = "write the id of a host as Scanopy shows it, in lower case, such as 550e8400-e29b-41d4-a716-446655440003"
	writeName     = "write a name, or leave name out to use metadata.name"
	shorterName   = "metadata.name is longer than the 100 characters that a name may have in Scanopy; set spec.name to a shorter one"
	needInterface = "type: Interface needs interface and no port; to listen on a port write type: Port"
	needPort      = "type: Port needs port, the name of a port of the Host; to bind an interface without a port write type: Interface"
	sameBinding   = "two bindings are the same; leave one of them out"
)

func refusals() []refusal {
	all := append(backendRefusals(), hostRefusals()...)
	all = append(all, serviceRefusals()...)
	return append(all, credentialRefusals()...)
}

func backendRefusals() []refusal {
	const userinfo = "leave user and password out of the URL; the API key goes into the Secret that tokenSecretRef names"
	const selector = "write selector with from: Selector, and leave it out with from: All"
	return []refusal{
		{"a URL without scheme", "Backend", "b", backendOf + `"scanopy.example"}`, writeURL},
		{"a URL that is a path", "Backend", "b", backendOf + `"/api"}`, writeURL},
		{"an ftp URL", "Backend", "b", backendOf + `"ftp://scanopy.example"}`, writeURL},
		{"a URL without host", "Backend", "b", backendOf + `"https:///api"}`, writeURL},
		{"a URL with a space", "Backend", "b", backendOf + `"https://scanopy example"}`, writeURL},
		{"a URL with user and password", "Backend", "b", backendOf + `"https://admin:secret@scanopy.example"}`, userinfo},
		{"a URL with a user", "ClusterBackend", "b", `{tokenSecretRef: {namespace: infra, name: scanopy}, url: "https://admin@scanopy.example", allowedNamespaces: {from: All}}`, userinfo},
		{"a URL with a query", "Backend", "b", backendOf + `"https://scanopy.example/?a=b"}`, "leave the query out: write the URL without ? and what follows"},
		{"a URL with a fragment", "Backend", "b", backendOf + `"https://scanopy.example/#top"}`, "leave the fragment out: write the URL without # and what follows"},
		{"a link-local IPv4 address", "Backend", "b", backendOf + `"http://169.254.169.254/latest"}`, linkLocal},
		{"a link-local IPv6 address", "Backend", "b", backendOf + `"http://[fe80::1]:60072"}`, linkLocal},
		{"certificates that are none", "Backend", "b", backendWith + `caBundle: LS0tLS1CRUdJTi}`, "write certificates in PEM, beginning with -----BEGIN CERTIFICATE-----, or name a ConfigMap in caConfigMapRef"},
		{"a resync period that is too short", "Backend", "b", backendWith + `resyncPeriod: 29s}`, writeResync},
		{"a resync period without unit", "Backend", "b", backendWith + `resyncPeriod: "600"}`, writeResync},
		{"a resync period in words", "Backend", "b", backendWith + `resyncPeriod: hourly}`, writeResync},
		{"a negative resync period", "Backend", "b", backendWith + `resyncPeriod: "-10m"}`, writeResync},
		{"no time for a request", "Backend", "b", backendWith + `requestTimeout: 0s}`, writeTimeout},
		{"too much time for a request", "Backend", "b", backendWith + `requestTimeout: 11m}`, writeTimeout},
		{"a selector without from: Selector", "ClusterBackend", "b", clusterOf + `{from: All, selector: {matchLabels: {team: web}}}}`, selector},
		{"from: Selector without selector", "ClusterBackend", "b", clusterOf + `{from: Selector}}`, selector},
	}
}

func hostRefusals() []refusal {
	const addressOutside = "ipAddress does not lie in subnet; correct one of them, or leave subnet out to have it found"
	const sameAddress = "two interfaces have the same ipAddress in the same subnet; leave one of them out"
	const samePort = "two ports have the same number and protocol; leave one of them out and let the bindings of both name the other"
	const selector = "write selector with from: Selector, and leave it out with any other from"
	return []refusal{
		{"an address that is a name", "Host", "h", `{interfaces: [{name: eth0, ipAddress: web-01}]}`, writeAddress},
		{"an address with a prefix length", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1/24}]}`, writeAddress},
		{"an address with a byte too many", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1.1}]}`, writeAddress},
		{"an address with a byte over 255", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.256}]}`, writeAddress},
		{"an address with leading zeros", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.010}]}`, writeAddress},
		{"an address with a zone", "Host", "h", `{interfaces: [{name: eth0, ipAddress: "fe80::1%eth0"}]}`, writeAddress},
		{"a MAC that is too short", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "02:00:00:00:0a"}]}`, writeMAC},
		{"a MAC with letters that are not hex", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "02:00:00:00:00:0g"}]}`, writeMAC},
		{"a MAC with colons and dashes", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "02:00:00-00:00:0a"}]}`, writeMAC},
		{"a MAC with single digits", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "2:0:0:0:0:a"}]}`, writeMAC},
		{"a MAC of eight bytes", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "0200000000000a0b"}]}`, writeMAC},
		{"a CIDR with host bits", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, subnet: 10.0.0.1/24}]}`, writeCIDR},
		{"a CIDR with a prefix that is too long", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.0.1, subnet: 10.0.0.0/33}]}`, writeCIDR},
		{"a CIDR of IPv6 with host bits", "Host", "h", `{interfaces: [{name: eth0, ipAddress: "fd00::1", subnet: "fd00::1/64"}]}`, writeCIDR},
		{"an address outside its subnet", "Host", "h", `{interfaces: [{name: eth0, ipAddress: 10.0.1.1, subnet: 10.0.0.0/24}]}`, addressOutside},
		{"an IPv6 address in an IPv4 subnet", "Host", "h", `{interfaces: [{name: eth0, ipAddress: "fd00::1", subnet: 10.0.0.0/24}]}`, addressOutside},
		{"two interfaces with one address", "Host", "h", `{interfaces: [{name: a, ipAddress: 10.0.0.1}, {name: b, ipAddress: 10.0.0.1}]}`, sameAddress},
		{"two ports with one number", "Host", "h", `{ports: [{name: a, number: 80}, {name: b, number: 80, protocol: TCP}]}`, samePort},
		{"two UDP ports with one number", "Host", "h", `{ports: [{name: a, number: 53, protocol: UDP}, {name: b, number: 53, protocol: UDP}]}`, samePort},
		{"an inline service with a blank name", "Host", "h", `{services: [{name: " ", definition: Caddy}]}`, "write a name that is not blank"},
		{"an inline service with the same binding twice", "Host", "h", `{services: [{name: a, definition: Caddy, bindings: [{type: Port, port: http}, {type: Port, port: http}]}]}`, sameBinding},
		{"an inline Interface binding with a port", "Host", "h", `{services: [{name: a, definition: Caddy, bindings: [{type: Interface, interface: eth0, port: http}]}]}`, needInterface},
		{"an inline Interface binding without interface", "Host", "h", `{services: [{name: a, definition: Caddy, bindings: [{type: Interface}]}]}`, needInterface},
		{"an inline Port binding without port", "Host", "h", `{services: [{name: a, definition: Caddy, bindings: [{type: Port, interface: eth0}]}]}`, needPort},
		{"a blank name", "Host", "h", `{name: "  "}`, writeName},
		{"a name from metadata that is too long", "Host", strings.Repeat("h", 101), `{}`, shorterName},
		{"consolidation into itself", "Host", "h", `{consolidateInto: {name: h}}`, "a Host can't be consolidated into itself; name another Host, or leave consolidateInto out"},
		{"an id to absorb that is a name", "Host", "h", `{absorb: [{id: web-01-and-more-to-make-36-letters-x}]}`, writeID},
		{"an external id in upper case", "Host", "h", `{externalID: 550E8400-E29B-41D4-A716-446655440003}`, writeID},
		{"a selector without from: Selector", "Host", "h", `{allowedNamespaces: {selector: {matchLabels: {team: web}}}}`, selector},
		{"from: Selector without selector", "Host", "h", `{allowedNamespaces: {from: Selector}}`, selector},
	}
}

func serviceRefusals() []refusal {
	const on = `{hostRef: {name: h}, definition: Caddy, `
	const to = `{serviceRef: {name: s}, `
	return []refusal{
		{"a blank name", "Service", "s", on + `name: " "}`, writeName},
		{"a name from metadata that is too long", "Service", strings.Repeat("s", 101), `{hostRef: {name: h}, definition: Caddy}`, shorterName},
		{"the same Port binding twice", "Service", "s", on + `bindings: [{type: Port, port: http, interface: eth0}, {type: Port, port: http, interface: eth0}]}`, sameBinding},
		{"the same Interface binding twice", "Service", "s", on + `bindings: [{type: Interface, interface: eth0}, {type: Interface, interface: eth0}]}`, sameBinding},
		{"an Interface binding with a port", "Service", "s", on + `bindings: [{type: Interface, interface: eth0, port: http}]}`, needInterface},
		{"a Port binding without port", "Service", "s", on + `bindings: [{type: Port}]}`, needPort},
		{"an Interface binding with a port", "Binding", "b", to + `type: Interface, interface: eth0, port: http}`, needInterface},
		{"an Interface binding without interface", "Binding", "b", to + `type: Interface}`, needInterface},
		{"a Port binding without port", "Binding", "b", to + `type: Port, interface: eth0}`, needPort},
	}
}

var _ = Describe("A rule that one object can break", func() {
	for _, c := range refusals() {
		It("refuses "+c.kind+" with "+c.fault, func(ctx SpecContext) {
			err := try(ctx, manifest(c.kind, c.name, c.spec))
			Expect(err).To(MatchError(ContainSubstring(c.message)))
		})
	}

	It("has a manifest here that breaks it", func() {
		tried := map[string]bool{}
		for _, c := range refusals() {
			tried[c.kind+": "+c.message] = true
		}
		for _, c := range immutabilities() {
			tried["Host: "+c.message] = true
		}
		tried["Credential: "+fixedBackendRef] = true
		for kind, root := range schemas() {
			for _, message := range messagesOf(root.Properties["spec"], root.XValidations) {
				if kind == "ClusterBackend" && tried["Backend: "+message] {
					continue // the connection is the same struct
				}
				Expect(tried).To(HaveKey(kind + ": " + message))
			}
		}
	})
})

// messagesOf lists the messages of all rules of a schema.
func messagesOf(schema apiextensionsv1.JSONSchemaProps, rules apiextensionsv1.ValidationRules) []string {
	var messages []string
	for _, rule := range append(rules, schema.XValidations...) {
		messages = append(messages, rule.Message)
	}
	if schema.Items != nil {
		messages = append(messages, messagesOf(*schema.Items.Schema, nil)...)
	}
	for _, child := range schema.Properties {
		messages = append(messages, messagesOf(child, nil)...)
	}
	return messages
}

// schemas are the generated schemas by kind.
func schemas() map[string]*apiextensionsv1.JSONSchemaProps {
	GinkgoHelper()
	files, err := filepath.Glob("../../config/crd/bases/*.yaml")
	Expect(err).NotTo(HaveOccurred())
	Expect(files).NotTo(BeEmpty())
	found := map[string]*apiextensionsv1.JSONSchemaProps{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		crd := &apiextensionsv1.CustomResourceDefinition{}
		Expect(yaml.Unmarshal(data, crd)).To(Succeed())
		found[crd.Spec.Names.Kind] = crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return found
}
