// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// finding is a machine that a daemon of Scanopy finds: its name, its address, and the ports that are open. On the first of
// them SSH listens.
type finding struct {
	name, address string
	ports         []int
}

// What daemons send, and no operator.
const (
	provision = "/api/v1/daemons/provision"
	discovery = "/api/v1/hosts/discovery"
)

// discover plays a daemon: it is provisioned as people do it in the web UI, and reports what it finds.
func (s *scanopy) discover(ctx context.Context, version string, f *finding) error {
	var answer struct {
		Data struct {
			Daemon struct {
				ID uuid.UUID `json:"id"`
			} `json:"daemon"`
			Key string `json:"daemon_api_key"`
		} `json:"data"`
	}
	daemon := map[string]any{
		"name": "scout", "url": "http://127.0.0.1:9",
		"network_id": s.boot.Network, "site_id": s.boot.Network, // each version reads the one that it knows
	}
	if err := s.request(ctx, http.MethodPost, provision, daemon, &answer); err != nil {
		return err
	}
	subnet, err := s.firstSubnet(ctx)
	if err != nil {
		return err
	}
	header := http.Header{"X-Daemon-Id": {answer.Data.Daemon.ID.String()}, "Authorization": {"Bearer " + answer.Data.Key}}
	return s.send(ctx, http.MethodPost, discovery, header, f.report(version, s.boot.Network, subnet, answer.Data.Daemon.ID), nil)
}

func (s *scanopy) firstSubnet(ctx context.Context) (uuid.UUID, error) {
	state, err := s.state(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	for _, subnet := range state.Subnets {
		if subnet.Name == "lan" {
			return subnet.ID, nil
		}
	}
	return uuid.Nil, nil
}

// report is what a daemon sends about a machine, in the words of a version of Scanopy.
func (f *finding) report(version string, network, subnet, daemon uuid.UUID) map[string]any {
	type row = map[string]any
	host, iface, service := uuid.New(), uuid.New(), uuid.New()
	addresses, address, entries := "ip_addresses", "ip_address_id", "interfaces"
	if strings.HasPrefix(version, "0.14.") || strings.HasPrefix(version, "0.15.") {
		addresses, address, entries = "interfaces", "interface_id", "if_entries"
	}
	var ports []row
	for _, number := range f.ports {
		ports = append(ports, row{"id": uuid.New(), "network_id": network, "host_id": host, "number": number, "protocol": "Tcp", "type": "Custom"})
	}
	return row{
		"host": row{
			"id": host, "name": f.name, "network_id": network, "hidden": false, "description": nil,
			"source": row{"type": "Discovery", "metadata": []row{}},
		},
		addresses: []row{{"id": iface, "network_id": network, "host_id": host, "subnet_id": subnet, "ip_address": f.address}},
		"ports":   ports,
		"services": []row{{
			"id": service, "host_id": host, "network_id": network, "service_definition": "SSH", "name": "SSH",
			"virtualization": nil, "virtualization_metadata": nil,
			"source": row{
				"type":     "DiscoveryWithMatch",
				"metadata": []row{{"type": "Network", "daemon_id": daemon, "date": "2026-01-01T00:00:00Z"}},
				"details":  row{"confidence": "High", "reason": row{"type": "reason", "data": "port 22 is open"}},
			},
			"bindings": []row{{
				"type": "Port", "id": uuid.New(), "service_id": service, "network_id": network, "port_id": ports[0]["id"], address: iface,
			}},
		}},
		entries: []row{},
	}
}
