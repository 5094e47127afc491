// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// What came of a request whose answer was lost is not known: what it assigns must be taken back when it is no more wanted.
func TestAnAssignmentThatWasTriedIsRememberedAsOurs(t *testing.T) {
	c := proxmox("c", 1)
	in := vaultInput(c)
	j := core.JudgeCredentials(in)
	lost := core.CredentialResult{Steps: []core.CredentialStepResult{{Err: &core.StepError{Reason: core.ReasonBackendUnavailable}}}}
	told := core.CredentialStatuses(in, j, core.PlanCredentials(in, j), lost)[0].Credential.Assignments
	if len(told) != 1 || told[0].ID != "h1" || told[0].Reason != core.ReasonPending {
		t.Fatalf("%+v", told)
	}
	if told := credentialStatuses(in)[0].Credential.Assignments; len(told) != 1 || told[0].ID != "" {
		t.Errorf("before anything was tried: %+v", told)
	}
}

// A row that has what it may not have would be refused for ever.
func TestACredentialThatMayNotBeGivenToNetworksIsTakenFromThoseThatItHas(t *testing.T) {
	for name, c := range map[string]struct {
		kind core.CredentialType
		want []string
	}{
		"of a type that may":     {"SnmpV2c", []string{"n1"}},
		"of a type that may not": {"ProxmoxAPIToken", nil},
	} {
		t.Run(name, func(t *testing.T) {
			decl := proxmox("c", 1)
			decl.Type, decl.Hosts = c.kind, nil
			in := vaultInput(decl)
			row := core.JudgeCredentials(in).Verdicts[0].Wish.On(nil)
			row.Type, row.NetworkIDs = "SnmpV2c", []string{"n1"}
			in.Rows = []core.ObservedCredential{row}
			if got := core.JudgeCredentials(in).Verdicts[0].Wish.On(&row).NetworkIDs; !slices.Equal(got, c.want) {
				t.Errorf("networks %v, want %v", got, c.want)
			}
		})
	}
}

// The server refuses the whole credential for one host that is not there.
func TestAHostThatScanopyHasNoMoreHoldsNothingElseUp(t *testing.T) {
	decl := proxmox("c", 1)
	decl.Hosts = append(decl.Hosts, core.CredentialTarget{
		Host: core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "gone"}, Found: true, Permitted: true, HostID: "h2", Gone: true,
		OrganizationID: credentialOrganization,
	})
	in := vaultInput(decl)
	v := core.JudgeCredentials(in).Verdicts[0]
	if got := v.Wish.PutHosts; len(got) != 1 || got[0].HostID != "h1" {
		t.Errorf("%+v", got)
	}
	if synced := credentialStatuses(in)[0].Conditions[3]; synced.Reason != string(core.ReasonDependencyNotReady) {
		t.Errorf("%+v", synced)
	}
	row := v.Wish.On(nil)
	row.Hosts = append(row.Hosts, core.CredentialHostRow{HostID: "h2"})
	in.Rows = []core.ObservedCredential{row}
	if got := core.JudgeCredentials(in).Verdicts[0].Wish.On(&row).Hosts; len(got) != 2 {
		t.Errorf("what the credential has is taken away because a list lacks a host: %+v", got)
	}
}
