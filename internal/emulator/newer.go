// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"

	"github.com/google/uuid"
)

// staleAfterHours is when rows that no discovery sees any more count as stale, unless a network says otherwise.
const staleAfterHours = 672

func (d *dialect) scope(network uuid.UUID) scope {
	if d.words.network == "site" {
		return scope{SiteID: &network}
	}
	return scope{NetworkID: &network}
}

// past is nil before there is one. A row is as it is since it was changed.
func (d *dialect) past(created, updated Stamp) *past {
	if !d.shapes.history {
		return nil
	}
	return &past{history: history{ValidFrom: updated}, seen: seen{created}}
}

func (d *dialect) row(t rowTimes, network uuid.UUID) newerRow {
	return newerRow{rowTimes: t, past: d.past(t.CreatedAt, t.UpdatedAt), scope: d.scope(network)}
}

func (d *dialect) newerSource(s Source) Source {
	if d.shapes.history {
		s.Metadata = nil
	}
	return s
}

func (d *dialect) mac(address *string, by Attribution) *macAddress {
	if address == nil && d.shapes.history {
		return nil
	}
	out := &macAddress{MACAddress: address}
	if d.shapes.ranked {
		out.macSource = &macSource{by}
	}
	return out
}

func (d *dialect) newerAddress(r *Interface) newerAddress {
	return newerAddress{
		newerRow: d.row(rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, r.NetworkID),
		HostID:   r.HostID, SubnetID: r.SubnetID, IPAddress: r.IPAddress, macAddress: d.mac(r.MACAddress, r.MACSource),
		Name: r.Name, Position: r.Position,
	}
}

func (d *dialect) newerPort(r *Port) newerPort {
	return newerPort{
		newerRow: d.row(rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, r.NetworkID),
		HostID:   r.HostID, Number: r.Number, Protocol: r.Protocol, Type: r.Type,
	}
}

func (d *dialect) newerBinding(r *Binding) newerBinding {
	out := newerBinding{
		newerRow:  d.row(rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, r.NetworkID),
		ServiceID: r.ServiceID, Type: r.Type, PortID: r.PortID,
	}
	if r.Type == bindInterface {
		out.Type = d.words.bindAddress
	}
	if r.InterfaceID != nil || d.shapes.history {
		out.bindingAddress = &bindingAddress{r.InterfaceID}
	}
	return out
}

func (d *dialect) newerService(r *Service) newerService {
	out := newerService{
		newerRow: d.row(rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, r.NetworkID),
		HostID:   r.HostID, ServiceDefinition: r.ServiceDefinition, Name: r.Name, Bindings: shapeAll(r.Bindings, d.newerBinding),
		Source: d.newerSource(r.Source), Tags: r.Tags, Position: r.Position,
	}
	out.wholeVirtualization, out.splitVirtualization = d.virtualization(r.Virtualization, r.VirtualizationServiceID)
	return out
}

// virtualization is one field, or since the split two.
func (d *dialect) virtualization(v *Virtualization, service *uuid.UUID) (*wholeVirtualization, *splitVirtualization) {
	if !d.shapes.split {
		return &wholeVirtualization{v}, nil
	}
	out := &splitVirtualization{ServiceID: service}
	if v == nil {
		return nil, out
	}
	details, _ := v.Details.(map[string]any)
	details = maps.Clone(details)
	maps.DeleteFunc(details, func(key string, value any) bool {
		text, ok := value.(*string)
		return key == "service_id" || (ok && text == nil)
	})
	out.Metadata = &Virtualization{Type: v.Type, Details: details}
	return nil, out
}

// newerIfEntry has had another shape since 0.17.
func (d *dialect) newerIfEntry(r *IfEntry) any {
	if !d.shapes.history {
		return renamedIfEntry{IfEntry: d.named(r), IPAddressID: r.InterfaceID}
	}
	name := r.IfDescr
	if r.IfName.Text != nil {
		name = *r.IfName.Text
	}
	return newerIfEntry{
		newerRow: d.row(rowTimes{r.ID, r.CreatedAt, r.UpdatedAt}, r.NetworkID),
		HostID:   r.HostID, AdminStatus: r.AdminStatus, DisplayName: name, IfAlias: r.IfAlias, IfDescr: r.IfDescr,
		IfIndex: r.IfIndex, IfName: r.IfName.Text, IfType: r.IfType, IPAddressID: r.InterfaceID, IPConfigured: r.InterfaceID != nil,
		macAddress: d.mac(r.MACAddress, r.MACSource), NeighborCandidates: []any{}, OperStatus: r.OperStatus, SpeedBPS: r.SpeedBPS,
	}
}

func (d *dialect) newerSubnet(r *Subnet) newerSubnet {
	s := d.scope(r.NetworkID)
	c := *r
	c.Source = d.newerSource(c.Source)
	out := newerSubnet{
		Subnet: &c, past: d.past(r.CreatedAt, r.UpdatedAt), NetworkID: s.NetworkID, SiteID: s.SiteID,
	}
	if d.shapes.ranked {
		out.subnetSource = &subnetSource{r.CIDRSource}
	}
	if d.shapes.split {
		out.subnetVirtualization = &subnetVirtualization{r.VirtualizationServiceID}
	}
	return out
}

func (d *dialect) newerDaemon(r *Daemon) newerDaemon {
	s := d.scope(r.NetworkID)
	return newerDaemon{Daemon: r, NetworkID: s.NetworkID, SiteID: s.SiteID}
}

func (d *dialect) newerNetwork(r *Network) any {
	if !d.shapes.history {
		return r
	}
	out := newerNetwork{Network: r, StaleAfterHours: r.StaleAfterHours, EffectiveStaleAfterHours: staleAfterHours}
	if r.StaleAfterHours != nil {
		out.EffectiveStaleAfterHours = *r.StaleAfterHours
	}
	return out
}

func (d *dialect) newerTag(r *Tag) newerTag {
	if d.shapes.ancestry {
		return newerTag{Tag: r, exclusiveTag: &exclusiveTag{r.ExclusiveSet, r.Icon}}
	}
	return newerTag{Tag: r, applicationTag: &applicationTag{r.ExclusiveSet.isApplication()}}
}
