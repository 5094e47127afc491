// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// nas is a Host that is the same machine as what a discovery found, with more lines of spec.
func nas(more string) string {
	return fmt.Sprintf(`
kind: Host
metadata: {name: nas}
spec:
  interfaces: [{name: eth0, ipAddress: 10.20.0.50}]
  ports: [{name: ssh, number: 22}, {name: http, number: 80}]
  services: [{name: web, definition: Caddy, bindings: [{type: Port, port: http}]}]
%s`, more)
}

// What the server holds of it: as a discovery found it, and after it was adopted.
const (
	foundNAS   = "10.20.0.50: - 10.20.0.50; 22/tcp, 5000/tcp"
	foundSSH   = "10.20.0.50/SSH SSH: 22/tcp@-"
	adoptedNAS = "nas: eth0 10.20.0.50; 22/tcp, 80/tcp, 5000/tcp"
	adoptedSSH = "nas/SSH SSH: 22/tcp@eth0"
	adoptedWeb = "nas/web Caddy: 80/tcp"
)

// newFound makes a world in which a daemon has found a machine.
func newFound(ctx SpecContext) (w *world, d daemon, id string) {
	GinkgoHelper()
	w = newWorld(ctx)
	d = w.newDaemon(ctx)
	d.finds(ctx, "10.20.0.50", "10.20.0.50", 22, 5000)
	w.resync(ctx)
	return w, d, w.host("10.20.0.50").ID.String()
}

// has waits until the server holds this beside the daemon's own host.
func (w *world) has(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	Eventually(w.inventoryWithoutScout).WithContext(ctx).Should(ConsistOf(lines))
}

func (w *world) inventoryWithoutScout() []string {
	out := []string{}
	for _, line := range w.inventory() {
		if len(line) < 5 || line[:5] != "scout" {
			out = append(out, line)
		}
	}
	return out
}

func (w *world) origin(ctx SpecContext, ref string) string {
	GinkgoHelper()
	obj := w.get(ctx, Default, ref)
	return obj.GetAnnotations()[inventoryv1alpha1.AnnotationOrigin]
}

