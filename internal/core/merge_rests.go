// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// Rests says whether an edit may still be sent to a host as a GET has just shown it, though it was planned on an older
// view: nothing that it touches, needs or takes has changed since. Foreign rows that were added beside it don't matter.
func Rests(base, fresh ObservedHost, e Edit) bool {
	return fieldsRest(&base, &fresh, e) && rowsRest(&base, &fresh, e) && servicesRest(&base, &fresh, e) &&
		bindingsRest(&base, &fresh, e)
}

// fieldsRest: a field that the edit changes is as it was, or already as it should be.
func fieldsRest(base, fresh *ObservedHost, e Edit) bool {
	return (e.Name == nil || fresh.Name == base.Name || fresh.Name == *e.Name) &&
		(e.Hostname == nil || textOf(fresh.Hostname) == textOf(base.Hostname) || textOf(fresh.Hostname) == *e.Hostname) &&
		(e.Description == nil || textOf(fresh.Description) == textOf(base.Description) || textOf(fresh.Description) == *e.Description) &&
		(e.Hidden == nil || fresh.Hidden == base.Hidden || fresh.Hidden == *e.Hidden) &&
		(e.Tags == nil || tagsRest(base.Tags, fresh.Tags, *e.Tags)) &&
		(e.Virtualization == nil || virtualizationRests(base.Virtualization, fresh.Virtualization, e.Virtualization))
}

func tagsRest(base, fresh, want []string) bool {
	shown := distinctSorted(fresh)
	return slices.Equal(shown, distinctSorted(base)) || slices.Equal(shown, distinctSorted(want))
}

func virtualizationRests(base, fresh, want *ObservedVirtualization) bool {
	if fresh == nil {
		return base == nil
	}
	return (base != nil && *fresh == *base) || *fresh == *want
}

// rowsRest: interfaces and ports that the edit alters are as they were, and what it makes nobody made meanwhile under
// another id.
func rowsRest(base, fresh *ObservedHost, e Edit) bool {
	for _, p := range e.PutInterfaces {
		same := func(o ObservedInterface) bool {
			return o.ID != p.ID && o.SubnetID == p.SubnetID && o.IP == p.IP && !slices.Contains(base.Interfaces, o)
		}
		if slices.ContainsFunc(fresh.Interfaces, same) || !rowRests(base.Interfaces, fresh.Interfaces, p, interfaceID) {
			return false
		}
	}
	for _, p := range e.PutPorts {
		same := func(o ObservedPort) bool {
			return o.ID != p.ID && o.Number == p.Number && o.Protocol == p.Protocol && !slices.Contains(base.Ports, o)
		}
		if slices.ContainsFunc(fresh.Ports, same) || !rowRests(base.Ports, fresh.Ports, p, portID) {
			return false
		}
	}
	return true
}

func interfaceID(r ObservedInterface) string { return r.ID }
func portID(r ObservedPort) string           { return r.ID }

// rowRests: the row to be put is as it was, or already as it should be.
func rowRests[R comparable](base, fresh []R, put R, id func(R) string) bool {
	at := func(rows []R) int { return slices.IndexFunc(rows, func(r R) bool { return id(r) == id(put) }) }
	was, is := at(base), at(fresh)
	switch {
	case is < 0:
		return was < 0
	case was < 0:
		return fresh[is] == put
	}
	return fresh[is] == base[was] || fresh[is] == put
}

// servicesRest: services that the edit alters are there, with the fields it alters as they were; what it makes nobody
// made meanwhile under another id.
func servicesRest(base, fresh *ObservedHost, e Edit) bool {
	for i := range e.PutServices {
		p := &e.PutServices[i]
		was, is := findService(base, p.ID), findService(fresh, p.ID)
		if is == nil {
			if !p.New || isTaken(base, fresh, p) {
				return false
			}
			continue
		}
		if was != nil && !serviceFieldsRest(was, is, p) {
			return false
		}
	}
	return true
}

// isTaken says that another row has become the service that is to be made.
func isTaken(base, fresh *ObservedHost, p *ServiceEdit) bool {
	isIt := func(s *ObservedService) bool {
		return s != nil && s.Name == textOf(p.Name) && s.Definition == textOf(p.Definition)
	}
	return slices.ContainsFunc(fresh.Services, func(s ObservedService) bool { return isIt(&s) && !isIt(findService(base, s.ID)) })
}

func serviceFieldsRest(was, is *ObservedService, p *ServiceEdit) bool {
	return (p.Name == nil || is.Name == was.Name || is.Name == *p.Name) &&
		(p.Definition == nil || is.Definition == was.Definition || is.Definition == *p.Definition) &&
		(p.Tags == nil || tagsRest(was.Tags, is.Tags, *p.Tags)) &&
		(p.Virtualization == nil || virtualizationRests(was.Virtualization, is.Virtualization, p.Virtualization))
}
