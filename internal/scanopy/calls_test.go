// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// call makes the client send a recorded request; false if it has no operation
// that would.
func call(ctx context.Context, c *Client, method string, u *url.URL, s step) (any, error, bool) { //nolint:revive // the error is what is tested
	if s.With != nil && s.With.Raw != nil {
		return nil, nil, false
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/api/v1/"), "/")
	if method == http.MethodGet {
		return callGet(ctx, c, u, parts)
	}
	switch method + " " + strings.Join(slices.DeleteFunc(slices.Clone(parts), uuidText.MatchString), "/") {
	case "DELETE hosts":
		return nil, c.DeleteHost(ctx, parts[1]), true
	case "DELETE services":
		return nil, c.DeleteService(ctx, parts[1]), true
	case "DELETE bindings":
		return nil, c.DeleteBinding(ctx, parts[1]), true
	case "DELETE interfaces":
		return nil, c.DeleteInterface(ctx, parts[1]), true
	case "DELETE ports":
		return nil, c.DeletePort(ctx, parts[1]), true
	case "PUT hosts/consolidate":
		h, err := c.ConsolidateHosts(ctx, parts[1], parts[3])
		return h, err, true
	case "POST hosts/bulk-delete":
		var ids []string
		_ = json.Unmarshal(s.Body, &ids)
		got, err := c.BulkDeleteHosts(ctx, ids)
		return got, err, true
	case "POST hosts", "PUT hosts":
		return callHost(ctx, c, method, parts, s)
	}
	return callChild(ctx, c, method+" "+strings.Join(parts, "/"), s)
}

func callGet(ctx context.Context, c *Client, u *url.URL, parts []string) (any, error, bool) { //nolint:revive // as call
	q := u.Query()
	network := q.Get("network_id")
	for key := range q {
		if key != "network_id" && key != "limit" && key != "offset" || q.Get("limit") == "-1" || q.Get("limit") == "x" {
			return nil, nil, false
		}
	}
	switch {
	case u.Path == "/api/version":
		v, err := c.Version(ctx)
		return v, err, true
	case len(parts) == 2 && parts[0] == "hosts" && uuidText.MatchString(parts[1]):
		h, err := c.GetHost(ctx, parts[1])
		return h, err, true
	case len(parts) > 1:
		return nil, nil, false
	case parts[0] == "hosts":
		p, err := c.ListHosts(ctx, network, 0, 0)
		return p, err, true
	case parts[0] == "subnets":
		p, err := c.ListSubnets(ctx, network, 0, 0)
		return p, err, true
	case parts[0] == "networks":
		p, err := c.ListNetworks(ctx, 0, 0)
		return p, err, true
	case parts[0] == "tags":
		p, err := c.ListTags(ctx, 0, 0)
		return p, err, true
	}
	return nil, nil, false
}

func callHost(ctx context.Context, c *Client, method string, parts []string, s step) (any, error, bool) { //nolint:revive // as call
	var w ifHost
	var extra struct {
		Expected string `json:"expected_updated_at"`
	}
	_ = json.Unmarshal(s.Body, &extra)
	if len(s.Body) == 0 || json.Unmarshal(s.Body, &w) != nil {
		return nil, nil, false
	}
	h := w.neutral()
	if strings.Contains(string(s.Body), `"TCP"`) || (method == http.MethodPut && w.ID == "") {
		return nil, nil, false // the client cannot be made to send this
	}
	if method == http.MethodPost {
		got, err := c.CreateHost(ctx, HostCreate{
			NetworkID: h.NetworkID, Name: h.Name, Hostname: h.Hostname, Description: h.Description, Hidden: h.Hidden,
			Tags: h.Tags, Virtualization: h.Virtualization, Interfaces: h.Interfaces, Ports: h.Ports, Services: h.Services,
		})
		return got, err, true
	}
	up := HostUpdate{
		Name: h.Name, Hostname: h.Hostname, Description: h.Description, Hidden: h.Hidden, Tags: h.Tags,
		Virtualization: h.Virtualization, ExpectedUpdatedAt: extra.Expected,
	}
	if w.Interfaces != nil {
		up.Interfaces = &h.Interfaces
	}
	if w.Ports != nil {
		up.Ports = &h.Ports
	}
	if w.Services != nil {
		up.Services = &h.Services
	}
	got, err := c.UpdateHost(ctx, parts[1], up)
	return got, err, true
}

func callChild(ctx context.Context, c *Client, request string, s step) (any, error, bool) { //nolint:revive // as call
	d := c.dialect
	switch request {
	case "POST bindings":
		in, _ := d.binding(s.Body)
		got, err := c.CreateBinding(ctx, in)
		return got, err, true
	case "POST interfaces":
		in, _ := d.iface(s.Body)
		got, err := c.CreateInterface(ctx, in)
		return got, err, true
	case "POST ports":
		in, _ := d.port(s.Body)
		if in.Type == "" {
			return nil, nil, false
		}
		got, err := c.CreatePort(ctx, in)
		return got, err, true
	case "POST subnets":
		in, _ := d.subnet(s.Body)
		var extra struct {
			Type string `json:"subnet_type"`
		}
		_ = json.Unmarshal(s.Body, &extra)
		got, err := c.CreateSubnet(ctx, SubnetCreate{NetworkID: in.NetworkID, Name: in.Name, CIDR: in.CIDR, Type: extra.Type})
		return got, err, true
	case "POST tags":
		in, _ := d.tag(s.Body)
		got, err := c.CreateTag(ctx, TagCreate{OrganizationID: in.OrganizationID, Name: in.Name})
		return got, err, true
	case "POST tags/assign/bulk-add", "POST tags/assign/bulk-remove":
		var in struct {
			Kind EntityType `json:"entity_type"`
			IDs  []string   `json:"entity_ids"`
			Tag  string     `json:"tag_id"`
		}
		_ = json.Unmarshal(s.Body, &in)
		bulk := c.AddTag
		if strings.HasSuffix(request, "remove") {
			bulk = c.RemoveTag
		}
		got, err := bulk(ctx, in.Kind, in.IDs, in.Tag)
		return got, err, true
	}
	return nil, nil, false
}
