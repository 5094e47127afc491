// SPDX-License-Identifier: Apache-2.0

package operator_test

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	inventoryv1alpha1 "github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// newGuardedWorld makes a world with n Hosts, of which 5 may be deleted together.
func newGuardedWorld(ctx SpecContext, n int) (w *world, refs []string) {
	GinkgoHelper()
	w = newWorld(ctx)
	w.patch(ctx, "Backend/default", fields{"spec": fields{"deletionGuard": fields{"minimum": 5, "percent": 20}}})
	manifests, refs := plainHosts(n)
	w.apply(ctx, manifests...)
	w.ready(ctx, refs...)
	w.scanopy.ResetLog()
	return w, refs
}

// hosts lists the names of the hosts that the server holds.
func (w *world) hosts() []string {
	names := []string{}
	for _, h := range w.scanopy.State().Hosts {
		names = append(names, h.Name)
	}
	return names
}

// ids lists the ids of the hosts that the server holds.
func (w *world) ids() []string {
	ids := []string{}
	for _, h := range w.scanopy.State().Hosts {
		ids = append(ids, h.ID.String())
	}
	return ids
}

// applyRenamed declares the machines of plainHosts under other names.
func (w *world) applyRenamed(ctx SpecContext, n int) (refs []string) {
	GinkgoHelper()
	manifests, _ := plainHosts(n)
	for i, m := range manifests {
		w.apply(ctx, strings.Replace(m, fmt.Sprintf("name: h%d", i), fmt.Sprintf("name: new%d", i), 1))
		refs = append(refs, fmt.Sprintf("Host/new%d", i))
	}
	return refs
}

var _ = Describe("The guard against mass deletion", Label("long"), func() {
	It("holds all of them until the Backend allows as many, and takes the leave back when they are gone", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 8)
		w.delete(ctx, refs[:7]...)
		for _, ref := range refs[:7] {
			w.settles(ctx, ref, "Ready=False/MassDeletion", "Synced=False/MassDeletion", "Stalled=True/MassDeletion")
			w.says(ctx, ref, "Ready", fmt.Sprintf("7 of 8 Hosts of Backend %s/default are being deleted; if that is meant: "+
				"kubectl annotate scbe default -n %[1]s inventory.scanopy.io/allow-mass-deletion=7", w.namespace))
		}
		Eventually(w.told).WithArguments(ctx, refs[0]).Should(ContainElement(HavePrefix("DeletionBlocked MassDeletion: 7 of 8 Hosts")))
		w.annotate(ctx, "Backend/default", "allow-mass-deletion", "6")
		w.says(ctx, refs[0], "Ready", "allow-mass-deletion=7 --overwrite")
		Expect(w.writes()).To(BeEmpty())
		w.annotate(ctx, "Backend/default", "allow-mass-deletion", "7")
		w.vanishes(ctx, refs[:7]...)
		Expect(w.hosts()).To(ConsistOf("h7"))
		Eventually(func(g Gomega) {
			g.Expect(w.get(ctx, g, "Backend/default").GetAnnotations()).NotTo(HaveKey(inventoryv1alpha1.AnnotationAllowMassDeletion))
		}).WithContext(ctx).Should(Succeed())
		w.delete(ctx, refs[7])
		w.vanishes(ctx, refs[7])
	})

	It("counts those that went a moment ago", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 8)
		w.delete(ctx, refs[:3]...)
		w.vanishes(ctx, refs[:3]...)
		w.delete(ctx, refs[3:6]...)
		w.settles(ctx, refs[4], "Ready=False/MassDeletion")
		w.says(ctx, refs[4], "Ready", "3 of 8 Hosts", "after 3 more within a minute", "allow-mass-deletion=3")
		Expect(w.hosts()).To(HaveLen(5))
	})

	It("gives way to another spec.deletionGuard", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 7)
		w.delete(ctx, refs...)
		w.settles(ctx, refs[0], "Ready=False/MassDeletion")
		w.patch(ctx, "Backend/default", fields{"spec": fields{"deletionGuard": fields{"percent": 0}}})
		w.vanishes(ctx, refs...)
		Expect(w.hosts()).To(BeEmpty())
	})

	It("lets those go that somebody lets go of, and then fewer are too few", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 6)
		w.delete(ctx, refs...)
		w.settles(ctx, refs[0], "Ready=False/MassDeletion")
		w.annotate(ctx, refs[0], "force-orphan", "true")
		w.vanishes(ctx, refs...)
		Expect(w.hosts()).To(ConsistOf("h0"))
	})

	It("does not count Hosts of a namespace that is being deleted", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 8)
		w.delete(ctx, "Namespace/"+w.namespace)
		w.vanishes(ctx, append(refs, "Backend/default", "Namespace/"+w.namespace)...)
		Expect(w.hosts()).To(BeEmpty())
	})

	It("does not count Hosts of a Backend that is being deleted", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 8)
		w.delete(ctx, append([]string{"Backend/default"}, refs...)...)
		w.vanishes(ctx, append(refs, "Backend/default")...)
		Expect(w.hosts()).To(BeEmpty())
	})

	It("lets other Hosts take over what waits", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 6)
		before := w.ids()
		w.delete(ctx, refs...)
		w.settles(ctx, refs[0], "Ready=False/MassDeletion")
		renamed := w.applyRenamed(ctx, 6)
		w.vanishes(ctx, refs...)
		w.ready(ctx, renamed...)
		Expect(w.ids()).To(ConsistOf(before))
	})

	It("does not count Hosts that are renamed: their backend hosts are handed over", func(ctx SpecContext) {
		w, refs := newGuardedWorld(ctx, 8)
		before := w.ids()
		renamed := w.applyRenamed(ctx, 8)
		w.settles(ctx, renamed[7], "Ready=False/DuplicateHost")
		w.delete(ctx, refs...)
		w.vanishes(ctx, refs...)
		w.ready(ctx, renamed...)
		Expect(w.ids()).To(ConsistOf(before))
		Expect(slices.ContainsFunc(w.writes(), func(s string) bool { return strings.HasPrefix(s, "DELETE") })).To(BeFalse())
	})
})
