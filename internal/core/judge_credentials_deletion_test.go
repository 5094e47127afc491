// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// The answer to its creation may have been lost: its row is found by an id that nobody can derive without the organization.
func TestACredentialIsNotLetGoWhileNobodyKnowsWhatItsRowWouldBe(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*core.CredentialInput)
		release bool
	}{
		"the list shows that there is none": {func(*core.CredentialInput) {}, true},
		"the list was not read":             {func(in *core.CredentialInput) { in.Known = false }, false},
		"the key sees no network, and so no organization": {func(in *core.CredentialInput) {
			in.Backend.OrganizationID = ""
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			gone := proxmox("c", 1)
			gone.Deleting = true
			in := vaultInput(gone)
			c.edit(&in)
			d := core.JudgeCredentials(in).Verdicts[0].Deletion
			if d == nil || d.Release != c.release || (d.Message == "") != c.release {
				t.Errorf("%+v", d)
			}
		})
	}
}
