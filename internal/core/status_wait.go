// SPDX-License-Identifier: Apache-2.0

package core

// waitOf is why an accepted object is not in the backend as declared; nil when it is.
func (v *view) waitOf(m *Meta) *wait {
	if w := v.progress.of(m.Ref, v.items(m.Ref)); w != nil {
		return w
	}
	if v.progress.blocked != nil {
		return nil // it was synced before, and nothing is known that says otherwise
	}
	if row, ok := v.desired[v.mainItem(m.Ref)]; ok && row.fate == Write && v.progress.exists(v.mainItem(m.Ref), row) {
		return v.waitsForRows(m.Ref)
	}
	if w := v.waitsForParent(m.Ref); w != nil {
		return w
	}
	return v.waitsForRows(m.Ref)
}

// waitsForParent says what stands above an object that can't be written.
func (v *view) waitsForParent(ref Ref) *wait {
	parent, ok := v.parent(ref)
	if !ok {
		return nil
	}
	m := v.metas[parent]
	switch {
	case m == nil:
		return &wait{ReasonDependencyNotReady, v.object(ref, parent) + " is not there"}
	case m.Deleting:
		return &wait{ReasonDeleting, v.object(ref, parent) + " is being deleted"}
	}
	if f, ok := v.blocker(parent); ok {
		return &wait{ReasonDependencyNotReady, v.object(ref, parent) + " is not written (" + string(f.Reason) + ")"}
	}
	return v.waitsForParent(parent)
}

// blocker is a finding that keeps an object and all that hangs on it out of the backend.
func (v *view) blocker(ref Ref) (Finding, bool) {
	if ref.Kind == KindHost && v.j.Fate != Keep && v.hostID() != "" {
		return Finding{}, false // the others go on if the backend host exists
	}
	for _, f := range v.findings[ref] {
		whole := f.Item.isWhole() || (ref.Kind == KindHost && v.j.Fate == Keep)
		if whole && !f.Status && !f.isAside() {
			return f, true
		}
	}
	return Finding{}, false
}

// waitsForRows says that something of the object is wanted and not there. What is a duplicate of another one, or
// superseded by it, waits for that.
func (v *view) waitsForRows(ref Ref) *wait {
	if ref.Kind == KindHost && v.hostID() == "" {
		return &wait{ReasonPending, "not written yet"}
	}
	for _, item := range v.items(ref) {
		row, ok := v.desired[item]
		if !ok {
			continue
		}
		if w := v.waitsForRow(item, row); w != nil {
			return w
		}
	}
	return nil
}

func (v *view) waitsForRow(item Item, row desiredRow) *wait {
	switch {
	case row.outcome == OutcomeDuplicate || row.outcome == OutcomeSuperseded:
		if row.by == nil || row.by.Item.Object == item.Object {
			return nil
		}
		if w, ok := v.progress.waits[row.by.Item]; ok {
			return &w
		}
	case row.fate == Write && (row.outcome == "" || row.outcome == OutcomeEffective) && !v.progress.exists(item, row):
		return &wait{ReasonPending, "not written yet"}
	}
	return nil
}
