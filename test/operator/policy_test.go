// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A paused Host", func() {
	It("keeps its whole group as it is, and goes on when it is resumed", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.scanopy.ResetLog()
		w.annotate(ctx, "Host/diana", "paused", "true")
		w.settles(ctx, "Host/diana", "Ready=True/Paused", "Synced=True/Paused")
		w.patch(ctx, "Host/diana", fields{"spec": fields{"hostname": "diana.example"}})
		w.settles(ctx, "Host/diana", "Synced=False/Paused")
		w.delete(ctx, "Binding/edge-http")
		w.keeps(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Host/diana", "paused", "")
		w.ready(ctx, "Host/diana")
		w.holds(ctx, "diana (diana.example): eth0 10.20.0.30, eth1 10.20.0.31; 80/tcp, 443/tcp", "diana/edge Caddy: none")
	})

	It("can be deleted", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.annotate(ctx, "Host/web-01", "paused", "true")
		w.settles(ctx, "Host/web-01", "Ready=True/Paused", "Synced=True/Paused")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.holds(ctx)
	})
})
