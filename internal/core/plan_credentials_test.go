// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// An operator that starts anew knows what the list shows and what statuses say, and those may be behind.
func TestABulkThatBrokeOffIsContinuedFromTheListAlone(t *testing.T) {
	var all []core.CredentialDecl
	for i := range 250 {
		c := proxmox(fmt.Sprintf("c%03d", i), int64(i))
		c.Hosts = nil
		all = append(all, c)
	}
	in := vaultInput(all...)
	whole := core.PlanCredentials(in, core.JudgeCredentials(in))
	var made []string
	for _, row := range slices.Concat(whole.Steps[0].Writes, whole.Steps[1].Writes[:37]) {
		in.Rows, made = append(in.Rows, row), append(made, row.ID)
	}
	rest := core.PlanCredentials(in, core.JudgeCredentials(in))
	var ids []string
	for _, s := range rest.Steps {
		if s.Kind != core.StepCreateCredentials { // whether a row has the values of Secrets can't be seen: it is written once more
			if s.Kind != core.StepUpdateCredential || !slices.Contains(made, s.IDs[0]) {
				t.Errorf("%s of %v", s.Kind, s.IDs)
			}
			continue
		}
		ids = append(ids, s.IDs...)
	}
	if len(ids) != 250-137 || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(made, id) }) {
		t.Errorf("%d are made after 137 of 250", len(ids))
	}
	want := slices.Concat(whole.Steps[0].IDs, whole.Steps[1].IDs, whole.Steps[2].IDs)
	got := slices.Concat(made, ids)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Error("something is made twice or forgotten")
	}
}
