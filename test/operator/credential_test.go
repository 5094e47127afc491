// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// vaultVersion is that of a server that has every type of credentials: with the dialect that is tested, if one has all.
func vaultVersion() string {
	if dialectOf(serverVersion()) == dialectOf("0.17.21") {
		return "0.17.21"
	}
	return "0.17.22"
}

// newVault makes a world of a server that has every type of credentials, whose key is an Admin's.
func newVault(ctx SpecContext) *world {
	GinkgoHelper()
	w := newBareWorldOf(ctx, vaultVersion())
	w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Owner), w.backend("default", ""))
	w.settles(ctx, "Backend/default", "Ready=True/Available")
	w.scanopy.ResetLog()
	return w
}

// vaultSecret is a Secret with one value.
func vaultSecret(name, value string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: %s}, stringData: {value: %q}}", name, value)
}

// community is an SNMP credential with more lines of spec.
func community(name, more string) string {
	return fmt.Sprintf(`
kind: Credential
metadata: {name: %s}
spec:
  type: SnmpV2c
  snmpV2c: {community: {secretKeyRef: {name: snmp, key: value}}}
%s`, name, more)
}

// credential is the only credential of this name.
func (w *world) credential(name string) emulator.Credential {
	GinkgoHelper()
	all := slices.DeleteFunc(w.scanopy.State().Credentials, func(c emulator.Credential) bool { return c.Name != name })
	Expect(all).To(HaveLen(1), "credentials called %s", name)
	return all[0]
}

// vault lists the credentials with what they are assigned to, by the names of hosts.
func (w *world) vault() []string {
	state := w.scanopy.State()
	names := map[string]string{}
	for _, h := range state.Hosts {
		names[h.ID.String()] = h.Name
	}
	out := []string{}
	for _, c := range state.Credentials {
		line := c.Name + " " + fmt.Sprint(c.Settings["type"])
		for range c.AssignedNetworkIDs {
			line += " network"
		}
		var hosts []string
		for _, a := range c.HostAssignments {
			on := names[a.HostID.String()]
			if a.IPAddressIDs != nil {
				on += fmt.Sprint("@", len(a.IPAddressIDs))
			}
			hosts = append(hosts, on)
		}
		slices.Sort(hosts)
		out = append(out, strings.TrimSpace(line+" "+strings.Join(hosts, " ")))
	}
	return out
}

func (w *world) vaultHolds(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	Eventually(w.vault).WithContext(ctx).Should(ConsistOf(lines), "%s", strings.Join(w.writes(), "\n"))
}

// value is what a credential has as an inline secret in a field.
func value(c emulator.Credential, field string) string {
	e, _ := c.Settings[field].(emulator.Envelope)
	return e.Value
}

var _ = Describe("A Credential", func() {
	It("is written with its value, kept, changed with its Secret in one request, and deleted", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "first"), community("lab", "  networks: [Lab]"))
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, "lab SnmpV2c network")
		Expect(value(w.credential("lab"), "community")).To(Equal("first"))
		Expect(w.requests("POST /api/v1/credentials/bulk")).To(Equal(1))

		w.scanopy.ResetLog()
		w.resync(ctx)
		w.stays(ctx, "Credential/lab", "Ready=True/Synced")
		Expect(w.writes()).To(BeEmpty())

		w.scanopy.ResetLog()
		w.apply(ctx, vaultSecret("snmp", "second"))
		Eventually(func() string { return value(w.credential("lab"), "community") }).WithContext(ctx).
			WithTimeout(5 * time.Second).Should(Equal("second"))
		w.stays(ctx, "Credential/lab", "Ready=True/Synced")
		AddReportEntry("requests for a rotated Secret", w.scanopy.Log().Counts)
		Expect(w.writes()).To(HaveLen(1))
		Expect(w.requests("GET /api/v1/credentials/{id}")).To(Equal(0))

		w.delete(ctx, "Credential/lab")
		w.vanishes(ctx, "Credential/lab")
		w.vaultHolds(ctx)
	})

	It("says SecretNotFound until its Secret is there, and writes nothing", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, community("lab", ""))
		w.settles(ctx, "Credential/lab", "ResolvedRefs=False/SecretNotFound", "Ready=False/SecretNotFound")
		Expect(w.writes()).To(BeEmpty())
		w.apply(ctx, strings.ReplaceAll(vaultSecret("snmp", "x"), "value:", "other:"))
		w.says(ctx, "Credential/lab", "ResolvedRefs", "has no key")
		w.apply(ctx, vaultSecret("snmp", "late"))
		w.ready(ctx, "Credential/lab")
	})

	It("is assigned to Hosts once they are there, limited to interfaces, and follows them", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", "  hosts: [{hostRef: {name: diana}, interfaces: [eth0]}, {hostRef: {name: web-01}}]"))
		w.settles(ctx, "Credential/lab", "ResolvedRefs=False/HostNotFound")
		w.vaultHolds(ctx, "lab SnmpV2c")
		w.apply(ctx, diana, web01)
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, "lab SnmpV2c diana@1 web-01")
		w.apply(ctx, community("lab", "  hosts: [{hostRef: {name: diana}}]"))
		w.ready(ctx, "Credential/lab")
		w.vaultHolds(ctx, "lab SnmpV2c diana")
		w.delete(ctx, "Host/diana")
		w.vaultHolds(ctx, "lab SnmpV2c")
		w.settles(ctx, "Credential/lab", "ResolvedRefs=False/HostNotFound")
	})
})
