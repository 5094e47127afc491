// SPDX-License-Identifier: Apache-2.0

package core

// isUnwanted says that a row of ours which no item matches is to go: its object is gone, or is here and does not want it.
func (j *judge) isUnwanted(owner OwnerHash, kind RowKind) bool {
	if !j.in.MayDelete {
		return false
	}
	if fact, known := j.in.Owners[owner]; known {
		return fact.State == OwnerGone || fact.State == OwnerElsewhere
	}
	m := j.memberBy(owner)
	switch {
	case m == nil:
		return false
	case m.meta.Deleting || m.fate == Withdraw:
		return true
	case m.fate == Keep || j.isDisputed(m):
		return false
	}
	return kind != RowInterface || !j.hasLostInterface()
}

// hasLostInterface says that an interface whose subnet is not known has no row: one of those that nobody matches may be
// its own.
func (j *judge) hasLostInterface() bool {
	for i := range j.ifaces {
		if d := &j.ifaces[i]; d.fate == Keep && d.row < 0 && d.subnet == nil {
			return true
		}
	}
	return false
}

// judgeRow decides whether a row claims before all that is declared.
func (j *judge) judgeRow(o *observedBinding) {
	u := &j.units[o.unit]
	wanted := o.bind < 0 && j.isWanted(o)
	switch {
	case u.goes || j.goesWithParent(o):
	case o.bind >= 0:
		o.stands = true
	case !o.ours:
		o.stands = !u.yields
	case wanted:
		o.stands = j.someStay && !j.isUnwanted(o.owner, RowBinding)
	default:
		o.kept = !j.isUnwanted(o.owner, RowBinding) || j.mayBeKept(o)
		o.stands = o.kept
	}
}

// mayStay says that there may be rows of ours that stay though no item of fate Write has them.
func (j *judge) mayStay() bool {
	if len(j.in.Owners) > 0 || !j.in.MayDelete {
		return true
	}
	for i := range j.members {
		if m := &j.members[i]; m.fate == Keep || j.isDisputed(m) {
			return true
		}
	}
	return false
}

// isWanted says that a declared binding which may be written has the content of a row.
func (j *judge) isWanted(o *observedBinding) bool {
	for i := j.units[o.unit].firstBind; i >= 0; i = j.binds[i].next {
		if b := &j.binds[i]; b.claims && b.iface == o.iface && b.port == o.port {
			return true
		}
	}
	return false
}

// mayBeKept says that a row may be that of a binding whose names lead nowhere, so that nobody can tell.
func (j *judge) mayBeKept(o *observedBinding) bool {
	m := j.memberBy(o.owner)
	if m == nil || m.fate != Write || !j.in.MayDelete {
		return false
	}
	if m.binding != nil {
		return j.bindOf(m).fate == Keep
	}
	isInterface := o.port == noPort
	for i := j.units[o.unit].firstBind; i >= 0; i = j.binds[i].next {
		b := &j.binds[i]
		if &j.members[b.member] == m && b.fate == Keep && !b.resolved && b.row < 0 && (b.spec.Type == BindInterface) == isInterface {
			return true
		}
	}
	return false
}

// bindOf is the binding that a Binding object is.
func (j *judge) bindOf(m *member) *bind {
	for i := range j.binds {
		if &j.members[j.binds[i].member] == m {
			return &j.binds[i]
		}
	}
	return &bind{}
}
