// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"

	"github.com/google/uuid"
)

// Credential is a credential as it is kept, with its secrets in clear. The server never shows those.
type Credential struct {
	ID                 uuid.UUID        `json:"id"`
	CreatedAt          Stamp            `json:"created_at"`
	UpdatedAt          Stamp            `json:"updated_at"`
	OrganizationID     uuid.UUID        `json:"organization_id"`
	Name               string           `json:"name"`
	Description        *string          `json:"description"`
	Settings           map[string]any   `json:"credential_type"`
	DaemonOS           *string          `json:"daemon_os"`
	Tags               []uuid.UUID      `json:"tags"`
	AssignedNetworkIDs []uuid.UUID      `json:"assigned_network_ids"`
	HostAssignments    []HostAssignment `json:"host_assignments"`
}

// kind is the type of the credential.
func (r *Credential) kind() *credentialType {
	for _, t := range credentialTypes() {
		if t.name == r.Settings["type"] {
			return &t
		}
	}
	return &credentialType{}
}

// HostAssignment gives a credential to a host, for these of its addresses, or for all.
type HostAssignment struct {
	HostID       uuid.UUID   `json:"host_id"`
	IPAddressIDs []uuid.UUID `json:"ip_address_ids"`
}

// Secret is the inline value of a secret or an open field of a credential, or where it is.
func (r *Credential) Secret(field string) string {
	e, _ := r.Settings[field].(Envelope)
	return e.Value + e.Path
}

// redacted stands for a secret value in answers, and in the request to keep it.
const redacted = "********"

// keepSecrets takes what is redacted from the old credential, if that is of the same type.
func (r *Credential) keepSecrets(old *Credential) {
	if r.kind().name != old.kind().name {
		return
	}
	for _, f := range r.kind().fields {
		e, ok := r.Settings[f.name].(Envelope)
		if ok && f.kind == fieldSecret && e.Mode == modeInline && e.Value == redacted {
			r.Settings[f.name] = old.Settings[f.name]
		}
	}
}

// newerCredential is a credential as servers show it.
type newerCredential struct {
	*Credential
	// Description and DaemonOS are absent before 0.17.19, then null if there is none.
	Description        any              `json:"description,omitempty"`
	DaemonOS           any              `json:"daemon_os,omitempty"`
	Settings           map[string]any   `json:"credential_type"`
	AssignedNetworkIDs []uuid.UUID      `json:"assigned_network_ids,omitzero"`
	AssignedSiteIDs    []uuid.UUID      `json:"assigned_site_ids,omitzero"`
	HostAssignments    []HostAssignment `json:"host_assignments,omitzero"`
}

func (d *dialect) newerCredential(r *Credential) newerCredential {
	shown := maps.Clone(r.Settings)
	for _, f := range r.kind().fields {
		if e, ok := shown[f.name].(Envelope); ok && f.kind == fieldSecret && e.Mode == modeInline {
			shown[f.name] = Envelope{Mode: modeInline, Value: redacted}
		}
	}
	maps.DeleteFunc(shown, func(_ string, value any) bool { return value == nil })
	out := newerCredential{Credential: r, Settings: shown}
	if d.credentials.described {
		out.Description, out.DaemonOS = r.Description, r.DaemonOS
	}
	if !d.credentials.assigned {
		return out
	}
	out.HostAssignments = r.HostAssignments
	if d.words.network == "site" {
		out.AssignedSiteIDs = r.AssignedNetworkIDs
	} else {
		out.AssignedNetworkIDs = r.AssignedNetworkIDs
	}
	return out
}
