// SPDX-License-Identifier: Apache-2.0

package core

// synced says whether the backend shows what the object declares, and if not why.
func (v *view) synced(m *Meta, accepted, resolved verdict) verdict {
	if m.Deleting {
		return v.deleting(m)
	}
	holder, paused := v.pausedBy(m.Ref)
	if bad, ok := v.fault(m.Ref, Synced); ok && (!paused || bad.reason != ReasonDependencyNotReady) {
		return bad
	}
	if bad, ok := v.refused(m); ok {
		return bad
	}
	switch {
	case accepted.reason == ReasonUnknownServiceDefinition && !accepted.ok:
		return verdict{false, accepted.reason, `Scanopy shows a service as "` + missingService + `", see Accepted`}
	case !accepted.ok:
		return verdict{false, accepted.reason, "what is refused is not written, see Accepted"}
	case !resolved.ok:
		return verdict{false, resolved.reason, "what was not found is not written, see ResolvedRefs"}
	}
	if paused {
		return verdict{v.stands(m.Ref), ReasonPaused, holder + " is paused; nothing is written"}
	}
	if v.in.Host != nil && v.in.Host.Observes {
		return v.compared(m)
	}
	if w := v.waitOf(m); w != nil {
		return verdict{false, w.reason, joinMessages([]string{w.message})}
	}
	if waits, ok := v.syncedWithRoot(m); !ok {
		return waits
	}
	if f, ok := v.satisfied(m.Ref, Synced); ok {
		return verdict{true, f.Reason, joinMessages([]string{v.sentence(f)})}
	}
	return verdict{true, ReasonSynced, "Scanopy shows what is declared"}
}

// deleting is what an object that is being deleted waits for.
func (v *view) deleting(m *Meta) verdict {
	gone := verdict{false, ReasonDeleting, "being deleted"}
	d := v.j.Deletion
	if p := v.part(m.Ref); p != nil {
		d = p.Deletion
	}
	if m.Ref.Kind != KindHost || d == nil {
		return gone
	}
	if w := v.progress.of(m.Ref, v.items(m.Ref)); w != nil && !isInterimReason(w.reason) && d.Action == DeleteHost {
		return verdict{false, w.reason, joinMessages([]string{w.message})}
	}
	if d.Action == DeletionWaits && d.Reason != "" {
		gone.reason = d.Reason
	}
	if d.Message != "" {
		gone.message = joinMessages([]string{d.Message})
	}
	return gone
}

// refused tells of items that the server refused before and of which the judgement says nothing else.
func (v *view) refused(m *Meta) (verdict, bool) {
	var lines []string
	reason := ReasonBackendRejected
	for _, item := range v.items(m.Ref) {
		if len(v.byItem[item]) > 0 {
			continue
		}
		for _, r := range v.in.Rejected {
			if r.Item == item && r.Generation == m.Generation {
				if lines = append(lines, v.line(Finding{Item: item, Detail: r.Message})); len(lines) == 1 && r.Reason != "" {
					reason = r.Reason
				}
			}
		}
	}
	return verdict{false, reason, joinMessages(lines)}, lines != nil
}

// pausedBy names what holds an object as it is: itself, its Service, its Host or the Backend.
func (v *view) pausedBy(ref Ref) (holder string, paused bool) {
	for holder, ok := ref, true; ok; holder, ok = v.parent(holder) {
		if m := v.metas[holder]; m != nil && m.Paused {
			return v.object(ref, holder), true
		}
		if s := v.services[holder]; s != nil && !s.Permitted {
			return "", false // it is on no Host
		}
	}
	return v.in.Backend.Display, v.in.Backend.Paused && !v.in.Host.Observes
}

// parent is the object that another one is attached to.
func (v *view) parent(ref Ref) (Ref, bool) {
	if s := v.services[ref]; s != nil {
		return s.Host, true
	}
	if b := v.bindings[ref]; b != nil {
		return b.Service, true
	}
	if v.part(ref) != nil {
		return v.in.Host.Ref, true
	}
	return Ref{}, false
}

// stands says that the object was synced in this generation and, as far as the backend was seen, is still there.
func (v *view) stands(ref Ref) bool {
	m := v.metas[ref]
	c, ok := m.prior(Synced)
	if !ok || !c.True || c.ObservedGeneration != m.Generation {
		return false
	}
	return v.isBlind() || v.waitsForRows(ref) == nil
}

// mainItem is the item that the object's own row comes from.
func (v *view) mainItem(ref Ref) Item {
	if ref.Kind == KindBinding {
		return Item{Object: ref, Part: PartBinding}
	}
	return Item{Object: ref}
}

// items are all items of an object, in the order of its manifest.
func (v *view) items(ref Ref) []Item {
	out := []Item{{Object: ref}}
	switch ref.Kind {
	case KindHost:
		h := v.hosts[ref]
		for i := range h.Interfaces {
			out = append(out, Item{Object: ref, Part: PartInterface, Index: i})
		}
		for i := range h.Ports {
			out = append(out, Item{Object: ref, Part: PartPort, Index: i})
		}
		for i := range h.Absorb {
			out = append(out, Item{Object: ref, Part: PartAbsorb, Index: i})
		}
		for i, s := range h.Services {
			out = append(out, Item{Object: ref, Part: PartService, Index: i})
			for j := range s.Bindings {
				out = append(out, Item{Object: ref, Part: PartInlineBinding, Index: i, Sub: j})
			}
		}
	case KindService:
		for i := range v.services[ref].Bindings {
			out = append(out, Item{Object: ref, Part: PartBinding, Index: i})
		}
	case KindBinding:
		out = append(out, Item{Object: ref, Part: PartBinding})
	}
	return out
}
