// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// claim is a binding in the walk: one that is declared, or a row of the target that stands whatever is declared.
type claim struct {
	unit, iface, port int32
	bind              int32 // the declared binding; -1: none
	observed          int32 // the observed row; -1: none
	accepted          bool
	// nextUnit and nextPort chain the accepted claims of the unit and of the port; -1: the last.
	nextUnit, nextPort int32
}

// isPort says that a claim is a Port binding.
func (c *claim) isPort() bool { return c.port != noPort }

// overlaps says that the interfaces of two claims meet.
func (c *claim) overlaps(o *claim) bool {
	return c.iface == allInterfaces || o.iface == allInterfaces || c.iface == o.iface
}

// equals says that two claims of one service say the same (B2).
func (c *claim) equals(o *claim) bool {
	return c.unit == o.unit && c.iface == o.iface && c.port == o.port
}

// supersedes is B5: a Port binding on all interfaces covers those on a single interface, of its service.
func (c *claim) supersedes(o *claim) bool {
	return c.unit == o.unit && c.isPort() && c.port == o.port && c.iface == allInterfaces && o.iface != allInterfaces
}

// conflict is the verdict that one of two claims forces on the other: B3 and B4 within a service, B6 between services;
// "" when they stand beside one another.
func conflict(a, b *claim) Reason {
	switch {
	case a.unit != b.unit:
		if a.isPort() && a.port == b.port && a.overlaps(b) {
			return ReasonPortClaimed
		}
	case a.isPort() != b.isPort() && a.overlaps(b):
		return ReasonConflicted
	}
	return ""
}

// walk is the greedy walk in order of precedence. Its claims are in that order, standing ones first.
type walk struct {
	claims []claim
	// byUnit and byPort head the chains of accepted claims.
	byUnit, byPort []int32
}

// walkClaims accepts a claim if it breaks none of B3, B4 and B6 against those that were accepted before it.
func (j *judge) walkClaims() {
	w := &j.walk
	w.byUnit, w.byPort = chains(len(j.units)), chains(j.slotsOfPorts())
	w.claims = make([]claim, 0, len(j.observed)+len(j.binds))
	for o := range j.observed {
		if r := &j.observed[o]; r.stands {
			w.claims = append(w.claims, claim{unit: r.unit, iface: r.iface, port: r.port, bind: r.bind, observed: int32(o)})
		}
	}
	slices.SortFunc(w.claims, func(a, b claim) int {
		return strings.Compare(j.observed[a.observed].id, j.observed[b.observed].id)
	})
	for i := range w.claims {
		w.accept(int32(i))
	}
	for i := range j.binds {
		b := &j.binds[i]
		if !b.claims {
			continue
		}
		b.claim = int32(len(w.claims)) //nolint:gosec // few
		w.claims = append(w.claims, claim{unit: b.unit, iface: b.iface, port: b.port, bind: int32(i), observed: -1})
		if !w.isBlocked(&w.claims[b.claim]) {
			w.accept(b.claim)
		}
	}
}

func chains(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

func (w *walk) accept(i int32) {
	c := &w.claims[i]
	c.accepted, c.nextUnit, c.nextPort = true, w.byUnit[c.unit], -1
	w.byUnit[c.unit] = i
	if c.port >= 0 {
		c.nextPort = w.byPort[c.port]
		w.byPort[c.port] = i
	}
}

func (w *walk) isBlocked(c *claim) bool {
	for i := w.byUnit[c.unit]; i >= 0; i = w.claims[i].nextUnit {
		if conflict(c, &w.claims[i]) != "" {
			return true
		}
	}
	if c.port < 0 {
		return false
	}
	for i := w.byPort[c.port]; i >= 0; i = w.claims[i].nextPort {
		if conflict(c, &w.claims[i]) != "" {
			return true
		}
	}
	return false
}

// blockers are all accepted claims, of whatever precedence, that force a verdict on a claim, in order of precedence.
func (w *walk) blockers(c *claim, r Reason) []int32 {
	var out []int32
	if r == ReasonConflicted {
		for i := w.byUnit[c.unit]; i >= 0; i = w.claims[i].nextUnit {
			if conflict(c, &w.claims[i]) == r {
				out = append(out, i)
			}
		}
	} else if c.port >= 0 {
		for i := w.byPort[c.port]; i >= 0; i = w.claims[i].nextPort {
			if conflict(c, &w.claims[i]) == r {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return out
}
