// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Refusal is an answer that is no success: 400, 404, 409 or 500.
type Refusal struct {
	Status int
	Text   string
}

// Error is the status and the words.
func (r *Refusal) Error() string { return strconv.Itoa(r.Status) + " " + r.Text }

func refuse(status int, format string, args ...any) error {
	return &Refusal{Status: status, Text: fmt.Sprintf(format, args...)}
}

// Server is a backend. The zero value is an empty one.
type Server struct {
	Hosts   []core.ObservedHost
	Subnets []core.Subnet
	Tags    []core.Tag
	// MACFixed says that a MAC once set is never changed.
	MACFixed bool
	// Unknown are definitions that it does not know: it shows a service that is written with one as "Missing Service".
	Unknown []string
	// Breaks, if not 0, is the number of row writes after which every further one fails with 500. What was done stays.
	Breaks int
	// Requests counts what was asked.
	Requests int
	writes   int
	made     int
}

// write is one row written or removed.
func (s *Server) write() error {
	if s.writes++; s.Breaks > 0 && s.writes > s.Breaks {
		return refuse(500, "broken off")
	}
	return nil
}

// Mend ends a break.
func (s *Server) Mend() { s.Breaks, s.writes = 0, 0 }

// NewID makes an id that is nobody's.
func (s *Server) NewID() string {
	s.made++
	return fmt.Sprintf("00000000-0000-4000-a000-%012d", s.made)
}

func (s *Server) host(id string) (*core.ObservedHost, error) {
	for i := range s.Hosts {
		if s.Hosts[i].ID == id {
			return &s.Hosts[i], nil
		}
	}
	return nil, refuse(404, "host %s not found", id)
}

// GetHost shows a host, so that later changes don't show through.
func (s *Server) GetHost(id string) (core.ObservedHost, error) {
	s.Requests++
	h, err := s.host(id)
	if err != nil {
		return core.ObservedHost{}, err
	}
	return Copy(*h), nil
}

// Copy is a host that shares no row with its origin.
func Copy(h core.ObservedHost) core.ObservedHost {
	h.Interfaces, h.Ports, h.Services = slices.Clone(h.Interfaces), slices.Clone(h.Ports), slices.Clone(h.Services)
	for i := range h.Services {
		h.Services[i].Bindings = slices.Clone(h.Services[i].Bindings)
	}
	return h
}

func (s *Server) touch(h *core.ObservedHost) {
	s.made++
	h.UpdatedAt = time.Unix(int64(s.made), 0).UTC()
	h.Version = h.UpdatedAt.Format(time.RFC3339Nano)
}

// CreateHost makes a host step by step. It drops a service whose port is claimed without a word.
func (s *Server) CreateHost(w core.HostWrite) (core.ObservedHost, error) {
	s.Requests++
	for i := range s.Hosts {
		for _, n := range w.Interfaces {
			if slices.ContainsFunc(s.Hosts[i].Interfaces, func(o core.ObservedInterface) bool { return sameMachine(n, o) }) {
				return core.ObservedHost{}, refuse(400, "a host with matching interfaces already exists: %s", s.Hosts[i].ID)
			}
		}
	}
	if err := s.write(); err != nil {
		return core.ObservedHost{}, err
	}
	id := s.NewID()
	s.Hosts = append(s.Hosts, core.ObservedHost{ID: id, NetworkID: w.NetworkID, Name: w.Name, Hostname: w.Hostname,
		Description: w.Description, Hidden: w.Hidden, Source: "Manual", Virtualization: w.Virtualization})
	h := &s.Hosts[len(s.Hosts)-1]
	s.touch(h)
	h.CreatedAt = h.UpdatedAt
	return s.fill(h, w)
}

func sameMachine(a, b core.ObservedInterface) bool {
	return a.ID == b.ID || (a.SubnetID == b.SubnetID && a.IP == b.IP) || (a.MAC != "" && a.MAC == b.MAC)
}

func (s *Server) fill(h *core.ObservedHost, w core.HostWrite) (core.ObservedHost, error) {
	for _, n := range w.Interfaces {
		if err := s.insertInterface(h, n); err != nil {
			return core.ObservedHost{}, err
		}
	}
	for _, n := range w.Ports {
		if err := s.insertPort(h, n); err != nil {
			return core.ObservedHost{}, err
		}
	}
	for _, n := range w.Services {
		if err := s.createService(h, n); err != nil {
			return core.ObservedHost{}, err
		}
	}
	if err := s.setTags(&h.Tags, w.Tags); err != nil {
		return core.ObservedHost{}, err
	}
	return Copy(*h), nil
}

// createService makes a service as a POST does.
func (s *Server) createService(h *core.ObservedHost, n core.ObservedService) error {
	n.Bindings = slices.DeleteFunc(slices.Clone(n.Bindings), func(b core.ObservedBinding) bool { return !stands(h, b) })
	if claimedBy(h, n) != "" {
		return nil
	}
	return s.putService(h, n, nil)
}

func (s *Server) setTags(have *[]string, want []string) error {
	for i, t := range want {
		if slices.Contains(want[:i], t) {
			return refuse(500, "a tag with this name already exists")
		}
		if !slices.ContainsFunc(s.Tags, func(o core.Tag) bool { return o.ID == t }) {
			return refuse(500, "tag %s not found", t)
		}
	}
	if len(want) > 0 {
		*have = slices.Clone(want)
	}
	return nil
}
