// SPDX-License-Identifier: Apache-2.0

package core

import (
	"net/netip"
)

// BackendFacts is the Backend or ClusterBackend that the group's Host resolves to, and what it is known to hold.
type BackendFacts struct {
	// Display is how messages name it: "Backend lab/default", "ClusterBackend default".
	Display string
	// Kind and Name are the object's, for status.backend; "" when there is none.
	Kind, Name string
	// URL is the server's base URL, for the link into its web UI.
	URL   string
	Found bool
	// Deleting says the object has a deletionTimestamp: it serves those it has and takes no new ones.
	Deleting bool
	// Permitted is false when a ClusterBackend does not admit the Host's namespace or network.
	Permitted bool
	// NoAdoption says that Hosts which use it may not take over what was there before.
	NoAdoption bool
	// Client says that a client exists (perhaps only in memory, when the Secret is gone).
	Client bool
	// Held says that it has its finalizer: it can't go before what is made through it.
	Held bool
	// Paused says that nothing may be written through it.
	Paused bool
	// NoKey says that there is no client and that none can be made, because its Secret or manifest is at fault.
	NoKey bool
	// Reason and Message say why nothing can be sent: a documented reason (BackendNotFound, Unreachable,
	// AuthenticationFailed, …); Reason "" means available.
	Reason, Message string
	// NetworkFound is false when the network's name or id is not among those the key sees; NetworkAmbiguous when the
	// name is that of several.
	NetworkFound, NetworkAmbiguous bool
	Network                        string // as written, for messages
	Pin                            Pin    // what it resolves to now
	// PinVisible says that the object's pinned organization and network are among those the key sees now.
	PinVisible    bool
	ServerVersion string
	// MACChangeable: the server lets a PUT change a MAC (before 0.14.2).
	MACChangeable bool
	// BareVirtualization: the server stores a virtualization without its service (from about 0.17.10 on).
	BareVirtualization bool
	Subnets            []Subnet // sorted by id
	Tags               []Tag    // sorted by id
	CreateSubnets      bool     // createMissing: Subnets
	CreateTags         bool     // createMissing: Tags
}

// Subnet is a subnet of the backend.
type Subnet struct {
	ID, Name string
	CIDR     netip.Prefix
}

// Tag is a tag of the backend.
type Tag struct{ ID, Name string }
