// SPDX-License-Identifier: Apache-2.0

package emulator

// hostRules are how a version makes and changes hosts.
type hostRules struct {
	// badBody is the answer to a new host of the wrong shape; empty: the framework's.
	badBody string
	// tiers: a same machine is looked for by address, then MAC, then chassis, of hosts that have any; before, by any
	// row that is equal.
	tiers bool
	// places: an address whose subnet is unknown or does not hold it gets another.
	places bool
	// portsFirst: a new host gets its ports before its addresses.
	portsFirst bool
	// syncsSNMP: a change may have a list of SNMP rows, which have the client's ids.
	syncsSNMP bool
	// requeues: services that a change lists are the newest of the host, in the order in which they were worked off.
	requeues bool
	// linksSNMP: SNMP rows that a daemon reports are tied to the address with their MAC.
	linksSNMP bool
	// provesSame: other hosts that a report proves to be the same device are merged into the one that was found.
	provesSame bool
	// codedDaemon: a host with a daemon is not deleted, with a code.
	codedDaemon bool
	// manyScopes: lists can be asked for many networks at once, and for more.
	manyScopes bool
}

// mergeRules are how a version consolidates hosts.
type mergeRules struct {
	// pairs: MAC addresses match only if each host has one row with it.
	pairs bool
	// ranked: of two names the one that is stronger stays, and of two by hand the other's.
	ranked bool
	// credentials go along, the broadest scope wins.
	credentials bool
	// everything: SNMP rows, tags and guests go along, and addresses are matched before MACs.
	everything bool
}

// tagRules are what a version knows of tags.
type tagRules struct {
	// colors besides those of 0.14.
	colors []string
	// exclusive is the status of a second tag of an exclusive set; 0: there are none.
	exclusive int
}

// guestKind is a way to run a host or a service: its type, and the names in its details.
type guestKind struct {
	name   string
	fields []string
}

// guestRules are how hosts and services tell what runs them.
type guestRules struct {
	hosts, services []guestKind
	// lenient: an unknown type in the change of a service counts as none.
	lenient bool
}

func oldGuests() guestRules {
	return guestRules{
		hosts:    []guestKind{{"Proxmox", []string{"vm_name", "vm_id"}}},
		services: []guestKind{{"Docker", []string{"container_name", "container_id"}}},
	}
}

func splitGuests() guestRules {
	vm, container := []string{"vm_name", "vm_id", "guest_type"}, []string{"container_name", "container_id", "compose_project"}
	return guestRules{
		hosts:    []guestKind{{"Proxmox", vm}, {"VCenter", vm}, {"ESXi", vm}},
		services: []guestKind{{"Docker", container}, {"Podman", container}},
		lenient:  true,
	}
}

// siteGuests adds hosts that are containers, and those that are only an identity in the network.
func siteGuests() guestRules {
	g := splitGuests()
	g.hosts = append(g.hosts, g.services...)
	g.hosts = append(g.hosts, guestKind{"NetworkIdentity", nil})
	return g
}
