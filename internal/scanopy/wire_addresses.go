// SPDX-License-Identifier: Apache-2.0

package scanopy

import "encoding/json"

// addressesDialect is spoken by servers from 0.16 on: addresses are
// "ip_addresses", "interfaces" are rows of SNMP, which are never touched. From
// 0.17.22 on networks are "sites" besides.
type addressesDialect struct {
	naming

	version version
}

func (d addressesDialect) name() Dialect {
	if d.sites {
		return DialectSites
	}
	return DialectIPAddresses
}

// networkFilter: hosts of several sites can be asked for, their children not.
func (d addressesDialect) networkFilter(several bool) string {
	switch {
	case !d.sites:
		return "network_id"
	case several:
		return "site_ids"
	}
	return "site_id"
}

func (d addressesDialect) routes() routes {
	return routes{networks: d.networksRoute(), interfaces: "/api/v1/ip-addresses", credentials: routeCredentials}
}

// What is read. Unknown keys (times of validity, sources of values, names to
// display, SNMP rows) are skipped, null is as absent.

type ipHost struct {
	scope

	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Hostname    *string    `json:"hostname"`
	Description *string    `json:"description"`
	Hidden      bool       `json:"hidden"`
	Tags        []string   `json:"tags"`
	Source      wireSource `json:"source"`
	CreatedAt   string     `json:"created_at"`
	UpdatedAt   string     `json:"updated_at"`
	wireVirtualization
	VirtualizationInterfaceID *string        `json:"virtualization_interface_id"`
	IPAddresses               []ipAddress    `json:"ip_addresses"`
	Ports                     []ipPort       `json:"ports"`
	Services                  []ipService    `json:"services"`
	CredentialAssignments     []ipAssignment `json:"credential_assignments"`
}

type ipAssignment struct {
	CredentialID string   `json:"credential_id"`
	InterfaceIDs []string `json:"ip_address_ids"`
}

type ipAddress struct {
	scope

	ID         string   `json:"id"`
	HostID     string   `json:"host_id"`
	SubnetID   string   `json:"subnet_id"`
	IPAddress  string   `json:"ip_address"`
	MACAddress *string  `json:"mac_address"`
	MACSource  wireText `json:"mac_address_source"`
	Name       *string  `json:"name"`
	Position   int      `json:"position"`
}

type ipPort struct {
	scope

	ID       string `json:"id"`
	HostID   string `json:"host_id"`
	Number   int    `json:"number"`
	Protocol string `json:"protocol"`
	Type     string `json:"type"`
}

type ipService struct {
	scope

	ID         string     `json:"id"`
	HostID     string     `json:"host_id"`
	Name       string     `json:"name"`
	Definition string     `json:"service_definition"`
	Tags       []string   `json:"tags"`
	Source     wireSource `json:"source"`
	wireVirtualization
	Bindings []ipBinding `json:"bindings"`
	Position int         `json:"position"`
}

type ipBinding struct {
	scope

	ID          string `json:"id"`
	ServiceID   string `json:"service_id"`
	Type        string `json:"type"`
	IPAddressID string `json:"ip_address_id"`
	PortID      string `json:"port_id"`
}

// bindingAddress is the word for a BindingInterface.
const bindingAddress = "IPAddress"

func (d addressesDialect) host(raw json.RawMessage) (Host, error) { return read(raw, d.neutralHost) }
func (d addressesDialect) iface(raw json.RawMessage) (Interface, error) {
	return read(raw, d.neutralAddress)
}
func (d addressesDialect) port(raw json.RawMessage) (Port, error) { return read(raw, d.neutralPort) }
func (d addressesDialect) binding(raw json.RawMessage) (Binding, error) {
	return read(raw, d.neutralBinding)
}

func (d addressesDialect) neutralHost(w ipHost) Host {
	out := Host{
		ID: w.ID, NetworkID: d.idOf(w.scope), Name: w.Name, Hostname: w.Hostname, Description: w.Description,
		Hidden: w.Hidden, Tags: w.Tags, Source: string(w.Source), Virtualization: w.host(),
		CreatedAt: readTime(w.CreatedAt), UpdatedAt: readTime(w.UpdatedAt), UpdatedAtRaw: w.UpdatedAt,
		Interfaces: each(w.IPAddresses, d.neutralAddress), Ports: each(w.Ports, d.neutralPort),
		Services: each(w.Services, d.neutralService), Shown: Shown{Virtualization: formOf(w.wireVirtualization)},
		CredentialAssignments: each(w.CredentialAssignments, func(a ipAssignment) CredentialAssignment { return CredentialAssignment(a) }),
	}
	if out.Virtualization != nil {
		out.Shown.VirtualizationServiceID = out.Virtualization.ServiceID
	}
	for _, i := range out.Interfaces {
		if i.IsMACWeak() {
			if out.Shown.WeakMACs == nil {
				out.Shown.WeakMACs = map[string]string{}
			}
			out.Shown.WeakMACs[i.ID] = *i.MACAddress
		}
	}
	if w.VirtualizationInterfaceID != nil {
		out.Shown.VirtualizationInterfaceID = *w.VirtualizationInterfaceID
	}
	return out
}

func (d addressesDialect) neutralAddress(w ipAddress) Interface {
	return Interface{
		ID: w.ID, HostID: w.HostID, SubnetID: w.SubnetID, NetworkID: d.idOf(w.scope), IPAddress: w.IPAddress,
		MACAddress: normaliseMAC(w.MACAddress), MACSource: string(w.MACSource), Name: w.Name, Position: w.Position,
	}
}

func (d addressesDialect) neutralPort(w ipPort) Port {
	return Port{ID: w.ID, HostID: w.HostID, NetworkID: d.idOf(w.scope), Number: w.Number, Protocol: readProtocol(w.Protocol), Type: w.Type}
}

func (d addressesDialect) neutralService(w ipService) Service {
	return Service{
		ID: w.ID, HostID: w.HostID, NetworkID: d.idOf(w.scope), Name: w.Name, Definition: w.Definition, Tags: w.Tags,
		Source: string(w.Source), Virtualization: w.service(), Bindings: each(w.Bindings, d.neutralBinding), Position: w.Position,
	}
}

func (d addressesDialect) neutralBinding(w ipBinding) Binding {
	kind := BindingType(w.Type)
	if w.Type == bindingAddress {
		kind = BindingInterface
	}
	return Binding{
		ID: w.ID, ServiceID: w.ServiceID, NetworkID: d.idOf(w.scope), Type: kind, InterfaceID: w.IPAddressID, PortID: w.PortID,
	}
}
