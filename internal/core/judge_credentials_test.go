// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

const credentialOrganization = "550e8400-e29b-41d4-a716-446655440000"

// vaultInput is a backend that is there, with these Credentials.
func vaultInput(all ...core.CredentialDecl) core.CredentialInput {
	return core.CredentialInput{
		Now: time.Unix(100, 0), Instance: 1, Known: true, Quiet: true, Settled: true, MayDelete: true, Credentials: all,
		Backend: core.CredentialBackend{
			Display: "Backend lab/default", Found: true, Client: true, Held: true, OrganizationID: credentialOrganization,
		},
	}
}

// proxmox is a Credential for Host web-01, whose value was read.
func proxmox(name string, created int64) core.CredentialDecl {
	ref := core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: name}
	return core.CredentialDecl{
		Meta: core.Meta{Ref: ref, UID: name, Generation: 1, Created: time.Unix(created, 0)}, Name: name, Type: "ProxmoxAPIToken",
		Permitted: true, Read: true, HasFinalizer: true, Secrets: []core.SecretVersion{{Name: "s", UID: "u", ResourceVersion: "1"}},
		Fields: []core.CredentialField{
			{Name: "token_secret", Path: "proxmoxAPIToken.tokenSecret", Mode: core.ModeInline, Ref: core.SecretKey{Name: "s", Key: "k"}, Value: core.NewSecret("canary")},
		},
		Hosts: []core.CredentialTarget{{
			Host: core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web-01"}, Found: true, Permitted: true, HostID: "h1",
			OrganizationID: credentialOrganization,
		}},
	}
}

// manyCredentials are so many Credentials that are for no Host.
func manyCredentials(n int) []core.CredentialDecl {
	out := make([]core.CredentialDecl, 0, n)
	for i := range n {
		c := proxmox(fmt.Sprintf("c%03d", i), int64(i))
		c.Hosts = nil
		out = append(out, c)
	}
	return out
}

func credentialStatuses(in core.CredentialInput) []core.MemberStatus {
	j := core.JudgeCredentials(in)
	return core.CredentialStatuses(in, j, core.PlanCredentials(in, j), core.CredentialResult{})
}

func TestOfTwoCredentialsOnOneEndpointTheLaterIsConflictedInAnyOrderAndBothAreTold(t *testing.T) {
	a, b := proxmox("first", 1), proxmox("second", 2)
	want := credentialStatuses(vaultInput(a, b))
	if diff := cmp.Diff(want, credentialStatuses(vaultInput(b, a))); diff != "" {
		t.Errorf("the order matters: %s", diff)
	}
	winner, loser := want[0], want[1]
	if got := loser.Conditions[1]; got.True || got.Reason != string(core.ReasonConflicted) || !strings.Contains(got.Message, "Credential first") {
		t.Errorf("loser: %+v", got)
	}
	if !winner.Conditions[1].True || len(winner.Shadows) != 1 || winner.Shadows[0].Name != "second" {
		t.Errorf("winner: %+v", winner)
	}
}

func TestWhatTheServerWouldRefuseIsRefusedBeforeAnyRequestWithoutItsValue(t *testing.T) {
	for name, tc := range map[string]struct {
		field core.CredentialField
		os    string
		want  string
	}{
		"a key without PEM":     {core.CredentialField{Name: "ssl_key", Mode: core.ModeInline, Ref: core.SecretKey{Name: "s", Key: "k"}, Value: core.NewSecret("canary")}, "", "no valid PEM"},
		"no six bytes":          {core.CredentialField{Name: "secure_on_password", Mode: core.ModeInline, Ref: core.SecretKey{Name: "s", Key: "k"}, Value: core.NewSecret("canary")}, "", "six bytes"},
		"a token without realm": {core.CredentialField{Name: "token_id", Text: "canary"}, "", "user@realm!name"},
		"a relative path":       {core.CredentialField{Name: "password", Mode: core.ModeFilePath, Text: "canary"}, "Unix", "absolute Unix path"},
		"a Unix path on Windows": {core.CredentialField{Name: "password", Mode: core.ModeFilePath, Text: "/canary"}, "Windows",
			"absolute Windows path"},
		"a port out of range": {core.CredentialField{Name: "port", Number: 70000}, "", "from 1 to 65535"},
	} {
		t.Run(name, func(t *testing.T) {
			c := proxmox("bad", 1)
			tc.field.Path = "field"
			c.Fields, c.DaemonOS = []core.CredentialField{tc.field}, tc.os
			in := vaultInput(c, proxmox("good", 2))
			j := core.JudgeCredentials(in)
			p := core.PlanCredentials(in, j)
			got := credentialStatuses(in)[0].Conditions[1]
			if got.Reason != string(core.ReasonInvalid) || !strings.Contains(got.Message, tc.want) || strings.Contains(got.Message, "canary") {
				t.Errorf("%+v", got)
			}
			if len(p.Steps) != 1 || !slices.Equal(p.Steps[0].Refs, []core.Ref{in.Credentials[1].Ref}) {
				t.Errorf("the other is not written: %+v", p.Steps)
			}
			if text := fmt.Sprintf("%+v %#v %+v", p, p, j); strings.Contains(text, "canary") && tc.field.Value != (core.Secret{}) {
				t.Errorf("a plan shows a value: %s", text)
			}
		})
	}
}

func TestACredentialWhoseSecretTheOperatorMayNotReadSaysWhatToGiveAndTheOthersGo(t *testing.T) {
	c := proxmox("barred", 1)
	c.Secrets, c.Barred = nil, []string{"s"}
	in := vaultInput(c, proxmox("good", 2))
	in.Credentials[1].Hosts = nil
	got := credentialStatuses(in)[0].Conditions[2]
	if got.True || got.Reason != string(core.ReasonSecretNotFound) || !strings.Contains(got.Message, "may not read Secret s") ||
		!strings.Contains(got.Message, "a Role in namespace lab that allows get, list and watch of secrets") || strings.Contains(got.Message, "create it") {
		t.Errorf("%+v", got)
	}
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || !slices.Equal(p.Steps[0].Refs, []core.Ref{in.Credentials[1].Ref}) {
		t.Errorf("%+v", p.Steps)
	}
}

func TestAKeyThatASecretLacksIsMissingAndNotEmpty(t *testing.T) {
	c := proxmox("misspelt", 1)
	at := slices.IndexFunc(c.Fields, func(f core.CredentialField) bool { return f.Ref != (core.SecretKey{}) })
	c.Fields[at].Value = core.Secret{}
	c.Unread = []core.CredentialField{c.Fields[at]}
	conditions := credentialStatuses(vaultInput(c))[0].Conditions
	accepted, resolved := conditions[1], conditions[2]
	if !accepted.True || resolved.Reason != string(core.ReasonSecretNotFound) || !strings.Contains(resolved.Message, "has no key") {
		t.Errorf("%+v, %+v", accepted, resolved)
	}
}

func TestAHundredCredentialsGoTogether(t *testing.T) {
	in := vaultInput(manyCredentials(250)...)
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 3 || len(p.Steps[0].Writes) != 100 || len(p.Steps[1].Writes) != 100 || len(p.Steps[2].Writes) != 50 {
		t.Errorf("%d requests for 250", len(p.Steps))
	}
}

func TestTheIdOfACredentialIsFrozen(t *testing.T) {
	got := core.CredentialID(1, credentialOrganization, core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: "snmp"})
	if _, _, _, ok := core.ParseID(got); !ok || got != "00000001-f798-8efe-add2-181cb15a0e4a" {
		t.Errorf("id %s", got)
	}
}
