// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// words keeps one copy of strings that come again and again; a nil one keeps none.
type words map[string]string

func (w words) keep(s string) string {
	if w == nil || s == "" {
		return s
	}
	if kept, ok := w[s]; ok {
		return kept
	}
	w[s] = s
	return s
}

func (w words) keepAll(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, w.keep(s))
	}
	return out
}

// Observe turns a host as the client gives it into core's. Ports, which servers show in no fixed order, are sorted.
func Observe(h scanopy.Host) core.ObservedHost { return words(nil).observe(h) }

func (w words) observe(h scanopy.Host) core.ObservedHost {
	out := core.ObservedHost{
		ID: h.ID, NetworkID: w.keep(h.NetworkID), Name: h.Name, Hostname: h.Hostname, Description: h.Description,
		Hidden: h.Hidden, Tags: w.keepAll(h.Tags), Source: w.keep(h.Source), CreatedAt: h.CreatedAt, UpdatedAt: h.UpdatedAt,
		Version: h.UpdatedAtRaw, Virtualization: observeHostVirtualization(h.Virtualization),
	}
	rows := words{}
	for _, i := range h.Interfaces {
		out.Interfaces = append(out.Interfaces, w.observeInterface(rows, i))
	}
	for _, p := range h.Ports {
		out.Ports = append(out.Ports, w.observePort(rows, p))
	}
	slices.SortFunc(out.Ports, comparePorts)
	for _, s := range h.Services {
		out.Services = append(out.Services, w.observeService(rows, s))
	}
	out.Interfaces, out.Ports, out.Services = slices.Clip(out.Interfaces), slices.Clip(out.Ports), slices.Clip(out.Services)
	return out
}

func comparePorts(a, b core.ObservedPort) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.ID, b.ID))
}

func (w words) observeInterface(rows words, i scanopy.Interface) core.ObservedInterface {
	out := core.ObservedInterface{ID: rows.keep(i.ID), SubnetID: w.keep(i.SubnetID)}
	if addr, err := netip.ParseAddr(i.IPAddress); err == nil {
		out.IP = addr.WithZone("")
	}
	if i.MACAddress != nil {
		out.MAC = *i.MACAddress
		out.MACWeak = i.IsMACWeak()
	}
	if i.Name != nil {
		out.Name = *i.Name
	}
	return out
}

func (w words) observeService(rows words, s scanopy.Service) core.ObservedService {
	out := core.ObservedService{
		ID: s.ID, Name: s.Name, Definition: w.keep(s.Definition), Tags: w.keepAll(s.Tags), Source: w.keep(s.Source),
		Virtualization: observeServiceVirtualization(s.Virtualization),
	}
	for _, b := range s.Bindings {
		out.Bindings = append(out.Bindings, w.observeBinding(rows, b))
	}
	out.Bindings = slices.Clip(out.Bindings)
	return out
}

func (w words) observePort(rows words, p scanopy.Port) core.ObservedPort {
	return core.ObservedPort{ID: rows.keep(p.ID), Number: p.Number, Protocol: core.Protocol(w.keep(string(p.Protocol)))}
}

func (w words) observeBinding(rows words, b scanopy.Binding) core.ObservedBinding {
	return core.ObservedBinding{
		ID: b.ID, Type: core.BindingType(w.keep(string(b.Type))),
		InterfaceID: rows.keep(b.InterfaceID), PortID: rows.keep(b.PortID),
	}
}

// ObserveInterface turns a single interface into core's.
func ObserveInterface(i scanopy.Interface) core.ObservedInterface {
	return words(nil).observeInterface(nil, i)
}

// ObservePort turns a single port into core's.
func ObservePort(p scanopy.Port) core.ObservedPort { return words(nil).observePort(nil, p) }

// ObserveBinding turns a single binding into core's.
func ObserveBinding(b scanopy.Binding) core.ObservedBinding { return words(nil).observeBinding(nil, b) }

func observeHostVirtualization(v *scanopy.HostVirtualization) *core.ObservedVirtualization {
	if v == nil {
		return nil
	}
	return &core.ObservedVirtualization{Type: v.Type, VMName: v.VMName, VMID: v.VMID, ServiceID: v.ServiceID}
}

func observeServiceVirtualization(v *scanopy.ServiceVirtualization) *core.ObservedVirtualization {
	if v == nil {
		return nil
	}
	return &core.ObservedVirtualization{
		Type: v.Type, ContainerName: v.ContainerName, ContainerID: v.ContainerID, ComposeProject: v.ComposeProject,
		ServiceID: v.ServiceID,
	}
}

// ObserveSubnet turns a subnet into core's; one whose CIDR cannot be read has none.
func ObserveSubnet(s scanopy.Subnet) core.Subnet {
	out := core.Subnet{ID: s.ID, Name: s.Name}
	if cidr, err := netip.ParsePrefix(s.CIDR); err == nil {
		out.CIDR = cidr
	}
	return out
}

// ObserveTag turns a tag into core's.
func ObserveTag(t scanopy.Tag) core.Tag { return core.Tag{ID: t.ID, Name: t.Name} }
