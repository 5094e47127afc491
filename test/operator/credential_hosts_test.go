// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// proxy is a Credential of the Docker API on web-01.
func proxy(name string) string {
	return fmt.Sprintf("kind: Credential\nmetadata: {name: %s}\nspec: {type: DockerProxy, dockerProxy: {port: 2376}, hosts: [{hostRef: {name: web-01}}]}\n", name)
}

// change does by hand what somebody does to a credential in the web UI.
func (w *world) change(ctx SpecContext, name string, settings, more fields) {
	GinkgoHelper()
	c := w.credential(name)
	body := fields{"id": c.ID, "organization_id": c.OrganizationID, "name": c.Name, "tags": []string{}, "credential_type": settings}
	for key, v := range more {
		body[key] = v
	}
	w.send(ctx, "PUT", "/api/v1/credentials/"+c.ID.String(), body)
}

var _ = Describe("Two Credentials for one endpoint of a host", func() {
	It("are told of each other, the later is Conflicted, and has the host when the first is gone", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, web01New)
		w.ready(ctx, "Host/web-01")
		w.apply(ctx, proxy("a-first"))
		w.ready(ctx, "Credential/a-first")
		w.apply(ctx, proxy("b-second"))
		w.settles(ctx, "Credential/b-second", "Accepted=False/Conflicted", "Ready=False/Conflicted")
		w.says(ctx, "Credential/b-second", "Accepted", "hosts[0]", "Credential a-first")
		w.shadows(ctx, "Credential/a-first", "Credential b-second (Conflicted)")
		w.ready(ctx, "Credential/a-first")
		w.vaultHolds(ctx, "a-first DockerProxy web-01", "b-second DockerProxy")
		w.delete(ctx, "Credential/a-first")
		w.vanishes(ctx, "Credential/a-first")
		w.ready(ctx, "Credential/b-second")
		w.vaultHolds(ctx, "b-second DockerProxy web-01")
	})
})

