// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
)

// credentialRules are what a version knows of credentials.
type credentialRules struct {
	// types are the names of those that it has.
	types []string
	// described: they have a description, and tell which system a daemon's files are on.
	described bool
}

// with has more types.
func (r *credentialRules) with(types ...string) *credentialRules {
	return &credentialRules{types: slices.Concat(r.types, types), described: r.described}
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
	reads := r.kind().socket
	for _, f := range r.kind().fields {
		value, _ := r.Settings[f.name].(Envelope)
		reads = reads || value.Mode == modeFile || value.Mode == modeDaemonFile
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
		value, ok := r.Settings[f.name].(Envelope)
		if !ok {
			text, _ := r.Settings[f.name].(string)
			if f.name != "socket_path" || text == "" {
				continue
			}
			value = Envelope{Mode: modeFile, Path: text}
		}
		if value.Mode == modeInline {
			continue
		}
		system := ""
		if value.Mode == modeHostFile {
			system, _ = r.Settings["target_os"].(string)
		} else if r.DaemonOS != nil {
			system = *r.DaemonOS
		}
		if wrong := wantPath(f.name, system, value.Path); wrong != "" {
			return errInvalid("%s", wrong)
		}
	}
	return nil
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

// checkSingle refuses a second credential of a single-endpoint integration for a host.
func (c *call) checkSingle(r *Credential) error {
	for _, a := range r.HostAssignments {
		if err := c.checkSingleOn(r.ID, r.kind(), a.IPAddressIDs, c.db.credentialed.byHost[a.HostID]); err != nil {
			return err
		}
	}
	return nil
}

// checkSingleOn compares one assignment with those that a host has.
func (c *call) checkSingleOn(id uuid.UUID, t *credentialType, addresses []uuid.UUID, has []Assignment) error {
	if !t.single {
		return nil
	}
	for _, o := range has {
		other := c.db.credentials.rows[o.CredentialID]
		if o.CredentialID == id || other.kind().integration != t.integration || !overlap(addresses, o.IPAddressIDs) {
			continue
		}
		return errStatus(http.StatusBadRequest, "%s allows only one credential per host, but \"%s\" already targets an "+
			"overlapping host, network, or IP. Remove or retarget it first.", t.integration, other.Name)
	}
	return nil
}

// overlap tells whether two scopes on one host share an address; nil is all of them.
func overlap(a, b []uuid.UUID) bool {
	return a == nil || b == nil || slices.ContainsFunc(a, func(id uuid.UUID) bool { return slices.Contains(b, id) })
}
