// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// sortedItems is a set of items as a sorted list; it reuses its argument.
func sortedItems(items []Item) []Item {
	slices.SortFunc(items, compareItems)
	return slices.Compact(items)
}

// itemsOf are the items of changes.
func itemsOf(changes []change) []Item {
	var out []Item
	for i := range changes {
		out = append(out, changes[i].items...)
	}
	return sortedItems(out)
}
