// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The instances of other rows than those that the operator under test derives: one is formerly its own.
const (
	formerInstance core.Instance = 0x00000001
	otherInstance  core.Instance = 0x00000002
)

// addManaged makes by hand what an installation of the operator made for Host nas: its address, and a port of the
// service web.
func (w *world) addManaged(ctx SpecContext, instance core.Instance) string {
	GinkgoHelper()
	network := w.boot.Network.String()
	owner := core.Owner(network, core.Ref{Kind: core.KindHost, Namespace: w.namespace, Name: "nas"})
	id := w.post(ctx, "/api/v1/hosts", fields{
		"name": "nas", "network_id": w.boot.Network,
		"interfaces": []fields{{
			"id": core.ChildID(instance, owner, core.RowInterface, "eth0", ""), "subnet_id": w.subnet, "ip_address": "10.20.0.50", "name": "eth0",
		}},
		"ports": []fields{{"id": core.ChildID(instance, owner, core.RowPort, "http"), "number": 80, "protocol": "Tcp", "type": "Custom"}},
	})
	w.resync(ctx)
	return id
}

var _ = Describe("Rows on a host in Scanopy", func() {
	It("of another installation are left alone, whatever the policy", func(ctx SpecContext) {
		w := newWorld(ctx)
		id := w.addManaged(ctx, otherInstance)
		w.scanopy.ResetLog()
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.settles(ctx, "Host/nas", "Ready=False/ManagedElsewhere", "Synced=False/ManagedElsewhere")
		w.says(ctx, "Host/nas", "Synced", id, "another installation of the operator")
		w.patch(ctx, "Host/nas", fields{"spec": fields{"externalID": id}})
		w.settles(ctx, "Host/nas", "Synced=False/ManagedElsewhere")
		w.stays(ctx, "Host/nas", "Synced=False/ManagedElsewhere")
		w.onlyReads()
	})

	It("of a former installation are ours: nothing is adopted and nothing is doubled", func(ctx SpecContext) {
		w := newWorld(ctx)
		id := w.addManaged(ctx, formerInstance)
		w.apply(ctx, nas(""))
		w.ready(ctx, "Host/nas")
		w.holds(ctx, "nas: eth0 10.20.0.50; 22/tcp, 80/tcp", "nas/web Caddy: 80/tcp")
		Expect(w.host("nas").ID.String()).To(Equal(id))
		w.edit(ctx, "Host/nas", fields{"ports": []fields{{"name": "ssh", "number": 22}}, "services": nil})
		w.holds(ctx, "nas: eth0 10.20.0.50; 22/tcp")
	})

	It("whose object is gone are counted on the Backend", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.annotate(ctx, "Host/web-01", "force-orphan", "true")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		Eventually(func(g Gomega) {
			g.Expect(text(w.get(ctx, g, "Backend/default"), "status", "counts", "orphans")).
				To(Equal("7"), "two interfaces, two ports, a service and its bindings")
		}).WithContext(ctx).WithTimeout(2 * patience).Should(Succeed())
		w.keeps(ctx, web01Host, web01Edge)
	})

	It("go to the Host that was renamed, with everything on it", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.ready(ctx, "Host/nas")
		w.apply(ctx, `
kind: Host
metadata: {name: storage}
spec: {name: nas, interfaces: [{name: eth0, ipAddress: 10.20.0.50}], ports: [{name: ssh, number: 22}, {name: http, number: 80}]}
`)
		w.settles(ctx, "Host/storage", "Ready=False/DuplicateHost")
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.ready(ctx, "Host/storage")
		w.has(ctx, adoptedNAS, adoptedSSH)
		Expect(w.host("nas").ID.String()).To(Equal(id))
	})

	It("go with the Host whose machine only a duplicate of a third one declares", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, hostWithPort("third", "10.20.0.77"), hostWithPort("old", "10.20.0.78"))
		w.ready(ctx, "Host/third", "Host/old")
		w.apply(ctx, "{kind: Host, metadata: {name: twice}, spec: {interfaces: [{name: eth0, ipAddress: 10.20.0.77}, {name: eth1, ipAddress: 10.20.0.78}]}}")
		w.settles(ctx, "Host/twice", "Accepted=False/DuplicateHost")
		w.delete(ctx, "Host/old")
		w.vanishes(ctx, "Host/old")
		w.holds(ctx, "third: eth0 10.20.0.77; 80/tcp")
		w.settles(ctx, "Host/twice", "Accepted=False/DuplicateHost")
	})
})

