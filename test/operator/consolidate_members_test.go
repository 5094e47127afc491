// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// isApart checks that a Host has a host of its own, which no other is part of.
func (w *world) isApart(ctx SpecContext, name string) {
	GinkgoHelper()
	obj := w.get(ctx, Default, "Host/"+name)
	Expect(text(obj, "status", "consolidatedInto")).To(BeEmpty())
	Expect(text(obj, "status", "id")).To(Equal(w.host(name).ID.String()))
}

var _ = Describe("A Host that is to be part of another", func() {
	It("stays as it is while it is paused, with what is on it; the other goes on", func(ctx SpecContext) {
		w := newPair(ctx)
		w.apply(ctx, "{kind: Service, metadata: {name: db}, spec: {hostRef: {name: web-01-old}, definition: PostgreSQL, bindings: [{type: Interface, interface: lan}]}}")
		w.ready(ctx, "Service/db")
		withDB, id := append(apart(), "web-01-old/db PostgreSQL: lan"), text(w.get(ctx, Default, "Service/db"), "status", "id")
		w.annotate(ctx, "Host/web-01-old", "paused", "true")
		w.settles(ctx, "Host/web-01-old", "Ready=True/Paused")
		w.consolidate(ctx, "web-01-old", "web-01")
		w.settles(ctx, "Host/web-01-old", "Ready=False/Paused", "Accepted=True/Accepted", "Synced=False/Paused")
		w.settles(ctx, "Service/db", "Synced=True/Paused", "bindings=1/1")
		w.says(ctx, "Service/db", "Synced", "Host web-01-old is paused")
		w.edit(ctx, "Host/web-01", fields{"hostname": "www.example"})
		w.ready(ctx, "Host/web-01")
		w.keeps(ctx, append([]string{strings.Replace(apart()[0], "web-01:", "web-01 (www.example):", 1)}, withDB[1:]...)...)
		Expect(w.merges()).To(BeEmpty())
		w.isApart(ctx, "web-01-old")
		Expect(text(w.get(ctx, Default, "Service/db"), "status", "id")).To(And(Equal(id), Not(BeEmpty())))
		Expect(text(w.get(ctx, Default, "Service/db"), "status", "hostID")).To(Equal(w.host("web-01-old").ID.String()))
		Expect(text(w.get(ctx, Default, "Host/web-01-old"), "status", "interfaces")).To(ContainSubstring("ipmi"))
		w.annotate(ctx, "Host/web-01-old", "paused", "")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Host/web-01", "Service/db")
		w.holds(ctx, strings.Replace(asOne()[0], "web-01:", "web-01 (www.example):", 1), asOne()[1], asOne()[2], "web-01/db PostgreSQL: lan")
	})

	It("waits while the other is paused", func(ctx SpecContext) {
		w := newPair(ctx)
		w.annotate(ctx, "Host/web-01", "paused", "true")
		w.settles(ctx, "Host/web-01", "Ready=True/Paused")
		w.consolidate(ctx, "web-01-old", "web-01")
		w.settles(ctx, "Host/web-01-old", "Ready=False/Paused", "Accepted=True/Consolidated", "Synced=False/Paused")
		w.says(ctx, "Host/web-01-old", "Synced", "Host web-01 is paused")
		w.keeps(ctx, apart()...)
		Expect(w.merges()).To(BeEmpty())
		w.annotate(ctx, "Host/web-01", "paused", "")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, asOne()...)
	})

	It("is not merged while it is only observed, and says which of the two to take out", func(ctx SpecContext) {
		w := newPair(ctx)
		w.patch(ctx, "Host/web-01-old", fields{"spec": fields{"managementPolicy": "ObserveOnly", "consolidateInto": fields{"name": "web-01"}}})
		w.settles(ctx, "Host/web-01-old", "Ready=False/Invalid", "Accepted=False/Invalid")
		w.says(ctx, "Host/web-01-old", "Accepted", "managementPolicy: ObserveOnly", "take one of the two out")
		w.ready(ctx, "Host/web-01")
		w.keeps(ctx, apart()...)
		Expect(w.writes()).To(BeEmpty())
		w.patch(ctx, "Host/web-01-old", fields{"spec": fields{"managementPolicy": "Full"}})
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, asOne()...)
	})

	DescribeTable("is not merged away while a daemon runs on it, but may be declared the other way round", func(ctx SpecContext, faults ...emulator.Fault) {
		w := newWorld(ctx)
		w.spoil(faults...)
		w.apply(ctx, web01New, web01Old)
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		w.moveInDaemon(ctx, "web-01-old")
		w.holds(ctx, apart()...)
		w.consolidate(ctx, "web-01-old", "web-01")
		w.settles(ctx, "Host/web-01-old", "Ready=False/HostHasDaemon", "Accepted=False/HostHasDaemon")
		w.says(ctx, "Host/web-01-old", "Accepted", "a daemon runs on its host", "consolidateInto web-01-old on Host web-01")
		w.ready(ctx, "Host/web-01")
		w.keeps(ctx, apart()...)
		w.isApart(ctx, "web-01-old")
		w.consolidate(ctx, "web-01-old", "")
		w.ready(ctx, "Host/web-01-old")
		w.consolidate(ctx, "web-01", "web-01-old")
		w.becomesPart(ctx, "Host/web-01", "web-01-old")
		w.ready(ctx, "Host/web-01-old")
		w.holds(ctx, strings.Replace(asOne()[0], "web-01:", "web-01-old:", 1), "web-01-old/edge Caddy: 80/tcp@eth0, ipmi", "web-01-old/shell SSH: 22/tcp")
	},
		Entry("which the key may see"),
		Entry("of which only the server's refusal tells", emulator.Fault{Path: "^/api/v1/daemons", Method: "GET", Times: -1, Status: 403}),
	)
})

