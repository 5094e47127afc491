// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// keyIDs are the ids of credentials by name.
func (w *world) keyIDs() map[string]string {
	out := map[string]string{}
	for _, c := range w.scanopy.State().Credentials {
		out[c.Name] = c.ID.String()
	}
	return out
}

var _ = Describe("A server that is upgraded", Label("dialects"), func() {
	It("gets each Credential with the first version that has what it needs, and keeps it and its id", func(ctx SpecContext) {
		w := newBareWorldOf(ctx, "0.13.5")
		w.apply(ctx, w.secret("scanopy", w.boot.Tokens.Owner), w.backend("default", ""))
		kind := func(name, settings string) string {
			return "{kind: Credential, metadata: {name: " + name + "}, spec: {" + settings + "}}"
		}
		from := func(key string) string { return "{secretKeyRef: {name: keys, key: " + key + "}}" }
		w.apply(ctx, keys, diana,
			kind("plain", "type: SnmpV2c, snmpV2c: {community: "+from("text")+"}"),
			kind("given", "type: SnmpV2c, networks: [Lab], hosts: [{hostRef: {name: diana}, interfaces: [eth0]}], snmpV2c: {community: "+from("text")+"}"),
			kind("first", "type: SnmpV1, snmpV1: {community: "+from("text")+"}"),
			kind("switches", "type: Gnmi, networks: [Lab], gnmi: {username: u, password: "+from("text")+"}"),
			kind("pve", "type: ProxmoxAPIToken, proxmoxAPIToken: {tokenID: 'u@pve!t', tokenSecret: "+from("text")+"}"),
		)
		w.ready(ctx, "Host/diana")
		needs := map[string]string{"plain": "0.15.0", "given": "0.17.1", "first": "0.17.0", "switches": "0.17.16", "pve": "0.17.21"}
		var lines []string
		ids := map[string]string{}
		for _, step := range []struct {
			version string
			gets    []string
		}{
			{"0.13.5", nil}, {"0.14.2", nil}, {"0.14.13", nil}, {"0.15.3", []string{"plain SnmpV2c"}}, {"0.16.0", nil},
			{"0.17.1", []string{"first SnmpV1", "given SnmpV2c network diana@1"}}, {"0.17.16", []string{"switches Gnmi network"}},
			{"0.17.21", []string{"pve ProxmoxApiToken"}}, {"0.17.22", nil},
		} {
			Expect(w.scanopy.SetVersion(step.version)).To(Succeed())
			w.scanopy.ResetLog()
			w.resync(ctx)
			Eventually(func(g Gomega) {
				g.Expect(text(w.get(ctx, g, "Backend/default"), "status", "serverVersion")).To(Equal(step.version))
			}).WithContext(ctx).Should(Succeed())
			lines = append(lines, step.gets...)
			for _, line := range step.gets {
				name, _, _ := strings.Cut(line, " ")
				delete(needs, name)
				w.ready(ctx, "Credential/"+name)
				ids[name] = w.keyIDs()[name]
			}
			for name, version := range needs {
				w.settles(ctx, "Credential/"+name, "Accepted=False/Unsupported")
				if len(ids) > 0 { // before 0.15 all need 0.15 first
					w.says(ctx, "Credential/"+name, "Accepted", version)
				}
			}
			w.resync(ctx)
			w.vaultHolds(ctx, lines...)
			Expect(w.keyIDs()).To(Equal(ids), step.version)
			for _, name := range slices.Sorted(maps.Keys(ids)) {
				w.settles(ctx, "Credential/"+name, "Ready=True/Synced")
			}
			Expect(len(w.writes())).To(BeNumerically("<=", len(step.gets)), "%s: %v", step.version, w.writes())
		}
		Expect(needs).To(BeEmpty())
	})
})
