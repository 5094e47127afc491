// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// A hypervisor, and a guest of it whose virtualization leads to the hypervisor's service.
const (
	hypervisor = `
kind: Host
metadata: {name: pve}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.2}]
---
kind: Service
metadata: {name: pve}
spec: {hostRef: {name: pve}, definition: Proxmox VE}
`
	guest = `
kind: Host
metadata: {name: guest}
spec:
  hostname: guest.lab.example
  description: a guest
  tags: [production]
  virtualization: {type: Proxmox, vmName: guest, vmID: "101", serviceRef: {name: pve}}
  interfaces:
  - {name: eth0, ipAddress: 10.20.0.101, macAddress: "02:00:00:00:00:65"}
  - {name: eth1, ipAddress: 10.20.0.102}
  ports:
  - {name: http, number: 80}
  - {name: https, number: 443}
  services:
  - name: edge
    definition: Caddy
    bindings: [{type: Port, port: http}, {type: Port, port: https, interface: eth0}]
---
kind: Service
metadata: {name: gate}
spec: {hostRef: {name: guest}, definition: SSH, bindings: [{type: Interface, interface: eth1}]}
---
kind: Binding
metadata: {name: gate-eth0}
spec: {serviceRef: {name: gate}, type: Interface, interface: eth0}
`
	vmware = `
kind: Host
metadata: {name: vmware}
spec:
  virtualization: {type: VCenter, vmName: vmware, serviceRef: {name: pve}}
  interfaces: [{name: eth0, ipAddress: 10.20.0.103}]
`
)

// What the server holds of those two.
func guests() []string {
	return []string{
		"pve: eth0 10.20.0.2; none", "pve/pve Proxmox VE: none",
		"guest (guest.lab.example) #production: eth0 10.20.0.101 02:00:00:00:00:65, eth1 10.20.0.102; 80/tcp, 443/tcp",
		"guest/edge Caddy: 443/tcp@eth0, 80/tcp", "guest/gate SSH: eth0, eth1",
	}
}

// runsOnPVE waits until the server knows which service the guest runs on, in whatever form it keeps that.
func (w *world) runsOnPVE(ctx SpecContext, name string) {
	GinkgoHelper()
	service := w.host("pve").Services[0].ID.String()
	Eventually(func() string {
		data := w.send(ctx, "GET", "/api/v1/hosts/"+w.host(name).ID.String(), nil)
		nested, _ := data["virtualization"].(fields)
		details, _ := nested["details"].(fields)
		for _, id := range []any{data["virtualization_service_id"], details["service_id"]} {
			if id != nil {
				return fmt.Sprint(id)
			}
		}
		return "none"
	}).WithContext(ctx).Should(Equal(service))
}

// rowIDs are the ids of all rows of hosts, sorted.
func (w *world) rowIDs() []string {
	var out []string
	for _, h := range w.scanopy.State().Hosts {
		out = append(out, h.ID.String())
		for _, i := range h.Interfaces {
			out = append(out, i.ID.String())
		}
		for _, p := range h.Ports {
			out = append(out, p.ID.String())
		}
		for _, s := range h.Services {
			out = append(out, s.ID.String())
			for _, b := range s.Bindings {
				out = append(out, b.ID.String())
			}
		}
	}
	slices.Sort(out)
	return out
}

