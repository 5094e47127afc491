// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// pending waits until a Host lists exactly these changes.
func (w *world) pending(ctx SpecContext, ref string, changes ...string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		obj := w.get(ctx, g, ref)
		list, _, _ := unstructured.NestedStringSlice(obj.Object, "status", "pendingChanges")
		g.Expect(list).To(ConsistOf(changes), ref)
	}).WithContext(ctx).Should(Succeed())
}

// onlyReads waits until nothing else than GET was sent.
func (w *world) onlyReads() {
	GinkgoHelper()
	Expect(w.writes()).To(BeEmpty())
}

var _ = Describe("A Host that is only observed", func() {
	It("lists what would be written, is Ready, and sends nothing but GET", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, strings.Replace(web01, "spec:", "spec:\n  managementPolicy: ObserveOnly", 1), `
kind: Service
metadata: {name: ssh}
spec: {hostRef: {name: web-01}, definition: SSH}
`)
		w.settles(ctx, "Host/web-01", "Ready=True/Observed", "Synced=True/Observed", "Accepted=True/Accepted")
		w.settles(ctx, "Service/ssh", "Ready=True/Observed", "Synced=True/Observed")
		w.pending(ctx, "Host/web-01", "host web-01: created with 2 interfaces, 2 ports, 2 services and 2 bindings",
			"service edge: created", "Service ssh: service ssh: created")
		Expect(w.get(ctx, Default, "Host/web-01").GetFinalizers()).To(BeEmpty())
		w.resync(ctx)
		w.keeps(ctx)
		w.onlyReads()
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"managementPolicy": "Full"}})
		w.ready(ctx, "Host/web-01", "Service/ssh")
		w.pending(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge, "web-01/ssh SSH: none")
	})

	It("keeps what it wrote before, tells every edit, and is let go without a deletion", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.scanopy.ResetLog()
		w.patch(ctx, "Host/web-01", fields{"spec": fields{
			"managementPolicy": "ObserveOnly", "deletionPolicy": "Delete", "hostname": "changed.example", "services": nil,
		}})
		w.settles(ctx, "Host/web-01", "Ready=True/Observed")
		w.pending(ctx, "Host/web-01", `hostname: "web-01.lab.example" becomes "changed.example"`, "service edge: removed")
		w.says(ctx, "Host/web-01", "Ready", "status.pendingChanges lists what differs")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.tells(ctx, "Host/web-01", "Orphaned", "only observed")
		w.keeps(ctx, web01Host, web01Edge)
		w.onlyReads()
	})

	It("tells what would be adopted, without an id, so that nobody takes it for its own", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.scanopy.ResetLog()
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned\n  managementPolicy: ObserveOnly"))
		w.settles(ctx, "Host/nas", "Ready=True/Observed")
		w.pending(ctx, "Host/nas", `host "10.20.0.50" (id `+id+`, Discovery): adopted`, `name: "10.20.0.50" becomes "nas"`,
			`interfaces[eth0].name: "" becomes "eth0"`, "port 80/TCP: created", "service web: created")
		obj := w.get(ctx, Default, "Host/nas")
		Expect(text(obj, "status", "id")).To(BeEmpty())
		Expect(text(obj, "status", "discovered")).To(Equal("2"), "port 5000 and SSH")
		Expect(obj.GetAnnotations()).NotTo(HaveKey(inventoryv1alpha1.AnnotationOrigin))
		w.keepsFound(ctx, foundNAS, foundSSH)
		w.onlyReads()
		By("another Host may adopt it")
		w.patch(ctx, "Host/nas", fields{"spec": fields{"adoptionPolicy": "Never"}})
		w.settles(ctx, "Host/nas", "Ready=False/AlreadyExists")
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.apply(ctx, strings.Replace(nas("  adoptionPolicy: IfUnowned"), "{name: nas}", "{name: nas-2}", 1))
		w.ready(ctx, "Host/nas-2")
	})
})
