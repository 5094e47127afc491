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
	losing = make([]bool, len(services))
	drops := map[string][]change{} // by port or interface, and by id; change.id is the service
	from := map[string]int{}
	for i := range services {
		row := findService(base, services[i].ID)
		if row == nil {
			continue
		}
		from[row.ID] = i
		for _, b := range row.Bindings {
			if !services[i].givesUp(b) || slices.ContainsFunc(early, func(r RowRef) bool { return r.ID == b.ID }) {
				continue
			}
			losing[i] = losing[i] || b.Type == BindPort && !slices.ContainsFunc(services[i].PutBindings,
				func(p ObservedBinding) bool { return sameContent(p, b) })
			for _, key := range []string{bindingPlace(b), b.ID} {
				drops[key] = append(drops[key], change{id: row.ID, binding: b})
			}
		}
	}
	if len(drops) == 0 {
		return nil, losing
	}
	for to := range services {
		for _, p := range services[to].PutBindings {
			for _, d := range slices.Concat(drops[bindingPlace(p)], drops[p.ID]) {
				if d.id != services[to].ID && takesPlace(services[to].ID, p, d.id, d.binding) {
					row := RowRef{Kind: RowBinding, ID: d.binding.ID, Parent: d.id}
					waits = append(waits, freeing{from: from[d.id], to: to, row: row})
				}
			}
		}
	}
	return waits, losing
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
