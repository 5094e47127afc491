// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"fmt"
	"slices"
)

// endpointClaim is a credential on a host's endpoint.
type endpointClaim struct {
	// by is the verdict of a Credential, else row is one that no Credential of this backend declares.
	by    *CredentialVerdict
	row   *ObservedCredential
	scope []string // nil: all addresses
}

// endpoint is what takes one credential at most: an integration of a host.
type endpoint struct{ integration, host string }

// walkEndpoints gives each endpoint to the first that asks for it: what stands and is nobody's of ours to change comes
// before all declared, then Credentials in order of precedence.
func (j *credentialJudge) walkEndpoints() {
	taken := map[endpoint][]endpointClaim{}
	j.claimStanding(taken)
	for i := range j.all {
		v := &j.all[i]
		integration := j.decl(v).Type.Endpoint()
		if integration == "" || v.Deletion != nil || v.Fate != Write {
			continue
		}
		for k := range v.Targets {
			s := &v.Targets[k]
			if s.Fate == Withdraw || (s.Reason != "" && s.Reason != ReasonDependencyNotReady && s.Reason != ReasonHostNotFound) {
				continue
			}
			at := endpoint{integration, cmp.Or(s.ID, s.Host.Namespace+"/"+s.Host.Name)}
			if loser := j.blocked(v, s, taken[at]); !loser {
				taken[at] = append(taken[at], endpointClaim{by: v, scope: s.addresses()})
			}
		}
	}
}

// claimStanding claims what rows have that nobody here changes: those of others, and those of Credentials that are Keep.
func (j *credentialJudge) claimStanding(taken map[endpoint][]endpointClaim) {
	owner := map[int]*CredentialVerdict{}
	for i := range j.all {
		if v := &j.all[i]; v.Row >= 0 {
			owner[v.Row] = v
		}
	}
	order := make([]int, len(j.in.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(j.in.Rows[a].ID, j.in.Rows[b].ID) })
	for _, i := range order {
		row, v := &j.in.Rows[i], owner[i]
		integration := row.Type.Endpoint()
		if integration == "" || v != nil && v.Deletion != nil && !v.Deletion.Release {
			continue
		}
		for _, h := range row.Hosts {
			if v != nil && v.Fate == Write && j.isManaged(v, h.HostID) {
				continue
			}
			at := endpoint{integration, h.HostID}
			taken[at] = append(taken[at], endpointClaim{by: v, row: row, scope: h.InterfaceIDs})
		}
	}
}

// isManaged says that the assignment of a Credential's row to a host is its own to change.
func (j *credentialJudge) isManaged(v *CredentialVerdict, hostID string) bool {
	c := j.decl(v)
	return slices.ContainsFunc(v.Targets, func(s CredentialScope) bool { return s.ID == hostID }) ||
		slices.ContainsFunc(c.Assigned, func(a CredentialAssignment) bool { return a.Network == "" && a.ID == hostID })
}

// blocked says whether an endpoint is somebody else's, and tells both sides.
func (j *credentialJudge) blocked(v *CredentialVerdict, s *CredentialScope, claims []endpointClaim) bool {
	c := j.decl(v)
	var blockers []string
	for _, claim := range claims {
		if claim.by == v || !overlap(claim.scope, s.addresses()) {
			continue
		}
		by := &Reference{Kind: KindScanopy}
		if claim.by == nil {
			by.Name, by.ID = claim.row.Name, claim.row.ID
			blockers = append(blockers, fmt.Sprintf("%q, which is in Scanopy (id %s)", claim.row.Name, claim.row.ID))
		} else {
			other := j.decl(claim.by).Ref
			by = credentialReference(c.Ref, other)
			blockers = append(blockers, nameCredential(c.Ref, other))
			loser := credentialReference(other, c.Ref)
			claim.by.Shadows = append(claim.by.Shadows, ShadowEntry{
				Kind: KindCredential, Namespace: loser.Namespace, Name: loser.Name, Reason: ReasonConflicted,
			})
		}
		if s.By == nil {
			s.By = by
		}
	}
	if len(blockers) == 0 {
		return false
	}
	if v.By == nil {
		v.By = s.By
	}
	s.Fate, s.Reason = Withdraw, ReasonConflicted
	slices.Sort(blockers)
	v.find(Accepted, ReasonConflicted, fmt.Sprintf("hosts[%d]: %s takes one %s credential, and has that of %s; take the Host out of one of them, "+
		"or limit them to different interfaces", s.Index, nameHost(c.Ref, s.Host), c.Type.Endpoint(), enumerate(slices.Compact(blockers))))
	return true
}

func credentialReference(reader, other Ref) *Reference {
	if reader.Namespace != other.Namespace {
		return &Reference{Kind: KindCredential}
	}
	return &Reference{Kind: KindCredential, Name: other.Name}
}

// addresses are what a scope covers, nil for all: ids, and names of interfaces that have none yet.
func (s *CredentialScope) addresses() []string {
	if s.InterfaceIDs == nil && s.Names == nil {
		return nil
	}
	out := slices.Clone(s.InterfaceIDs)
	for _, name := range s.Names {
		out = append(out, "name:"+name)
	}
	return out
}

// overlap says whether two scopes on one host share an address; nil is all of them.
func overlap(a, b []string) bool {
	return a == nil || b == nil || slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}
