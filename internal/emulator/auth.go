// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Level is what a key may do.
type Level int

// The levels of keys, each with the rights of those before it.
const (
	Viewer Level = iota + 1
	Member
	Admin
	Owner
)

// access are the keys. All keys of one user share a rate limit.
type access struct {
	organization uuid.UUID
	user         uuid.UUID
	keys         map[string]key
	daemonKeys   map[string]daemonKey
	newID        func() uuid.UUID
}

type key struct {
	level    Level
	networks []uuid.UUID
}

type daemonKey struct{ id, network uuid.UUID }

func newAccess(newID func() uuid.UUID) *access {
	return &access{
		organization: newID(), user: newID(), keys: map[string]key{}, daemonKeys: map[string]daemonKey{}, newID: newID,
	}
}

// token makes a key's text: a prefix that says whose it is, and 32 characters.
func (a *access) token(prefix string) string {
	id := a.newID()
	return prefix + hex.EncodeToString(id[:])
}

func (a *access) addKey(level Level, networks ...uuid.UUID) string {
	token := a.token("scp_u_")
	a.keys[token] = key{level: level, networks: networks}
	return token
}

// caller is who asks. A daemon belongs to no organization.
type caller struct {
	level        Level
	daemon       bool
	organization uuid.UUID
	networks     []uuid.UUID
}

func (c caller) sees(network uuid.UUID) bool { return slices.Contains(c.networks, network) }

// authenticate finds out who asks.
func (c *call) authenticate() error {
	d := c.dialect
	token, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return d.errAuth(http.StatusUnauthorized, "auth_not_authenticated", "Not authenticated",
			http.StatusUnauthorized, "Not authenticated")
	}
	if !strings.HasPrefix(token, "scp_u_") {
		return c.authenticateDaemon(token)
	}
	k, ok := c.access.keys[token]
	if !ok {
		return d.errAuth(http.StatusUnauthorized, "auth_not_authenticated", "Not authenticated",
			http.StatusUnauthorized, "Invalid API key")
	}
	c.caller = caller{level: k.level, organization: c.access.organization, networks: k.networks}
	return nil
}

// authenticateDaemon takes any token that is not a user's for a daemon's.
func (c *call) authenticateDaemon(token string) error {
	d := c.dialect
	id, err := uuid.Parse(c.request.Header.Get("X-Daemon-ID"))
	k, known := c.access.daemonKeys[token]
	if err != nil && (known || !d.foreignIsDaemon) {
		return d.errAuth(http.StatusForbidden, "auth_daemon_required", "Daemon context required",
			http.StatusUnauthorized, "X-Daemon-ID header required for daemon API keys")
	}
	if known {
		c.caller = caller{daemon: true, networks: []uuid.UUID{k.network}}
		return nil
	}
	if c.db.daemons.has(id) {
		return d.errAuth(http.StatusUnauthorized, "auth_not_authenticated", "Not authenticated",
			http.StatusUnauthorized, "Invalid API key")
	}
	text := "Daemon is trying to register with an API key that has not yet been created"
	return d.errAuth(http.StatusUnauthorized, "auth_daemon_key_not_created", text, http.StatusUnauthorized, text)
}

func (c *call) denied(legacy string) error {
	return c.dialect.errAuth(http.StatusForbidden, "auth_permission_denied",
		"You don't have permission to perform this action", http.StatusForbidden, legacy)
}

func (c *call) atLeast(level Level, legacy string) error {
	if c.caller.level < level {
		return c.denied(legacy)
	}
	return nil
}

func viewer(c *call) error { return c.atLeast(Viewer, "Viewer permission required") }
func member(c *call) error { return c.atLeast(Member, "Member permission required") }
func admin(c *call) error  { return c.atLeast(Admin, "Admin permission required") }

func viewerOrDaemon(c *call) error {
	if c.caller.daemon {
		return nil
	}
	return c.atLeast(Viewer, "Viewer permission required or Daemon authentication required")
}

func memberOrDaemon(c *call) error {
	if c.caller.daemon {
		return nil
	}
	return c.atLeast(Member, "Member permission required or Daemon authentication required")
}

func daemonOnly(c *call) error {
	if c.caller.daemon {
		return nil
	}
	return c.dialect.errAuth(http.StatusForbidden, "auth_daemon_required", "Daemon context required",
		http.StatusForbidden, "Daemon authentication required")
}

// userOnly wants a session of the web UI, which no key is.
func userOnly(c *call) error {
	return c.dialect.errAuth(http.StatusForbidden, "auth_user_context_required", "User context required",
		http.StatusForbidden, "User session required")
}

// mayUse checks that the caller sees a network; action is what the old server said.
func (c *call) mayUse(network uuid.UUID, legacy string) error {
	if c.caller.sees(network) {
		return nil
	}
	return c.dialect.errAccess(c.dialect.words.kind(kindNetwork), network, legacy)
}

func (c *call) mayDo(network uuid.UUID, action string) error {
	return c.mayUse(network, fmt.Sprintf("You aren't allowed to %s entities on this network", action))
}

// mayUpdate checks the network that a row is in and the one that it shall be in.
func (c *call) mayUpdate(old, wanted uuid.UUID) error {
	if err := c.mayUse(old, "You don't have access to this entity"); err != nil {
		return err
	}
	return c.mayUse(wanted, "You can't move this entity to a network you don't have access to")
}

func (c *call) mayDelete(network uuid.UUID) error {
	return c.mayUse(network, "You don't have access to delete this entity")
}

// inOrganization checks a row that belongs to an organization.
func (c *call) inOrganization(organization uuid.UUID, legacy string) error {
	if organization == c.caller.organization {
		return nil
	}
	return c.dialect.errAccess("Organization", organization, legacy)
}
