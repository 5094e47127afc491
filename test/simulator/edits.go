// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"maps"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// members are all Hosts, Services and Bindings.
func (w *world) members() []client.Object {
	var out []client.Object
	for _, kind := range []kube.Kind{kube.Host, kube.Service, kube.Binding} {
		out = append(out, w.kube.List(kind)...)
	}
	return out
}

// change edits the spec of an object.
func (w *world) change() {
	all := w.members()
	if len(all) == 0 {
		return
	}
	key := kube.KeyOf(one(w, all...))
	var now client.Object
	err := w.kube.Update(key, func(obj client.Object) {
		now = obj
		switch o := obj.(type) {
		case *v1alpha1.Host:
			w.changeHost(o)
		case *v1alpha1.Service:
			w.changeService(o)
		case *v1alpha1.Binding:
			w.drawBindingSpec(o)
		}
	})
	if err == nil {
		w.declare(now)
		w.note("edits %s %s", key, describe(now))
	}
}

func (w *world) changeHost(h *v1alpha1.Host) {
	switch w.random.IntN(6) {
	case 0:
		w.drawInterfaces(h)
	case 1:
		w.drawPorts(h)
	case 2:
		w.drawInline(h)
	case 3:
		w.drawScalars(h)
	case 4:
		h.Spec.AllowedNamespaces = &v1alpha1.AllowedNamespaces{From: one(w, v1alpha1.NamespacesAll, v1alpha1.NamespacesSame)}
	default:
		w.drawPolicies(h)
	}
}

func (w *world) changeService(s *v1alpha1.Service) {
	switch w.random.IntN(3) {
	case 0:
		w.drawServiceSpec(s)
	case 1:
		w.drawHostRef(s)
	default:
		s.Spec.Bindings = w.drawBindings()
	}
}

// annotate pauses an object, lets it go on, or asks for a fresh look.
func (w *world) annotate() {
	all := w.members()
	if len(all) == 0 {
		return
	}
	obj := one(w, all...)
	key, name := kube.KeyOf(obj), one(w, v1alpha1.AnnotationPaused, v1alpha1.AnnotationReconcileRequestedAt)
	value := one(w, "true", "true", "")
	switch {
	case !obj.GetDeletionTimestamp().IsZero() && w.chance(30):
		name = v1alpha1.AnnotationForceOrphan
	case name == v1alpha1.AnnotationReconcileRequestedAt:
		value = decimal(w.random.IntN(1000))
	}
	if w.setAnnotation(key, name, value) == nil {
		w.note("annotates %s %s=%q", key, name, value)
	}
}

// setAnnotation sets an annotation; an empty value takes it away.
func (w *world) setAnnotation(key kube.Key, name, value string) error {
	return w.kube.Update(key, func(obj client.Object) {
		all := maps.Clone(obj.GetAnnotations())
		if all == nil {
			all = map[string]string{}
		}
		all[name] = value
		if value == "" {
			delete(all, name)
		}
		if len(all) == 0 {
			all = nil
		}
		obj.SetAnnotations(all)
	})
}

// remove deletes an object.
func (w *world) remove() {
	all := w.members()
	if len(all) == 0 {
		return
	}
	key := kube.KeyOf(one(w, all...))
	must(w.kube.Delete(key))
	w.note("deletes %s", key)
}

// removeNamespace deletes a namespace; what is in it goes bit by bit, see reap.
func (w *world) removeNamespace() {
	if w.kube.Delete(kube.Key{Kind: kube.Namespace, Name: shop}) == nil {
		w.note("deletes Namespace %s", shop)
	}
}

// going are the objects that the controller of namespaces has yet to delete.
func (w *world) going() []kube.Key {
	var out []kube.Key
	for _, ns := range w.kube.List(kube.Namespace) {
		if ns.GetDeletionTimestamp().IsZero() || w.kube.Finish(ns.GetName()) {
			continue
		}
		for _, kind := range kube.Namespaced() {
			for _, obj := range w.kube.List(kind) {
				if obj.GetNamespace() == ns.GetName() && obj.GetDeletionTimestamp().IsZero() {
					out = append(out, kube.KeyOf(obj))
				}
			}
		}
	}
	return out
}

// describe shows the spec of an object.
func describe(obj client.Object) string {
	var spec any
	switch o := obj.(type) {
	case *v1alpha1.Host:
		spec = o.Spec
	case *v1alpha1.Service:
		spec = o.Spec
	case *v1alpha1.Binding:
		spec = o.Spec
	case *v1alpha1.Credential:
		spec = o.Spec
	default:
		return ""
	}
	out, err := json.Marshal(spec)
	must(err)
	return string(out)
}
