// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const web01 = `
kind: Host
metadata: {name: web-01}
spec:
  hostname: web-01.lab.example
  tags: [production]
  interfaces:
  - {name: eth0, ipAddress: 10.20.0.10, macAddress: "02:00:00:00:00:0a"}
  - {name: eth1, ipAddress: 10.20.0.11}
  ports:
  - {name: http, number: 80}
  - {name: https, number: 443}
  services:
  - name: edge
    definition: Caddy
    bindings:
    - {type: Port, port: http}
    - {type: Port, port: https, interface: eth0}
`

// What the server holds of web-01.
const (
	web01Host = "web-01 (web-01.lab.example) #production: eth0 10.20.0.10 02:00:00:00:00:0a, eth1 10.20.0.11; 80/tcp, 443/tcp"
	web01Edge = "web-01/edge Caddy: 443/tcp@eth0, 80/tcp"
)

const metricsOfWeb01 = `
kind: Service
metadata: {name: metrics}
spec: {hostRef: {name: web-01}, definition: Prometheus, bindings: [{type: Port, port: metrics}]}
---
kind: Binding
metadata: {name: metrics-eth1}
spec: {serviceRef: {name: metrics}, type: Interface, interface: eth1}
`

var _ = Describe("A Host", func() {
	It("with its services by one manifest is one request", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.settles(ctx, "Host/web-01", "Ready=True/Synced", "Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs", "Synced=True/Synced")
		w.holds(ctx, web01Host, web01Edge)
		Expect(w.writes()).To(ConsistOf("POST /api/v1/hosts"))
		obj, host := w.get(ctx, Default, "Host/web-01"), w.host("web-01")
		Expect(text(obj, "status", "id")).To(Equal(host.ID.String()))
		Expect(text(obj, "status", "url")).To(HavePrefix(w.url))
		Expect(text(obj, "status", "source")).To(Equal("Manual"))
		Expect(text(obj, "status", "backend", "networkID")).To(Equal(w.boot.Network.String()))
		Expect(text(obj, "status", "backend", "organizationID")).To(Equal(w.boot.Organization.String()))
		Expect(text(obj, "status", "counts", "services", "accepted")).To(Equal("1"))
		Expect(text(obj, "status", "counts", "bindings", "accepted")).To(Equal("2"))
		Expect(obj.GetFinalizers()).To(ConsistOf("inventory.scanopy.io/backend"))
		Expect(obj.GetAnnotations()).To(HaveKeyWithValue("inventory.scanopy.io/origin", HavePrefix("created")))
		w.forgetsCreating(ctx, "Host/web-01")
		Expect(facts(obj)).NotTo(ContainElement(HavePrefix("Reconciling")))
	})

	It("heals a Service by a port that was missing, and the younger Binding loses then", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.apply(ctx, metricsOfWeb01)
		w.settles(ctx, "Service/metrics", "Ready=False/PortNotFound", "ResolvedRefs=False/PortNotFound", "bindings=1/2")
		w.says(ctx, "Service/metrics", "Ready", `bindings[0]: Host web-01 has no port "metrics"; it has http (80/TCP), https (443/TCP)`)
		w.settles(ctx, "Binding/metrics-eth1", "Ready=True/Synced", "outcome=Effective", "binds=eth1")
		w.holds(ctx, web01Host, web01Edge, "web-01/metrics Prometheus: eth1")
		w.stays(ctx, "Host/web-01", "Ready=True/Synced")

		ports := []fields{{"name": "http", "number": 80}, {"name": "https", "number": 443}, {"name": "metrics", "number": 9100}}
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"ports": ports}})
		w.ready(ctx, "Service/metrics")
		w.settles(ctx, "Binding/metrics-eth1", "Ready=False/Conflicted", "Accepted=False/Conflicted", "outcome=Rejected")
		w.says(ctx, "Binding/metrics-eth1", "Accepted", "conflicts with bindings[0] of Service metrics", "declared earlier", "bind that port to eth0, or delete this Binding")
		w.shadows(ctx, "Service/metrics", "Binding metrics-eth1 (Conflicted)")
		w.holds(ctx, web01Host+", 9100/tcp", web01Edge, "web-01/metrics Prometheus: 9100/tcp")
	})

	It("takes a MAC address in any usual spelling, and writes it in one", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, `
