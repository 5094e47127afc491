// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Merging notes what a merge is about to drop. The annotation says it too; here it stands though the cache lags behind.
func (l *Ledger) Merging(key core.Ref, dropped []core.Remembered) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entry(key).merging = slices.Clone(dropped)
}

// Merges is what merges dropped since the group was whole.
func (l *Ledger) Merges(key core.Ref) []core.Remembered {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.groups[key]; ok {
		return slices.Clone(e.merging)
	}
	return nil
}
