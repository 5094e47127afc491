// SPDX-License-Identifier: Apache-2.0

package core

import "strings"

// maxAdvised is how many interfaces an advice names.
const maxAdvised = 4

// adviseOnConflict says what would let a binding be that B3 or B4 refuses: the port, its own or that of those it lost
// against, on an interface where both forms can stand; else to go without it. "" where only the blockers could change and
// nobody declares them.
func (j *judge) adviseOnConflict(b *bind, blockers []int32) string {
	moved, what := []claim{j.walk.claims[b.claim]}, "it"
	if !moved[0].isPort() {
		moved, what = moved[:0], "that port"
		for _, k := range blockers {
			if j.walk.claims[k].bind < 0 {
				return ""
			}
			moved = append(moved, j.walk.claims[k])
		}
		if len(moved) > 1 {
			what = "those ports"
		}
	}
	free := j.freeInterfaces(b, moved)
	if len(free) == 0 {
		return ""
	}
	instead := "remove one of them"
	if b.item.Object.Kind == KindBinding {
		instead = "delete this Binding"
	}
	return "bind " + what + " to " + strings.Join(free, " or ") + ", or " + instead
}

// freeInterfaces are the declared interfaces, other than that of an Interface binding, at which all of the claims could
// be.
func (j *judge) freeInterfaces(b *bind, moved []claim) []string {
	var out []string
	for i := range j.ifaces {
		at := int32(i)
		isOwn := b.port == noPort && b.iface == at
		if len(out) < maxAdvised && !isOwn && j.allCanBeAt(at, moved) {
			out = append(out, j.ifaces[i].decl.Name)
		}
	}
	return out
}

func (j *judge) allCanBeAt(iface int32, moved []claim) bool {
	for _, c := range moved {
		if c.iface = iface; j.walk.isBlocked(&c) {
			return false
		}
	}
	return true
}
