// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// In these tests names are in the order of creation, so that what was declared within one second ranks the same.
const diana = `
kind: Host
metadata: {name: diana}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.30}, {name: eth1, ipAddress: 10.20.0.31}]
  ports: [{name: http, number: 80}, {name: https, number: 443}]
---
kind: Service
metadata: {name: edge}
spec: {hostRef: {name: diana}, definition: Caddy}
---
kind: Binding
metadata: {name: edge-http}
spec: {serviceRef: {name: edge}, type: Port, port: http}
`

const dianaHost = "diana: eth0 10.20.0.30, eth1 10.20.0.31; 80/tcp, 443/tcp"

const losersOfDiana = `
kind: Binding
metadata: {name: f-again}
spec: {serviceRef: {name: edge}, type: Port, port: http}
---
kind: Binding
metadata: {name: g-eth0}
spec: {serviceRef: {name: edge}, type: Port, port: http, interface: eth0}
---
kind: Binding
metadata: {name: h-present}
spec: {serviceRef: {name: edge}, type: Interface, interface: eth1}
---
kind: Service
metadata: {name: proxy}
spec: {hostRef: {name: diana}, definition: HAProxy, bindings: [{type: Port, port: http}]}
`

var _ = Describe("Verdicts", func() {
	It("are told to both sides, and what loses is not written", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, losersOfDiana)
		w.settles(ctx, "Binding/f-again", "Ready=True/Duplicate", "Accepted=True/Duplicate", "outcome=Duplicate")
		w.says(ctx, "Binding/f-again", "Accepted", "the same as Binding edge-http")
		w.settles(ctx, "Binding/g-eth0", "Ready=True/Superseded", "Accepted=True/Superseded", "outcome=Superseded", "binds=http@eth0")
		w.says(ctx, "Binding/g-eth0", "Accepted", "covered by Binding edge-http")
		w.settles(ctx, "Binding/h-present", "Ready=False/Conflicted", "Accepted=False/Conflicted", "outcome=Rejected")
		w.says(ctx, "Binding/h-present", "Accepted", "conflicts with Binding edge-http", "port http (80/TCP) on all interfaces", "declared earlier")
		w.settles(ctx, "Service/proxy", "Ready=False/PortClaimed", "Accepted=False/PortClaimed", "bindings=0/1")
		w.says(ctx, "Service/proxy", "Accepted", "bindings[0]: port http (80/TCP) on all interfaces is bound to Service edge", "declared earlier",
			"move one of them to another port or interface")
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.shadows(ctx, "Binding/edge-http", "Binding f-again (Duplicate)", "Binding g-eth0 (Superseded)",
			"Binding h-present (Conflicted)", "Service proxy (PortClaimed)")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "diana/proxy HAProxy: none")
	})

	It("that reject are stalled when they have held, those that wait for a reference never", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, losersOfDiana, `
kind: Binding
metadata: {name: missing}
spec: {serviceRef: {name: edge}, type: Port, port: ssh}
`)
		w.settles(ctx, "Binding/h-present", "Ready=False/Conflicted", "Reconciling=True/Conflicted")
		w.settles(ctx, "Binding/h-present", "Stalled=True/Conflicted")
		w.settles(ctx, "Service/proxy", "Stalled=True/PortClaimed")
		obj := w.get(ctx, Default, "Binding/missing")
		Expect(facts(obj)).To(ContainElement("ResolvedRefs=False/PortNotFound"))
		Expect(facts(obj)).NotTo(ContainElement(HavePrefix("Stalled")))
		Expect(facts(w.get(ctx, Default, "Binding/h-present"))).NotTo(ContainElement(HavePrefix("Reconciling")))
	})

	It("promote the next in order when a winner is deleted", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, losersOfDiana)
		w.settles(ctx, "Service/proxy", "Ready=False/PortClaimed")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "diana/proxy HAProxy: none")
		w.delete(ctx, "Binding/edge-http")
		w.settles(ctx, "Binding/f-again", "Ready=True/Synced", "outcome=Effective")
		w.shadows(ctx, "Binding/f-again", "Binding g-eth0 (Superseded)", "Binding h-present (Conflicted)", "Service proxy (PortClaimed)")
		w.delete(ctx, "Binding/f-again")
		w.settles(ctx, "Binding/g-eth0", "Ready=True/Synced", "outcome=Effective")
		w.settles(ctx, "Binding/h-present", "Ready=True/Synced", "outcome=Effective")
		w.says(ctx, "Service/proxy", "Accepted", "port http (80/TCP) on all interfaces is bound to Service edge by Binding g-eth0", "on interface eth0")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp@eth0, eth1", "diana/proxy HAProxy: none")
		w.delete(ctx, "Binding/g-eth0")
		w.ready(ctx, "Service/proxy")
		w.holds(ctx, dianaHost, "diana/edge Caddy: eth1", "diana/proxy HAProxy: 80/tcp")
	})

	It("make one service of the same service declared twice", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, `
kind: Service
metadata: {name: fedge}
spec: {hostRef: {name: diana}, name: edge, definition: Caddy, bindings: [{type: Port, port: https, interface: eth1}]}
`)
		w.settles(ctx, "Service/fedge", "Ready=True/Duplicate", "Accepted=True/Duplicate")
		w.says(ctx, "Service/fedge", "Accepted", "Service edge")
		w.shadows(ctx, "Service/edge", "Service fedge (Duplicate)")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 443/tcp@eth1, 80/tcp")
		w.delete(ctx, "Binding/edge-http", "Service/edge")
		w.ready(ctx, "Service/fedge")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 443/tcp@eth1")
	})
})
