// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// The words that worlds are made of. They are few, so that things meet.

func tagNames() []string { return []string{"production", "staging", "edge"} }

func definitions() []string {
	return []string{"Caddy", "SSH", "Grafana", "Prometheus Node Exporter", "DNS Server", "Gateway"}
}

// hostNames are the Hosts that there may be.
func hostNames() []string {
	return []string{"lab/web", "lab/db", "lab/nas", "shop/web", "shop/till", "lab/far", "annex/cam"}
}

// ports are the ports that Hosts, daemons and people know.
func ports() []v1alpha1.HostPort {
	return []v1alpha1.HostPort{
		{Name: "http", Number: 80, Protocol: v1alpha1.ProtocolTCP}, {Name: "https", Number: 443, Protocol: v1alpha1.ProtocolTCP},
		{Name: "ssh", Number: 22, Protocol: v1alpha1.ProtocolTCP}, {Name: "dns", Number: 53, Protocol: v1alpha1.ProtocolUDP},
		{Name: "metrics", Number: 9100, Protocol: v1alpha1.ProtocolTCP},
	}
}

func decimal(n int) string { return strconv.Itoa(n) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
