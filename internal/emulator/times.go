// SPDX-License-Identifier: Apache-2.0

package emulator

import "reflect"

// A row that a list of PUT /hosts carries over keeps the time it was made and, if nothing in it changes, the time it
// was changed.

// keepTime keeps the time of the last change of an interface whose time of birth is kept.
func (r *Interface) keepTime(old *Interface) {
	same := *r
	same.UpdatedAt = old.UpdatedAt
	if reflect.DeepEqual(same, *old) {
		r.UpdatedAt = old.UpdatedAt
	}
}

func (r *Port) keepTimes(old *Port) {
	r.CreatedAt = old.CreatedAt
	if samePort(r, old) {
		r.UpdatedAt = old.UpdatedAt
	}
}

// keepTimes keeps the times of a service and of its bindings.
func (r *Service) keepTimes(old *Service) {
	r.CreatedAt = old.CreatedAt
	same := len(r.Bindings) == len(old.Bindings)
	for i := range r.Bindings {
		same = r.Bindings[i].keepTime(old.Bindings) && same
	}
	if same && r.Name == old.Name && r.ServiceDefinition == old.ServiceDefinition && r.Position == old.Position &&
		reflect.DeepEqual(r.Virtualization, old.Virtualization) {
		r.UpdatedAt = old.UpdatedAt
	}
}

// keepTime finds the binding among the old ones and tells whether it says the same.
func (b *Binding) keepTime(old []Binding) bool {
	for i := range old {
		if old[i].ID == b.ID && sameBinding(&old[i], b) {
			b.UpdatedAt = old[i].UpdatedAt
			return true
		}
	}
	return false
}
