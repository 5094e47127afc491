// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// Judge gives the verdict and fate of each item of a group and the host that is wanted. It is a function of the set: the
// order of the input's lists changes nothing. Verdicts among Kubernetes objects are told even when the backend is not
// known; what is absent there is concluded only from a list that was read. Why nothing can be sent is the plan's to say.
func Judge(in Input) Judgement {
	j := newJudge(&in)
	switch {
	case in.Host == nil:
		j.judgeWithoutHost()
	case in.Host.Deleting:
		j.judgeDeletion()
		j.judgeWithoutHost()
		j.tellParts()
	default:
		j.judgeGroup()
		for more := j.crowdingOut(); len(more) > 0; more = j.crowdingOut() {
			given := append(more, j.out.Target.Given...)
			j = newJudge(&in)
			j.out.Target.Given = distinct(given)
			j.judgeGroup()
		}
	}
	return j.finish()
}

// judge is a judgement in the making. Its lists are in order of precedence and refer to one another by index.
type judge struct {
	in      *Input
	out     Judgement
	pin     Pin  // where the group is, or is to be
	moved   bool // the Host moves to another network, as its annotation allows
	members []member
	root    *member
	// hosts are the group's Hosts, as indexes of members: the root, then the others in order of precedence. Theirs is the
	// spelling of what several of them declare, in this order.
	hosts  []int32
	owners map[OwnerHash]int32 // of members; made when first asked for
	tags   tagBook

	// held: the whole group is Keep; heldBecause says why, as the end of a sentence about the Host.
	held        bool
	heldBecause string

	target *ObservedHost
	union  union // that the target is, if hosts are merged
	rows   rowIndex
	ifaces []iface
	ports  []port
	// services are declared; units are what they come to, the first so many declared, the rest only observed.
	services     []service
	serviceIndex map[Ref]int32
	units        []unit
	declared     int
	binds        []bind
	observed     []observedBinding
	someStay     bool
	left         leftSlots
	walk         walk
}

func newJudge(in *Input) *judge {
	j := &judge{in: in, members: membersOf(in), tags: tagBook{backend: &in.Backend}}
	j.out.Target.Index = -1
	j.hosts = make([]int32, 0, 1+len(in.Consolidated))
	for i := range j.members {
		if m := &j.members[i]; m.host != nil && m.host == in.Host {
			j.root, j.hosts = m, append(j.hosts, int32(i))
		}
	}
	for i := range j.members {
		if m := &j.members[i]; m.host != nil && m != j.root {
			j.hosts = append(j.hosts, int32(i))
		}
	}
	if h := in.Host; h != nil {
		j.pin = effectivePin(in.Backend.Pin, h)
		j.moved = h.Pinned.NetworkID != "" && j.pin != h.Pinned
		j.out.Host.Item, j.out.Host.Name = j.hostItem(), h.Name
	}
	return j
}

// effectivePin is where the Host is: where it was first synced, or where its backend leads now if it has not been or if
// its annotation accepts the move.
func effectivePin(now Pin, h *HostDecl) Pin {
	if h.Pinned.NetworkID == "" || (now.NetworkID != "" && h.AcceptBackend == now.NetworkID) {
		return now
	}
	return h.Pinned
}

// judgeGroup judges a Host that is there and stays.
func (j *judge) judgeGroup() {
	j.judgeHost()
	j.judgeConsolidated()
	j.resolveHost()
	j.resolveInterfaces()
	j.locate()
	if j.target == nil && j.root.fate != Write && j.known() {
		j.hold("is not in Scanopy")
	}
	j.judgeMembers()
	j.matchInterfaces()
	j.matchPorts()
	j.listServices()
	j.uniteServices()
	j.resolveBindings()
	j.readBindings()
	j.walkClaims()
	j.tellOutcomes()
	j.desire()
	j.settleRows()
	if j.in.Host.Observes {
		j.hold(becauseObserved)
	}
	j.tellHeld()
	j.tellParts()
}

