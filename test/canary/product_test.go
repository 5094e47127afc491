// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

// sound is a credential of a type with a marked value for each field that may be secret.
func (b *birds) sound(version string, kind scanopy.CredentialType, organization string) scanopy.Credential {
	out := scanopy.Credential{ID: uuid.NewString(), OrganizationID: organization, Name: string(kind), Type: kind}
	texts := map[string]string{
		"broadcast_address": "10.20.0.255", "token_id": "root@pam!scan", "socket_path": "/run/it.sock", "target_os": "Unix",
		"auth_protocol": "Sha256", "priv_protocol": "Aes128",
	}
	for _, spec := range kind.Fields() {
		if scanopy.CapabilitiesOf(version).CredentialFieldNeeds(kind, spec.Name) != "" {
			continue
		}
		f := scanopy.CredentialField{Name: spec.Name}
		switch spec.Kind {
		case scanopy.FieldText:
			if f.Text = texts[spec.Name]; f.Text == "" {
				f.Text = "text"
			}
		case scanopy.FieldNumber:
			f.Number = 100
		case scanopy.FieldFlag:
			f.Flag = true
		case scanopy.FieldSecret:
			f.Mode, f.Secret = scanopy.ModeInline, scanopy.NewSecret(b.secretFor(spec.Name))
		case scanopy.FieldFile:
			f.Mode, f.Text = scanopy.ModeInline, b.pem("CERTIFICATE")
		case scanopy.FieldScript:
			f.Mode, f.Text = scanopy.ModeInline, "id"
		}
		out.Fields = append(out.Fields, f)
	}
	hasOS := scanopy.CapabilitiesOf(version).CredentialFieldNeeds(kind, "daemon_os") == ""
	if hasOS && (kind == scanopy.DockerSocket || kind == scanopy.PodmanSocket) {
		out.DaemonOS = "Unix"
	}
	return out
}

func (b *birds) secretFor(field string) string {
	switch field {
	case "ssl_key", "private_key":
		return b.pem("PRIVATE KEY")
	case "secure_on_password":
		return b.mac()
	}
	return b.value()
}

// The words of an error are made by the client and by apply, of what was sent and of what was answered. Here every type
// gets every error, when it is made and when it is changed, and in the words of every version that has it.
func TestEveryErrorToEveryTypeTellsNoSecret(t *testing.T) {
	all := answers()
	for _, version := range slices.Concat(older(), []string{sites, addresses}) {
		for _, kind := range scanopy.CredentialTypes() {
			if scanopy.CapabilitiesOf(version).CredentialTypeNeeds(kind) != "" {
				continue
			}
			t.Run(version+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				for _, name := range slices.Sorted(maps.Keys(all)) {
					hearErrors(t, version, kind, name, all[name])
				}
			})
		}
	}
}

func hearErrors(t *testing.T, version string, kind scanopy.CredentialType, name string, f emulator.Fault) {
	t.Helper()
	b := newBirds()
	server, url := emulated.Start(t, emulator.Options{Version: version})
	token := server.Bootstrap().Tokens.Owner
	b.mark(token[len("scp_u_"):])
	client := emulated.Client(t, version, scanopy.Config{URL: url, Token: token, Timeout: 2 * time.Second})
	stands := b.sound(version, kind, server.Bootstrap().Organization.String())
	if _, err := client.CreateCredentials(t.Context(), []scanopy.Credential{stands}); err != nil {
		t.Fatalf("without an error: %v", err)
	}
	if f.Method, f.Times = writing, -1; f.Delay != "" || f.Pad > 0 {
		return // an answer that comes late, or is too large, is the same to all
	}
	if err := server.AddFaults(f); err != nil {
		t.Fatal(err)
	}
	made := b.sound(version, kind, server.Bootstrap().Organization.String())
	_, first := client.CreateCredentials(t.Context(), []scanopy.Credential{made})
	_, second := client.UpdateCredential(t.Context(), stands.ID, stands)
	for _, err := range []error{first, second} {
		if err == nil {
			t.Errorf("%s is no error", name)
			continue
		}
		said := anyhow(err) + anyhow(apply.Fault(err))
		for _, trace := range b.traces(said) {
			t.Errorf("%s: …%s…", name, trace)
		}
	}
}
