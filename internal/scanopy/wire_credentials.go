// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"maps"
)

// wireCredential is read in all dialects; what a version lacks is absent.
type wireCredential struct {
	ID             string           `json:"id"`
	OrganizationID string           `json:"organization_id"`
	Name           string           `json:"name"`
	Description    *string          `json:"description"`
	DaemonOS       *string          `json:"daemon_os"`
	Type           json.RawMessage  `json:"credential_type"`
	Tags           []string         `json:"tags"`
	NetworkIDs     []string         `json:"assigned_network_ids"`
	SiteIDs        []string         `json:"assigned_site_ids"`
	Hosts          []wireAssignment `json:"host_assignments"`
	CreatedAt      string           `json:"created_at"`
	UpdatedAt      string           `json:"updated_at"`
}

type wireAssignment struct {
	HostID       string   `json:"host_id"`
	IPAddressIDs []string `json:"ip_address_ids"`
}

// wireField is a field that says where its value is.
type wireField struct {
	Mode  FieldMode `json:"mode"`
	Value *string   `json:"value,omitempty"`
	Path  *string   `json:"path,omitempty"`
}

func (n naming) credential(raw json.RawMessage) (Credential, error) {
	out, err := read(raw, n.neutralCredential)
	out.Shown = raw
	return out, err
}

func (n naming) neutralCredential(w wireCredential) Credential {
	out := Credential{
		ID: w.ID, OrganizationID: w.OrganizationID, Name: w.Name, Description: textOf(w.Description), DaemonOS: textOf(w.DaemonOS),
		Tags: w.Tags, NetworkIDs: w.NetworkIDs, CreatedAt: readTime(w.CreatedAt), UpdatedAt: readTime(w.UpdatedAt),
		Hosts: each(w.Hosts, func(a wireAssignment) CredentialHost {
			return CredentialHost{HostID: a.HostID, InterfaceIDs: a.IPAddressIDs}
		}),
	}
	if n.sites {
		out.NetworkIDs = w.SiteIDs
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(w.Type, &fields) != nil {
		return out
	}
	_ = json.Unmarshal(fields["type"], &out.Type) // "" is a type that is not known
	for _, spec := range out.Type.Fields() {
		if f, ok := readField(spec, fields[spec.Name]); ok {
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// readField reads a field; one that is absent, null or of an unknown shape is
// none. No inline secret is ever kept, whatever the server shows.
func readField(spec FieldSpec, raw json.RawMessage) (CredentialField, bool) {
	f := CredentialField{Name: spec.Name}
	if isNull(raw) {
		return f, false
	}
	switch spec.Kind {
	case FieldText:
		return f, json.Unmarshal(raw, &f.Text) == nil
	case FieldNumber:
		return f, json.Unmarshal(raw, &f.Number) == nil
	case FieldFlag:
		return f, json.Unmarshal(raw, &f.Flag) == nil
	}
	var w wireField
	if json.Unmarshal(raw, &w) != nil {
		return f, false
	}
	f.Mode = w.Mode
	switch {
	case f.Mode != ModeInline:
		f.Text = textOf(w.Path)
	case spec.Kind == FieldSecret:
		f.Secret = StoredSecret()
	default:
		f.Text = textOf(w.Value)
	}
	return f, f.Mode != ""
}

// writeField is the wire value of a field.
func writeField(spec FieldSpec, f CredentialField) any {
	switch spec.Kind {
	case FieldText:
		return f.Text
	case FieldNumber:
		return f.Number
	case FieldFlag:
		return f.Flag
	}
	w := wireField{Mode: f.Mode}
	switch {
	case f.Mode != ModeInline:
		w.Path = &f.Text
	case spec.Kind == FieldSecret:
		text := f.Secret.reveal()
		w.Value = &text
	default:
		w.Value = &f.Text
	}
	return w
}

// credentialBody writes a credential for a version. Keys of Shown that we
// don't know stay, those of its type only while that is the same.
func (n naming) credentialBody(in Credential, v version) (any, error) {
	if err := refuseCredential(in, v); err != nil {
		return nil, err
	}
	body, kind := shownCredential(in)
	kind["type"] = in.Type
	for _, spec := range in.Type.Fields() {
		delete(kind, spec.Name)
		for _, f := range in.Fields {
			if f.Name == spec.Name {
				kind[spec.Name] = writeField(spec, f)
			}
		}
	}
	maps.Copy(body, map[string]any{
		"organization_id": in.OrganizationID, "name": in.Name, "credential_type": kind, "tags": distinct(in.Tags),
	})
	if in.ID != "" {
		body["id"] = in.ID
	}
	if !v.less(describedSince()) {
		body["description"], body["daemon_os"] = textOrNull(in.Description), textOrNull(in.DaemonOS)
	}
	if v.less(assignedSince()) {
		return body, nil
	}
	key := "assigned_network_ids"
	if n.sites {
		key = "assigned_site_ids"
	}
	body[key] = distinct(in.NetworkIDs)
	body["host_assignments"] = each(in.Hosts, func(h CredentialHost) wireAssignment {
		return wireAssignment{HostID: h.HostID, IPAddressIDs: h.InterfaceIDs}
	})
	return body, nil
}

// shownCredential gives what was shown of a credential and its type.
func shownCredential(in Credential) (body, kind map[string]any) {
	body, kind = map[string]any{}, map[string]any{}
	if json.Unmarshal(in.Shown, &body) != nil || body == nil {
		return map[string]any{}, kind
	}
	if shown, ok := body["credential_type"].(map[string]any); ok && shown["type"] == string(in.Type) {
		kind = shown
	}
	return body, kind
}

// describedSince is when descriptions and daemon systems came.
func describedSince() version { return version{0, 17, 19} }

// refuseCredential finds what cannot be written to a version.
func refuseCredential(in Credential, v version) error {
	specs := in.Type.Fields()
	switch {
	case len(specs) == 0:
		return refusedField("the credential's type is not known")
	case v.less(in.Type.since()):
		return lacking("credentials of type "+string(in.Type), in.Type.since())
	case v.less(describedSince()) && in.Description != "":
		return lacking("descriptions of credentials", describedSince())
	case v.less(describedSince()) && in.DaemonOS != "":
		return lacking("the system of a credential's daemon", describedSince())
	case v.less(assignedSince()) && len(in.NetworkIDs)+len(in.Hosts) > 0:
		return lacking("assignments that a credential holds", assignedSince())
	}
	known := map[string]bool{}
	for _, spec := range specs {
		known[spec.Name] = true
		if spec.Required && !hasField(in, spec.Name) {
			return refusedField(spec.Name + " of a credential is missing")
		}
	}
	for _, f := range in.Fields {
		if !known[f.Name] {
			return refusedField("a credential of type " + string(in.Type) + " has no field " + sanitise(f.Name, maxVersionText))
		}
	}
	return nil
}

func hasField(in Credential, name string) bool {
	for _, f := range in.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (d interfacesDialect) credentialWrite(in Credential) (any, error) {
	return d.credentialBody(in, d.version)
}
func (d addressesDialect) credentialWrite(in Credential) (any, error) {
	return d.credentialBody(in, d.version)
}
