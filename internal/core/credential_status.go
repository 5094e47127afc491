// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// CredentialStatus is what a Credential's status says beyond the common part.
type CredentialStatus struct {
	// BackendKind and BackendName are what backendRef leads to; Organization is "" until there is a credential.
	BackendKind, BackendName, Organization string
	Secrets                                []SecretVersion
	WrittenGeneration                      int64
	Assignments                            []CredentialAssignmentStatus
	// WrittenSum is for memory only: what was wanted when all of it was last written.
	WrittenSum uint64
	// OpenSum is for memory only: see CredentialDecl.
	OpenSum uint64
}

// CredentialAssignmentStatus is what became of an assignment: to Network, or else to Host.
type CredentialAssignmentStatus struct {
	Network string
	Host    Ref
	ID      string
	Reason  Reason
	By      *Reference
}

// CredentialResult is what became of a plan.
type CredentialResult struct {
	// Steps has one result per step that was tried, in order.
	Steps []CredentialStepResult
	// Waiting says why the rest was not: Throttled or Pending; "": it was.
	Waiting Reason
}

// CredentialStepResult is what became of a step. Seen are rows as answers showed them.
type CredentialStepResult struct {
	Done bool
	Err  *StepError
}

// CredentialStatuses says what became of each Credential of a backend, in order of precedence.
func CredentialStatuses(in CredentialInput, j CredentialJudgement, p CredentialPlan, r CredentialResult) []MemberStatus {
	view := newCredentialView(&in, &j, &p, &r)
	out := make([]MemberStatus, 0, len(j.Verdicts))
	for i := range j.Verdicts {
		out = append(out, view.member(i))
	}
	return out
}

type credentialView struct {
	in *CredentialInput
	j  *CredentialJudgement
	p  *CredentialPlan
	r  *CredentialResult
	// steps are the places of each verdict's steps.
	steps map[int][]int
}

func newCredentialView(in *CredentialInput, j *CredentialJudgement, p *CredentialPlan, r *CredentialResult) *credentialView {
	view := &credentialView{in: in, j: j, p: p, r: r, steps: map[int][]int{}}
	for k := range p.Steps {
		for _, i := range p.Steps[k].Verdicts {
			view.steps[i] = append(view.steps[i], k)
		}
	}
	return view
}

func (w *credentialView) decl(i int) *CredentialDecl {
	return &w.in.Credentials[w.j.Verdicts[i].Decl]
}

// outcome sums up the steps of a Credential: done if all are and more is not to come, else the first failure, nil while any
// was not tried.
func (w *credentialView) outcome(i int) (done bool, failed *StepError) {
	for _, k := range w.steps[i] {
		if k >= len(w.r.Steps) {
			return false, failed
		}
		if e := w.r.Steps[k].Err; e != nil {
			return false, e
		}
		if !w.r.Steps[k].Done || w.p.Steps[k].isPrelude() {
			return false, nil
		}
	}
	return len(w.steps[i]) > 0, nil
}

