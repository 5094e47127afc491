// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// tellParts says of each consolidated Host where it is in the backend, and of one that is being deleted whether it may
// go.
func (j *judge) tellParts() {
	for _, k := range j.hosts[1:] {
		m := &j.members[k]
		p := PartHost{Ref: m.meta.Ref, HostID: m.host.PriorID, Merged: m.host.PriorInto == j.in.Host.Ref.Name}
		if j.known() && !j.held && m.fate == Write && !j.in.Host.Deleting {
			p.HostID = j.unmerged(m)
			p.Parting = j.isParting(m)
			p.Merged = p.HostID == "" && j.out.Target.Confirm == "" && !p.Parting
		}
		p.Kept = (j.held || m.fate == Keep) && p.HostID != "" && !p.Merged && !j.in.Host.Deleting
		if m.meta.Deleting {
			d := j.deletionOf(m)
			p.Deletion = &d
		}
		j.out.Parts = append(j.out.Parts, p)
	}
}

// isParting says that rows of a Host are on the backend host of another one, which it was part of.
func (j *judge) isParting(m *member) bool {
	into := Ref{Kind: KindHost, Namespace: m.meta.Ref.Namespace, Name: m.host.PriorInto}
	if into.Name == "" || into == j.in.Host.Ref {
		return false
	}
	return slices.ContainsFunc(j.in.Observed.Hosts, func(h ObservedHost) bool {
		ofHost, ofOthers := j.countRows(&h, m)
		return ofHost+ofOthers > 0 && j.in.Observed.HeldBy[h.ID] == into
	})
}

// unmerged is the backend host of a Host that is not one with the target yet.
func (j *judge) unmerged(m *member) string {
	for _, merge := range j.out.Target.Merges {
		if merge.Item == (Item{Object: m.meta.Ref}) {
			return j.in.Observed.Hosts[merge.Index].ID
		}
	}
	if j.out.Target.Confirm == m.host.PriorID {
		return m.host.PriorID
	}
	return ""
}

// deletionOf decides about a consolidated Host that is being deleted: it goes when what it alone contributed is gone.
func (j *judge) deletionOf(m *member) Deletion {
	d := j.partGoes(m)
	h := m.host
	if d.Action != DeletionWaits || !h.NamespaceDeleting || h.DeletedAt.IsZero() {
		return d
	}
	if d.After = j.patienceLeft(h); d.After == 0 {
		return partLetGo("its namespace is being deleted and " + d.Message)
	}
	return d
}

func (j *judge) partGoes(m *member) Deletion {
	h, b, root := m.host, &j.in.Backend, j.in.Host
	switch {
	case !h.HasFinalizer || root.Deleting: // all goes with the root's
		return Deletion{Action: ReleaseHost, Reason: ReasonDeleting}
	case h.ForceOrphan:
		return partLetGo("the annotation force-orphan asks for it")
	case !j.in.MayDelete:
		return partLetGo("the definitions of its kinds are being removed")
	case !b.Client && (b.Deleting || (!b.Found && h.NamespaceDeleting)):
		return partLetGo("its backend is being deleted and there is no key to reach it with")
	case !b.Found || !b.Client || b.Reason != "":
		return j.waits(ReasonBackendUnavailable, j.unavailableText()+forceOrphan(h))
	case !j.known():
		return j.waits(ReasonDeleting, "waiting for the list of hosts")
	case j.held:
		return j.waits(ReasonDeleting, "Host "+root.Ref.Name+", which it is part of, "+j.heldBecause+forceOrphan(h))
	case j.hasRows(m):
		return j.waits(ReasonDeleting, "its rows are withdrawn from the host of Host "+root.Ref.Name)
	}
	return Deletion{Action: ReleaseHost, Reason: ReasonDeleting}
}

func partLetGo(because string) Deletion {
	return Deletion{Action: ReleaseHost, Reason: ReasonOrphaned, Event: "its rows are left in Scanopy as they are: " + because}
}

// hasRows says that rows of a Host, or of what is on it, are still to be withdrawn from the target.
func (j *judge) hasRows(m *member) bool {
	return slices.ContainsFunc(j.out.Withdraw, func(r RowRef) bool {
		owner, isOurs := j.ownerOf(r.ID)
		of := j.memberBy(owner)
		return isOurs && of != nil && j.memberHost(of) == m
	})
}

// findRootGoing tells a consolidated Host that the one which it is part of is being deleted.
func (j *judge) findRootGoing(item Item) {
	j.find(Finding{Item: item, Condition: Accepted, Status: true, Reason: ReasonConsolidated, Parties: []Party{{Item: j.hostItem()}}})
	j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDeleting,
		Detail: "Host " + j.in.Host.Ref.Name + ", which it is part of, is being deleted",
		Advice: "take spec.consolidateInto out to make it a host of its own"})
}

// findHostGoing tells what is on a Host of the group that the backend host goes.
func (j *judge) findHostGoing(item Item, s *ServiceDecl) {
	on := &j.members[j.hostOf(s)]
	if on.meta.Deleting {
		j.findGoing(item, s.Host)
		return
	}
	j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDeleting,
		Detail: "Host " + nameFor(item.Object, s.Host) + " is part of one that is being deleted"})
}
