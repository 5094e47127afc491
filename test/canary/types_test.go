// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// A log or an error prints what it holds in one of these ways.
func TestWhatHoldsASecretPrintsNone(t *testing.T) {
	b := newBirds()
	for name, v := range holders(t, b) {
		if traces := b.traces(anyhow(v)); len(traces) > 0 {
			t.Errorf("%s prints %q", name, traces)
		}
	}
}

// holders are all kinds of values that hold a secret.
func holders(t testing.TB, b *birds) map[string]any {
	t.Helper()
	value, token := b.value(), word+otherWord
	field := core.CredentialField{
		Name: "community", Path: "spec.snmpV2c.community", Mode: core.ModeInline, Value: core.NewSecret(value),
		Ref: core.SecretKey{Name: "vault", Key: "community"},
	}
	in := core.CredentialInput{
		Now: time.Unix(1, 0), Instance: 1, Known: true, Settled: true, Quiet: true, MayDelete: true,
		Backend: core.CredentialBackend{Found: true, Client: true, Held: true, OrganizationID: "550e8400-e29b-41d4-a716-446655440001"},
		Credentials: []core.CredentialDecl{{
			Meta: core.Meta{Ref: core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: "a"}, UID: "u"}, Name: "a", Type: "SnmpV2c",
			Fields: []core.CredentialField{field}, Permitted: true, HasFinalizer: true, Read: true,
			Secrets: []core.SecretVersion{{Name: "vault", UID: "s", ResourceVersion: "1"}},
		}},
	}
	verdicts := core.JudgeCredentials(in)
	plan := core.PlanCredentials(in, verdicts)
	if len(plan.Steps) == 0 || plan.Steps[0].Writes[0].Fields[0].Value.Reveal() != value {
		t.Fatalf("the plan does not write the value: %+v %+v", verdicts, plan)
	}
	config := scanopy.Config{URL: "http://scanopy.example", Token: token}
	client, err := scanopy.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"the input": in, "a field": &field, "the verdicts": verdicts, "the plan": plan, "a step": &plan.Steps[0],
		"a write":                   plan.Steps[0].Writes,
		"a field of the server":     scanopy.CredentialField{Secret: scanopy.NewSecret(value)},
		"credentials of the server": []*scanopy.Credential{{Fields: []scanopy.CredentialField{{Secret: scanopy.NewSecret(value)}}}},
		"a connection":              config, "a pointer to a connection": &config, "a client": client, "within something": struct{ C scanopy.Config }{config},
		"a connection of the registry": registry.Stable{URL: "http://scanopy.example", Token: token},
	}
}
