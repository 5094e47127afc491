// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// update brings rows to what is wanted. Of two that exchange a host's endpoint the one that frees it goes first; where
// that goes round in a circle, the first gives up what it has and takes the rest later.
func (p *credentialPlanner) update() {
	var pending []int
	for i := range p.j.Verdicts {
		v := &p.j.Verdicts[i]
		if v.isPending() && v.Row >= 0 && !v.Refused && p.isReady(i) {
			pending = append(pending, i)
		}
	}
	for len(pending) > 0 {
		at := slices.IndexFunc(pending, func(i int) bool { return !p.waitsFor(i, pending) })
		if at >= 0 {
			p.updateStep(pending[at], false)
		} else {
			at = 0
			p.updateStep(pending[at], true)
		}
		pending = slices.Delete(pending, at, at+1)
	}
}

// waitsFor says that a Credential takes an endpoint which another one that is still pending has to free.
func (p *credentialPlanner) waitsFor(i int, pending []int) bool {
	v := &p.j.Verdicts[i]
	row := &p.in.Rows[v.Row]
	if v.Wish.Type.Endpoint() == "" {
		return false
	}
	for _, put := range v.Wish.PutHosts {
		if slices.ContainsFunc(row.Hosts, func(h CredentialHostRow) bool { return sameHosts([]CredentialHostRow{h}, []CredentialHostRow{put}) }) {
			continue
		}
		for _, other := range pending {
			if other != i && p.holds(other, v.Wish.Type, put) {
				return true
			}
		}
	}
	return false
}

// holds says that the row of a pending Credential is on an endpoint of a host.
func (p *credentialPlanner) holds(i int, t CredentialType, on CredentialHostRow) bool {
	row := &p.in.Rows[p.j.Verdicts[i].Row]
	return row.Type.Endpoint() == t.Endpoint() && slices.ContainsFunc(row.Hosts, func(h CredentialHostRow) bool {
		return h.HostID == on.HostID && overlap(h.InterfaceIDs, on.InterfaceIDs)
	})
}

func (p *credentialPlanner) updateStep(i int, frees bool) {
	v := &p.j.Verdicts[i]
	row := &p.in.Rows[v.Row]
	s := CredentialStep{Kind: StepUpdateCredential, IDs: []string{v.ID}, Wish: v.Wish, Base: row, Values: v.Values}
	s.Fresh = len(v.Differs) > 0 || slices.Contains(p.in.Afresh, p.decl(i).Ref)
	if frees {
		s.Wish.PutHosts = slices.DeleteFunc(slices.Clone(v.Wish.PutHosts), func(put CredentialHostRow) bool {
			return !slices.ContainsFunc(row.Hosts, func(h CredentialHostRow) bool { return h.HostID == put.HostID })
		})
	}
	if v.Due || len(v.Differs) > 0 {
		p.add(s, i)
	}
	for _, tag := range v.ClearTags {
		p.add(CredentialStep{Kind: StepClearTag, IDs: []string{v.ID}, Tag: tag}, i)
	}
}
