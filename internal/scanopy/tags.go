// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"net/http"
)

// TagCreate is a tag to be made. Names are unique in the organization.
type TagCreate struct {
	OrganizationID string
	Name           string
	// Color is one of the server's; empty means Gray.
	Color string
}

// ListTags reads a page of the organization's tags.
func (c *Client) ListTags(ctx context.Context, limit, offset int) (TagPage, error) {
	req := request{op: "listing tags", method: http.MethodGet, route: "/api/v1/tags"}
	rows, page, err := list(ctx, c, req, listing{limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Tag, error) { return d.tag(raw) },
		func(t Tag) (string, string) { return t.ID, "" })
	return TagPage{Page: page, Tags: rows}, err
}

// CreateTag makes a tag; Conflict if the name is taken.
func (c *Client) CreateTag(ctx context.Context, in TagCreate) (Tag, error) {
	req := request{op: "creating a tag", method: http.MethodPost, route: "/api/v1/tags"}
	req.encode = func(d dialect) (any, error) { return d.tagCreate(in), nil }
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Tag, error) { return d.tag(raw) },
		func(t Tag) (string, string) { return t.ID, "" })
}

// AddTag puts a tag on rows and says how many changed.
func (c *Client) AddTag(ctx context.Context, kind EntityType, ids []string, tag string) (int, error) {
	return c.bulkTag(ctx, request{op: "adding a tag", route: "/api/v1/tags/assign/bulk-add"}, kind, ids, tag)
}

// RemoveTag takes a tag off rows and says how many changed. It is the only way
// to remove a row's last tag.
func (c *Client) RemoveTag(ctx context.Context, kind EntityType, ids []string, tag string) (int, error) {
	return c.bulkTag(ctx, request{op: "removing a tag", route: "/api/v1/tags/assign/bulk-remove"}, kind, ids, tag)
}

func (c *Client) bulkTag(ctx context.Context, req request, kind EntityType, ids []string, tag string) (int, error) {
	req.method = http.MethodPost
	if err := req.refuseIDs(append([]string{tag}, ids...)); err != nil {
		return 0, err
	}
	req.body = struct {
		Kind EntityType `json:"entity_type"`
		IDs  []string   `json:"entity_ids"`
		Tag  string     `json:"tag_id"`
	}{kind, append([]string{}, ids...), tag}
	var out struct {
		Affected int `json:"affected_count"`
	}
	_, err := c.do(ctx, req, &out)
	return out.Affected, err
}
