// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"unicode/utf8"

	"github.com/google/uuid"
)

func networkRoutes() []route {
	return append(crud(kindNetwork, admin, getNetwork, deleteNetwork, bulkDeleteNetworks),
		route{method: http.MethodGet, path: "/api/v1/networks", who: viewer, reads: true, handle: listNetworks},
		route{method: http.MethodPost, path: "/api/v1/networks", who: admin, body: true, handle: createNetwork},
		route{method: http.MethodPut, path: "/api/v1/networks/{id}", who: admin, body: true, handle: updateNetwork})
}

// listNetworks shows the networks that the key was made for.
func listNetworks(c *call) (any, error) {
	rows := c.db.networks.where(func(n *Network) bool { return c.caller.sees(n.ID) })
	return paged(c, rows, func(n *Network) *Network { out, _ := c.db.network(n.ID); return out })
}

func (c *call) ownNetwork(legacy string) (*Network, error) {
	n, ok := c.db.network(c.ids[0])
	if !ok {
		return nil, c.dialect.errNotFound(kindNetwork, c.ids[0])
	}
	return n, c.inOrganization(n.OrganizationID, legacy)
}

func getNetwork(c *call) (any, error) {
	return c.ownNetwork("You aren't allowed to access entities for this organization")
}

// parseNetwork reads a network, with the length of its name checked.
func (c *call) parseNetwork() (*Network, error) {
	o := c.prob.object(c.body)
	n := &Network{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		Name: o.str("name"), OrganizationID: o.id("organization_id"), Tags: o.tags(),
	}
	if c.dialect.snmpCredential {
		n.SNMPCredentialID = o.optID("snmp_credential_id")
	}
	if c.dialect.credentials != nil {
		n.CredentialIDs = o.prob.ids(o.listOr("credential_ids"))
	}
	if c.dialect.shapes.history && o.value("stale_after_hours") != nil {
		n.StaleAfterHours = new(int(o.integer("stale_after_hours", 1, 87600)))
	}
	return n, c.prob.err()
}

// tooLong is the validator's message about a text, wrapped in the name of the table.
func tooLong(prefix, field, value string, most int) error {
	if utf8.RuneCountInString(value) <= most {
		return nil
	}
	return errInvalid(`%s validation failed: base.%s: Validation error: length [{"max": Number(%d), "min": Number(0), "value": String("%s")}]`,
		prefix, field, most, value)
}

// createNetwork makes a network with its two system subnets. No key that exists sees it.
func createNetwork(c *call) (any, error) {
	n, err := c.parseNetwork()
	if err != nil {
		return nil, err
	}
	if err := c.checkNetworkCredentials(n); err != nil {
		return nil, err
	}
	if err := tooLong("networks", "name", n.Name, 100); err != nil {
		return nil, err
	}
	if err := c.inOrganization(n.OrganizationID, "You aren't allowed to create entities for this organization"); err != nil {
		return nil, err
	}
	c.bornIfNew(&n.ID, &n.CreatedAt, &n.UpdatedAt)
	if err := c.db.insertNetwork(n); err != nil {
		return nil, err
	}
	if err := c.db.setTags(entity{string(kindNetwork), n.ID}, n.Tags, c.access.organization); err != nil {
		return nil, err
	}
	if err := c.addSystemSubnets(n.ID); err != nil {
		return nil, err
	}
	return n, c.syncNetworkCredentials(n)
}

func updateNetwork(c *call) (any, error) {
	n, err := c.parseNetwork()
	if err != nil {
		return nil, err
	}
	if err := c.checkNetworkCredentials(n); err != nil {
		return nil, err
	}
	old, err := c.ownNetwork("You don't have access to this entity")
	if err != nil {
		return nil, err
	}
	n.ID, n.CreatedAt = old.ID, old.CreatedAt
	if err := tooLong("networks", "name", n.Name, 100); err != nil {
		return nil, err
	}
	if err := c.inOrganization(n.OrganizationID, "You can't move this entity to a different organization"); err != nil {
		return nil, err
	}
	if err := c.db.updateNetwork(n); err != nil {
		return nil, err
	}
	if err := c.db.setTags(entity{string(kindNetwork), n.ID}, n.Tags, c.access.organization); err != nil {
		return nil, err
	}
	return n, c.syncNetworkCredentials(n)
}

func deleteNetwork(c *call) (any, error) {
	n, err := c.ownNetwork("You don't have access to delete this entity")
	if err != nil {
		return nil, err
	}
	if err := c.leavesNetwork(1); err != nil {
		return nil, err
	}
	c.db.deleteNetwork(n.ID)
	return nil, nil
}

// leavesNetwork refuses to delete so many networks that none is left.
func (c *call) leavesNetwork(without int) error {
	if !c.dialect.lastNetwork || len(c.db.networks.rows) > without {
		return nil
	}
	return errDeleteForbidden(http.StatusForbidden, c.dialect.words.kind(kindNetwork),
		c.say("Organizations must have at least one network."))
}

func bulkDeleteNetworks(c *call) (any, error) {
	if list, ok := c.body.([]any); ok {
		if err := c.leavesNetwork(len(list)); err != nil {
			return nil, err
		}
	}
	return bulkDelete(c, c.db.networks.rows, func(n *Network) error {
		return c.inOrganization(n.OrganizationID, "You don't have access to delete one or more of these entities")
	}, c.db.deleteNetwork)
}

// deleted is what a bulk deletion tells.
type deleted struct {
	DeletedCount   int `json:"deleted_count"`
	RequestedCount int `json:"requested_count"`
}

// parseIDs reads a body that is a list of ids.
func (c *call) parseIDs() ([]uuid.UUID, error) {
	ids := c.prob.ids(c.prob.list(c.body))
	return ids, c.prob.err()
}

// bulkDelete deletes the rows that exist; one that the caller may not delete stops it before it begins.
func bulkDelete[T row](c *call, rows map[uuid.UUID]T, may func(T) error, remove func(uuid.UUID)) (any, error) {
	ids, err := c.parseIDs()
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, c.dialect.errBulkEmpty()
	}
	found := idSet{}
	for _, id := range ids {
		r, ok := rows[id]
		if !ok {
			continue
		}
		if err := may(r); err != nil {
			return nil, err
		}
		found[id] = struct{}{}
	}
	for id := range found {
		remove(id)
	}
	return deleted{DeletedCount: len(found), RequestedCount: len(ids)}, nil
}

// mayBulkDelete is the check of rows that belong to a network.
func (c *call) mayBulkDelete(network uuid.UUID) error {
	return c.mayUse(network, "You don't have access to delete one or more of these entities")
}
