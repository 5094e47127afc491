// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// judgeEcho: the server stores a definition that it doesn't know as "Missing Service". Such a row under an id of ours is
// what was declared, until the declaration or the server's version changes.
func (j *judge) judgeEcho(u *unit) {
	row := &j.target.Services[u.row]
	if row.Definition != missingService || u.fate != Write || u.owner < 0 {
		return
	}
	s := &j.services[u.owner]
	if _, isOurs := j.ownerOf(row.ID); !isOurs || s.definition == missingService || !isEchoOf(j.members[s.member].meta, j.in.Backend.ServerVersion) {
		return
	}
	s.fate, s.why, u.fate = Keep, "has a definition that the server does not know", Keep
	j.find(Finding{Item: s.item, Condition: Accepted, Reason: ReasonUnknownServiceDefinition,
		Detail: echoText(j.in.Backend.ServerVersion) + ` the service definition "` + s.definition + `"`,
		Advice: "write it exactly as Scanopy lists it, capitals included"})
}

func echoText(version string) string { return "Scanopy " + version + " does not know" }

// isEchoOf says that what the server shows answers the declaration as it is now: it was written as it is, or was told to
// be unknown to this version.
func isEchoOf(m *Meta, version string) bool {
	return slices.ContainsFunc(m.Prior, func(c Condition) bool {
		if c.ObservedGeneration != m.Generation {
			return false
		}
		switch c.Type {
		case string(Synced):
			return c.True && c.Reason != string(ReasonPaused)
		case string(Accepted):
			return c.Reason == string(ReasonUnknownServiceDefinition) &&
				(!strings.Contains(c.Message, "does not know") || strings.Contains(c.Message, echoText(version)))
		}
		return false
	})
}
