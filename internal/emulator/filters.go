// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// inScopes filters hosts and services by their networks: by one, or in newer servers by many, with a name of their own.
func inScopes[T any](c *call, of func(T) uuid.UUID) (filter[T], error) {
	if !c.dialect.hosts.manyScopes {
		return inNetworks(c, of)
	}
	wanted, err := c.aliasedIDs("site_ids", "site_id")
	if err != nil {
		return nil, err
	}
	return func(r T) bool { return c.caller.sees(of(r)) && wanted.holds(of(r)) }, nil
}

// ofHosts filters services by their host, or in newer servers by many.
func ofHosts(c *call) (filter[*Service], error) {
	host := func(r *Service) uuid.UUID { return r.HostID }
	if !c.dialect.hosts.manyScopes {
		return byID(c, "host_id", host)
	}
	wanted, err := c.aliasedIDs("host_ids", "host_id")
	if err != nil {
		return nil, err
	}
	return func(r *Service) bool { return wanted.holds(host(r)) }, nil
}

// aliasedIDs reads a query value that may be given many times and by two names.
func (c *call) aliasedIDs(names ...string) (idSet, error) {
	var out idSet
	for _, name := range names {
		ids, err := c.queryIDs(name)
		if err != nil {
			return nil, err
		}
		for id := range ids {
			if out == nil {
				out = idSet{}
			}
			out[id] = struct{}{}
		}
	}
	return out, nil
}

// holds tells whether an id is in a set; one that nobody asked for holds all.
func (s idSet) holds(id uuid.UUID) bool {
	_, ok := s[id]
	return ok || s == nil
}

// moreOfHosts are the filters of hosts that newer servers have besides.
func moreOfHosts(c *call) (filter[*Host], error) {
	if !c.dialect.hosts.manyScopes {
		return nil, nil
	}
	runners, err := c.queryIDs("virtualization_service_ids")
	if err != nil {
		return nil, err
	}
	hidden, err := c.queryBool("hidden")
	if err != nil {
		return nil, err
	}
	sources, words := c.query["sources"], strings.ToLower(c.query.Get("search"))
	return func(r *Host) bool {
		return (runners == nil || r.Facts.VirtualizationServiceID != nil && runners.holds(*r.Facts.VirtualizationServiceID)) &&
			(hidden == nil || *hidden == r.Hidden) &&
			(len(sources) == 0 || slices.Contains(sources, r.Source.Type)) && r.mentions(words)
	}, nil
}

// mentions tells whether a host has these words in one of its names.
func (r *Host) mentions(words string) bool {
	hostname := ""
	if r.Hostname != nil {
		hostname = *r.Hostname
	}
	return strings.Contains(strings.ToLower(r.Name), words) || strings.Contains(strings.ToLower(hostname), words)
}

func (c *call) queryBool(key string) (*bool, error) {
	raw, err := c.single(key)
	if err != nil || raw == "" {
		return nil, err
	}
	if raw != "true" && raw != "false" {
		return nil, errQuery(key + ": provided string was not `true` or `false`")
	}
	return new(raw == "true"), nil
}

// childless: newer servers can leave out what hangs on hosts, but for their addresses.
func (c *call) childless() (bool, error) {
	if !c.dialect.hosts.manyScopes {
		return false, nil
	}
	with, err := c.queryBool("include_children")
	return with != nil && !*with, err
}
