// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A Credential of another namespace", Label("dialects"), func() {
	It("is for whole networks by leave of the ClusterBackend, for its networks only, and for Hosts by theirs", func(ctx SpecContext) {
		w := newVault(ctx)
		guest := newNamespace(ctx, nil)
		shared := func(allow string) string {
			return fmt.Sprintf("{kind: ClusterBackend, metadata: {name: %s}, spec: {url: %q, resyncPeriod: 30s, "+
				"tokenSecretRef: {name: scanopy, namespace: %s}, allowedNamespaces: {from: All}%s}}", w.namespace, w.url, w.namespace, allow)
		}
		w.apply(ctx, web01New, shared(""))
		w.settles(ctx, "ClusterBackend/"+w.namespace, "Ready=True/Available")
		w.ready(ctx, "Host/web-01")
		ref := "Credential/" + guest + "/lab"
		w.apply(ctx, fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: snmp, namespace: %s}, stringData: {value: x}}", guest),
			fmt.Sprintf("{kind: Credential, metadata: {name: lab, namespace: %s}, spec: {type: SnmpV2c, backendRef: {kind: ClusterBackend, name: %s}, "+
				"snmpV2c: {community: {secretKeyRef: {name: snmp, key: value}}}, networks: [Lab], "+
				"hosts: [{hostRef: {name: web-01, namespace: %s}}]}}", guest, w.namespace, w.namespace))
		w.settles(ctx, ref, "Ready=False/RefNotPermitted", "Accepted=False/RefNotPermitted")
		w.says(ctx, ref, "Accepted", "networks[0]", "name hosts instead", "hosts[0]", "allowedNamespaces")
		w.vaultHolds(ctx, "lab SnmpV2c")
		w.apply(ctx, shared(", allow: {networkCredentials: true, networks: [Elsewhere]}"))
		w.says(ctx, ref, "Accepted", `does not allow network "Lab"`)
		w.vaultHolds(ctx, "lab SnmpV2c")
		w.apply(ctx, shared(", allow: {networkCredentials: true, networks: [Lab]}"))
		w.vaultHolds(ctx, "lab SnmpV2c network")
		w.settles(ctx, ref, "Accepted=False/RefNotPermitted")
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"allowedNamespaces": fields{"from": "All"}}})
		w.vaultHolds(ctx, "lab SnmpV2c network web-01")
		w.ready(ctx, ref)
		w.patch(ctx, "Host/web-01", fields{"spec": fields{"allowedNamespaces": fields{"from": "Same"}}})
		w.vaultHolds(ctx, "lab SnmpV2c network")
		w.settles(ctx, ref, "Accepted=False/RefNotPermitted")
		w.delete(ctx, ref)
		w.vanishes(ctx, ref)
		w.vaultHolds(ctx)
		w.delete(ctx, "ClusterBackend/"+w.namespace)
	})
})

var _ = Describe("A Backend of Credentials", func() {
	It("that is being deleted takes no new ones, names those that hold it, and cleans up with the key in memory", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
		w.ready(ctx, "Credential/lab")
		w.delete(ctx, "Backend/default", "Secret/scanopy")
		w.settles(ctx, "Backend/default", "Ready=False/InUse")
		w.says(ctx, "Backend/default", "Ready", "Credential "+w.namespace+"/lab")
		w.apply(ctx, community("late", ""))
		w.settles(ctx, "Credential/late", "Ready=False/Deleting", "Accepted=True/Accepted", "Synced=False/Deleting")
		w.says(ctx, "Credential/late", "Synced", "takes no new Credentials")
		w.apply(ctx, community("lab", "  description: still served"))
		Eventually(func() *string { return w.credential("lab").Description }).WithContext(ctx).Should(HaveValue(Equal("still served")))
		w.delete(ctx, "Credential/lab")
		w.vanishes(ctx, "Credential/lab", "Backend/default")
		w.vaultHolds(ctx)
	})

	It("whose Secret is gone deletes them with the key in memory, and writes none", func(ctx SpecContext) {
		w := newVault(ctx)
		w.apply(ctx, vaultSecret("snmp", "x"), community("lab", ""))
		w.ready(ctx, "Credential/lab")
		w.delete(ctx, "Secret/scanopy")
		w.settles(ctx, "Backend/default", "Ready=False/SecretNotFound")
		w.apply(ctx, community("late", ""))
		w.settles(ctx, "Credential/late", "Synced=False/BackendUnavailable")
		w.delete(ctx, "Credential/lab")
		w.vanishes(ctx, "Credential/lab")
		w.vaultHolds(ctx)
	})
})
