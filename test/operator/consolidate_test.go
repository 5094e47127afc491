// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const web01Old = `
kind: Host
metadata: {name: web-01-old}
spec:
  interfaces:
  - {name: lan, ipAddress: 10.20.0.11}
  - {name: ipmi, ipAddress: 10.20.0.12}
  ports:
  - {name: web, number: 80}
  - {name: ssh, number: 22}
  services:
  - {name: edge, definition: Caddy, bindings: [{type: Interface, interface: ipmi}]}
  - {name: shell, definition: SSH, bindings: [{type: Port, port: ssh}]}
`

const web01New = `
kind: Host
metadata: {name: web-01}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.10}]
  ports: [{name: http, number: 80}]
  services: [{name: edge, definition: Caddy, bindings: [{type: Port, port: http, interface: eth0}]}]
`

// What the server holds of the two, apart and as one.
func apart() []string {
	return []string{
		"web-01: eth0 10.20.0.10; 80/tcp", "web-01/edge Caddy: 80/tcp@eth0",
		"web-01-old: ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp", "web-01-old/edge Caddy: ipmi", "web-01-old/shell SSH: 22/tcp",
	}
}

func asOne() []string {
	return []string{
		"web-01: eth0 10.20.0.10, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp",
		"web-01/edge Caddy: 80/tcp@eth0, ipmi", "web-01/shell SSH: 22/tcp",
	}
}

func (w *world) consolidate(ctx SpecContext, name, into string) {
	GinkgoHelper()
	var to any
	if into != "" {
		to = fields{"name": into}
	}
	w.patch(ctx, "Host/"+name, fields{"spec": fields{"consolidateInto": to}})
}

// newPair makes a world with the two Hosts apart.
func newPair(ctx SpecContext) *world {
	GinkgoHelper()
	w := newWorld(ctx)
	w.apply(ctx, web01New, web01Old)
	w.ready(ctx, "Host/web-01", "Host/web-01-old")
	w.holds(ctx, apart()...)
	w.scanopy.ResetLog()
	return w
}

// newMerged makes a world with the two as one.
func newMerged(ctx SpecContext) *world {
	GinkgoHelper()
	w := newPair(ctx)
	w.consolidate(ctx, "web-01-old", "web-01")
	w.becomesPart(ctx, "Host/web-01-old", "web-01")
	return w
}

// becomesPart waits until a Host is one with another.
func (w *world) becomesPart(ctx SpecContext, ref, of string) {
	GinkgoHelper()
	w.settles(ctx, ref, "Ready=True/Consolidated", "Accepted=True/Consolidated", "Synced=True/Synced")
	obj := w.get(ctx, Default, ref)
	Expect(text(obj, "status", "consolidatedInto")).To(Equal(of))
	Expect(text(obj, "status", "id")).To(BeEmpty())
}

func (w *world) merges() []string {
	return slices.DeleteFunc(w.writes(), func(r string) bool { return !strings.Contains(r, "/consolidate/") })
}

var _ = Describe("Two Hosts that are one machine", func() {
	It("are merged by the server's own request when both exist, and split again", func(ctx SpecContext) {
		w := newPair(ctx)
		id := w.host("web-01").ID
		w.consolidate(ctx, "web-01-old", "web-01")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.says(ctx, "Host/web-01-old", "Ready", "part of Host web-01")
		w.holds(ctx, asOne()...)
		Expect(w.merges()).To(HaveLen(1))
		Expect(w.host("web-01").ID).To(Equal(id))
		w.ready(ctx, "Host/web-01")
		w.resync(ctx)
		w.scanopy.ResetLog()
		w.keeps(ctx, asOne()...)
		Expect(w.writes()).To(BeEmpty())

		w.consolidate(ctx, "web-01-old", "")
		w.settles(ctx, "Host/web-01-old", "Ready=True/Synced")
		w.holds(ctx, apart()...)
		w.ready(ctx, "Host/web-01")
		Expect(w.merges()).To(BeEmpty())
		Expect(text(w.get(ctx, Default, "Host/web-01-old"), "status", "consolidatedInto")).To(BeEmpty())
	})

	It("are made as one when none exists, and chains lead to their end", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01New, strings.Replace(web01Old, "spec:", "spec:\n  consolidateInto: {name: web-01}", 1),
			"{kind: Host, metadata: {name: web-01-older}, spec: {consolidateInto: {name: web-01-old}, interfaces: [{name: old, ipAddress: 10.20.0.13}]}}",
			"{kind: Service, metadata: {name: db}, spec: {hostRef: {name: web-01-older}, definition: PostgreSQL, bindings: [{type: Interface, interface: old}, {type: Interface, interface: eth0}]}}")
		w.becomesPart(ctx, "Host/web-01-older", "web-01")
		w.ready(ctx, "Host/web-01", "Service/db")
		w.holds(ctx, "web-01: eth0 10.20.0.10, ipmi 10.20.0.12, lan 10.20.0.11, old 10.20.0.13; 22/tcp, 80/tcp",
			"web-01/edge Caddy: 80/tcp@eth0, ipmi", "web-01/shell SSH: 22/tcp", "web-01/db PostgreSQL: eth0, old")
		Expect(w.writes()).To(ConsistOf("POST /api/v1/hosts"))
	})

	It("withdraw what one alone contributed when it is deleted", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.delete(ctx, "Host/web-01-old")
		w.vanishes(ctx, "Host/web-01-old")
		w.holds(ctx, "web-01: eth0 10.20.0.10; 80/tcp", "web-01/edge Caddy: 80/tcp@eth0")
		w.ready(ctx, "Host/web-01")
	})

	It("keep the one that the other is part of until that is gone or leaves", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.holds(ctx, asOne()...) // newer servers give it the other's name at first
		w.delete(ctx, "Host/web-01")
		w.settles(ctx, "Host/web-01", "Ready=False/InUse")
		w.says(ctx, "Host/web-01", "Synced", "Host web-01-old is still part of it")
		w.settles(ctx, "Host/web-01-old", "Ready=False/Deleting")
		w.keeps(ctx, asOne()...)
		w.consolidate(ctx, "web-01-old", "")
		w.vanishes(ctx, "Host/web-01")
		w.ready(ctx, "Host/web-01-old")
		w.holds(ctx, apart()[2:]...)
		w.delete(ctx, "Host/web-01-old")
		w.vanishes(ctx, "Host/web-01-old")
		w.holds(ctx)
	})

	It("go together when both are deleted", func(ctx SpecContext) {
		w := newMerged(ctx)
		w.delete(ctx, "Host/web-01", "Host/web-01-old")
		w.vanishes(ctx, "Host/web-01", "Host/web-01-old")
		w.holds(ctx)
	})

	It("wait for a Host that is not there, and tell of circles", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01New, strings.Replace(web01Old, "spec:", "spec:\n  consolidateInto: {name: gone}", 1))
		w.settles(ctx, "Host/web-01-old", "Ready=False/HostNotFound", "ResolvedRefs=False/HostNotFound")
		w.consolidate(ctx, "web-01-old", "web-01")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.consolidate(ctx, "web-01", "web-01-old")
		for _, ref := range []string{"Host/web-01", "Host/web-01-old"} {
			w.settles(ctx, ref, "Ready=False/ConsolidationCycle", "Accepted=False/ConsolidationCycle")
		}
		w.keeps(ctx, asOne()...)
		w.consolidate(ctx, "web-01", "")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Host/web-01")
	})

	It("are not merged over different backends, and both stay as they are", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01New)
		w.ready(ctx, "Host/web-01")
		w.apply(ctx, w.backend("other", ""),
			strings.Replace(web01Old, "spec:", "spec:\n  backendRef: {name: other}\n  consolidateInto: {name: web-01}", 1))
		w.settles(ctx, "Host/web-01-old", "Ready=False/NetworkMismatch", "Accepted=False/NetworkMismatch")
		w.ready(ctx, "Host/web-01")
		w.keeps(ctx, apart()[:2]...)
	})
})

// rack is a Host with so many services on ports from first on, some of which it shares with another.
func rack(name string, ip, first, services int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "kind: Host\nmetadata: {name: %s}\nspec:\n  interfaces: [{name: eth0, ipAddress: 10.20.0.%d}]\n  ports:\n", name, ip)
	for i := range services {
		fmt.Fprintf(&out, "  - {name: p%d, number: %d}\n", i, first+i)
	}
	out.WriteString("  services:\n")
	for i := range services {
		fmt.Fprintf(&out, "  - {name: %s-%d, definition: Caddy, bindings: [{type: Port, port: p%d}]}\n", name, i, i)
	}
	return out.String()
}

var _ = Describe("A merge in Scanopy", func() {
	It("of two Hosts with ten services each, five of which claim the same ports, takes at most 6 requests", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, rack("rack-1", 1, 8000, 10), rack("rack-2", 2, 8005, 10))
		w.ready(ctx, "Host/rack-1", "Host/rack-2")
		w.scanopy.ResetLog()
		w.consolidate(ctx, "rack-2", "rack-1")
		w.settles(ctx, "Host/rack-2", "Ready=False/PortClaimed", "Accepted=False/PortClaimed")
		w.ready(ctx, "Host/rack-1")
		Eventually(w.merges).WithContext(ctx).Should(HaveLen(1))
		Eventually(func() string { // servers from 0.17 on give it the other's name at first
			if hosts := w.scanopy.State().Hosts; len(hosts) == 1 {
				return hosts[0].Name
			}
			return ""
		}).WithContext(ctx).Should(Equal("rack-1"))
		w.ready(ctx, "Host/rack-1")
		host := w.host("rack-1")
		Expect(host.Services).To(HaveLen(20))
		Expect(host.Ports).To(HaveLen(15))
		requests := 0
		for _, e := range w.scanopy.Log().Entries {
			if e.Method != http.MethodGet || strings.Contains(e.Path, "/api/v1/hosts/") {
				requests++
			}
		}
		AddReportEntry("requests", requests)
		Expect(requests).To(BeNumerically("<=", 6), "%v", w.scanopy.Log().Entries)
	})

	It("keeps what was found on the host that goes, and leaves alone one with a daemon", func(ctx SpecContext) {
		w := newPair(ctx)
		w.newDaemon(ctx)
		w.addForeign(ctx, w.host("web-01-old").ID, 9100, "Prometheus")
		w.resync(ctx)
		w.consolidate(ctx, "web-01-old", "web-01")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.has(ctx, "web-01: eth0 10.20.0.10, ipmi 10.20.0.12, lan 10.20.0.11; 22/tcp, 80/tcp, 9100/tcp",
			"web-01/edge Caddy: 80/tcp@eth0, ipmi", "web-01/shell SSH: 22/tcp", "web-01/Prometheus Prometheus: 9100/tcp")

		w.patch(ctx, "Host/web-01", fields{"spec": fields{"absorb": []fields{{"id": w.host("scout").ID}}}})
		w.settles(ctx, "Host/web-01", "Ready=False/HostHasDaemon", "Accepted=False/HostHasDaemon")
	})

	It("absorbs hosts that no manifest declares, and none that another Host has", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, web01New, web01Old)
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"absorb": []fields{{"id": id}}}})
		w.has(ctx, append(apart()[2:], "web-01: - 10.20.0.50, eth0 10.20.0.10; 22/tcp, 80/tcp, 5000/tcp",
			"web-01/edge Caddy: 80/tcp@eth0", "web-01/SSH SSH: 22/tcp@-")...)
		w.ready(ctx, "Host/web-01")
		other := w.host("web-01-old").ID.String()
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"absorb": []fields{{"id": id}, {"id": other}}}})
		w.settles(ctx, "Host/web-01", "Ready=False/InUse", "Accepted=False/InUse")
		w.says(ctx, "Host/web-01", "Accepted", "absorb[1]: Host web-01-old manages that host")
		w.ready(ctx, "Host/web-01-old")
	})
})
