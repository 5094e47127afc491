// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// plainHosts are manifests of Hosts h0, h1 and so on.
func plainHosts(n int) (manifests, refs []string) {
	for i := range n {
		manifests = append(manifests, fmt.Sprintf(`
kind: Host
metadata: {name: h%d}
spec: {interfaces: [{name: eth0, ipAddress: 10.20.0.%d}]}
`, i, 100+i))
		refs = append(refs, fmt.Sprintf("Host/h%d", i))
	}
	return manifests, refs
}

var _ = Describe("Deletion", func() {
	It("of a Host takes its backend host along, and of others on the server nothing", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.post(ctx, "/api/v1/hosts", fields{"name": "stranger", "network_id": w.boot.Network})
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		w.holds(ctx, "stranger: none; none")
	})

	It("of many Hosts together is one request", func(ctx SpecContext) {
		w := newWorld(ctx)
		manifests, refs := plainHosts(10)
		w.apply(ctx, manifests...)
		w.ready(ctx, refs...)
		w.scanopy.ResetLog()
		w.delete(ctx, refs...)
		w.vanishes(ctx, refs...)
		w.holds(ctx)
		Expect(w.writes()).To(HaveLen(1))
	})

	It("of a Service and a Binding withdraws their rows and no others", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana, `
kind: Binding
metadata: {name: edge-https}
spec: {serviceRef: {name: edge}, type: Port, port: https, interface: eth0}
`)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http", "Binding/edge-https")
		w.delete(ctx, "Binding/edge-https")
		w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
		w.delete(ctx, "Service/edge")
		w.holds(ctx, dianaHost)
		w.settles(ctx, "Binding/edge-http", "Ready=False/ServiceNotFound")
	})

	It("of a Host that is gone from the server ends", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.send(ctx, "DELETE", "/api/v1/hosts/"+w.host("web-01").ID.String(), nil)
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
	})

	It("that waits for its turn takes nothing from a Host of the same name that was made since", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		id := w.host("web-01").ID
		w.scanopy.ResetLog()
		w.spoil(emulator.Fault{Method: "DELETE", Status: 429})
		w.delete(ctx, "Host/web-01")
		Eventually(func() int { return w.requests("DELETE /api/v1/hosts/{id}") }).WithContext(ctx).Should(Equal(1))
		w.annotate(ctx, "Host/web-01", "force-orphan", "true")
		w.vanishes(ctx, "Host/web-01")
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		Consistently(func() uuid.UUID { return w.host("web-01").ID }, "4s").WithContext(ctx).Should(Equal(id))
	})

	It("of a namespace ends with everything in it, Backend and Secret too, and leaves nothing on the server", func(ctx SpecContext) {
		w := newWorld(ctx)
		manifests, refs := plainHosts(5)
		w.apply(ctx, append(manifests, diana, web01, metricsOfWeb01)...)
		w.ready(ctx, append(refs, "Host/diana", "Host/web-01")...)
		w.delete(ctx, "Namespace/"+w.namespace)
		w.vanishes(ctx, "Host/diana", "Host/web-01", "Backend/default", "Namespace/"+w.namespace)
		w.holds(ctx)
	})

	It("of a Backend waits for the Hosts that use it, and serves them meanwhile", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Backend/default", "Secret/scanopy")
		w.settles(ctx, "Backend/default", "Ready=False/InUse")
		w.says(ctx, "Backend/default", "Ready", w.namespace+"/web-01", "it goes when")
		w.apply(ctx, hostWithPort("late", "10.20.0.61"))
		w.settles(ctx, "Host/late", "Synced=False/Deleting")
		w.says(ctx, "Host/late", "Synced", "takes no new Hosts")
		Consistently(func(g Gomega) { w.get(ctx, g, "Backend/default") }).WithContext(ctx).Should(Succeed())
		w.edit(ctx, "Host/web-01", fields{"hostname": "still.served.example"})
		Eventually(func() *string { return w.host("web-01").Hostname }).Should(HaveValue(Equal("still.served.example")))
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01", "Backend/default")
		w.holds(ctx)
	})

	It("of a Backend without a key, not even in memory, lets those go that are deleted with it, and is not held by others", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01, hostWithPort("stays", "10.20.0.62"))
		w.ready(ctx, "Host/web-01", "Host/stays")
		w.delete(ctx, "Backend/default", "Secret/scanopy")
		w.patch(ctx, "Backend/default", fields{"metadata": fields{"finalizers": nil}})
		w.vanishes(ctx, "Backend/default")
		w.apply(ctx, w.backend("default", ""))
		w.settles(ctx, "Backend/default", "Ready=False/SecretNotFound")
		w.delete(ctx, "Host/web-01")
		w.settles(ctx, "Host/web-01", "Ready=False/BackendUnavailable")
		w.delete(ctx, "Backend/default")
		w.vanishes(ctx, "Host/web-01", "Backend/default")
		Eventually(w.told).WithArguments(ctx, "Host/web-01").Should(ContainElement(And(HavePrefix("Orphaned host "), ContainSubstring("no key"))))
		w.settles(ctx, "Host/stays", "Ready=False/BackendNotFound")
		w.holds(ctx, web01Host, web01Edge, "stays: eth0 10.20.0.62; 80/tcp")
	})

	It("while the server is down waits visibly, and force-orphan lets go", func(ctx SpecContext) {
		w := newWorld(ctx)
		manifests, refs := plainHosts(2)
		w.apply(ctx, manifests...)
		w.ready(ctx, refs...)
		w.spoil(emulator.Fault{Times: -1, Cut: true})
		w.delete(ctx, refs...)
		w.settles(ctx, "Host/h0", "Ready=False/BackendUnavailable")
		w.settles(ctx, "Host/h1", "Synced=False/BackendUnavailable")
		w.stays(ctx, "Host/h1", "Synced=False/BackendUnavailable")
		w.annotate(ctx, "Host/h0", "force-orphan", "true")
		w.vanishes(ctx, "Host/h0")
		w.scanopy.ClearFaults()
		w.vanishes(ctx, "Host/h1")
		w.holds(ctx, "h0: eth0 10.20.0.100; none")
	})
})
