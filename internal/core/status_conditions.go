// SPDX-License-Identifier: Apache-2.0

package core

import "strings"

// verdict is one condition before it is stamped.
type verdict struct {
	ok      bool
	reason  Reason
	message string
}

// conditionSet is all that the conditions of an object say.
type conditionSet struct {
	ready, accepted, resolved, synced verdict
	// stalled: nothing changes until somebody acts. Otherwise what is not ready is reconciling.
	stalled bool
	// interim: the object only waits for its turn.
	interim bool
}

// list gives the conditions in their order, stamped with the generation.
func (c conditionSet) list(generation int64) []Condition {
	stamp := func(t ConditionType, v verdict) Condition {
		return Condition{
			Type: string(t), Reason: string(v.reason), Message: v.message, True: v.ok, ObservedGeneration: generation,
		}
	}
	out := []Condition{
		stamp(Ready, c.ready), stamp(Accepted, c.accepted), stamp(ResolvedRefs, c.resolved), stamp(Synced, c.synced),
	}
	if c.ready.ok {
		return out
	}
	t := Reconciling
	if c.stalled {
		t = Stalled
	}
	return append(out, stamp(t, verdict{true, c.ready.reason, c.ready.message}))
}

// isInterimReason says that a reason of Synced goes by itself, and normally soon.
func isInterimReason(r Reason) bool { return r == ReasonPending || r == ReasonThrottled }

// conditions judges one object.
func (v *view) conditions(m *Meta) conditionSet {
	c := conditionSet{accepted: v.accepted(m.Ref), resolved: v.resolved(m.Ref)}
	c.synced = v.synced(m, c.accepted, c.resolved)
	for _, each := range []*verdict{&c.accepted, &c.resolved, &c.synced} {
		each.message = v.withoutBackend(m.Ref, each.message)
	}
	c.ready = v.ready(c)
	c.stalled = v.isStalled(m, c)
	c.interim = c.accepted.ok && c.resolved.ok && !c.synced.ok && !m.Deleting && (isInterimReason(c.synced.reason) ||
		c.synced.reason == ReasonDependencyNotReady && v.p.Blocked == ReasonDependencyNotReady)
	return c
}

// withoutBackend is a message to a reader who may not be able to refer to the Backend: one of another namespace.
func (v *view) withoutBackend(reader Ref, message string) string {
	if b := &v.in.Backend; v.in.Host != nil && reader.Namespace != v.in.Host.Ref.Namespace && b.Kind == "Backend" {
		return strings.ReplaceAll(message, b.Display, "its backend")
	}
	return message
}

// accepted is false if anything in the object's own spec is refused.
func (v *view) accepted(ref Ref) verdict {
	if bad, ok := v.fault(ref, Accepted); ok {
		return bad
	}
	if f, ok := v.satisfied(ref, Accepted); ok {
		return verdict{true, f.Reason, joinMessages([]string{v.sentence(f)})}
	}
	return verdict{true, ReasonAccepted, "everything in the spec is accepted"}
}

// resolved is false if the spec names something that is not there.
func (v *view) resolved(ref Ref) verdict {
	if bad, ok := v.fault(ref, ResolvedRefs); ok {
		return bad
	}
	return verdict{true, ReasonResolvedRefs, "everything that the spec names was found"}
}

// fault sums up the findings that make a condition false: the first one's reason, all messages.
func (v *view) fault(ref Ref, t ConditionType) (verdict, bool) {
	out := verdict{}
	var lines []string
	for _, f := range v.findings[ref] {
		if f.Condition != t || f.Status || f.Reason == ReasonPaused {
			continue
		}
		if lines == nil {
			out.reason = f.Reason
		}
		lines = append(lines, v.line(f))
	}
	out.message = joinMessages(lines)
	return out, lines != nil
}

// satisfied is the finding that the object as a whole is a satisfied intent: Duplicate, Superseded, Consolidated.
func (v *view) satisfied(ref Ref, t ConditionType) (Finding, bool) {
	for _, f := range v.findings[ref] {
		if f.Item.isWhole() && f.Condition == t && f.Status && f.Reason != ReasonPaused {
			return f, true
		}
	}
	return Finding{}, false
}

// ready sums the others up: the reason is that of the first condition that is not true, else what the object came to.
func (v *view) ready(c conditionSet) verdict {
	for _, each := range []verdict{c.accepted, c.resolved, c.synced} {
		if !each.ok {
			return each
		}
	}
	if c.accepted.reason != ReasonAccepted {
		return c.accepted
	}
	return c.synced
}

// isStalled says that nothing changes until somebody acts: a rejection that has settled, or stood before.
func (v *view) isStalled(m *Meta, c conditionSet) bool {
	if c.ready.ok || m.Deleting && c.synced.reason == ReasonDeleting {
		return false
	}
	if c.accepted.ok && (!c.resolved.ok || !needsHelp(c.synced.reason)) {
		return false
	}
	if v.in.Settled {
		return true
	}
	prior, ok := m.prior(Stalled)
	return ok && prior.True && prior.ObservedGeneration == m.Generation && prior.Reason == string(c.ready.reason)
}

// needsHelp says that a reason of Synced stays until somebody acts.
func needsHelp(r Reason) bool {
	switch r {
	case ReasonAlreadyExists, ReasonManagedElsewhere, ReasonHostHasDaemon, ReasonMassDeletion, ReasonPermissionDenied,
		ReasonMergedInBackend, ReasonAmbiguous, ReasonUnsupported, ReasonBackendRejected, ReasonNonConverging,
		ReasonInternalError:
		return true
	}
	return false
}

// prior is a condition of the status as it was read.
func (m *Meta) prior(t ConditionType) (Condition, bool) {
	for _, c := range m.Prior {
		if c.Type == string(t) {
			return c, true
		}
	}
	return Condition{}, false
}
