// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
	"strings"
)

// JudgeCredentials gives the verdict and fate of each Credential of a backend, and what is wanted of its row. It is a
// function of the set: the order of the input's lists changes nothing. What one Credential comes to depends on others
// only where they ask for the same endpoint of a host.
func JudgeCredentials(in CredentialInput) CredentialJudgement {
	j := &credentialJudge{in: &in, rows: map[string]int{}, tags: tagBook{
		backend: &BackendFacts{Tags: in.Backend.Tags, CreateTags: in.Backend.CreateTags},
	}}
	for i := range in.Rows {
		j.rows[in.Rows[i].ID] = i
	}
	for i := range in.Credentials {
		j.all = append(j.all, CredentialVerdict{Decl: i, Row: -1})
	}
	slices.SortFunc(j.all, func(a, b CredentialVerdict) int {
		return comparePrecedence(&in.Credentials[a.Decl].Meta, &in.Credentials[b.Decl].Meta)
	})
	for i := range j.all {
		j.judge(&j.all[i])
	}
	j.walkEndpoints()
	for i := range j.all {
		j.want(&j.all[i])
	}
	return CredentialJudgement{Verdicts: j.all}
}

type credentialJudge struct {
	in   *CredentialInput
	rows map[string]int // by id
	tags tagBook
	all  []CredentialVerdict
}

func (j *credentialJudge) decl(v *CredentialVerdict) *CredentialDecl {
	return &j.in.Credentials[v.Decl]
}

func (j *credentialJudge) row(v *CredentialVerdict) *ObservedCredential {
	if v.Row < 0 {
		return nil
	}
	return &j.in.Rows[v.Row]
}

// judge judges a Credential by itself.
func (j *credentialJudge) judge(v *CredentialVerdict) {
	c := j.decl(v)
	j.match(v)
	if c.Deleting {
		d := j.deletion(v)
		v.Deletion = &d
		return
	}
	v.Fate = Write
	j.judgeBackend(v)
	for _, l := range c.Lacks {
		v.find(Accepted, ReasonUnsupported, fmt.Sprintf("%s: needs Scanopy %s or newer", l.What, l.Needs))
	}
	if len(c.Lacks) == 0 {
		for _, wrong := range checkCredential(c) {
			v.find(Accepted, ReasonInvalid, wrong)
		}
	}
	j.judgeSecrets(v)
	if j.in.Known && c.TagsManaged {
		if _, _, bad := j.tags.resolve(c.Tags); bad != nil {
			v.find(bad.condition, bad.reason, "tags: "+bad.detail+"; "+bad.advice)
		}
	}
	if len(v.Findings) > 0 || c.Paused || j.in.Backend.Paused || c.NamespaceDeleting {
		v.Fate = Keep
	}
	j.judgeNetworks(v)
	j.judgeTargets(v)
}

// match finds the row of a Credential: by the id that it derives, now or under a former instance, else by status.id.
func (j *credentialJudge) match(v *CredentialVerdict) {
	c := j.decl(v)
	organization := j.organization(c)
	candidates := make([]string, 0, 2+len(j.in.Former))
	if organization != "" {
		for _, instance := range append([]Instance{j.in.Instance}, j.in.Former...) {
			candidates = append(candidates, CredentialID(instance, organization, c.Ref))
		}
		v.ID = candidates[0]
	}
	prior := j.prior(c)
	for _, id := range append(candidates, prior) {
		if row, ok := j.rows[id]; ok && id != "" {
			v.Row, v.ID = row, id
			return
		}
	}
	v.Confirm = j.in.Known && prior != "" && !slices.Contains(j.in.Confirmed, prior)
	if !j.in.Known && prior != "" {
		v.ID = prior
	}
}

// prior is what status.id says, unless that id was derived for another object: it is that one's row, whoever wrote it into
// this status, such as a backup that was restored under another name.
func (j *credentialJudge) prior(c *CredentialDecl) string {
	_, owner, _, derived := ParseID(c.PriorID)
	if derived && owner != Owner(c.Pinned, c.Ref) && owner != Owner(j.organization(c), c.Ref) {
		return ""
	}
	return c.PriorID
}

// CredentialID derives the id of a Credential's row. Its owner is the object in its organization, which stands where
// rows of hosts have a network.
func CredentialID(instance Instance, organization string, ref Ref) string {
	return ChildID(instance, Owner(organization, ref), RowCredential)
}

// organization is where the Credential is: where it was first synced, or where its backend leads now if it has not been
// or if its annotation accepts the move.
func (j *credentialJudge) organization(c *CredentialDecl) string {
	now := j.in.Backend.OrganizationID
	if c.Pinned == "" || (now != "" && c.AcceptBackend == now) {
		return now
	}
	return c.Pinned
}

func (j *credentialJudge) judgeBackend(v *CredentialVerdict) {
	c, b := j.decl(v), &j.in.Backend
	switch {
	case !b.Found:
		v.find(ResolvedRefs, ReasonBackendNotFound, b.Message)
	case !c.Permitted:
		v.find(Accepted, ReasonRefNotPermitted, fmt.Sprintf("%s does not admit the namespace %s", b.Display, c.Ref.Namespace))
	case b.Deleting && j.prior(c) == "" && v.Row < 0:
		v.find(Synced, ReasonDeleting, b.Display+" is being deleted and takes no new Credentials; name another in spec.backendRef")
	case b.OrganizationID != "" && j.organization(c) != b.OrganizationID:
		v.find(Accepted, ReasonBackendChanged, fmt.Sprintf("%s leads to organization %s now, and this Credential is synced in %s; "+
			"if that is meant: kubectl annotate sccred %s -n %s inventory.scanopy.io/accept-backend=%s",
			b.Display, b.OrganizationID, c.Pinned, c.Ref.Name, c.Ref.Namespace, b.OrganizationID))
	}
}

// judgeSecrets looks for the Secrets that the spec names.
func (j *credentialJudge) judgeSecrets(v *CredentialVerdict) {
	c := j.decl(v)
	for i := range c.Fields {
		f := &c.Fields[i]
		there := slices.ContainsFunc(c.Secrets, func(s SecretVersion) bool { return s.Name == f.Ref.Name })
		switch {
		case f.Ref == (SecretKey{}):
		case slices.Contains(c.Barred, f.Ref.Name):
			v.find(ResolvedRefs, ReasonSecretNotFound, f.Path+": "+MayNotRead("Secret "+f.Ref.Name, c.Ref.Namespace, "secrets"))
		case !there:
			v.find(ResolvedRefs, ReasonSecretNotFound, fmt.Sprintf("%s: there is no Secret %s; create it with the value under the key %q",
				f.Path, f.Ref.Name, f.Ref.Key))
		}
	}
	for i := range c.Unread {
		f := &c.Unread[i]
		v.find(ResolvedRefs, ReasonSecretNotFound, fmt.Sprintf("%s: Secret %s has no key %q; put the value there, or name its key",
			f.Path, f.Ref.Name, f.Ref.Key))
	}
}

// nameCredential names another Credential to a reader, who may only know those of its own namespace.
func nameCredential(reader, other Ref) string {
	if reader.Namespace != other.Namespace {
		return "a credential in another namespace"
	}
	return "Credential " + other.Name
}

// nameHost names a Host to a Credential.
func nameHost(reader, host Ref) string {
	if reader.Namespace == host.Namespace {
		return "Host " + host.Name
	}
	return "Host " + strings.Join([]string{host.Namespace, host.Name}, "/")
}
