// SPDX-License-Identifier: Apache-2.0

package core

import "fmt"

// judgeHost gives the Host's own verdict, as far as it needs no backend host.
func (j *judge) judgeHost() {
	h, b, item := j.in.Host, &j.in.Backend, j.hostItem()
	if v := h.Virtualization; v != nil && j.findTooOld(item, v.Type, v.Needs) {
		j.hold(becauseTooOld)
	}
	j.judgeBackend()
	if b.Found && b.Deleting && h.PriorID == "" && h.Pinned == (Pin{}) {
		j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDeleting,
			Detail: b.Display + " is being deleted and takes no new Hosts", Advice: "name another in spec.backendRef"})
		j.hold("has a backend that is being deleted")
	}
	j.judgeChain()
	if j.isDuplicate(j.root) {
		j.hold("is the same machine as another Host")
	}
	switch {
	case h.Paused:
		j.findPaused(item)
		j.hold(becausePaused)
	case b.Paused && !h.Observes:
		j.find(Finding{Item: item, Condition: Synced, Status: true, Reason: ReasonPaused, Detail: b.Display + isPaused})
		j.hold(becausePaused)
	}
	if j.isRejected(item, h.Generation) {
		j.root.fate, j.root.claims, j.root.why = Keep, true, j.whyKept(item, h.Generation)
	}
}

// words name a network, beside another one of the same id with its organization.
func (p Pin) words(beside Pin) string {
	if p.NetworkID == beside.NetworkID {
		return "network " + p.NetworkID + " of organization " + p.OrganizationID
	}
	return "network " + p.NetworkID
}

const (
	becausePaused   = "is paused"
	becauseObserved = "is only observed"
	// becauseRefused says the same whether there is such a Host or not.
	becauseRefused = "may not be attached to the Host that it names"
	// isPaused follows the name of a Backend.
	isPaused = " is paused by its annotation: nothing is written through it"
)

func (j *judge) findPaused(item Item) {
	j.find(Finding{Item: item, Condition: Synced, Status: true, Reason: ReasonPaused, Detail: "paused by its annotation: nothing is written"})
}

// judgeBackend says whether the Host leads to a network that it may use.
func (j *judge) judgeBackend() {
	h, b, item := j.in.Host, &j.in.Backend, j.hostItem()
	switch {
	case !b.Found:
		detail := b.Message
		if detail == "" {
			detail = "there is no " + b.Display
		}
		j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonBackendNotFound, Detail: detail})
		j.hold("has no backend")
	case !b.Permitted:
		j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonRefNotPermitted,
			Detail: b.Display + " does not admit this namespace or network", Advice: "ask its owner, or use another backend"})
		j.hold("may not use its backend")
	case b.Reason != "":
	case b.NetworkAmbiguous:
		detail, advice := fmt.Sprintf("the key of %s sees several networks %q", b.Display, b.Network), "give the id of one"
		if b.Network == "" {
			detail, advice = fmt.Sprintf("the key of %s sees several networks", b.Display), "name one of them in spec.network or in the backend"
		}
		j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonAmbiguous, Detail: detail, Advice: advice})
		j.hold("names several networks")
	case !b.NetworkFound:
		detail := fmt.Sprintf("the key of %s sees no network %q", b.Display, b.Network)
		if b.Network == "" {
			detail = fmt.Sprintf("the key of %s sees no network", b.Display)
		}
		j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonNetworkNotFound, Detail: detail,
			Advice: "name one that it sees, or give the key access"})
		j.hold("names no network that is there")
	}
	if now := b.Pin; h.Pinned.NetworkID != "" && now.NetworkID != "" && now != h.Pinned && !j.moved {
		j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonBackendChanged,
			Detail: fmt.Sprintf("it is synced to %s, but %s leads to %s now", h.Pinned.words(now), b.Display, now.words(h.Pinned)),
			Advice: fmt.Sprintf("to move it and leave the old host where it is: kubectl annotate schost %s -n %s inventory.scanopy.io/accept-backend=%s",
				h.Ref.Name, h.Ref.Namespace, now.NetworkID)})
		j.hold("is synced to another network")
	}
}

// judgeMembers gives Services and Bindings their own verdicts.
func (j *judge) judgeMembers() {
	for i := range j.members {
		m := &j.members[i]
		switch {
		case m.service != nil:
			j.judgeService(m)
		case m.binding != nil:
			j.judgeBinding(m)
		}
	}
}

