// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// told lists the events of an object, such as "Repaired hostname: …".
func (w *world) told(ctx SpecContext, ref string) []string {
	GinkgoHelper()
	obj := w.reference(ref)
	list := &eventsv1.EventList{}
	Expect(kubernetes.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
	out := []string{}
	for _, e := range list.Items {
		if e.Regarding.Kind == obj.GetKind() && e.Regarding.Name == obj.GetName() {
			out = append(out, e.Reason+" "+e.Note)
		}
	}
	return out
}

// rename does what somebody does who edits the hostname in the web UI.
func (w *world) rename(ctx SpecContext, host, hostname string) {
	GinkgoHelper()
	h := w.host(host)
	w.send(ctx, http.MethodPut, "/api/v1/hosts/"+h.ID.String(), fields{
		"id": h.ID, "name": h.Name, "network_id": h.NetworkID, "hostname": hostname, "description": h.Description,
		"hidden": h.Hidden, "tags": h.Tags, "virtualization": nil, "expected_updated_at": nil,
	})
}

var _ = Describe("Drift", func() {
	It("is repaired at a resync, with an event that names the field", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.rename(ctx, "web-01", "edited.example")
		w.resync(ctx)
		w.holds(ctx, web01Host, web01Edge)
		Eventually(w.told).WithArguments(ctx, "Host/web-01").Should(ContainElement(
			`Repaired hostname: "edited.example" becomes "web-01.lab.example"`))
		w.stays(ctx, "Host/web-01", "Ready=True/Synced")
	})

	It("of one field three times within an hour is left alone until somebody asks", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		for i := range 2 {
			w.rename(ctx, "web-01", fmt.Sprintf("edit-%d.example", i))
			w.resync(ctx)
			w.holds(ctx, web01Host, web01Edge)
		}
		w.rename(ctx, "web-01", "mine.example")
		w.resync(ctx)
		w.settles(ctx, "Host/web-01", "Ready=False/NonConverging", "Accepted=True/Accepted", "Synced=False/NonConverging", "Stalled=True/NonConverging")
		w.says(ctx, "Host/web-01", "Synced", "hostname", `"web-01.lab.example"`, `"mine.example"`, "web UI", "discovery",
			"kubectl annotate schost web-01 -n "+w.namespace+" inventory.scanopy.io/reconcile-requested-at")
		Expect(w.host("web-01").Hostname).To(HaveValue(Equal("mine.example")))
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, "Host/web-01", "Stalled=True/NonConverging")
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Host/web-01", "reconcile-requested-at", "again")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, web01Host, web01Edge)
	})

	It("that is left alone ends when the spec changes to what the others want", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		for i := range 3 {
			w.rename(ctx, "web-01", fmt.Sprintf("edit-%d.example", i))
			w.resync(ctx)
			if i < 2 {
				w.holds(ctx, web01Host, web01Edge)
			}
		}
		w.settles(ctx, "Host/web-01", "Ready=False/NonConverging")
		w.edit(ctx, "Host/web-01", fields{"hostname": "edit-2.example"})
	})

	It("of a service that somebody deletes again and again is left alone, and the rest of the host is not", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
		for i := range 3 {
			w.send(ctx, http.MethodDelete, "/api/v1/services/"+w.host("diana").Services[0].ID.String(), nil)
			w.resync(ctx)
			if i < 2 {
				w.holds(ctx, dianaHost, "diana/edge Caddy: 80/tcp")
			}
		}
		w.settles(ctx, "Service/edge", "Ready=False/NonConverging")
		w.says(ctx, "Service/edge", "Synced", "services[edge]", "removed", "web UI")
		w.edit(ctx, "Host/diana", fields{"hostname": "diana.example"})
		w.keeps(ctx, "diana (diana.example): eth0 10.20.0.30, eth1 10.20.0.31; 80/tcp, 443/tcp")
	})
})
