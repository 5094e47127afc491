// SPDX-License-Identifier: Apache-2.0

package core

import "strings"

// conditions judges a Credential after a run.
func (w *credentialView) conditions(i int) conditionSet {
	c, v := w.decl(i), &w.j.Verdicts[i]
	set := conditionSet{
		accepted: v.verdict(Accepted, verdict{true, ReasonAccepted, "everything in the spec is accepted"}),
		resolved: v.verdict(ResolvedRefs, verdict{true, ReasonResolvedRefs, "everything that the spec names was found"}),
	}
	set.synced = w.synced(i, set)
	set.ready = set.synced
	for _, each := range []verdict{set.resolved, set.accepted} {
		if !each.ok {
			set.ready = each
		}
	}
	set.interim = set.accepted.ok && set.resolved.ok && !set.synced.ok && !c.Deleting && isInterimReason(set.synced.reason)
	set.stalled = w.isStalled(c, set)
	return set
}

// verdict sums up the findings of a condition: the first one's reason, all messages.
func (v *CredentialVerdict) verdict(t ConditionType, otherwise verdict) verdict {
	var lines []string
	out := verdict{}
	for _, f := range v.Findings {
		if f.Condition != t {
			continue
		}
		if lines == nil {
			out.reason = f.Reason
		}
		lines = append(lines, f.Message)
	}
	if lines == nil {
		return otherwise
	}
	out.message = joinMessages(lines)
	return out
}

// synced says whether the backend shows what the Credential declares, and if not why.
func (w *credentialView) synced(i int, set conditionSet) verdict {
	c, v := w.decl(i), &w.j.Verdicts[i]
	done, failed := w.outcome(i)
	if v.Deletion != nil {
		return w.deleting(v, w.failedDeletion(failed))
	}
	told := *v
	if failed != nil { // told as it is while it waits to be tried again
		told.findFirst(Synced, failed.Reason, failed.Message)
	}
	if bad := told.verdict(Synced, verdict{ok: true}); !bad.ok {
		return bad
	}
	switch {
	case !set.accepted.ok:
		return verdict{false, set.accepted.reason, "what is refused is not written, see Accepted"}
	case !set.resolved.ok:
		return verdict{false, set.resolved.reason, "what was not found is not written, see ResolvedRefs"}
	case w.in.Backend.Paused:
		return verdict{w.stands(c), ReasonPaused, w.in.Backend.Display + " is paused; nothing is written"}
	case c.Paused:
		return verdict{w.stands(c), ReasonPaused, "this Credential is paused; nothing is written"}
	case w.p.Blocked != "":
		return verdict{false, w.p.Blocked, w.p.BlockedMessage}
	case done:
		return verdict{true, ReasonSynced, "Scanopy shows what is declared"}
	case v.isPending() || v.Fate != Write:
		if w.r.Waiting == ReasonThrottled {
			return verdict{false, ReasonThrottled, "waiting for its turn: the server may be asked only so often"}
		}
		return verdict{false, ReasonPending, "waiting for its turn"}
	}
	return verdict{true, ReasonSynced, "Scanopy shows what is declared"}
}

func (w *credentialView) deleting(v *CredentialVerdict, failed *StepError) verdict {
	switch d := v.Deletion; {
	case d.ID != "" && failed != nil && !isInterimReason(failed.Reason):
		return verdict{false, failed.Reason, joinMessages([]string{failed.Message})}
	case d.Message != "":
		return verdict{false, d.Reason, joinMessages([]string{d.Message})}
	}
	return verdict{false, ReasonDeleting, "being deleted"}
}

// failedDeletion is why a deletion failed, now or before.
func (w *credentialView) failedDeletion(now *StepError) *StepError {
	for _, r := range w.in.Refused {
		if now == nil && r.Ref == (Ref{}) {
			now = &StepError{Reason: r.Reason, Message: r.Message}
		}
	}
	if f := w.in.Failed; now == nil && f != nil {
		now = &StepError{Reason: f.Reason, Message: f.Message}
	}
	return now
}

// stands says that a Credential was synced in this generation.
func (w *credentialView) stands(c *CredentialDecl) bool {
	p, ok := c.prior(Synced)
	return ok && p.True && p.ObservedGeneration == c.Generation
}

// isStalled says that nothing changes until somebody acts: a rejection that has settled, or stood before.
func (w *credentialView) isStalled(c *CredentialDecl, set conditionSet) bool {
	if set.ready.ok || c.Deleting && set.synced.reason == ReasonDeleting {
		return false
	}
	if set.accepted.ok && (!set.resolved.ok || !needsHelp(set.synced.reason)) {
		return false
	}
	prior, ok := c.prior(Stalled)
	return w.in.Settled || ok && prior.True && prior.ObservedGeneration == c.Generation && prior.Reason == string(set.ready.reason)
}

// events are what is told beside the status: as for the root of a group.
func (w *credentialView) events(i int, set conditionSet) []Event {
	c, v := w.decl(i), &w.j.Verdicts[i]
	if c.NamespaceDeleting {
		return nil // Kubernetes takes no events in a namespace that is being deleted
	}
	ready, _ := c.prior(Ready)
	accepted, judged := c.prior(Accepted)
	var out []Event
	switch {
	case c.Deleting:
		out = blockedDeletion(&c.Meta, set)
	case !set.accepted.ok && (!judged || accepted.True || accepted.Reason != string(set.accepted.reason)):
		out = append(out, Event{Warning: true, Reason: string(set.accepted.reason), Action: actionJudge, Note: set.accepted.message})
	case set.ready.ok && !ready.True:
		out = append(out, Event{Reason: string(set.ready.reason), Action: actionSync, Note: set.ready.message})
	case !set.ready.ok && ready.True && !set.interim:
		out = append(out, Event{Warning: true, Reason: string(set.ready.reason), Action: actionSync, Note: set.ready.message})
	}
	done, _ := w.outcome(i)
	switch {
	case v.Deletion != nil && c.HasFinalizer && v.Deletion.Release && v.Deletion.Event != "":
		out = append(out, Event{
			Warning: true, Reason: string(ReasonOrphaned), Action: actionDelete, Note: joinMessages([]string{v.Deletion.Event}), Now: true,
		})
	case v.Deletion != nil && c.HasFinalizer && done:
		out = append(out, Event{Reason: "Deleted", Action: actionDelete, Note: "deleted in Scanopy (id " + v.Deletion.ID + ")", Now: true})
	case done && len(v.Undone) > 0:
		note := joinMessages([]string{"as declared again: " + strings.Join(v.Undone, ", ")})
		out = append(out, Event{Reason: "Repaired", Action: actionRepair, Note: note, Now: true})
	}
	return out
}

func clearedTags(v *CredentialVerdict) []string {
	if len(v.ClearTags) > 0 {
		return []string{"tags"}
	}
	return nil
}
