// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"fmt"
)

// deletion decides what becomes of the row of a Credential that is being deleted.
func (j *credentialJudge) deletion(v *CredentialVerdict) CredentialDeletion {
	c := j.decl(v)
	d := j.wantedDeletion(v)
	why := d.Message
	if d.ID != "" {
		why = ""
		if f := j.in.Failed; f != nil {
			why = f.Message
		}
	}
	if d.Release || why == "" || !c.NamespaceDeleting || c.DeletedAt.IsZero() {
		return d
	}
	left := cmp.Or(j.in.Patience, Patience) - j.in.Now.Sub(c.DeletedAt)
	if left > 0 {
		d.After = left
		return d
	}
	return giveUpCredential(c, "its namespace is being deleted, and "+why)
}

func (j *credentialJudge) wantedDeletion(v *CredentialVerdict) CredentialDeletion {
	c, b := j.decl(v), &j.in.Backend
	hint := fmt.Sprintf("; to let go of it: kubectl annotate sccred %s -n %s inventory.scanopy.io/force-orphan=true", c.Ref.Name, c.Ref.Namespace)
	wait := func(r Reason, message string) CredentialDeletion {
		return CredentialDeletion{Reason: r, Message: message}
	}
	switch {
	case !c.HasFinalizer:
		return CredentialDeletion{Release: true, Reason: ReasonDeleting}
	case c.ForceOrphan:
		return leaveCredential(c, "the annotation force-orphan asks for it")
	case !j.in.MayDelete:
		return leaveCredential(c, "the definitions of its kinds are being removed")
	case c.DeletionPolicy == DeletionOrphan:
		return leaveCredential(c, "its deletion policy is Orphan")
	case !b.Found && c.NamespaceDeleting:
		return giveUpCredential(c, "its namespace is being deleted, and so was its backend")
	case b.NoKey && (b.Deleting || c.NamespaceDeleting):
		return giveUpCredential(c, "it is being deleted with its backend or namespace, and there is no key to reach Scanopy with")
	case b.Paused:
		return wait(ReasonPaused, b.Display+isPaused+hint)
	case !b.mayDelete():
		message := b.Message
		if message == "" {
			message = b.Display + " is not available"
		}
		return wait(ReasonBackendUnavailable, message+hint)
	case c.Pinned != "" && c.Pinned != b.OrganizationID:
		return wait(ReasonBackendChanged, fmt.Sprintf("%s does not show organization %s, in which it is synced%s", b.Display, c.Pinned, hint))
	case v.Row >= 0:
		return CredentialDeletion{ID: v.ID, Reason: ReasonDeleting}
	case j.prior(c) != "":
		return CredentialDeletion{ID: c.PriorID, Reason: ReasonDeleting} // a list that lacks it is not believed: the request tells
	case !j.in.Known:
		return wait(ReasonDeleting, "waiting for the list of credentials")
	case j.organization(c) == "": // the answer to its creation may have been lost, and this is what its id is made from
		return wait(ReasonBackendUnavailable, b.Display+" shows no network, and so not its organization"+hint)
	}
	return CredentialDeletion{Release: true, Reason: ReasonDeleting}
}

// mayDelete says that deletions can be sent.
func (b *CredentialBackend) mayDelete() bool {
	return b.Found && b.Client && (b.Reason == "" || b.OnlyDeletes)
}

func giveUpCredential(c *CredentialDecl, because string) CredentialDeletion {
	d := leaveCredential(c, because)
	d.GivenUp = true
	return d
}

// leaveCredential removes the finalizer and leaves in the backend what is there.
func leaveCredential(c *CredentialDecl, because string) CredentialDeletion {
	what := "what there is of it"
	if c.PriorID != "" {
		what = "credential " + c.PriorID
	}
	return CredentialDeletion{Release: true, Reason: ReasonOrphaned, Event: what + " is left in Scanopy as it is: " + because}
}
