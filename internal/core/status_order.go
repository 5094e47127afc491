// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"strings"
)

func rankOfKind(k Kind) int {
	switch k {
	case KindHost:
		return 0
	case KindService:
		return 1
	}
	return 2
}

// compareInManifest orders the items of one object as they stand in its manifest: its own fields, interfaces, ports, then
// each service with its bindings.
func compareInManifest(a, b Item) int {
	return cmp.Or(
		cmp.Compare(placeOf(a.Part), placeOf(b.Part)),
		cmp.Compare(a.Index, b.Index),
		cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.Sub, b.Sub),
	)
}

// placeOf is where a part stands in a manifest; the bindings of an inline service stand with it.
func placeOf(p Part) Part {
	if p == PartInlineBinding {
		return PartService
	}
	return p
}

// compareForReaders orders objects by kind, namespace and name, for lists that people read.
func compareForReaders(a, b Ref) int {
	return cmp.Or(
		cmp.Compare(rankOfKind(a.Kind), rankOfKind(b.Kind)),
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Name, b.Name),
	)
}
