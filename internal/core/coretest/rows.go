// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// exists says that a row has the id, on whatever host.
func (s *Server) exists(id string) bool {
	for i := range s.Hosts {
		h := &s.Hosts[i]
		if slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.ID == id }) ||
			slices.ContainsFunc(h.Ports, func(o core.ObservedPort) bool { return o.ID == id }) ||
			slices.ContainsFunc(h.Services, func(o core.ObservedService) bool {
				return o.ID == id || slices.ContainsFunc(o.Bindings, func(b core.ObservedBinding) bool { return b.ID == id })
			}) {
			return true
		}
	}
	return false
}

func (s *Server) insertInterface(h *core.ObservedHost, n core.ObservedInterface) error {
	if s.exists(n.ID) {
		return refuse(400, "a record with these values already exists: interface %s", n.ID)
	}
	if slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.SubnetID == n.SubnetID && o.IP == n.IP }) {
		return refuse(400, "an interface with this IP address already exists on this host")
	}
	if err := s.write(); err != nil {
		return err
	}
	h.Interfaces = append(h.Interfaces, n)
	return nil
}

func (s *Server) insertPort(h *core.ObservedHost, n core.ObservedPort) error {
	if s.exists(n.ID) {
		return refuse(400, "a record with these values already exists: port %s", n.ID)
	}
	if slices.ContainsFunc(h.Ports, func(o core.ObservedPort) bool { return o.Number == n.Number && o.Protocol == n.Protocol }) {
		return refuse(400, "a port with this number and protocol already exists on this host")
	}
	if err := s.write(); err != nil {
		return err
	}
	h.Ports = append(h.Ports, n)
	return nil
}

// removeInterface takes the bindings on it along.
func (s *Server) removeInterface(h *core.ObservedHost, id string) error {
	if err := s.write(); err != nil {
		return err
	}
	h.Interfaces = slices.DeleteFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.ID == id })
	dropBindings(h, func(b core.ObservedBinding) bool { return b.InterfaceID == id })
	return nil
}

// removePort takes the bindings on it along.
func (s *Server) removePort(h *core.ObservedHost, id string) error {
	if err := s.write(); err != nil {
		return err
	}
	h.Ports = slices.DeleteFunc(h.Ports, func(o core.ObservedPort) bool { return o.ID == id })
	dropBindings(h, func(b core.ObservedBinding) bool { return b.PortID == id })
	return nil
}

func dropBindings(h *core.ObservedHost, gone func(core.ObservedBinding) bool) {
	for i := range h.Services {
		h.Services[i].Bindings = slices.DeleteFunc(slices.Clone(h.Services[i].Bindings), gone)
	}
}

// putService makes a service, or makes it what is given; bindings that are not in the list go first.
func (s *Server) putService(h *core.ObservedHost, n core.ObservedService, old *core.ObservedService) error {
	n.Bindings = deduplicate(n.Bindings)
	for i, b := range n.Bindings {
		if slices.ContainsFunc(n.Bindings[:i], func(o core.ObservedBinding) bool { return clash(o, b) }) {
			return refuse(400, "service %s: an interface and a port binding meet", n.Name)
		}
		if !stands(h, b) {
			return refuse(400, "service %s: binding references a row which does not belong to this host", n.Name)
		}
	}
	if by := claimedBy(h, n); by != "" {
		return refuse(400, "service %s: port is already bound to %q on this host", n.Name, by)
	}
	if err := s.write(); err != nil {
		return err
	}
	at := slices.IndexFunc(h.Services, func(o core.ObservedService) bool { return o.ID == n.ID })
	if at < 0 {
		if s.exists(n.ID) {
			return refuse(400, "a record with these values already exists: service %s", n.ID)
		}
		h.Services = append(h.Services, core.ObservedService{ID: n.ID, Source: "Manual"})
		at = len(h.Services) - 1
	}
	row := &h.Services[at]
	if row.Name, row.Definition = n.Name, n.Definition; slices.Contains(s.Unknown, n.Definition) {
		row.Definition = "Missing Service"
	}
	if n.Virtualization != nil || old == nil {
		row.Virtualization = n.Virtualization
	}
	if err := s.saveBindings(row, n.Bindings); err != nil {
		return err
	}
	return s.setTags(&row.Tags, n.Tags)
}

func (s *Server) saveBindings(row *core.ObservedService, list []core.ObservedBinding) error {
	row.Bindings = slices.DeleteFunc(slices.Clone(row.Bindings), func(o core.ObservedBinding) bool {
		return !slices.ContainsFunc(list, func(n core.ObservedBinding) bool { return n.ID == o.ID })
	})
	for _, n := range list {
		if err := s.write(); err != nil {
			return err
		}
		if i := slices.IndexFunc(row.Bindings, func(o core.ObservedBinding) bool { return o.ID == n.ID }); i >= 0 {
			row.Bindings[i] = n
			continue
		}
		if s.exists(n.ID) {
			return refuse(400, "a record with these values already exists: binding %s", n.ID)
		}
		row.Bindings = append(row.Bindings, n)
	}
	return nil
}
