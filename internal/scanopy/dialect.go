// SPDX-License-Identifier: Apache-2.0

package scanopy

import "encoding/json"

// dialect is how a range of server versions spells things. It reads rows of an
// answer and writes bodies of requests; nothing else knows wire names.
type dialect interface {
	name() Dialect
	routes() routes
	// networkFilter is the query key that lists are filtered by; several says
	// that the list takes more than one network.
	networkFilter(several bool) string

	host(json.RawMessage) (Host, error)
	iface(json.RawMessage) (Interface, error)
	port(json.RawMessage) (Port, error)
	binding(json.RawMessage) (Binding, error)
	network(json.RawMessage) (Network, error)
	subnet(json.RawMessage) (Subnet, error)
	tag(json.RawMessage) (Tag, error)
	daemon(json.RawMessage) (Daemon, error)
	credential(json.RawMessage) (Credential, error)

	hostCreate(HostCreate) (any, error)
	hostUpdate(id string, in HostUpdate) (any, error)
	interfaceCreate(Interface) any
	portCreate(Port) any
	bindingCreate(Binding) any
	subnetCreate(SubnetCreate) any
	tagCreate(TagCreate) any
	credentialWrite(Credential) (any, error)
}

// routes are the collections that dialects name differently.
type routes struct {
	networks   string
	interfaces string
	// credentials is "" where there are none of all types.
	credentials string
}

// naming is how a dialect calls networks.
type naming struct{ sites bool }

// scope is the network, or from 0.17.22 on the site, that a row is in.
type scope struct {
	NetworkID string `json:"network_id,omitempty"`
	SiteID    string `json:"site_id,omitempty"`
}

func (n naming) idOf(s scope) string {
	if n.sites {
		return s.SiteID
	}
	return s.NetworkID
}

func (n naming) scopeOf(id string) scope {
	if n.sites {
		return scope{SiteID: id}
	}
	return scope{NetworkID: id}
}

func (n naming) networksRoute() string {
	if n.sites {
		return "/api/v1/sites"
	}
	return "/api/v1/networks"
}
