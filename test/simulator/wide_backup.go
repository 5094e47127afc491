// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// loseCluster ends the process and takes all that is declared in a namespace away, as when a cluster is lost and built
// again; what was there comes back bit by bit, see restore.
func (w *world) loseCluster() {
	if len(w.backup) > 0 {
		return
	}
	namespace := one(w, lab, shop, annex)
	if ns, ok := w.kube.Get(kube.Key{Kind: kube.Namespace, Name: namespace}); !ok || !ns.GetDeletionTimestamp().IsZero() {
		return
	}
	w.note("the cluster is lost, and %s is restored from a backup", namespace)
	w.crash()
	for _, obj := range append(w.members(), w.kube.List(kube.Credential)...) {
		if obj.GetNamespace() != namespace {
			continue
		}
		w.kube.Lose(kube.KeyOf(obj))
		if obj.GetDeletionTimestamp().IsZero() {
			w.backup = append(w.backup, obj)
		} else if h, ok := obj.(*v1alpha1.Host); ok {
			w.let(h)
			w.forget(h)
		} else {
			w.letCredential(obj)
		}
	}
	w.random.Shuffle(len(w.backup), func(i, j int) { w.backup[i], w.backup[j] = w.backup[j], w.backup[i] })
	w.begin()
}

// restore applies the next object of a backup: without status, with another uid, and with its annotations and finalizers.
func (w *world) restore() {
	obj := w.backup[0]
	w.backup = w.backup[1:]
	obj.SetUID("")
	obj.SetResourceVersion("")
	obj.SetCreationTimestamp(metav1.Time{})
	if err := w.kube.Create(obj); err == nil {
		w.declare(obj)
		w.note("restores %s %v", kube.KeyOf(obj), obj.GetAnnotations())
	} else if h, ok := obj.(*v1alpha1.Host); ok {
		w.forget(h)
		w.let(h) // its namespace is gone, or somebody else was quicker
	} else {
		w.letCredential(obj)
	}
}

// restoreRest applies all that is left of a backup.
func (w *world) restoreRest() {
	for len(w.backup) > 0 {
		w.restore()
	}
}

// forget notes of a restored Host which went before it was found again that what the former one had stays: nothing says
// any more whose it is.
func (w *world) forget(h *v1alpha1.Host) {
	uid := formerUID(h)
	if uid == "" || uid == string(h.UID) {
		return
	}
	for _, s := range w.sites {
		for id, of := range s.witness.ours {
			if string(of) == uid {
				s.witness.let[id] = true
			}
		}
	}
}

// formerUID is the uid of the Host for which the host in Scanopy was made or adopted, as the annotation has it.
func formerUID(h *v1alpha1.Host) string {
	_, uid, _ := strings.Cut(h.Annotations[v1alpha1.AnnotationOrigin], " ")
	return uid
}
