// SPDX-License-Identifier: Apache-2.0

package emulator

import "strings"

// kind is a sort of row, by its name in messages.
type kind string

const (
	kindNetwork    kind = "Network"
	kindSubnet     kind = "Subnet"
	kindTag        kind = "Tag"
	kindHost       kind = "Host"
	kindInterface  kind = "Interface"
	kindPort       kind = "Port"
	kindService    kind = "Service"
	kindBinding    kind = "Binding"
	kindDaemon     kind = "Daemon"
	kindIfEntry    kind = "IfEntry"
	kindCredential kind = "Credential"
)

// table is the name of the kind's table, and of its path below /api/v1.
func (k kind) table() string {
	if k == kindIfEntry {
		return "if-entries"
	}
	return strings.ToLower(string(k)) + "s"
}