const db01 = `
kind: Host
metadata: {name: db-01}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.20}]
  ports: [{name: sql, number: 5432}]
  services: [{name: sql, definition: PostgreSQL, bindings: [{type: Port, port: sql}]}]
`

// asPartOfDB is what the server holds when web-01-old is part of db-01.
func asPartOfDB() []string {
	return []string{
		apart()[0], apart()[1],
		"db-01: eth0 10.20.0.20, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp, 5432/tcp",
		"db-01/sql PostgreSQL: 5432/tcp", "db-01/edge Caddy: ipmi", "db-01/shell SSH: 22/tcp",
	}
}

var _ = Describe("A Host that is part of another", func() {
	It("moves with all of its own from one to the next", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.apply(ctx, db01)
		w.ready(ctx, "Host/db-01")
		w.holds(ctx, append(asOne(), "db-01: eth0 10.20.0.20; 5432/tcp", "db-01/sql PostgreSQL: 5432/tcp")...)
		w.consolidate(ctx, "web-01-old", "db-01")
		w.becomesPart(ctx, "Host/web-01-old", "db-01")
		w.ready(ctx, "Host/web-01", "Host/db-01")
		w.holds(ctx, asPartOfDB()...)
		w.resync(ctx)
		w.scanopy.ResetLog()
		w.keeps(ctx, asPartOfDB()...)
		Expect(w.writes()).To(BeEmpty())
	})

	It("is told of each link of a chain, and keeps its rows when a link is missing", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.apply(ctx, db01)
		w.ready(ctx, "Host/db-01")
		w.consolidate(ctx, "db-01", "web-01-old")
		w.becomesPart(ctx, "Host/db-01", "web-01")
		w.says(ctx, "Host/db-01", "Ready", "part of Host web-01")
		w.ready(ctx, "Host/web-01")
		chained := []string{
			"web-01: eth0 10.20.0.10, eth0 10.20.0.20, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp, 5432/tcp",
			asOne()[1], asOne()[2], "web-01/sql PostgreSQL: 5432/tcp",
		}
		w.holds(ctx, chained...)
		w.consolidate(ctx, "web-01", "db-01")
		for _, ref := range []string{"Host/web-01", "Host/web-01-old", "Host/db-01"} {
			w.settles(ctx, ref, "Ready=False/ConsolidationCycle", "Accepted=False/ConsolidationCycle")
			w.says(ctx, ref, "Accepted", "db-01", "web-01", "web-01-old")
		}
		w.keeps(ctx, chained...)
		w.consolidate(ctx, "web-01", "")
		w.becomesPart(ctx, "Host/db-01", "web-01")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Host/web-01")
		w.delete(ctx, "Host/web-01-old")
		w.settles(ctx, "Host/db-01", "Ready=False/HostNotFound", "ResolvedRefs=False/HostNotFound")
		w.vanishes(ctx, "Host/web-01-old")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, "web-01: eth0 10.20.0.10, eth0 10.20.0.20; 80/tcp, 5432/tcp", "web-01/edge Caddy: 80/tcp@eth0", "web-01/sql PostgreSQL: 5432/tcp")
		w.consolidate(ctx, "db-01", "")
		w.ready(ctx, "Host/db-01", "Host/web-01")
		w.holds(ctx, apart()[0], apart()[1], "db-01: eth0 10.20.0.20; 5432/tcp", "db-01/sql PostgreSQL: 5432/tcp")
	})

	It("waits with parting while others have bound something to its rows, and says so", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.isCalled(ctx, "web-01")
		host := w.host("web-01")
		lan := host.Interfaces[slices.IndexFunc(host.Interfaces, func(i emulator.Interface) bool { return i.IPAddress == "10.20.0.11" })]
		found := w.post(ctx, "/api/v1/services", fields{
			"host_id": host.ID, "network_id": w.boot.Network, "service_definition": "Gateway", "name": "Gateway",
			"source": fields{"type": "Manual"}, "tags": []string{}, "virtualization": nil, "position": 0,
			"bindings": []fields{{"type": "Interface", "interface_id": lan.ID, "network_id": w.boot.Network}},
		})
		w.resync(ctx)
		w.consolidate(ctx, "web-01-old", "")
		w.settles(ctx, "Host/web-01-old", "Ready=False/DependencyNotReady", "Synced=False/DependencyNotReady")
		w.says(ctx, "Host/web-01-old", "Synced", "Host web-01, which it was part of", "status.retained")
		w.ready(ctx, "Host/web-01")
		w.holds(ctx, "web-01: eth0 10.20.0.10, lan 10.20.0.11; 80/tcp", apart()[1], "web-01/Gateway Gateway: lan")
		Expect(text(w.get(ctx, Default, "Host/web-01"), "status", "retained")).To(ContainSubstring(lan.ID.String()))
		w.send(ctx, "DELETE", "/api/v1/services/"+found, nil)
		w.resync(ctx)
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		w.holds(ctx, apart()...)
	})
})

// isCalled waits until one host has a name: servers from 0.17 on give the host of a merge the other's name at first.
func (w *world) isCalled(ctx SpecContext, name string) {
	GinkgoHelper()
	Eventually(func() bool {
		return slices.ContainsFunc(w.scanopy.State().Hosts, func(h emulator.Host) bool { return h.Name == name })
	}).WithContext(ctx).Should(BeTrue(), "a host called %s", name)
}

// hostByID is a host, whatever its name is.
func (w *world) hostByID(id uuid.UUID) emulator.Host {
	GinkgoHelper()
	hosts := slices.DeleteFunc(w.scanopy.State().Hosts, func(h emulator.Host) bool { return h.ID != id })
	Expect(hosts).To(HaveLen(1), "host %s", id)
	return hosts[0]
}
