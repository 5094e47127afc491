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
	in := vaultInput(manyCredentials(250)...)
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

func TestTagsThatAreMissingAreMadeFirstEachOnceIfTheBackendMayMakeThem(t *testing.T) {
	tagged := func(name string, tags ...string) core.CredentialDecl {
		c := proxmox(name, 1)
		c.Hosts, c.Tags, c.TagsManaged = nil, tags, true
		return c
	}
	in := vaultInput(tagged("a", "old", "new"), tagged("b", "new", "newer"), tagged("c", "old"))
	in.Backend.Tags = []core.Tag{{ID: "t1", Name: "old"}}
	if got := credentialStatuses(in)[0].Conditions[2]; got.Reason != string(core.ReasonTagNotFound) {
		t.Errorf("without leave: %+v", got)
	}
	in.Backend.CreateTags = true
	j := core.JudgeCredentials(in)
	var got []string
	for _, s := range core.PlanCredentials(in, j).Steps {
		line := fmt.Sprint(s.Kind, " ", s.Tag)
		for _, ref := range s.Refs {
			line += " " + ref.Name
		}
		got = append(got, line)
	}
	made := core.CredentialResult{Steps: []core.CredentialStepResult{{Done: true}, {Done: true}, {Done: true}}}
	for _, m := range core.CredentialStatuses(in, j, core.PlanCredentials(in, j), made) {
		if synced := m.Conditions[3]; synced.True != (m.Ref.Name == "c") {
			t.Errorf("%s, after the tags are made: %+v", m.Ref, synced)
		}
	}
	want := []string{"MakeTag new a b", "MakeTag newer b", "CreateCredentials  c"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	in.Backend.Tags = append(in.Backend.Tags, core.Tag{ID: "t2", Name: "new"}, core.Tag{ID: "t3", Name: "newer"})
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || len(p.Steps[0].Writes) != 3 || !slices.Equal(p.Steps[0].Writes[1].Tags, []string{"t2", "t3"}) {
		t.Errorf("once they are there: %+v", p.Steps)
	}
}

func TestTheLastTagOfACredentialStaysUntilTheNewOneIsThere(t *testing.T) {
	in := standing(func(c *core.CredentialDecl, row *core.ObservedCredential) {
		c.Tags, c.TagsManaged, row.Tags = []string{"new"}, true, []string{"t1"}
	})
	in.Backend.CreateTags = true
	if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) != 1 || p.Steps[0].Kind != core.StepMakeTag {
		t.Errorf("%+v", p.Steps)
	}
}