var _ = Describe("A server", Label("dialects"), func() {
	DescribeTable("is written to in the words of its version", func(ctx SpecContext, version string) {
		w := newWorldOf(ctx, version)
		w.apply(ctx, hypervisor)
		w.ready(ctx, "Host/pve", "Service/pve")
		w.apply(ctx, guest)
		w.ready(ctx, "Host/guest", "Service/gate", "Binding/gate-eth0")
		w.holds(ctx, guests()...)
		w.runsOnPVE(ctx, "guest")
		// An edit by PUT clears nothing that is not its own: neither what people added nor the virtualization.
		w.addForeign(ctx, w.host("guest").ID, 22, "SSH")
		w.resync(ctx)
		w.edit(ctx, "Host/guest", fields{"hostname": "web.lab.example", "tags": []string{}})
		w.holds(ctx,
			"pve: eth0 10.20.0.2; none", "pve/pve Proxmox VE: none",
			"guest (web.lab.example): eth0 10.20.0.101 02:00:00:00:00:65, eth1 10.20.0.102; 22/tcp, 80/tcp, 443/tcp",
			"guest/edge Caddy: 443/tcp@eth0, 80/tcp", "guest/gate SSH: eth0, eth1", "guest/SSH SSH: 22/tcp",
		)
		w.runsOnPVE(ctx, "guest")
		Expect(w.host("guest").Description).To(HaveValue(Equal("a guest")))
		// A row by itself, made and deleted.
		w.apply(ctx, "{kind: Binding, metadata: {name: late}, spec: {serviceRef: {name: gate}, type: Port, port: https, interface: eth1}}")
		w.settles(ctx, "Binding/late", "Accepted=False/Conflicted")
		w.delete(ctx, "Service/gate")
		w.edit(ctx, "Host/guest", fields{"ports": []fields{{"name": "http", "number": 80}}, "services": []fields{{
			"name": "edge", "definition": "Caddy", "bindings": []fields{{"type": "Interface", "interface": "eth0"}},
		}}})
		w.holds(ctx,
			"pve: eth0 10.20.0.2; none", "pve/pve Proxmox VE: none",
			"guest (web.lab.example): eth0 10.20.0.101 02:00:00:00:00:65, eth1 10.20.0.102; 22/tcp, 80/tcp",
			"guest/edge Caddy: eth0", "guest/SSH SSH: 22/tcp",
		)
		w.resync(ctx)
		w.scanopy.ResetLog()
		w.resync(ctx)
		Expect(w.writes()).To(BeEmpty(), "a converged server is only read")
		w.delete(ctx, "Host/guest", "Host/pve", "Service/pve")
		w.holds(ctx)
	},
		Entry("0.13.5", "0.13.5"), Entry("0.15.3", "0.15.3"), Entry("0.16.0", "0.16.0"),
		Entry("0.17.16", "0.17.16"), Entry("0.17.22", "0.17.22"),
	)

	It("that is upgraded through all dialects keeps every row and its id, without a restart", func(ctx SpecContext) {
		w := newWorldOf(ctx, "0.13.5")
		w.apply(ctx, hypervisor, guest)
		w.ready(ctx, "Host/pve", "Host/guest", "Service/gate", "Binding/gate-eth0")
		w.holds(ctx, guests()...)
		w.runsOnPVE(ctx, "guest")
		ids := w.rowIDs()
		for i, version := range []string{"0.14.2", "0.14.13", "0.15.3", "0.16.0", "0.17.1", "0.17.16", "0.17.21", "0.17.22"} {
			Expect(w.scanopy.SetVersion(version)).To(Succeed())
			// Nobody tells the operator: the next thing that it does must find out.
			w.patch(ctx, "Host/guest", fields{"spec": fields{"description": "on " + version}})
			Eventually(func() *string { return w.host("guest").Description }).WithContext(ctx).Should(HaveValue(Equal("on " + version)))
			w.settles(ctx, "Backend/default", "Ready=True/Available")
			Eventually(func(g Gomega) {
				obj := w.get(ctx, g, "Backend/default")
				g.Expect(text(obj, "status", "serverVersion")).To(Equal(version))
				g.Expect(text(obj, "status", "dialect")).To(Equal(dialectOf(version)))
			}).WithContext(ctx).Should(Succeed())
			w.ready(ctx, "Host/pve", "Host/guest", "Service/gate", "Binding/gate-eth0")
			Expect(w.inventory()).To(ConsistOf(guests()), version)
			Expect(w.rowIDs()).To(Equal(ids), version)
			w.runsOnPVE(ctx, "guest")
			// What is new is made in the words of now.
			name := fmt.Sprintf("new-%d", i)
			w.apply(ctx, hostWithPort(name, fmt.Sprintf("10.20.0.%d", 200+i)))
			w.ready(ctx, "Host/"+name)
			w.delete(ctx, "Host/"+name)
			w.holds(ctx, guests()...)
		}
	})

	It("that is upgraded amid many writes loses and doubles none", func(ctx SpecContext) {
		w := newWorldOf(ctx, "0.15.3")
		var manifests, lines, refs []string
		for i := range 30 {
			name := fmt.Sprintf("many-%02d", i)
			manifests = append(manifests, hostWithPort(name, fmt.Sprintf("10.20.0.%d", 100+i)))
			lines = append(lines, fmt.Sprintf("%s: eth0 10.20.0.%d; 80/tcp", name, 100+i))
			refs = append(refs, "Host/"+name)
		}
		for i, version := range []string{"0.16.0", "0.17.22"} {
			w.apply(ctx, manifests[15*i:15*i+15]...)
			Eventually(func() int { return len(w.inventory()) }).WithContext(ctx).Should(BeNumerically(">", 15*i+2))
			Expect(w.scanopy.SetVersion(version)).To(Succeed())
		}
		w.ready(ctx, refs...)
		w.holds(ctx, lines...)
		w.resync(ctx)
		w.keeps(ctx, lines...)
	})

	DescribeTable("is left a MAC as discovery found it, unless another is declared", func(ctx SpecContext, version string, replaced bool) {
		w := newWorldOf(ctx, version)
		d := w.newDaemon(ctx)
		d.mac = new("02:00:00:00:00:0a")
		d.finds(ctx, "10.20.0.50", "10.20.0.50", 22)
		w.resync(ctx)
		found := func() emulator.Interface { return w.host("nas").Interfaces[0] }
		id := w.host("10.20.0.50").Interfaces[0].ID
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.ready(ctx, "Host/nas")
		Expect(found().Name).To(HaveValue(Equal("eth0")), "the row was written")
		Expect(found().MACAddress).To(HaveValue(BeEquivalentTo("02:00:00:00:00:0A")))
		Expect(found().MACSource).To(BeEquivalentTo("DaemonSelfReport"), "and its MAC is not taken for declared")
		w.patch(ctx, "Host/nas", fields{"spec": fields{"interfaces": []fields{{
			"name": "eth0", "ipAddress": "10.20.0.50", "macAddress": "02:00:00:00:00:0b",
		}}}})
		if replaced {
			w.ready(ctx, "Host/nas")
			Expect(found().MACAddress).To(HaveValue(BeEquivalentTo("02:00:00:00:00:0B")))
			Expect(found().ID).To(Equal(id))
			return
		}
		w.settles(ctx, "Host/nas", "Synced=False/AlreadyExists")
		w.says(ctx, "Host/nas", "Synced", "02:00:00:00:00:0A", "02:00:00:00:00:0B")
		Expect(found().MACAddress).To(HaveValue(BeEquivalentTo("02:00:00:00:00:0A")))
	},
		Entry("0.16.0 can't change it", "0.16.0", false),
		Entry("0.17.16 lets a declared one replace it", "0.17.16", true),
		Entry("0.17.22 as well", "0.17.22", true),
	)

	It("too old for a virtualization says which version it needs, and gets it when it is upgraded", func(ctx SpecContext) {
		w := newWorldOf(ctx, "0.14.13")
		w.apply(ctx, hypervisor, vmware)
		w.ready(ctx, "Host/pve", "Service/pve")
		w.settles(ctx, "Host/vmware", "Ready=False/Unsupported", "Accepted=False/Unsupported")
		w.says(ctx, "Host/vmware", "Accepted", "VCenter", "0.17.0", "0.14.13")
		w.holds(ctx, "pve: eth0 10.20.0.2; none", "pve/pve Proxmox VE: none")
		Expect(w.scanopy.SetVersion("0.17.22")).To(Succeed())
		w.ready(ctx, "Host/vmware")
		w.runsOnPVE(ctx, "vmware")
	})
})
