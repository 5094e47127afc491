// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"

	"github.com/google/uuid"
)

// applicationSet is the exclusive set that was there first, and groupSet the type of those with a name.
const (
	applicationSet = "Application"
	groupSet       = "Group"
)

// exclusiveSet reads the set of a tag: a truth before 0.17.22, an object since.
func (o object) exclusiveSet(d *dialect) *ExclusiveSet {
	if d.tags.exclusive == 0 {
		return nil
	}
	if !d.shapes.ancestry {
		if o.boolOr("is_application", false) {
			return &ExclusiveSet{Type: applicationSet}
		}
		return nil
	}
	if o.value("exclusive_set") == nil {
		return nil
	}
	set := o.prob.object(o.value("exclusive_set"))
	out := &ExclusiveSet{Type: set.oneOf("type", applicationSet, groupSet)}
	if out.Type == groupSet {
		out.Name = set.str("name")
	}
	return out
}

// checkExclusive refuses a second tag of an exclusive set.
func (s *store) checkExclusive(e entity, tags []uuid.UUID) error {
	rules := &s.dialect.tags
	if rules.exclusive == 0 {
		return nil
	}
	seen := map[ExclusiveSet]bool{}
	for _, id := range tags {
		t, ok := s.tags.rows[id]
		if !ok || t.ExclusiveSet == nil {
			continue
		}
		set := *t.ExclusiveSet
		if !seen[set] {
			seen[set] = true
			continue
		}
		wire := renamed(s.dialect.words.entities, e.kind)
		if rules.exclusive == http.StatusInternalServerError {
			return errInternal("Only one application tag allowed per %s", wire)
		}
		name := set.Name
		if set.Type == applicationSet {
			name = applicationSet
		}
		return errStatus(rules.exclusive, `A %s can hold only one tag of the "%s" set`, wire, name)
	}
	return nil
}
