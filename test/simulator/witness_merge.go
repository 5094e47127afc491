// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strings"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// asked is what manifests have ever said about hosts that are one.
type asked struct {
	// consolidated are Hosts that were to be part of another, absorbed the ids of hosts.
	consolidated map[kube.Key]bool
	absorbed     map[string]bool
}

func newAsked() asked { return asked{consolidated: map[kube.Key]bool{}, absorbed: map[string]bool{}} }

func (a asked) add(h *v1alpha1.Host) {
	if h.Spec.ConsolidateInto != nil {
		a.consolidated[kube.KeyOf(h)] = true
	}
	for _, b := range h.Spec.Absorb {
		a.absorbed[b.ID] = true
	}
}

// asksFor says that a manifest has asked for a host to be merged away: its own, or that of somebody who absorbs it.
func (w *world) asksFor(id string) bool {
	if w.asked.absorbed[id] {
		return true
	}
	isHeld := false
	for _, h := range w.hosts() {
		if h.Status.ID != id {
			continue
		}
		if isHeld = true; w.asked.consolidated[kube.KeyOf(h)] {
			return true
		}
	}
	return !isHeld && len(w.asked.consolidated) > 0
}

// mergeOf says which hosts a request makes one: the one that stays, and the other.
func mergeOf(path string) (to, other string, ok bool) {
	to, other, ok = strings.Cut(strings.TrimPrefix(path, "/api/v1/hosts/"), "/consolidate/")
	return to, other, ok
}

// merged judges a request of ours that makes two hosts one: what others made must be on the one that stays, or be owed
// to them.
func (w *witness) merged(to, other string, before, after map[string]row) {
	if _, stays := after[other]; !stays && !w.site.world.asksFor(other) {
		w.site.world.wrong("%s: %s was merged into %s, and no manifest asked for it", w.site.name, before[other].text, before[to].text)
	}
	for _, id := range sortedKeys(before) {
		_, isForeign := w.foreign[id]
		if _, stays := after[id]; stays || !isForeign {
			continue
		}
		gone := before[id]
		delete(w.foreign, id)
		switch {
		case gone.kind == "host" && id == other:
		case gone.kind == "binding":
			gone.port, gone.iface, gone.service = before[gone.port].text, before[gone.iface].text, before[gone.service].text
			gone.host = to
			w.owed[id] = gone
		case gone.kind != "host" && hasEqual(gone, to, after):
		default:
			w.site.world.wrong("%s: the merge of %s into %s lost the %s %s (%s) of somebody else", w.site.name,
				before[other].text, before[to].text, gone.kind, gone.text, id)
		}
	}
}

// hasEqual says that a host has a row that is the same as one that is gone.
func hasEqual(gone row, host string, rows map[string]row) bool {
	for _, r := range rows {
		if r.host == host && r.kind == gone.kind && (r.text == gone.text || (r.mac != "" && r.mac == gone.mac)) {
			return true
		}
	}
	return false
}

// back takes rows that were owed off the list when they are there again.
func (w *witness) back(after map[string]row) {
	for id := range w.owed {
		if r, is := after[id]; is {
			delete(w.owed, id)
			r.added = w.count
			w.foreign[id] = r
		}
	}
}

// mayYield says that a binding of others went because of one on a host that is to be one with its own and claims the
// same port.
func (w *witness) mayYield(gone row, rows map[string]row) bool {
	if gone.kind != "binding" || !w.isToMerge(gone.host) {
		return false
	}
	for _, r := range rows {
		if r.kind == "binding" && r.host != gone.host && w.isToMerge(r.host) && rows[r.port].text == rows[gone.port].text {
			return true
		}
	}
	return false
}

// isToMerge says that a manifest has ever asked for a host to be one with another.
func (w *witness) isToMerge(id string) bool {
	for _, h := range w.site.world.hosts() {
		if h.Status.ID != id {
			continue
		}
		for _, o := range w.site.world.oneWith(h) {
			if len(o.Spec.Absorb) > 0 || w.site.world.asked.consolidated[kube.KeyOf(o)] {
				return true
			}
		}
		for key := range w.site.world.asked.consolidated {
			if key.Namespace == h.Namespace {
				return true
			}
		}
	}
	return w.site.world.asksFor(id)
}
