// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"regexp"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// purge deletes many Hosts at once, changes the guard against that, or gives it leave.
func (w *world) purge() {
	switch n := w.random.IntN(10); {
	case n < 3:
		w.setGuard(one(w, int32(1), 20, 50), one(w, int32(0), 1, 2))
	case n < 6:
		namespace := one(w, lab, lab, shop)
		w.note("deletes all Hosts of %s", namespace)
		for _, h := range w.hosts() {
			if h.Namespace == namespace {
				must(w.kube.Delete(kube.KeyOf(h)))
			}
		}
	case n < 8:
		w.leave()
	default:
		w.setGuard(0, 0)
	}
}

// setGuard changes the guard of the Backends of the first site.
func (w *world) setGuard(percent, minimum int32) {
	for _, key := range w.guarded() {
		must(w.kube.Update(key, func(obj client.Object) {
			if b, ok := obj.(*v1alpha1.Backend); ok {
				b.Spec.DeletionGuard = &v1alpha1.DeletionGuard{Percent: &percent, Minimum: &minimum}
			}
		}))
		w.note("%s is guarded by %d%%, at least %d", key, percent, minimum)
	}
}

func (w *world) guarded() []kube.Key {
	var out []kube.Key
	for _, namespace := range []string{lab, shop} {
		key := kube.Key{Kind: kube.Backend, Namespace: namespace, Name: v1alpha1.DefaultBackendName}
		if b, ok := w.kube.Get(key); ok && b.GetDeletionTimestamp().IsZero() {
			out = append(out, key)
		}
	}
	return out
}

// leave does what the message of a Host says that waits for leave to be deleted.
func (w *world) leave() {
	if !w.has("mass deletion") {
		return
	}
	said := regexp.MustCompile(`allow-mass-deletion=(\d+)`)
	for _, h := range w.hosts() {
		if !isA(h, core.ReasonMassDeletion) || h.Namespace == annex {
			continue
		}
		if number := said.FindStringSubmatch(reasons(&h.Status.CommonStatus)); number != nil {
			key := kube.Key{Kind: kube.Backend, Namespace: h.Namespace, Name: v1alpha1.DefaultBackendName}
			if w.setAnnotation(key, v1alpha1.AnnotationAllowMassDeletion, number[1]) == nil {
				w.note("lets %s Hosts of %s be deleted", number[1], key)
			}
			return
		}
	}
}
