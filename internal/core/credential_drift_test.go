// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// standing is a backend with a Credential that was written as it is declared, after a change of its row.
func standing(change func(*core.CredentialDecl, *core.ObservedCredential)) core.CredentialInput {
	c := proxmox("c", 1)
	c.WrittenGeneration, c.Written, c.PriorObservedGeneration = c.Generation, c.Secrets, c.Generation
	in := vaultInput(c)
	first := core.JudgeCredentials(in)
	row := first.Verdicts[0].Wish.On(nil)
	c.WrittenSum, c.PriorID = first.Verdicts[0].Rest, row.ID
	in.Rows = []core.ObservedCredential{row}
	change(&c, &in.Rows[0])
	in.Credentials[0] = c
	return in
}

func edited(_ *core.CredentialDecl, row *core.ObservedCredential) { row.Name = "edited" }

func undoneParts(in core.CredentialInput) []string {
	out := []string{}
	found, _ := core.CredentialUndoings(in, core.JudgeCredentials(in))
	for _, u := range found {
		out = append(out, u.Field)
	}
	return out
}

// thrice remembers all that is undone now as undone for the third time within an hour.
func thrice(in core.CredentialInput) core.CredentialInput {
	found, _ := core.CredentialUndoings(in, core.JudgeCredentials(in))
	for _, u := range found {
		in.Undone = append(in.Undone, core.Undone{Undoing: u, At: []time.Time{in.Now.Add(-time.Minute), in.Now, in.Now}})
	}
	return in
}

