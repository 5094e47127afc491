// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// uninstall removes the CRDs under a running operator, and with them all objects: nothing may be deleted in Scanopy.
func (w *world) uninstall() {
	w.rest(w.clock.now.Add(5 * time.Minute))
	before := w.standing()
	w.note("removes the CRDs")
	kinds := []kube.Kind{kube.Host, kube.Service, kube.Binding}
	if w.credentials != nil {
		kinds = append(kinds, kube.Credential)
	}
	w.random.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for _, kind := range kinds {
		must(w.kube.Delete(kube.CRDOf(kind)))
		for range w.random.IntN(20) {
			w.proceed()
		}
		for _, obj := range w.kube.List(kind) {
			must(w.kube.Delete(kube.KeyOf(obj)))
			for range w.random.IntN(10) {
				w.proceed()
			}
		}
	}
	w.rest(w.clock.now.Add(settleStep))
	for _, kind := range kinds {
		for _, obj := range w.kube.List(kind) {
			w.wrong("%s is not gone with its CRD", kube.KeyOf(obj))
		}
	}
	now := w.standing()
	for _, id := range sortedKeys(before) {
		if now[id] == "" {
			w.wrong("%s was deleted after the CRDs", before[id])
		}
	}
}

// standing are the rows of all sites that the operator may have made.
func (w *world) standing() map[string]string {
	out := map[string]string{}
	for _, s := range w.sites {
		for id, r := range rows(s.State()) {
			out[id] = s.name + ": " + r.kind + " " + r.text + " (" + id + ")"
		}
		for id, r := range w.credentialRows(s.State()) {
			out[id] = s.name + ": credential " + r.name + " (" + id + ")"
		}
	}
	return out
}
