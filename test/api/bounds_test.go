// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// complete are manifests that have every field, so that each can be broken.
func complete() map[string]string {
	const connection = `
url: https://scanopy.example
caBundle: "-----BEGIN CERTIFICATE-----"
insecureSkipTLSVerify: false
network: Lab
resyncPeriod: 10m
rateLimit: {requestsPerMinute: 240, burst: 60}
requestTimeout: 30s
defaults: {adoptionPolicy: Never, deletionPolicy: Delete}
createMissing: [Subnets]
deletionGuard: {percent: 20, minimum: 20}
`
	const virtualized = `{type: Docker, containerName: c, containerID: c, composeProject: p, serviceRef: {name: docker}}`
	const bindings = `[{type: Port, host: h, interface: eth0, port: http}]`
	return map[string]string{
		"Backend": connection + `
tokenSecretRef: {name: scanopy, key: token}
caConfigMapRef: {name: ca, key: ca.crt}
`,
		"ClusterBackend": connection + `
tokenSecretRef: {namespace: infra, name: scanopy, key: token}
caConfigMapRef: {namespace: infra, name: ca, key: ca.crt}
allowedNamespaces: {from: All}
allow: {networks: [Lab], adoption: true, networkCredentials: true}
`,
		"Host": `
backendRef: {kind: Backend, name: default}
network: Lab
name: Web 01
hostname: web-01
description: the first one
hidden: false
tags: [lab]
virtualization: {type: Proxmox, vmName: web-01, vmID: "100", serviceRef: {name: proxmox}}
interfaces: [{name: eth0, ipAddress: 10.0.0.1, macAddress: "02:00:00:00:00:0a", subnet: 10.0.0.0/24}]
ports: [{name: http, number: 80, protocol: TCP}]
services: [{name: edge, definition: Caddy, tags: [lab], virtualization: ` + virtualized + `, bindings: ` + bindings + `}]
consolidateInto: {name: web-02}
absorb: [{id: 550e8400-e29b-41d4-a716-446655440003}]
allowedNamespaces: {from: Same}
adoptionPolicy: Never
deletionPolicy: Delete
managementPolicy: Full
externalID: 550e8400-e29b-41d4-a716-446655440003
`,
		"Service": `
hostRef: {name: web-01, namespace: infra}
name: Edge
definition: Caddy
tags: [lab]
virtualization: ` + virtualized + `
bindings: ` + bindings,
		"Binding": `
serviceRef: {name: edge}
type: Port
host: web-01
interface: eth0
port: http
`,
	}
}

// breach is one field made wrong, and what has to be said about it.
type breach struct {
	what string
	make func(value any) any
	says []string
}

var _ = Describe("A bound of the schema", func() {
	for _, kind := range []string{"Backend", "ClusterBackend", "Host", "Service", "Binding"} {
		It("holds for every field of "+kind+", and is named when it is broken", func(ctx SpecContext) {
			Expect(try(ctx, manifest(kind, "right", complete()[kind]))).To(Succeed())
			tried := 0
			walk(schemas()[kind].Properties["spec"], []string{}, func(path []string, schema apiextensionsv1.JSONSchemaProps, required bool) {
				for _, b := range breachesOf(schema, required) {
					obj := manifest(kind, "wrong", complete()[kind])
					replaceAt(obj.Object["spec"], path, b.make)
					err := try(ctx, obj)
					Expect(err).To(HaveOccurred(), "%s of %s", b.what, strings.Join(path, "."))
					for _, says := range b.says {
						Expect(err.Error()).To(ContainSubstring(says), "%s of %s", b.what, strings.Join(path, "."))
					}
					tried++
				}
			})
			AddReportEntry(kind+": bounds broken", tried)
			Expect(tried).To(BeNumerically(">", 5))
		})
	}

	It("refuses 300 bindings on one Service", func(ctx SpecContext) {
		bindings := make([]string, 300)
		for i := range bindings {
			bindings[i] = fmt.Sprintf("{type: Port, port: p%d}", i)
		}
		err := try(ctx, manifest("Service", "s", `{hostRef: {name: h}, definition: Caddy, bindings: [`+strings.Join(bindings, ",")+`]}`))
		Expect(err).To(MatchError(ContainSubstring("spec.bindings: Too many: 300: must have at most 256 items")))
	})

	It("refuses ports 0 and 65536", func(ctx SpecContext) {
		Expect(try(ctx, manifest("Host", "h", `{ports: [{name: a, number: 0}]}`))).
			To(MatchError(ContainSubstring("spec.ports[0].number in body should be greater than or equal to 1")))
		Expect(try(ctx, manifest("Host", "h", `{ports: [{name: a, number: 65536}]}`))).
			To(MatchError(ContainSubstring("spec.ports[0].number in body should be less than or equal to 65535")))
	})

	It("refuses a MAC that YAML took for a number", func(ctx SpecContext) {
		Expect(try(ctx, manifest("Host", "h", `{interfaces: [{name: e, ipAddress: 10.0.0.1, macAddress: 120000000010}]}`))).
			To(MatchError(ContainSubstring(`spec.interfaces[0].macAddress in body must be of type string`)))
	})

	It("refuses two interfaces, ports or inline services of one name", func(ctx SpecContext) {
		for _, spec := range []string{
			`{interfaces: [{name: a, ipAddress: 10.0.0.1}, {name: a, ipAddress: 10.0.0.2}]}`,
			`{ports: [{name: a, number: 1}, {name: a, number: 2}]}`,
			`{services: [{name: a, definition: Caddy}, {name: a, definition: Redis}]}`,
		} {
			Expect(try(ctx, manifest("Host", "h", spec))).To(MatchError(ContainSubstring(`[1]: Duplicate value: {"name":"a"}`)))
		}
	})

	It("refuses a field that does not exist", func(ctx SpecContext) {
		Expect(try(ctx, manifest("Host", "h", `{hostName: web-01}`))).
			To(MatchError(ContainSubstring(`unknown field "spec.hostName"`)))
	})
})

