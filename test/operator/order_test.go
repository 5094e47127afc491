// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// The parts of a host by separate objects. The names are such that the order of precedence is the same in every order
// of applying within one second; nothing here conflicts, so that it does not matter beyond it either.
const (
	apolloHost = `
kind: Host
metadata: {name: apollo}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.20}, {name: eth1, ipAddress: 10.20.0.21}]
  ports: [{name: http, number: 80}, {name: https, number: 443}]
`
	apolloService = `
kind: Service
metadata: {name: web}
spec: {hostRef: {name: apollo}, definition: Caddy, bindings: [{type: Port, port: http, interface: eth1}]}
`
	apolloBinding = `
kind: Binding
metadata: {name: web-https}
spec: {serviceRef: {name: web}, type: Port, port: https}
`
)

var _ = Describe("Separate objects", func() {
	for order, manifests := range map[string][]string{
		"Host, Service, Binding": {apolloHost, apolloService, apolloBinding},
		"Host, Binding, Service": {apolloHost, apolloBinding, apolloService},
		"Service, Host, Binding": {apolloService, apolloHost, apolloBinding},
		"Service, Binding, Host": {apolloService, apolloBinding, apolloHost},
		"Binding, Service, Host": {apolloBinding, apolloService, apolloHost},
		"Binding, Host, Service": {apolloBinding, apolloHost, apolloService},
	} {
		It("in the order "+order+" end in the same backend and the same statuses, by one request", func(ctx SpecContext) {
			w := newWorld(ctx)
			w.apply(ctx, manifests...)
			w.ready(ctx, "Host/apollo", "Service/web", "Binding/web-https")
			w.settles(ctx, "Service/web", "bindings=2/2")
			w.settles(ctx, "Binding/web-https", "outcome=Effective", "binds=https")
			w.holds(ctx, "apollo: eth0 10.20.0.20, eth1 10.20.0.21; 80/tcp, 443/tcp", "apollo/web Caddy: 443/tcp, 80/tcp@eth1")
			Expect(w.writes()).To(ConsistOf("POST /api/v1/hosts"))
		})
	}

	It("wait for what they name, each saying what that is, and heal when it comes", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, apolloBinding)
		w.settles(ctx, "Binding/web-https", "Ready=False/ServiceNotFound", "ResolvedRefs=False/ServiceNotFound", "outcome=Pending")
		w.apply(ctx, apolloService)
		w.settles(ctx, "Service/web", "Ready=False/HostNotFound", "ResolvedRefs=False/HostNotFound")
		w.says(ctx, "Service/web", "Ready", "apollo")
		w.settles(ctx, "Binding/web-https", "Ready=False/DependencyNotReady", "outcome=Pending")
		w.stays(ctx, "Binding/web-https", "Accepted=True/Accepted")
		Expect(w.writes()).To(BeEmpty())
		w.apply(ctx, apolloHost)
		w.ready(ctx, "Host/apollo", "Service/web", "Binding/web-https")
		Expect(w.writes()).To(ConsistOf("POST /api/v1/hosts"))
	})
})
