// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

var _ = Describe("Many Credentials", func() {
	It("go out together, and go on where a request broke off between two rows", func(ctx SpecContext) {
		w := newVault(ctx)
		w.spoil(emulator.Fault{Method: "POST", Path: "/credentials/bulk", AfterRows: 7, Cut: true})
		manifests := []string{vaultSecret("snmp", "x")}
		for i := range 30 {
			manifests = append(manifests, community(fmt.Sprintf("c%02d", i), ""))
		}
		w.apply(ctx, manifests...)
		for i := range 30 {
			w.ready(ctx, fmt.Sprintf("Credential/c%02d", i))
		}
		Expect(w.vault()).To(HaveLen(30))
	})
})

var _ = Describe("A Credential that may not be written", func() {
	It("says PermissionDenied for a Member's key, and Hosts go on", func(ctx SpecContext) {
		w := newWorldOf(ctx, "0.17.21")
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""), web01)
		w.settles(ctx, "Credential/lab", "Synced=False/PermissionDenied")
		w.ready(ctx, "Host/web-01")
		w.settles(ctx, "Backend/default", "Ready=True/Available")
	})

	It("says Unsupported and the version that it needs on a server without", func(ctx SpecContext) {
		w := newWorldOf(ctx, "0.14.13")
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
		w.settles(ctx, "Credential/lab", "Accepted=False/Unsupported")
		w.says(ctx, "Credential/lab", "Accepted", "0.15")
		Expect(w.writes()).To(BeEmpty())
	})
})
