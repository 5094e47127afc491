// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// stagedService is a Host with an inline service that has the tag staging.
func stagedService(name, rest string) string {
	return "kind: Host\nmetadata: {name: " + name + "}\nspec: {services: [{name: edge, definition: Caddy, tags: [staging]}], " + rest + "}\n"
}

var _ = Describe("A host that the server made by half", func() {
	DescribeTable("because the creation broke off at its services is finished, never made again",
		func(ctx SpecContext, rest, inventory string) {
			w := newWorld(ctx)
			w.apply(ctx, diana)
			w.ready(ctx, "Host/diana")
			w.send(ctx, "DELETE", "/api/v1/tags/"+w.tags["staging"], nil)
			w.scanopy.ResetLog()
			w.apply(ctx, stagedService("half", rest))
			w.settles(ctx, "Host/half", "ResolvedRefs=False/TagNotFound")
			w.says(ctx, "Host/half", "ResolvedRefs", "services[0]", "staging")
			w.edit(ctx, "Host/half", fields{"services": []fields{{"name": "edge", "definition": "Caddy"}}})
			w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", inventory, "half/edge Caddy: none")
			Expect(w.requests("POST /api/v1/hosts")).To(Equal(1))
			w.forgetsCreating(ctx, "Host/half")
			w.delete(ctx, "Host/half")
			w.vanishes(ctx, "Host/half")
			w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
		},
		Entry("with an interface and a port", "interfaces: [{name: eth0, ipAddress: 10.20.0.40}], ports: [{name: http, number: 80}]",
			"half: eth0 10.20.0.40; 80/tcp"),
		Entry("with nothing else on it", "hidden: false", "half: none; none"),
	)

	It("several times over ends as one: what is empty of its name and as new goes", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana")
		w.post(ctx, "/api/v1/hosts", fields{"name": "plain", "network_id": w.boot.Network, "description": "from before"})
		w.scanopy.ResetLog()
		w.resync(ctx)
		Eventually(func() int { return w.requests("GET /api/v1/hosts") }).WithContext(ctx).ShouldNot(BeZero())
		w.scanopy.ResetLog()
		list := emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, Status: 503, Times: -1}
		w.spoil(list, emulator.Fault{Method: "POST", Path: postHost, Cut: true})
		w.apply(ctx, "kind: Host\nmetadata: {name: plain}\nspec: {hostname: plain.example, services: [{name: edge, definition: Caddy}]}\n")
		Eventually(func() int { return w.requests("POST /api/v1/hosts") }).WithContext(ctx).Should(Equal(1))
		for range 3 { // as if the server had gone on with a request, and with its repetition
			w.post(ctx, "/api/v1/hosts", fields{"name": "plain", "network_id": w.boot.Network})
		}
		w.scanopy.ClearFaults()
		w.ready(ctx, "Host/plain")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "plain: none; none",
			"plain (plain.example): none; none", "plain/edge Caddy: none")
		w.forgetsCreating(ctx, "Host/plain")
		Expect(w.requests("POST /api/v1/hosts")).To(Equal(4), "none by the operator after the first")
	})
})
