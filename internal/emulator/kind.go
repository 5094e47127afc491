// SPDX-License-Identifier: Apache-2.0

package emulator

import "strings"

// kind is a sort of row, by its name in messages.
type kind string

const (
	kindNetwork   kind = "Network"
	kindSubnet    kind = "Subnet"
	kindTag       kind = "Tag"
	kindHost      kind = "Host"
	kindInterface kind = "Interface"
	kindPort      kind = "Port"
	kindService   kind = "Service"
	kindBinding   kind = "Binding"
	kindDaemon    kind = "Daemon"
)

// table is the name of the kind's table, and of its path below /api/v1.
func (k kind) table() string { return strings.ToLower(string(k)) + "s" }

// isTaggable tells whether rows of an entity type can have tags; known tells whether there is such a type at all.
func isTaggable(entityType string) (taggable, known bool) {
	switch entityType {
	case "Host", "Service", "Subnet", "Group", "Network", "Discovery", "Daemon", "DaemonApiKey", "UserApiKey",
		"SnmpCredential":
		return true, true
	case "Organization", "Invite", "Share", "User", "Tag", "Port", "Binding", "Interface", "IfEntry", "Topology",
		"Unknown":
		return false, true
	}
	return false, false
}