func (w *credentialView) member(i int) MemberStatus {
	c, v := w.decl(i), &w.j.Verdicts[i]
	set := w.conditions(i)
	out := MemberStatus{
		Ref: c.Ref, UID: c.UID, Generation: c.Generation, Conditions: set.list(c.Generation),
		HandledReconcileAt: c.ReconcileRequestedAt, By: v.By, Hold: set.interim, Blind: !w.in.Known,
		ID: w.id(i), Credential: w.status(i),
	}
	if out.Blind {
		out.HandledReconcileAt = ""
	}
	shadows := slices.SortedFunc(slices.Values(v.Shadows), func(a, b ShadowEntry) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	out.Shadows, out.ShadowCount = shadows[:min(len(shadows), MaxShadows)], len(shadows)
	if v.Deletion != nil {
		done, _ := w.outcome(i)
		out.Marks = Marks{RemoveFinalizer: c.HasFinalizer && (v.Deletion.Release || done)}
	}
	out.Events = w.events(i, set)
	return out
}

// id is that of the row, as far as it is there.
func (w *credentialView) id(i int) string {
	c, v := w.decl(i), &w.j.Verdicts[i]
	done, _ := w.outcome(i)
	switch {
	case v.Deletion != nil:
		return c.PriorID
	case v.Row >= 0, done:
		return v.ID
	case !w.in.Known, v.Confirm, v.Fate == Keep && len(v.Undone) > 0:
		return c.PriorID
	}
	return ""
}

func (w *credentialView) status(i int) *CredentialStatus {
	c, v := w.decl(i), &w.j.Verdicts[i]
	out := &CredentialStatus{Organization: c.Pinned, Secrets: c.Written, WrittenGeneration: c.WrittenGeneration}
	if w.in.Backend.Found {
		out.BackendKind, out.BackendName = w.in.Backend.Kind, w.in.Backend.Name
	}
	if id := w.id(i); id != "" && v.Deletion == nil && v.Wish.OrganizationID != "" {
		out.Organization = v.Wish.OrganizationID
	}
	done, _ := w.outcome(i)
	switch {
	case v.Deletion != nil:
	case done && v.Values:
		out.Secrets, out.WrittenGeneration = c.Secrets, c.Generation
	case done || (v.Fate == Write && w.in.Known && v.Row >= 0 && !v.isPending()):
		if len(c.Secrets) == 0 {
			out.Secrets, out.WrittenGeneration = nil, c.Generation
		}
	}
	out.Assignments = w.assignments(i, done)
	out.WrittenSum, out.OpenSum = w.writtenSum(i), w.comparedSum(i)
	return out
}

// assignments tells what became of each network and Host of the spec, and of those that are still to be taken back.
func (w *credentialView) assignments(i int, done bool) []CredentialAssignmentStatus {
	c, v := w.decl(i), &w.j.Verdicts[i]
	if v.Deletion != nil {
		return priorAssignments(c)
	}
	var out []CredentialAssignmentStatus
	for _, s := range slices.Concat(v.Networks, v.Targets) {
		out = append(out, w.assignment(i, s, done))
	}
	for _, a := range c.Assigned {
		if !done && w.isLeft(v, a, out) {
			out = append(out, CredentialAssignmentStatus{Network: a.Network, Host: a.Host, ID: a.ID, Reason: ReasonDeleting})
		}
	}
	return out
}

// assignment tells what became of one network or Host.
func (w *credentialView) assignment(i int, s CredentialScope, done bool) CredentialAssignmentStatus {
	c, v := w.decl(i), &w.j.Verdicts[i]
	a := CredentialAssignmentStatus{Network: s.Network, Host: s.Host, ID: s.ID, Reason: s.Reason, By: s.By}
	had := slices.IndexFunc(c.Assigned, func(p CredentialAssignment) bool { return p.Network == s.Network && p.Host == s.Host })
	switch {
	case s.Fate == Write && !done && !w.isAssigned(v, s):
		a.Reason = ReasonPending
		switch {
		case had >= 0 && !w.in.Known:
			a.Reason = ""
		case had < 0 && !w.isTried(i): // else nobody knows what came of it, and it is ours
			a.ID = ""
		}
	case s.Fate == Keep && had >= 0:
		a.ID = c.Assigned[had].ID
	case s.Fate == Keep:
		a.ID = ""
	case s.Fate == Withdraw && (done || had < 0):
		a.ID = ""
	}
	return a
}

func priorAssignments(c *CredentialDecl) []CredentialAssignmentStatus {
	var out []CredentialAssignmentStatus
	for _, a := range c.Assigned {
		out = append(out, CredentialAssignmentStatus{Network: a.Network, Host: a.Host, ID: a.ID})
	}
	return out
}

// isAssigned says that the row shows an assignment already.
func (w *credentialView) isAssigned(v *CredentialVerdict, s CredentialScope) bool {
	if v.Row < 0 {
		return false
	}
	row := &w.in.Rows[v.Row]
	if s.Network != "" {
		return slices.Contains(row.NetworkIDs, s.ID)
	}
	return slices.ContainsFunc(row.Hosts, func(h CredentialHostRow) bool { return h.HostID == s.ID })
}

// isLeft says that a former assignment still stands and is none of those that are listed.
func (w *credentialView) isLeft(v *CredentialVerdict, a CredentialAssignment, listed []CredentialAssignmentStatus) bool {
	if slices.ContainsFunc(listed, func(l CredentialAssignmentStatus) bool { return l.Network == a.Network && l.ID == a.ID }) {
		return false
	}
	return !w.in.Known || v.Row >= 0 && w.isAssigned(v, CredentialScope{Network: a.Network, ID: a.ID})
}
