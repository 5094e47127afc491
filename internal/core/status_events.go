// SPDX-License-Identifier: Apache-2.0

package core

// The actions of events.
const (
	actionJudge  = "Judge"
	actionSync   = "Sync"
	actionRepair = "Repair"
	actionDelete = "Delete"
)

// events are what is told beside the status: a root that becomes ready or ceases to be, a rejection that comes or
// goes, and what can't be taken back.
func (v *view) events(m *Meta, c conditionSet) []Event {
	if h := v.in.Host; h != nil && h.NamespaceDeleting && m.Ref.Namespace == h.Ref.Namespace {
		return nil // Kubernetes takes no events in a namespace that is being deleted
	}
	var out []Event
	root := m.Ref.Kind == KindHost
	ready, _ := m.prior(Ready)
	accepted, judged := m.prior(Accepted)
	switch {
	case m.Deleting:
	case !c.accepted.ok && (!judged || accepted.True || accepted.Reason != string(c.accepted.reason)):
		out = append(out, Event{Warning: true, Reason: string(c.accepted.reason), Action: actionJudge, Note: c.accepted.message})
	case root && c.ready.ok && !ready.True:
		out = append(out, Event{Reason: string(c.ready.reason), Action: actionSync, Note: c.ready.message})
	case root && !c.ready.ok && ready.True:
		out = append(out, Event{Warning: true, Reason: string(c.ready.reason), Action: actionSync, Note: c.ready.message})
	case c.accepted.ok && judged && !accepted.True:
		out = append(out, Event{Reason: string(ReasonAccepted), Action: actionJudge, Note: "accepted, no longer " + accepted.Reason})
	}
	if p := v.part(m.Ref); p != nil {
		out = append(out, v.partActs(p)...)
	} else if root {
		out = append(out, v.acts(m)...)
	}
	if root {
		out = append(out, blockedDeletion(m, c)...)
	}
	return out
}

// blockedDeletion tells once why an object that is being deleted stays.
func blockedDeletion(m *Meta, c conditionSet) []Event {
	reason := c.synced.reason
	if !m.Deleting || reason == ReasonDeleting || isInterimReason(reason) {
		return nil
	}
	if told, ok := m.prior(Synced); ok && told.Reason == string(reason) && told.ObservedGeneration == m.Generation {
		return nil
	}
	return []Event{{
		Warning: true, Reason: string(ReasonDeletionBlocked), Action: actionDelete,
		Note: joinMessages([]string{string(reason) + ": " + c.synced.message}), Now: true,
	}}
}

// acts are the events of what was done: repairs, deletions, and what was let go.
func (v *view) acts(m *Meta) []Event {
	var out []Event
	for _, n := range Repairs(*v.p, *v.r) {
		text := n.Text
		if n.Item.Object != (Ref{}) && !v.maySee(m.Ref, n.Item.Object) {
			text = v.object(m.Ref, n.Item.Object) + ": repaired"
		}
		out = append(out, Event{Reason: "Repaired", Action: actionRepair, Note: joinMessages([]string{text}), Now: true})
	}
	d := v.j.Deletion
	if t := &v.j.Target; d == nil && t.Adopts && v.isAdopted() {
		note := "host " + tellHost(&v.in.Observed.Hosts[t.Index], "") + " is adopted; what was found on it stays"
		out = append(out, Event{Reason: "Adopted", Action: actionSync, Note: joinMessages([]string{note}), Now: true})
	}
	switch {
	case d == nil && v.hasMoved() && v.in.Host.PriorID != "":
		out = append(out, Event{
			Warning: true, Reason: string(ReasonOrphaned), Action: actionSync,
			Note: "host " + v.in.Host.PriorID + " of the former network is left in Scanopy as it is",
		})
	case d == nil || !v.in.Host.HasFinalizer:
	case d.Event != "" && (d.Action == ReleaseHost || v.isDeleted()):
		out = append(out, Event{
			Warning: true, Reason: string(ReasonOrphaned), Action: actionDelete, Note: joinMessages([]string{d.Event}), Now: true,
		})
	case d.Action == DeleteHost && v.isDeleted():
		note := "deleted in Scanopy"
		if m.PriorID != "" {
			note += " (id " + m.PriorID + ")"
		}
		out = append(out, Event{Reason: "Deleted", Action: actionDelete, Note: note, Now: true})
	}
	return out
}