var _ = Describe("A host that a discovery found", func() {
	It("is left alone by adoptionPolicy Never, which says how to adopt it, and is adopted by that advice", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, nas(""))
		w.settles(ctx, "Host/nas", "Ready=False/AlreadyExists")
		w.says(ctx, "Host/nas", "Synced", id, "spec.adoptionPolicy: IfUnowned", "spec.externalID: "+id)
		w.has(ctx, foundNAS, foundSSH)
		w.patch(ctx, "Host/nas", fields{"spec": fields{"adoptionPolicy": "IfUnowned"}})
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
		w.tells(ctx, "Host/nas", "Adopted", id)
		obj := w.get(ctx, Default, "Host/nas")
		Expect(text(obj, "status", "id")).To(Equal(id))
		Expect(text(obj, "status", "source")).To(Equal("Discovery"))
		Expect(w.origin(ctx, "Host/nas")).To(Equal("adopted:" + id + " " + string(obj.GetUID())))
		Expect(obj.GetFinalizers()).To(ContainElement(inventoryv1alpha1.Finalizer))
	})

	It("is adopted by the other advice too, externalID, which can't be changed after that", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, nas("  externalID: "+id))
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
		Expect(w.requests("POST /api/v1/hosts")).To(Equal(0))
		err := kubernetes.Patch(ctx, w.reference("Host/nas"), client.RawPatch(types.MergePatchType, []byte(`{"spec":{"externalID":null}}`)))
		Expect(err).To(MatchError(ContainSubstring("externalID can't be changed once the Host is synced")))
	})

	It("keeps everything found through edits and deletions, and stays when its Host goes", func(ctx SpecContext) {
		w, d, _ := newFound(ctx)
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
		d.finds(ctx, "10.20.0.50", "10.20.0.50", 22, 8443)
		w.edit(ctx, "Host/nas", fields{"hostname": "nas.example", "services": nil, "ports": []fields{{"name": "https", "number": 443}}})
		w.has(ctx, "nas (nas.example): eth0 10.20.0.50; 22/tcp, 443/tcp, 5000/tcp, 8443/tcp", adoptedSSH)
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.tells(ctx, "Host/nas", "Orphaned", "is left in Scanopy as it is")
		w.keepsFound(ctx, "nas (nas.example): eth0 10.20.0.50; 22/tcp, 443/tcp, 5000/tcp, 8443/tcp", adoptedSSH)
	})

	It("goes with its Host if deletionPolicy is Delete", func(ctx SpecContext) {
		w, _, _ := newFound(ctx)
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned\n  deletionPolicy: Delete"))
		w.ready(ctx, "Host/nas")
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.has(ctx)
	})

	It("is adopted by the backend's default, and left by it", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, w.backend("default", "  defaults: {adoptionPolicy: IfUnowned, deletionPolicy: Orphan}"))
		w.newDaemon(ctx).finds(ctx, "10.20.0.50", "10.20.0.50", 22, 5000)
		w.resync(ctx)
		w.apply(ctx, nas(""), web01)
		w.ready(ctx, "Host/nas", "Host/web-01")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb, web01Host, web01Edge)
		w.delete(ctx, "Host/nas", "Host/web-01")
		w.vanishes(ctx, "Host/nas", "Host/web-01")
		w.tells(ctx, "Host/web-01", "Orphaned", "its deletion policy is Orphan")
		w.keepsFound(ctx, adoptedNAS, adoptedSSH, adoptedWeb, web01Host, web01Edge)
	})

	It("twice is Ambiguous until externalID says which", func(ctx SpecContext) {
		w, _, first := newFound(ctx)
		second := w.post(ctx, "/api/v1/hosts", fields{"name": "copy", "network_id": w.boot.Network, "interfaces": []fields{
			{"id": "7bee8400-e29b-41d4-a716-446655440003", "subnet_id": w.addSubnet(ctx, "other", "10.30.0.0/24"), "ip_address": "10.30.0.50", "name": "eth1"},
		}})
		w.resync(ctx)
		w.apply(ctx, `
kind: Host
metadata: {name: nas}
spec:
  adoptionPolicy: IfUnowned
  interfaces: [{name: eth0, ipAddress: 10.20.0.50}, {name: eth1, ipAddress: 10.30.0.50}]
`)
		w.settles(ctx, "Host/nas", "Ready=False/Ambiguous")
		w.says(ctx, "Host/nas", "Synced", first, second, "spec.externalID", "spec.absorb")
		w.patch(ctx, "Host/nas", fields{"spec": fields{"externalID": first}})
		w.ready(ctx, "Host/nas")
		Expect(w.host("nas").ID.String()).To(Equal(first))
		Expect(w.host("copy").ID.String()).To(Equal(second))
	})

	It("is not made under another id when externalID names none", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		const nobody = "550e8400-e29b-41d4-a716-446655440003"
		w.apply(ctx, nas("  externalID: "+nobody))
		w.settles(ctx, "Host/nas", "Ready=False/HostNotFound", "ResolvedRefs=False/HostNotFound")
		w.says(ctx, "Host/nas", "ResolvedRefs", nobody)
		w.keepsFound(ctx, foundNAS, foundSSH)
		w.patch(ctx, "Host/nas", fields{"spec": fields{"externalID": id}})
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
	})

	It("that another Host has is refused to externalID, in another namespace without the name", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.ready(ctx, "Host/nas")
		w.apply(ctx, fmt.Sprintf("{kind: Host, metadata: {name: second}, spec: {externalID: %s}}", id))
		w.settles(ctx, "Host/second", "Ready=False/AlreadyExists", "Accepted=False/AlreadyExists")
		w.says(ctx, "Host/second", "Accepted", "which Host nas manages")
		other := newNamespace(ctx, nil)
		w.apply(ctx,
			fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: scanopy, namespace: %s}, stringData: {token: %q}}", other, w.boot.Tokens.Member),
			fmt.Sprintf("{kind: Backend, metadata: {name: default, namespace: %s}, spec: {url: %q, tokenSecretRef: {name: scanopy}, network: Lab}}", other, w.url),
			fmt.Sprintf("{kind: Host, metadata: {name: third, namespace: %s}, spec: {externalID: %s}}", other, id))
		w.settles(ctx, "Host/"+other+"/third", "Ready=False/AlreadyExists", "Accepted=False/AlreadyExists")
		w.says(ctx, "Host/"+other+"/third", "Accepted", "a Host in another namespace manages this machine")
		Expect(message(w.get(ctx, Default, "Host/"+other+"/third"), "Accepted")).NotTo(ContainSubstring("nas"))
		w.keepsFound(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
		By("until that one lets go of it")
		w.delete(ctx, "Host/"+other+"/third", "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.ready(ctx, "Host/second")
		Expect(w.host("second").ID.String()).To(Equal(id))
	})

	It("through a ClusterBackend needs its leave", func(ctx SpecContext) {
		w, _, id := newFound(ctx)
		w.apply(ctx, w.shared(""))
		w.settles(ctx, "ClusterBackend/"+w.namespace, "Ready=True/Available")
		w.apply(ctx, nas(fmt.Sprintf("  adoptionPolicy: IfUnowned\n  backendRef: {kind: ClusterBackend, name: %s}", w.namespace)))
		w.settles(ctx, "Host/nas", "Ready=False/RefNotPermitted", "Accepted=False/RefNotPermitted")
		w.says(ctx, "Host/nas", "Accepted", "does not let Hosts adopt", id, "spec.allow.adoption")
		w.keepsFound(ctx, foundNAS, foundSSH)
		w.apply(ctx, w.shared(", allow: {adoption: true}"))
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb)
		w.delete(ctx, "Host/nas")
		w.vanishes(ctx, "Host/nas")
		w.delete(ctx, "ClusterBackend/"+w.namespace)
	})
})

