// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// MergeEdit is the host to PUT: the edit laid over what a GET has just shown. Fields that the edit doesn't name and rows
// that are not ours are as shown, lists that don't change are not sent, and the server's lock holds the version shown.
func MergeEdit(fresh ObservedHost, e Edit) HostWrite {
	w := HostWrite{
		NetworkID: fresh.NetworkID, Name: fresh.Name, Hostname: fresh.Hostname, Description: fresh.Description,
		Hidden: fresh.Hidden, Tags: distinctSorted(fresh.Tags), Virtualization: fresh.Virtualization, Expected: fresh.Version,
	}
	w.setFields(e)
	w.Interfaces, w.HasInterfaces = mergeRows(fresh.Interfaces, e.PutInterfaces, e.DropInterfaces,
		func(r ObservedInterface) string { return r.ID })
	w.Ports, w.HasPorts = mergeRows(fresh.Ports, e.PutPorts, e.DropPorts, func(r ObservedPort) string { return r.ID })
	if len(e.PutServices) > 0 || len(e.DropServices) > 0 {
		w.Services, w.HasServices = mergeServices(fresh, e), true
	}
	return w
}

// setFields takes over the host's own fields that an edit names; an empty text clears.
func (w *HostWrite) setFields(e Edit) {
	if e.Name != nil {
		w.Name = *e.Name
	}
	if e.Hostname != nil {
		w.Hostname = cleared(e.Hostname)
	}
	if e.Description != nil {
		w.Description = cleared(e.Description)
	}
	if e.Hidden != nil {
		w.Hidden = *e.Hidden
	}
	if e.Tags != nil {
		w.Tags = distinctSorted(*e.Tags)
	}
	if e.Virtualization != nil {
		w.Virtualization = e.Virtualization
	}
}

// mergeRows lays rows over those shown, in their order, new ones last; it tells whether anything changes.
func mergeRows[R comparable](shown, put []R, drop []string, id func(R) string) (rows []R, changes bool) {
	if len(put) == 0 && len(drop) == 0 {
		return nil, false
	}
	for _, r := range shown {
		if slices.Contains(drop, id(r)) {
			changes = true
			continue
		}
		if i := slices.IndexFunc(put, func(p R) bool { return id(p) == id(r) }); i >= 0 {
			changes = changes || put[i] != r
			r = put[i]
		}
		rows = append(rows, r)
	}
	for _, p := range put {
		if !slices.ContainsFunc(shown, func(r R) bool { return id(r) == id(p) }) {
			rows, changes = append(rows, p), true
		}
	}
	if !changes {
		return nil, false
	}
	return rows, true
}

// mergeServices lists those services that the edit doesn't name as they are, then those it names in its order, which is
// one in which the server can work them off.
func mergeServices(fresh ObservedHost, e Edit) []ObservedService {
	out := make([]ObservedService, 0, len(fresh.Services)+len(e.PutServices))
	named := make(map[string]*ObservedService, len(e.PutServices))
	for i := range e.PutServices {
		named[e.PutServices[i].ID] = nil
	}
	for i := range fresh.Services {
		s := &fresh.Services[i]
		if _, ok := named[s.ID]; ok {
			named[s.ID] = s
		} else if !slices.Contains(e.DropServices, s.ID) {
			out = append(out, mergeService(*s, ServiceEdit{}, e))
		}
	}
	for i := range e.PutServices {
		put, base := e.PutServices[i], ObservedService{ID: e.PutServices[i].ID}
		if shown := named[put.ID]; shown != nil {
			base = *shown
		} else if !put.New {
			continue
		}
		out = append(out, mergeService(base, put, e))
	}
	return out
}

// mergeService lays an edit over a service. Bindings on rows that the same edit drops go, for the server refuses them, and
// so do those that a new one on all interfaces supersedes, for the server drops them without a word.
func mergeService(s ObservedService, put ServiceEdit, e Edit) ObservedService {
	if put.Name != nil {
		s.Name = *put.Name
	}
	if put.Definition != nil {
		s.Definition = *put.Definition
	}
	if put.Virtualization != nil {
		s.Virtualization = put.Virtualization
	}
	s.Tags = distinctSorted(s.Tags)
	if put.Tags != nil {
		s.Tags = distinctSorted(*put.Tags)
	}
	gone := func(b ObservedBinding) bool {
		return slices.Contains(put.DropBindings, b.ID) || slices.Contains(e.DropInterfaces, b.InterfaceID) ||
			slices.Contains(e.DropPorts, b.PortID) || slices.ContainsFunc(put.PutBindings, func(p ObservedBinding) bool { return p.ID == b.ID || rowSupersedes(p, b) })
	}
	if len(put.PutBindings)+len(put.DropBindings)+len(e.DropInterfaces)+len(e.DropPorts) > 0 {
		s.Bindings = append(slices.DeleteFunc(slices.Clone(s.Bindings), gone), put.PutBindings...)
	}
	return s
}
