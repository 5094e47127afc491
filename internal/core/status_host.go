// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// hostID is the id of the backend host after the run. What was there before stays until it is known to be gone.
func (v *view) hostID() string {
	switch {
	case v.j.Target.Adopts && !v.isAdopted():
		return "" // what the Host had before is gone, and this is not its own yet
	case v.r.HostID != "":
		return v.r.HostID
	case v.j.Target.HostID != "":
		return v.j.Target.HostID
	case v.in.Host == nil || v.hasMoved() || v.j.Target.IsOthers || slices.Contains(v.in.Observed.Confirmed, v.in.Host.PriorID):
		return ""
	}
	return v.in.Host.PriorID
}

// hasMoved says that the Host was led to another network, and that this was accepted.
func (v *view) hasMoved() bool {
	h, now := v.in.Host, v.in.Backend.Pin
	return h.Pinned != (Pin{}) && now != (Pin{}) && now != h.Pinned && h.AcceptBackend == now.NetworkID
}

// pin is what a Host resolved to when its backend host was made or found.
func (v *view) pin(h *HostDecl) Pin {
	if h.Pinned != (Pin{}) && (h != v.in.Host || !v.hasMoved()) {
		return h.Pinned
	}
	if v.hostID() == "" || h.Mismatch {
		return Pin{}
	}
	return v.in.Backend.Pin
}

// observed is the backend host as it was seen last; nil when it was not.
func (v *view) observed() *ObservedHost {
	if v.r.After != nil {
		return v.r.After
	}
	if i := v.j.Target.Index; v.j.Target.HostID != "" && i >= 0 && i < len(v.in.Observed.Hosts) {
		return &v.in.Observed.Hosts[i]
	}
	return nil
}

// hostStatus is what the Host's status says beyond the common part.
func (v *view) hostStatus(h *HostDecl) *HostStatus {
	out := &HostStatus{Pin: v.pin(h), ConsolidatedInto: v.into(h)}
	if h == v.in.Host {
		v.rootStatus(out)
	}
	if v.in.Backend.Found && !h.Mismatch {
		out.BackendKind, out.BackendName = v.in.Backend.Kind, v.in.Backend.Name
		out.URL = v.urlOf(h)
	}
	for i, decl := range h.Interfaces {
		out.Interfaces = v.named(out.Interfaces, Item{Object: h.Ref, Part: PartInterface, Index: i}, decl.Name)
	}
	for i, decl := range h.Ports {
		out.Ports = v.named(out.Ports, Item{Object: h.Ref, Part: PartPort, Index: i}, decl.Name)
	}
	v.inlineServices(h, out)
	v.countServices(h, out)
	return out
}

// urlOf is where a Host's backend host is seen: its own, or that of the root which it is part of.
func (v *view) urlOf(h *HostDecl) string {
	id := v.hostID()
	if p := v.part(h.Ref); p != nil {
		id = cmp.Or(v.partID(p), id)
	}
	if id == "" || v.in.Backend.URL == "" {
		return ""
	}
	return strings.TrimRight(v.in.Backend.URL, "/") + "/?modal=host-editor&id=" + id
}

// rootStatus is what only the status of a root says.
func (v *view) rootStatus(out *HostStatus) {
	out.Discovered, out.Retained, out.Pending = v.j.Discovered, retainedRows(v.j.Retained), v.pending()
	if o := v.observed(); o != nil {
		out.Source = o.Source
	}
}

// named adds a declared row that is there.
func (v *view) named(to []Named, item Item, name string) []Named {
	row, ok := v.desired[item]
	if !ok || row.id == "" || !v.progress.exists(item, row) {
		return to
	}
	return append(to, Named{Name: name, ID: row.id})
}

// retainedRows are the rows that had to stay, at most MaxListed.
func retainedRows(rows []RowRef) []RetainedRow {
	var out []RetainedRow
	for _, r := range rows {
		if r.Kind == RowInterface || r.Kind == RowPort {
			name := strings.TrimPrefix(strings.TrimPrefix(r.Text, "interface "), "port ")
			out = append(out, RetainedRow{Kind: r.Kind, ID: r.ID, Name: name})
		}
	}
	slices.SortFunc(out, func(a, b RetainedRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), MaxListed)]
}

// rowID is the id of the row that the object is, once it is there. What was not seen stands as it was.
func (v *view) rowID(m *Meta) string {
	item := v.mainItem(m.Ref)
	row, ok := v.desired[item]
	switch {
	case ok && row.outcome != OutcomeDuplicate && row.outcome != OutcomeSuperseded && v.progress.exists(item, row):
		return row.id
	case v.isBlind():
		return m.PriorID
	}
	return ""
}

// shadowsOf lists whom the object or its items shadow, sorted.
func (v *view) shadowsOf(ref Ref) ([]ShadowEntry, int) {
	all := slices.Clone(v.shadows[ref])
	slices.SortFunc(all, func(a, b Shadow) int {
		return cmp.Or(
			compareForReaders(a.Loser.Object, b.Loser.Object),
			compareInManifest(a.Loser, b.Loser),
			cmp.Compare(a.Reason, b.Reason),
		)
	})
	all = slices.CompactFunc(all, func(a, b Shadow) bool { return a.Loser == b.Loser && a.Reason == b.Reason })
	var out []ShadowEntry
	for _, s := range all[:min(len(all), MaxShadows)] {
		by := v.reference(ref, Party{Item: s.Loser})
		out = append(out, ShadowEntry{
			Kind: by.Kind, Namespace: by.Namespace, Name: by.Name, Item: by.Item, Reason: s.Reason,
		})
	}
	return out, len(all)
}
