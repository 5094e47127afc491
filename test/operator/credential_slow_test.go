// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// hanging is more servers than the controller of Credentials has workers.
const hanging = 6

var _ = Describe("Servers that hang", Label("dialects"), func() {
	DescribeTable("hold up no Credential of another one", func(ctx SpecContext, method string) {
		var hung []*world
		for range hanging {
			w := newVault(ctx)
			w.apply(ctx, w.backend("default", "  requestTimeout: 90s\n"))
			w.spoil(emulator.Fault{Method: method, Path: "/credentials", Delay: "1h", Times: -1})
			w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
			hung = append(hung, w)
		}
		defer func() {
			for _, w := range hung {
				w.scanopy.ClearFaults()
				w.hangUp()
			}
		}()
		for _, w := range hung {
			Eventually(func() int { return w.requests("GET /api/v1/credentials") + w.requests("POST /api/v1/credentials/bulk") }).
				WithContext(ctx).Should(BeNumerically(">", 0), "it is asked, and hangs")
		}
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
		start := time.Now()
		w.ready(ctx, "Credential/lab")
		for _, w := range hung { // Pending, or what was told before the Backend was reached
			Eventually(func(g Gomega) {
				g.Expect(facts(w.get(ctx, g, "Credential/lab"))).To(ContainElement(HavePrefix("Ready=False/")))
			}).WithContext(ctx).Should(Succeed())
		}
		Expect(time.Since(start)).To(BeNumerically("<", 20*time.Second), "long before a request gives up")
	},
		Entry("when their credentials are listed", "^GET$"),
		Entry("when credentials are written", "^POST$"),
	)
})

var _ = Describe("A server that does not list its credentials any more", Label("dialects", "long"), func() {
	It("is asked ever more slowly, and what is written stands", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
		w.ready(ctx, "Credential/lab")
		w.spoil(emulator.Fault{Method: "^GET$", Path: "/credentials", Status: 503, Times: -1})
		w.scanopy.ResetLog()
		asked := func() int { return w.requests("GET /api/v1/credentials") }
		Eventually(asked).WithContext(ctx).Should(BeNumerically(">", 0), "a resync was due")
		w.stays(ctx, "Credential/lab", "Ready=True/Synced")
		Expect(asked()).To(BeNumerically("<", 6))
	})
})
