// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"slices"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// service finds a service on whatever host.
func (s *Server) service(id string) (*core.ObservedService, error) {
	for i := range s.Hosts {
		for k := range s.Hosts[i].Services {
			if s.Hosts[i].Services[k].ID == id {
				return &s.Hosts[i].Services[k], nil
			}
		}
	}
	return nil, refuse(404, "service %s not found", id)
}

// CreateBinding takes away what the new binding supersedes before it finds out whether it can make it. Other services
// are not looked at.
func (s *Server) CreateBinding(service string, n core.ObservedBinding) error {
	s.Requests++
	row, err := s.service(service)
	if err != nil {
		return refuse(500, "violates foreign key constraint")
	}
	if slices.ContainsFunc(row.Bindings, func(o core.ObservedBinding) bool { return clash(o, n) }) {
		return refuse(409, "an interface and a port binding meet")
	}
	row.Bindings = slices.DeleteFunc(slices.Clone(row.Bindings), func(o core.ObservedBinding) bool { return covers(n, o) })
	if s.exists(n.ID) {
		return refuse(400, "a record with these values already exists: binding %s", n.ID)
	}
	if err := s.write(); err != nil {
		return err
	}
	row.Bindings = append(row.Bindings, n)
	return nil
}

// DeleteBinding deletes a binding.
func (s *Server) DeleteBinding(id string) error {
	s.Requests++
	for i := range s.Hosts {
		for k := range s.Hosts[i].Services {
			row := &s.Hosts[i].Services[k]
			if slices.ContainsFunc(row.Bindings, func(b core.ObservedBinding) bool { return b.ID == id }) {
				row.Bindings = slices.DeleteFunc(slices.Clone(row.Bindings), func(b core.ObservedBinding) bool { return b.ID == id })
				return s.write()
			}
		}
	}
	return refuse(404, "binding %s not found", id)
}

// DeleteService deletes a service and its bindings.
func (s *Server) DeleteService(id string) error {
	s.Requests++
	if _, err := s.service(id); err != nil {
		return err
	}
	for i := range s.Hosts {
		s.Hosts[i].Services = slices.DeleteFunc(s.Hosts[i].Services, func(o core.ObservedService) bool { return o.ID == id })
	}
	return s.write()
}

// RemoveTag takes a tag off a host or a service.
func (s *Server) RemoveTag(entity, id, tag string) error {
	s.Requests++
	var tags *[]string
	if entity == "Host" {
		h, err := s.host(id)
		if err != nil {
			return err
		}
		tags = &h.Tags
	} else {
		row, err := s.service(id)
		if err != nil {
			return err
		}
		tags = &row.Tags
	}
	*tags = slices.DeleteFunc(slices.Clone(*tags), func(t string) bool { return t == tag })
	return s.write()
}

// DeleteHost deletes a host and all on it; one that is gone counts as deleted.
func (s *Server) DeleteHost(id string) error {
	s.Requests++
	s.Hosts = slices.DeleteFunc(s.Hosts, func(h core.ObservedHost) bool { return h.ID == id })
	return s.write()
}
