// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"net/http"
)

// SubnetCreate is a subnet to be made. Description is never sent as anything
// but null: nobody declares one.
type SubnetCreate struct {
	NetworkID string
	Name      string
	CIDR      string
	// Type is one of the server's subnet types; empty means Lan.
	Type string
}

// ListNetworks reads a page of the networks that the key sees.
func (c *Client) ListNetworks(ctx context.Context, limit, offset int) (NetworkPage, error) {
	req := request{op: "listing networks", method: http.MethodGet, routeOf: func(d dialect) string { return d.routes().networks }}
	rows, page, err := list(ctx, c, req, listing{limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Network, error) { return d.network(raw) },
		func(n Network) (string, string) { return n.ID, "" })
	return NetworkPage{Page: page, Networks: rows}, err
}

// ListSubnets reads a page of a network's subnets.
func (c *Client) ListSubnets(ctx context.Context, network string, limit, offset int) (SubnetPage, error) {
	req := request{op: "listing subnets", method: http.MethodGet, route: "/api/v1/subnets"}
	rows, page, err := list(ctx, c, req, listing{network: network, limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Subnet, error) { return d.subnet(raw) },
		func(s Subnet) (string, string) { return s.ID, s.NetworkID })
	return SubnetPage{Page: page, Subnets: rows}, err
}

// CreateSubnet makes a subnet, or gives the one that has this CIDR already.
func (c *Client) CreateSubnet(ctx context.Context, in SubnetCreate) (Subnet, error) {
	req := request{op: "creating a subnet", method: http.MethodPost, route: "/api/v1/subnets"}
	req.encode = func(d dialect) (any, error) { return d.subnetCreate(in), nil }
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Subnet, error) { return d.subnet(raw) },
		func(s Subnet) (string, string) { return s.ID, s.NetworkID })
}

// ListDaemons reads a page of a network's daemons, to know which hosts run one.
func (c *Client) ListDaemons(ctx context.Context, network string, limit, offset int) (DaemonPage, error) {
	req := request{op: "listing daemons", method: http.MethodGet, route: "/api/v1/daemons"}
	rows, page, err := list(ctx, c, req, listing{network: network, limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Daemon, error) { return d.daemon(raw) },
		func(x Daemon) (string, string) { return x.ID, x.NetworkID })
	return DaemonPage{Page: page, Daemons: rows}, err
}