kind: Host
metadata: {name: odd}
spec:
  interfaces:
  - {name: a, ipAddress: 10.20.0.1, macAddress: "02-00-00-00-00-0A"}
  - {name: b, ipAddress: 10.20.0.2, macAddress: "0200.0000.000b"}
  - {name: c, ipAddress: 10.20.0.3, macAddress: "02000000000C"}
`)
		w.ready(ctx, "Host/odd")
		w.holds(ctx, "odd: a 10.20.0.1 02:00:00:00:00:0a, b 10.20.0.2 02:00:00:00:00:0b, c 10.20.0.3 02:00:00:00:00:0c; none")
	})

	It("by a ClusterBackend is written for the namespaces that it admits, and for no other", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		guest := newNamespace(ctx, map[string]string{"scanopy": w.namespace})
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member), `
kind: ClusterBackend
metadata: {name: `+w.namespace+`}
spec:
  url: `+w.url+`
  tokenSecretRef: {namespace: `+w.namespace+`, name: scanopy}
  network: Lab
  allowedNamespaces: {from: Selector, selector: {matchLabels: {scanopy: `+w.namespace+`}}}
`)
		DeferCleanup(func(ctx SpecContext) { w.delete(ctx, "ClusterBackend/"+w.namespace) })
		w.settles(ctx, "ClusterBackend/"+w.namespace, "Ready=True/Available")
		for i, namespace := range []string{guest, w.namespace} {
			w.apply(ctx, `
kind: Host
metadata: {name: h`+string(rune('0'+i))+`, namespace: `+namespace+`}
spec: {backendRef: {kind: ClusterBackend, name: `+w.namespace+`}, interfaces: [{name: eth0, ipAddress: 10.20.0.`+string(rune('1'+i))+`}]}
`)
		}
		w.ready(ctx, "Host/"+guest+"/h0")
		w.settles(ctx, "Host/h1", "Accepted=False/RefNotPermitted")
		w.keeps(ctx, "h0: eth0 10.20.0.1; none")
		w.delete(ctx, "Host/"+guest+"/h0", "Host/h1")
		w.vanishes(ctx, "Host/"+guest+"/h0", "Host/h1")
	})

	It("by a ClusterBackend is written to the networks that it allows, and to no other", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		shared := func(networks string) string {
			return fmt.Sprintf("{kind: ClusterBackend, metadata: {name: %s}, spec: {url: %q, network: Lab, resyncPeriod: 30s, "+
				"tokenSecretRef: {name: scanopy, namespace: %s}, allowedNamespaces: {from: All}, allow: {networks: [%s]}}}", w.namespace, w.url, w.namespace, networks)
		}
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Member), shared("Elsewhere"),
			fmt.Sprintf("{kind: Host, metadata: {name: h}, spec: {backendRef: {kind: ClusterBackend, name: %s}, "+
				"interfaces: [{name: eth0, ipAddress: 10.20.0.1}]}}", w.namespace))
		w.settles(ctx, "Host/h", "Ready=False/RefNotPermitted", "Accepted=False/RefNotPermitted")
		w.holds(ctx)
		w.apply(ctx, shared("Elsewhere, Lab"))
		w.ready(ctx, "Host/h")
		w.apply(ctx, shared("Elsewhere"))
		w.settles(ctx, "Host/h", "Accepted=False/RefNotPermitted")
		w.keeps(ctx, "h: eth0 10.20.0.1; none")
		w.apply(ctx, shared(w.boot.Network.String()))
		w.ready(ctx, "Host/h")
		w.delete(ctx, "Host/h")
		w.vanishes(ctx, "Host/h")
		w.delete(ctx, "ClusterBackend/"+w.namespace)
	})
})
