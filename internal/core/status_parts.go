// SPDX-License-Identifier: Apache-2.0

package core

// part is what the judgement says of a consolidated Host; nil when the Host is the root.
func (v *view) part(ref Ref) *PartHost {
	for i := range v.j.Parts {
		if v.j.Parts[i].Ref == ref {
			return &v.j.Parts[i]
		}
	}
	return nil
}

// isMerged says that what there is of a consolidated Host is on the backend host of the root, after the run.
func (v *view) isMerged(p *PartHost) bool {
	if p.Merged || p.HostID == "" {
		return p.Merged
	}
	done := false
	for i := range v.p.Steps {
		s := &v.p.Steps[i]
		if s.Kind != StepConsolidate || s.Items[0] != (Item{Object: p.Ref}) {
			continue
		}
		if done = i < len(v.r.Steps) && v.r.Steps[i].Done; !done {
			return false
		}
	}
	return done
}

// partID is the backend host that a consolidated Host still has by itself.
func (v *view) partID(p *PartHost) string {
	if v.isMerged(p) || p.HostID == v.hostID() {
		return ""
	}
	return p.HostID
}

// into is the Host that a Host is part of in the backend. One whose rows have not left it is so still.
func (v *view) into(h *HostDecl) string {
	p := v.part(h.Ref)
	switch {
	case p == nil && (v.isBlind() || v.isParting(h.Ref)):
		return h.PriorInto
	case p == nil:
		return ""
	case v.isMerged(p):
		return v.in.Host.Ref.Name
	case v.isBlind() || p.Parting || v.j.Fate == Keep:
		return h.PriorInto
	}
	return ""
}

// isElsewhere says that a member is, or is on, a consolidated Host that keeps its own backend host for now, and that what
// its status says of that is about its spec as it is.
func (v *view) isElsewhere(m *Meta) bool {
	host := m.Ref
	for ref, ok := m.Ref, true; ok && host.Kind != KindHost; ref, ok = v.parent(ref) {
		host = ref
	}
	p := v.part(host)
	isSame := m.PriorObservedGeneration == m.Generation || m.Ref.Kind == KindHost // whose spec has just named the other
	return p != nil && p.Kept && isSame && m.PriorObservedGeneration > 0
}

// partActs are the events of what was done to a consolidated Host.
func (v *view) partActs(p *PartHost) []Event {
	var out []Event
	if p.HostID != "" && !p.Merged && v.isMerged(p) {
		out = append(out, Event{Reason: string(ReasonConsolidated), Action: actionSync, Now: true,
			Note: "host " + p.HostID + " was merged into that of Host " + v.in.Host.Ref.Name + " in Scanopy"})
	}
	if d := p.Deletion; d != nil && d.Event != "" && v.hosts[p.Ref].HasFinalizer {
		out = append(out, Event{Warning: true, Reason: string(ReasonOrphaned), Action: actionDelete, Note: joinMessages([]string{d.Event}), Now: true})
	}
	return out
}

// isParting says that the rows of a Host are still on the host that it was part of.
func (v *view) isParting(ref Ref) bool {
	for _, f := range v.findings[ref] {
		if f.Condition == Synced && f.Reason == ReasonDependencyNotReady && f.Item.isWhole() {
			return true
		}
	}
	return false
}

// partMarks are the changes of a consolidated Host's metadata: it is held while rows of it are on the root's host.
func (v *view) partMarks(h *HostDecl, p *PartHost) Marks {
	if p.Deletion != nil {
		return Marks{RemoveFinalizer: p.Deletion.Action == ReleaseHost && h.HasFinalizer}
	}
	merged := v.isMerged(p) && v.j.Fate == Write
	whole := merged && v.isWhole()
	return Marks{Hold: merged && !h.HasFinalizer && v.hostID() != "", ClearCreating: !h.Creating.IsZero() && whole,
		ClearMerging: len(h.Merging) > 0 && whole}
}

// syncedWithRoot says that the root is in the backend as it is declared, which a consolidated Host shares with it.
func (v *view) syncedWithRoot(m *Meta) (verdict, bool) {
	if v.part(m.Ref) == nil {
		return verdict{}, true
	}
	root := &v.in.Host.Meta
	of := v.synced(root, v.accepted(root.Ref), v.resolved(root.Ref))
	if of.ok || root.Deleting {
		return verdict{}, true
	}
	reason := ReasonDependencyNotReady
	if isInterimReason(of.reason) {
		reason = of.reason
	}
	return verdict{false, reason, joinMessages([]string{v.object(m.Ref, root.Ref) + " is not in sync (" + string(of.reason) + ")"})}, false
}
