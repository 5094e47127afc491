// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Same says whether two observations show the same host: fields, rows and version. The order of rows counts, except
// that of ports, which Observe sorts; whether a daemon runs on it, which the host itself does not show, does not.
func Same(a, b core.ObservedHost) bool {
	return a.ID == b.ID && a.NetworkID == b.NetworkID && a.Name == b.Name && sameValue(a.Hostname, b.Hostname) &&
		sameValue(a.Description, b.Description) && a.Hidden == b.Hidden && slices.Equal(a.Tags, b.Tags) &&
		a.Source == b.Source && sameValue(a.Virtualization, b.Virtualization) && a.CreatedAt.Equal(b.CreatedAt) &&
		a.Version == b.Version && slices.Equal(a.Interfaces, b.Interfaces) &&
		slices.Equal(a.Ports, b.Ports) && slices.EqualFunc(a.Services, b.Services, sameService)
}

func sameService(a, b core.ObservedService) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Definition == b.Definition && slices.Equal(a.Tags, b.Tags) &&
		a.Source == b.Source && sameValue(a.Virtualization, b.Virtualization) && slices.Equal(a.Bindings, b.Bindings)
}

func sameValue[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
