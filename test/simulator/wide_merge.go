// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"strings"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// hosts are all Hosts.
func (w *world) hosts() []*v1alpha1.Host {
	var out []*v1alpha1.Host
	for _, obj := range w.kube.List(kube.Host) {
		if h, ok := obj.(*v1alpha1.Host); ok {
			out = append(out, h)
		}
	}
	return out
}

// consolidate declares that a Host is one with another, with hosts that nobody declares, or with none of them any more.
func (w *world) consolidate() {
	all := w.hosts()
	if len(all) == 0 {
		return
	}
	h := one(w, all...)
	switch n := w.random.IntN(10); {
	case n < 6:
		w.setInto(h)
	case n < 8:
		w.editHost(h, "is one by itself again", func(h *v1alpha1.Host) { h.Spec.ConsolidateInto = nil })
	default:
		w.absorb(h)
	}
}

// setInto names another Host of the namespace, which may not be there, or lead back.
func (w *world) setInto(h *v1alpha1.Host) {
	var names []string
	for _, full := range hostNames() {
		if ns, name, _ := strings.Cut(full, "/"); ns == h.Namespace && name != h.Name {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		into := one(w, names...)
		w.editHost(h, "is one with "+into, func(h *v1alpha1.Host) {
			h.Spec.ConsolidateInto = &v1alpha1.HostConsolidation{Name: into}
		})
	}
}

// absorb names hosts in Scanopy, whosever they are.
func (w *world) absorb(h *v1alpha1.Host) {
	var ids []v1alpha1.AbsorbedHost
	for _, b := range w.siteFor(h).State().Hosts {
		if w.chance(25) && len(ids) < 3 && b.ID.String() != h.Status.ID {
			ids = append(ids, v1alpha1.AbsorbedHost{ID: b.ID.String()})
		}
	}
	w.editHost(h, "absorbs others", func(h *v1alpha1.Host) { h.Spec.Absorb = ids })
}

// editHost is an edit by the owner of a Host.
func (w *world) editHost(h *v1alpha1.Host, what string, change func(*v1alpha1.Host)) {
	var now client.Object
	err := w.kube.Update(kube.KeyOf(h), func(obj client.Object) {
		if h, ok := obj.(*v1alpha1.Host); ok {
			change(h)
			now = h
		}
	})
	if err == nil {
		w.declare(now)
		w.note("%s %s %s", kube.KeyOf(h), what, describe(now))
	}
}

// rootOf is the Host whose host in Scanopy is that of another: itself, or the one that it is part of.
func (w *world) rootOf(h *v1alpha1.Host) *v1alpha1.Host {
	name := h.Status.ConsolidatedInto
	if names := w.chain(h); isA(h, core.ReasonConsolidated) {
		name = names[len(names)-1]
	}
	obj, ok := w.kube.Get(kube.Key{Kind: kube.Host, Namespace: h.Namespace, Name: name})
	if root, isHost := obj.(*v1alpha1.Host); ok && isHost {
		return root
	}
	return h
}

// oneWith are the Hosts that are or are to be one with a Host, that Host first: names are looked up on all of them.
func (w *world) oneWith(h *v1alpha1.Host) []*v1alpha1.Host {
	out, root := []*v1alpha1.Host{h}, w.rootOf(h)
	for _, o := range w.hosts() {
		if o.UID != h.UID && o.Namespace == h.Namespace && (w.rootOf(o).UID == root.UID || slices.Contains(w.chain(o), root.Name)) {
			out = append(out, o)
		}
	}
	return out
}

// isNeeded says that a Host which is being deleted has to wait for one that stays and is to be one with it.
func (w *world) isNeeded(h *v1alpha1.Host) bool {
	return isA(h, core.ReasonInUse) && slices.ContainsFunc(w.hosts(), func(o *v1alpha1.Host) bool {
		return o.UID != h.UID && o.DeletionTimestamp.IsZero() && slices.Contains(w.chain(o), h.Name) && o.Namespace == h.Namespace
	})
}

// chain are the names of the Hosts that consolidateInto leads to from a Host, its own first.
func (w *world) chain(h *v1alpha1.Host) []string {
	var out []string
	for !slices.Contains(out, h.Name) {
		out = append(out, h.Name)
		if h.Spec.ConsolidateInto == nil {
			break
		}
		obj, ok := w.kube.Get(kube.Key{Kind: kube.Host, Namespace: h.Namespace, Name: h.Spec.ConsolidateInto.Name})
		next, isHost := obj.(*v1alpha1.Host)
		if !ok || !isHost {
			break
		}
		h = next
	}
	return out
}

// hostWaits says that a Host may wait for ever for others that are or were to be one with it: as long as those are not
// written themselves, or it is refused or lacks something.
func (w *world) hostWaits(h *v1alpha1.Host) bool {
	if root := w.rootOf(h); root.UID != h.UID && !isTrue(root, v1alpha1.ConditionSynced) {
		return true
	}
	if w.asked.consolidated[kube.KeyOf(h)] && (!isTrue(h, v1alpha1.ConditionAccepted) || !isTrue(h, v1alpha1.ConditionResolvedRefs)) {
		return true
	}
	return w.isTangled(h.Namespace)
}

// isTangled says that a Host of a namespace is to be one with another and can't: what it has stays where it is.
func (w *world) isTangled(namespace string) bool {
	return slices.ContainsFunc(w.hosts(), func(h *v1alpha1.Host) bool {
		return h.Namespace == namespace && h.Spec.ConsolidateInto != nil &&
			(!isTrue(h, v1alpha1.ConditionAccepted) || !isTrue(h, v1alpha1.ConditionResolvedRefs))
	})
}

func isTrue(h *v1alpha1.Host, condition string) bool {
	return apimeta.IsStatusConditionTrue(h.Status.Conditions, condition)
}

// isPart says that a Host, or one that is to be one with it, is not by itself.
func (w *world) isPart(h *v1alpha1.Host) bool {
	return h.Spec.ConsolidateInto != nil || slices.ContainsFunc(w.hosts(), func(o *v1alpha1.Host) bool {
		return o.UID != h.UID && o.Namespace == h.Namespace && slices.Contains(w.chain(o), h.Name)
	})
}

// isKeptFor says that a host was made for a Host that is to be part of another before its status told of it.
func (w *world) isKeptFor(uid types.UID) bool {
	return slices.ContainsFunc(w.hosts(), func(h *v1alpha1.Host) bool {
		return (h.UID == uid || formerUID(h) == string(uid)) && h.Spec.ConsolidateInto != nil
	})
}

// isObserved says that a Host is only observed, or one that it is or is to be part of.
func (w *world) isObserved(h *v1alpha1.Host) bool {
	return slices.ContainsFunc(append(w.chain(h), h.Status.ConsolidatedInto), func(name string) bool {
		obj, ok := w.kube.Get(kube.Key{Kind: kube.Host, Namespace: h.Namespace, Name: name})
		o, isHost := obj.(*v1alpha1.Host)
		return ok && isHost && o.Spec.ManagementPolicy == v1alpha1.ManagementObserveOnly
	})
}
