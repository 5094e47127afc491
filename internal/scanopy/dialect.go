// SPDX-License-Identifier: Apache-2.0

package scanopy

import "encoding/json"

// dialect is how a range of server versions spells things. It reads rows of an
// answer and writes bodies of requests; nothing else knows wire names.
type dialect interface {
	name() Dialect
	routes() routes
	// networkFilter is the query key that lists are filtered by.
	networkFilter() string

	host(json.RawMessage) (Host, error)
	iface(json.RawMessage) (Interface, error)
	port(json.RawMessage) (Port, error)
	binding(json.RawMessage) (Binding, error)
	network(json.RawMessage) (Network, error)
	subnet(json.RawMessage) (Subnet, error)
	tag(json.RawMessage) (Tag, error)
	daemon(json.RawMessage) (Daemon, error)

	hostCreate(HostCreate) (any, error)
	hostUpdate(id string, in HostUpdate) (any, error)
	interfaceCreate(Interface) any
	portCreate(Port) any
	bindingCreate(Binding) any
	subnetCreate(SubnetCreate) any
	tagCreate(TagCreate) any
}

// routes are the collections that dialects name differently.
type routes struct {
	networks   string
	interfaces string
}

// Capabilities says what a dialect can express.
type Capabilities struct {
	// HostVirtualizations and ServiceVirtualizations are the types that exist.
	HostVirtualizations    []string
	ServiceVirtualizations []string
	// VirtualizationNeedsService: one without a ServiceID is left out.
	VirtualizationNeedsService bool
	// UniversalCredentials: the server has credentials of all types.
	UniversalCredentials bool
}

// Capabilities says what the dialect can express; nothing for an unknown one.
func (d Dialect) Capabilities() Capabilities {
	if d != DialectInterfaces {
		return Capabilities{}
	}
	return Capabilities{
		HostVirtualizations:        []string{"Proxmox"},
		ServiceVirtualizations:     []string{"Docker"},
		VirtualizationNeedsService: true,
	}
}
