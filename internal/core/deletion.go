// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Patience is how long a Host in a namespace that is being deleted waits for its backend, and any that is deleted for the
// Host that takes its backend host over.
const Patience = 5 * time.Minute

// judgeDeletion decides what becomes of the backend host of a Host that is being deleted. One that waits, or whose
// deletion fails, is let go after a while if its namespace is being deleted, too: that has to end.
func (j *judge) judgeDeletion() {
	d, h := j.deletion(), j.in.Host
	waits, why := d.Action == DeletionWaits, d.Message
	if d.Action == DeleteHost && j.in.Failed != "" {
		waits, why = true, j.in.Failed
	}
	if waits && h.NamespaceDeleting && !h.DeletedAt.IsZero() {
		if d.After = j.patienceLeft(h); d.After == 0 {
			d = j.giveUp("its namespace is being deleted, and " + why)
		}
	}
	j.out.Deletion = &d
	if d.Action == DeleteHost {
		j.out.Target.HostID = d.HostIDs[0]
	}
}

// patienceLeft is how long a Host that is being deleted may wait yet for what may never come; 0: no longer.
func (j *judge) patienceLeft(h *HostDecl) time.Duration {
	return max(0, cmp.Or(j.in.Patience, Patience)-j.in.Now.Sub(h.DeletedAt))
}

func (j *judge) deletion() Deletion {
	h, b := j.in.Host, &j.in.Backend
	switch {
	case !h.HasFinalizer:
		return Deletion{Action: ReleaseHost, Reason: ReasonDeleting}
	case h.ForceOrphan:
		return j.letGo("the annotation force-orphan asks for it")
	case j.remaining() != "":
		return j.waits(ReasonInUse, j.remaining()+" still part of it by spec.consolidateInto; take that out there, or delete "+
			"them too"+forceOrphan(h))
	case !j.mayHaveHost():
		return Deletion{Action: ReleaseHost, Reason: ReasonDeleting}
	case !j.in.MayDelete:
		return j.letGo("the definitions of its kinds are being removed")
	case j.policyKeeps(h.Origin) != "":
		return j.letGo(j.policyKeeps(h.Origin))
	case !b.Found && h.NamespaceDeleting:
		return j.giveUp("its namespace is being deleted, and so was its backend")
	case b.NoKey && (b.Deleting || h.NamespaceDeleting):
		return j.giveUp("it is being deleted with its backend or namespace, and there is no key to reach Scanopy with")
	case b.Paused:
		return j.waits(ReasonPaused, b.Display+isPaused+forceOrphan(h))
	case !b.Found || !b.Client || b.Reason != "":
		return j.waits(ReasonBackendUnavailable, j.unavailableText()+forceOrphan(h))
	case h.Pinned != (Pin{}) && !b.PinVisible:
		return j.waits(ReasonBackendChanged, fmt.Sprintf("%s does not show network %s, in which it is synced%s",
			b.Display, h.Pinned.NetworkID, forceOrphan(h)))
	}
	return j.guarded(j.deleteKnown())
}

// mayHaveHost says that a request that makes a backend host may have been sent for the object.
func (j *judge) mayHaveHost() bool {
	h := j.in.Host
	return h.PriorID != "" || h.Pinned != (Pin{}) || h.Origin != "" || !h.Creating.IsZero()
}

// policyKeeps says why the backend host of an object that is deleted stays; "" if it is deleted too. One that says
// nothing leaves what it did not make.
func (j *judge) policyKeeps(origin string) string {
	h := j.in.Host
	switch {
	case h.Observes:
		return "it is only observed (managementPolicy: ObserveOnly)"
	case h.DeletionPolicy == DeletionOrphan:
		return "its deletion policy is Orphan"
	case h.DeletionPolicy == DeletionDelete, origin == OriginCreated, origin == "" && !h.Creating.IsZero():
		return ""
	case origin == "":
		return "nothing says that the operator made it"
	}
	return "it was there before and is only adopted"
}

// letGo removes the finalizer and leaves in the backend what is there.
func (j *judge) letGo(because string) Deletion { return letGoOf(j.in.Host.PriorID, because) }

func letGoOf(id, because string) Deletion {
	what := "what there is of it"
	if id != "" {
		what = "host " + id
	}
	return Deletion{Action: ReleaseHost, Reason: ReasonOrphaned, Event: what + " is left in Scanopy as it is: " + because}
}

// giveUp lets go of what should have been deleted in the backend.
func (j *judge) giveUp(because string) Deletion {
	d := j.letGo(because)
	d.GivenUp = true
	return d
}

func (j *judge) waits(r Reason, message string) Deletion {
	return Deletion{Action: DeletionWaits, Reason: r, Message: message}
}

func (j *judge) unavailableText() string {
	if m := j.in.Backend.Message; m != "" {
		return m
	}
	return j.in.Backend.Display + " is not available"
}

func forceOrphan(h *HostDecl) string {
	return fmt.Sprintf("; to let go of it: kubectl annotate schost %s -n %s inventory.scanopy.io/force-orphan=true", h.Ref.Name, h.Ref.Namespace)
}

