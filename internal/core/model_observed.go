// SPDX-License-Identifier: Apache-2.0

package core

import (
	"net/netip"
	"time"
)

// Observed is what the snapshot knows that matters for the group.
type Observed struct {
	// Known is false while no list has been read: nothing may be concluded from absence.
	Known bool
	// Settled is true when a list begun after the last lost or failed creation of this group has been read.
	Settled bool
	// Confirmed holds host ids that a GET answered with 404 since the list that lacked them.
	Confirmed []string
	// NewestCreated is the newest created_at seen in the network; MarkFresh says it is recent enough for `creating`:
	// no host is created else.
	NewestCreated time.Time
	MarkFresh     bool
	// Hosts are the candidates, sorted by (CreatedAt, ID): the host of status.id, hosts with rows of the group's
	// objects, the same machine, and after a lost creation childless Manual hosts of that name.
	Hosts []ObservedHost
	// HeldBy says which candidate is named by the status.id of a live Host outside the group, or has rows of one.
	HeldBy map[string]Ref
	// Theirs are rows of the group's objects on hosts that others hold, which objects of those have taken for theirs by now:
	// they stay there.
	Theirs []string
	// Carried are interfaces and ports on which foreign bindings of another host hang than the one that they are on, as a
	// merge that broke off leaves them: removing the row would remove those.
	Carried []string
	// Virtual services of other hosts need no candidate: their ids are in HostVirtualization.ServiceID.
}

// ObservedHost is a host as the server has it. Times are the server's.
type ObservedHost struct {
	ID, NetworkID        string
	Name                 string
	Hostname             *string
	Description          *string
	Hidden               bool
	Tags                 []string // ids
	Source               string
	Virtualization       *ObservedVirtualization
	CreatedAt, UpdatedAt time.Time
	// Version is updated_at exactly as the server wrote it, for expected_updated_at.
	Version string
	// Daemon says that a daemon runs on it, as far as the key may know.
	Daemon     bool
	Interfaces []ObservedInterface
	Ports      []ObservedPort
	Services   []ObservedService
}

// RowIDs are the ids of everything on the host.
func (h *ObservedHost) RowIDs() []string {
	ids := make([]string, 0, len(h.Interfaces)+len(h.Ports)+2*len(h.Services))
	for i := range h.Interfaces {
		ids = append(ids, h.Interfaces[i].ID)
	}
	for i := range h.Ports {
		ids = append(ids, h.Ports[i].ID)
	}
	for i := range h.Services {
		ids = append(ids, h.Services[i].ID)
		for k := range h.Services[i].Bindings {
			ids = append(ids, h.Services[i].Bindings[k].ID)
		}
	}
	return ids
}

// ObservedVirtualization is a virtualization as the server has it, for a host or a service; fields that the other kind
// has are empty.
type ObservedVirtualization struct {
	Type, VMName, VMID, ContainerName, ContainerID, ComposeProject, ServiceID string
}

// ObservedInterface is an interface row (an address).
type ObservedInterface struct {
	ID, SubnetID string
	IP           netip.Addr
	MAC          string // upper case, colons; "" when absent
	// MACWeak: the MAC was only discovered, and the server lets a declared one replace it (0.17).
	MACWeak bool
	Name    string
}

// ObservedPort is a port row.
type ObservedPort struct {
	ID       string
	Number   int
	Protocol Protocol
}

// ObservedService is a service row with its bindings.
type ObservedService struct {
	ID, Name, Definition string
	Tags                 []string
	Source               string
	Virtualization       *ObservedVirtualization
	Bindings             []ObservedBinding
}

// ObservedBinding is a binding row. A Port binding without InterfaceID is on all interfaces.
type ObservedBinding struct {
	ID                  string
	Type                BindingType
	InterfaceID, PortID string
}