// walk visits every field below a schema, but not into the selectors of
// Kubernetes itself.
func walk(schema apiextensionsv1.JSONSchemaProps, path []string, visit func([]string, apiextensionsv1.JSONSchemaProps, bool)) {
	required := map[string]bool{}
	for _, name := range schema.Required {
		required[name] = true
	}
	for name, child := range schema.Properties {
		if name == "selector" {
			continue
		}
		childPath := append(append([]string{}, path...), name)
		visit(childPath, child, required[name])
		if child.Items != nil {
			childPath = append(childPath, "0")
			child = *child.Items.Schema
			visit(childPath, child, false)
		}
		walk(child, childPath, visit)
	}
}

func breachesOf(schema apiextensionsv1.JSONSchemaProps, required bool) []breach {
	var found []breach
	add := func(what string, value func(any) any, says ...string) {
		found = append(found, breach{what: what, make: value, says: says})
	}
	if required {
		add("absence", func(any) any { return nil }, "Required value")
	}
	if n := schema.MaxLength; n != nil {
		add("length", func(any) any { return strings.Repeat("a", int(*n)+1) }, "Too long", strconv.FormatInt(*n, 10))
	}
	if n := schema.MinLength; n != nil {
		add("shortness", func(any) any { return strings.Repeat("a", int(*n)-1) }, fmt.Sprintf("should be at least %d chars long", *n))
	}
	if len(schema.Enum) > 0 {
		add("value", func(any) any { return "Wrong" }, supportedValues(schema.Enum)...)
	}
	if n := schema.Maximum; n != nil {
		add("size", func(any) any { return int64(*n) + 1 }, "should be less than or equal to", strconv.Itoa(int(*n)))
	}
	if n := schema.Minimum; n != nil {
		add("smallness", func(any) any { return int64(*n) - 1 }, "should be greater than or equal to", strconv.Itoa(int(*n)))
	}
	if n := schema.MaxItems; n != nil {
		add("number", func(list any) any { return multiply(list, int(*n)+1) }, "Too many", fmt.Sprintf("must have at most %d items", *n))
	}
	if n := schema.MinItems; n != nil {
		add("emptiness", func(any) any { return []any{} }, fmt.Sprintf("should have at least %d items", *n))
	}
	return found
}

func supportedValues(enum []apiextensionsv1.JSON) []string {
	says := []string{"supported values"}
	for _, value := range enum {
		says = append(says, string(value.Raw))
	}
	return says
}

// multiply repeats the first item of a list.
func multiply(list any, n int) any {
	many := make([]any, n)
	for i := range many {
		many[i] = list.([]any)[0]
	}
	return many
}

// replaceAt changes the value at a path; nil removes it.
func replaceAt(node any, path []string, change func(any) any) {
	GinkgoHelper()
	if list, ok := node.([]any); ok {
		i, err := strconv.Atoi(path[0])
		Expect(err).NotTo(HaveOccurred())
		if len(path) == 1 {
			list[i] = change(list[i])
			return
		}
		replaceAt(list[i], path[1:], change)
		return
	}
	fields := node.(map[string]any)
	Expect(fields).To(HaveKey(path[0]), "the complete manifest lacks %s: %s", path[0], asJSON(fields))
	if len(path) > 1 {
		replaceAt(fields[path[0]], path[1:], change)
		return
	}
	if value := change(fields[path[0]]); value != nil {
		fields[path[0]] = value
		return
	}
	delete(fields, path[0])
}

func asJSON(value any) string {
	data, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}
