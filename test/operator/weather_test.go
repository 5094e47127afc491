// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

var listFails = emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, Status: 503, Times: 3}

var _ = Describe("A server", Label("long"), func() {
	DescribeTable("whose list lies makes the operator neither double nor delete anything",
		func(ctx SpecContext, lie func(w *world) emulator.Fault) {
			w := newWorld(ctx)
			w.apply(ctx, web01, hostWithPort("second", "10.20.0.62"))
			w.ready(ctx, "Host/web-01", "Host/second")
			w.scanopy.ResetLog()
			w.spoil(lie(w))
			w.resync(ctx)
			w.keeps(ctx, web01Host, web01Edge, "second: eth0 10.20.0.62; 80/tcp")
			w.scanopy.ClearFaults()
			w.resync(ctx)
			w.ready(ctx, "Host/web-01", "Host/second")
			w.keeps(ctx, web01Host, web01Edge, "second: eth0 10.20.0.62; 80/tcp")
			Expect(w.writes()).To(BeEmpty())
		},
		Entry("by being empty", func(*world) emulator.Fault {
			return emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, EmptyList: true, Times: -1}
		}),
		Entry("by being empty and claiming it", func(*world) emulator.Fault {
			return emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, EmptyList: true, Total: new(int), Times: -1}
		}),
		Entry("by lacking a host", func(w *world) emulator.Fault {
			return emulator.OmitHosts(-1, w.host("web-01").ID)
		}),
		Entry("by ending in the middle", func(*world) emulator.Fault {
			return emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, Truncate: 300, Times: 3}
		}),
	)

	It("that was down is used again within seconds, by all that waited for it", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.spoil(emulator.Fault{Times: -1, Cut: true})
		w.apply(ctx, hostWithPort("late", "10.20.0.63"))
		w.settles(ctx, "Backend/default", "Ready=False/Unreachable", "Reconciling=True/Unreachable")
		w.settles(ctx, "Host/late", "Ready=False/BackendUnavailable", "Synced=False/BackendUnavailable")
		w.delete(ctx, "Host/web-01")
		w.settles(ctx, "Host/web-01", "Synced=False/BackendUnavailable")
		w.stays(ctx, "Backend/default", "Ready=False/Unreachable")
		w.scanopy.ClearFaults()
		back := time.Now()
		w.settles(ctx, "Backend/default", "Ready=True/Available")
		w.ready(ctx, "Host/late")
		w.vanishes(ctx, "Host/web-01")
		w.holds(ctx, "late: eth0 10.20.0.63; 80/tcp")
		Expect(time.Since(back)).To(BeNumerically("<", 15*time.Second), "the outage was short")
	})

	DescribeTable("that fails to list hosts for a while is asked again until it does",
		func(ctx SpecContext, faults ...emulator.Fault) {
			w := newWorld(ctx)
			if len(faults) > 1 {
				w.apply(ctx, diana)
				w.ready(ctx, "Host/diana")
			}
			w.spoil(faults...)
			w.scanopy.ResetLog()
			start := time.Now()
			w.apply(ctx, web01)
			w.ready(ctx, "Host/web-01")
			Eventually(w.inventory).WithContext(ctx).Should(ContainElements(web01Host, web01Edge))
			Expect(w.requests("POST /api/v1/hosts")).To(Equal(1))
			Expect(time.Since(start)).To(BeNumerically("<", 20*time.Second), "long before the next resync")
		},
		Entry("at first", listFails),
		Entry("after an answer that was lost", listFails, emulator.Fault{Method: "POST", Path: postHost, Cut: true, When: emulator.After}),
	)

	It("that shows a host no more and forbids to ask for it has not said that it is gone", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.scanopy.ResetLog()
		w.spoil(emulator.Fault{Method: "GET", Path: `^/api/v1/hosts(\?|$)`, EmptyList: true, Total: new(int), Times: -1},
			emulator.Fault{Method: "GET", Path: `^/api/v1/hosts/`, Times: -1, Status: 403,
				Body: `{"success":false,"data":null,"error":"You don't have access to this host","code":"entity_access_denied"}`})
		w.resync(ctx)
		Eventually(func() int { return w.requests("GET /api/v1/hosts/{id}") }).WithContext(ctx).Should(BeNumerically(">=", 1))
		w.keeps(ctx, web01Host, web01Edge)
		Expect(w.requests("POST /api/v1/hosts")).To(BeZero())
		w.scanopy.ClearFaults()
		w.resync(ctx)
		w.ready(ctx, "Host/web-01")
		Expect(w.requests("POST /api/v1/hosts")).To(BeZero())
	})

	It("that asks for a pause gets it", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: postHost, Status: 429, RetryAfter: "4",
			Body: `{"success":false,"data":null,"error":"Rate limit exceeded. Try again in 4 seconds."}`})
		w.apply(ctx, web01)
		Eventually(func() int { return w.requests("POST /api/v1/hosts") }).WithContext(ctx).Should(Equal(1))
		Consistently(func() int { return w.requests("POST /api/v1/hosts") }, stillness).WithContext(ctx).Should(Equal(1))
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge)
	})
})
