// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

const certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"

// shown is a backend with a Credential whose certificate a Secret has, of which the server shows this.
func shown(text string, read bool) core.CredentialInput {
	return standing(func(c *core.CredentialDecl, row *core.ObservedCredential) {
		c.Type, row.Type = "DockerProxy", "DockerProxy"
		c.Fields = []core.CredentialField{{
			Name: "ssl_cert", Path: "dockerProxy.sslCert", Mode: core.ModeInline, Ref: core.SecretKey{Name: "s", Key: "k"},
		}}
		if c.Read = read; read {
			c.Fields[0].Value = core.NewSecret(certificate)
		}
		row.Fields = []core.CredentialField{{Name: "ssl_cert", Mode: core.ModeInline, Text: text}}
	})
}

func TestACertificateThatTheServerShowsIsComparedWithItsSecret(t *testing.T) {
	for name, c := range map[string]struct {
		shows   string
		differs []string
	}{
		"the same":               {certificate, nil},
		"without the last break": {certificate[:len(certificate)-1], nil},
		"another":                {"-----BEGIN CERTIFICATE-----\nMAE=\n-----END CERTIFICATE-----\n", []string{"dockerProxy.sslCert"}},
	} {
		t.Run(name, func(t *testing.T) {
			unread := shown(c.shows, false)
			if p := core.PlanCredentials(unread, core.JudgeCredentials(unread)); len(p.Steps) > 0 || len(p.Need) != 1 {
				t.Fatalf("the Secret is not asked for: %+v", p)
			}
			if _, complete := core.CredentialUndoings(unread, core.JudgeCredentials(unread)); complete {
				t.Error("it is taken for as declared before it was looked at")
			}
			in := shown(c.shows, true)
			j := core.JudgeCredentials(in)
			p := core.PlanCredentials(in, j)
			if !slices.Equal(j.Verdicts[0].Differs, c.differs) || len(p.Steps) != len(c.differs) || len(p.Need) > 0 {
				t.Fatalf("%q: %+v", j.Verdicts[0].Differs, p)
			}
			sum := core.CredentialStatuses(in, j, p, core.CredentialResult{})[0].Credential.OpenSum
			if (sum != 0) != (len(c.differs) == 0) {
				t.Errorf("remembers %d", sum)
			}
		})
	}
}

func TestACertificateIsNotReadAgainWhileItAndItsSecretAreTheSame(t *testing.T) {
	in := shown(certificate, true)
	j := core.JudgeCredentials(in)
	sum := core.CredentialStatuses(in, j, core.PlanCredentials(in, j), core.CredentialResult{})[0].Credential.OpenSum
	for name, c := range map[string]struct {
		change func(*core.CredentialInput)
		need   int
	}{
		"nothing changed":              {func(*core.CredentialInput) {}, 0},
		"the server shows another one": {func(in *core.CredentialInput) { in.Rows[0].Fields[0].Text = "x" }, 1},
		"the Secret has another version": {func(in *core.CredentialInput) {
			in.Credentials[0].Secrets = []core.SecretVersion{{Name: "s", UID: "u", ResourceVersion: "2"}}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			in := shown(certificate, false)
			in.Credentials[0].OpenSum = sum
			c.change(&in)
			p := core.PlanCredentials(in, core.JudgeCredentials(in))
			if need := len(slices.CompactFunc(p.Need, func(a, b core.Ref) bool { return a == b })); need != c.need || len(p.Steps) > 0 {
				t.Errorf("%+v", p)
			}
		})
	}
}
