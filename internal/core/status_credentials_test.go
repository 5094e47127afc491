// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Events of one object that differ in their notes alone are counted as one, so that the others would be lost.
func TestARepairIsToldByOneEventThatNamesAllParts(t *testing.T) {
	c := proxmox("c", 1)
	c.WrittenGeneration, c.Written = c.Generation, c.Secrets
	for _, condition := range []core.ConditionType{core.Synced, core.Ready} {
		c.Prior = append(c.Prior, core.Condition{Type: string(condition), True: true, Reason: "Synced", ObservedGeneration: c.Generation})
	}
	in := vaultInput(c)
	row := core.JudgeCredentials(in).Verdicts[0].Wish.On(nil)
	row.Name, row.Hosts = "edited", nil
	in.Rows = []core.ObservedCredential{row}
	j := core.JudgeCredentials(in)
	p := core.PlanCredentials(in, j)
	done := core.CredentialResult{Steps: []core.CredentialStepResult{{Done: true}}}
	var notes []string
	for _, e := range core.CredentialStatuses(in, j, p, done)[0].Events {
		notes = append(notes, e.Reason+": "+e.Note)
	}
	if diff := cmp.Diff([]string{"Repaired: as declared again: name, hosts"}, notes); diff != "" {
		t.Error(diff)
	}
}
