// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Wide marks seeds whose histories have kinds of events, too, that those of the others lack.
const Wide uint64 = 1 << 48

// deed is a kind of events that only wide histories have.
type deed struct {
	name string
	do   func(*world)
}

// deeds are all of them. A new one comes last and changes no history of those that do not draw it.
func deeds() []deed {
	return []deed{
		{"consolidations", (*world).consolidate},
		{"tenants", (*world).tenants},
		{"externalID", (*world).identify},
		{"backends", (*world).backends},
		{"mass deletion", (*world).purge},
		{"backups", (*world).loseCluster},
		{"late writes", (*world).slow},
		{"CRDs", (*world).edit},
	}
}

// drawDeeds chooses the kinds of a history: few, so that they meet often.
func drawDeeds(seed uint64) []deed {
	all := deeds()
	if seed&Wide == 0 {
		return nil
	}
	return slices.DeleteFunc(all, func(d deed) bool {
		place := slices.IndexFunc(deeds(), func(o deed) bool { return o.name == d.name })
		return rand.New(rand.NewPCG(seed, uint64(place))).IntN(100) >= 40 //nolint:gosec // a seed must give the same again
	})
}

// widely does something that only wide histories have; false: this one has nothing of the kind.
func (w *world) widely() bool {
	if len(w.deeds) == 0 || !w.chance(40) {
		return false
	}
	one(w, w.deeds...).do(w)
	return true
}

// widelyStep lets something go on that only wide histories have, beside so many other things that may.
func (w *world) widelyStep(others int) bool {
	arriving := w.arriving()
	if len(arriving)+len(w.backup) == 0 || (others > 0 && w.random.IntN(others+3) < others) {
		return false
	}
	if len(arriving) > 0 && (len(w.backup) == 0 || w.chance(50)) {
		w.arrive(one(w, arriving...))
		return true
	}
	w.restore()
	return true
}

// has says that a history has a kind of events.
func (w *world) has(name string) bool {
	return slices.ContainsFunc(w.deeds, func(d deed) bool { return d.name == name })
}

func (w *world) noteDeeds() {
	if w.isWide {
		names := make([]string, 0, len(w.deeds))
		for _, d := range w.deeds {
			names = append(names, d.name)
		}
		w.note("with %s", strings.Join(append(names, "all the rest"), ", "))
	}
}
