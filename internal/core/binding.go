// SPDX-License-Identifier: Apache-2.0

package core

import "fmt"

// Slots stand for interfaces and ports: first the declared ones in their order, then observed rows that nobody declares.
const (
	allInterfaces int32 = -1 // of a Port binding
	noPort        int32 = -1 // of an Interface binding
	strange       int32 = -2 // a row that is not on this host
)

// bind is a declared binding with what became of it.
type bind struct {
	item    Item
	spec    *BindingSpec
	member  int32
	service int32 // -1: there is none
	unit    int32 // -1: none
	next    int32 // the next of the same unit; -1: the last
	iface   int32
	port    int32
	fate    Fate
	// resolved: interface and port are known. claims: it takes part in the walk; claim is its place there.
	resolved, claims bool
	claim            int32
	row              int // among the bindings of the unit's row; -1: none
	outcome          Outcome
	by               *Party
	// waits is why it cannot be written, in words, if it has no row.
	waits string
}

// resolveBindings lists the declared bindings in order of precedence and resolves their names (B1).
func (j *judge) resolveBindings() {
	count := len(j.in.Bindings)
	for i := range j.services {
		count += len(j.services[i].bindings)
	}
	j.binds = make([]bind, 0, count)
	s := 0
	for i := range j.members {
		m := &j.members[i]
		for ; s < len(j.services) && int(j.services[s].member) == i; s++ {
			for k := range j.services[s].bindings {
				j.addBinding(bind{item: j.services[s].binding(k), spec: &j.services[s].bindings[k],
					member: int32(i), service: int32(s), fate: j.services[s].fate, claims: j.services[s].claims})
			}
		}
		if m.binding != nil {
			at, ok := j.serviceIndex[m.binding.Service]
			if !ok {
				at = -1
			}
			j.addBinding(bind{item: Item{Object: m.meta.Ref, Part: PartBinding}, spec: &m.binding.Spec,
				member: int32(i), service: at, fate: m.fate, claims: m.claims})
		}
	}
}

// binding is the item of a service's own binding.
func (s *service) binding(k int) Item {
	if s.item.Part == PartService {
		return Item{Object: s.item.Object, Part: PartInlineBinding, Index: s.item.Index, Sub: k}
	}
	return Item{Object: s.item.Object, Part: PartBinding, Index: k}
}

func (j *judge) addBinding(b bind) {
	b.unit, b.next, b.iface, b.port, b.claim, b.row = -1, -1, allInterfaces, noPort, -1, -1
	if b.item.Object.Kind == KindBinding && b.fate == Withdraw {
		return // it is being deleted
	}
	index := int32(len(j.binds)) //nolint:gosec // few
	j.resolveBinding(&b)
	if b.unit >= 0 {
		u := &j.units[b.unit]
		if u.firstBind < 0 {
			u.firstBind = index
		} else {
			j.binds[u.lastBind].next = index
		}
		u.lastBind = index
	}
	j.binds = append(j.binds, b)
}

func (j *judge) resolveBinding(b *bind) {
	b.outcome = OutcomePending
	if b.service < 0 {
		b.fate, b.claims = Keep, false
		j.findNoService(b.item, j.members[b.member].binding.Service)
		return
	}
	if !j.attach(b) {
		return
	}
	if b.item.Object.Kind != KindBinding && j.isRejected(b.item, j.members[b.member].meta.Generation) {
		b.fate, b.claims = Keep, true
	}
	if _, ours := j.hostNamed(b.spec.Host); b.spec.Host != "" && !ours {
		b.fate, b.claims, b.outcome = Withdraw, false, OutcomeRejected
		j.find(Finding{Item: b.item, Condition: Accepted, Reason: ReasonCrossHost,
			Detail: fmt.Sprintf("Host %q is not the Host of this service, %s", b.spec.Host,
				nameFor(b.item.Object, j.members[j.services[b.service].host].meta.Ref)),
			Advice: "leave host out, or declare by spec.consolidateInto that the two are one"})
		return
	}
	b.resolved = j.resolveNames(b)
	switch {
	case !b.resolved:
		b.fate, b.claims = Keep, false
	case b.fate == Write:
		b.claims = true
		j.dependBinding(b)
	}
}

// attach gives a binding the state of its service; false: it goes no further.
func (j *judge) attach(b *bind) bool {
	s := &j.services[b.service]
	own := b.item.Object == s.item.Object
	b.unit = s.unit
	switch {
	case s.fate == Withdraw && own:
		b.fate, b.outcome = Withdraw, OutcomeRejected
		return false
	case s.fate == Withdraw && j.members[s.member].meta.Deleting:
		b.fate, b.claims = Keep, false
		j.findGoing(b.item, s.item.Object)
		return false
	case s.fate == Withdraw:
		b.fate, b.claims, b.waits = Withdraw, false, j.serviceWaits(s)
		return false
	case s.fate == Keep && own:
		b.fate, b.claims = Keep, s.claims
	case s.fate == Keep:
		b.fate, b.waits = Keep, j.serviceWaits(s)
	}
	return true
}

func (j *judge) serviceWaits(s *service) string { return "Service " + s.item.Object.Name + " " + s.why }

// dependBinding looks whether what a binding hangs on is there or will be.
func (j *judge) dependBinding(b *bind) {
	switch {
	case b.iface >= 0 && j.ifaces[b.iface].row < 0 && j.ifaces[b.iface].fate == Keep:
		b.waits = "interface " + b.spec.Interface + " of " + j.tell(b.item.Object, j.ifaces[b.iface].item.Object) + " is not in Scanopy"
	case b.port >= 0 && j.ports[b.port].row < 0 && j.ports[b.port].fate == Keep:
		b.waits = "port " + b.spec.Port + " of " + j.tell(b.item.Object, j.ports[b.port].item.Object) + " is not in Scanopy"
	case j.units[b.unit].fate == Keep && j.units[b.unit].row < 0:
		b.fate, b.waits = Keep, j.unitWaits(b)
		return
	default:
		return
	}
	b.fate, b.claims = Keep, false
}

// unitWaits says to a Binding that its service waits; a service's own bindings are told with it.
func (j *judge) unitWaits(b *bind) string {
	owner := &j.services[j.units[b.unit].owner]
	if b.item.Object.Kind != KindBinding {
		return ""
	}
	return "Service " + j.services[b.service].item.Object.Name + " " + owner.why
}