// finish sorts what was found and, when the whole group is Keep, takes back what would change the backend.
func (j *judge) finish() Judgement {
	out := &j.out
	out.Fate = Write
	if j.held || j.in.Host == nil || j.in.Host.Deleting {
		j.keepAll()
	}
	slices.SortStableFunc(out.Findings, compareFindings)
	slices.SortFunc(out.Shadows, func(a, b Shadow) int {
		return cmp.Or(compareItems(a.Winner, b.Winner), compareItems(a.Loser, b.Loser), cmp.Compare(a.Reason, b.Reason))
	})
	out.Shadows = slices.Compact(out.Shadows)
	return *out
}

// keepAll gives everything the fate Keep; verdicts stay as they were told.
func (j *judge) keepAll() {
	out := &j.out
	out.Fate, out.Host.Fate = Keep, Keep
	out.Withdraw, out.Yielded = nil, nil
	out.Target.Confirm, out.Target.HalfMade = "", nil
	out.Target.Merges, out.Target.United, out.Target.Given = nil, nil, nil
	out.Target.NeedList = out.Target.NeedList && out.Deletion != nil
	for i := range out.Host.Interfaces {
		out.Host.Interfaces[i].Fate = Keep
	}
	for i := range out.Host.Ports {
		out.Host.Ports[i].Fate = Keep
	}
	for i := range out.Host.Services {
		s := &out.Host.Services[i]
		s.Fate = Keep
		for k := range s.Bindings {
			s.Bindings[k].Fate = Keep
		}
	}
}

func (j *judge) find(f Finding) { j.out.Findings = append(j.out.Findings, f) }

func (j *judge) findFault(item Item, f *faultOf) {
	j.find(Finding{Item: item, Condition: f.condition, Reason: f.reason, Detail: f.detail, Advice: f.advice})
}

func (j *judge) shadow(winner, loser Item, r Reason) {
	j.out.Shadows = append(j.out.Shadows, Shadow{Winner: winner, Loser: loser, Reason: r})
}

func (j *judge) hostItem() Item { return Item{Object: j.in.Host.Ref} }

// hold makes the whole group Keep; the first reason is told to those that wait.
func (j *judge) hold(because string) {
	if !j.held {
		j.held, j.heldBecause = true, because
	}
}

// isOurs says that an instance is the operator's, now or formerly.
func (j *judge) isOurs(i Instance) bool { return i == j.in.Instance || slices.Contains(j.in.Former, i) }

// whyKept says why an item is Keep that the server refused, or that somebody changes back.
func (j *judge) whyKept(item Item, generation int64) string {
	if j.rejection(item, generation) == nil {
		return "is changed by somebody else again and again"
	}
	return "was refused by the server"
}

// ownerOf reads the owner of a row of ours.
func (j *judge) ownerOf(id string) (OwnerHash, bool) {
	instance, owner, _, derived := ParseID(id)
	return owner, derived && j.isOurs(instance)
}

// memberBy finds the member that an owner hash stands for; nil when it is none of the group.
func (j *judge) memberBy(owner OwnerHash) *member {
	if j.owners == nil {
		j.owners = make(map[OwnerHash]int32, len(j.members))
		for i := range j.members {
			j.owners[Owner(j.pin.NetworkID, j.members[i].meta.Ref)] = int32(i)
		}
	}
	i, ok := j.owners[owner]
	if !ok {
		return nil
	}
	return &j.members[i]
}

// rejection is the server's refusal of an item as it is declared now; nil when there is none.
func (j *judge) rejection(item Item, generation int64) *Rejection {
	var found *Rejection
	for i := range j.in.Rejected {
		r := &j.in.Rejected[i]
		if r.Item != item || r.Generation != generation {
			continue
		}
		if found == nil || cmp.Or(strings.Compare(string(r.Reason), string(found.Reason)), strings.Compare(r.Message, found.Message)) < 0 {
			found = r
		}
	}
	return found
}

// isRejected tells of a refusal by the server, and of what somebody changes back again and again.
func (j *judge) isRejected(item Item, generation int64) bool {
	r := j.rejection(item, generation)
	if r == nil {
		return len(j.in.Undone) > 0 && j.isUndone(item, generation)
	}
	j.find(Finding{Item: item, Condition: Synced, Reason: cmp.Or(r.Reason, ReasonBackendRejected), Detail: r.Message})
	return true
}
