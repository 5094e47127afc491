// SPDX-License-Identifier: Apache-2.0

package core

// inlineServices tells of the services that the Host itself declares; over all of them at most MaxListed bindings.
func (v *view) inlineServices(h *HostDecl, out *HostStatus) {
	room := MaxListed
	for i, s := range h.Services {
		item := Item{Object: h.Ref, Part: PartService, Index: i}
		entry := InlineServiceStatus{Name: s.Name}
		if row, ok := v.desired[item]; ok && v.progress.exists(item, row) {
			entry.ID = row.id
		}
		all := make([]EffectiveBinding, 0, len(s.Bindings))
		for j, spec := range s.Bindings {
			all = append(all, v.binding(h.Ref, Item{Object: h.Ref, Part: PartInlineBinding, Index: i, Sub: j}, spec))
		}
		entry.Counts = countBindings(all)
		entry.Bindings = all[:min(len(all), room)]
		room -= len(entry.Bindings)
		verdict := v.inlineVerdict(item, &entry)
		out.Bindings.add(entry.Counts)
		out.Services.add(verdict)
		out.InlineServices = append(out.InlineServices, entry)
	}
}

// inlineVerdict says what became of an inline service, by its own findings and those of its bindings.
func (v *view) inlineVerdict(item Item, entry *InlineServiceStatus) Counts {
	out := Counts{Declared: 1}
	f, ok := v.worst(item)
	if ok {
		entry.Reason, entry.By = f.Reason, v.firstParty(item.Object, f)
	}
	switch {
	case !ok || f.Status:
		out.Accepted = 1
	case f.Condition == Accepted:
		out.Rejected = 1
	}
	return out
}

// worst is the finding that says most about an inline service: a refusal, else what is missing, else what satisfies it.
func (v *view) worst(item Item) (worst Finding, ok bool) {
	for _, f := range v.findings[item.Object] {
		if isAbout(f, item) && (!ok || badness(f) > badness(worst)) {
			worst, ok = f, true
		}
	}
	return worst, ok
}

// isAbout says that a finding is about an inline service, one of its bindings, or the whole Host.
func isAbout(f Finding, service Item) bool {
	switch {
	case f.isAside():
		return false
	case f.Item == service:
		return true
	case f.Item.Part == PartInlineBinding && f.Item.Index == service.Index:
		return !f.Status
	}
	return f.Item.isWhole() && !f.Status && f.Condition != Synced
}

func badness(f Finding) int {
	switch {
	case f.Status:
		return 0
	case f.Condition != Accepted:
		return 1
	}
	return 2
}

// countServices adds the Service objects and their bindings to the counts.
func (v *view) countServices(h *HostDecl, out *HostStatus) {
	for i := range v.in.Services {
		s := &v.in.Services[i]
		if s.Host != h.Ref {
			continue
		}
		out.Services.Declared++
		switch accepted, resolved := v.accepted(s.Ref), v.resolved(s.Ref); {
		case !accepted.ok:
			out.Services.Rejected++
		case resolved.ok:
			out.Services.Accepted++
		}
		out.Bindings.add(countBindings(v.serviceBindings(s)))
	}
}
