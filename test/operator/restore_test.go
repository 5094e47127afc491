// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// lose takes objects away as a cluster does that is lost: nothing is cleaned up.
func (w *world) lose(ctx SpecContext, refs ...string) {
	GinkgoHelper()
	for _, ref := range refs {
		w.patch(ctx, ref, fields{"metadata": fields{"annotations": fields{inventoryv1alpha1.AnnotationForceOrphan: "true"}}})
		w.delete(ctx, ref)
	}
	w.vanishes(ctx, refs...)
}

var _ = Describe("A backup that is restored without status", func() {
	It("deletes nothing, doubles nothing and writes nothing", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01, diana, metricsOfWeb01)
		w.ready(ctx, "Host/web-01", "Host/diana", "Service/edge", "Binding/edge-http")
		before := w.scanopy.State().Hosts
		w.lose(ctx, "Host/diana", "Host/web-01", "Service/edge", "Service/metrics", "Binding/edge-http", "Binding/metrics-eth1")
		w.keeps(ctx, web01Host, web01Edge, dianaHost, "diana/edge Caddy: 80/tcp", "web-01/metrics Prometheus: eth1")
		w.scanopy.ResetLog()
		w.apply(ctx, web01, diana, metricsOfWeb01)
		w.ready(ctx, "Host/web-01", "Host/diana", "Service/edge", "Binding/edge-http", "Binding/metrics-eth1")
		w.onlyReads()
		after := w.scanopy.State().Hosts
		Expect(after).To(Equal(before), "every row with its id")
		for _, ref := range []string{"Host/web-01", "Host/diana"} {
			obj := w.get(ctx, Default, ref)
			Expect(obj.GetAnnotations()).NotTo(HaveKey(inventoryv1alpha1.AnnotationOrigin), "nobody can tell who made it")
			Expect(obj.GetFinalizers()).To(ContainElement(inventoryv1alpha1.Finalizer))
		}
		By("and deleted after that they stay, with an event")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.tells(ctx, "Host/web-01", "Orphaned", "nothing says that the operator made it")
		Expect(w.writes()).To(BeEmpty())
		w.host("web-01")
	})

	It("in any order, Bindings first, withdraws nothing meanwhile", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.lose(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.scanopy.ResetLog()
		objects := w.parse(diana)
		for i := len(objects) - 1; i >= 0; i-- {
			Expect(kubernetes.Create(ctx, objects[i])).To(Succeed())
			w.keeps(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
		}
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		w.onlyReads()
	})

	It("with annotations of the former object counts them as absent", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		obj := w.get(ctx, Default, "Host/web-01")
		annotations := obj.GetAnnotations()
		w.lose(ctx, "Host/web-01")
		restored := w.parse(web01)[0]
		restored.SetAnnotations(annotations)
		Expect(annotations).To(HaveKey(inventoryv1alpha1.AnnotationOrigin))
		restored.SetFinalizers([]string{inventoryv1alpha1.Finalizer})
		Expect(kubernetes.Create(ctx, restored)).To(Succeed())
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.tells(ctx, "Host/web-01", "Orphaned", "nothing says that the operator made it")
		w.keeps(ctx, web01Host, web01Edge)
	})

	It("and deleted with deletionPolicy Delete goes", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.lose(ctx, "Host/web-01")
		w.apply(ctx, web01)
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"deletionPolicy": "Delete"}})
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.holds(ctx)
	})
})
