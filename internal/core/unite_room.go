// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// crowdingOut are the bindings of "Unclaimed Open Ports" that make way after all, to what is declared or to what was found
// on another host, though the union has no room for other foreign ones because of them. The group is judged once more
// without them: each time there are fewer, so that this ends.
func (j *judge) crowdingOut() []string {
	u := &j.union
	if len(j.out.Target.Merges) == 0 {
		return nil
	}
	var out []string
	for id := range u.crowding { // a set: the order does not matter
		isGiven := slices.Contains(j.out.Target.Given, id)
		if !isGiven && (u.yielded[id] || j.givesOpenPort(id)) {
			out = append(out, id)
		}
	}
	return distinct(out)
}

// givesOpenPort says that a binding of "Unclaimed Open Ports" makes way to what is declared.
func (j *judge) givesOpenPort(id string) bool {
	return slices.ContainsFunc(j.out.Yielded, func(r RowRef) bool {
		s := findService(j.target, r.Parent)
		return r.ID == id && s != nil && isUnclaimed(s)
	})
}