func TestWhatDiffersOfACredentialIsARepairIfTheSameWasWantedWhenItWasWritten(t *testing.T) {
	synced := func(reason core.Reason) []core.Condition {
		return []core.Condition{{Type: string(core.Synced), True: reason == core.ReasonSynced, Reason: string(reason), ObservedGeneration: 1}}
	}
	for name, c := range map[string]struct {
		change func(*core.CredentialDecl, *core.ObservedCredential)
		want   []string
	}{
		"nothing":              {func(*core.CredentialDecl, *core.ObservedCredential) {}, []string{}},
		"a name and its hosts": {func(_ *core.CredentialDecl, r *core.ObservedCredential) { r.Name, r.Hosts = "edited", nil }, []string{"name", "hosts"}},
		"a first write, of which no status tells": {func(c *core.CredentialDecl, r *core.ObservedCredential) { c.WrittenSum, r.Name = 0, "old" }, []string{}},
		"an edit of the spec": {func(c *core.CredentialDecl, r *core.ObservedCredential) {
			c.Generation, r.Name = 2, "old"
		}, []string{}},
		"a Host that is elsewhere now": {func(c *core.CredentialDecl, _ *core.ObservedCredential) {
			c.Hosts[0].HostID = "h2"
			c.Assigned = []core.CredentialAssignment{{Host: c.Hosts[0].Host, ID: "h1"}}
		}, []string{}},
		"a Host that is no more": {func(c *core.CredentialDecl, _ *core.ObservedCredential) {
			c.Assigned, c.Hosts = []core.CredentialAssignment{{Host: c.Hosts[0].Host, ID: "h1"}}, nil
		}, []string{}},
		"an edit before a restart": {func(c *core.CredentialDecl, r *core.ObservedCredential) {
			c.WrittenSum, c.Prior, r.Name = 0, synced(core.ReasonSynced), "edited"
		}, []string{"name"}},
		"one that was left alone before a restart": {func(c *core.CredentialDecl, r *core.ObservedCredential) {
			c.WrittenSum, c.Prior, r.Name = 0, synced(core.ReasonNonConverging), "edited"
		}, []string{"name"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, undoneParts(standing(c.change))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestACredentialOfWhichAPartIsUndoneThriceIsLeftAloneAndSaysSo(t *testing.T) {
	in := thrice(standing(edited))
	j := core.JudgeCredentials(in)
	if p := core.PlanCredentials(in, j); len(p.Steps) > 0 {
		t.Errorf("it is written: %+v", p.Steps)
	}
	got := core.CredentialStatuses(in, j, core.CredentialPlan{}, core.CredentialResult{})[0]
	at := slices.IndexFunc(got.Conditions, func(c core.Condition) bool { return c.Type == string(core.Synced) })
	c := got.Conditions[at]
	if c.True || c.Reason != string(core.ReasonNonConverging) || got.ID == "" {
		t.Errorf("%+v", got)
	}
	for _, want := range []string{"name was changed", "three times within an hour", "kubectl annotate sccred c -n lab"} {
		if !strings.Contains(c.Message, want) || strings.Contains(c.Message, "edited") {
			t.Errorf("%q lacks %q, or shows a value", c.Message, want)
		}
	}
	if !slices.ContainsFunc(got.Conditions, func(c core.Condition) bool { return c.Type == string(core.Stalled) && c.True }) {
		t.Errorf("not stalled: %+v", got.Conditions)
	}
}

func TestACredentialThatIsLeftAloneIsWrittenAgain(t *testing.T) {
	for name, change := range map[string]func(*core.CredentialInput){
		"when its spec changes": func(in *core.CredentialInput) { in.Credentials[0].Generation++ },
		"when somebody asks":    func(in *core.CredentialInput) { in.Credentials[0].ReconcileRequestedAt = "again" },
		"when its Secret changes": func(in *core.CredentialInput) {
			in.Credentials[0].Secrets = []core.SecretVersion{{Name: "s", UID: "u", ResourceVersion: "2"}}
		},
		"when an hour has passed":       func(in *core.CredentialInput) { in.Now = in.Now.Add(core.UndoneWithin) },
		"when another part differs now": func(in *core.CredentialInput) { in.Rows[0].Name, in.Rows[0].Hosts = "c", nil },
	} {
		t.Run(name, func(t *testing.T) {
			in := thrice(standing(edited))
			change(&in)
			if p := core.PlanCredentials(in, core.JudgeCredentials(in)); len(p.Steps) != 1 {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestACredentialThatSomebodyDeletesIsMadeAnewTwiceWithinAnHourAndKeepsItsIdInTheStatus(t *testing.T) {
	in := standing(func(*core.CredentialDecl, *core.ObservedCredential) {})
	id := in.Rows[0].ID
	in.Rows, in.Confirmed = nil, []string{id}
	p := core.PlanCredentials(in, core.JudgeCredentials(in))
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateCredentials {
		t.Fatalf("it is not made anew: %+v", p)
	}
	left := thrice(in)
	left.Confirmed = nil // a later list lacks it still
	j := core.JudgeCredentials(left)
	p = core.PlanCredentials(left, j)
	if got := core.CredentialStatuses(left, j, p, core.CredentialResult{})[0]; len(p.Steps) > 0 || got.ID != id {
		t.Errorf("steps %+v, id %q", p.Steps, got.ID)
	}
}

func TestAConfirmationThatIsStillToComeLeavesOpenWhatIsAsDeclared(t *testing.T) {
	in := standing(func(*core.CredentialDecl, *core.ObservedCredential) {})
	in.Rows = nil
	if found, complete := core.CredentialUndoings(in, core.JudgeCredentials(in)); len(found) > 0 || complete {
		t.Errorf("found %+v, complete %v", found, complete)
	}
}

func TestARepairOfACredentialCountsWhenItsRequestsWorked(t *testing.T) {
	in := standing(edited)
	j := core.JudgeCredentials(in)
	p := core.PlanCredentials(in, j)
	for name, c := range map[string]struct {
		steps []core.CredentialStepResult
		want  int
		sum   uint64
	}{
		"nothing was sent": {nil, 0, in.Credentials[0].WrittenSum},
		"it failed":        {[]core.CredentialStepResult{{Err: &core.StepError{}}}, 0, in.Credentials[0].WrittenSum},
		"it worked":        {[]core.CredentialStepResult{{Done: true}}, 1, in.Credentials[0].WrittenSum},
	} {
		t.Run(name, func(t *testing.T) {
			out := core.CredentialResult{Steps: c.steps}
			notes := core.CredentialRepairs(in, j, p, out)
			if len(notes) != c.want || len(notes) > 0 && (notes[0].Field != "name" || notes[0].Class() != core.ClassName) {
				t.Errorf("%+v", notes)
			}
			if got := core.CredentialStatuses(in, j, p, out)[0].Credential.WrittenSum; got != c.sum {
				t.Errorf("remembers %d instead of %d", got, c.sum)
			}
		})
	}
}

func TestWhatWasWantedIsForgottenWhenSomethingElseWasTried(t *testing.T) {
	in := standing(func(c *core.CredentialDecl, _ *core.ObservedCredential) { c.Generation, c.Name = 2, "renamed" })
	j := core.JudgeCredentials(in)
	p := core.PlanCredentials(in, j)
	failed := core.CredentialResult{Steps: []core.CredentialStepResult{{Err: &core.StepError{}}}}
	if got := core.CredentialStatuses(in, j, p, failed)[0].Credential.WrittenSum; got != 0 {
		t.Errorf("remembers %d", got)
	}
	worked := core.CredentialResult{Steps: []core.CredentialStepResult{{Done: true}}}
	if got := core.CredentialStatuses(in, j, p, worked)[0].Credential.WrittenSum; got != j.Verdicts[0].Rest {
		t.Errorf("remembers %d", got)
	}
}
