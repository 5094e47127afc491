// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"regexp"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// letGo notes that the operator says of a host that it stays without its Host.
func (w *world) letGo(obj client.Object, words []any) {
	h, ok := obj.(*v1alpha1.Host)
	if !ok {
		return
	}
	ids := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).FindAllString(fmt.Sprint(words...), -1)
	w.let(h, ids...)
}

// let notes that the host of a Host may stay, with others.
func (w *world) let(h *v1alpha1.Host, ids ...string) {
	s := w.siteFor(h)
	if hostByID(s.State(), h.Status.ID) == nil { // one was made, or made anew, and the operator was not told
		for id, of := range s.witness.ours {
			if of == h.UID {
				ids = append(ids, id)
			}
		}
	}
	for _, id := range append(ids, h.Status.ID) {
		for _, s := range w.sites {
			s.witness.let[id] = true
		}
	}
}

// released notes of a Host that is gone with its namespace whether its host may stay: after a while, if the operator
// that is there now never had the key, or if somebody asked for that.
func (w *world) released(obj client.Object) {
	h, ok := obj.(*v1alpha1.Host)
	if ok {
		w.forget(h)
	}
	ns, stays := w.kube.Get(kube.Key{Kind: kube.Namespace, Name: obj.GetNamespace()})
	if !ok || h.DeletionTimestamp == nil || (stays && ns.GetDeletionTimestamp().IsZero()) {
		return
	}
	secret := kube.Key{Kind: kube.Secret, Namespace: h.Namespace, Name: "main"}
	_, hasKey := w.kube.Get(secret)
	isLate := w.clock.now.Sub(h.DeletionTimestamp.Time) >= core.Patience
	isNew := !hasKey && stays && !w.process.knew[secret]
	isAsked := h.Annotations[v1alpha1.AnnotationForceOrphan] == "true"
	if isLate || isNew || isAsked || h.Spec.DeletionPolicy == v1alpha1.DeletionOrphan || h.Spec.ManagementPolicy == v1alpha1.ManagementObserveOnly {
		w.let(h)
		return
	}
	if id, ok := w.siteFor(h).countsAsAdopted(h); ok {
		w.let(h, id)
	}
}

// countsAsAdopted gives the host into which others merged that of a Host: it was there before as far as anybody can tell,
// and is left if the Host does not ask for its deletion (docs/what-it-touches.md, Letting go).
func (s *site) countsAsAdopted(h *v1alpha1.Host) (string, bool) {
	id := h.Status.ID
	for range s.witness.into {
		if into := s.witness.into[id]; into != "" {
			id = into
		}
	}
	found := hostByID(s.State(), id)
	return id, found != nil && id != h.Status.ID && h.Spec.DeletionPolicy != v1alpha1.DeletionDelete
}

// nameOf is what a Host is called in Scanopy.
func nameOf(h *v1alpha1.Host) string {
	if h.Spec.Name != nil {
		return *h.Spec.Name
	}
	return h.Name
}

// declare notes the fields that a Host has ever declared.
func (w *world) declare(obj client.Object) {
	h, ok := obj.(*v1alpha1.Host)
	if !ok {
		return
	}
	key := kube.KeyOf(h)
	w.asked.add(h)
	if w.declared[key] == nil {
		w.declared[key] = map[string]bool{}
	}
	for field, is := range map[string]bool{
		"hostname": h.Spec.Hostname != nil, "description": h.Spec.Description != nil, "tags": h.Spec.Tags != nil,
	} {
		w.declared[key][field] = w.declared[key][field] || is
	}
}

// declaredOn are the fields that the Host which holds a backend host has ever declared; false if none holds it.
func (w *world) declaredOn(id string) (map[string]bool, bool) {
	for _, obj := range w.kube.List(kube.Host) {
		// One that is being deleted may have handed its host over.
		if h, ok := obj.(*v1alpha1.Host); ok && h.Status.ID == id && h.DeletionTimestamp.IsZero() {
			return w.declaredBy(h), true
		}
	}
	return nil, false
}

// declaredBy are the fields that a Host has ever declared, or those that it is to be one with.
func (w *world) declaredBy(h *v1alpha1.Host) map[string]bool {
	out := map[string]bool{}
	for _, name := range w.chain(h) {
		for field, is := range w.declared[kube.Key{Kind: kube.Host, Namespace: h.Namespace, Name: name}] {
			out[field] = out[field] || is
		}
	}
	return out
}
