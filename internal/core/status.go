// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// Status says what became of each object of the group, in order of precedence. It is a function of its arguments: the
// same ones give the same bytes, and without a change there is no event. What goes with its namespace gets none.
func Status(in Input, j Judgement, p Plan, r Result) []MemberStatus {
	v := newView(&in, &j, &p, &r)
	metas := make([]*Meta, 0, 1+len(in.Consolidated)+len(in.Services)+len(in.Bindings))
	for _, h := range in.hosts() {
		metas = append(metas, &h.Meta)
	}
	for i := range in.Services {
		metas = append(metas, &in.Services[i].Meta)
	}
	for i := range in.Bindings {
		metas = append(metas, &in.Bindings[i].Meta)
	}
	slices.SortFunc(metas, comparePrecedence)
	out := make([]MemberStatus, 0, len(metas))
	for _, m := range metas {
		if !v.goesUnseen(m) {
			out = append(out, v.member(m))
		}
	}
	return out
}

// goesUnseen says that an object goes with the namespace of its Host and nothing holds it: a status would only slow down
// the deletion of thousands.
func (v *view) goesUnseen(m *Meta) bool {
	h := v.in.Host
	return h != nil && h.NamespaceDeleting && m.Ref.Kind != KindHost && m.Ref.Namespace == h.Ref.Namespace
}

// view is what Status looks things up in. Its maps are never ranged over into an output.
type view struct {
	*narrator
	in *Input
	j  *Judgement
	p  *Plan
	r  *Result
	// findings are those of each object, in the order of its manifest; byItem those of each item.
	findings map[Ref][]Finding
	byItem   map[Item][]Finding
	desired  map[Item]desiredRow
	// own are the bindings of each Service, in the order of their list, then those of Binding objects.
	attached map[Ref][]*BindingDecl
	shadows  map[Ref][]Shadow
	progress *progress
}

// desiredRow is what the judgement wants of an item.
type desiredRow struct {
	fate    Fate
	id      string
	row     int
	outcome Outcome // of a binding
	by      *Party
}

func newView(in *Input, j *Judgement, p *Plan, r *Result) *view {
	v := &view{
		narrator: newNarrator(in), in: in, j: j, p: p, r: r,
		findings: map[Ref][]Finding{}, byItem: map[Item][]Finding{}, desired: desiredRows(&j.Host),
		attached: map[Ref][]*BindingDecl{}, shadows: map[Ref][]Shadow{},
	}
	for _, f := range slices.Concat(j.Findings, echoes(in, j, p, r)) {
		v.findings[f.Item.Object] = append(v.findings[f.Item.Object], f)
	}
	for _, all := range v.findings {
		slices.SortFunc(all, compareFindings)
		for _, f := range all {
			v.byItem[f.Item] = append(v.byItem[f.Item], f)
		}
	}
	for i := range in.Bindings {
		b := &in.Bindings[i]
		v.attached[b.Service] = append(v.attached[b.Service], b)
	}
	for ref := range v.attached {
		slices.SortFunc(v.attached[ref], func(a, b *BindingDecl) int { return comparePrecedence(&a.Meta, &b.Meta) })
	}
	for _, s := range j.Shadows {
		v.shadows[s.Winner.Object] = append(v.shadows[s.Winner.Object], s)
	}
	v.progress = newProgress(v)
	return v
}

// desiredRows indexes the desired host by item.
func desiredRows(d *Desired) map[Item]desiredRow {
	out := map[Item]desiredRow{}
	for _, i := range d.Interfaces {
		for _, item := range append([]Item{i.Item}, i.Others...) {
			out[item] = desiredRow{fate: i.Fate, id: i.ID, row: i.Row}
		}
	}
	for _, p := range d.Ports {
		for _, item := range append([]Item{p.Item}, p.Others...) {
			out[item] = desiredRow{fate: p.Fate, id: p.ID, row: p.Row}
		}
	}
	for _, s := range d.Services {
		for _, item := range append([]Item{s.Item}, s.Items...) {
			out[item] = desiredRow{fate: s.Fate, id: s.ID, row: s.Row}
		}
		for _, b := range s.Bindings {
			out[b.Item] = desiredRow{fate: b.Fate, id: b.ID, row: b.Row, outcome: b.Outcome, by: b.By}
		}
	}
	return out
}

// member is the whole status of one object.
func (v *view) member(m *Meta) MemberStatus {
	c := v.conditions(m)
	out := MemberStatus{
		Ref: m.Ref, UID: m.UID, Generation: m.Generation, Conditions: c.list(m.Generation),
		HandledReconcileAt: m.ReconcileRequestedAt, By: v.by(m.Ref), Hold: c.interim, Blind: v.isBlind(),
	}
	out.Elsewhere = v.isElsewhere(m)
	if out.Blind {
		out.HandledReconcileAt = ""
	}
	out.Shadows, out.ShadowCount = v.shadowsOf(m.Ref)
	switch m.Ref.Kind {
	case KindHost:
		h := v.hosts[m.Ref]
		out.Host = v.hostStatus(h)
		if p := v.part(m.Ref); p != nil {
			out.ID, out.Marks = v.partID(p), v.partMarks(h, p)
		} else {
			out.ID, out.Marks = v.hostID(), v.marks()
		}
	case KindService:
		out.ID = v.rowID(m)
		out.Service = v.serviceStatus(v.services[m.Ref])
	case KindBinding:
		out.ID = v.rowID(m)
		out.Binding = &BindingStatus{Outcome: v.outcome(v.mainItem(m.Ref)), Binds: v.bindings[m.Ref].Spec.binds()}
	}
	out.Events = v.events(m, c)
	return out
}

// isBlind says that there is a backend which has not been seen: what is known of it stands as it was.
func (v *view) isBlind() bool { return v.in.Host != nil && !v.in.Observed.Known }

// binds says in short what is bound.
func (s BindingSpec) binds() string {
	switch {
	case s.Type == BindInterface:
		return s.Interface
	case s.Interface == "":
		return s.Port
	}
	return s.Port + "@" + s.Interface
}
