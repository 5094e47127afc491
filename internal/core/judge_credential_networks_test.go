// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestNetworksOfACredentialAreThoseThatItsBackendLetsItHave(t *testing.T) {
	type change = func(*core.CredentialInput, *core.CredentialDecl)
	for name, c := range map[string]struct {
		change change
		// adds and drops are the ids that are assigned and taken back, says the reason and a word of the condition.
		adds, drops string
		condition   int
		says        []string
	}{
		"by name":               {func(*core.CredentialInput, *core.CredentialDecl) {}, "n1", "", 1, []string{"Accepted", ""}},
		"by its id":             {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.Networks = []string{"n2"} }, "n2", "", 1, []string{"Accepted", ""}},
		"named twice it is one": {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.Networks = []string{"Lab", "n1"} }, "n1", "", 1, []string{"Accepted", ""}},
		"one that is not there": {func(_ *core.CredentialInput, c *core.CredentialDecl) {
			c.Networks = []string{"Nowhere", "Lab"}
		}, "n1", "", 2, []string{"NetworkNotFound", `networks[0]: Backend lab/default shows no network "Nowhere"`}},
		"a name of several": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.Networks[1].Name = "Lab"
		}, "", "", 2, []string{"Ambiguous", "give the id"}},
		"one that the ClusterBackend does not allow": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.Networks[0].Allowed = false
		}, "", "", 1, []string{"RefNotPermitted", `does not allow network "Lab"`}},
		"without leave of the ClusterBackend none": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.NoNetworks = true
		}, "", "", 1, []string{"RefNotPermitted", "name hosts instead"}},
		"a leave that was taken back takes nothing back": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			in.Backend.NoNetworks, c.Assigned = true, []core.CredentialAssignment{{Network: "Lab", ID: "n1"}}
		}, "", "", 1, []string{"RefNotPermitted", ""}},
		"one that is not declared any more is taken back": {func(_ *core.CredentialInput, c *core.CredentialDecl) {
			c.Networks, c.Assigned = []string{"Office"}, []core.CredentialAssignment{{Network: "Lab", ID: "n1"}}
		}, "n2", "n1", 1, []string{"Accepted", ""}},
		"one that is called otherwise now stays": {func(_ *core.CredentialInput, c *core.CredentialDecl) {
			c.Networks, c.Assigned = []string{"Lab"}, []core.CredentialAssignment{{Network: "Old", ID: "n1"}}
		}, "n1", "", 1, []string{"Accepted", ""}},
		"a server whose credentials hold no assignments": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.NoAssignments = "0.17.1"
		}, "", "", 1, []string{"Unsupported", "need Scanopy 0.17.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			decl := proxmox("one", 1)
			decl.Hosts, decl.Networks = nil, []string{"Lab"}
			in := vaultInput(decl)
			in.Backend.Networks = []core.CredentialNetwork{{ID: "n1", Name: "Lab", Allowed: true}, {ID: "n2", Name: "Office", Allowed: true}}
			c.change(&in, &in.Credentials[0])
			v := core.JudgeCredentials(in).Verdicts[0]
			if adds, drops := strings.Join(v.Wish.AddNetworks, " "), strings.Join(v.Wish.DropNetworks, " "); adds != c.adds || drops != c.drops {
				t.Errorf("adds %q, drops %q", adds, drops)
			}
			if got := credentialStatuses(in)[0].Conditions[c.condition]; got.Reason != c.says[0] || !strings.Contains(got.Message, c.says[1]) {
				t.Errorf("%+v", got)
			}
		})
	}
}
