// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// dialect is what sets one server version apart from the others. Handlers never compare versions; they ask here.
type dialect struct {
	version string
	words   words
	shapes  shapes
	hosts   hostRules
	merge   mergeRules
	tags    tagRules
	guests  guestRules
	// credentials are nil before 0.15.
	credentials *credentialRules
	// coded: errors carry a code and params; before, they had only words, and other words.
	coded bool
	// snmp: hosts have if_entries and the sys_* fields.
	snmp bool
	// ifNames: the rows of SNMP have a short name.
	ifNames bool
	// snmpCredential: hosts and networks have a credential of their own.
	snmpCredential bool
	// macFixed: a MAC address that was set once never changes.
	macFixed bool
	// macRanked: it changes to one of a stronger source only.
	macRanked bool
	// provision: daemons can be made ready by POST /daemons/provision.
	provision bool
	// standby: daemons say whether they are on standby.
	standby bool
	// capMetadata: at most ten discoveries are remembered on a row.
	capMetadata bool
	// outOfRange is the code of an address outside its subnet.
	outOfRange string
	// enveloped: a body that cannot be read is answered with 400 in the envelope.
	enveloped bool
	// bornNow: a row with an id and without times was made now, not at the epoch.
	bornNow bool
	// foreignIsDaemon: a token that is not a user's is an unknown daemon's, even without a daemon's id.
	foreignIsDaemon bool
	// networkApart: a binding is checked against those of its service in its own network only.
	networkApart bool
	// accessFirst: the network of a binding is checked before the bindings of its service.
	accessFirst bool
	// lastNetwork: the last network cannot be deleted.
	lastNetwork bool
	// manualSubnets: a subnet that a client makes is by hand, whatever source it sends.
	manualSubnets bool
	// subnetTypes are the types of subnets; any other is refused.
	subnetTypes []string
	// derivesTypes: ports need no type, and addresses of their own the key of their name.
	derivesTypes bool
	// without and extra change the service definitions known to 0.14.13.
	without, extra []string
	// withoutPorts are the port types that this version shows as Custom.
	withoutPorts []string
}

// Versions are the server versions that New accepts, oldest first.
func Versions() []string {
	var out []string
	for _, d := range dialects() {
		out = append(out, d.version)
	}
	return out
}

// DefaultVersion is the version of a server that nobody asked to be another.
const DefaultVersion = "0.14.13"

func dialectOf(version string) (*dialect, error) {
	for _, d := range dialects() {
		if d.version == version {
			return &d, nil
		}
	}
	return nil, fmt.Errorf("unknown server version %q: known are %s", version, strings.Join(Versions(), ", "))
}

// definition is the definition that the server stores for a name: an unknown one becomes "Missing Service".
func (d *dialect) definition(name string) string {
	known := slices.Contains(d.extra, name) || (isDefinition(name) && !slices.Contains(d.without, name))
	if known {
		return name
	}
	return missingService
}

// portType is what a stored port is shown as.
func (d *dialect) portType(number uint16, protocol string) string {
	name := wellKnownPort(number, protocol)
	if name == "" || slices.Contains(d.withoutPorts, name) {
		return customPort
	}
	return name
}