// shared is a ClusterBackend of the world's name for all namespaces, with what it allows.
func (w *world) shared(allow string) string {
	return fmt.Sprintf("{kind: ClusterBackend, metadata: {name: %s}, spec: {url: %q, network: Lab, resyncPeriod: 30s, "+
		"tokenSecretRef: {name: scanopy, namespace: %s}, allowedNamespaces: {from: All}%s}}", w.namespace, w.url, w.namespace, allow)
}

// keepsFound checks for a while that the server holds exactly this beside the daemon's own host.
func (w *world) keepsFound(ctx SpecContext, lines ...string) {
	GinkgoHelper()
	Consistently(w.inventoryWithoutScout).WithContext(ctx).Should(ConsistOf(lines))
}

// tells waits for an event about an object.
func (w *world) tells(ctx SpecContext, ref, reason string, words ...string) {
	GinkgoHelper()
	name := w.reference(ref).GetName()
	Eventually(func(g Gomega) {
		var notes []string
		var events corev1.EventList
		g.Expect(kubernetes.List(ctx, &events, client.InNamespace(w.namespace))).To(Succeed())
		for _, e := range events.Items {
			if e.InvolvedObject.Name == name && e.Reason == reason {
				notes = append(notes, e.Message)
			}
		}
		for _, word := range words {
			g.Expect(notes).To(ContainElement(ContainSubstring(word)))
		}
	}).WithContext(ctx).Should(Succeed())
}

var _ = Describe("A host that a discovery found after the list was read", func() {
	It("is adopted all the same: the server's refusal to make it twice is a reason to look", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.newDaemon(ctx).finds(ctx, "10.20.0.50", "10.20.0.50", 22, 5000)
		w.apply(ctx, nas("  adoptionPolicy: IfUnowned"))
		w.ready(ctx, "Host/nas")
		w.has(ctx, adoptedNAS, adoptedSSH, adoptedWeb, web01Host, web01Edge)
	})

	It("is told as AlreadyExists with adoptionPolicy Never", func(ctx SpecContext) {
		w := newWorld(ctx)
		w.apply(ctx, web01)
		w.ready(ctx, "Host/web-01")
		w.newDaemon(ctx).finds(ctx, "10.20.0.50", "10.20.0.50", 22, 5000)
		w.apply(ctx, nas(""))
		w.settles(ctx, "Host/nas", "Ready=False/AlreadyExists")
		w.keepsFound(ctx, foundNAS, foundSSH, web01Host, web01Edge)
	})
})
