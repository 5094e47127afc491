// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// moveInDaemon makes a daemon run on a host that is to be deleted with its Host all the same: discovery does this by
// merging the host into that of a new daemon. It returns the id of the daemon.
func (w *world) moveInDaemon(ctx SpecContext, host string) (daemon string) {
	GinkgoHelper()
	if strings.HasPrefix(w.scanopy.Version(), "0.13.") {
		Skip("daemons of that version can't be played")
	}
	w.patch(ctx, "Host/"+host, fields{"spec": fields{"deletionPolicy": "Delete"}})
	w.ready(ctx, "Host/"+host)
	data, _ := w.send(ctx, "POST", "/api/v1/daemons/provision", fields{
		"name": host, "network_id": w.boot.Network, "url": "http://127.0.0.1:9",
	})["daemon"].(fields)
	for _, h := range w.scanopy.State().Hosts {
		if h.Name == host && h.ID.String() != fmt.Sprint(data["host_id"]) {
			w.send(ctx, "PUT", fmt.Sprintf("/api/v1/hosts/%s/consolidate/%s", data["host_id"], h.ID), nil)
		}
	}
	w.resync(ctx)
	w.settles(ctx, "Host/"+host, "Ready=True/Synced")
	Eventually(func(g Gomega) {
		g.Expect(text(w.get(ctx, g, "Host/"+host), "status", "id")).To(Equal(fmt.Sprint(data["host_id"])))
	}).WithContext(ctx).Should(Succeed())
	return fmt.Sprint(data["id"])
}

var _ = Describe("A Host on which a daemon runs", func() {
	It("is told that it can't be deleted without a try, where the key may list daemons", func(ctx SpecContext) {
		w := newWorld(ctx)
		manifests, refs := plainHosts(3)
		w.apply(ctx, manifests...)
		w.ready(ctx, refs...)
		daemon := w.moveInDaemon(ctx, "h1")
		w.scanopy.ResetLog()
		w.delete(ctx, refs...)
		w.vanishes(ctx, "Host/h0", "Host/h2")
		w.settles(ctx, "Host/h1", "Ready=False/HostHasDaemon")
		w.says(ctx, "Host/h1", "Synced", "a daemon runs on it", "delete the daemon in Scanopy first", "force-orphan")
		w.keeps(ctx, "h1: eth0 10.20.0.101; none")
		Expect(w.writes()).To(ConsistOf("POST /api/v1/hosts/bulk-delete"))
		w.send(ctx, "DELETE", "/api/v1/daemons/"+daemon, nil)
		w.resync(ctx)
		w.vanishes(ctx, "Host/h1")
		w.holds(ctx)
	})

	It("is found by the bulk that the server refuses, and the others go", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.spoil(emulator.Fault{Path: "^/api/v1/daemons", Method: "GET", Times: -1, Status: 403})
		manifests, refs := plainHosts(5)
		w.apply(ctx, manifests...)
		w.ready(ctx, refs...)
		daemon := w.moveInDaemon(ctx, "h3")
		w.delete(ctx, refs...)
		w.vanishes(ctx, "Host/h0", "Host/h1", "Host/h2", "Host/h4")
		w.settles(ctx, "Host/h3", "Ready=False/HostHasDaemon")
		w.holds(ctx, "h3: eth0 10.20.0.103; none")
		w.send(ctx, "DELETE", "/api/v1/daemons/"+daemon, nil)
		w.vanishes(ctx, "Host/h3")
		w.holds(ctx)
	})
})
