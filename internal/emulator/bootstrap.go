// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/google/uuid"
)

// Bootstrap is what a client must know to use a server.
type Bootstrap struct {
	URL          string    `json:"url"`
	Organization uuid.UUID `json:"organization"`
	Network      uuid.UUID `json:"network"`
	Network2     uuid.UUID `json:"network2"`
	Tokens       Tokens    `json:"tokens"`
}

// Tokens are keys of one user. The owner's sees both networks, the others the first.
type Tokens struct {
	Owner  string `json:"owner"`
	Member string `json:"member"`
	Viewer string `json:"viewer"`
}

// seeded remembers what the server started with.
type seeded struct {
	boot     Bootstrap
	networks []*Network
}

// seed makes the first networks and keys.
func (s *Server) seed() {
	s.db = newStore(s.dialect)
	s.start.networks = []*Network{s.newNetwork("Lab"), s.newNetwork("Branch")}
	first, second := s.start.networks[0].ID, s.start.networks[1].ID
	s.start.boot = Bootstrap{
		Organization: s.access.organization, Network: first, Network2: second,
		Tokens: Tokens{
			Owner: s.access.addKey(Owner, first, second), Member: s.access.addKey(Member, first),
			Viewer: s.access.addKey(Viewer, first),
		},
	}
	s.addNetworks(s.start.networks)
}

func (s *Server) newNetwork(name string) *Network {
	now := Stamp{s.now()}
	return &Network{
		ID: s.newID(), CreatedAt: now, UpdatedAt: now, Name: name, OrganizationID: s.access.organization, Tags: []uuid.UUID{},
	}
}

// addNetworks stores networks that are new, so that nothing can fail.
func (s *Server) addNetworks(networks []*Network) {
	for _, n := range networks {
		s.db.storeNetwork(n)
		_ = s.addSystemSubnets(n.ID)
	}
}

// Bootstrap tells organization, networks and tokens; the URL is left to who serves it.
func (s *Server) Bootstrap() Bootstrap { return s.start.boot }

// AddNetwork makes another network. Keys that exist don't see it.
func (s *Server) AddNetwork(name string) uuid.UUID {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.newNetwork(name)
	s.addNetworks([]*Network{n})
	return n.ID
}

// AddKey makes another key of the same user, for these networks.
func (s *Server) AddKey(level Level, networks ...uuid.UUID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access.addKey(level, slices.Clone(networks)...)
}

// RevokeKey makes a key unknown.
func (s *Server) RevokeKey(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.access.keys, token)
}

// Reset goes back to the data after the start: two networks, no faults, an empty log. Keys stay.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.db = newStore(s.dialect)
	s.access.daemonKeys = map[string]daemonKey{}
	s.addNetworks(s.start.networks)
	s.faults.clear()
	s.journal.reset()
	s.limit.enable(s.limit.isEnabled())
}

// Version is the server version that it is now.
func (s *Server) Version() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.dialect.version
}

// SetVersion makes it a server of another version, with the same data.
func (s *Server) SetVersion(version string) error {
	d, err := dialectOf(version)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialect, s.db.dialect, s.routes = d, d, d.routes()
	s.db.migrate()
	return nil
}

// SetRateLimit switches the server's rate limit on or off and fills the bucket.
func (s *Server) SetRateLimit(on bool) { s.limit.enable(on) }
