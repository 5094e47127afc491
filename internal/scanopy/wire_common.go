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

// wireText is a word, or an object whose only key is one: where a value came
// from is shown in either way. It never fails.
type wireText string

// UnmarshalJSON never fails: see wireSource.
func (s *wireText) UnmarshalJSON(raw []byte) error {
	var word string
	var keyed map[string]json.RawMessage
	if json.Unmarshal(raw, &word) != nil && json.Unmarshal(raw, &keyed) == nil && len(keyed) == 1 {
		for key := range keyed {
			word = key
		}
	}
	*s = wireText(word)
	return nil
}

// Rows that all dialects spell alike, but for the network.

type wireNetwork struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	OrganizationID string `json:"organization_id"`
}

func (naming) network(raw json.RawMessage) (Network, error) {
	return read(raw, func(w wireNetwork) Network {
		return Network(w)
	})
}

type wireSubnet struct {
	scope

	ID     string     `json:"id"`
	Name   string     `json:"name"`
	CIDR   string     `json:"cidr"`
	Source wireSource `json:"source"`
}

func (n naming) subnet(raw json.RawMessage) (Subnet, error) {
	return read(raw, func(w wireSubnet) Subnet {
		return Subnet{ID: w.ID, NetworkID: n.idOf(w.scope), Name: w.Name, CIDR: w.CIDR, Source: string(w.Source)}
	})
}

type wireTag struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	OrganizationID string `json:"organization_id"`
}

func (naming) tag(raw json.RawMessage) (Tag, error) {
	return read(raw, func(w wireTag) Tag { return Tag(w) })
}

type wireDaemon struct {
	scope

	ID     string `json:"id"`
	HostID string `json:"host_id"`
	Name   string `json:"name"`
}

func (n naming) daemon(raw json.RawMessage) (Daemon, error) {
	return read(raw, func(w wireDaemon) Daemon {
		return Daemon{ID: w.ID, HostID: w.HostID, NetworkID: n.idOf(w.scope), Name: w.Name}
	})
}

type subnetBody struct {
	scope

	Name        string            `json:"name"`
	CIDR        string            `json:"cidr"`
	Description *string           `json:"description"`
	Type        string            `json:"subnet_type"`
	Source      map[string]string `json:"source"`
	Tags        []string          `json:"tags"`
}

func (n naming) subnetCreate(in SubnetCreate) any {
	kind := in.Type
	if kind == "" {
		kind = "Lan"
	}
	return subnetBody{
		scope: n.scopeOf(in.NetworkID), Name: in.Name, CIDR: in.CIDR, Type: kind,
		Source: map[string]string{"type": SourceManual}, Tags: []string{},
	}
}

func (naming) tagCreate(in TagCreate) any {
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
