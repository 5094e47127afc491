// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"net"
	"strings"
)

// wireSource is a row's source: an object with a type, of which only that is
// read, or a plain word.
type wireSource string

// UnmarshalJSON never fails: no decision rests on a source.
func (s *wireSource) UnmarshalJSON(raw []byte) error {
	var tagged struct {
		Type string `json:"type"`
	}
	var word string
	if json.Unmarshal(raw, &tagged) == nil {
		word = tagged.Type
	} else if json.Unmarshal(raw, &word) != nil {
		word = ""
	}
	*s = wireSource(word)
	return nil
}

// Rows that have been spelled alike so far.

func (interfacesDialect) network(raw json.RawMessage) (Network, error) {
	type wire struct {
		ID             string `json:"id"`
		Name           string `json:"name"`
		OrganizationID string `json:"organization_id"`
	}
	return read(raw, func(w wire) Network { return Network(w) })
}

func (interfacesDialect) subnet(raw json.RawMessage) (Subnet, error) {
	type wire struct {
		ID        string     `json:"id"`
		NetworkID string     `json:"network_id"`
		Name      string     `json:"name"`
		CIDR      string     `json:"cidr"`
		Source    wireSource `json:"source"`
	}
	return read(raw, func(w wire) Subnet {
		return Subnet{ID: w.ID, NetworkID: w.NetworkID, Name: w.Name, CIDR: w.CIDR, Source: string(w.Source)}
	})
}

func (interfacesDialect) tag(raw json.RawMessage) (Tag, error) {
	type wire struct {
		ID             string `json:"id"`
		Name           string `json:"name"`
		OrganizationID string `json:"organization_id"`
	}
	return read(raw, func(w wire) Tag { return Tag(w) })
}

func (interfacesDialect) daemon(raw json.RawMessage) (Daemon, error) {
	type wire struct {
		ID        string `json:"id"`
		HostID    string `json:"host_id"`
		NetworkID string `json:"network_id"`
		Name      string `json:"name"`
	}
	return read(raw, func(w wire) Daemon { return Daemon(w) })
}

func (interfacesDialect) subnetCreate(in SubnetCreate) any {
	kind := in.Type
	if kind == "" {
		kind = "Lan"
	}
	return map[string]any{
		"name": in.Name, "cidr": in.CIDR, "network_id": in.NetworkID, "description": nil,
		"subnet_type": kind, "source": map[string]string{"type": SourceManual}, "tags": []string{},
	}
}

func (interfacesDialect) tagCreate(in TagCreate) any {
	color := in.Color
	if color == "" {
		color = "Gray"
	}
	return map[string]any{"name": in.Name, "description": nil, "color": color, "organization_id": in.OrganizationID}
}

// normaliseMAC gives a MAC in capitals with colons; what is no MAC stays.
func normaliseMAC(mac *string) *string {
	if mac == nil {
		return nil
	}
	text := *mac
	if parsed, err := net.ParseMAC(text); err == nil {
		text = strings.ToUpper(parsed.String())
	}
	return &text
}

func readProtocol(wire string) Protocol { return Protocol(strings.ToUpper(wire)) }

func writeProtocol(p Protocol) string {
	if p == UDP {
		return "Udp"
	}
	return "Tcp"
}
