// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// tenants changes who may use what: labels of namespaces, the namespaces that Hosts and the ClusterBackend admit, and
// what it lets them do.
func (w *world) tenants() {
	switch w.random.IntN(4) {
	case 0:
		w.relabel()
	case 1, 2:
		if all := w.hosts(); len(all) > 0 {
			allowed := &v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesSelector, Selector: w.drawSelector()}
			w.editHost(one(w, all...), "admits others", func(h *v1alpha1.Host) { h.Spec.AllowedNamespaces = allowed })
		}
	default:
		w.admit()
	}
}

// drawSelector selects by a label that namespaces have or may have.
func (w *world) drawSelector() *metav1.LabelSelector {
	if w.chance(40) {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"name": one(w, lab, shop, annex)}}
	}
	return &metav1.LabelSelector{MatchLabels: map[string]string{"team": one(w, "blue", "red")}}
}

// relabel gives a namespace a label, or takes it away.
func (w *world) relabel() {
	key := kube.Key{Kind: kube.Namespace, Name: one(w, lab, shop, annex)}
	team := one(w, "blue", "red", "")
	if ns, ok := w.kube.Get(key); !ok || !ns.GetDeletionTimestamp().IsZero() {
		return
	}
	err := w.kube.Update(key, func(obj client.Object) {
		ns, ok := obj.(*corev1.Namespace)
		if !ok {
			return
		}
		ns.Labels = map[string]string{"name": ns.Name}
		if team != "" {
			ns.Labels["team"] = team
		}
	})
	if err == nil {
		w.note("labels %s team=%q", key, team)
	}
}

// admit changes whom the ClusterBackend admits, and whether they may adopt.
func (w *world) admit() {
	allowed := v1alpha1.ClusterBackendNamespaces{From: v1alpha1.TenantsAll}
	if w.chance(40) {
		allowed = v1alpha1.ClusterBackendNamespaces{From: v1alpha1.TenantsSelector, Selector: w.drawSelector()}
	}
	adoption := w.chance(50)
	key := kube.Key{Kind: kube.ClusterBackend, Name: v1alpha1.DefaultBackendName}
	must(w.kube.Update(key, func(obj client.Object) {
		if b, ok := obj.(*v1alpha1.ClusterBackend); ok {
			b.Spec.AllowedNamespaces = allowed
			b.Spec.Allow = &v1alpha1.ClusterBackendAllowance{Adoption: &adoption}
		}
	}))
	w.note("%s admits %s %v, adoption: %v", key, allowed.From, allowed.Selector, adoption)
}

// identify sets or changes externalID where the API server lets one: on a Host that is not synced.
func (w *world) identify() {
	all := w.hosts()
	if len(all) == 0 {
		return
	}
	h := one(w, all...)
	hosts := w.siteFor(h).State().Hosts
	if h.Status.ID != "" || (isTrue(h, v1alpha1.ConditionSynced) && !isA(h, core.ReasonObserved)) || len(hosts) == 0 {
		return
	}
	id := one(w, hosts...).ID.String()
	if w.chance(30) {
		id = ""
	}
	w.editHost(h, "names its host", func(h *v1alpha1.Host) { h.Spec.ExternalID = id })
	w.divert(h)
}

// divert notes the hosts that Hosts which are gone may have handed over to one that is told to take another one now: those
// stay, and are counted (docs/what-it-touches.md).
func (w *world) divert(h *v1alpha1.Host) {
	s := w.siteFor(h)
	for id, of := range s.witness.ours {
		found := hostByID(s.State(), id)
		if found == nil || id == h.Spec.ExternalID || w.isThere(of) {
			continue
		}
		if slices.ContainsFunc(found.Interfaces, func(r emulator.Interface) bool { return isDeclaredBy(h, r) }) {
			s.witness.let[id] = true
		}
	}
}

// isDeclaredBy says that an interface has the address or the MAC of one that a Host declares.
func isDeclaredBy(h *v1alpha1.Host, r emulator.Interface) bool {
	return slices.ContainsFunc(h.Spec.Interfaces, func(i v1alpha1.HostInterface) bool {
		return r.IPAddress == i.IPAddress || (i.MACAddress != "" && strings.EqualFold(text(r.MACAddress), i.MACAddress))
	})
}

// mayNot says that a Host has no Backend, or none that admits it.
func (w *world) mayNot(h *v1alpha1.Host) bool {
	return isA(h, core.ReasonRefNotPermitted) || isA(h, core.ReasonBackendNotFound)
}
