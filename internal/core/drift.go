// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
	"time"
)

// The bounds of patience with whoever changes back what is declared (docs/drift.md).
const (
	// UndoneOften is how often a field may be undone within UndoneWithin before it is left alone for as long.
	UndoneOften  = 3
	UndoneWithin = time.Hour
)

// Undoing is a declared field that somebody changed in Scanopy, as a plan finds it.
type Undoing struct {
	Item  Item
	Field string
	// Generation of the item's object, and what its annotation reconcile-requested-at and that of its Host say: with
	// other ones the count begins again.
	Generation int64
	Asked      string
	// Found and Declared are the two values; both "" where a whole row is missing.
	Found, Declared string
}

// Undone is an Undoing with the times at which it was seen, oldest first, as far as they are remembered.
type Undone struct {
	Undoing

	At []time.Time
}

// Undoings lists the fields that a plan finds undone, whether or not it can repair them now.
func Undoings(in Input, p Plan) []Undoing {
	var out []Undoing
	for _, n := range p.Notes {
		if n.Repair {
			out = append(out, Undoing{Item: n.Item, Field: n.Field, Generation: generationOf(&in, n.Item.Object),
				Asked: askedOf(&in, n.Item.Object), Found: n.From, Declared: n.To})
		}
	}
	return out
}

// Repairs lists the notes of a plan on drift of which the run left nothing.
func Repairs(p Plan, r Result) []Note {
	done, open := map[Item]bool{}, map[Item]bool{}
	for i := range p.Steps {
		to := open
		if i < len(r.Steps) && r.Steps[i].Done {
			to = done
		}
		for _, item := range p.Steps[i].Items {
			to[item] = true
		}
	}
	var out []Note
	for _, n := range p.Notes {
		if n.Repair && done[n.Item] && !open[n.Item] {
			out = append(out, n)
		}
	}
	return out
}

// metaOf finds what an object of the group says about itself; nil when it is none.
func metaOf(in *Input, ref Ref) *Meta {
	for _, h := range in.hosts() {
		if h.Ref == ref {
			return &h.Meta
		}
	}
	for i := range in.Services {
		if in.Services[i].Ref == ref {
			return &in.Services[i].Meta
		}
	}
	for i := range in.Bindings {
		if in.Bindings[i].Ref == ref {
			return &in.Bindings[i].Meta
		}
	}
	return nil
}

func generationOf(in *Input, ref Ref) int64 {
	if m := metaOf(in, ref); m != nil {
		return m.Generation
	}
	return 0
}

func askedOf(in *Input, ref Ref) string {
	asked := ""
	if m := metaOf(in, ref); m != nil {
		asked = m.ReconcileRequestedAt
	}
	if in.Host != nil && in.Host.Ref != ref {
		asked += "\n" + in.Host.ReconcileRequestedAt
	}
	return asked
}

// IsStopped says that a field has been undone so often that it is left alone.
func (u *Undone) IsStopped(now time.Time) bool {
	last := len(u.At) - 1
	if last < UndoneOften-1 || now.Sub(u.At[last]) >= UndoneWithin {
		return false
	}
	return u.At[last].Sub(u.At[last+1-UndoneOften]) < UndoneWithin
}

// IsDisputed says that some field of the group is left alone because somebody changes it back.
func (in *Input) IsDisputed() bool {
	return slices.ContainsFunc(in.Undone, func(u Undone) bool { return u.IsStopped(in.Now) })
}

// StillUndone leaves of what was undone those fields that differ still: one that somebody put right is left alone no more.
func StillUndone(in Input) []Undone {
	if !in.IsDisputed() {
		return in.Undone
	}
	free := in
	free.Undone = nil
	p := ComputePlan(free, Judge(free), Policy{})
	if p.Blocked != "" || p.NeedList || !in.Observed.Known {
		return in.Undone // nobody can tell
	}
	return slices.DeleteFunc(slices.Clone(in.Undone), func(u Undone) bool {
		return u.IsStopped(in.Now) && !slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Item == u.Item && n.Field == u.Field })
	})
}

// isUndone tells of the fields of an item that are left alone.
func (j *judge) isUndone(item Item, generation int64) bool {
	var stopped []*Undone
	for i := range j.in.Undone {
		u := &j.in.Undone[i]
		if u.Item == item && u.Generation == generation && u.IsStopped(j.in.Now) && u.Asked == askedOf(j.in, item.Object) {
			stopped = append(stopped, u)
		}
	}
	slices.SortFunc(stopped, func(a, b *Undone) int { return strings.Compare(a.Field, b.Field) })
	for _, u := range stopped {
		j.find(Finding{Item: item, Condition: Synced, Reason: ReasonNonConverging, Detail: u.words(), Advice: u.advice()})
	}
	return len(stopped) > 0
}

func (u *Undone) advice() string {
	return "agree with them who decides, then change the spec, or to try at once: kubectl annotate " + kubectlName(u.Item.Object) +
		" inventory.scanopy.io/reconcile-requested-at=again --overwrite"
}

// words say which field is fought over, what each side wants and who the others may be.
func (u *Undone) words() string {
	text := u.Field + " was changed or removed in Scanopy three times within an hour"
	if u.Found != "" {
		text = u.Field + " was changed in Scanopy three times within an hour: declared here is " + clip(u.Declared, 200) +
			", Scanopy had " + clip(u.Found, 200)
	}
	text += "; it is left as it is until the spec changes or an hour has passed. Somebody edits it in Scanopy's web UI"
	if u.isDiscovered() {
		text += ", or a discovery of Scanopy fills it in"
	}
	return text
}

// isDiscovered says that discovery may write a field, too. It removes nothing.
func (u *Undone) isDiscovered() bool {
	if u.Found == "" {
		return false
	}
	switch ClassOf(u.Item, u.Field) {
	case ClassName, ClassHostname, ClassInterface, ClassPort, ClassService, ClassVirtualization:
		return true
	}
	return false
}

// isDisputed says that something of an object is left alone because somebody changes it back: none of its rows goes.
func (j *judge) isDisputed(m *member) bool {
	return slices.ContainsFunc(j.in.Undone, func(u Undone) bool {
		return u.Item.Object == m.meta.Ref && u.Generation == m.meta.Generation && u.IsStopped(j.in.Now) &&
			u.Asked == askedOf(j.in, m.meta.Ref)
	})
}

// kubectlName is how kubectl is told of an object.
func kubectlName(r Ref) string {
	short := map[Kind]string{KindHost: "schost", KindService: "scsvc", KindBinding: "scbind", KindCredential: "sccred"}[r.Kind]
	return short + " " + r.Name + " -n " + r.Namespace
}
