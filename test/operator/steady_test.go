// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// versions are the resourceVersions of all Hosts, Services and Bindings, and how many events there are.
func (w *world) versions(ctx SpecContext, g Gomega) map[string]string {
	out := map[string]string{}
	for _, kind := range []string{"Host", "Service", "Binding"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(inventoryv1alpha1.GroupVersion.WithKind(kind + "List"))
		g.Expect(kubernetes.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
		for _, item := range list.Items {
			out[kind+"/"+item.GetName()] = item.GetResourceVersion()
		}
	}
	events := &corev1.EventList{}
	g.Expect(kubernetes.List(ctx, events, client.InNamespace(w.namespace))).To(Succeed())
	for _, e := range events.Items {
		out["Event/"+e.Name] = e.ResourceVersion
	}
	return out
}

var _ = Describe("The steady state", func() {
	It("is quiet: two resyncs write nothing to Scanopy, no status and no event", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01, metricsOfWeb01, diana, losersOfDiana)
		w.ready(ctx, "Host/web-01", "Host/diana", "Service/edge")
		w.settles(ctx, "Service/metrics", "ResolvedRefs=False/PortNotFound")
		w.settles(ctx, "Service/proxy", "Stalled=True/PortClaimed")
		w.settles(ctx, "Binding/h-present", "Stalled=True/Conflicted")
		w.resync(ctx)
		var before map[string]string
		Eventually(func(g Gomega) {
			last := before
			before = w.versions(ctx, g)
			g.Expect(before).To(Equal(last))
		}).WithPolling(stillness).WithContext(ctx).Should(Succeed())
		w.scanopy.ResetLog()
		for range 2 {
			w.resync(ctx)
		}
		Consistently(func(g Gomega) { g.Expect(w.versions(ctx, g)).To(Equal(before)) }).WithContext(ctx).Should(Succeed())
		Expect(w.writes()).To(BeEmpty())
		Expect(w.requests("GET /api/v1/hosts")).To(BeNumerically(">=", 2), "it did look")
	})
})
