// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
)

// partCredential is the part that differs when the whole row is gone.
const partCredential = "credential"

// drifts lists the parts in which a row is not as it was written, though the same is wanted still: somebody changed them.
func (j *credentialJudge) drifts(v *CredentialVerdict) []string {
	c := j.decl(v)
	isSame := c.WrittenSum == v.Sum || c.WrittenSum == 0 && v.Sum == v.Rest && c.wasWritten()
	switch {
	case !isSame:
		return nil
	case v.Row >= 0:
		return slices.Concat(v.Differs, clearedTags(v))
	case j.prior(c) != "" && (slices.Contains(j.in.Confirmed, c.PriorID) || j.stopped(v, partCredential) != nil):
		return []string{partCredential}
	}
	return nil
}

// stopped is what is remembered of a part that was changed back too often; nil if it was not.
func (j *credentialJudge) stopped(v *CredentialVerdict, part string) *Undone {
	c := j.decl(v)
	for i := range j.in.Undone {
		u := &j.in.Undone[i]
		if u.Item.Object == c.Ref && u.Field == part && u.Generation == c.Generation && u.Asked == askedOfCredential(c, v) && u.IsStopped(j.in.Now) {
			return u
		}
	}
	return nil
}

// wasWritten says that the Credential, as it is now, had been written or was left to somebody who changes it back.
func (c *CredentialDecl) wasWritten() bool {
	p, ok := c.prior(Synced)
	return ok && (p.True || p.Reason == string(ReasonNonConverging)) && p.ObservedGeneration == c.Generation
}

// leaveDisputed leaves a Credential alone of which somebody changed a part back too often (docs/drift.md).
func (j *credentialJudge) leaveDisputed(v *CredentialVerdict) {
	for _, part := range v.Undone {
		if u := j.stopped(v, part); u != nil {
			v.Fate = Keep
			v.find(Synced, ReasonNonConverging, u.words()+"; "+u.advice())
		}
	}
}

// askedOfCredential begins the count anew when somebody asks, when a Secret changes, or what its references lead to.
func askedOfCredential(c *CredentialDecl, v *CredentialVerdict) string {
	return fmt.Sprintf("%s\n%x", c.ReconcileRequestedAt, v.Sum)
}

// CredentialUndoings lists the parts of Credentials that somebody changed in Scanopy, whether or not they can be repaired
// now. They hold no values: nobody knows what people write into fields. complete says that all others are as declared.
func CredentialUndoings(in CredentialInput, j CredentialJudgement) (out []Undoing, complete bool) {
	complete = in.Known
	for i := range j.Verdicts {
		v := &j.Verdicts[i]
		c := &in.Credentials[v.Decl]
		complete = complete && !v.Confirm && !v.Look
		for _, part := range v.Undone {
			out = append(out, Undoing{
				Item: Item{Object: c.Ref}, Field: part, Generation: c.Generation, Asked: askedOfCredential(c, v),
			})
		}
	}
	return out, complete
}

// CredentialRepairs lists what was changed in Scanopy and is as declared again after a run.
func CredentialRepairs(in CredentialInput, j CredentialJudgement, p CredentialPlan, r CredentialResult) []Note {
	w := newCredentialView(&in, &j, &p, &r)
	var out []Note
	for i := range j.Verdicts {
		if done, _ := w.outcome(i); !done {
			continue
		}
		for _, part := range j.Verdicts[i].Undone {
			out = append(out, Note{Item: Item{Object: w.decl(i).Ref}, Field: part, Repair: true})
		}
	}
	return out
}

// writtenSum is what is to be remembered as CredentialDecl.WrittenSum.
func (w *credentialView) writtenSum(i int) uint64 {
	c, v := w.decl(i), &w.j.Verdicts[i]
	done, _ := w.outcome(i)
	isThere := v.Fate == Write && v.Deletion == nil && w.in.Known && v.Row >= 0 && !v.isPending()
	switch {
	case done && w.isWhole(i), isThere:
		return v.Rest
	case w.isTried(i) && c.WrittenSum != v.Sum:
		return 0
	}
	return c.WrittenSum
}

// isTried says that something was sent for a Credential, whatever came of it.
func (w *credentialView) isTried(i int) bool {
	return len(w.steps[i]) > 0 && w.steps[i][0] < len(w.r.Steps)
}

// isWhole says that the steps for a Credential give it all that it wants, and not only free what others wait for.
func (w *credentialView) isWhole(i int) bool {
	return !slices.ContainsFunc(w.steps[i], func(k int) bool {
		s := &w.p.Steps[k]
		return s.Kind == StepUpdateCredential && len(s.Wish.PutHosts) < len(w.j.Verdicts[i].Wish.PutHosts)
	})
}
