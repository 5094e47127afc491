// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

const openPorts = "Unclaimed Open Ports"

// stand is a binding that stands, or was accepted, with the service that it is on.
type stand struct {
	service string
	core.ObservedBinding
}

func (h *handJudge) judgeServices() {
	claims := h.foreign()
	for i, w := range h.w.services {
		d := core.DesiredService{Item: core.Item{Object: serviceRef(w.object)}, Fate: core.Write, Name: w.name, Definition: "Caddy", Tags: w.tags}
		derived := core.ChildID(testInstance, core.Owner(testNetwork, serviceRef(w.object)), core.RowService)
		d.Row = slices.IndexFunc(h.base.Services, func(o core.ObservedService) bool {
			return o.Name == w.name && o.Definition == "Caddy" && !h.used[o.ID]
		})
		if d.Row < 0 {
			d.Row = slices.IndexFunc(h.base.Services, func(o core.ObservedService) bool { return o.ID == derived && !h.used[o.ID] })
		}
		d.ID = derived
		if d.Row >= 0 {
			d.ID = h.base.Services[d.Row].ID
		} else if h.used[derived] {
			d.ID = h.freshID(serviceRef(w.object), core.RowService)
		}
		h.used[d.ID] = true
		if w.keep {
			d.Fate = core.Keep
		} else {
			claims = h.judgeBindings(&d, i, claims)
		}
		h.j.Host.Services = append(h.j.Host.Services, d)
	}
	for i := range h.j.Host.Services {
		h.derive(&h.j.Host.Services[i])
		h.yields(h.j.Host.Services[i])
	}
}

// foreign are the claims that rank before all declared ones.
func (h *handJudge) foreign() []stand {
	var out []stand
	for _, s := range h.base.Services {
		keep := slices.ContainsFunc(h.w.services, func(w wishService) bool {
			return w.keep && s.ID == core.ChildID(testInstance, core.Owner(testNetwork, serviceRef(w.object)), core.RowService)
		})
		for _, b := range s.Bindings {
			if keep || (!isOurs(b.ID) && s.Definition != openPorts) {
				out = append(out, stand{s.ID, h.remade(b)})
			}
		}
	}
	return out
}

// remade is a binding as it will be when interfaces have been replaced.
func (h *handJudge) remade(b core.ObservedBinding) core.ObservedBinding {
	for _, d := range h.j.Host.Interfaces {
		if d.Replaces != "" && d.Replaces == b.InterfaceID {
			b.InterfaceID = d.ID
		}
	}
	return b
}

func (h *handJudge) judgeBindings(d *core.DesiredService, _ int, claims []stand) []stand {
	var own []stand
	for i, w := range h.w.services[len(h.j.Host.Services)].bindings {
		b := core.ObservedBinding{Type: core.BindPort, PortID: h.ports[w.port], InterfaceID: h.ifaces[w.iface]}
		if w.port == "" {
			b.Type = core.BindInterface
		}
		if (w.port != "" && b.PortID == "") || (w.iface != "" && b.InterfaceID == "") {
			continue
		}
		n := core.DesiredBinding{Item: core.Item{Object: d.Item.Object, Part: core.PartBinding, Index: i}, Fate: core.Withdraw,
			Row: -1, Outcome: core.OutcomeRejected, InterfaceID: b.InterfaceID, PortID: b.PortID,
			Spec: core.BindingSpec{Type: b.Type, Interface: w.iface, Port: w.port}}
		if !slices.ContainsFunc(claims, func(s stand) bool { return blocks(d.ID, b, s) }) {
			n.Fate, n.Outcome = core.Write, core.OutcomeEffective
			claims, own = append(claims, stand{d.ID, b}), append(own, stand{d.ID, b})
		}
		d.Bindings = append(d.Bindings, n)
	}
	for i := range d.Bindings {
		h.settle(d, &d.Bindings[i], own, claims, i)
	}
	return claims
}

// blocks is B3, B4 and B6, and a foreign one on all interfaces, beside which the server would not keep a single one.
func blocks(service string, b core.ObservedBinding, s stand) bool {
	meet := b.InterfaceID == "" || s.InterfaceID == "" || b.InterfaceID == s.InterfaceID
	if s.service != service {
		return meet && b.Type == core.BindPort && s.Type == core.BindPort && b.PortID == s.PortID
	}
	return meet && b.Type != s.Type
}