var _ = Describe("What somebody changes of a credential by hand", func() {
	It("is put back, as far as it can be seen", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, web01New, proxy("docker"))
		w.ready(ctx, "Credential/docker")
		w.change(ctx, "docker", fields{"type": "DockerProxy", "port": 9999}, nil)
		w.vaultHolds(ctx, "docker DockerProxy")
		w.resync(ctx)
		w.vaultHolds(ctx, "docker DockerProxy web-01")
		Expect(fmt.Sprint(w.credential("docker").Settings["port"])).To(Equal("2376"))
		w.tells(ctx, "Credential/docker", "Repaired", "dockerProxy.port")
		w.ready(ctx, "Credential/docker")
	})

	It("is put back where it is a certificate, which the server shows, and read once to know that it is the same", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, keys, "{kind: Credential, metadata: {name: docker}, spec: {type: DockerProxy, dockerProxy: "+
			"{sslCert: {secretKeyRef: {name: keys, key: cert}}, sslKey: {secretKeyRef: {name: keys, key: key}}}}}")
		w.ready(ctx, "Credential/docker")
		cert := value(w.credential("docker"), "ssl_cert")
		Expect(cert).To(ContainSubstring("MAA="))
		w.resync(ctx)
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, "Credential/docker", "Ready=True/Synced")
		Expect(w.writes()).To(BeEmpty())
		w.change(ctx, "docker", fields{
			"type": "DockerProxy", "port": 2375, "ssl_key": fields{"mode": "Inline", "value": "********"},
			"ssl_cert": fields{"mode": "Inline", "value": strings.ReplaceAll(cert, "MAA=", "MAE=")},
		}, nil)
		w.resync(ctx)
		Eventually(func() string { return value(w.credential("docker"), "ssl_cert") }).WithContext(ctx).Should(Equal(cert))
		Expect(value(w.credential("docker"), "ssl_key")).To(ContainSubstring("PRIVATE KEY"))
		w.tells(ctx, "Credential/docker", "Repaired", "dockerProxy.sslCert")
		w.ready(ctx, "Credential/docker")
	})

	It("three times within an hour is left alone until somebody asks", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, web01New, proxy("docker"), proxy("other"))
		w.ready(ctx, "Credential/docker")
		for i := range 3 {
			w.change(ctx, "docker", fields{"type": "DockerProxy", "port": 9990 + i}, fields{
				"host_assignments": []fields{{"host_id": w.host("web-01").ID}},
			})
			w.resync(ctx)
			if i < 2 {
				Eventually(func() string { return fmt.Sprint(w.credential("docker").Settings["port"]) }).WithContext(ctx).Should(Equal("2376"))
			}
		}
		w.settles(ctx, "Credential/docker", "Ready=False/NonConverging", "Accepted=True/Accepted", "Synced=False/NonConverging", "Stalled=True/NonConverging")
		w.says(ctx, "Credential/docker", "Synced", "dockerProxy.port", "web UI", "kubectl annotate sccred docker -n "+w.namespace)
		Expect(fmt.Sprint(w.credential("docker").Settings["port"])).To(Equal("9992"))
		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, "Credential/docker", "Stalled=True/NonConverging")
		w.settles(ctx, "Credential/other", "Accepted=False/Conflicted") // it goes on claiming the host
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Credential/docker", "reconcile-requested-at", "again")
		w.ready(ctx, "Credential/docker")
		Expect(fmt.Sprint(w.credential("docker").Settings["port"])).To(Equal("2376"))
	})

	It("stays where it is an assignment that nobody declares, through updates of Credential and Hosts", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, web01New, web01Old, vaultSecret("snmp", "first"), community("lab", "  hosts: [{hostRef: {name: web-01}}]"))
		w.ready(ctx, "Credential/lab")
		w.change(ctx, "lab", fields{"type": "SnmpV2c", "community": fields{"mode": "Inline", "value": "********"}}, fields{
			"assigned_network_ids": []any{w.boot.Network},
			"host_assignments":     []fields{{"host_id": w.host("web-01").ID}, {"host_id": w.host("web-01-old").ID}},
		})
		const whole = "lab SnmpV2c network web-01 web-01-old"
		w.vaultHolds(ctx, whole)
		w.apply(ctx, community("lab", "  hosts: [{hostRef: {name: web-01}}]\n  description: known to all"))
		Eventually(func() *string { return w.credential("lab").Description }).WithContext(ctx).Should(HaveValue(Equal("known to all")))
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, whole)
		w.edit(ctx, "Host/web-01", fields{"hostname": "web-01.example"})
		w.edit(ctx, "Host/web-01-old", fields{"hostname": "old.example"})
		Eventually(func() bool { return w.requests("PUT /api/v1/hosts/{id}") >= 2 }).WithContext(ctx).Should(BeTrue())
		w.ready(ctx, "Host/web-01", "Host/web-01-old")
		w.resync(ctx)
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, whole)
		w.apply(ctx, community("lab", "  description: known to all"))
		w.vaultHolds(ctx, "lab SnmpV2c network web-01-old")
		Expect(value(w.credential("lab"), "community")).To(Equal("first"))
	})
})

var _ = Describe("A Credential for a Host that is consolidated", func() {
	It("follows it into the other one and out again", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, web01New, web01Old, vaultSecret("snmp", "x"),
			community("lab", "  hosts: [{hostRef: {name: web-01-old}, interfaces: [lan]}]"))
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, "lab SnmpV2c web-01-old@1")
		w.consolidate(ctx, "web-01-old", "web-01")
		w.becomesPart(ctx, "Host/web-01-old", "web-01")
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, "lab SnmpV2c web-01@1")
		w.consolidate(ctx, "web-01-old", "")
		w.ready(ctx, "Host/web-01-old")
		w.vaultHolds(ctx, "lab SnmpV2c web-01-old@1")
		w.ready(ctx, "Credential/lab")
		w.delete(ctx, "Host/web-01-old")
		w.vanishes(ctx, "Host/web-01-old")
		w.settles(ctx, "Credential/lab", "ResolvedRefs=False/HostNotFound")
		w.vaultHolds(ctx, "lab SnmpV2c")
	})
})
