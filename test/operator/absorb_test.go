// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// absorb sets the ids that a Host absorbs.
func (w *world) absorb(ctx SpecContext, host string, ids ...string) {
	GinkgoHelper()
	list := []fields{}
	for _, id := range ids {
		list = append(list, fields{"id": id})
	}
	w.patch(ctx, "Host/"+host, fields{"spec": fields{"absorb": list}})
}

var _ = Describe("A Host that absorbs others of Scanopy", func() {
	It("takes over the first of them if it has none, merges the rest into it, and leaves all when it goes", func(ctx SpecContext) {
		w, d, first := newFound(ctx)
		d.finds(ctx, "10.20.0.51", "10.20.0.51", 22, 8080)
		w.resync(ctx)
		second, gone := w.host("10.20.0.51").ID.String(), uuid.NewString()
		w.scanopy.ResetLog()
		w.apply(ctx, fmt.Sprintf("{kind: Host, metadata: {name: nas}, spec: {absorb: [{id: %s}, {id: %s}, {id: %s}], "+
			"interfaces: [{name: eth0, ipAddress: 10.20.0.52}], ports: [{name: ssh, number: 22}]}}", first, gone, second))
		w.ready(ctx, "Host/nas")
		Expect(text(w.get(ctx, Default, "Host/nas"), "status", "id")).To(Equal(first))
		merged := []string{"nas: - 10.20.0.50, - 10.20.0.51, eth0 10.20.0.52; 22/tcp, 5000/tcp, 8080/tcp", "nas/SSH SSH: 22/tcp@-, 22/tcp@-"}
		w.has(ctx, merged...)
		Expect(w.merges()).To(HaveLen(1))
		w.resync(ctx)
		w.scanopy.ResetLog()
		w.keepsFound(ctx, merged...)
		Expect(w.writes()).To(BeEmpty())
		w.absorb(ctx, "nas")
		w.ready(ctx, "Host/nas")
		w.keepsFound(ctx, merged...)
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.keepsFound(ctx, merged...)
	})

	It("gets none that another installation manages", func(ctx SpecContext) {
		w := newWorld(ctx)
		id := w.addManaged(ctx, otherInstance)
		w.apply(ctx, web01New)
		w.ready(ctx, "Host/web-01")
		w.absorb(ctx, "web-01", id)
		w.settles(ctx, "Host/web-01", "Ready=False/ManagedElsewhere", "Accepted=False/ManagedElsewhere")
		w.says(ctx, "Host/web-01", "Accepted", "absorb[0]", "another installation of the operator")
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"ports": []fields{{"name": "http", "number": 80}, {"name": "alt", "number": 81}}}})
		w.holds(ctx, "nas: eth0 10.20.0.50; 80/tcp", "web-01: eth0 10.20.0.10; 80/tcp, 81/tcp", "web-01/edge Caddy: 80/tcp@eth0")
		Expect(w.merges()).To(BeEmpty())
	})

	It("gets none that a Host of another namespace has, whose name is not shown", func(ctx SpecContext) {
		w := newPair(ctx)
		other := *w
		other.namespace = newNamespace(ctx, nil)
		other.apply(ctx, other.secret("scanopy", w.boot.Tokens.Member), other.backend("default", ""),
			fmt.Sprintf("{kind: Host, metadata: {name: thief}, spec: {absorb: [{id: %s}], interfaces: [{name: eth0, ipAddress: 10.20.0.90}]}}", w.host("web-01-old").ID))
		other.settles(ctx, "Host/thief", "Ready=False/InUse", "Accepted=False/InUse")
		other.says(ctx, "Host/thief", "Accepted", "absorb[0]", "a Host in another namespace manages that host", "take the id out")
		Expect(message(other.get(ctx, Default, "Host/thief"), "Accepted")).NotTo(ContainSubstring("web-01"))
		w.holds(ctx, append(apart(), "thief: eth0 10.20.0.90; none")...)
		w.keeps(ctx, append(apart(), "thief: eth0 10.20.0.90; none")...)
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		other.absorb(ctx, "thief")
		other.ready(ctx, "Host/thief")
		w.delete(ctx, "Host/web-01-old")
		w.vanishes(ctx, "Host/web-01-old")
	})

	It("gets none through a ClusterBackend without its leave to adopt", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, w.shared(""))
		w.settles(ctx, "ClusterBackend/"+w.namespace, "Ready=True/Available")
		w.apply(ctx, fmt.Sprintf("{kind: Host, metadata: {name: nas}, spec: {backendRef: {kind: ClusterBackend, name: %s}, "+
			"interfaces: [{name: eth0, ipAddress: 10.20.0.52}]}}", w.namespace))
		w.ready(ctx, "Host/nas")
		w.absorb(ctx, "nas", id)
		w.settles(ctx, "Host/nas", "Ready=False/RefNotPermitted", "Accepted=False/RefNotPermitted")
		w.says(ctx, "Host/nas", "Accepted", "absorb[0]", "spec.allow.adoption")
		w.keepsFound(ctx, foundNAS, foundSSH, "nas: eth0 10.20.0.52; none")
		w.apply(ctx, w.shared(", allow: {adoption: true}"))
		w.ready(ctx, "Host/nas")
		w.has(ctx, "nas: - 10.20.0.50, eth0 10.20.0.52; 22/tcp, 5000/tcp", "nas/SSH SSH: 22/tcp@-")
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.delete(ctx, "ClusterBackend/"+w.namespace)
	})
})
