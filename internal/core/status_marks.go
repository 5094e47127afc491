// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
	"time"
)

// OriginCreated is the origin of a backend host that was made for its Host.
const OriginCreated = "created"

// originAdopted begins the origin of one that was there before.
const originAdopted = "adopted:"

// FormatAdopted is the origin of a backend host that was adopted.
func FormatAdopted(hostID string) string { return originAdopted + hostID }

// FormatOrigin is the value of the annotation origin: the origin and the uid of the object, apart by a space.
func FormatOrigin(origin, uid string) string { return origin + " " + uid }

// ParseOrigin reads it; "" if it is of an object with another uid.
func ParseOrigin(value, uid string) string {
	origin, of, ok := strings.Cut(value, " ")
	if !ok || of != uid || uid == "" {
		return ""
	}
	return origin
}

// FormatCreating is the value of the annotation creating: the newest created_at of the network, and the uid of the
// object, apart by a space. A network without hosts has the time 0 of Unix.
func FormatCreating(newest time.Time, uid string) string {
	if newest.IsZero() {
		newest = time.Unix(0, 0)
	}
	return newest.UTC().Format(time.RFC3339Nano) + " " + uid
}

// ParseCreating reads it; zero if it is of an object with another uid.
func ParseCreating(value, uid string) time.Time {
	text, of, ok := strings.Cut(value, " ")
	if !ok || of != uid || uid == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

// marks are the changes of the Host's metadata.
func (v *view) marks() Marks {
	h, d := v.in.Host, v.j.Deletion
	if d != nil {
		gone := d.Action == ReleaseHost || (d.Action == DeleteHost && v.isDeleted())
		return Marks{RemoveFinalizer: gone && h.HasFinalizer}
	}
	whole := v.j.Fate == Write && v.isWhole()
	out := Marks{ClearCreating: !h.Creating.IsZero() && whole, ClearMerging: len(h.Merging)+len(v.p.Remember) > 0 && whole}
	out.Hold = !h.HasFinalizer && v.j.Fate == Write && v.hostID() != ""
	if origin := v.origin(); origin != h.Origin {
		out.Origin = origin
	}
	return out
}

// origin is where the backend host comes from, as far as this round has shown it. What stands is only corrected when the
// Host has made another one, adopted one, or was merged into one that was there before.
func (v *view) origin() string {
	t := &v.j.Target
	switch {
	case v.hasCreated():
		return OriginCreated
	case t.Adopts && !v.isAdopted():
		return ""
	case v.in.Host.Origin == "" || strings.HasPrefix(t.Origin, originAdopted):
		return t.Origin
	}
	return ""
}

// isAdopted says that what is adopted is the Host's by now: it was written, or there was nothing to write.
func (v *view) isAdopted() bool {
	switch {
	case v.j.Fate != Write:
		return false
	case len(v.p.Steps) == 0:
		return v.p.Blocked == "" && !v.r.Replan
	}
	return slices.ContainsFunc(v.r.Steps, func(s StepResult) bool { return s.Done })
}

// isWhole says that the backend host is as it is wanted and that nothing of its creation is open.
func (v *view) isWhole() bool {
	return v.progress.whole && v.hostID() != "" && v.in.Observed.Known && !v.r.Lost && !v.r.Replan && !v.j.Target.NeedList &&
		v.j.Target.Confirm == "" && v.waitsForRows(v.in.Host.Ref) == nil && !v.hasCopies()
}

// hasCopies says that half-made copies of the host are there which this plan was not about yet.
func (v *view) hasCopies() bool {
	return len(v.j.Target.HalfMade) > 0 && !slices.ContainsFunc(v.p.Steps, func(s Step) bool { return s.Kind == StepDeleteHost })
}

// hasCreated says that this run made the backend host.
func (v *view) hasCreated() bool {
	for i, s := range v.r.Steps {
		if i < len(v.p.Steps) && s.Done && v.p.Steps[i].Kind == StepCreateHost {
			return true
		}
	}
	return false
}

// isDeleted says that every backend host that the deletion names is gone.
func (v *view) isDeleted() bool {
	gone := map[string]bool{}
	for i, s := range v.r.Steps {
		if i < len(v.p.Steps) && s.Done && v.p.Steps[i].Kind == StepDeleteHost {
			gone[v.p.Steps[i].HostID] = true
		}
	}
	for _, id := range v.j.Deletion.HostIDs {
		if !gone[id] {
			return false
		}
	}
	return true
}
