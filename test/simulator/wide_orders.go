// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// draft is what an object was at first, in wide histories: now and then it has other ports, and no services or bindings
// yet. What is there already of something that lacks a reference in the end would stay: there the order matters.
func (w *world) draft(obj client.Object) client.Object {
	if !w.isWide || !w.chance(50) {
		return obj
	}
	switch o := obj.(type) {
	case *v1alpha1.Host:
		h := o.DeepCopy()
		w.drawPorts(h)
		h.Spec.Services = nil
		return h
	case *v1alpha1.Service:
		s := o.DeepCopy()
		s.Spec.Bindings = nil
		return s
	}
	return obj
}

// passing are objects that claim something for a while.
func (w *world) passing() []kube.Key {
	var out []kube.Key
	for i := range 3 * w.random.IntN(2) {
		s, b := w.drawService(), w.drawBinding()
		s.Name, b.Name = fmt.Sprintf("t%d", i), fmt.Sprintf("t%d", i)
		s.Spec.Tags = nil
		for _, obj := range []client.Object{s, b} {
			must(w.kube.Create(obj))
			out = append(out, kube.KeyOf(obj))
		}
	}
	return out
}

// correct makes of each object what it is to be, in an order of its own.
func (w *world) correct(objects []client.Object) {
	if !w.isWide {
		return
	}
	passing := w.passing()
	for _, i := range w.random.Perm(len(objects)) {
		must(w.kube.Update(kube.KeyOf(objects[i]), func(now client.Object) { setSpec(now, objects[i]) }))
		for range w.random.IntN(30) {
			w.proceed()
		}
	}
	for _, key := range passing {
		must(w.kube.Delete(key))
	}
}

// setSpec gives an object the spec of another.
func setSpec(to, from client.Object) {
	switch o := from.(type) {
	case *v1alpha1.Host:
		if h, ok := to.(*v1alpha1.Host); ok {
			o.Spec.DeepCopyInto(&h.Spec)
		}
	case *v1alpha1.Service:
		if s, ok := to.(*v1alpha1.Service); ok {
			o.Spec.DeepCopyInto(&s.Spec)
		}
	case *v1alpha1.Binding:
		if b, ok := to.(*v1alpha1.Binding); ok {
			o.Spec.DeepCopyInto(&b.Spec)
		}
	}
}
