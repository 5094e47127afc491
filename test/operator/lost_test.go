// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

const postHost = `^/api/v1/hosts$`

var _ = Describe("A write that went wrong", func() {
	It("whose answer was lost is never repeated blindly: one host", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: postHost, Cut: true, When: emulator.After})
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge)
		Expect(w.requests("POST /api/v1/hosts")).To(Equal(1))
		w.forgetsCreating(ctx, "Host/web-01")
	})

	It("before the server worked on it is tried again: one host", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: postHost, Cut: true}, emulator.Fault{Method: "POST", Path: postHost, Status: 503})
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge)
	})

	It("half-way is finished: a tag vanishes between the list and the POST", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.send(ctx, "DELETE", "/api/v1/tags/"+w.tags["production"], nil)
		w.apply(ctx, web01)
		w.settles(ctx, "Host/web-01", "Ready=False/TagNotFound", "ResolvedRefs=False/TagNotFound")
		w.stays(ctx, "Backend/default", "Ready=True/Available")
		w.tags["production"] = w.post(ctx, "/api/v1/tags", fields{
			"name": "production", "color": "Red", "description": nil, "organization_id": w.boot.Organization,
		})
		w.resync(ctx)
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge)
	})

	It("that the server refuses names the culprit, and the others of the group go on", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		// A tag that vanished since the list was read: the server refuses whatever bears it.
		w.send(ctx, "DELETE", "/api/v1/tags/"+w.tags["staging"], nil)
		w.apply(ctx, `
kind: Service
metadata: {name: good}
spec: {hostRef: {name: diana}, definition: HAProxy, bindings: [{type: Port, port: https}]}
---
kind: Service
metadata: {name: refused}
spec: {hostRef: {name: diana}, definition: SSH, tags: [staging]}
`)
		w.settles(ctx, "Service/refused", "ResolvedRefs=False/TagNotFound")
		w.ready(ctx, "Service/good")
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		Eventually(w.inventory).Should(ContainElements(dianaHost, "diana/edge Caddy: 80/tcp", "diana/good HAProxy: 443/tcp"))
	})
})

var _ = Describe("A host on the server", func() {
	It("that is the same machine and not ours is AlreadyExists, with its id and what to do", func(ctx SpecContext) {
		w := newWorld(ctx)
		nas := w.post(ctx, "/api/v1/hosts", fields{
			"name": "nas", "network_id": w.boot.Network,
			"interfaces": []fields{{"id": uuid.NewString(), "subnet_id": w.subnet, "ip_address": "10.20.0.50", "name": "eth0"}},
		})
		w.resync(ctx)
		w.apply(ctx, hostWithPort("storage", "10.20.0.50"))
		w.settles(ctx, "Host/storage", "Ready=False/AlreadyExists", "Synced=False/AlreadyExists")
		w.says(ctx, "Host/storage", "Synced", `"nas" (id `+nas, "10.20.0.50", "spec.adoptionPolicy: IfUnowned", "spec.externalID: "+nas)
		w.keeps(ctx, "nas: eth0 10.20.0.50; none")
		w.delete(ctx, "Host/storage")
		w.vanishes(ctx, "Host/storage")
		w.keeps(ctx, "nas: eth0 10.20.0.50; none")
	})

	It("that was deleted behind our back is made anew, once, after a 404", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		old := w.host("web-01").ID
		w.send(ctx, "DELETE", "/api/v1/hosts/"+old.String(), nil)
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.holds(ctx, web01Host, web01Edge)
		w.keeps(ctx, web01Host, web01Edge)
		Expect(w.requests("POST /api/v1/hosts")).To(Equal(1))
		Expect(w.requests("GET /api/v1/hosts/{id}")).To(BeNumerically(">=", 1), "absence is confirmed first")
		Eventually(func(g Gomega) {
			g.Expect(text(w.get(ctx, g, "Host/web-01"), "status", "id")).To(Equal(w.host("web-01").ID.String()))
		}).WithContext(ctx).Should(Succeed())
	})

	It("that somebody changed is repaired", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Binding/edge-http")
		w.send(ctx, "DELETE", "/api/v1/services/"+w.host("diana").Services[0].ID.String(), nil)
		w.resync(ctx)
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
	})
})
