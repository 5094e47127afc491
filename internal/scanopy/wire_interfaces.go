// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"time"
)

// interfacesDialect is spoken by servers before 0.16.
type interfacesDialect struct {
	naming

	version version
}

func (interfacesDialect) name() Dialect             { return DialectInterfaces }
func (interfacesDialect) networkFilter(bool) string { return "network_id" }
func (d interfacesDialect) routes() routes {
	out := routes{networks: d.networksRoute(), interfaces: "/api/v1/interfaces"}
	if d.hasCredentials() {
		out.credentials = routeCredentials
	}
	return out
}

// hasCredentials: from 0.15 on there are those of all types.
func (d interfacesDialect) hasCredentials() bool { return !d.version.less(version{0, 15, 0}) }

// What is read. Unknown keys are skipped, null is as absent.

type ifHost struct {
	ID             string          `json:"id"`
	NetworkID      string          `json:"network_id"`
	Name           string          `json:"name"`
	Hostname       *string         `json:"hostname"`
	Description    *string         `json:"description"`
	Hidden         bool            `json:"hidden"`
	Tags           []string        `json:"tags"`
	Source         wireSource      `json:"source"`
	Virtualization json.RawMessage `json:"virtualization"`
	CreatedAt      string          `json:"created_at"`
	UpdatedAt      string          `json:"updated_at"`
	Interfaces     []ifInterface   `json:"interfaces"`
	Ports          []ifPort        `json:"ports"`
	Services       []ifService     `json:"services"`
	// CredentialAssignments are there from 0.15 on.
	CredentialAssignments []ifAssignment `json:"credential_assignments"`
}

type ifAssignment struct {
	CredentialID string   `json:"credential_id"`
	InterfaceIDs []string `json:"interface_ids"`
}

type ifInterface struct {
	ID         string  `json:"id"`
	HostID     string  `json:"host_id"`
	SubnetID   string  `json:"subnet_id"`
	NetworkID  string  `json:"network_id"`
	IPAddress  string  `json:"ip_address"`
	MACAddress *string `json:"mac_address"`
	Name       *string `json:"name"`
	Position   int     `json:"position"`
}

type ifPort struct {
	ID        string `json:"id"`
	HostID    string `json:"host_id"`
	NetworkID string `json:"network_id"`
	Number    int    `json:"number"`
	Protocol  string `json:"protocol"`
	Type      string `json:"type"`
}

type ifService struct {
	ID             string          `json:"id"`
	HostID         string          `json:"host_id"`
	NetworkID      string          `json:"network_id"`
	Name           string          `json:"name"`
	Definition     string          `json:"service_definition"`
	Tags           []string        `json:"tags"`
	Source         wireSource      `json:"source"`
	Virtualization json.RawMessage `json:"virtualization"`
	Bindings       []ifBinding     `json:"bindings"`
	Position       int             `json:"position"`
}

type ifBinding struct {
	ID          string `json:"id"`
	ServiceID   string `json:"service_id"`
	NetworkID   string `json:"network_id"`
	Type        string `json:"type"`
	InterfaceID string `json:"interface_id"`
	PortID      string `json:"port_id"`
}

// read decodes raw and turns it into its neutral type.
func read[W, T any](raw json.RawMessage, neutral func(W) T) (T, error) {
	var w W
	if err := json.Unmarshal(raw, &w); err != nil {
		var zero T
		return zero, err
	}
	return neutral(w), nil
}

func each[W, T any](rows []W, neutral func(W) T) []T {
	out := make([]T, 0, len(rows))
	for _, row := range rows {
		out = append(out, neutral(row))
	}
	return out
}

func (interfacesDialect) host(raw json.RawMessage) (Host, error) { return read(raw, ifHost.neutral) }
func (interfacesDialect) iface(raw json.RawMessage) (Interface, error) {
	return read(raw, ifInterface.neutral)
}
func (interfacesDialect) port(raw json.RawMessage) (Port, error) { return read(raw, ifPort.neutral) }
func (interfacesDialect) binding(raw json.RawMessage) (Binding, error) {
	return read(raw, ifBinding.neutral)
}

func (w ifHost) neutral() Host {
	return Host{
		ID: w.ID, NetworkID: w.NetworkID, Name: w.Name, Hostname: w.Hostname, Description: w.Description,
		Hidden: w.Hidden, Tags: w.Tags, Source: string(w.Source), Virtualization: readHostVirtualization(w.Virtualization),
		CreatedAt: readTime(w.CreatedAt), UpdatedAt: readTime(w.UpdatedAt), UpdatedAtRaw: w.UpdatedAt,
		Interfaces: each(w.Interfaces, ifInterface.neutral), Ports: each(w.Ports, ifPort.neutral),
		Services:              each(w.Services, ifService.neutral),
		CredentialAssignments: each(w.CredentialAssignments, func(a ifAssignment) CredentialAssignment { return CredentialAssignment(a) }),
	}
}

func (w ifInterface) neutral() Interface {
	return Interface{
		ID: w.ID, HostID: w.HostID, SubnetID: w.SubnetID, NetworkID: w.NetworkID, IPAddress: w.IPAddress,
		MACAddress: normaliseMAC(w.MACAddress), Name: w.Name, Position: w.Position,
	}
}

func (w ifPort) neutral() Port {
	return Port{ID: w.ID, HostID: w.HostID, NetworkID: w.NetworkID, Number: w.Number, Protocol: readProtocol(w.Protocol), Type: w.Type}
}

func (w ifService) neutral() Service {
	return Service{
		ID: w.ID, HostID: w.HostID, NetworkID: w.NetworkID, Name: w.Name, Definition: w.Definition, Tags: w.Tags,
		Source: string(w.Source), Virtualization: readServiceVirtualization(w.Virtualization),
		Bindings: each(w.Bindings, ifBinding.neutral), Position: w.Position,
	}
}

func (w ifBinding) neutral() Binding {
	return Binding{
		ID: w.ID, ServiceID: w.ServiceID, NetworkID: w.NetworkID, Type: BindingType(w.Type),
		InterfaceID: w.InterfaceID, PortID: w.PortID,
	}
}

func readTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
