// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// A server, or what stands before it, that breaks a connection off may go on with what it was asked for: rows appear
// after the list that was read to see what came of it.
var _ = Describe("A server that goes on with Credentials after it broke off", Label("dialects"), func() {
	const (
		bulk = "/credentials/bulk$"
		list = `/credentials\?`
		many = 20
	)
	DescribeTable("makes none twice, and none is forgotten", func(ctx SpecContext, faults ...emulator.Fault) {
		w := newVault(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: bulk, AfterRows: 7, Rests: true, Cut: true})
		w.spoil(faults...)
		manifests, refs, lines := []string{vaultSecret("snmp", "x")}, []string{}, []string{}
		for i := range many {
			name := fmt.Sprintf("c%02d", i)
			manifests, refs = append(manifests, community(name, "  networks: [Lab]")), append(refs, "Credential/"+name)
			lines = append(lines, name+" SnmpV2c network")
		}
		w.apply(ctx, manifests...)
		w.ready(ctx, refs...)
		w.scanopy.Wake(-1)
		w.vaultHolds(ctx, lines...)
		w.resync(ctx)
		w.stays(ctx, refs[0], "Ready=True/Synced")
		w.vaultHolds(ctx, lines...)
		Eventually(func(g Gomega) {
			for i, ref := range refs {
				id := text(w.get(ctx, g, ref), "status", "id")
				g.Expect(w.credential(fmt.Sprintf("c%02d", i)).ID.String()).To(Equal(id))
			}
		}).WithContext(ctx).Should(Succeed())
		Expect(w.scanopy.Faults()).To(BeEmpty(), "all came to pass")
		Expect(w.requests("POST /api/v1/credentials/bulk")).To(BeNumerically("<=", 6), "%v", w.writes())
	},
		Entry("with all, right after the list", emulator.Fault{Method: "GET", Path: list, Skip: 1, Wakes: -1, When: emulator.After}),
		Entry("with some, right after the list", emulator.Fault{Method: "GET", Path: list, Skip: 1, Wakes: 10, When: emulator.After}),
		Entry("with some, right before the rest is sent", emulator.Fault{Method: "POST", Path: bulk, Wakes: 10}),
		Entry("row by row between the requests that follow",
			emulator.Fault{Method: "GET", Path: list, Skip: 1, Wakes: 1, When: emulator.After},
			emulator.Fault{Method: "POST", Path: bulk, Wakes: 1},
			emulator.Fault{Method: "GET", Path: list, Skip: 1, Wakes: 1, When: emulator.After},
		),
		Entry("with what was sent once more meanwhile", emulator.Fault{Method: "POST", Path: bulk, Wakes: -1, When: emulator.After}),
	)

	It("is written a Secret that changed meanwhile", func(ctx SpecContext) {
		w := newVault(ctx)
		w.spoil(
			emulator.Fault{Method: "POST", Path: bulk, AfterRows: 1, Rests: true, Cut: true},
			emulator.Fault{Method: "GET", Path: list, Skip: 1, Delay: "2s", Wakes: -1, When: emulator.After},
		)
		w.apply(ctx, vaultSecret("snmp", "first"), community("a", ""), community("b", ""), community("c", ""))
		Eventually(func() int { return w.requests("POST /api/v1/credentials/bulk") }).WithContext(ctx).Should(Equal(1))
		w.apply(ctx, vaultSecret("snmp", "second"))
		for _, name := range []string{"a", "b", "c"} {
			Eventually(func() string { return value(w.credential(name), "community") }).WithContext(ctx).Should(Equal("second"))
			w.ready(ctx, "Credential/"+name)
		}
	})
})
