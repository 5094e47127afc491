// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The server's rules, written down without core's.

func says(a, b core.ObservedBinding) bool {
	return a.Type == b.Type && a.PortID == b.PortID && a.InterfaceID == b.InterfaceID
}

// clash: an Interface binding and a Port binding of one service on one interface, or with the port on all of them.
func clash(a, b core.ObservedBinding) bool {
	return a.Type != b.Type && (a.InterfaceID == b.InterfaceID || a.InterfaceID == "" || b.InterfaceID == "")
}

func covers(all, one core.ObservedBinding) bool {
	return all.Type == core.BindPort && one.Type == core.BindPort && all.PortID == one.PortID &&
		all.InterfaceID == "" && one.InterfaceID != ""
}

func deduplicate(list []core.ObservedBinding) []core.ObservedBinding {
	var out []core.ObservedBinding
	for _, b := range list {
		if !slices.ContainsFunc(list, func(o core.ObservedBinding) bool { return covers(o, b) }) &&
			!slices.ContainsFunc(out, func(o core.ObservedBinding) bool { return says(o, b) }) {
			out = append(out, b)
		}
	}
	return out
}

// stands says that the rows of a binding are on the host.
func stands(h *core.ObservedHost, b core.ObservedBinding) bool {
	iface := slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.ID == b.InterfaceID })
	if b.Type == core.BindInterface {
		return iface
	}
	return (b.InterfaceID == "" || iface) && slices.ContainsFunc(h.Ports, func(o core.ObservedPort) bool { return o.ID == b.PortID })
}

// claimedBy names the service that has a port which another wants where their interfaces overlap.
func claimedBy(h *core.ObservedHost, n core.ObservedService) string {
	for _, o := range h.Services {
		if o.ID == n.ID {
			continue
		}
		for _, x := range o.Bindings {
			for _, y := range n.Bindings {
				if x.Type == core.BindPort && y.Type == core.BindPort && x.PortID == y.PortID &&
					(x.InterfaceID == "" || y.InterfaceID == "" || x.InterfaceID == y.InterfaceID) {
					return o.Name
				}
			}
		}
	}
	return ""
}
