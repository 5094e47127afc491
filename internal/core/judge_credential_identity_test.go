// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestACredentialStaysInTheOrganizationWhereItWasWrittenUntilAnotherIsAccepted(t *testing.T) {
	const elsewhere = "660e8400-e29b-41d4-a716-446655440000"
	in := standing(func(c *core.CredentialDecl, _ *core.ObservedCredential) { c.Pinned = credentialOrganization })
	in.Backend.OrganizationID, in.Rows, in.Credentials[0].Hosts = elsewhere, nil, nil
	j := core.JudgeCredentials(in)
	if p := core.PlanCredentials(in, j); len(p.Steps) > 0 {
		t.Errorf("%+v", p.Steps)
	}
	got := credentialStatuses(in)[0].Conditions[1]
	if got.True || got.Reason != string(core.ReasonBackendChanged) || !strings.Contains(got.Message, "accept-backend="+elsewhere) {
		t.Errorf("%+v", got)
	}
	in.Credentials[0].AcceptBackend = elsewhere
	in.Confirmed = []string{in.Credentials[0].PriorID}
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	want := core.CredentialID(in.Instance, elsewhere, in.Credentials[0].Ref)
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateCredentials || p.Steps[0].IDs[0] != want {
		t.Errorf("%+v", p.Steps)
	}
}

func TestARowOfAFormerInstanceOrThatStatusNamesIsTheCredentialsOwn(t *testing.T) {
	in := standing(func(c *core.CredentialDecl, row *core.ObservedCredential) {
		row.ID, c.PriorID = core.CredentialID(7, credentialOrganization, c.Ref), ""
	})
	if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateCredentials {
		t.Fatalf("of another instance: %+v", p.Steps)
	}
	in.Former = []core.Instance{7}
	j := core.JudgeCredentials(in)
	if p := core.PlanCredentials(in, j); len(p.Steps) > 0 || j.Verdicts[0].ID != in.Rows[0].ID {
		t.Errorf("of a former one: %+v", p.Steps)
	}
	in.Former, in.Credentials[0].PriorID = nil, in.Rows[0].ID
	j = core.JudgeCredentials(in)
	if p := core.PlanCredentials(in, j); len(p.Steps) > 0 || j.Verdicts[0].ID != in.Rows[0].ID {
		t.Errorf("the one that status.id names: %+v", p.Steps)
	}
}

func TestAnEndpointThatACredentialOfOthersHasIsTheirs(t *testing.T) {
	in := vaultInput(proxmox("ours", 1))
	in.Rows = []core.ObservedCredential{{ID: "theirs", Name: "pve", Type: "ProxmoxAPIToken", Hosts: []core.CredentialHostRow{{HostID: "h1"}}}}
	got := credentialStatuses(in)[0]
	if c := got.Conditions[1]; c.True || c.Reason != string(core.ReasonConflicted) || !strings.Contains(c.Message, `"pve", which is in Scanopy (id theirs)`) {
		t.Errorf("%+v", c)
	}
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || len(p.Steps[0].Writes) != 1 || len(p.Steps[0].Writes[0].Hosts) > 0 {
		t.Errorf("%+v", p.Steps)
	}
}

func TestNewCredentialsWaitForAMomentOfQuietSoThatTheyGoOutTogether(t *testing.T) {
	in := vaultInput(proxmox("a", 1), proxmox("b", 2))
	in.Credentials[1].Hosts, in.Quiet = nil, false
	if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) > 0 {
		t.Errorf("at once: %+v", p.Steps)
	}
	in.Quiet = true
	if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) != 1 || len(p.Steps[0].Writes) != 2 {
		t.Errorf("%+v", p.Steps)
	}
}

func TestACredentialThatAListLacksIsMadeAnewOnlyAfterA404(t *testing.T) {
	in := standing(func(*core.CredentialDecl, *core.ObservedCredential) {})
	id := in.Rows[0].ID
	in.Rows = nil
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepConfirmCredential || p.Steps[0].IDs[0] != id {
		t.Errorf("%+v", p.Steps)
	}
	in.Confirmed = []string{id}
	p = core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateCredentials || p.Steps[0].IDs[0] != id {
		t.Errorf("%+v", p.Steps)
	}
}
