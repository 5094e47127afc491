// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// maxBulk is how many credentials one request makes at most.
const maxBulk = 100

func credentialRoutes() []route {
	return append([]route{
		{method: http.MethodGet, path: "/api/v1/credentials", who: viewer, reads: true, handle: listCredentials},
		{method: http.MethodPost, path: "/api/v1/credentials", who: admin, body: true, handle: createCredential},
		{method: http.MethodPost, path: "/api/v1/credentials/bulk", who: admin, body: true, handle: createCredentials},
		{method: http.MethodPut, path: "/api/v1/credentials/{id}", who: admin, body: true, handle: updateCredential},
	}, crud(kindCredential, admin, getCredential, deleteCredential, bulkDeleteCredentials)...)
}

func credentialOrders() orders[*Credential] {
	return orders[*Credential]{
		"created_at": func(a, b *Credential) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at": func(a, b *Credential) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":       func(a, b *Credential) int { return strings.Compare(a.Name, b.Name) },
	}
}

// listCredentials knows the type as its only filter.
func listCredentials(c *call) (any, error) {
	wanted, err := c.single("type")
	if err != nil {
		return nil, err
	}
	if wanted != "" && c.dialect.credentials.typed && c.dialect.credentialType(wanted) == nil {
		return nil, errQuery("type: unknown variant `" + wanted + "`")
	}
	rows := c.db.credentials.where(func(r *Credential) bool {
		return r.OrganizationID == c.caller.organization && (wanted == "" || r.kind().name == wanted)
	})
	if err := credentialOrders().sort(c, rows); err != nil {
		return nil, err
	}
	return paged(c, rows, c.db.hydrateCredential)
}

func (c *call) ownCredential() (*Credential, error) {
	r, ok := c.db.credentials.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindCredential, c.ids[0])
	}
	return r, c.inOrganization(r.OrganizationID, "")
}

func getCredential(c *call) (any, error) {
	r, err := c.ownCredential()
	if err != nil {
		return nil, err
	}
	return c.db.hydrateCredential(r), nil
}

// parseCredential reads a credential.
func (c *call) parseCredential(o object) *Credential {
	r := &Credential{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		OrganizationID: o.id("organization_id"), Name: o.str("name"), Tags: o.tags(), Settings: o.settings(c.dialect),
	}
	if c.dialect.credentials.assigned {
		o.credentialTargets(r)
	}
	if !c.dialect.credentials.described {
		return r
	}
	if text := o.optStr("description"); text != nil && *text != "" {
		r.Description = text
	}
	if o.value("daemon_os") != nil {
		r.DaemonOS = new(o.oneOf("daemon_os", "Unix", "Windows"))
	}
	return r
}

// credentialTargets reads what a credential is assigned to.
func (o object) credentialTargets(r *Credential) {
	r.AssignedNetworkIDs = o.prob.ids(o.listOr("assigned_network_ids"))
	for _, v := range o.listOr("host_assignments") {
		a := o.prob.object(v)
		r.HostAssignments = append(r.HostAssignments, HostAssignment{HostID: a.id("host_id"), IPAddressIDs: a.addressIDs()})
	}
}

// addressIDs are the addresses of an assignment; nil is all.
func (o object) addressIDs() []uuid.UUID {
	if o.value("ip_address_ids") == nil {
		return nil
	}
	return o.prob.ids(o.prob.list(o.value("ip_address_ids")))
}

// createCredential makes a credential; it stays if what it is assigned to is refused.
func createCredential(c *call) (any, error) {
	r := c.parseCredential(c.prob.object(c.body))
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if err := c.checkTargets(r); err != nil {
		return nil, err
	}
	if err := c.checkSingle(r); err != nil {
		return nil, err
	}
	if err := checkCredentialText(r); err != nil {
		return nil, err
	}
	if err := c.inOrganization(r.OrganizationID, ""); err != nil {
		return nil, err
	}
	if err := c.dialect.checkSettings(r); err != nil {
		if err.Error() == errNoDaemonOS().Error() {
			return nil, errInternal("%s", err) // nobody foresaw this one
		}
		return nil, err
	}
	return c.addCredential(r)
}

// addCredential stores a credential and what it is assigned to.
func (c *call) addCredential(r *Credential) (*Credential, error) {
	c.bornIfNew(&r.ID, &r.CreatedAt, &r.UpdatedAt)
	if err := c.db.insertCredential(r); err != nil {
		return nil, err
	}
	return c.saveCredentialParts(r)
}

// saveCredentialParts writes the tags and the assignments of a credential that was just written.
func (c *call) saveCredentialParts(r *Credential) (*Credential, error) {
	if err := c.db.setTags(entity{string(kindCredential), r.ID}, r.Tags, c.access.organization); err != nil {
		return nil, err
	}
	if err := c.assignCredential(r); err != nil {
		return nil, err
	}
	return c.db.hydrateCredential(r), nil
}

// createCredentials makes many, one after another: what was made before one is refused stays.
func createCredentials(c *call) (any, error) {
	list := c.prob.list(c.body)
	rows := make([]*Credential, 0, len(list))
	for _, v := range list {
		rows = append(rows, c.parseCredential(c.prob.object(v)))
	}
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	if n := len(rows); n > maxBulk && c.dialect.credentials.assigned {
		return nil, errInvalid("Bulk create accepts at most %d credentials, got %d", maxBulk, n)
	}
	for _, r := range rows {
		r.OrganizationID = c.caller.organization
		if err := c.dialect.checkSettings(r); err != nil {
			return nil, err
		}
		if err := c.checkTargets(r); err != nil {
			return nil, err
		}
	}
	out := make([]any, 0, len(rows))
	for _, r := range rows {
		if err := c.checkSingle(r); err != nil {
			return nil, err
		}
		if err := checkCredentialText(r); err != nil {
			return nil, err
		}
		made, err := c.addCredential(r)
		if err != nil {
			return nil, err
		}
		out = append(out, c.dialect.shape(made))
	}
	return out, nil
}

// updateCredential replaces a credential; what it is no more assigned to is taken from it.
func updateCredential(c *call) (any, error) {
	r := c.parseCredential(c.prob.object(c.body))
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	for _, check := range []func(*Credential) error{c.dialect.checkSettings, c.checkTargets, c.checkSingle} {
		if err := check(r); err != nil {
			return nil, err
		}
	}
	old, err := c.ownCredential()
	if err != nil {
		return nil, err
	}
	r.ID, r.CreatedAt, r.UpdatedAt = old.ID, old.CreatedAt, Stamp{c.now()}
	r.keepSecrets(old)
	if err := checkCredentialText(r); err != nil {
		return nil, err
	}
	if err := c.inOrganization(r.OrganizationID, ""); err != nil {
		return nil, err
	}
	c.db.storeCredential(r)
	return c.saveCredentialParts(r)
}

func deleteCredential(c *call) (any, error) {
	r, err := c.ownCredential()
	if err != nil {
		return nil, err
	}
	c.db.deleteCredential(r.ID)
	return nil, nil
}

func bulkDeleteCredentials(c *call) (any, error) {
	return bulkDelete(c, c.db.credentials.rows, func(r *Credential) error {
		return c.inOrganization(r.OrganizationID, "")
	}, c.db.deleteCredential)
}
