// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"slices"
)

// State is everything that the server holds, in a fixed order: rows by the time they were made, ports by number. It is a copy.
type State struct {
	Networks []Network `json:"networks"`
	Subnets  []Subnet  `json:"subnets"`
	Tags     []Tag     `json:"tags"`
	Hosts    []Host    `json:"hosts"`
	Daemons  []Daemon  `json:"daemons"`
	// Credentials have their secrets in clear.
	Credentials []Credential `json:"credentials"`
}

// State tells everything that the server holds.
func (s *Server) State() State {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := State{Networks: []Network{}, Subnets: []Subnet{}, Tags: []Tag{}, Hosts: []Host{}, Daemons: []Daemon{}, Credentials: []Credential{}}
	for _, r := range s.db.networks.where(every[*Network]) {
		n, _ := s.db.network(r.ID)
		out.Networks = append(out.Networks, *n)
	}
	for _, r := range s.db.subnets.where(every[*Subnet]) {
		n, _ := s.db.subnet(r.ID)
		out.Subnets = append(out.Subnets, *n)
	}
	for _, r := range s.db.tags.where(every[*Tag]) {
		out.Tags = append(out.Tags, *r)
	}
	for _, r := range s.db.hosts.where(every[*Host]) {
		h := s.showHost(r)
		slices.SortStableFunc(h.Ports, func(a, b Port) int {
			return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Protocol, b.Protocol))
		})
		out.Hosts = append(out.Hosts, *h)
	}
	for _, r := range s.db.credentials.where(every[*Credential]) {
		out.Credentials = append(out.Credentials, *s.db.hydrateCredential(r))
	}
	for _, r := range s.db.daemons.where(every[*Daemon]) {
		out.Daemons = append(out.Daemons, *s.showDaemon(r))
	}
	return out
}

func every[T any](T) bool { return true }
