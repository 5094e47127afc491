// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Consolidate moves what hangs on one host to another and deletes it. If services of both claim a port it stops
// half-way: interfaces and ports are moved, of the services those before it, and both hosts stay.
func (s *Server) Consolidate(destination, other string) (core.ObservedHost, error) {
	s.Requests++
	if destination == other {
		return core.ObservedHost{}, refuse(400, "can't consolidate a host with itself")
	}
	h, err := s.host(destination)
	if err != nil {
		return core.ObservedHost{}, err
	}
	from, err := s.host(other)
	if err != nil {
		return core.ObservedHost{}, err
	}
	if from.Daemon {
		return core.ObservedHost{}, refuse(400, "can't consolidate a host that has a daemon associated with it")
	}
	to, err := s.moveRows(h, from)
	if err != nil {
		return core.ObservedHost{}, err
	}
	if h.Hostname == nil {
		h.Hostname = from.Hostname
	}
	if err := s.moveServices(h, from, to); err != nil {
		return core.ObservedHost{}, err
	}
	out := Copy(*h)
	s.Hosts = slices.DeleteFunc(s.Hosts, func(o core.ObservedHost) bool { return o.ID == other })
	return out, s.write()
}

// moveRows moves the interfaces and ports that the other host has alone; it says where each is now.
func (s *Server) moveRows(h, from *core.ObservedHost) (map[string]string, error) {
	to := map[string]string{}
	has := slices.Clone(h.Interfaces)
	for _, r := range slices.Clone(from.Interfaces) {
		at := slices.IndexFunc(has, func(o core.ObservedInterface) bool {
			return (o.SubnetID == r.SubnetID && o.IP == r.IP) || (o.MAC != "" && o.MAC == r.MAC)
		})
		if at >= 0 {
			to[r.ID] = has[at].ID
			continue
		}
		if err := s.write(); err != nil {
			return nil, err
		}
		to[r.ID] = r.ID
		h.Interfaces = append(h.Interfaces, r)
		from.Interfaces = slices.DeleteFunc(from.Interfaces, func(o core.ObservedInterface) bool { return o.ID == r.ID })
	}
	ports := slices.Clone(h.Ports)
	for _, r := range slices.Clone(from.Ports) {
		at := slices.IndexFunc(ports, func(o core.ObservedPort) bool { return o.Number == r.Number && o.Protocol == r.Protocol })
		if at >= 0 {
			to[r.ID] = ports[at].ID
			continue
		}
		if err := s.write(); err != nil {
			return nil, err
		}
		to[r.ID] = r.ID
		h.Ports = append(h.Ports, r)
		from.Ports = slices.DeleteFunc(from.Ports, func(o core.ObservedPort) bool { return o.ID == r.ID })
	}
	return to, nil
}

// moveServices moves services one by one, but for those that the host has by name and definition. A binding whose
// interface had moved before is widened to all interfaces.
func (s *Server) moveServices(h, from *core.ObservedHost, to map[string]string) error {
	has := slices.Clone(h.Services)
	for _, r := range Copy(*from).Services {
		if slices.ContainsFunc(has, func(o core.ObservedService) bool { return o.Name == r.Name && o.Definition == r.Definition }) {
			continue
		}
		for k := range r.Bindings {
			b := &r.Bindings[k]
			if id, ok := to[b.PortID]; ok {
				b.PortID = id
			}
			if id, ok := to[b.InterfaceID]; ok {
				b.InterfaceID = id
			} else if b.Type == core.BindPort {
				b.InterfaceID = ""
			}
		}
		if by := claimedBy(h, r); by != "" {
			return refuse(500, "failed to update service %s during consolidation: port is already bound to %q", r.Name, by)
		}
		if err := s.write(); err != nil {
			return err
		}
		h.Services = append(h.Services, r)
		from.Services = slices.DeleteFunc(from.Services, func(o core.ObservedService) bool { return o.ID == r.ID })
	}
	return nil
}
