// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
	"strings"
)

// judgeNetworks finds the networks that a Credential is for. One that can't be assigned holds nothing else up.
func (j *credentialJudge) judgeNetworks(v *CredentialVerdict) {
	c, b := j.decl(v), &j.in.Backend
	if len(c.Networks)+len(c.Hosts) > 0 && b.NoAssignments != "" {
		v.find(Accepted, ReasonUnsupported, "assignments to networks and hosts: need Scanopy "+b.NoAssignments+" or newer")
		v.Fate = Keep
	}
	for i, name := range c.Networks {
		s := CredentialScope{Index: i, Network: name}
		var matches []CredentialNetwork
		for _, n := range b.Networks {
			if n.ID == name || n.Name == name {
				matches = append(matches, n)
			}
		}
		where := fmt.Sprintf("networks[%d]: ", i)
		switch {
		case b.NoNetworks:
			s.Reason = ReasonRefNotPermitted
			v.find(Accepted, s.Reason, where+b.Display+" does not let credentials be given to whole networks; name hosts instead")
		case b.OrganizationID == "":
			s.Reason = ReasonBackendUnavailable
		case len(matches) == 0:
			s.Reason = ReasonNetworkNotFound
			v.find(ResolvedRefs, s.Reason, fmt.Sprintf("%s%s shows no network %q", where, b.Display, name))
		case len(matches) > 1:
			s.Reason = ReasonAmbiguous
			v.find(ResolvedRefs, s.Reason, fmt.Sprintf("%s%s shows several networks %q; give the id", where, b.Display, name))
		case !matches[0].Allowed:
			s.Reason = ReasonRefNotPermitted
			v.find(Accepted, s.Reason, fmt.Sprintf("%s%s does not allow network %q", where, b.Display, name))
		default:
			s.ID, s.Fate = matches[0].ID, Write
		}
		v.Networks = append(v.Networks, s)
	}
}

// judgeTargets finds the hosts that a Credential is for. A Host that is named twice has the interfaces of both.
func (j *credentialJudge) judgeTargets(v *CredentialVerdict) {
	c := j.decl(v)
	for i := range c.Hosts {
		t := &c.Hosts[i]
		s := j.scope(v, t, i)
		at := slices.IndexFunc(v.Targets, func(o CredentialScope) bool { return o.Host == t.Host })
		if at < 0 {
			v.Targets = append(v.Targets, s)
			continue
		}
		v.Targets[at].join(s)
	}
}

// join widens a scope by another one on the same Host.
func (s *CredentialScope) join(o CredentialScope) {
	if s.InterfaceIDs == nil && s.Names == nil || o.InterfaceIDs == nil && o.Names == nil {
		s.InterfaceIDs, s.Names = nil, nil
	} else {
		s.InterfaceIDs = distinct(append(s.InterfaceIDs, o.InterfaceIDs...))
		s.Names = distinct(append(s.Names, o.Names...))
	}
	if o.Fate == Write && s.Fate != Withdraw {
		s.Fate, s.Reason = Write, ""
	}
}

// scope judges one Host that a Credential names.
func (j *credentialJudge) scope(v *CredentialVerdict, t *CredentialTarget, index int) CredentialScope {
	c, b := j.decl(v), &j.in.Backend
	s := CredentialScope{Index: index, Host: t.Host}
	where, host := fmt.Sprintf("hosts[%d]: ", index), nameHost(c.Ref, t.Host)
	missing := s.resolve(t)
	switch {
	case !t.Permitted && t.Host.Namespace != c.Ref.Namespace:
		s.Reason = ReasonRefNotPermitted
		if t.Found {
			s.Fate = Withdraw
		}
		v.find(Accepted, s.Reason, where+host+" is not there, or does not admit this namespace; see its allowedNamespaces")
		return s
	case !t.Found:
		s.Reason = ReasonHostNotFound
		v.find(ResolvedRefs, s.Reason, where+"there is no "+host+"; the credential is assigned to it when there is")
		return s
	case t.HostID == "":
		s.Reason = ReasonDependencyNotReady
		v.find(Synced, s.Reason, where+host+" is not in Scanopy yet")
		return s
	case b.OrganizationID != "" && t.OrganizationID != b.OrganizationID:
		s.Reason = ReasonNetworkMismatch
		v.find(ResolvedRefs, s.Reason, where+host+" is in another organization than "+b.Display+" leads to")
		return s
	}
	if row := j.row(v); t.Gone && (row == nil || !slices.ContainsFunc(row.Hosts, func(h CredentialHostRow) bool { return h.HostID == t.HostID })) {
		s.Reason = ReasonDependencyNotReady
		v.find(Synced, s.Reason, where+host+" is not in Scanopy any more")
		return s
	}
	s.ID, s.Fate = t.HostID, Write
	if c.Type.IsSocket() && t.NoDaemon {
		s.Fate, s.Reason = Keep, ReasonDependencyNotReady
		v.find(Synced, s.Reason, where+"no daemon runs on "+host+", and a socket can only be read where one does")
	}
	if len(missing) > 0 {
		v.find(ResolvedRefs, ReasonInterfaceNotFound, where+host+" has no interface "+enumerate(quoted(missing))+tellInterfaces(t.Rows))
		if len(s.InterfaceIDs) == 0 {
			s.Fate, s.Reason = Keep, ReasonInterfaceNotFound
		}
	}
	return s
}

// resolve finds the rows of the interfaces that a target names, and gives the names that have none.
func (s *CredentialScope) resolve(t *CredentialTarget) (missing []string) {
	if t.Interfaces == nil {
		return nil
	}
	s.InterfaceIDs = []string{}
	for _, name := range t.Interfaces {
		at := slices.IndexFunc(t.Rows, func(n Named) bool { return n.Name == name })
		if at < 0 {
			s.Names, missing = append(s.Names, name), append(missing, name)
			continue
		}
		s.InterfaceIDs = append(s.InterfaceIDs, t.Rows[at].ID)
	}
	s.InterfaceIDs, s.Names = distinct(s.InterfaceIDs), distinct(s.Names)
	return distinct(missing)
}

func tellInterfaces(rows []Named) string {
	if len(rows) == 0 {
		return ""
	}
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	return " in Scanopy; it has " + strings.TrimSpace(enumerate(names))
}
