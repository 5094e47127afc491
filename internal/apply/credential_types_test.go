// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

const pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
const keyPEM = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"

// sound is a credential of a type with a value for every field that a version knows.
func sound(kind scanopy.CredentialType, has scanopy.Capabilities) scanopy.Credential {
	out := scanopy.Credential{ID: newID(), Name: string(kind), Type: kind}
	texts := map[string]string{
		"broadcast_address": "10.20.0.255", "token_id": "root@pam!scan", "socket_path": "/run/it.sock", "path": "/v1", "target_os": "Unix",
		"auth_protocol": "Sha256", "priv_protocol": "Aes128", "ssl_key": keyPEM, "private_key": keyPEM, "secure_on_password": "01:23:45:67:89:ab",
	}
	for i, spec := range kind.Fields() {
		if has.CredentialFieldNeeds(kind, spec.Name) != "" {
			continue
		}
		text := texts[spec.Name]
		if text == "" {
			text = "text"
		}
		f := scanopy.CredentialField{Name: spec.Name}
		switch spec.Kind {
		case scanopy.FieldText:
			f.Text = text
		case scanopy.FieldNumber:
			f.Number = 1000 + i
		case scanopy.FieldFlag:
			f.Flag = true
		case scanopy.FieldSecret:
			f.Mode, f.Secret = scanopy.ModeInline, scanopy.NewSecret(text)
		case scanopy.FieldFile:
			f.Mode, f.Text = scanopy.ModeInline, pem
		case scanopy.FieldScript:
			f.Mode, f.Text = scanopy.ModeInline, "uptime"
		}
		out.Fields = append(out.Fields, f)
	}
	if has.CredentialFieldNeeds(kind, "daemon_os") == "" && strings.HasSuffix(string(kind), "Socket") {
		out.Description, out.DaemonOS = "a socket", "Unix"
	}
	return out
}

// stored are a credential's fields as they are read: inline secrets stand for what the server has.
func stored(fields []scanopy.CredentialField) []scanopy.CredentialField {
	out := slices.Clone(fields)
	for i := range out {
		if !out[i].Secret.IsEmpty() {
			out[i].Secret = scanopy.StoredSecret()
		}
	}
	return out
}

func TestEveryTypeOfCredentialIsKeptByEveryVersionThatKnowsIt(t *testing.T) {
	for _, version := range emulator.Versions() {
		has := scanopy.CapabilitiesOf(version)
		if has.CredentialsNeed() != "" {
			continue
		}
		for _, kind := range scanopy.CredentialTypes() {
			t.Run(version+" "+string(kind), func(t *testing.T) { keepsCredential(t, version, kind) })
		}
	}
}

func keepsCredential(t *testing.T, version string, kind scanopy.CredentialType) {
	t.Helper()
	server, client := credentialServer(t, version)
	has := scanopy.CapabilitiesOf(version)
	in := sound(kind, has)
	in.OrganizationID = server.Bootstrap().Organization.String()
	made, err := client.CreateCredentials(t.Context(), []scanopy.Credential{in})
	if needs := has.CredentialTypeNeeds(kind); needs != "" {
		if !scanopy.HasReason(err, scanopy.Unsupported) || !strings.Contains(err.Error(), needs) {
			t.Errorf("got %v", err)
		}
		return
	}
	if err != nil || len(made) != 1 {
		t.Fatal(err)
	}
	before := inClear(t, server)
	read, err := client.GetCredential(t.Context(), in.ID)
	if diff := cmp.Diff(stored(in.Fields), read.Fields); diff != "" || err != nil || read.Description != in.Description || read.DaemonOS != in.DaemonOS {
		t.Errorf("%v, %s", err, diff)
	}
	read.Name = "renamed"
	if _, err := client.UpdateCredential(t.Context(), in.ID, read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, inClear(t, server)); diff != "" {
		t.Errorf("an update of the name changed more: %s", diff)
	}
}

func credentialServer(t *testing.T, version string) (*emulator.Server, *scanopy.Client) {
	t.Helper()
	server, url := emulated.Start(t, emulator.Options{Version: version})
	return server, emulated.Client(t, version, scanopy.Config{URL: url, Token: server.Bootstrap().Tokens.Owner})
}

// inClear is what the server holds of its only credential, with secrets, without name and times.
func inClear(t *testing.T, server *emulator.Server) map[string]any {
	t.Helper()
	held := server.State().Credentials
	if len(held) != 1 {
		t.Fatalf("%d credentials", len(held))
	}
	raw, err := json.Marshal(held[0])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"name", "created_at", "updated_at"} {
		delete(out, key)
	}
	return out
}