var _ = Describe("Two Hosts that the server merged", func() {
	It("are told apart by the id that survived: the other is MergedInBackend and loses nothing", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01, diana)
		w.ready(ctx, "Host/web-01", "Host/diana", "Service/edge", "Binding/edge-http")
		survivor, merged := w.host("diana").ID.String(), w.host("web-01").ID.String()
		w.scanopy.ResetLog()
		w.send(ctx, "PUT", "/api/v1/hosts/"+survivor+"/consolidate/"+merged, nil)
		w.resync(ctx)
		w.settles(ctx, "Host/web-01", "Ready=False/MergedInBackend", "Synced=False/MergedInBackend")
		w.says(ctx, "Host/web-01", "Synced", "Host diana", "spec.consolidateInto")
		w.settles(ctx, "Host/diana", "Ready=True/Synced")
		together := w.inventory()
		w.keeps(ctx, together...)
		Expect(w.writes()).To(HaveEach(HavePrefix("PUT /api/v1/hosts/" + survivor)))
		if dialectOf(serverVersion()) == "interfaces" { // later ones give the survivor the other's name, which is put right
			Expect(w.writes()).To(HaveLen(1), "nothing but what the test sent: %v", w.writes())
		}
		By("deleting the other leaves the host to the one that has it")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		Eventually(w.inventory).Should(ContainElement(HavePrefix("diana")))
		w.settles(ctx, "Host/diana", "Ready=True/Synced")
		Expect(w.host("diana").ID.String()).To(Equal(survivor))
	})

	It("by hand into one that discovery found is left when it is deleted", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.newDaemon(ctx).finds(ctx, "10.20.0.50", "10.20.0.50", 22, 5000)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		found, made := w.host("10.20.0.50").ID.String(), w.host("web-01").ID.String()
		w.send(ctx, "PUT", "/api/v1/hosts/"+found+"/consolidate/"+made, nil)
		w.resync(ctx)
		w.holds(ctx, append(w.scouts(),
			"web-01 (web-01.lab.example) #production: - 10.20.0.50, eth0 10.20.0.10 02:00:00:00:00:0a, eth1 10.20.0.11; 22/tcp, 80/tcp, 443/tcp, 5000/tcp",
			web01Edge, "web-01/SSH SSH: 22/tcp@-")...)
		Eventually(func(g Gomega) {
			g.Expect(w.origin(ctx, "Host/web-01")).To(HavePrefix("adopted:" + found))
		}).Should(Succeed())
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Host/web-01")
		w.vanishes(ctx, "Host/web-01")
		Expect(w.host("web-01").ID.String()).To(Equal(found))
	})
})

// scouts are the lines of the inventory about the daemon's own host.
func (w *world) scouts() []string {
	var out []string
	for _, line := range w.inventory() {
		if len(line) >= 5 && line[:5] == "scout" {
			out = append(out, line)
		}
	}
	return out
}

var _ = Describe("A Backend that leads to another network", func() {
	It("keeps its Hosts where they are, until each accepts the move; the old host is left, with an event", func(ctx SpecContext) {
		w := newBareWorld(ctx)
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Owner), w.backend("default", ""), `
kind: Host
metadata: {name: roaming}
spec: {ports: [{name: http, number: 80}]}
`)
		w.ready(ctx, "Host/roaming")
		old, second := w.host("roaming").ID.String(), w.boot.Network2.String()
		w.scanopy.ResetLog()
		w.patch(ctx, "Backend/default", fields{"spec": fields{"network": second}})
		w.settles(ctx, "Host/roaming", "Ready=False/BackendChanged", "Accepted=False/BackendChanged")
		w.says(ctx, "Host/roaming", "Accepted", "inventory.scanopy.io/accept-backend="+second)
		w.onlyReads()
		w.annotate(ctx, "Host/roaming", "accept-backend", second)
		w.ready(ctx, "Host/roaming")
		w.tells(ctx, "Host/roaming", "Orphaned", old)
		w.holds(ctx, "roaming: none; 80/tcp", "roaming: none; 80/tcp")
		obj := w.get(ctx, Default, "Host/roaming")
		Expect(text(obj, "status", "id")).NotTo(Equal(old))
		Expect(text(obj, "status", "backend", "networkID")).To(Equal(second))
		By("and deleting it deletes the new one only")
		w.delete(ctx, "Host/roaming")
		w.vanishes(ctx, "Host/roaming")
		w.holds(ctx, "roaming: none; 80/tcp")
		Expect(w.host("roaming").ID.String()).To(Equal(old))
	})
})
