// SPDX-License-Identifier: Apache-2.0

package scanopy

import "slices"

// What is written. Positions never are: the server numbers new rows and keeps
// the others.

type ifHostBody struct {
	ID                string             `json:"id,omitempty"`
	NetworkID         string             `json:"network_id,omitempty"`
	Name              string             `json:"name"`
	Hostname          *string            `json:"hostname"`
	Description       *string            `json:"description"`
	Hidden            bool               `json:"hidden"`
	Tags              []string           `json:"tags"`
	Virtualization    any                `json:"virtualization"`
	ExpectedUpdatedAt string             `json:"expected_updated_at,omitempty"`
	Interfaces        *[]ifInterfaceBody `json:"interfaces,omitempty"`
	Ports             *[]ifPortBody      `json:"ports,omitempty"`
	Services          *[]ifServiceBody   `json:"services,omitempty"`
	Assignments       *[]ifAssignment    `json:"credential_assignments,omitempty"`
}

type ifInterfaceBody struct {
	ID         string  `json:"id,omitempty"`
	HostID     string  `json:"host_id,omitempty"`
	NetworkID  string  `json:"network_id,omitempty"`
	SubnetID   string  `json:"subnet_id"`
	IPAddress  string  `json:"ip_address"`
	MACAddress *string `json:"mac_address"`
	Name       *string `json:"name"`
	Position   *int    `json:"position,omitempty"`
}

type ifPortBody struct {
	ID        string `json:"id,omitempty"`
	HostID    string `json:"host_id,omitempty"`
	NetworkID string `json:"network_id,omitempty"`
	Number    int    `json:"number"`
	Protocol  string `json:"protocol"`
	// Type must be there for a port by itself; the server derives the real one.
	Type string `json:"type,omitempty"`
}

type ifServiceBody struct {
	ID             string          `json:"id"`
	Definition     string          `json:"service_definition"`
	Name           string          `json:"name"`
	Bindings       []ifBindingBody `json:"bindings"`
	Virtualization any             `json:"virtualization"`
	Tags           []string        `json:"tags"`
}

type ifBindingBody struct {
	ID          string  `json:"id,omitempty"`
	ServiceID   string  `json:"service_id,omitempty"`
	NetworkID   string  `json:"network_id,omitempty"`
	Type        string  `json:"type"`
	PortID      string  `json:"port_id,omitempty"`
	InterfaceID *string `json:"interface_id"`
}

func (d interfacesDialect) hostCreate(in HostCreate) (any, error) {
	body, err := d.hostOf(HostUpdate{
		Name: in.Name, Hostname: in.Hostname, Description: in.Description, Hidden: in.Hidden, Tags: in.Tags,
		Virtualization: in.Virtualization, Interfaces: &in.Interfaces, Ports: &in.Ports, Services: &in.Services,
	})
	body.NetworkID = in.NetworkID
	return body, err
}

func (d interfacesDialect) hostUpdate(id string, in HostUpdate) (any, error) {
	body, err := d.hostOf(in)
	body.ID = id
	return body, err
}

func (d interfacesDialect) hostOf(in HostUpdate) (ifHostBody, error) {
	if in.CredentialAssignments != nil && !d.hasCredentials() {
		return ifHostBody{}, lacking("credentials of all types", version{0, 15, 0})
	}
	virtualization, err := writeHostVirtualization(in.Virtualization)
	if err != nil {
		return ifHostBody{}, err
	}
	body := ifHostBody{
		Name: in.Name, Hostname: in.Hostname, Description: in.Description, Hidden: in.Hidden, Tags: distinct(in.Tags),
		Virtualization: virtualization, ExpectedUpdatedAt: in.ExpectedUpdatedAt,
		Interfaces: given(in.Interfaces, nestedInterface), Ports: given(in.Ports, nestedPort),
		Assignments: given(in.CredentialAssignments, func(a CredentialAssignment) ifAssignment { return ifAssignment(a) }),
	}
	if in.Services == nil {
		return body, nil
	}
	services := make([]ifServiceBody, 0, len(*in.Services))
	for _, s := range *in.Services {
		service, err := nestedService(s)
		if err != nil {
			return ifHostBody{}, err
		}
		services = append(services, service)
	}
	body.Services = &services
	return body, nil
}

// given turns a list that is given, also an empty one; nil stays absent.
func given[T, W any](rows *[]T, write func(T) W) *[]W {
	if rows == nil {
		return nil
	}
	out := each(*rows, write)
	return &out
}

func nestedInterface(in Interface) ifInterfaceBody {
	return ifInterfaceBody{ID: in.ID, SubnetID: in.SubnetID, IPAddress: in.IPAddress, MACAddress: normaliseMAC(in.MACAddress), Name: in.Name}
}

func nestedPort(in Port) ifPortBody {
	return ifPortBody{ID: in.ID, Number: in.Number, Protocol: writeProtocol(in.Protocol)}
}

func nestedService(in Service) (ifServiceBody, error) {
	virtualization, err := writeServiceVirtualization(in.Virtualization)
	return ifServiceBody{
		ID: in.ID, Definition: in.Definition, Name: in.Name, Tags: distinct(in.Tags),
		Bindings: each(in.Bindings, nestedBinding), Virtualization: virtualization,
	}, err
}

func nestedBinding(in Binding) ifBindingBody {
	body := ifBindingBody{ID: in.ID, Type: string(in.Type)}
	if in.Type == BindingPort {
		body.PortID = in.PortID
	}
	if in.InterfaceID != "" {
		body.InterfaceID = &in.InterfaceID
	}
	return body
}

func (interfacesDialect) interfaceCreate(in Interface) any {
	body := nestedInterface(in)
	body.HostID, body.NetworkID, body.Position = in.HostID, in.NetworkID, new(int)
	return body
}

func (interfacesDialect) portCreate(in Port) any {
	body := nestedPort(in)
	body.HostID, body.NetworkID, body.Type = in.HostID, in.NetworkID, "Custom"
	return body
}

func (interfacesDialect) bindingCreate(in Binding) any {
	body := nestedBinding(in)
	body.ServiceID, body.NetworkID = in.ServiceID, in.NetworkID
	return body
}

// distinct drops repeated tags, to which a server answers 500 after it has
// written the rest. It never gives null.
func distinct(tags []string) []string {
	out := make([]string, 0, len(tags))
	for _, tag := range tags {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}