func (j *judge) judgeService(m *member) {
	s, item := m.service, Item{Object: m.meta.Ref}
	switch {
	case m.meta.Deleting:
		m.fate, m.why = Withdraw, "is being deleted"
		return
	case !s.Permitted:
		j.findNotPermitted(item)
		m.fate, m.why = Withdraw, becauseRefused
		return
	case j.goesWithHost(m):
		return
	case m.meta.Paused:
		j.findPaused(item)
		m.fate, m.why = Keep, becausePaused
	}
	if j.isRejected(item, m.meta.Generation) {
		m.fate, m.claims, m.why = Keep, true, j.whyKept(item, m.meta.Generation)
	}
}

func (j *judge) findNotPermitted(item Item) {
	j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonRefNotPermitted,
		Detail: "its Host is in another namespace and does not admit this one, or does not exist",
		Advice: "let its owner add this namespace to spec.allowedNamespaces, or name another Host"})
}

func (j *judge) judgeBinding(m *member) {
	item := Item{Object: m.meta.Ref, Part: PartBinding}
	switch {
	case m.meta.Deleting:
		m.fate = Withdraw
		return
	case m.meta.Paused:
		j.findPaused(item)
		m.fate = Keep
	}
	if j.isRejected(item, m.meta.Generation) || j.isRejected(Item{Object: m.meta.Ref}, m.meta.Generation) {
		m.fate, m.claims = Keep, true
	}
}

// judgeWithoutHost tells Services and Bindings that there is no Host for them now: none of that name, or one that goes.
// Their rows, if any, stay.
func (j *judge) judgeWithoutHost() {
	for i := range j.members {
		m := &j.members[i]
		switch {
		case m.meta.Deleting:
		case m.service != nil && !m.service.Permitted:
			j.findNotPermitted(Item{Object: m.meta.Ref})
		case m.host != nil:
			j.findRootGoing(Item{Object: m.meta.Ref})
		case m.service != nil && j.in.Host != nil:
			j.findHostGoing(Item{Object: m.meta.Ref}, m.service)
		case m.service != nil:
			j.find(Finding{Item: Item{Object: m.meta.Ref}, Condition: ResolvedRefs, Reason: ReasonHostNotFound,
				Detail: "Host " + nameFor(m.meta.Ref, m.service.Host) + " does not exist", Advice: "create it, or correct spec.hostRef"})
		case m.binding != nil:
			j.judgeLooseBinding(m)
		}
	}
	j.desireNothing()
}

// judgeLooseBinding tells a Binding of a group without Host what it waits for.
func (j *judge) judgeLooseBinding(m *member) {
	item := Item{Object: m.meta.Ref, Part: PartBinding}
	s := j.serviceBy(m.binding.Service)
	switch {
	case s == nil:
		j.findNoService(item, m.binding.Service)
	case s.meta.Deleting:
		j.findGoing(item, s.meta.Ref)
	case s.service.Permitted && j.in.Host != nil:
		j.findHostGoing(item, s.service)
	default:
		detail := "Service " + nameFor(m.meta.Ref, m.binding.Service) + " "
		if s.service.Permitted {
			detail += "has no Host: Host " + nameFor(m.meta.Ref, s.service.Host) + " does not exist"
		} else {
			detail += becauseRefused
		}
		j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDependencyNotReady, Detail: detail})
	}
}

// findGoing tells of something that an item hangs on and that is being deleted.
func (j *judge) findGoing(item Item, parent Ref) {
	j.find(Finding{Item: item, Condition: Synced, Reason: ReasonDeleting,
		Detail: string(parent.Kind) + " " + nameFor(item.Object, parent) + " is being deleted"})
}

func (j *judge) findNoService(item Item, service Ref) {
	j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonServiceNotFound,
		Detail: "Service " + nameFor(item.Object, service) + " does not exist", Advice: "create it, or correct spec.serviceRef"})
}

func (j *judge) serviceBy(ref Ref) *member {
	for i := range j.members {
		if m := &j.members[i]; m.service != nil && m.meta.Ref == ref {
			return m
		}
	}
	return nil
}

// tell names an object to somebody who may not be able to refer to it.
func (j *judge) tell(reader, object Ref) string { return newNarrator(j.in).object(reader, object) }

// nameFor names an object to somebody: without the namespace if it is the reader's own.
func nameFor(reader, object Ref) string {
	if reader.Namespace == object.Namespace {
		return object.Name
	}
	return object.Namespace + "/" + object.Name
}
