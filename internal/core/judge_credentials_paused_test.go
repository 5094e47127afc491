// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestWhatIsPausedOfCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*core.CredentialInput)
		// steps is how many requests there are, says is what the first Credential says then.
		steps int
		says  string
	}{
		"a Credential that is paused is not written, and others are": {func(in *core.CredentialInput) {
			in.Credentials[0].Paused = true
		}, 1, "this Credential is paused"},
		"nothing is written through a Backend that is paused": {func(in *core.CredentialInput) {
			in.Backend.Paused = true
		}, 0, "Backend lab/default is paused"},
		"a Credential that is paused can be deleted": {func(in *core.CredentialInput) {
			in.Credentials[0].Paused, in.Credentials[0].Deleting, in.Credentials[0].PriorID = true, true, "x"
		}, 2, "being deleted"},
		"nothing is deleted through a Backend that is paused": {func(in *core.CredentialInput) {
			in.Backend.Paused = true
			in.Credentials[0].Deleting, in.Credentials[0].PriorID = true, "x"
		}, 0, "Backend lab/default is paused by its annotation"},
		"but a Credential that is to be left behind goes": {func(in *core.CredentialInput) {
			in.Backend.Paused = true
			in.Credentials[0].Deleting, in.Credentials[0].PriorID, in.Credentials[0].ForceOrphan = true, "x", true
		}, 0, ""},
		"and in a namespace that is being deleted it goes in the end": {func(in *core.CredentialInput) {
			in.Backend.Paused, in.Now = true, time.Unix(10_000, 0)
			c := &in.Credentials[0]
			c.Deleting, c.PriorID, c.NamespaceDeleting, c.DeletedAt = true, "x", true, time.Unix(10, 0)
		}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := vaultInput(proxmox("a", 1), proxmox("b", 2))
			in.Credentials[1].Hosts = nil
			c.change(&in)
			j := core.JudgeCredentials(in)
			p := core.PlanCredentials(in, j)
			if len(p.Steps) != c.steps {
				t.Errorf("%d steps: %+v", len(p.Steps), p.Steps)
			}
			got := core.CredentialStatuses(in, j, p, core.CredentialResult{})[0]
			if c.says == "" {
				if !got.Marks.RemoveFinalizer {
					t.Errorf("it is not let go: %+v", got)
				}
				return
			}
			said := slices.ContainsFunc(got.Conditions, func(x core.Condition) bool {
				return x.Type == string(core.Synced) && !x.True && strings.Contains(x.Message, c.says)
			})
			if !said || got.Marks.RemoveFinalizer {
				t.Errorf("%+v", got)
			}
		})
	}
}
