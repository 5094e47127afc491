// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// orderEdit puts the services of an edit in the order in which the server can work them off: it takes those that lose
// port bindings first, each group in the order of the list, and refuses a claim that has not been given up by then.
// Where no order will do (two services that swap ports), early lists bindings to be deleted before.
func orderEdit(base *ObservedHost, e Edit) (early []RowRef, _ Edit) {
	e.PutServices = slices.Clone(e.PutServices)
	for {
		blocking := arrange(base, e.PutServices, early)
		if blocking == nil {
			return early, e
		}
		early = append(early, *blocking)
		for i := range e.PutServices {
			s := &e.PutServices[i]
			s.DropBindings = slices.DeleteFunc(slices.Clone(s.DropBindings), func(id string) bool { return id == blocking.ID })
		}
	}
}

// freeing says that the service at from gives up a row that the one at to waits for.
type freeing struct {
	from, to int
	row      RowRef
}

// arrange sorts services in place, or names a binding that must go before.
func arrange(base *ObservedHost, services []ServiceEdit, early []RowRef) *RowRef {
	waits, losing := freeings(base, services, early)
	if len(waits) == 0 {
		return nil
	}
	order, left := make([]int, 0, len(services)), make([]int, 0, len(services))
	for _, first := range []bool{true, false} {
		for i := range services {
			if losing[i] == first {
				left = append(left, i)
			}
		}
	}
	for len(left) > 0 {
		at := slices.IndexFunc(left, func(i int) bool { return losing[i] == losing[left[0]] && blocks(waits, left, i) == nil })
		if at < 0 {
			return blocks(waits, left, left[0])
		}
		order, left = append(order, left[at]), slices.Delete(left, at, at+1)
	}
	sorted := make([]ServiceEdit, 0, len(services))
	for _, i := range order {
		sorted = append(sorted, services[i])
	}
	copy(services, sorted)
	return nil
}

// blocks is a row that a service of those left must give up before the one at to can be worked off.
func blocks(waits []freeing, left []int, to int) *RowRef {
	for i := range waits {
		if waits[i].to == to && slices.Contains(left, waits[i].from) {
			return &waits[i].row
		}
	}
	return nil
}

// freeings lists who waits for whom, and which services the server counts as losing ports. Bindings that go early have
// gone.
func freeings(base *ObservedHost, services []ServiceEdit, early []RowRef) (waits []freeing, losing []bool) {
	drops, losing := givenUp(base, services, early)
	if len(drops) == 0 {
		return nil, losing
	}
	for to := range services {
		for _, p := range services[to].PutBindings {
			for _, d := range slices.Concat(drops[bindingPlace(p)], drops[p.ID]) {
				if d.from != to && takesPlace(services[to].ID, p, d.row.Parent, d.binding) {
					waits = append(waits, freeing{from: d.from, to: to, row: d.row})
				}
			}
		}
	}
	return waits, losing
}

// release is a binding that the service at from gives up.
type release struct {
	from    int
	row     RowRef
	binding ObservedBinding
}

// givenUp maps what services give up by its port or interface, and by its id.
func givenUp(base *ObservedHost, services []ServiceEdit, early []RowRef) (drops map[string][]release, losing []bool) {
	drops, losing = map[string][]release{}, make([]bool, len(services))
	for i := range services {
		row := findService(base, services[i].ID)
		if row == nil {
			continue
		}
		for _, b := range row.Bindings {
			if !services[i].givesUp(b) || isListed(early, b.ID) {
				continue
			}
			losing[i] = losing[i] || services[i].losesPort(b)
			r := release{from: i, row: RowRef{Kind: RowBinding, ID: b.ID, Parent: row.ID}, binding: b}
			drops[bindingPlace(b)], drops[b.ID] = append(drops[bindingPlace(b)], r), append(drops[b.ID], r)
		}
	}
	return drops, losing
}

// losesPort says that what a given up binding said is not said by another one.
func (s *ServiceEdit) losesPort(b ObservedBinding) bool {
	return b.Type == BindPort && !slices.ContainsFunc(s.PutBindings, func(p ObservedBinding) bool { return sameContent(p, b) })
}

// givesUp says that an edit drops a binding, or gives its row another content.
func (s *ServiceEdit) givesUp(b ObservedBinding) bool {
	return slices.Contains(s.DropBindings, b.ID) ||
		slices.ContainsFunc(s.PutBindings, func(p ObservedBinding) bool { return p.ID == b.ID && !sameContent(p, b) })
}

// bindingPlace is the port of a binding, or its interface.
func bindingPlace(b ObservedBinding) string {
	if b.Type == BindPort {
		return b.PortID
	}
	return b.InterfaceID
}
