// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// resolveHost resolves the references of the Host's own fields and says what it wants of them.
func (j *judge) resolveHost() {
	h, d := j.in.Host, &j.out.Host
	d.Hostname, d.Description, d.Hidden = h.Hostname, h.Description, h.Hidden
	if h.TagsManaged && j.known() {
		ids, create, fault := j.tags.resolve(h.Tags)
		if fault != nil {
			j.findFault(d.Item, fault)
			j.root.fate, j.root.why = Keep, "names a tag that is not there"
		} else {
			d.Tags, d.NewTags = &ids, create
		}
	}
	if v := h.Virtualization; v != nil {
		j.judgeVirtualization(d.Item, v.ServiceRef, v.ServiceID, v.ServiceFound)
		d.Virtualization = &ObservedVirtualization{Type: v.Type, VMName: v.VMName, VMID: v.VMID, ServiceID: v.ServiceID}
	}
	d.Fate = j.root.fate
}

// desire builds the host that is wanted.
func (j *judge) desire() {
	d := &j.out.Host
	d.Fate = j.root.fate
	d.Interfaces = make([]DesiredInterface, len(j.ifaces))
	for i := range j.ifaces {
		d.Interfaces[i] = j.desiredInterface(&j.ifaces[i])
	}
	d.Ports = make([]DesiredPort, len(j.ports))
	for i := range j.ports {
		p := &j.ports[i]
		d.Ports[i] = DesiredPort{Item: p.item, Others: p.others, Fate: p.fate, ID: p.id, Row: p.row, Name: p.decl.Name,
			Number: p.decl.Number, Protocol: p.decl.Protocol}
	}
	j.desireServices()
}

func (j *judge) desiredInterface(d *iface) DesiredInterface {
	out := DesiredInterface{Item: d.item, Others: d.others, Fate: d.fate, ID: d.id, Row: d.row, NewSubnet: d.create}
	out.Observed = ObservedInterface{ID: d.id, IP: d.decl.IP, MAC: d.mac, Name: d.decl.Name}
	if d.subnet != nil {
		out.SubnetID, out.Observed.SubnetID = d.subnet.ID, d.subnet.ID
	}
	if d.replaces {
		out.Row, out.Replaces = -1, j.target.Interfaces[d.row].ID
	}
	return out
}

// desireServices lists the units in order of precedence of their owners, then the services that come to nothing.
func (j *judge) desireServices() {
	d := &j.out.Host
	order := make([]int32, 0, j.declared)
	for u := range j.units[:j.declared] {
		order = append(order, int32(u))
	}
	slices.SortFunc(order, func(a, b int32) int { return int(j.units[a].owner) - int(j.units[b].owner) })
	a := arena{items: make([]Item, 0, len(j.services)), bindings: make([]DesiredBinding, 0, len(j.binds))}
	d.Services = make([]DesiredService, 0, len(j.services))
	for _, u := range order {
		d.Services = append(d.Services, j.desiredService(&j.units[u], &a))
	}
	for i := range j.services {
		if s := &j.services[i]; s.unit < 0 && !j.members[s.member].meta.Deleting {
			d.Services = append(d.Services, j.unwrittenService(int32(i), &a))
		}
	}
}

// arena is room for the lists of all services: one allocation each.
type arena struct {
	items    []Item
	bindings []DesiredBinding
}

func (j *judge) desiredService(u *unit, a *arena) DesiredService {
	s := &j.services[u.owner]
	out := DesiredService{Item: s.item, Fate: u.fate, ID: u.id, Row: u.row, Name: s.name, Definition: s.definition, NewTags: s.newTags}
	if s.tagsManaged && s.tagIDs != nil {
		out.Tags = &s.tagIDs
	}
	if v := s.virtualization; v != nil {
		out.Virtualization = &ObservedVirtualization{Type: v.Type, ContainerName: v.ContainerName, ContainerID: v.ContainerID,
			ComposeProject: v.ComposeProject, ServiceID: v.ServiceID}
	}
	from := len(a.items)
	a.items = append(a.items, s.item)
	for i := u.first; i >= 0; i = j.services[i].next {
		if i != u.owner {
			a.items = append(a.items, j.services[i].item)
		}
	}
	out.Items = a.items[from:len(a.items):len(a.items)]
	from = len(a.bindings)
	for i := u.firstBind; i >= 0; i = j.binds[i].next {
		a.bindings = append(a.bindings, j.desiredBinding(&j.binds[i], u))
	}
	out.Bindings = a.bindings[from:len(a.bindings):len(a.bindings)]
	return out
}

