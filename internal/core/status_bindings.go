// SPDX-License-Identifier: Apache-2.0

package core

// outcome is what became of a binding.
func (v *view) outcome(item Item) Outcome {
	if f, ok := v.against(item); ok {
		if f.Condition == Accepted {
			return OutcomeRejected
		}
		return OutcomePending
	}
	if row, ok := v.desired[item]; ok && row.outcome != "" {
		return row.outcome
	}
	for _, f := range v.byItem[item] {
		switch {
		case f.Status && f.Reason == ReasonDuplicate:
			return OutcomeDuplicate
		case f.Status && f.Reason == ReasonSuperseded:
			return OutcomeSuperseded
		}
	}
	if row, ok := v.desired[item]; ok && row.fate == Write {
		return OutcomeEffective
	}
	return OutcomePending
}

// against is the finding that keeps a binding from holding: its own, or that of the service that it is written in.
func (v *view) against(item Item) (Finding, bool) {
	places := []Item{item}
	switch {
	case item.Object.Kind == KindBinding:
		places = append(places, Item{Object: item.Object})
	case item.Part == PartInlineBinding:
		places = append(places, Item{Object: item.Object, Part: PartService, Index: item.Index}, Item{Object: item.Object})
	case item.Part == PartBinding:
		places = append(places, Item{Object: item.Object})
	}
	for _, t := range []ConditionType{Accepted, ResolvedRefs} {
		for _, place := range places {
			for _, f := range v.byItem[place] {
				if f.Condition == t && !f.Status && !f.isAside() {
					return f, true
				}
			}
		}
	}
	return Finding{}, false
}

// binding is one entry of the effective set of a service.
func (v *view) binding(reader Ref, item Item, spec BindingSpec) EffectiveBinding {
	out := EffectiveBinding{
		Type: spec.Type, Host: spec.Host, Interface: spec.Interface, Port: spec.Port, Outcome: v.outcome(item),
		Origin: item.Object, OriginItem: item.String(),
	}
	row, known := v.desired[item]
	if known && (out.Outcome == OutcomeEffective || row.row >= 0) && v.progress.exists(item, row) {
		out.ID = row.id
	}
	if out.Outcome == OutcomeEffective {
		return out
	}
	if f, ok := v.against(item); ok {
		out.Reason, out.Message, out.By = f.Reason, joinMessages([]string{v.sentenceTo(reader, f)}), v.firstParty(reader, f)
		return out
	}
	for _, f := range v.byItem[item] {
		if f.Condition == Accepted && f.Status {
			out.Reason, out.Message, out.By = f.Reason, joinMessages([]string{v.sentenceTo(reader, f)}), v.firstParty(reader, f)
			return out
		}
	}
	if out.Reason = ReasonDependencyNotReady; out.Outcome != OutcomePending {
		out.Reason = Reason(out.Outcome)
	}
	if known && row.by != nil {
		out.By = v.reference(reader, *row.by)
	}
	return out
}

func (v *view) firstParty(reader Ref, f Finding) *Reference {
	if len(f.Parties) == 0 {
		return nil
	}
	return v.reference(reader, f.Parties[0])
}

// by is whom the object as a whole duplicates, is superseded by or lost against.
func (v *view) by(ref Ref) *Reference {
	for _, f := range v.findings[ref] {
		if f.Condition == Accepted && len(f.Parties) > 0 && f.Item.isWhole() {
			return v.firstParty(ref, f)
		}
	}
	for _, f := range v.findings[ref] {
		if f.Condition == Accepted && !f.Status && len(f.Parties) > 0 {
			return v.firstParty(ref, f)
		}
	}
	return nil
}

// serviceBindings are the bindings of a Service: its own, then those of Binding objects in order of precedence.
func (v *view) serviceBindings(s *ServiceDecl) []EffectiveBinding {
	out := make([]EffectiveBinding, 0, len(s.Bindings)+len(v.attached[s.Ref]))
	for i, spec := range s.Bindings {
		out = append(out, v.binding(s.Ref, Item{Object: s.Ref, Part: PartBinding, Index: i}, spec))
	}
	for _, b := range v.attached[s.Ref] {
		out = append(out, v.binding(s.Ref, v.mainItem(b.Ref), b.Spec))
	}
	return out
}

// countBindings counts bindings by verdict.
func countBindings(all []EffectiveBinding) Counts {
	c := Counts{Declared: len(all)}
	for _, b := range all {
		switch b.Outcome {
		case OutcomeEffective, OutcomeDuplicate, OutcomeSuperseded:
			c.Accepted++
		case OutcomeRejected:
			c.Rejected++
		case OutcomePending:
		}
	}
	return c
}

func (c *Counts) add(o Counts) {
	c.Declared += o.Declared
	c.Accepted += o.Accepted
	c.Rejected += o.Rejected
}

// serviceStatus is what a Service's status says beyond the common part.
func (v *view) serviceStatus(s *ServiceDecl) *ServiceStatus {
	all := v.serviceBindings(s)
	out := &ServiceStatus{Bindings: all[:min(len(all), MaxListed)], Counts: countBindings(all)}
	if row, ok := v.desired[Item{Object: s.Ref}]; ok && v.progress.exists(Item{Object: s.Ref}, row) {
		out.HostID = v.hostID()
	}
	return out
}
