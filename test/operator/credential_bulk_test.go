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

	It("are 250 in three requests, and a resync of them writes nothing", func(ctx SpecContext) {
		w := newVault(ctx)
		var manifests, refs []string
		for i := range 250 {
			name := fmt.Sprintf("c%03d", i)
			manifests, refs = append(manifests, community(name, "")), append(refs, "Credential/"+name)
		}
		w.apply(ctx, manifests...)
		w.settles(ctx, refs[249], "Ready=False/SecretNotFound")
		w.apply(ctx, vaultSecret("snmp", "x"))
		w.ready(ctx, refs...)
		Expect(w.vault()).To(HaveLen(250))
		AddReportEntry("requests for 250 Credentials", w.scanopy.Log().Counts)
		Expect(w.requests("POST /api/v1/credentials/bulk")).To(Equal(3))
		Expect(w.writes()).To(HaveLen(3))
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, refs[0], "Ready=True/Synced")
		AddReportEntry("requests for a resync of them", w.scanopy.Log().Counts)
		Expect(w.writes()).To(BeEmpty())
		Expect(w.requests("GET /api/v1/credentials")).To(Equal(1), "it did look")
	})
})

var _ = Describe("A Credential that may not be written", func() {
	It("says PermissionDenied for a Member's key, and Hosts go on", func(ctx SpecContext) {
		w := newWorldOf(ctx, vaultVersion())
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
