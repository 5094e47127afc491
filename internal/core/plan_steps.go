// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
)

// stepBuilder turns changes of a host into requests.
type stepBuilder struct {
	base    *ObservedHost
	isolate bool
}

// steps chooses between a request for each change and one GET, merge and PUT for all, whichever is fewer; where they
// are equal, single rows, because they can't touch anything else.
func (b stepBuilder) steps(changes []change) []Step {
	if b.isolate {
		return b.isolated(changes)
	}
	single := b.singles(changes)
	if single != nil && (requestsOf(single) <= 2 || isFragile(b.base)) {
		return single
	}
	whole := b.whole(changes)
	if single != nil && requestsOf(single) <= requestsOf(whole) {
		return single
	}
	return whole
}

// singles is a request for each change, nil if one of them needs a PUT. What frees a claim goes first.
func (b stepBuilder) singles(changes []change) []Step {
	var out []Step
	for i := range changes {
		c := &changes[i]
		if c.whole {
			return nil
		}
		if c.kind != dropBinding || !isSuperseded(c, changes) {
			out = append(out, b.single(c)...)
		}
	}
	slices.SortStableFunc(out, func(x, y Step) int { return cmp.Compare(singleRank(x.Kind), singleRank(y.Kind)) })
	return out
}

// isSuperseded: the server takes away single interfaces of a service's port itself when a binding on all is posted.
func isSuperseded(drop *change, changes []change) bool {
	return slices.ContainsFunc(changes, func(c change) bool {
		return c.kind == makeBinding && c.id == drop.id && rowSupersedes(c.binding, drop.binding)
	})
}

// singleRank is the order of single requests: what frees comes before what takes, parents before children.
func singleRank(k StepKind) int {
	return slices.Index([]StepKind{StepDeleteBinding, StepDeleteService, StepDeleteInterface, StepDeletePort,
		StepRemoveTag, StepCreateInterface, StepCreatePort, StepCreateBinding}, k)
}

// single is the request for one change; taking tags off needs one for each.
func (b stepBuilder) single(c *change) []Step {
	s := Step{HostID: b.base.ID, Items: c.items}
	switch c.kind {
	case putInterface:
		s.Kind, s.Interface = StepCreateInterface, &c.iface
	case makePort:
		s.Kind, s.Port = StepCreatePort, &c.port
	case makeBinding:
		s.Kind, s.Binding, s.ServiceID = StepCreateBinding, &c.binding, c.id
	case dropInterface:
		s.Kind, s.Row, s.Base = StepDeleteInterface, RowRef{Kind: RowInterface, ID: c.id}, b.base
	case dropPort:
		s.Kind, s.Row, s.Base = StepDeletePort, RowRef{Kind: RowPort, ID: c.id}, b.base
	case dropService:
		s.Kind, s.Row, s.Base = StepDeleteService, RowRef{Kind: RowService, ID: c.id}, b.base
	case dropBinding:
		s.Kind, s.Row, s.ServiceID = StepDeleteBinding, RowRef{Kind: RowBinding, ID: c.binding.ID, Parent: c.id}, c.id
	case alterTags:
		return b.removeTags(c, c.tags.have, c.tags.want)
	default:
		return nil
	}
	return []Step{s}
}

func (b stepBuilder) removeTags(c *change, have, want []string) []Step {
	var out []Step
	for _, tag := range have {
		if slices.Contains(want, tag) {
			continue
		}
		s := Step{Kind: StepRemoveTag, HostID: b.base.ID, Items: c.items, Tag: tag, Entity: string(KindHost), Row: RowRef{ID: b.base.ID}}
		if c.id != "" {
			s.Entity, s.Row = string(KindService), RowRef{Kind: RowService, ID: c.id}
		}
		out = append(out, s)
	}
	return out
}

// Drop is what a step takes away with all that hangs on it, as an edit; false for other steps.
func (s *Step) Drop() (Edit, bool) {
	switch s.Kind {
	case StepDeleteInterface:
		return Edit{DropInterfaces: []string{s.Row.ID}}, true
	case StepDeletePort:
		return Edit{DropPorts: []string{s.Row.ID}}, true
	case StepDeleteService:
		return Edit{DropServices: []string{s.Row.ID}}, true
	}
	return Edit{}, false
}
