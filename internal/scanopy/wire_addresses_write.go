// SPDX-License-Identifier: Apache-2.0

package scanopy

// What is written. Nested rows have no aliases for the names of the former
// dialect: an old name is a refusal at best, and a binding on all addresses at
// worst. SNMP rows ("interfaces") are never named, so a PUT keeps them.

type ipHostBody struct {
	scope

	ID          string   `json:"id,omitempty"`
	Name        string   `json:"name"`
	Hostname    *string  `json:"hostname"`
	Description *string  `json:"description"`
	Hidden      bool     `json:"hidden"`
	Tags        []string `json:"tags"`
	wireVirtualization
	VirtualizationInterfaceID string           `json:"virtualization_interface_id,omitempty"`
	ExpectedUpdatedAt         string           `json:"expected_updated_at,omitempty"`
	IPAddresses               *[]ipAddressBody `json:"ip_addresses,omitempty"`
	Ports                     *[]ipPortBody    `json:"ports,omitempty"`
	Services                  *[]ipServiceBody `json:"services,omitempty"`
	Assignments               *[]ipAssignment  `json:"credential_assignments,omitempty"`
}

type ipAddressBody struct {
	scope

	ID         string  `json:"id,omitempty"`
	HostID     string  `json:"host_id,omitempty"`
	SubnetID   string  `json:"subnet_id"`
	IPAddress  string  `json:"ip_address"`
	MACAddress *string `json:"mac_address"`
	Name       *string `json:"name"`
	Position   *int    `json:"position,omitempty"`
}

type ipPortBody struct {
	scope

	ID       string `json:"id,omitempty"`
	HostID   string `json:"host_id,omitempty"`
	Number   int    `json:"number"`
	Protocol string `json:"protocol"`
	Type     string `json:"type,omitempty"`
}

type ipServiceBody struct {
	ID         string          `json:"id"`
	Definition string          `json:"service_definition"`
	Name       string          `json:"name"`
	Bindings   []ipBindingBody `json:"bindings"`
	Tags       []string        `json:"tags"`
	wireVirtualization
}

type ipBindingBody struct {
	scope

	ID          string  `json:"id,omitempty"`
	ServiceID   string  `json:"service_id,omitempty"`
	Type        string  `json:"type"`
	PortID      string  `json:"port_id,omitempty"`
	IPAddressID *string `json:"ip_address_id"`
}

func (d addressesDialect) hostCreate(in HostCreate) (any, error) {
	body, err := d.hostOf(HostUpdate{
		Name: in.Name, Hostname: in.Hostname, Description: in.Description, Hidden: in.Hidden, Tags: in.Tags,
		Virtualization: in.Virtualization, Interfaces: &in.Interfaces, Ports: &in.Ports, Services: &in.Services,
	})
	body.scope = d.scopeOf(in.NetworkID)
	return body, err
}

func (d addressesDialect) hostUpdate(id string, in HostUpdate) (any, error) {
	body, err := d.hostOf(in)
	body.ID = id
	return body, err
}

func (d addressesDialect) hostOf(in HostUpdate) (ipHostBody, error) {
	form := d.formFor(in.Shown.Virtualization)
	virtualization, err := d.hostVirtualization(in.Virtualization, form)
	if err != nil {
		return ipHostBody{}, err
	}
	body := ipHostBody{
		Name: in.Name, Hostname: in.Hostname, Description: in.Description, Hidden: in.Hidden, Tags: distinct(in.Tags),
		wireVirtualization: virtualization, ExpectedUpdatedAt: in.ExpectedUpdatedAt,
		IPAddresses: given(in.Interfaces, func(i Interface) ipAddressBody { return carriedAddress(i, in.Shown) }), Ports: given(in.Ports, nestedIPPort),
		Assignments: given(in.CredentialAssignments, func(a CredentialAssignment) ipAssignment { return ipAssignment(a) }),
	}
	if isSameHypervisor(in) {
		body.VirtualizationInterfaceID = in.Shown.VirtualizationInterfaceID
	}
	if in.Services == nil {
		return body, nil
	}
	services := make([]ipServiceBody, 0, len(*in.Services))
	for _, s := range *in.Services {
		service, err := d.nestedService(s, form)
		if err != nil {
			return ipHostBody{}, err
		}
		services = append(services, service)
	}
	body.Services = &services
	return body, nil
}

// isSameHypervisor says that the interface which a host hangs on is still one
// of its hypervisor: PUT clears it when it is left out.
func isSameHypervisor(in HostUpdate) bool {
	now := ""
	if in.Virtualization != nil {
		now = in.Virtualization.ServiceID
	}
	return now == in.Shown.VirtualizationServiceID
}

func nestedAddress(in Interface) ipAddressBody {
	return ipAddressBody{ID: in.ID, SubnetID: in.SubnetID, IPAddress: in.IPAddress, MACAddress: normaliseMAC(in.MACAddress), Name: in.Name}
}

// carriedAddress leaves out a MAC that is as discovery found it: null keeps it,
// and what it came from.
func carriedAddress(in Interface, shown Shown) ipAddressBody {
	body := nestedAddress(in)
	if body.MACAddress != nil && *body.MACAddress == shown.WeakMACs[in.ID] {
		body.MACAddress = nil
	}
	return body
}

func nestedIPPort(in Port) ipPortBody {
	return ipPortBody{ID: in.ID, Number: in.Number, Protocol: writeProtocol(in.Protocol)}
}

func (d addressesDialect) nestedService(in Service, form VirtualizationForm) (ipServiceBody, error) {
	virtualization, err := d.serviceVirtualization(in.Virtualization, form)
	return ipServiceBody{
		ID: in.ID, Definition: in.Definition, Name: in.Name, Tags: distinct(in.Tags),
		Bindings: each(in.Bindings, nestedIPBinding), wireVirtualization: virtualization,
	}, err
}

func nestedIPBinding(in Binding) ipBindingBody {
	body := ipBindingBody{ID: in.ID, Type: string(in.Type)}
	switch in.Type {
	case BindingPort:
		body.PortID = in.PortID
	case BindingInterface:
		body.Type = bindingAddress
	}
	if in.InterfaceID != "" {
		body.IPAddressID = &in.InterfaceID
	}
	return body
}

func (d addressesDialect) interfaceCreate(in Interface) any {
	body := nestedAddress(in)
	body.HostID, body.scope, body.Position = in.HostID, d.scopeOf(in.NetworkID), new(int)
	return body
}

func (d addressesDialect) portCreate(in Port) any {
	body := nestedIPPort(in)
	body.HostID, body.scope, body.Type = in.HostID, d.scopeOf(in.NetworkID), "Custom"
	return body
}

func (d addressesDialect) bindingCreate(in Binding) any {
	body := nestedIPBinding(in)
	body.ServiceID, body.scope = in.ServiceID, d.scopeOf(in.NetworkID)
	return body
}
