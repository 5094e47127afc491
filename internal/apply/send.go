// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// creationOf is a host as a POST makes it.
func creationOf(w core.HostWrite) scanopy.HostCreate {
	return scanopy.HostCreate{
		NetworkID: w.NetworkID, Name: w.Name, Hostname: w.Hostname, Description: w.Description, Hidden: w.Hidden, Tags: w.Tags,
		Virtualization: hostVirtualizationOf(w.Virtualization, nil),
		Interfaces:     each(w.Interfaces, interfaceOf), Ports: each(w.Ports, portOf), Services: each(w.Services, withoutRaw),
	}
}

// updateOf is a host as a PUT writes it. What the host that was read shows of virtualizations goes back as it was, so
// that nothing in it is lost that core does not know.
func updateOf(w core.HostWrite, read scanopy.Host) scanopy.HostUpdate {
	out := scanopy.HostUpdate{
		Name: w.Name, Hostname: w.Hostname, Description: w.Description, Hidden: w.Hidden, Tags: w.Tags,
		Virtualization: hostVirtualizationOf(w.Virtualization, read.Virtualization), ExpectedUpdatedAt: w.Expected,
		Shown: read.Shown,
	}
	if out.ExpectedUpdatedAt == "" {
		out.ExpectedUpdatedAt = read.UpdatedAtRaw
	}
	if w.HasInterfaces {
		rows := each(w.Interfaces, interfaceOf)
		out.Interfaces = &rows
	}
	if w.HasPorts {
		rows := each(w.Ports, portOf)
		out.Ports = &rows
	}
	if w.HasServices {
		shown := map[string]*scanopy.ServiceVirtualization{}
		for _, s := range read.Services {
			shown[s.ID] = s.Virtualization
		}
		rows := each(w.Services, func(s core.ObservedService) scanopy.Service { return serviceOf(s, shown[s.ID]) })
		out.Services = &rows
	}
	return out
}

func each[A, B any](list []A, turn func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, turn(a))
	}
	return out
}

func interfaceOf(i core.ObservedInterface) scanopy.Interface {
	out := scanopy.Interface{ID: i.ID, SubnetID: i.SubnetID, IPAddress: i.IP.String()}
	if i.MAC != "" {
		out.MACAddress = &i.MAC
	}
	if i.Name != "" {
		out.Name = &i.Name
	}
	return out
}

func portOf(p core.ObservedPort) scanopy.Port {
	return scanopy.Port{ID: p.ID, Number: p.Number, Protocol: scanopy.Protocol(p.Protocol)}
}

func withoutRaw(s core.ObservedService) scanopy.Service { return serviceOf(s, nil) }

func serviceOf(s core.ObservedService, shown *scanopy.ServiceVirtualization) scanopy.Service {
	return scanopy.Service{
		ID: s.ID, Name: s.Name, Definition: s.Definition, Tags: s.Tags,
		Virtualization: serviceVirtualizationOf(s.Virtualization, shown), Bindings: each(s.Bindings, bindingOf),
	}
}

func bindingOf(b core.ObservedBinding) scanopy.Binding {
	return scanopy.Binding{ID: b.ID, Type: scanopy.BindingType(b.Type), InterfaceID: b.InterfaceID, PortID: b.PortID}
}

func hostVirtualizationOf(v *core.ObservedVirtualization, shown *scanopy.HostVirtualization) *scanopy.HostVirtualization {
	if v == nil {
		return nil
	}
	out := &scanopy.HostVirtualization{Type: v.Type, VMName: v.VMName, VMID: v.VMID, ServiceID: v.ServiceID}
	if shown != nil {
		out.Raw = shown.Raw
	}
	return out
}

func serviceVirtualizationOf(v *core.ObservedVirtualization, shown *scanopy.ServiceVirtualization) *scanopy.ServiceVirtualization {
	if v == nil {
		return nil
	}
	out := &scanopy.ServiceVirtualization{
		Type: v.Type, ContainerName: v.ContainerName, ContainerID: v.ContainerID, ComposeProject: v.ComposeProject,
		ServiceID: v.ServiceID,
	}
	if shown != nil {
		out.Raw = shown.Raw
	}
	return out
}
