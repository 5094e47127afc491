// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// orderItems orders items by object, then by their place in it.
func orderItems(a, b Item) int {
	return cmp.Or(orderRefs(a.Object, b.Object), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Sub, b.Sub))
}

// orderRefs orders by kind (Host, Service, Binding), namespace and name.
func orderRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
}

func kindRank(k Kind) int {
	switch k {
	case KindHost:
		return 1
	case KindService:
		return 2
	case KindBinding:
		return 3
	}
	return 0
}

// sortedItems is a set of items as a sorted list; it reuses its argument.
func sortedItems(items []Item) []Item {
	slices.SortFunc(items, orderItems)
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
