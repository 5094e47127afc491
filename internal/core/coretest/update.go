// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// UpdateHost changes a host and works its lists off one after another: tags, fields, interfaces, ports, services.
func (s *Server) UpdateHost(id string, w core.HostWrite) (core.ObservedHost, error) {
	s.Requests++
	h, err := s.host(id)
	if err != nil {
		return core.ObservedHost{}, err
	}
	if w.Expected != "" && w.Expected != h.Version {
		return core.ObservedHost{}, refuse(400, "host was modified by another process")
	}
	if err := s.setTags(&h.Tags, w.Tags); err != nil {
		return core.ObservedHost{}, err
	}
	h.Name, h.Hostname, h.Description, h.Hidden, h.Virtualization = w.Name, w.Hostname, w.Description, w.Hidden, w.Virtualization
	s.touch(h)
	if w.HasInterfaces {
		err = s.syncInterfaces(h, w.Interfaces)
	}
	if err == nil && w.HasPorts {
		err = s.syncPorts(h, w.Ports)
	}
	if err == nil && w.HasServices {
		err = s.syncServices(h, w.Services)
	}
	if err != nil {
		return core.ObservedHost{}, err
	}
	return Copy(*h), nil
}

func (s *Server) syncInterfaces(h *core.ObservedHost, list []core.ObservedInterface) error {
	for _, o := range slices.Clone(h.Interfaces) {
		if slices.ContainsFunc(list, func(n core.ObservedInterface) bool { return n.ID == o.ID }) {
			continue
		}
		if err := s.removeInterface(h, o.ID); err != nil {
			return err
		}
	}
	for _, n := range list {
		if err := s.putInterface(h, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) putInterface(h *core.ObservedHost, n core.ObservedInterface) error {
	i := slices.IndexFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.ID == n.ID })
	if i < 0 {
		return s.insertInterface(h, n)
	}
	if old := h.Interfaces[i]; s.MACFixed && old.MAC != "" {
		n.MAC = old.MAC
	}
	if slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool {
		return o.ID != n.ID && o.SubnetID == n.SubnetID && o.IP == n.IP
	}) {
		return refuse(400, "an interface with this IP address already exists on this host")
	}
	h.Interfaces[i] = n
	return s.write()
}

func (s *Server) syncPorts(h *core.ObservedHost, list []core.ObservedPort) error {
	for _, o := range slices.Clone(h.Ports) {
		if slices.ContainsFunc(list, func(n core.ObservedPort) bool { return n.ID == o.ID }) {
			continue
		}
		if err := s.removePort(h, o.ID); err != nil {
			return err
		}
	}
	for _, n := range list {
		if err := s.putPort(h, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) putPort(h *core.ObservedHost, n core.ObservedPort) error {
	i := slices.IndexFunc(h.Ports, func(o core.ObservedPort) bool { return o.ID == n.ID })
	if i < 0 {
		return s.insertPort(h, n)
	}
	if slices.ContainsFunc(h.Ports, func(o core.ObservedPort) bool {
		return o.ID != n.ID && o.Number == n.Number && o.Protocol == n.Protocol
	}) {
		return refuse(400, "a port with this number and protocol already exists on this host")
	}
	h.Ports[i] = n
	return s.write()
}

// syncServices works services that lose ports off first, each group in the order of the list.
func (s *Server) syncServices(h *core.ObservedHost, list []core.ObservedService) error {
	old := map[string]*core.ObservedService{}
	for _, o := range Copy(*h).Services {
		old[o.ID] = &o
		if slices.ContainsFunc(list, func(n core.ObservedService) bool { return n.ID == o.ID }) {
			continue
		}
		h.Services = slices.DeleteFunc(h.Services, func(x core.ObservedService) bool { return x.ID == o.ID })
		if err := s.write(); err != nil {
			return err
		}
	}
	for _, losing := range []bool{true, false} {
		for _, n := range list {
			if losesPorts(old[n.ID], n) != losing {
				continue
			}
			if err := s.putService(h, n, old[n.ID]); err != nil {
				return err
			}
		}
	}
	return nil
}

func losesPorts(old *core.ObservedService, n core.ObservedService) bool {
	return old != nil && slices.ContainsFunc(old.Bindings, func(b core.ObservedBinding) bool {
		return b.Type == core.BindPort && !slices.ContainsFunc(n.Bindings, func(o core.ObservedBinding) bool { return says(o, b) })
	})
}
