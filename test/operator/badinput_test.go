// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func hostWith(spec string) string {
	return "kind: Host\nmetadata: {name: bad}\nspec: {" + spec + "}\n"
}

func serviceOf(spec string) string {
	return "kind: Service\nmetadata: {name: bad}\nspec: {" + spec + "}\n"
}

var _ = Describe("What names something that is not there", func() {
	DescribeTable("says so, is not stalled, and costs nobody else anything",
		func(ctx SpecContext, ref, reason, manifest string, words ...string) {
			w := newWorld(ctx)
			w.apply(ctx, diana, manifest)
			w.settles(ctx, ref, "Ready=False/"+reason, "ResolvedRefs=False/"+reason)
			w.says(ctx, ref, "ResolvedRefs", words...)
			w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
			Eventually(w.inventory).Should(ContainElements(dianaHost, "diana/edge Caddy: 80/tcp"))
			w.stays(ctx, ref, "Accepted=True/Accepted")
			Expect(facts(w.get(ctx, Default, ref))).NotTo(ContainElement(HavePrefix("Stalled")))
		},
		Entry("a host", "Service/bad", "HostNotFound", serviceOf("hostRef: {name: nobody}, definition: Caddy"), "nobody"),
		Entry("a service", "Binding/bad", "ServiceNotFound",
			"kind: Binding\nmetadata: {name: bad}\nspec: {serviceRef: {name: nothing}, type: Port, port: http}\n", "nothing"),
		Entry("an interface", "Service/bad", "InterfaceNotFound",
			serviceOf("hostRef: {name: diana}, definition: Caddy, bindings: [{type: Interface, interface: wlan0}]"), "bindings[0]", `"wlan0"`, "eth0", "eth1"),
		Entry("a port", "Service/bad", "PortNotFound",
			serviceOf("hostRef: {name: diana}, definition: Caddy, bindings: [{type: Port, port: gopher}]"), "bindings[0]", `"gopher"`, "http (80/TCP)"),
		Entry("a tag of a service", "Service/bad", "TagNotFound", serviceOf("hostRef: {name: diana}, definition: Caddy, tags: [nobody]"), "nobody"),
		Entry("a tag of a host", "Host/bad", "TagNotFound", hostWith("tags: [nobody]"), "nobody"),
		Entry("a network", "Host/bad", "NetworkNotFound", hostWith("network: Nowhere"), "Nowhere"),
		Entry("a subnet by name", "Host/bad", "SubnetNotFound", hostWith("interfaces: [{name: eth0, ipAddress: 10.20.0.5, subnet: nowhere}]"), "nowhere"),
		Entry("a subnet by CIDR", "Host/bad", "SubnetNotFound",
			hostWith("interfaces: [{name: eth0, ipAddress: 10.99.0.5, subnet: 10.99.0.0/24}]"), "10.99.0.0/24"),
		Entry("a subnet of an address", "Host/bad", "SubnetNotFound", hostWith("interfaces: [{name: eth0, ipAddress: 192.0.2.1}]"), "192.0.2.1"),
		Entry("a backend", "Host/bad", "BackendNotFound", hostWith("backendRef: {name: nowhere}"), "nowhere"),
	)

	It("heals when a tag and a subnet are made and the Backend is asked to look", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWith("tags: [fresh], interfaces: [{name: eth0, ipAddress: 10.99.0.5}]"))
		w.settles(ctx, "Host/bad", "ResolvedRefs=False/TagNotFound")
		w.says(ctx, "Host/bad", "ResolvedRefs", `"fresh"`, "10.99.0.5")
		w.addSubnet(ctx, "new", "10.99.0.0/24")
		w.post(ctx, "/api/v1/tags", fields{"name": "fresh", "color": "Blue", "description": nil, "organization_id": w.boot.Organization})
		w.resync(ctx)
		w.ready(ctx, "Host/bad")
		w.holds(ctx, "bad #fresh: eth0 10.99.0.5; none")
	})
})

var _ = Describe("What can't be so", func() {
	It("is Ambiguous for a CIDR that two subnets have, naming both", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWith("interfaces: [{name: eth0, ipAddress: 10.20.0.5, subnet: 0.0.0.0/0}]"))
		w.settles(ctx, "Host/bad", "Ready=False/Ambiguous")
		w.says(ctx, "Host/bad", "Ready", "interfaces[0]", "0.0.0.0/0", "give the id of one of them")
		w.edit(ctx, "Host/bad", fields{"interfaces": []fields{{"name": "eth0", "ipAddress": "10.20.0.5", "subnet": "lan"}}})
		w.holds(ctx, "bad: eth0 10.20.0.5; none")
	})

	It("is Invalid for an address outside of its subnet", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWith("interfaces: [{name: eth0, ipAddress: 10.21.0.5, subnet: lan}]"))
		w.settles(ctx, "Host/bad", "Ready=False/Invalid", "Accepted=False/Invalid")
		w.says(ctx, "Host/bad", "Accepted", "interfaces[0]", "10.21.0.5", "10.20.0.0/24")
		w.holds(ctx, "bad: none; none")
	})

	It("is UnknownServiceDefinition for a definition that the server does not know", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, serviceOf("hostRef: {name: diana}, definition: Chaddy"))
		w.settles(ctx, "Service/bad", "Ready=False/UnknownServiceDefinition", "Accepted=False/UnknownServiceDefinition")
		w.says(ctx, "Service/bad", "Synced", `shows a service as "Missing Service"`)
		w.says(ctx, "Service/bad", "Accepted", "Chaddy")
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, "Service/bad", "Ready=False/UnknownServiceDefinition")
		Expect(w.writes()).To(BeEmpty())
	})

	It("is DuplicateHost for equal interfaces on two Hosts; the second is made when the first goes", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWithPort("first", "10.20.0.70"))
		w.ready(ctx, "Host/first")
		w.apply(ctx, hostWithPort("second", "10.20.0.70"))
		w.settles(ctx, "Host/second", "Ready=False/DuplicateHost", "Accepted=False/DuplicateHost")
		w.says(ctx, "Host/second", "Accepted", "Host first", "10.20.0.70", "declared earlier")
		w.shadows(ctx, "Host/first", "Host second (DuplicateHost)")
		w.keeps(ctx, "first: eth0 10.20.0.70; 80/tcp")
		w.delete(ctx, "Host/first")
		w.vanishes(ctx, "Host/first")
		w.ready(ctx, "Host/second")
		w.holds(ctx, "second: eth0 10.20.0.70; 80/tcp")
	})

	It("is no DuplicateHost in another network, though address and MAC are equal", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Owner), w.backend("default", "  createMissing: [Subnets]"))
		twin := func(name, network string) string {
			return `
kind: Host
metadata: {name: ` + name + `}
spec: {network: ` + network + `, interfaces: [{name: eth0, ipAddress: 10.20.0.70, macAddress: "02:00:00:00:00:70", subnet: 10.20.0.0/24}]}
`
		}
		w.apply(ctx, twin("first", "Lab"), twin("second", w.boot.Network2.String()))
		w.ready(ctx, "Host/first", "Host/second")
		w.holds(ctx, "first: eth0 10.20.0.70 02:00:00:00:00:70; none", "second: eth0 10.20.0.70 02:00:00:00:00:70; none")
	})
})