// deleteKnown decides with a backend that answers: what is there is found as for a Host that stays.
func (j *judge) deleteKnown() Deletion {
	h, obs := j.in.Host, &j.in.Observed
	if j.elsewhere() {
		return j.deleteElsewhere()
	}
	if !obs.Known {
		return j.waits(ReasonDeleting, "waiting for the list of hosts")
	}
	candidates := j.candidates()
	own, merged := j.findOwn(candidates)
	if own < 0 && merged == "" && !obs.Settled {
		j.out.Target.NeedList = true
		return j.waits(ReasonDeleting, "a list must show what came of the last attempt to create the host")
	}
	var ids []string
	switch {
	case own >= 0:
		if d, stays := j.staysFound(&obs.Hosts[own]); stays {
			return j.withoutCopies(d, candidates, own)
		}
		ids = append(ids, obs.Hosts[own].ID)
	case merged == "" && j.isHeld(h.PriorID): // a status that tells of it is not true, as in a backup restored elsewhere
		return j.withoutCopies(j.leftTo(j.heldBy(h.PriorID)), candidates, own)
	case merged == "" && h.PriorID != "":
		ids = append(ids, h.PriorID) // a list that lacks it is not believed: the request tells
	}
	for _, i := range j.halfMade(candidates) {
		if i != own {
			ids = append(ids, obs.Hosts[i].ID)
		}
	}
	return j.deletes(ids)
}

// deleteElsewhere decides by status.id alone: what was read is about another network.
func (j *judge) deleteElsewhere() Deletion {
	h := j.in.Host
	if h.PriorID == "" {
		return j.waits(ReasonBackendChanged, fmt.Sprintf("it is synced to network %s, but %s leads to another now%s",
			h.Pinned.NetworkID, j.in.Backend.Display, forceOrphan(h)))
	}
	if by := j.heldBy(h.PriorID); by != (Ref{}) {
		return j.leftTo(by)
	}
	return j.deletes([]string{h.PriorID})
}

// withoutCopies deletes what broken creations left beside a backend host that is let go of.
func (j *judge) withoutCopies(d Deletion, candidates []int, own int) Deletion {
	var ids []string
	for _, i := range j.halfMade(candidates) {
		if i != own {
			ids = append(ids, j.in.Observed.Hosts[i].ID)
		}
	}
	if d.Action != ReleaseHost || len(ids) == 0 {
		return d
	}
	copies := j.deletes(ids)
	copies.Event = d.Event
	return copies
}

// staysFound says why the backend host that was found is not deleted, if it is not.
func (j *judge) staysFound(o *ObservedHost) (d Deletion, stays bool) {
	switch {
	case j.isHeld(o.ID):
		return j.leftTo(j.heldBy(o.ID)), true
	case j.isAnother(o.ID) && j.policyKeeps(FormatAdopted(o.ID)) != "":
		return letGoOf(o.ID, "it was there before, and Scanopy has merged "+cmp.Or(j.in.Host.PriorID, "ours")+" into it"), true
	case o.Daemon:
		return j.waits(ReasonHostHasDaemon, "a daemon runs on it; delete the daemon in Scanopy first"+forceOrphan(j.in.Host)), true
	}
	if heir, left := j.heir(), j.patienceLeft(j.in.Host); heir != nil && left > 0 {
		return j.inherited(heir.Ref, left), true
	}
	return Deletion{}, false
}

func (j *judge) deletes(ids []string) Deletion {
	if len(ids) == 0 {
		return Deletion{Action: ReleaseHost, Reason: ReasonDeleting}
	}
	return Deletion{Action: DeleteHost, HostIDs: ids, Reason: ReasonDeleting}
}

// leftTo lets go of a backend host that another Host has or takes over.
func (j *judge) leftTo(ref Ref) Deletion {
	return Deletion{Action: ReleaseHost, Reason: ReasonDeleting, Message: "its host in Scanopy is handed over to " + j.nameOfHost(ref)}
}

// nameOfHost names a Host of the same namespace.
func (j *judge) nameOfHost(ref Ref) string {
	if ref.Namespace == j.in.Host.Ref.Namespace {
		return "Host " + ref.Name
	}
	return "another Host"
}

// inherited waits for a while until the heir has the backend host: it may be deleted itself before it takes it over, or be
// refused, and nobody would delete the host then.
func (j *judge) inherited(heir Ref, left time.Duration) Deletion {
	d := j.waits(ReasonDeleting, "waiting until "+j.nameOfHost(heir)+", which declares the same machine, has taken its host over; "+
		"if it does not, the host is deleted after a while")
	d.After = left
	return d
}

// heir is a Host that declares the same machine and has no backend host yet: it takes this one over. It is the first in
// order of precedence, so that it is not the duplicate of another such Host once this one is gone.
func (j *judge) heir() *HostDecl {
	for _, n := range j.neighbours() {
		if n.Deleting || sharedMachine(&j.in.Backend, j.in.Host, n) == "" {
			continue
		}
		if n.PriorID == "" && !n.Paused && !n.Observes && j.mayInherit(n) {
			return n
		}
		return nil
	}
	return nil
}

// mayInherit says that a Host looks for a backend host by its machine: it is not to be part of another one, asks for no
// other one by its id, and is not the duplicate of a third one.
func (j *judge) mayInherit(n *HostDecl) bool {
	if n.ConsolidateInto != "" || (n.ExternalID != "" && n.ExternalID != j.in.Host.PriorID) {
		return false
	}
	return !slices.ContainsFunc(j.in.Neighbours, func(o HostDecl) bool {
		return !o.Deleting && comparePrecedence(&o.Meta, &n.Meta) < 0 && sharedMachine(&j.in.Backend, n, &o) != ""
	})
}
