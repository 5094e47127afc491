// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

const (
	routeHosts     = "/api/v1/hosts"
	routeHost      = "/api/v1/hosts/{id}"
	routeHostsBulk = "/api/v1/hosts/bulk-delete"
	routeMergeHost = "/api/v1/hosts/{id}/consolidate/{other}"
)

// HostCreate is a host to be made with everything on it. Of the lists only
// ids and what is declared is sent; each row needs an id.
type HostCreate struct {
	NetworkID      string
	Name           string
	Hostname       *string
	Description    *string
	Hidden         bool
	Tags           []string
	Virtualization *HostVirtualization
	Interfaces     []Interface
	Ports          []Port
	Services       []Service
}

// HostUpdate replaces a host's own fields: a nil Hostname, Description or
// Virtualization clears it. Empty Tags change nothing on the server. A nil
// list keeps what is there; any other replaces the whole list.
type HostUpdate struct {
	Name           string
	Hostname       *string
	Description    *string
	Hidden         bool
	Tags           []string
	Virtualization *HostVirtualization
	// ExpectedUpdatedAt, if set, is the UpdatedAtRaw that must still hold, else LockConflict.
	ExpectedUpdatedAt string
	Interfaces        *[]Interface
	Ports             *[]Port
	Services          *[]Service
	// CredentialAssignments as the lists: nil keeps them, any other replaces all.
	CredentialAssignments *[]CredentialAssignment
	// Shown is that of the host that was read. Without it a PUT may clear what
	// neutral types don't carry.
	Shown Shown
}

// AsUpdate gives the update that changes nothing: all fields as they are here,
// no list, and the lock on what was read. Change what differs and send it.
func (h Host) AsUpdate() HostUpdate {
	return HostUpdate{
		Name: h.Name, Hostname: h.Hostname, Description: h.Description, Hidden: h.Hidden, Tags: h.Tags,
		Virtualization: h.Virtualization, ExpectedUpdatedAt: h.UpdatedAtRaw, Shown: h.Shown,
	}
}

// BulkDeletion says what came of a bulk deletion: ids that did not exist were
// requested and not deleted.
type BulkDeletion struct {
	Deleted   int
	Requested int
}

// ListHosts reads a page of hosts with everything on them. limit is at most
// MaxPage. Rows of other networks are dropped and counted.
func (c *Client) ListHosts(ctx context.Context, network string, limit, offset int) (HostPage, error) {
	req := request{op: "listing hosts", method: http.MethodGet, route: routeHosts}
	rows, page, err := list(ctx, c, req, listing{network: network, networks: true, limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Host, error) { return d.host(raw) },
		func(h Host) (string, string) { return h.ID, h.NetworkID })
	return HostPage{Page: page, Hosts: rows}, err
}

// GetHost reads one host with everything on it.
func (c *Client) GetHost(ctx context.Context, id string) (Host, error) {
	return c.hostRequest(ctx, request{op: "reading a host", method: http.MethodGet, route: routeHost, ids: []string{id}})
}

// CreateHost makes a host. A failure may have made it in part.
func (c *Client) CreateHost(ctx context.Context, host HostCreate) (Host, error) {
	req := request{op: "creating a host", method: http.MethodPost, route: routeHosts}
	req.encode = func(d dialect) (any, error) { return d.hostCreate(host) }
	return c.hostRequest(ctx, req)
}

// UpdateHost writes a host and those lists that are given. A failure may have
// written it in part.
func (c *Client) UpdateHost(ctx context.Context, id string, host HostUpdate) (Host, error) {
	req := request{op: "updating a host", method: http.MethodPut, route: routeHost, ids: []string{id}}
	req.encode = func(d dialect) (any, error) { return d.hostUpdate(id, host) }
	return c.hostRequest(ctx, req)
}

// DeleteHost deletes a host and everything on it.
func (c *Client) DeleteHost(ctx context.Context, id string) error {
	return c.deleteRow(ctx, "deleting a host", routeHost, id)
}

// BulkDeleteHosts deletes up to MaxPage hosts at once. A daemon on one of them
// refuses all.
func (c *Client) BulkDeleteHosts(ctx context.Context, ids []string) (BulkDeletion, error) {
	return c.bulkDelete(ctx, request{op: "deleting hosts", method: http.MethodPost, route: routeHostsBulk}, ids)
}

// bulkDelete is the same for rows of all kinds.
func (c *Client) bulkDelete(ctx context.Context, req request, ids []string) (BulkDeletion, error) {
	if err := req.refuseIDs(ids); err != nil {
		return BulkDeletion{}, err
	}
	req.body = append([]string{}, ids...) // never null
	var out struct {
		Deleted   int `json:"deleted_count"`
		Requested int `json:"requested_count"`
	}
	_, err := c.do(ctx, req, &out)
	return BulkDeletion{Deleted: out.Deleted, Requested: out.Requested}, err
}

// MayWrite asks whether the key may write at all, without writing: it deletes
// no host, which the server refuses to those who may (there is nothing to
// delete) in other words than to those who may not.
func (c *Client) MayWrite(ctx context.Context) error {
	req := request{op: "asking what the key may do", method: http.MethodPost, route: routeHostsBulk, body: []string{}}
	_, err := c.do(ctx, req, nil)
	if e, ok := errors.AsType[*Error](err); ok && (e.Code == "validation_bulk_empty" || e.FromServer && strings.Contains(e.Message, "No IDs")) {
		return nil
	}
	return err
}

// ConsolidateHosts merges the host other into dest and deletes it. A failure
// may have moved part of it.
func (c *Client) ConsolidateHosts(ctx context.Context, dest, other string) (Host, error) {
	req := request{op: "consolidating hosts", method: http.MethodPut, route: routeMergeHost, ids: []string{dest, other}}
	return c.hostRequest(ctx, req)
}

func (c *Client) hostRequest(ctx context.Context, req request) (Host, error) {
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Host, error) { return d.host(raw) },
		func(h Host) (string, string) { return h.ID, h.NetworkID })
}
