// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filled is a credential of a type with all its fields.
func filled(kind CredentialType) Credential {
	out := Credential{ID: idA, OrganizationID: idB, Name: "c", Type: kind, Tags: []string{}}
	for i, spec := range kind.Fields() {
		f := CredentialField{Name: spec.Name}
		switch spec.Kind {
		case FieldText:
			f.Text = "text"
		case FieldNumber:
			f.Number = 8000 + i
		case FieldFlag:
			f.Flag = true
		case FieldSecret:
			f.Mode, f.Secret = ModeInline, NewSecret(hidden)
		case FieldFile:
			f.Mode, f.Text = ModeInline, "-----BEGIN CERTIFICATE-----"
		case FieldScript:
			f.Mode, f.Text = ModeHostFile, "/opt/lldp.sh"
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// TestEachTypeOfCredentialIsWrittenAndReadBack (2.2, 2.3): inline secrets come back as what is stored, all else as it was.
func TestEachTypeOfCredentialIsWrittenAndReadBack(t *testing.T) {
	if n := len(CredentialTypes()); n != 15 {
		t.Fatalf("%d types", n)
	}
	d := dialectOf(t, "0.17.22")
	for _, kind := range CredentialTypes() {
		t.Run(string(kind), func(t *testing.T) {
			in := filled(kind)
			body, err := d.credentialWrite(in)
			shown := strings.ReplaceAll(written(t, body, err), hidden, redacted)
			got, err := d.credential([]byte(shown))
			if err != nil {
				t.Fatal(err)
			}
			want := in
			want.Fields = nil
			for _, f := range in.Fields {
				if f.Mode == ModeInline && !f.Secret.IsEmpty() {
					f.Secret = StoredSecret()
				}
				want.Fields = append(want.Fields, f)
			}
			want.Shown, want.NetworkIDs, want.Hosts = []byte(shown), []string{}, []CredentialHost{}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACredentialIsWrittenInTheWordsOfItsVersion(t *testing.T) {
	in := filled(SnmpV2c)
	in.Fields[0] = CredentialField{Name: "community", Mode: ModeFilePath, Text: "/run/community"}
	kind := `"credential_type":{"community":{"mode":"FilePath","path":"/run/community"},"type":"SnmpV2c"},`
	head, tail := `"id":"`+idA+`","name":"c","organization_id":"`+idB+`","tags":[]}`, `"host_assignments":[{"host_id":"`+idA+`","ip_address_ids":null},{"host_id":"`+idB+`","ip_address_ids":["`+idN+`"]}],`
	for version, want := range map[string]string{
		"0.15.3":  `{` + kind + head,
		"0.16.0":  `{` + kind + head,
		"0.17.16": `{"assigned_network_ids":["` + idN + `"],` + kind + tail + head,
		"0.17.21": `{"assigned_network_ids":["` + idN + `"],` + kind + `"daemon_os":"Unix","description":"d",` + tail + head,
		"0.17.22": `{"assigned_site_ids":["` + idN + `"],` + kind + `"daemon_os":"Unix","description":"d",` + tail + head,
	} {
		t.Run(version, func(t *testing.T) {
			c, in := CapabilitiesOf(version), in
			if c.CredentialsHoldAssignments() {
				in.NetworkIDs, in.Hosts = []string{idN}, []CredentialHost{{HostID: idA}, {HostID: idB, InterfaceIDs: []string{idN}}}
			}
			if c.CredentialFieldNeeds(SnmpV2c, "description") == "" {
				in.Description, in.DaemonOS = "d", "Unix"
			}
			d := dialectOf(t, version)
			body, err := d.credentialWrite(in)
			got := written(t, body, err)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			back, err := d.credential([]byte(got))
			back.Shown = nil
			if diff := cmp.Diff(in, back, cmp.Comparer(func(a, b []string) bool { return strings.Join(a, " ") == strings.Join(b, " ") }),
				cmp.Comparer(func(a, b []CredentialHost) bool { return fmt.Sprint(a) == fmt.Sprint(b) })); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}

// TestWhatAnUpdateDoesNotKnowGoesBackAsItWas: a PUT of a credential replaces all of it (2.4).
func TestWhatAnUpdateDoesNotKnowGoesBackAsItWas(t *testing.T) {
	d := dialectOf(t, "0.17.22")
	shown := `{"id":"` + idA + `","name":"old","organization_id":"` + idB + `","later":{"a":1},"credential_type":{"type":"SnmpV2c",` +
		`"community":{"mode":"Inline","value":"********"},"later":7}}`
	in, err := d.credential([]byte(shown))
	if err != nil {
		t.Fatal(err)
	}
	in.Name = "new"
	body, err := d.credentialWrite(in)
	if got := written(t, body, err); !strings.Contains(got, `"credential_type":{"community":{"mode":"Inline","value":"********"},"later":7,"type":"SnmpV2c"}`) ||
		!strings.Contains(got, `"later":{"a":1}`) || !strings.Contains(got, `"name":"new"`) {
		t.Errorf("got %s", got)
	}
	in.Type, in.Fields = DockerSocket, nil
	body, err = d.credentialWrite(in)
	if got := written(t, body, err); !strings.Contains(got, `"credential_type":{"type":"DockerSocket"}`) {
		t.Errorf("fields of another type: %s", got)
	}
}

// TestCredentialsThatCannotBeWritten are refused before anything is sent, and no refusal tells a secret.
func TestCredentialsThatCannotBeWritten(t *testing.T) {
	with := func(change func(*Credential)) Credential {
		c := filled(SnmpV2c)
		change(&c)
		return c
	}
	for name, tc := range map[string]struct {
		version string
		in      Credential
		reason  Reason
		words   string
	}{
		"no credentials at all":              {"0.14.13", filled(SnmpV2c), Unsupported, "0.15.0"},
		"a type that came later":             {"0.17.20", filled(ProxmoxAPIToken), Unsupported, "0.17.21"},
		"a description before there was one": {"0.17.18", with(func(c *Credential) { c.Description = "d" }), Unsupported, "0.17.19"},
		"a system before there was one":      {"0.17.18", with(func(c *Credential) { c.DaemonOS = "Unix" }), Unsupported, "0.17.19"},
		"an assignment before it held any":   {"0.17.0", with(func(c *Credential) { c.NetworkIDs = []string{idN} }), Unsupported, "0.17.1"},
		"a type that nobody knows":           {"0.17.22", with(func(c *Credential) { c.Type = "Smoke" }), BadRequest, "not known"},
		"a field that is missing":            {"0.17.22", with(func(c *Credential) { c.Fields = nil }), BadRequest, "community"},
		"a field of another type":            {"0.17.22", with(func(c *Credential) { c.Fields = append(c.Fields, CredentialField{Name: "api_key"}) }), BadRequest, "api_key"},
		"asterisks for a new secret":         {"0.17.22", with(func(c *Credential) { c.Fields[0].Secret = StoredSecret() }), BadRequest, "community"},
	} {
		t.Run(name, func(t *testing.T) {
			url := newServer(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
			c := testClient(t, Config{URL: url}, tc.version)
			for _, all := range [][]Credential{{tc.in}, {filled(SnmpV2c), tc.in}} {
				_, err := c.CreateCredentials(t.Context(), all)
				if !HasReason(err, tc.reason) || WasSent(err) || !strings.Contains(err.Error(), tc.words) || strings.Contains(err.Error(), hidden) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestAtMostAHundredCredentialsAreMadeAtOnce(t *testing.T) {
	many := make([]Credential, MaxCredentials+1)
	for i := range many {
		many[i] = filled(SnmpV2c)
	}
	c := serveAs(t, spoken()["0.17.16"], func(rw http.ResponseWriter, r *http.Request) {
		var bodies []json.RawMessage
		if json.NewDecoder(r.Body).Decode(&bodies) != nil || len(bodies) != MaxCredentials {
			t.Errorf("%d credentials were sent", len(bodies))
		}
		_, _ = io.WriteString(rw, success("["+row("")+"]"))
	})
	if _, err := c.CreateCredentials(t.Context(), many); !HasReason(err, BadRequest) || WasSent(err) {
		t.Errorf("got %v", err)
	}
	if made, err := c.CreateCredentials(t.Context(), many[:MaxCredentials]); err != nil || len(made) != 1 {
		t.Errorf("got %v, %v", made, err)
	}
}

// TestCredentialsOfOthersAreReadWhateverTheyAre: a type or field that is not known never breaks a list, and an inline
// secret that a server should not have shown is not kept as one (2.3).
func TestCredentialsOfOthersAreReadWhateverTheyAre(t *testing.T) {
	c := serveAs(t, spoken()["0.17.22"], answers(200, success(`[
		{"id":"`+idA+`","name":"a","credential_type":{"type":"Smoke","x":1},"description":null,"host_assignments":null},
		{"id":"`+idB+`","name":"b","credential_type":{"type":"SnmpV2c","community":{"mode":"Inline","value":"`+hidden+`"}},"assigned_site_ids":["`+idN+`"]},
		{"id":"`+idN+`","name":"c","credential_type":"odd"}]`)))
	page, err := c.ListCredentials(t.Context(), 0, 0)
	if err != nil || len(page.Credentials) != 3 {
		t.Fatalf("got %+v, %v", page, err)
	}
	a, b := page.Credentials[0], page.Credentials[1]
	if a.Type != "Smoke" || a.Fields != nil || len(b.NetworkIDs) != 1 || !b.Fields[0].Secret.IsStored() || page.Credentials[2].Type != "" {
		t.Errorf("got %+v", page)
	}
}
