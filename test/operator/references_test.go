// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func hostWithPort(name, address string) string {
	return `
kind: Host
metadata: {name: ` + name + `}
spec: {interfaces: [{name: eth0, ipAddress: ` + address + `}], ports: [{name: http, number: 80}]}
`
}

func guestService(namespace, host, hostNamespace string) string {
	return `
kind: Service
metadata: {name: guest, namespace: ` + namespace + `}
spec: {hostRef: {name: ` + host + `, namespace: ` + hostNamespace + `}, definition: Caddy, bindings: [{type: Port, port: http}]}
`
}

var _ = Describe("A reference", func() {
	It("to a port of another Host is CrossHost, and nothing else suffers from it", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, hostWithPort("other", "10.20.0.90"), `
kind: Binding
metadata: {name: far}
spec: {serviceRef: {name: edge}, type: Port, host: other, port: http}
`)
		w.settles(ctx, "Binding/far", "Ready=False/CrossHost", "Accepted=False/CrossHost", "outcome=Rejected")
		w.says(ctx, "Binding/far", "Accepted", "other")
		w.ready(ctx, "Host/diana", "Host/other", "Service/edge", "Binding/edge-http")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "other: eth0 10.20.0.90; 80/tcp")
	})

	It("into another namespace needs that Host's leave: Same, All, then a Selector and the namespace's labels", func(ctx SpecContext) {
		w := newWorld(ctx)
		guest := newNamespace(ctx, nil)
		ref := "Service/" + guest + "/guest"
		const host, service = "open: eth0 10.20.0.91; 80/tcp", "open/guest Caddy: 80/tcp"
		w.apply(ctx, hostWithPort("open", "10.20.0.91"), guestService(guest, "open", w.namespace))
		w.ready(ctx, "Host/open")
		w.settles(ctx, ref, "Ready=False/RefNotPermitted", "Accepted=False/RefNotPermitted")
		w.keeps(ctx, host)
		allow := func(spec fields) {
			w.patch(ctx, "Host/open", fields{"spec": fields{"allowedNamespaces": spec}})
		}
		allow(fields{"from": "All"})
		w.ready(ctx, ref)
		w.holds(ctx, host, service)
		allow(fields{"from": "Same"})
		w.settles(ctx, ref, "Ready=False/RefNotPermitted")
		w.holds(ctx, host)
		allow(fields{"from": "Selector", "selector": fields{"matchLabels": fields{"guest": "yes"}}})
		w.stays(ctx, ref, "Ready=False/RefNotPermitted")
		w.patch(ctx, "Namespace/"+guest, fields{"metadata": fields{"labels": fields{"guest": "yes"}}})
		w.ready(ctx, ref)
		w.holds(ctx, host, service)
		w.patch(ctx, "Namespace/"+guest, fields{"metadata": fields{"labels": fields{"guest": "no"}}})
		w.settles(ctx, ref, "Ready=False/RefNotPermitted")
		w.holds(ctx, host)
	})

	It("to a Host of another namespace that is not there says no more than that it is not permitted", func(ctx SpecContext) {
		w := newWorld(ctx)
		guest := newNamespace(ctx, nil)
		w.apply(ctx, guestService(guest, "nobody", w.namespace))
		w.settles(ctx, "Service/"+guest+"/guest", "Ready=False/RefNotPermitted")
	})

	It("that moves keeps the rows at the old Host until the new one accepts them", func(ctx SpecContext) {
		w := newWorld(ctx)
		const one, two = "one: eth0 10.20.0.92; 80/tcp", "two: eth0 10.20.0.93; 80/tcp"
		w.apply(ctx, hostWithPort("one", "10.20.0.92"), hostWithPort("two", "10.20.0.93"), guestService(w.namespace, "one", w.namespace))
		w.ready(ctx, "Host/one", "Host/two", "Service/guest")
		w.holds(ctx, one, "one/guest Caddy: 80/tcp", two)
		w.apply(ctx, guestService(w.namespace, "nobody", w.namespace))
		w.settles(ctx, "Service/guest", "Ready=False/HostNotFound")
		w.keeps(ctx, one, "one/guest Caddy: 80/tcp", two)
		w.apply(ctx, guestService(w.namespace, "two", w.namespace))
		w.ready(ctx, "Service/guest")
		w.holds(ctx, one, two, "two/guest Caddy: 80/tcp")
		Expect(w.host("two").Services).To(HaveLen(1))
	})

	It("that moves leaves its row to an equal one at the old Host, and gets another", func(ctx SpecContext) {
		w := newWorld(ctx)
		equal := func(object, host string) string {
			return strings.NewReplacer("name: guest", "name: "+object, "spec: {", "spec: {name: guest, ").Replace(
				guestService(w.namespace, host, w.namespace))
		}
		w.apply(ctx, hostWithPort("one", "10.20.0.94"), hostWithPort("two", "10.20.0.95"), equal("first", "one"))
		w.ready(ctx, "Host/one", "Host/two", "Service/first")
		row := w.host("one").Services[0].ID
		w.apply(ctx, equal("second", "one"))
		w.settles(ctx, "Service/second", "Accepted=True/Duplicate")
		w.apply(ctx, equal("first", "two"))
		w.ready(ctx, "Service/first", "Service/second")
		w.holds(ctx, "one: eth0 10.20.0.94; 80/tcp", "one/guest Caddy: 80/tcp", "two: eth0 10.20.0.95; 80/tcp", "two/guest Caddy: 80/tcp")
		Expect(w.host("one").Services[0].ID).To(Equal(row), "the row stays with its id")
	})
})