func bindingContent(b core.DesiredBinding) core.ObservedBinding {
	return core.ObservedBinding{Type: b.Spec.Type, InterfaceID: b.InterfaceID, PortID: b.PortID}
}

// settle finds duplicates and superseded ones and gives the rest an id.
func (h *handJudge) settle(d *core.DesiredService, n *core.DesiredBinding, _, claims []stand, at int) {
	if n.Fate != core.Write {
		return
	}
	b := bindingContent(*n)
	for _, s := range claims {
		if s.service == d.ID && s.Type == core.BindPort && s.PortID == b.PortID && s.InterfaceID == "" && b.InterfaceID != "" {
			n.Outcome, n.Fate = core.OutcomeSuperseded, core.Withdraw
			return
		}
	}
	for _, o := range d.Bindings[:at] {
		if o.Outcome == core.OutcomeEffective && bindingContent(o) == b {
			n.Outcome, n.Fate = core.OutcomeDuplicate, core.Withdraw
			return
		}
	}
	if d.Row >= 0 {
		n.Row = slices.IndexFunc(h.base.Services[d.Row].Bindings, func(o core.ObservedBinding) bool {
			o.ID = ""
			return o == b
		})
	}
	if n.Row >= 0 {
		n.ID = h.base.Services[d.Row].Bindings[n.Row].ID
		h.used[n.ID] = true
	}
}

// derive gives bindings without a row an id, once those that have a row are known.
func (h *handJudge) derive(d *core.DesiredService) {
	for i := range d.Bindings {
		if n := &d.Bindings[i]; n.Outcome == core.OutcomeEffective && n.Row < 0 {
			n.ID = h.freshID(d.Item.Object, core.RowBinding, n.Spec.Port, n.Spec.Interface)
			h.used[n.ID] = true
		}
	}
}

// yields lists what may give way: open ports that a service claims, foreign single interfaces under an all of ours.
func (h *handJudge) yields(d core.DesiredService) {
	for _, n := range d.Bindings {
		if n.Outcome != core.OutcomeEffective || n.Spec.Type != core.BindPort {
			continue
		}
		for _, s := range h.base.Services {
			h.yieldsTo(d, n, s)
		}
	}
}

func (h *handJudge) yieldsTo(d core.DesiredService, n core.DesiredBinding, s core.ObservedService) {
	for _, b := range s.Bindings {
		may := (s.Definition == openPorts && s.ID != d.ID) || (s.ID == d.ID && n.InterfaceID == "" && b.InterfaceID != "")
		if may && !isOurs(b.ID) && b.Type == core.BindPort && b.PortID == n.PortID {
			h.j.Yielded = append(h.j.Yielded, core.RowRef{Kind: core.RowBinding, ID: b.ID, Parent: s.ID})
		}
	}
}

// withdraw lists rows of ours that no item has; a parent with foreign bindings stays.
func (h *handJudge) withdraw() {
	for _, o := range h.base.Interfaces {
		h.goes(core.RowRef{Kind: core.RowInterface, ID: o.ID}, h.used[o.ID])
	}
	for _, o := range h.base.Ports {
		h.goes(core.RowRef{Kind: core.RowPort, ID: o.ID}, h.used[o.ID])
	}
	for _, s := range h.base.Services {
		h.goes(core.RowRef{Kind: core.RowService, ID: s.ID}, h.used[s.ID])
		kept := slices.ContainsFunc(h.j.Host.Services, func(d core.DesiredService) bool { return d.ID == s.ID && d.Fate == core.Keep })
		for _, b := range s.Bindings {
			h.goes(core.RowRef{Kind: core.RowBinding, ID: b.ID, Parent: s.ID}, kept || h.isBound(s.ID, b.ID))
		}
	}
}

func (h *handJudge) goes(r core.RowRef, wanted bool) {
	switch {
	case wanted || !isOurs(r.ID):
	case r.Kind != core.RowBinding && h.carriesForeign(r.ID):
		h.j.Retained = append(h.j.Retained, r)
	default:
		h.j.Withdraw = append(h.j.Withdraw, r)
	}
}

func (h *handJudge) isBound(service, id string) bool {
	return slices.ContainsFunc(h.j.Host.Services, func(d core.DesiredService) bool {
		return d.ID == service && slices.ContainsFunc(d.Bindings, func(b core.DesiredBinding) bool { return b.ID == id })
	})
}
