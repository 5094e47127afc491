// SPDX-License-Identifier: Apache-2.0

package snapshot

import "github.com/scanopy-operator/scanopy-operator/internal/core"

// ownerOf reads from a row's id who declares it; false for one that no instance derived.
func ownerOf(row string) (owner, bool) {
	instance, hash, _, ok := core.ParseID(row)
	return owner{instance, hash}, ok
}
