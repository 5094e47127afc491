// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// foreignSSH is the service that somebody added to diana by hand.
const foreignSSH = "diana/SSH SSH: 22/tcp"

const dianaWithSSH = "diana: eth0 10.20.0.30, eth1 10.20.0.31; 22/tcp, 80/tcp, 443/tcp"

// newDiana makes a world with diana, on which somebody added a port and a service that listens on it.
func newDiana(ctx SpecContext) *world {
	GinkgoHelper()
	w := newWorld(ctx)
	w.apply(ctx, diana)
	w.ready(ctx, "Host/diana", "Service/edge", "Binding/edge-http")
	w.addForeign(ctx, w.host("diana").ID, 22, "SSH")
	w.resync(ctx)
	w.holds(ctx, dianaWithSSH, "diana/edge Caddy: 80/tcp", foreignSSH)
	return w
}

var _ = Describe("Foreign rows on our host", func() {
	It("survive every edit, and everything that is withdrawn", func(ctx SpecContext) {
		w := newDiana(ctx)
		w.edit(ctx, "Host/diana", fields{"hostname": "diana.example", "tags": []string{"staging"}})
		w.edit(ctx, "Host/diana", fields{"hostname": "", "tags": []string{}})
		w.holds(ctx, dianaWithSSH, "diana/edge Caddy: 80/tcp", foreignSSH)
		w.edit(ctx, "Service/edge", fields{"definition": "HAProxy"})
		w.edit(ctx, "Service/edge", fields{"name": "front"})
		w.edit(ctx, "Host/diana", fields{"ports": []fields{{"name": "http", "number": 80}}})
		w.holds(ctx, "diana: eth0 10.20.0.30, eth1 10.20.0.31; 22/tcp, 80/tcp", "diana/front HAProxy: 80/tcp", foreignSSH)
		w.edit(ctx, "Host/diana", fields{"interfaces": []fields{{"name": "eth0", "ipAddress": "10.20.0.30"}}})
		w.delete(ctx, "Service/edge", "Binding/edge-http")
		w.holds(ctx, "diana: eth0 10.20.0.30; 22/tcp, 80/tcp", foreignSSH)
		w.edit(ctx, "Host/diana", fields{"ports": nil, "interfaces": nil})
		w.holds(ctx, "diana: none; 22/tcp", foreignSSH)
	})

	It("that hold a port are named by whoever declares it", func(ctx SpecContext) {
		w := newDiana(ctx)
		services := w.host("diana").Services
		at := slices.IndexFunc(services, func(s emulator.Service) bool { return s.Name == "SSH" })
		Expect(at).NotTo(Equal(-1))
		ssh := services[at].ID.String()
		w.apply(ctx, `
kind: Service
metadata: {name: shell}
spec: {hostRef: {name: diana}, definition: FTP Server, bindings: [{type: Port, port: ssh}]}
`)
		w.patch(ctx, "Host/diana", fields{"spec": fields{"ports": []fields{
			{"name": "http", "number": 80}, {"name": "https", "number": 443}, {"name": "ssh", "number": 22},
		}}})
		w.settles(ctx, "Service/shell", "Ready=False/PortClaimed", "Accepted=False/PortClaimed")
		w.says(ctx, "Service/shell", "Accepted", `bindings[0]: port ssh (22/TCP)`, `"SSH"`, "(id ", "remove it in Scanopy")
		w.ready(ctx, "Host/diana")
		w.says(ctx, "Service/shell", "Accepted", ssh)
		w.holds(ctx, dianaWithSSH, "diana/edge Caddy: 80/tcp", foreignSSH, "diana/shell FTP Server: none")
		By("following the advice to declare it takes it over, with its id")
		w.says(ctx, "Service/shell", "Accepted", `declare it as a Service with the name "SSH" and the definition "SSH"`)
		w.apply(ctx, `
kind: Service
metadata: {name: ssh}
spec: {hostRef: {name: diana}, name: SSH, definition: SSH, bindings: [{type: Port, port: ssh}]}
`)
		w.ready(ctx, "Service/ssh")
		Expect(text(w.get(ctx, Default, "Service/ssh"), "status", "id")).To(Equal(ssh))
		By("and what was found stays when it is declared no more")
		w.delete(ctx, "Service/ssh", "Service/shell")
		w.holds(ctx, dianaWithSSH, "diana/edge Caddy: 80/tcp", foreignSSH)
	})

	It("of Unclaimed Open Ports yield", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Binding/edge-http")
		w.addForeign(ctx, w.host("diana").ID, 22, "Unclaimed Open Ports")
		w.resync(ctx)
		w.edit(ctx, "Host/diana", fields{"ports": []fields{
			{"name": "http", "number": 80}, {"name": "https", "number": 443}, {"name": "ssh", "number": 22},
		}})
		w.apply(ctx, `
kind: Binding
metadata: {name: edge-ssh}
spec: {serviceRef: {name: edge}, type: Port, port: ssh}
`)
		w.ready(ctx, "Binding/edge-ssh")
		Eventually(w.inventory).Should(ContainElements(dianaWithSSH, "diana/edge Caddy: 22/tcp, 80/tcp"))
	})

	It("on a port that is undeclared keep it, and the Host lists it as retained", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, diana)
		w.ready(ctx, "Host/diana", "Binding/edge-http")
		host := w.host("diana")
		w.addForeignService(ctx, host.ID, portOf(host, 443), "SSH")
		w.resync(ctx)
		w.edit(ctx, "Host/diana", fields{"ports": []fields{{"name": "http", "number": 80}}})
		Eventually(func(g Gomega) {
			g.Expect(text(w.get(ctx, g, "Host/diana"), "status", "retained")).To(And(ContainSubstring(portOf(host, 443)), ContainSubstring("443")))
		}).WithContext(ctx).Should(Succeed())
		w.keeps(ctx, dianaHost, "diana/edge Caddy: 80/tcp", "diana/SSH SSH: 443/tcp")
	})
})
