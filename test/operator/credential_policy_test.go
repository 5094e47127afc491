// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// tagNames are the names of the tags that a credential has.
func (w *world) tagNames(name string) []string {
	GinkgoHelper()
	out := []string{}
	for _, id := range w.credential(name).Tags {
		for _, t := range w.scanopy.State().Tags {
			if t.ID == id {
				out = append(out, t.Name)
			}
		}
	}
	return out
}

var _ = Describe("Credentials of a Backend", func() {
	It("get tags made that are missing if createMissing has Tags, and say TagNotFound if not", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("plain", "  tags: [production]"), community("lab", "  tags: [production, shiny]"),
			community("other", "  tags: [shiny]"))
		w.ready(ctx, "Credential/plain")
		w.settles(ctx, "Credential/lab", "ResolvedRefs=False/TagNotFound", "Ready=False/TagNotFound")
		w.says(ctx, "Credential/lab", "ResolvedRefs", "shiny")
		w.apply(ctx, w.backend("default", "  createMissing: [Tags]\n"))
		w.ready(ctx, "Credential/lab", "Credential/other")
		Expect(w.tagNames("lab")).To(ConsistOf("production", "shiny"))
		Expect(w.tagNames("other")).To(ConsistOf("shiny"))
		Expect(w.requests("POST /api/v1/tags")).To(Equal(1))
	})

	It("use a tag that somebody makes at the same time", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, w.backend("default", "  createMissing: [Tags]\n"), vaultSecret("snmp", "x"), community("plain", "  tags: [production]"))
		w.ready(ctx, "Credential/plain")
		id := w.post(ctx, "/api/v1/tags", fields{
			"name": "shiny", "color": "Green", "description": nil, "organization_id": w.boot.Organization,
		})
		w.apply(ctx, community("lab", "  tags: [shiny]"))
		w.ready(ctx, "Credential/lab")
		Expect(w.credential("lab").Tags).To(HaveLen(1))
		Expect(w.credential("lab").Tags[0].String()).To(Equal(id))
	})

	It("that is paused are neither written nor deleted until it is not", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "first"), community("lab", ""), community("gone", ""))
		w.ready(ctx, "Credential/lab", "Credential/gone")
		w.annotate(ctx, "Backend/default", "paused", "true")
		w.settles(ctx, "Credential/lab", "Ready=True/Paused")
		w.scanopy.ResetLog()
		w.apply(ctx, vaultSecret("snmp", "second"), community("new", ""), community("lab", "  description: of the lab"))
		w.delete(ctx, "Credential/gone")
		w.settles(ctx, "Credential/new", "Ready=False/Paused")
		w.settles(ctx, "Credential/lab", "Synced=False/Paused")
		w.settles(ctx, "Credential/gone", "Ready=False/Paused")
		w.says(ctx, "Credential/gone", "Ready", "Backend "+w.namespace+"/default is paused", "force-orphan")
		w.stays(ctx, "Credential/gone", "Ready=False/Paused")
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Backend/default", "paused", "")
		w.ready(ctx, "Credential/lab", "Credential/new")
		w.vanishes(ctx, "Credential/gone")
		w.vaultHolds(ctx, "lab SnmpV2c", "new SnmpV2c")
		Expect(value(w.credential("lab"), "community")).To(Equal("second"))
	})
})
