// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"regexp"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// letGo notes that the operator says of a host that it stays without its Host.
func (w *world) letGo(obj client.Object, words []any) {
	h, ok := obj.(*v1alpha1.Host)
	if !ok {
		return
	}
	ids := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).FindAllString(fmt.Sprint(words...), -1)
	for _, id := range append(ids, h.Status.ID) {
		for _, s := range w.sites {
			s.witness.let[id] = true
		}
	}
}
