// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// bindByHand adds a port to a host and binds a service of that host to it, as people do.
func (w *world) bindByHand(ctx SpecContext, host, service string, number int) {
	GinkgoHelper()
	h := w.host(host)
	i := slices.IndexFunc(h.Services, func(s emulator.Service) bool { return s.Name == service })
	Expect(i).To(BeNumerically(">=", 0))
	port := w.post(ctx, "/api/v1/ports", fields{
		"host_id": h.ID, "network_id": w.boot.Network, "number": number, "protocol": "Tcp", "type": "Custom",
	})
	w.post(ctx, "/api/v1/bindings", fields{
		"id": uuid.NewString(), "type": "Port", "port_id": port, "interface_id": nil, "service_id": h.Services[i].ID, "network_id": w.boot.Network,
	})
}

// newBoundPair makes a pair of which the service that both have is bound by somebody else, too.
func newBoundPair(ctx SpecContext, version string) *world {
	GinkgoHelper()
	w := newWorldOf(ctx, version)
	w.apply(ctx, web01New, strings.Replace(web01Old, "{type: Interface, interface: ipmi}", "{type: Port, port: web, interface: ipmi}", 1))
	w.ready(ctx, "Host/web-01", "Host/web-01-old")
	w.bindByHand(ctx, "web-01", "edge", 5353)
	w.bindByHand(ctx, "web-01-old", "edge", 8443)
	w.addForeign(ctx, w.host("web-01-old").ID, 9100, "Prometheus")
	w.resync(ctx)
	w.scanopy.ResetLog()
	return w
}

// boundAsOne is what the server holds of them as one.
func boundAsOne() []string {
	return []string{
		"web-01: eth0 10.20.0.10, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp, 5353/tcp, 8443/tcp, 9100/tcp",
		"web-01/edge Caddy: 5353/tcp, 80/tcp@eth0, 80/tcp@ipmi, 8443/tcp", "web-01/shell SSH: 22/tcp", "web-01/Prometheus Prometheus: 9100/tcp",
	}
}

// isWhole checks that two Hosts are one, that nothing is open and that a resync writes nothing.
func (w *world) isWhole(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	w.becomesPart(ctx, "Host/web-01-old", "web-01")
	w.ready(ctx, "Host/web-01")
	w.holds(ctx, lines...)
	Eventually(func(g Gomega) {
		for _, ref := range []string{"Host/web-01", "Host/web-01-old"} {
			g.Expect(w.get(ctx, g, ref).GetAnnotations()).NotTo(HaveKey(inventoryv1alpha1.AnnotationMerging), ref)
		}
	}).WithContext(ctx).Should(Succeed())
	w.resync(ctx)
	w.scanopy.ResetLog()
	w.keeps(ctx, lines...)
	Expect(w.writes()).To(BeEmpty())
}

var _ = Describe("A merge in Scanopy that went wrong", func() {
	const request, rest = "/consolidate/", `^/api/v1/hosts/[^/?]+$`
	DescribeTable("is finished, with all that others bound",
		func(ctx SpecContext, faults ...emulator.Fault) {
			w := newBoundPair(ctx, serverVersion())
			w.spoil(faults...)
			w.consolidate(ctx, "web-01-old", "web-01")
			w.isWhole(ctx, boundAsOne()...)
		},
		Entry("before the server worked on it", emulator.Fault{Method: http.MethodPut, Path: request, Cut: true}),
		Entry("because its answer was lost", emulator.Fault{Method: http.MethodPut, Path: request, When: emulator.After, Cut: true}),
		Entry("because the server failed", emulator.Fault{Method: http.MethodPut, Path: request, Status: 500}),
		Entry("though it worked", emulator.Fault{Method: http.MethodPut, Path: request, When: emulator.After, Status: 502}),
		Entry("because what is to be made again can't be at first", emulator.Fault{Method: http.MethodPut, Path: rest, Times: 2, Status: 503}),
		Entry("because its answer was lost and nothing can be written for a while",
			emulator.Fault{Method: http.MethodPut, Path: request, When: emulator.After, Cut: true},
			emulator.Fault{Method: http.MethodPut, Path: rest, Times: 2, Cut: true}),
	)

	It("half-way, by somebody's hand, is finished once a field says that the two are one", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01New, strings.Replace(web01Old, "services:", "services:\n  - {name: proxy, definition: Grafana, bindings: [{type: Port, port: web}]}", 1))
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		w.annotate(ctx, "Host/web-01", "paused", "true")
		w.annotate(ctx, "Host/web-01-old", "paused", "true")
		w.settles(ctx, "Host/web-01", "Ready=True/Paused")
		w.settles(ctx, "Host/web-01-old", "Ready=True/Paused")
		into, from := w.host("web-01").ID, w.host("web-01-old").ID
		Expect(w.mergeByHand(ctx, "web-01", "web-01-old")).To(Equal(http.StatusInternalServerError))
		Expect(w.hostByID(into).Interfaces).To(HaveLen(3))
		Expect(w.hostByID(from).Services).NotTo(BeEmpty())
		w.consolidate(ctx, "web-01-old", "web-01")
		w.annotate(ctx, "Host/web-01-old", "paused", "")
		w.annotate(ctx, "Host/web-01", "paused", "")
		w.settles(ctx, "Host/web-01-old", "Ready=False/PortClaimed", "Accepted=False/PortClaimed")
		w.says(ctx, "Host/web-01-old", "Accepted", "services[0].bindings[0]", `Service edge`)
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, "web-01: eth0 10.20.0.10, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp",
			"web-01/edge Caddy: 80/tcp@eth0, ipmi", "web-01/shell SSH: 22/tcp", "web-01/proxy Grafana: none")
	})
})

// mergeByHand sends the request that merges one host into another, which may fail, and says with which status.
func (w *world) mergeByHand(ctx SpecContext, into, other string) int {
	GinkgoHelper()
	path := w.url + "/api/v1/hosts/" + w.host(into).ID.String() + "/consolidate/" + w.host(other).ID.String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, path, http.NoBody)
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Authorization", "Bearer "+w.boot.Tokens.Owner)
	resp, err := http.DefaultClient.Do(req)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.Body.Close()).To(Succeed())
	return resp.StatusCode
}

var _ = Describe("A merge", Label("dialects"), func() {
	DescribeTable("keeps what others bound, and is undone, on a server", func(ctx SpecContext, version string) {
		w := newBoundPair(ctx, version)
		id := w.host("web-01").ID
		w.consolidate(ctx, "web-01-old", "web-01")
		w.isWhole(ctx, boundAsOne()...)
		Expect(w.host("web-01").ID).To(Equal(id))
		w.consolidate(ctx, "web-01-old", "")
		w.settles(ctx, "Host/web-01-old", "Ready=True/Synced", "Accepted=True/Accepted")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, apart()[2], "web-01-old/edge Caddy: 80/tcp@ipmi", apart()[4], "web-01: eth0 10.20.0.10; 80/tcp, 5353/tcp, 8443/tcp, 9100/tcp",
			"web-01/edge Caddy: 5353/tcp, 80/tcp@eth0, 8443/tcp", "web-01/Prometheus Prometheus: 9100/tcp")
		Expect(text(w.get(ctx, Default, "Host/web-01-old"), "status", "consolidatedInto")).To(BeEmpty())
	},
		Entry("0.13.5", "0.13.5"), Entry("0.14.2", "0.14.2"), Entry("0.17.16", "0.17.16"), Entry("0.17.21", "0.17.21"), Entry("0.17.22", "0.17.22"),
	)
})
