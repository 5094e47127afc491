// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// leavingCredential is a backend with a Credential that was written and is being deleted.
func leavingCredential() core.CredentialInput {
	in := standing(func(c *core.CredentialDecl, _ *core.ObservedCredential) {
		c.Deleting, c.Pinned, c.DeletedAt = true, credentialOrganization, time.Unix(100, 0)
	})
	return in
}

func TestCredentialDeletionRules(t *testing.T) {
	type change = func(*core.CredentialInput, *core.CredentialDecl)
	id := leavingCredential().Rows[0].ID
	deletes := core.CredentialDeletion{ID: id, Reason: core.ReasonDeleting}
	released := core.CredentialDeletion{Release: true, Reason: core.ReasonDeleting}
	orphaned := core.CredentialDeletion{Release: true, Reason: core.ReasonOrphaned, Event: "told"}
	givenUp := orphaned
	givenUp.GivenUp = true
	waits := func(r core.Reason, after time.Duration) core.CredentialDeletion {
		return core.CredentialDeletion{Reason: r, After: after}
	}
	down := func(in *core.CredentialInput) {
		in.Backend.Reason, in.Backend.Message = string(core.ReasonUnreachable), "it does not answer"
	}
	inNamespace := func(in *core.CredentialInput, c *core.CredentialDecl, ago time.Duration) {
		c.NamespaceDeleting, in.Now = true, c.DeletedAt.Add(ago)
	}
	failed := func(in *core.CredentialInput) {
		in.Failed = &core.CredentialRefusal{Reason: core.ReasonBackendUnavailable, Message: "500"}
	}
	withoutKey := func(in *core.CredentialInput) { in.Backend.Client, in.Backend.NoKey = false, true }
	gone := func(in *core.CredentialInput) { in.Backend = core.CredentialBackend{Display: "Backend lab/default"} }
	for name, c := range map[string]struct {
		change change
		want   core.CredentialDeletion
	}{
		"its row is deleted":                                  {func(*core.CredentialInput, *core.CredentialDecl) {}, deletes},
		"a paused Credential can still be deleted":            {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.Paused = true }, deletes},
		"an id that the list lacks is asked for all the same": {func(in *core.CredentialInput, _ *core.CredentialDecl) { in.Rows = nil }, deletes},
		"one whose status tells of no id is found by its own": {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.PriorID = "" }, deletes},
		"without finalizer nothing was sent":                  {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.HasFinalizer = false }, released},
		"one that is nowhere goes":                            {func(in *core.CredentialInput, c *core.CredentialDecl) { in.Rows, c.PriorID = nil, "" }, released},
		"before the list is read one without an id waits": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			in.Known, in.Rows, c.PriorID = false, nil, ""
		}, waits(core.ReasonDeleting, 0)},
		"force-orphan lets go":             {func(in *core.CredentialInput, c *core.CredentialDecl) { down(in); c.ForceOrphan = true }, orphaned},
		"CRDs that go delete nothing":      {func(in *core.CredentialInput, _ *core.CredentialDecl) { in.MayDelete = false }, orphaned},
		"deletionPolicy Orphan leaves it":  {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.DeletionPolicy = core.DeletionOrphan }, orphaned},
		"deletionPolicy Delete deletes it": {func(_ *core.CredentialInput, c *core.CredentialDecl) { c.DeletionPolicy = core.DeletionDelete }, deletes},
		"an unreachable backend blocks":    {func(in *core.CredentialInput, _ *core.CredentialDecl) { down(in) }, waits(core.ReasonBackendUnavailable, 0)},
		"a paused Backend blocks, whether it answers or not": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			down(in)
			in.Backend.Paused = true
		}, waits(core.ReasonPaused, 0)},
		"in a namespace that goes it waits 5 minutes": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			down(in)
			inNamespace(in, c, 2*time.Minute)
		}, waits(core.ReasonBackendUnavailable, 3*time.Minute)},
		"and then lets go": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			down(in)
			inNamespace(in, c, 5*time.Minute)
		}, givenUp},
		"or as long as the operator is told to": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			down(in)
			inNamespace(in, c, 2*time.Minute)
			in.Patience = 2 * time.Minute
		}, givenUp},
		"a deletion that fails waits no longer in a namespace that goes": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			failed(in)
			inNamespace(in, c, 5*time.Minute)
		}, givenUp},
		"and no shorter": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			failed(in)
			inNamespace(in, c, time.Minute)
		}, core.CredentialDeletion{ID: id, Reason: core.ReasonDeleting, After: 4 * time.Minute}},
		"elsewhere it fails and fails": {func(in *core.CredentialInput, _ *core.CredentialDecl) { failed(in) }, deletes},
		"without a key and with its backend being deleted it is let go": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			withoutKey(in)
			in.Backend.Deleting = true
		}, givenUp},
		"without a key and with its namespace being deleted it is let go": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			withoutKey(in)
			inNamespace(in, c, 0)
		}, givenUp},
		"without a key it waits otherwise": {func(in *core.CredentialInput, _ *core.CredentialDecl) { withoutKey(in) }, waits(core.ReasonBackendUnavailable, 0)},
		"with its namespace being deleted and its backend gone it is let go": {func(in *core.CredentialInput, c *core.CredentialDecl) {
			gone(in)
			inNamespace(in, c, 0)
		}, givenUp},
		"with its backend gone it waits otherwise": {func(in *core.CredentialInput, _ *core.CredentialDecl) { gone(in) }, waits(core.ReasonBackendUnavailable, 0)},
		"without client it waits":                  {func(in *core.CredentialInput, _ *core.CredentialDecl) { in.Backend.Client = false }, waits(core.ReasonBackendUnavailable, 0)},
		"a client in memory serves a backend that is being deleted": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.Deleting = true
		}, deletes},
		"a client in memory deletes though its Secret is gone": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.Reason, in.Backend.OnlyDeletes = string(core.ReasonBackendUnavailable), true
		}, deletes},
		"a key that leads to another organization blocks": {func(in *core.CredentialInput, _ *core.CredentialDecl) {
			in.Backend.OrganizationID = "other"
		}, waits(core.ReasonBackendChanged, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			in := leavingCredential()
			c.change(&in, &in.Credentials[0])
			j := core.JudgeCredentials(in)
			got := *j.Verdicts[0].Deletion
			if got.Event != "" {
				got.Event = "told"
			}
			if d := cmp.Diff(c.want, got, cmpopts.IgnoreFields(core.CredentialDeletion{}, "Message")); d != "" {
				t.Error(d)
			}
			p := core.PlanCredentials(in, j)
			if sent := len(p.Steps) == 1 && p.Steps[0].Kind == core.StepDeleteCredentials; sent != (c.want.ID != "") || len(p.Steps) > 1 {
				t.Errorf("sent is %+v", p.Steps)
			}
			status := core.CredentialStatuses(in, j, p, core.CredentialResult{})[0]
			if in.Credentials[0].NamespaceDeleting && len(status.Events) > 0 {
				t.Errorf("a namespace that goes takes no events: %+v", status.Events)
			}
			if got := status.Marks.RemoveFinalizer; got != (c.want.Release && in.Credentials[0].HasFinalizer) {
				t.Errorf("the finalizer goes: %v", got)
			}
		})
	}
}