func (j *judge) desiredBinding(b *bind, u *unit) DesiredBinding {
	out := DesiredBinding{Item: b.item, Fate: b.fate, Row: b.row, Spec: *b.spec, Outcome: b.outcome, By: b.by}
	if b.resolved && b.iface >= 0 {
		out.InterfaceID = j.ifaces[b.iface].id
	}
	if b.resolved && b.port >= 0 {
		out.PortID = j.ports[b.port].id
	}
	switch {
	case b.row >= 0:
		out.ID = j.target.Services[u.row].Bindings[b.row].ID
	case b.outcome == OutcomeEffective && b.fate == Write && u.id != "":
		out.ID, out.Fate = j.fresh(b.item, &j.members[b.member], RowBinding, j.bindingKey(b)...)
		if out.Fate == Keep {
			out.Outcome = OutcomePending
		}
	}
	return out
}

// unwrittenService is a service that has no place on the host, with its bindings, so that they can be told about.
func (j *judge) unwrittenService(i int32, a *arena) DesiredService {
	s := &j.services[i]
	a.items = append(a.items, s.item)
	out := DesiredService{Item: s.item, Items: a.items[len(a.items)-1:], Fate: s.fate, Row: -1, Name: s.name, Definition: s.definition}
	for k := range j.binds {
		if b := &j.binds[k]; b.service == i {
			out.Bindings = append(out.Bindings, DesiredBinding{Item: b.item, Fate: b.fate, Row: -1, Spec: *b.spec, Outcome: b.outcome, By: b.by})
		}
	}
	return out
}

// desireNothing lists what is declared on a Host that is not there: all of it waits.
func (j *judge) desireNothing() {
	for i := range j.members {
		s := j.members[i].service
		if s == nil || s.Deleting {
			continue
		}
		item := Item{Object: s.Ref}
		d := DesiredService{Item: item, Items: []Item{item}, Row: -1, Name: s.Name, Definition: s.Definition}
		for k := range s.Bindings {
			d.Bindings = append(d.Bindings, DesiredBinding{Item: Item{Object: s.Ref, Part: PartBinding, Index: k}, Row: -1,
				Spec: s.Bindings[k], Outcome: OutcomePending})
		}
		for k := range j.members {
			if b := j.members[k].binding; b != nil && b.Service == s.Ref && !b.Deleting {
				d.Bindings = append(d.Bindings, DesiredBinding{Item: Item{Object: b.Ref, Part: PartBinding}, Row: -1,
					Spec: b.Spec, Outcome: OutcomePending})
			}
		}
		j.out.Host.Services = append(j.out.Host.Services, d)
	}
}

// tellHeld tells Services and Bindings on a Host that is Keep as a whole why they wait. On one that is paused those that
// are in the backend are as content as it is.
func (j *judge) tellHeld() {
	if !j.held || j.heldBecause == becauseObserved {
		return
	}
	j.tellHeldServices()
	j.tellHeldBindings()
}

func (j *judge) tellHeldServices() {
	for i := range j.services {
		if s := &j.services[i]; s.item.Part == PartObject && s.fate != Withdraw {
			j.tellHeldItem(s.item, s.unit >= 0 && j.units[s.unit].row >= 0, s.host)
		}
	}
}

func (j *judge) tellHeldBindings() {
	for i := range j.binds {
		if b := &j.binds[i]; b.item.Object.Kind == KindBinding && b.outcome != OutcomeRejected && b.fate != Withdraw {
			j.tellHeldItem(b.item, b.row >= 0, j.hostOfBind(b))
		}
	}
}

// hostOfBind is the Host that the service of a binding is on.
func (j *judge) hostOfBind(b *bind) int32 {
	if b.service < 0 {
		return j.hosts[0]
	}
	return j.services[b.service].host
}

// tellHeldItem names the Host that the item is on: that of another namespace is not told more.
func (j *judge) tellHeldItem(item Item, isWritten bool, host int32) {
	detail := "Host " + nameFor(item.Object, j.in.Host.Ref) + " " + j.heldBecause
	if on := j.members[host].meta.Ref; on != j.in.Host.Ref && on.Namespace != item.Object.Namespace {
		detail = "Host " + nameFor(item.Object, on) + " is part of one that " + j.heldBecause
	}
	f := Finding{Item: item, Condition: Synced, Reason: ReasonDependencyNotReady, Detail: detail}
	if isWritten && j.heldBecause == becausePaused {
		f.Status, f.Reason = true, ReasonPaused
	}
	j.find(f)
}
