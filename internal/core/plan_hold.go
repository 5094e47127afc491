// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// restraint says what may not be sent now.
type restraint struct {
	// newServices and withdrawals wait for the moment of quiet, removals of any kind for leave to delete.
	newServices, withdrawals, removals bool
	// torn is what no list of services may be sent for.
	torn *torn
}

func restraintOf(in Input, policy Policy) restraint {
	keep := !in.MayDelete || policy.NoDelete
	return restraint{newServices: !in.Quiet, withdrawals: !in.Quiet || keep, removals: keep}
}

// reason says why what is held waits.
func (r restraint) reason() (Reason, string) {
	switch {
	case r.torn != nil:
		return ReasonDependencyNotReady, r.torn.message()
	case r.removals:
		return ReasonPending, "nothing may be deleted now"
	}
	return ReasonPending, "waiting for a moment without changes before a service is added or rows are withdrawn"
}

// hold parts changes into those that may be sent and those that wait: what is restrained, what can only be made once
// a row that stays for now has gone, and the giving way of what nobody needs yet.
func (r restraint) hold(changes []change, base *ObservedHost) (send, held []change) {
	if r == (restraint{}) {
		return changes, nil
	}
	var standing []change     // bindings that stay for now
	away := map[string]bool{} // interfaces that are not made for now
	for i := range changes {
		c := &changes[i]
		switch {
		case !r.restrains(c):
			send = append(send, *c)
		default:
			held = append(held, *c)
			standing = append(standing, c.standing(base)...)
			if c.kind == putInterface {
				away[c.iface.ID] = true
			}
		}
	}
	if len(held) == 0 {
		return send, nil
	}
	for more := true; more; {
		var blocked []change
		send, blocked = splitBlocked(send, standing, away)
		held = append(held, blocked...)
		more = false
		for i := range blocked {
			old := blocked[i].standing(base)
			standing, more = append(standing, old...), more || len(old) > 0
		}
	}
	return unneeded(send), held
}

func (r restraint) restrains(c *change) bool {
	switch {
	case r.torn != nil && c.needsList():
		return true
	case c.replaces != "", c.withdrawal:
		return r.withdrawals
	case c.yields:
		return r.removals
	case c.kind == makeService:
		return r.newServices
	}
	return false
}

// standing are the bindings that stay while a change is held: its own, and those that a removal would take with it.
func (c *change) standing(base *ObservedHost) []change {
	switch c.kind {
	case dropBinding:
		return []change{*c}
	case makeBinding: // what its row says for now
		if s, row := findBinding(base, RowRef{ID: c.binding.ID, Parent: c.id}); row != nil {
			return []change{{kind: dropBinding, id: s.ID, binding: *row}}
		}
	case dropService, dropPort, dropInterface, putInterface:
		return c.carried(base)
	}
	return nil
}

// carried are the bindings that a removal, or the replacing of an interface, takes with it.
func (c *change) carried(base *ObservedHost) []change {
	gone := c.id
	if c.kind == putInterface {
		gone = c.replaces
	}
	var out []change
	for i := range base.Services {
		s := &base.Services[i]
		for _, b := range s.Bindings {
			if gone != "" && (gone == s.ID || gone == b.PortID || gone == b.InterfaceID) {
				out = append(out, change{kind: dropBinding, id: s.ID, binding: b})
			}
		}
	}
	return out
}

// splitBlocked takes out what cannot be made beside what stands. A new service is made without those bindings.
func splitBlocked(changes, standing []change, away map[string]bool) (send, blocked []change) {
	waits := func(service string, b ObservedBinding) bool {
		return away[b.InterfaceID] || slices.ContainsFunc(standing, func(old change) bool {
			return takesPlace(service, b, old.id, old.binding)
		})
	}
	for _, c := range changes {
		if c.kind == makeService {
			part, rest := c.split(waits)
			send = append(send, part)
			if len(rest.items) > 0 {
				blocked = append(blocked, rest)
			}
			continue
		}
		if c.kind == makeBinding && waits(c.id, c.binding) {
			blocked = append(blocked, c)
			continue
		}
		send = append(send, c)
	}
	return send, blocked
}

// split parts the making of a service from those of its bindings that wait. Its items end with those of its bindings.
func (c change) split(waits func(string, ObservedBinding) bool) (send, rest change) {
	e := *c.service
	own := len(c.items) - len(e.PutBindings)
	send, rest = c, change{kind: makeBinding, id: c.id}
	e.PutBindings, send.items = nil, slices.Clone(c.items[:own])
	for i, b := range c.service.PutBindings {
		if waits(c.id, b) {
			rest.items = append(rest.items, c.items[own+i])
			continue
		}
		e.PutBindings = append(e.PutBindings, b)
		send.items = append(send.items, c.items[own+i])
	}
	send.service = &e
	return send, rest
}

// unneeded leaves out foreign bindings that need not give way, because what takes their place is held.
func unneeded(changes []change) []change {
	return slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.yields && !isNeeded(c, changes) })
}
