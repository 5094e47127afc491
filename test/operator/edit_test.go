// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// edit changes the spec of an object and waits until it is Ready again.
func (w *world) edit(ctx SpecContext, ref string, spec fields) {
	GinkgoHelper()
	w.patch(ctx, ref, fields{"spec": spec})
	w.ready(ctx, ref)
}

var _ = Describe("An edit", func() {
	It("of a port's number moves its binding along", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.edit(ctx, "Host/web-01", fields{"ports": []fields{{"name": "http", "number": 8080}, {"name": "https", "number": 443}}})
		w.holds(ctx, "web-01 (web-01.lab.example) #production: eth0 10.20.0.10 02:00:00:00:00:0a, eth1 10.20.0.11; 443/tcp, 8080/tcp",
			"web-01/edge Caddy: 443/tcp@eth0, 8080/tcp")
	})

	It("that swaps two ports' numbers ends", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.edit(ctx, "Host/web-01", fields{"ports": []fields{{"name": "http", "number": 443}, {"name": "https", "number": 80}}})
		w.holds(ctx, web01Host, "web-01/edge Caddy: 443/tcp, 80/tcp@eth0")
	})

	It(`of a hostname sets it, "" clears it, and absent leaves it alone`, func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		hostname := func() *string { return w.host("web-01").Hostname }
		w.edit(ctx, "Host/web-01", fields{"hostname": "new.example"})
		Eventually(hostname).Should(HaveValue(Equal("new.example")))
		w.edit(ctx, "Host/web-01", fields{"hostname": nil, "description": "kept"})
		Expect(hostname()).To(HaveValue(Equal("new.example")))
		w.edit(ctx, "Host/web-01", fields{"hostname": "", "description": ""})
		Eventually(hostname).Should(Or(BeNil(), HaveValue(BeEmpty())))
		Eventually(func() *string { return w.host("web-01").Description }).Should(Or(BeNil(), HaveValue(BeEmpty())))
	})

	It("of tags sets exactly these, of the last one too, and absent leaves them alone", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		tags := func() []uuid.UUID { return w.host("web-01").Tags }
		production, staging := uuid.MustParse(w.tags["production"]), uuid.MustParse(w.tags["staging"])
		w.edit(ctx, "Host/web-01", fields{"tags": []string{"staging", w.tags["production"], "staging"}})
		Eventually(tags).Should(ConsistOf(production, staging))
		w.edit(ctx, "Host/web-01", fields{"tags": []string{"staging"}})
		Eventually(tags).Should(Equal([]uuid.UUID{staging}))
		w.edit(ctx, "Host/web-01", fields{"tags": nil, "description": "unmanaged"})
		Expect(tags()).To(Equal([]uuid.UUID{staging}))
		w.edit(ctx, "Host/web-01", fields{"tags": []string{}})
		Eventually(tags).Should(BeEmpty())
	})

	It("of a MAC address makes the interface anew, and its bindings again", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.edit(ctx, "Host/web-01", fields{"interfaces": []fields{
			{"name": "eth0", "ipAddress": "10.20.0.10", "macAddress": "02:00:00:00:00:0f"}, {"name": "eth1", "ipAddress": "10.20.0.11"},
		}})
		w.holds(ctx, "web-01 (web-01.lab.example) #production: eth0 10.20.0.10 02:00:00:00:00:0f, eth1 10.20.0.11; 80/tcp, 443/tcp", web01Edge)
	})

	It("of a service's definition, name and tags arrives", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.edit(ctx, "Service/edge", fields{"definition": "HAProxy"})
		w.holds(ctx, dianaHost, "diana/edge HAProxy: 80/tcp")
		w.edit(ctx, "Service/edge", fields{"name": "front", "tags": []string{"production"}})
		w.holds(ctx, dianaHost, "diana/front HAProxy #production: 80/tcp")
		w.edit(ctx, "Service/edge", fields{"tags": []string{}})
		w.holds(ctx, dianaHost, "diana/front HAProxy: 80/tcp")
	})

	It("of one Binding costs at most two requests", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.scanopy.ResetLog()
		w.patch(ctx, "Binding/edge-http", fields{"spec": fields{"port": "https"}})
		w.settles(ctx, "Binding/edge-http", "Ready=True/Synced", "binds=https")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 443/tcp")
		w.keeps(ctx, dianaHost, "diana/edge Caddy: 443/tcp")
		Expect(len(w.scanopy.Log().Entries)).To(BeNumerically("<=", 2), "%v", w.scanopy.Log().Counts)
	})
})
