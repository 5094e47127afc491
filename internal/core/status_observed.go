// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
)

// maxPending bounds a pending change, in bytes.
const maxPending = 512

// compared is what Synced says of a Host that is only observed, and of what is on it.
func (v *view) compared(m *Meta) verdict {
	if w := v.progress.blocked; w != nil && !m.wasObserved() {
		return verdict{false, w.reason, joinMessages([]string{w.message})}
	}
	text := "compared with Scanopy and not written (managementPolicy: ObserveOnly); "
	if !v.differs(m.Ref) {
		return verdict{true, ReasonObserved, text + "nothing differs"}
	}
	if m.Ref.Kind == KindHost {
		return verdict{true, ReasonObserved, text + "status.pendingChanges lists what differs"}
	}
	return verdict{true, ReasonObserved, text + "status.pendingChanges of its Host lists what differs"}
}

// wasObserved says that the object, as it is now, has been compared before.
func (m *Meta) wasObserved() bool {
	c, ok := m.prior(Synced)
	return ok && c.True && c.Reason == string(ReasonObserved) && c.ObservedGeneration == m.Generation
}

// differs says that something would be written for an object; for a Host also what nobody declares any more.
func (v *view) differs(ref Ref) bool {
	for _, n := range v.p.Notes {
		if n.Item.Object == ref || ref.Kind == KindHost && n.Item.Object == (Ref{}) {
			return true
		}
	}
	return slices.ContainsFunc(v.items(ref), func(item Item) bool {
		row, ok := v.desired[item]
		return ok && row.row < 0 && (row.outcome == "" || row.outcome == OutcomeEffective)
	})
}

// pending says what would be written of a Host that is only observed, and of what is on it.
func (v *view) pending() []string {
	h := v.in.Host
	if !h.Observes || v.j.Deletion != nil {
		return nil
	}
	var out []string
	for _, n := range v.p.Notes {
		out = append(out, clip(v.pendingText(h.Ref, n), maxPending))
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if more := len(out) - MaxListed; more > 0 {
		out = append(out[:MaxListed-1:MaxListed-1], "and "+strconv.Itoa(more+1)+" more")
	}
	return out
}

// pendingText is a note to the reader of the Host. Of what others attach it says whose it is.
func (v *view) pendingText(reader Ref, n Note) string {
	switch object := n.Item.Object; {
	case object == reader || object == (Ref{}):
		return n.Text
	case !v.maySee(reader, object):
		return v.object(reader, object) + ": changed"
	default:
		return v.object(reader, object) + ": " + n.Text
	}
}
