// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

func daemonRoutes() []route {
	return append(crud(kindDaemon, member, getDaemon, deleteDaemon, bulkDeleteDaemons),
		route{method: http.MethodGet, path: "/api/v1/daemons", who: viewer, reads: true, handle: listDaemons})
}

// provisionRoutes are for daemons that the server polls.
func provisionRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/api/v1/daemons/provision", who: member, body: true, handle: provisionDaemon},
		{method: http.MethodPost, path: "/api/v1/daemons/{id}/retry-connection", who: member, handle: retryDaemon},
	}
}

func daemonOrders() orders[*Daemon] {
	return orders[*Daemon]{
		"created_at": func(a, b *Daemon) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at": func(a, b *Daemon) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":       func(a, b *Daemon) int { return strings.Compare(a.Name, b.Name) },
		"last_seen":  func(_, _ *Daemon) int { return 0 },
		"network_id": func(a, b *Daemon) int { return strings.Compare(a.NetworkID.String(), b.NetworkID.String()) },
	}
}

func listDaemons(c *call) (any, error) {
	keep, err := inNetworks(c, func(r *Daemon) uuid.UUID { return r.NetworkID })
	if err != nil {
		return nil, err
	}
	rows := c.db.daemons.where(keep)
	if err := daemonOrders().sort(c, rows); err != nil {
		return nil, err
	}
	return paged(c, rows, c.showDaemon)
}

func (s *Server) showDaemon(r *Daemon) *Daemon {
	c := *r
	c.Tags = s.db.tagging.list(entity{string(kindDaemon), r.ID})
	return &c
}

// retryDaemon asks the server to try a daemon again; the only kind here is one that the server polls.
func retryDaemon(c *call) (any, error) {
	_, err := getDaemon(c)
	return nil, err
}

func getDaemon(c *call) (any, error) {
	r, ok := c.db.daemons.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFoundAs(kindDaemon, c.ids[0], "Daemon '"+c.ids[0].String()+"' not found")
	}
	if !c.caller.sees(r.NetworkID) && !c.dialect.coded {
		return nil, errStatus(http.StatusForbidden, "You don't have access to this daemon")
	}
	if !c.caller.sees(r.NetworkID) {
		return nil, c.dialect.errAccess(string(kindDaemon), r.ID, "")
	}
	return c.showDaemon(r), nil
}

type provisioned struct {
	Daemon *Daemon `json:"daemon"`
	APIKey string  `json:"daemon_api_key"`
}

// provisionDaemon makes a key, a host and a daemon, so that a daemon can be played by its key and its id.
func provisionDaemon(c *call) (any, error) {
	o := c.prob.object(c.body)
	name, network, url := o.str("name"), o.id("network_id"), o.str("url")
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.mayDo(network, "provision daemon"); err != nil {
		return nil, err
	}
	k := daemonKey{id: c.newID(), network: network}
	token := c.access.token("scp_d_")
	c.access.daemonKeys[token] = k
	now := Stamp{c.now()}
	host := &Host{
		ID: c.newID(), CreatedAt: now, UpdatedAt: now, Name: name, NetworkID: network, Source: Source{Type: sourceSystem},
	}
	if err := c.db.insertHost(host); err != nil {
		return nil, errInternal("Failed to create host: %v", err)
	}
	d := &Daemon{
		ID: c.newID(), CreatedAt: now, UpdatedAt: now, HostID: host.ID, NetworkID: network, URL: url,
		Capabilities: DaemonCapabilities{InterfacedSubnetIDs: []uuid.UUID{}}, Mode: "server_poll", Name: name,
		Tags: []uuid.UUID{}, Version: c.dialect.version, UserID: c.access.user, APIKeyID: &k.id,
		VersionStatus: DaemonVersion{Version: c.dialect.version, Status: "Current"},
	}
	if c.dialect.standby {
		d.Standby = new(false)
	}
	if err := c.db.insertDaemon(d); err != nil {
		return nil, errInternal("Failed to create daemon: %v", err)
	}
	return provisioned{Daemon: d, APIKey: token}, nil
}

func deleteDaemon(c *call) (any, error) {
	r, ok := c.db.daemons.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindDaemon, c.ids[0])
	}
	if err := c.mayDelete(r.NetworkID); err != nil {
		return nil, err
	}
	c.db.deleteDaemon(r.ID)
	return nil, nil
}

func bulkDeleteDaemons(c *call) (any, error) {
	return bulkDelete(c, c.db.daemons.rows, func(r *Daemon) error { return c.mayBulkDelete(r.NetworkID) }, c.db.deleteDaemon)
}