// While its Secret is gone a Backend cleans up with the client that is in memory, and writes nothing.
func TestThroughABackendWhoseSecretIsGoneCredentialsAreDeletedAndNotWritten(t *testing.T) {
	in := leavingCredential()
	in.Credentials = append(in.Credentials, proxmox("new", 2))
	in.Backend.Reason, in.Backend.Message, in.Backend.OnlyDeletes = string(core.ReasonBackendUnavailable), "there is no Secret", true
	j := core.JudgeCredentials(in)
	p := core.PlanCredentials(in, j)
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepDeleteCredentials || len(p.Steps[0].Refs) != 1 || p.Steps[0].Refs[0].Name != "c" {
		t.Errorf("%+v", p.Steps)
	}
	got := core.CredentialStatuses(in, j, p, core.CredentialResult{})[1].Conditions[3]
	if got.True || got.Reason != string(core.ReasonBackendUnavailable) || got.Message != "there is no Secret" {
		t.Errorf("%+v", got)
	}
}

func TestABackendThatIsBeingDeletedTakesNoNewCredentialsAndServesThoseThatItHas(t *testing.T) {
	old := standing(func(c *core.CredentialDecl, row *core.ObservedCredential) { c.WrittenSum, row.Name = 0, "edited" })
	old.Credentials = append(old.Credentials, proxmox("new", 2))
	old.Credentials[1].Hosts = nil
	old.Backend.Deleting = true
	j := core.JudgeCredentials(old)
	p := core.PlanCredentials(old, j)
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepUpdateCredential {
		t.Errorf("%+v", p.Steps)
	}
	got := core.CredentialStatuses(old, j, p, core.CredentialResult{})[1]
	want := []string{
		"Ready false Deleting", "Accepted true Accepted", "ResolvedRefs true ResolvedRefs", "Synced false Deleting", "Reconciling true Deleting",
	}
	if d := cmp.Diff(want, briefly(got.Conditions)); d != "" {
		t.Error(d)
	}
	const says = "Backend lab/default is being deleted and takes no new Credentials; name another in spec.backendRef"
	if m := got.Conditions[3].Message; m != says || len(got.Events) > 0 {
		t.Errorf("%q, events %v", m, got.Events)
	}
}

// briefly is type, status and reason of conditions.
func briefly(all []core.Condition) []string {
	var out []string
	for _, c := range all {
		state := " false "
		if c.True {
			state = " true "
		}
		out = append(out, c.Type+state+c.Reason)
	}
	return out
}

func TestNothingIsTakenFromCredentialsWhileTheDefinitionsOfKindsAreBeingRemoved(t *testing.T) {
	in := standing(func(c *core.CredentialDecl, row *core.ObservedCredential) {
		c.Name = "renamed"
		c.Assigned = []core.CredentialAssignment{{Network: "Lab", ID: "n1"}, {Host: core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}, ID: "h2"}}
		row.NetworkIDs, row.Hosts = []string{"n1"}, append(row.Hosts, core.CredentialHostRow{HostID: "h2"})
	})
	for name, c := range map[string]struct {
		mayDelete bool
		networks  int
		hosts     int
	}{"before they are taken back": {true, 0, 1}, "then they stay": {false, 1, 2}} {
		t.Run(name, func(t *testing.T) {
			in.MayDelete = c.mayDelete
			p := core.PlanCredentials(in, core.JudgeCredentials(in))
			if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepUpdateCredential {
				t.Fatalf("%+v", p.Steps)
			}
			got := p.Steps[0].Wish.On(&in.Rows[0])
			if got.Name != "renamed" || len(got.NetworkIDs) != c.networks || len(got.Hosts) != c.hosts {
				t.Errorf("%+v", got)
			}
		})
	}
}

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
