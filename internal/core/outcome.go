// SPDX-License-Identifier: Apache-2.0

package core

import "strconv"

// tellOutcomes says what became of each declared binding, and tells both sides of it.
func (j *judge) tellOutcomes() {
	for i := range j.binds {
		if b := &j.binds[i]; b.claim >= 0 && j.walk.claims[b.claim].accepted {
			j.takeRow(int32(i))
		}
	}
	for i := range j.binds {
		b := &j.binds[i]
		switch {
		case b.claim < 0:
			j.tellWaiting(b)
		case !j.walk.claims[b.claim].accepted:
			j.tellRejected(b)
		default:
			j.tellAccepted(b)
		}
	}
}

// takeRow gives an accepted binding the row with its content, if it is the first with that content. Rows that we made
// come first, then the least id.
func (j *judge) takeRow(i int32) {
	b := &j.binds[i]
	c := &j.walk.claims[b.claim]
	if j.original(b.claim) != b.claim {
		return
	}
	var best *observedBinding
	rows := j.rowsOf(&j.units[c.unit])
	for k := range rows {
		if r := &rows[k]; r.bind < 0 && r.iface == c.iface && r.port == c.port && (best == nil || (r.ours && !best.ours)) {
			best = r
		}
	}
	if best != nil {
		best.bind, b.row = i, best.sub
	}
}

// original is the first accepted claim with the content of an accepted one, itself included. A foreign row is not
// somebody whom a declared binding repeats: it is the row of the first of those.
func (j *judge) original(i int32) int32 {
	c, first := &j.walk.claims[i], i
	for k := j.walk.byUnit[c.unit]; k >= 0; k = j.walk.claims[k].nextUnit {
		o := &j.walk.claims[k]
		if k < first && o.equals(c) && o.bind >= 0 {
			first = k
		}
	}
	return first
}

// superseder is the first accepted claim that covers an accepted one, a declared one before foreign rows; -1 if none does.
func (j *judge) superseder(i int32) int32 {
	c, declared, foreign := &j.walk.claims[i], int32(-1), int32(-1)
	for k := j.walk.byUnit[c.unit]; k >= 0; k = j.walk.claims[k].nextUnit {
		o := &j.walk.claims[k]
		switch {
		case !o.supersedes(c):
		case o.bind >= 0:
			declared = k // the chain runs from the last to the first
		default:
			foreign = k
		}
	}
	if declared >= 0 {
		return declared
	}
	return foreign
}

func (j *judge) tellAccepted(b *bind) {
	by, reason := j.superseder(b.claim), ReasonSuperseded
	if by < 0 {
		by, reason = j.original(b.claim), ReasonDuplicate
	}
	if by == b.claim {
		b.outcome = OutcomeEffective
		if b.fate == Keep && b.row < 0 {
			j.tellUnwritten(b)
		}
		return
	}
	b.outcome, b.row = Outcome(reason), -1
	b.fate = withdrawn(b.fate)
	p := j.party(&j.walk.claims[by])
	b.by = &p
	j.find(Finding{Item: b.item, Condition: Accepted, Status: true, Reason: reason, Parties: []Party{p}, Claim: j.words(b.iface, b.port)})
	if p.Item.Object != (Ref{}) {
		j.shadow(p.Item, b.item, reason)
	}
}

// withdrawn is the fate of what loses: nothing of fate Keep is touched.
func withdrawn(f Fate) Fate {
	if f == Keep {
		return Keep
	}
	return Withdraw
}

func (j *judge) tellRejected(b *bind) {
	b.outcome = OutcomeRejected
	b.fate = withdrawn(b.fate)
	c := &j.walk.claims[b.claim]
	claim := j.words(b.iface, b.port)
	for _, reason := range []Reason{ReasonConflicted, ReasonPortClaimed} {
		blockers := j.walk.blockers(c, reason)
		if len(blockers) == 0 {
			continue
		}
		blockers = blockers[:min(len(blockers), MaxListed)] // a message shows far fewer
		f := Finding{Item: b.item, Condition: Accepted, Reason: reason, Claim: claim, Parties: make([]Party, 0, len(blockers))}
		if reason == ReasonConflicted {
			f.Advice = j.adviseOnConflict(b, blockers)
		} else {
			f.Advice = j.adviseOnClaim(blockers[0])
		}
		for _, k := range blockers {
			p := j.party(&j.walk.claims[k])
			f.Parties = append(f.Parties, p)
			if p.Item.Object != (Ref{}) {
				j.shadow(p.Item, b.item, reason)
			}
		}
		if b.by == nil {
			b.by = &f.Parties[0]
		}
		j.find(f)
	}
}

