// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"net/http"
)

// CreateInterface adds an address to a host. Its ID may be ours; ID, HostID,
// NetworkID, SubnetID and IPAddress are needed.
func (c *Client) CreateInterface(ctx context.Context, in Interface) (Interface, error) {
	req := request{op: "creating an interface", method: http.MethodPost, routeOf: func(d dialect) string { return d.routes().interfaces }}
	req.encode = func(d dialect) (any, error) { return d.interfaceCreate(in), nil }
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Interface, error) { return d.iface(raw) },
		func(i Interface) (string, string) { return i.ID, i.NetworkID })
}

// DeleteInterface deletes an address of a host, and every binding on it.
func (c *Client) DeleteInterface(ctx context.Context, id string) error {
	req := request{op: "deleting an interface", method: http.MethodDelete, ids: []string{id},
		routeOf: func(d dialect) string { return d.routes().interfaces + "/{id}" }}
	_, err := c.do(ctx, req, nil)
	return err
}

// CreatePort adds a port to a host. Its ID may be ours.
func (c *Client) CreatePort(ctx context.Context, in Port) (Port, error) {
	req := request{op: "creating a port", method: http.MethodPost, route: "/api/v1/ports"}
	req.encode = func(d dialect) (any, error) { return d.portCreate(in), nil }
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Port, error) { return d.port(raw) },
		func(p Port) (string, string) { return p.ID, p.NetworkID })
}

// DeletePort deletes a port of a host, and every binding on it.
func (c *Client) DeletePort(ctx context.Context, id string) error {
	return c.deleteRow(ctx, "deleting a port", "/api/v1/ports/{id}", id)
}

// DeleteService deletes a service and its bindings.
func (c *Client) DeleteService(ctx context.Context, id string) error {
	return c.deleteRow(ctx, "deleting a service", "/api/v1/services/{id}", id)
}

// CreateBinding adds a binding to a service; ID may be ours. A port on all
// interfaces deletes the service's bindings of that port on single interfaces.
func (c *Client) CreateBinding(ctx context.Context, in Binding) (Binding, error) {
	req := request{op: "creating a binding", method: http.MethodPost, route: "/api/v1/bindings"}
	req.encode = func(d dialect) (any, error) { return d.bindingCreate(in), nil }
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Binding, error) { return d.binding(raw) },
		func(b Binding) (string, string) { return b.ID, b.NetworkID })
}

// DeleteBinding deletes a binding.
func (c *Client) DeleteBinding(ctx context.Context, id string) error {
	return c.deleteRow(ctx, "deleting a binding", "/api/v1/bindings/{id}", id)
}

func (c *Client) deleteRow(ctx context.Context, op, route, id string) error {
	_, err := c.do(ctx, request{op: op, method: http.MethodDelete, route: route, ids: []string{id}}, nil)
	return err
}
