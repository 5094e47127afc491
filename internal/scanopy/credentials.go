// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const routeCredentials = "/api/v1/credentials" //nolint:gosec // a path

// MaxCredentials is the most credentials that one request may make.
const MaxCredentials = 100

// FieldMode says where the value of a field is.
type FieldMode string

// The modes; a plain value has none.
const (
	ModeInline     FieldMode = "Inline"
	ModeFilePath   FieldMode = "FilePath"
	ModeHostFile   FieldMode = "HostFile"
	ModeDaemonFile FieldMode = "DaemonFile"
)

// CredentialField is a field of a credential that is there. Which of its
// values counts its FieldSpec and Mode say.
type CredentialField struct {
	// Name is the server's, see FieldSpec.
	Name string
	Mode FieldMode
	// Text is a plain text, a path, or an inline text that is no secret.
	Text   string
	Number int
	Flag   bool
	// Secret is an inline secret. One that was read stands for what is stored.
	Secret Secret
}

// Credential is what a daemon needs to look into hosts.
type Credential struct {
	ID             string
	OrganizationID string
	Name           string
	Description    string
	// DaemonOS is Unix, Windows or "".
	DaemonOS string
	Type     CredentialType
	// Fields are those of the type, in the order of its FieldSpecs.
	Fields []CredentialField
	Tags   []string
	// NetworkIDs and Hosts are what it is assigned to, where the server lets a
	// credential hold that. A write replaces both.
	NetworkIDs []string
	Hosts      []CredentialHost
	CreatedAt  time.Time
	UpdatedAt  time.Time
	// Shown is the row as it was read, without secrets. What an update finds in
	// it that we don't know goes back as it was.
	Shown json.RawMessage
}

// CredentialHost is a host that a credential is assigned to.
type CredentialHost struct {
	HostID string
	// InterfaceIDs limits it to some of the host's addresses; nil: all of them.
	InterfaceIDs []string
}

// CredentialPage is a page of credentials.
type CredentialPage struct {
	Page
	Credentials []Credential
}

// ListCredentials reads a page of the organization's credentials.
func (c *Client) ListCredentials(ctx context.Context, limit, offset int) (CredentialPage, error) {
	req := credentialRequest("listing credentials", http.MethodGet, "")
	rows, page, err := list(ctx, c, req, listing{limit: limit, offset: offset},
		func(d dialect, raw json.RawMessage) (Credential, error) { return d.credential(raw) },
		func(x Credential) (string, string) { return x.ID, "" })
	return CredentialPage{Page: page, Credentials: rows}, err
}

// GetCredential reads a credential, without its secrets.
func (c *Client) GetCredential(ctx context.Context, id string) (Credential, error) {
	return c.oneCredential(ctx, credentialRequest("reading a credential", http.MethodGet, "/{id}", id))
}

// CreateCredentials makes up to MaxCredentials. All are checked before the
// first is made; a failure after that leaves some.
func (c *Client) CreateCredentials(ctx context.Context, in []Credential) ([]Credential, error) {
	req := credentialRequest("creating credentials", http.MethodPost, "/bulk")
	if len(in) > MaxCredentials {
		return nil, req.fail(refusedField(fmt.Sprintf("%d credentials are more than the %d that one request may make", len(in), MaxCredentials)))
	}
	req.dialected, req.secrets = true, secretsOf(in...)
	req.encode = func(d dialect) (any, error) {
		out := make([]any, 0, len(in))
		for _, one := range in {
			body, err := newCredential(d, one)
			if err != nil {
				return nil, err
			}
			out = append(out, body)
		}
		return out, nil
	}
	var raws []json.RawMessage
	if _, err := c.do(ctx, req, &raws); err != nil {
		return nil, err
	}
	out := make([]Credential, 0, len(raws))
	for _, raw := range raws {
		row, err := c.dialect.credential(raw)
		if err != nil || row.ID == "" {
			return nil, req.badAnswer("a row of the answer cannot be read")
		}
		out = append(out, row)
	}
	return out, nil
}

// UpdateCredential replaces a credential, its assignments included. A secret
// that IsStored stays as the server has it, but only while the type does: with
// another one the server would store the asterisks.
func (c *Client) UpdateCredential(ctx context.Context, id string, in Credential) (Credential, error) {
	req := credentialRequest("updating a credential", http.MethodPut, "/{id}", id)
	in.ID, req.secrets = id, secretsOf(in)
	req.encode = func(d dialect) (any, error) { return d.credentialWrite(in) }
	return c.oneCredential(ctx, req)
}

// BulkDeleteCredentials deletes up to MaxPage credentials at once.
func (c *Client) BulkDeleteCredentials(ctx context.Context, ids []string) (BulkDeletion, error) {
	return c.bulkDelete(ctx, credentialRequest("deleting credentials", http.MethodPost, "/bulk-delete"), ids)
}

func credentialRequest(op, method, rest string, ids ...string) request {
	return request{op: op, method: method, ids: ids, needsCredentials: true, route: routeCredentials + rest}
}

func (c *Client) oneCredential(ctx context.Context, req request) (Credential, error) {
	return one(ctx, c, req,
		func(d dialect, raw json.RawMessage) (Credential, error) { return d.credential(raw) },
		func(x Credential) (string, string) { return x.ID, "" })
}

// newCredential refuses what stands for a stored secret: there is none yet,
// and the server would take the asterisks for one.
func newCredential(d dialect, in Credential) (any, error) {
	for _, f := range in.Fields {
		if f.Mode == ModeInline && f.Secret.IsStored() {
			return nil, refusedField(f.Name + " of a new credential has no value")
		}
	}
	in.Shown = nil
	return d.credentialWrite(in)
}

// secretsOf are the texts of credentials that nobody may repeat: inline secrets,
// and whatever else is inline, since it may come from the same place.
func secretsOf(all ...Credential) []string {
	var out []string
	for i := range all {
		for _, f := range all[i].Fields {
			if f.Mode != ModeInline {
				continue
			}
			for _, text := range []string{f.Secret.reveal(), f.Text} {
				if text != "" && text != redacted {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

func refusedField(message string) *Error {
	return &Error{Reason: BadRequest, Message: message}
}