// adviseOnClaim: what nobody declares can be declared, and is the declarer's then. "" leaves the usual advice.
func (j *judge) adviseOnClaim(blocker int32) string {
	c := &j.walk.claims[blocker]
	if c.bind >= 0 || j.itemOfRow(&j.observed[c.observed]).Object != (Ref{}) {
		return ""
	}
	s := &j.target.Services[j.observed[c.observed].row]
	return "remove it in Scanopy, bind another port or interface, or declare it as a Service with the name " +
		strconv.Quote(s.Name) + " and the definition " + strconv.Quote(s.Definition)
}

// tellUnwritten tells of a binding that holds its claim but cannot be written now.
func (j *judge) tellUnwritten(b *bind) {
	b.outcome = OutcomePending
	if b.waits == "" {
		if j.units[b.unit].fate == Keep || j.services[b.service].fate == Keep || j.members[b.member].fate == Keep {
			return
		}
		b.outcome = OutcomeRejected // by the server
		return
	}
	j.find(Finding{Item: b.item, Condition: Synced, Reason: ReasonDependencyNotReady, Detail: b.waits})
}

func (j *judge) tellWaiting(b *bind) {
	if b.row >= 0 {
		b.outcome = OutcomeEffective
		return
	}
	if b.waits != "" && (!j.held || b.fate == Withdraw) {
		j.find(Finding{Item: b.item, Condition: Synced, Reason: ReasonDependencyNotReady, Detail: b.waits})
	}
}

// party names who made a claim.
func (j *judge) party(c *claim) Party {
	p := Party{Claim: j.words(c.iface, c.port)}
	if c.bind >= 0 {
		p.Item = j.binds[c.bind].item
		return p
	}
	o := &j.observed[c.observed]
	if p.Item = j.itemOfRow(o); p.Item.Object != (Ref{}) {
		return p
	}
	s := &j.target.Services[o.row]
	p.ForeignKind, p.ForeignName, p.ForeignID = "service", s.Name, s.ID
	if !o.ours {
		p.ForeignSource = s.Source
	}
	return p
}

// itemOfRow is what a row of ours is made for that no declared binding takes; zero if it is not ours, or if nobody knows.
func (j *judge) itemOfRow(o *observedBinding) Item {
	if !o.ours {
		return Item{}
	}
	ref := j.in.Owners[o.owner].Ref
	if m := j.memberBy(o.owner); m != nil {
		ref = m.meta.Ref
	}
	if ref.Kind == KindBinding {
		return Item{Object: ref, Part: PartBinding}
	}
	return Item{Object: ref}
}

// words say what a binding claims: "Interface eth1", "port http (80/TCP) on all interfaces".
func (j *judge) words(iface, port int32) string {
	switch {
	case port == noPort:
		return "Interface " + j.interfaceWords(iface)
	case iface == allInterfaces:
		return "port " + j.portWords(port) + " on all interfaces"
	}
	return "port " + j.portWords(port) + " on interface " + j.interfaceWords(iface)
}

func (j *judge) interfaceWords(slot int32) string {
	n := int32(len(j.ifaces)) //nolint:gosec // bounded by the API
	switch {
	case slot < 0:
		return "of another host"
	case slot < n:
		return j.ifaces[slot].decl.Name
	}
	o := &j.target.Interfaces[slot-n]
	if o.Name != "" {
		return o.Name
	}
	return o.IP.String()
}

func (j *judge) portWords(slot int32) string {
	n := int32(len(j.ports)) //nolint:gosec // bounded by the API
	switch {
	case slot < 0:
		return "of another host"
	case slot < n:
		return j.ports[slot].decl.words()
	}
	o := &j.target.Ports[slot-n]
	return rowWords(o)
}
