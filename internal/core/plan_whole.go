// SPDX-License-Identifier: Apache-2.0

package core

// whole is one GET, merge and PUT for all changes. Before it go bindings that the order of the server's work would not
// free in time, after it tags that a PUT can't take off.
func (b stepBuilder) whole(changes []change) []Step {
	early, edit := orderEdit(b.base, b.fold(changes))
	steps := b.deleteEarly(early, changes)
	steps = append(steps, b.update(edit, itemsOf(changes)))
	return append(steps, b.lastTags(changes)...)
}

// deleteEarly deletes bindings that have to go before a PUT.
func (b stepBuilder) deleteEarly(rows []RowRef, changes []change) []Step {
	var steps []Step
	for _, r := range rows {
		steps = append(steps, Step{Kind: StepDeleteBinding, HostID: b.base.ID, Row: r, ServiceID: r.Parent, Items: itemsOfDrop(changes, r.ID)})
	}
	return steps
}

func (b stepBuilder) update(e Edit, items []Item) Step {
	return Step{Kind: StepUpdateHost, HostID: b.base.ID, Items: items, Edit: &e, Base: b.base}
}

// fold makes one edit of changes.
func (b stepBuilder) fold(changes []change) Edit {
	e := Edit{}
	at := map[string]int{} // a service's place in the edit
	for i := range changes {
		c := &changes[i]
		switch c.kind {
		case alterHost:
			tags := e.Tags
			e = mergeScalars(e, *c.host)
			e.Tags = tags
		case putInterface:
			e.PutInterfaces = append(e.PutInterfaces, c.iface)
			if c.replaces != "" {
				e.DropInterfaces = append(e.DropInterfaces, c.replaces)
			}
		case dropInterface:
			e.DropInterfaces = append(e.DropInterfaces, c.id)
		case makePort:
			e.PutPorts = append(e.PutPorts, c.port)
		case dropPort:
			e.DropPorts = append(e.DropPorts, c.id)
		case dropService:
			e.DropServices = append(e.DropServices, c.id)
		case alterTags:
			if tags := tagsToPut(c.tags); c.id == "" {
				e.Tags = &tags
			} else {
				e.service(at, c.id).Tags = &tags
			}
		default:
			c.foldService(e.service(at, c.id))
		}
	}
	return e
}

// service is the edit of a service, made when it is not there yet.
func (e *Edit) service(at map[string]int, id string) *ServiceEdit {
	i, ok := at[id]
	if !ok {
		i = len(e.PutServices)
		at[id] = i
		e.PutServices = append(e.PutServices, ServiceEdit{ID: id})
	}
	return &e.PutServices[i]
}

// foldService adds a change of a service or its bindings to the edit of that service.
func (c *change) foldService(e *ServiceEdit) {
	switch c.kind {
	case makeService:
		*e = *c.service
	case alterService:
		e.Name, e.Definition, e.Virtualization = c.service.Name, c.service.Definition, c.service.Virtualization
	case makeBinding:
		e.PutBindings = append(e.PutBindings, c.binding)
	case dropBinding:
		e.DropBindings = append(e.DropBindings, c.binding.ID)
	}
}

// mergeScalars takes a host's own fields from one edit into another.
func mergeScalars(e, from Edit) Edit {
	e.Name, e.Hostname, e.Description = from.Name, from.Hostname, from.Description
	e.Hidden, e.Virtualization = from.Hidden, from.Virtualization
	return e
}

// tagsToPut: an empty list changes nothing on the server, so one tag is left, to be removed by itself.
func tagsToPut(t tagChange) []string {
	if len(t.want) == 0 {
		return t.have[:1]
	}
	return t.want
}

// lastTags removes the tags that a PUT had to leave.
func (b stepBuilder) lastTags(changes []change) []Step {
	var out []Step
	for i := range changes {
		if c := &changes[i]; c.kind == alterTags && len(c.tags.want) == 0 {
			out = append(out, b.removeTags(c, c.tags.have[:1], nil)...)
		}
	}
	return out
}

// isolated writes the host and its own rows first, then what goes row by row, then the services one by one, so that a
// refusal hits one member only. Foreign bindings on a replaced interface are made again at once.
func (b stepBuilder) isolated(changes []change) []Step {
	var own, drops, rest []change
	services := map[string][]change{}
	for _, c := range changes {
		switch {
		case c.kind == dropBinding || c.kind == dropService:
			drops = append(drops, c)
		case c.remakes || c.isOwn():
			own = append(own, c)
		default:
			rest = append(rest, c)
			services[c.id] = append(services[c.id], c)
		}
	}
	early, edit := orderEdit(b.base, b.fold(rest))
	out := b.deleteEarly(early, rest)
	for i := range drops {
		out = append(out, b.single(&drops[i])...)
	}
	out = append(out, b.cheaper(own)...)
	for i := range edit.PutServices {
		out = append(out, b.cheaper(services[edit.PutServices[i].ID])...)
	}
	return out
}

// isOwn says that a change is one of the host itself, its interfaces and its ports.
func (c *change) isOwn() bool {
	switch c.kind {
	case alterHost, putInterface, dropInterface, makePort, dropPort:
		return true
	case alterTags:
		return c.id == ""
	}
	return false
}

// cheaper is one request by itself, or else a PUT.
func (b stepBuilder) cheaper(changes []change) []Step {
	if len(changes) == 0 {
		return nil
	}
	if single := b.singles(changes); single != nil && (len(single) <= 2 || isFragile(b.base)) {
		return single
	}
	return b.whole(changes)
}

func itemsOfDrop(changes []change, id string) []Item {
	for i := range changes {
		if changes[i].kind == dropBinding && changes[i].binding.ID == id {
			return changes[i].items
		}
	}
	return nil
}
