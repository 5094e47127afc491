// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// RowsByOwner counts the rows of these instances, by the object that declares them as their ids say.
func (v View) RowsByOwner(instances ...core.Instance) map[core.OwnerHash]int {
	return read(v, func(e *entry) map[core.OwnerHash]int {
		out := map[core.OwnerHash]int{}
		for _, h := range e.hosts {
			for _, row := range h.RowIDs() {
				if o, ok := ownerOf(row); ok && slices.Contains(instances, o.instance) {
					out[o.hash]++
				}
			}
		}
		return out
	})
}
