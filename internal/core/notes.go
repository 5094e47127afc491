// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
	"strings"
)

// vocabulary puts changes into words: it knows the names of rows by their ids, and which objects had been in sync, so
// that what differs on them now is somebody else's doing.
type vocabulary struct {
	in   Input
	want *Desired
	base *ObservedHost
	// rows and metas are made when the first word is needed: a converged group needs none.
	rows  map[string]string
	metas map[Ref]*Meta
	// sum and whole are what isRepair rests on, once asked for.
	sum   uint64
	whole *bool
}

func newVocabulary(in Input, want *Desired, base *ObservedHost) *vocabulary {
	return &vocabulary{in: in, want: want, base: base}
}

func (v *vocabulary) meta(r Ref) *Meta {
	if v.metas == nil {
		v.metas = make(map[Ref]*Meta, len(v.in.Services)+len(v.in.Bindings)+1)
		for _, h := range v.in.hosts() {
			v.metas[h.Ref] = &h.Meta
		}
		for i := range v.in.Services {
			v.metas[v.in.Services[i].Ref] = &v.in.Services[i].Meta
		}
		for i := range v.in.Bindings {
			v.metas[v.in.Bindings[i].Ref] = &v.in.Bindings[i].Meta
		}
	}
	return v.metas[r]
}

// isJudged says that the object's spec is the one that its status speaks of.
func (v *vocabulary) isJudged(r Ref) bool {
	m := v.meta(r)
	return m != nil && m.PriorObservedGeneration == m.Generation
}

// wasSynced says that the object, as it is now, had been written or was left to somebody who changes it back: what
// differs has drifted.
func (v *vocabulary) wasSynced(r Ref) bool {
	if !v.isJudged(r) {
		return false
	}
	written, itself := false, false
	for _, c := range v.meta(r).Prior {
		switch c.Type {
		case string(Synced):
			isWritten := c.True && c.Reason != string(ReasonObserved) || c.Reason == string(ReasonNonConverging)
			written = isWritten && c.ObservedGeneration == v.meta(r).Generation
		case string(Accepted):
			itself = c.Reason == string(ReasonAccepted) // a duplicate has no row of its own
		}
	}
	return written && itself
}

// isRepair says that what differs had been as it is wanted: the same was wanted when all was last written. Where that is
// not remembered, no object of the group may have changed and the one in question must have been in sync.
func (v *vocabulary) isRepair(item Item) bool {
	if v.in.Written != 0 {
		return v.in.Written == v.sumOnce()
	}
	return v.isJudgedWhole() && v.wasSynced(item.Object)
}

func (v *vocabulary) sumOnce() uint64 {
	if v.sum == 0 {
		v.sum = v.want.Sum()
	}
	return v.sum
}

// isJudgedWhole says that the specs of all objects of the group are those that their statuses speak of.
func (v *vocabulary) isJudgedWhole() bool {
	if v.whole == nil {
		whole := true
		for _, h := range v.in.hosts() {
			whole = whole && v.isJudged(h.Ref)
		}
		for i := range v.in.Services {
			whole = whole && v.isJudged(v.in.Services[i].Ref)
		}
		for i := range v.in.Bindings {
			whole = whole && v.isJudged(v.in.Bindings[i].Ref)
		}
		v.whole = &whole
	}
	return *v.whole
}

// names maps the ids of rows to words, those of the manifest before those that the server shows.
func (v *vocabulary) names() map[string]string {
	if v.rows != nil {
		return v.rows
	}
	v.rows = map[string]string{}
	if v.base != nil {
		v.nameObserved()
	}
	for i := range v.want.Interfaces {
		w := &v.want.Interfaces[i]
		v.rows[w.ID] = "interface " + w.Observed.Name
	}
	for i := range v.want.Ports {
		w := &v.want.Ports[i]
		v.rows[w.ID] = portText(ObservedPort{Number: w.Number, Protocol: w.Protocol})
	}
	for i := range v.want.Services {
		v.rows[v.want.Services[i].ID] = v.want.Services[i].Name
	}
	return v.rows
}

func (v *vocabulary) nameObserved() {
	for _, o := range v.base.Interfaces {
		v.rows[o.ID] = "interface " + o.Name
		if o.Name == "" {
			v.rows[o.ID] = "interface " + o.IP.String()
		}
	}
	for _, o := range v.base.Ports {
		v.rows[o.ID] = portText(o)
	}
	for i := range v.base.Services {
		v.rows[v.base.Services[i].ID] = v.base.Services[i].Name
	}
}

func portText(p ObservedPort) string {
	return "port " + strconv.Itoa(p.Number) + "/" + string(p.Protocol)
}

func (v *vocabulary) portText(id string) string      { return v.names()[id] }
func (v *vocabulary) interfaceText(id string) string { return v.names()[id] }

// note is one sentence about an item and a field of it.
func (v *vocabulary) note(item Item, text, field string) []Note {
	return []Note{{Item: item, Text: text, Field: field, Repair: v.isRepair(item)}}
}

func (v *vocabulary) field(item Item, field, from, to string) Note {
	from, to = strconv.Quote(from), strconv.Quote(to)
	out := v.note(item, field+": "+from+" becomes "+to, field)[0]
	out.From, out.To = from, to
	return out
}

func (v *vocabulary) flag(item Item, field string, to bool) Note {
	return v.field(item, field, strconv.FormatBool(!to), strconv.FormatBool(to))
}

func (v *vocabulary) changed(item Item, field string) Note {
	return v.note(item, field+": changed", field)[0]
}

func (v *vocabulary) tags(item Item, service string, have, want []string) Note {
	field := "tags"
	if service != "" {
		field = "services[" + v.names()[service] + "].tags"
	}
	var parts []string
	for _, t := range want {
		if !slices.Contains(have, t) {
			parts = append(parts, v.tagName(t)+" added")
		}
	}
	for _, t := range have {
		if !slices.Contains(want, t) {
			parts = append(parts, v.tagName(t)+" removed")
		}
	}
	out := v.note(item, field+": "+strings.Join(parts, ", "), field)[0]
	out.From, out.To = v.tagNames(have), v.tagNames(want)
	return out
}

func (v *vocabulary) tagNames(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, v.tagName(id))
	}
	slices.Sort(names)
	return "[" + strings.Join(names, ", ") + "]"
}

func (v *vocabulary) tagName(id string) string {
	for _, t := range v.in.Backend.Tags {
		if t.ID == id {
			return t.Name
		}
	}
	return id
}
