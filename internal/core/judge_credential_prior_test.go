// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// A backup that is restored with its status into another namespace names rows of the objects that it was made of.
func TestTheRowOfAnotherCredentialIsNotTouchedThoughAStatusNamesIt(t *testing.T) {
	of := func(c core.CredentialDecl) string { return core.CredentialID(1, credentialOrganization, c.Ref) }
	for name, edit := range map[string]func(*core.CredentialInput){
		"when it is written": func(*core.CredentialInput) {},
		"when it goes":       func(in *core.CredentialInput) { in.Credentials[1].Deleting = true },
		"when it goes before a list was read": func(in *core.CredentialInput) {
			in.Credentials[1].Deleting, in.Known, in.Rows = true, false, nil
		},
		"when it goes and the list lacks the row": func(in *core.CredentialInput) { in.Credentials[1].Deleting, in.Rows = true, nil },
	} {
		t.Run(name, func(t *testing.T) {
			owner, restored := proxmox("vm", 1), proxmox("vm", 2)
			restored.Ref.Namespace, restored.UID, restored.Hosts = "restored", "other", nil
			restored.PriorID, restored.Pinned = of(owner), credentialOrganization
			in := vaultInput(owner, restored)
			first := core.JudgeCredentials(in)
			in.Rows = []core.ObservedCredential{first.Verdicts[0].Wish.On(nil)}
			edit(&in)
			j := core.JudgeCredentials(in)
			if d := j.Verdicts[1].Deletion; d != nil && d.ID != "" {
				t.Errorf("it deletes %s", d.ID)
			}
			for _, s := range core.PlanCredentials(in, j).Steps {
				if slices.Contains(s.Refs, restored.Ref) && slices.Contains(s.IDs, of(owner)) {
					t.Errorf("%s of %v", s.Kind, s.IDs)
				}
			}
		})
	}
}
