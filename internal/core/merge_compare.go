// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// Compare tells in words what of a host that was sent is missing in the answer or differs there: the server drops
// services and bindings without a word. What is there beside it is no difference.
func Compare(sent HostWrite, got ObservedHost) []string {
	out := compareFields(sent, got)
	for _, r := range sent.Interfaces {
		i := slices.IndexFunc(got.Interfaces, func(o ObservedInterface) bool { return o.ID == r.ID })
		switch {
		case i < 0:
			out = append(out, "interface "+r.Name+" is missing")
		case !isSameInterface(got.Interfaces[i], r):
			out = append(out, "interface "+r.Name+" differs")
		}
	}
	for _, r := range sent.Ports {
		if !slices.Contains(got.Ports, r) {
			out = append(out, portText(r)+" is missing")
		}
	}
	for i := range sent.Services {
		out = append(out, compareService(&sent, &sent.Services[i], findService(&got, sent.Services[i].ID))...)
	}
	return out
}

// isSameInterface leaves out what is not sent.
func isSameInterface(a, b ObservedInterface) bool {
	a.MACWeak = b.MACWeak
	return a == b
}

func compareFields(sent HostWrite, got ObservedHost) []string {
	var out []string
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"name", sent.Name != got.Name},
		{"hostname", textOf(sent.Hostname) != textOf(got.Hostname)},
		{"description", textOf(sent.Description) != textOf(got.Description)},
		{"hidden", sent.Hidden != got.Hidden},
		{"tags", len(sent.Tags) > 0 && !slices.Equal(distinctSorted(sent.Tags), distinctSorted(got.Tags))},
		{"virtualization", virtualizationLost(sent.Virtualization, got.Virtualization)},
	} {
		if f.differs {
			out = append(out, f.name+" differs")
		}
	}
	return out
}

// virtualizationLost: one without its service cannot be stored.
func virtualizationLost(sent, got *ObservedVirtualization) bool {
	if sent == nil || sent.ServiceID == "" {
		return false
	}
	return got == nil || *got != *sent
}

func compareService(host *HostWrite, sent, got *ObservedService) []string {
	if got == nil {
		return []string{"service " + sent.Name + " is missing"}
	}
	var out []string
	if sent.Name != got.Name || (sent.Definition != got.Definition && got.Definition != missingService) {
		out = append(out, "service "+sent.Name+" differs")
	}
	if len(sent.Tags) > 0 && !slices.Equal(distinctSorted(sent.Tags), distinctSorted(got.Tags)) {
		out = append(out, "tags of service "+sent.Name+" differ")
	}
	if virtualizationLost(sent.Virtualization, got.Virtualization) {
		out = append(out, "virtualization of service "+sent.Name+" differs")
	}
	for _, b := range sent.Bindings {
		if !slices.Contains(got.Bindings, b) {
			out = append(out, "service "+sent.Name+": a binding to "+host.placeText(b)+" is missing")
		}
	}
	return out
}

// placeText says where a binding is, as far as the rows are among those that were sent.
func (w *HostWrite) placeText(b ObservedBinding) string {
	for _, p := range w.Ports {
		if b.PortID == p.ID {
			return portText(p)
		}
	}
	for _, i := range w.Interfaces {
		if b.InterfaceID == i.ID {
			return "interface " + i.Name
		}
	}
	if b.Type == BindPort {
		return "a port"
	}
	return "an interface"
}
