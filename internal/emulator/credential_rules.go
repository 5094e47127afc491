// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// credentialRules are what a version knows of credentials.
type credentialRules struct {
	// types are the names of those that it has.
	types []string
	// described: they have a description, and tell which system a daemon's files are on.
	described bool
	// assigned: credentials say themselves what they are assigned to, and that is checked. Before, only hosts and networks
	// did, and nothing was.
	assigned bool
	// typed: a list of a type that there is not is refused.
	typed bool
}

// with has more types.
func (r *credentialRules) with(types ...string) *credentialRules {
	out := *r
	out.types = slices.Concat(r.types, types)
	return &out
}

func (d *dialect) credentialType(name string) *credentialType {
	for _, t := range credentialTypes() {
		if t.name == name && slices.Contains(d.credentials.types, name) {
			return &t
		}
	}
	return nil
}

// checkSettings checks the values of a credential, and where its files are. One that reads nothing on a daemon forgets
// which system that has.
func (d *dialect) checkSettings(r *Credential) error {
	reads := false
	for _, f := range r.kind().fields {
		reads = reads || f.readsDaemon(r.Settings[f.name])
		if wrong := f.wrong(r.Settings[f.name]); wrong != "" {
			return errInvalid("%s", wrong)
		}
	}
	switch {
	case !d.credentials.described:
		return nil
	case !reads:
		r.DaemonOS = nil
	case r.DaemonOS == nil:
		return errNoDaemonOS()
	}
	return r.checkPaths()
}

// readsDaemon tells whether a value is in a file, or is a socket, of a daemon.
func (f credentialField) readsDaemon(value any) bool {
	switch v := value.(type) {
	case Envelope:
		return v.Mode == modeFile || v.Mode == modeDaemonFile
	case string:
		return f.kind == fieldSocket && strings.TrimSpace(v) != ""
	}
	return false
}

func errNoDaemonOS() error {
	return errInvalid("Choose the Daemon OS: this credential reads a file or socket on the daemon")
}

// wrong is what is wrong with a value that is given inline.
func (f credentialField) wrong(value any) string {
	if f.format == nil {
		return ""
	}
	switch v := value.(type) {
	case string:
		return f.format(f.label, v)
	case Envelope:
		if v.Mode == modeInline && v.Value != redacted {
			return f.format(f.label, v.Value)
		}
	}
	return ""
}

// checkPaths wants absolute paths: a host's as its system writes them, the others as the daemon's does.
func (r *Credential) checkPaths() error {
	for _, f := range r.kind().fields {
		if wrong := r.wrongPath(f); wrong != "" {
			return errInvalid("%s", wrong)
		}
	}
	return nil
}

func (r *Credential) wrongPath(f credentialField) string {
	daemon := ""
	if r.DaemonOS != nil {
		daemon = *r.DaemonOS
	}
	switch v := r.Settings[f.name].(type) {
	case string:
		if f.readsDaemon(v) {
			return wantSocket(f.name, daemon, strings.TrimSpace(v))
		}
	case Envelope:
		switch v.Mode {
		case modeFile, modeDaemonFile:
			return wantPath(f.name, daemon, strings.TrimSpace(v.Path))
		case modeHostFile:
			target, _ := r.Settings["target_os"].(string)
			return wantHostPath(f.name, target, strings.TrimSpace(v.Path))
		}
	}
	return ""
}

// checkCredentialText checks lengths.
func checkCredentialText(r *Credential) error {
	if n := utf8.RuneCountInString(r.Name); n < 1 || n > 100 {
		return errInvalid("credentials validation failed: base.name: Credential name must be between 1 and 100 characters")
	}
	if r.Description != nil {
		return tooLong("credentials", "description", *r.Description, 500)
	}
	return nil
}

// checkTargets checks that a credential may be assigned to what it is assigned to.
func (c *call) checkTargets(r *Credential) error {
	if !c.dialect.credentials.assigned {
		return nil
	}
	if len(r.AssignedNetworkIDs) > 0 && !r.kind().networks {
		return errInvalid(c.say("%s credentials cannot be assigned to a network — a network assignment is offered to every "+
			"host on the subnet. Assign it to specific hosts instead."), r.kind().integration)
	}
	for _, a := range r.HostAssignments {
		if err := c.checkSocket(r.kind(), a.HostID); err != nil {
			return err
		}
	}
	return nil
}

// checkSocket wants a daemon on the host of a credential that is a socket.
func (c *call) checkSocket(t *credentialType, host uuid.UUID) error {
	if !t.socket || c.db.hasDaemon(host) {
		return nil
	}
	return errInvalid("%s credentials run on a daemon's own host, so they can only be assigned to a host that runs a daemon.",
		t.integration)
}

// checkSingle refuses a second credential of a single-endpoint integration for a host. Only those who write credentials
// are checked, and known by the id that they send along.
func (c *call) checkSingle(r *Credential) error {
	t := r.kind()
	if !t.single {
		return nil
	}
	for _, a := range r.HostAssignments {
		for _, o := range c.db.credentialed.byHost[a.HostID] {
			other := c.db.credentials.rows[o.CredentialID]
			if other.ID == r.ID || other.kind().integration != t.integration || !overlap(a.IPAddressIDs, o.IPAddressIDs) {
				continue
			}
			return errStatus(http.StatusBadRequest, c.say("%s allows only one credential per host, but \"%s\" already targets an "+
				"overlapping host, network, or IP. Remove or retarget it first."), t.integration, other.Name)
		}
	}
	return nil
}

// overlap tells whether two scopes on one host share an address; nil is all of them.
func overlap(a, b []uuid.UUID) bool {
	return a == nil || b == nil || slices.ContainsFunc(a, func(id uuid.UUID) bool { return slices.Contains(b, id) })
}
