// SPDX-License-Identifier: Apache-2.0

package core

// service is a declared service: a Service, or one inside the Host.
type service struct {
	item           Item
	member         int32
	host           int32 // the Host that it is on, as a member
	name           string
	definition     string
	tags           []string
	tagsManaged    bool
	virtualization *ServiceVirtualization
	bindings       []BindingSpec
	fate           Fate
	claims         bool
	why            string // why what hangs on it waits
	unit           int32  // -1: none
	next           int32  // the next of the same unit; -1: the last
	tagIDs         []string
	newTags        []string
}

// listServices lists the declared services in order of precedence, with their own verdicts.
func (j *judge) listServices() {
	count := len(j.in.Services)
	for _, k := range j.hosts {
		count += len(j.members[k].host.Services)
	}
	j.services = make([]service, 0, count)
	j.serviceIndex = make(map[Ref]int32, len(j.in.Services))
	for i := range j.members {
		m := &j.members[i]
		switch {
		case m.host != nil:
			for k := range m.host.Services {
				j.listInline(int32(i), m, k)
			}
		case m.service != nil:
			d := m.service
			j.serviceIndex[d.Ref] = int32(len(j.services)) //nolint:gosec // few
			j.services = append(j.services, service{
				item: Item{Object: d.Ref}, member: int32(i), host: j.hostOf(d), name: d.Name, definition: d.Definition, tags: d.Tags,
				tagsManaged: d.TagsManaged, virtualization: d.Virtualization, bindings: d.Bindings,
				fate: m.fate, claims: m.claims, why: m.why, unit: -1, next: -1,
			})
		}
	}
	for i := range j.services {
		j.resolveService(&j.services[i])
	}
}

func (j *judge) listInline(index int32, m *member, k int) {
	d := &m.host.Services[k]
	s := service{
		item: Item{Object: m.meta.Ref, Part: PartService, Index: k}, member: index, host: index, name: d.Name, definition: d.Definition,
		tags: d.Tags, tagsManaged: d.TagsManaged, virtualization: d.Virtualization, bindings: d.Bindings,
		fate: m.fate, claims: m.claims, why: m.why, unit: -1, next: -1,
	}
	if j.isRejected(s.item, m.meta.Generation) {
		s.fate, s.claims, s.why = Keep, true, j.whyKept(s.item, m.meta.Generation)
	}
	j.services = append(j.services, s)
}

// hostOf is the Host of the group that a Service is on.
func (j *judge) hostOf(s *ServiceDecl) int32 {
	for _, k := range j.hosts {
		if j.members[k].meta.Ref == s.Host {
			return k
		}
	}
	return j.hosts[0]
}

// resolveService resolves the references of a service to tags and to what runs it.
func (j *judge) resolveService(s *service) {
	if s.fate == Withdraw {
		return
	}
	if s.tagsManaged && j.known() {
		ids, create, fault := j.tags.resolve(s.tags)
		s.tagIDs, s.newTags = ids, create
		if fault != nil {
			j.findFault(s.item, fault)
			s.fate, s.why = Keep, "names a tag that is not there"
		}
	}
	if v := s.virtualization; v != nil {
		j.judgeVirtualization(s.item, v.ServiceRef, v.ServiceID, v.ServiceFound)
		if j.findTooOld(s.item, v.Type, v.Needs) {
			s.fate, s.why = Keep, becauseTooOld
		}
	}
}

const becauseTooOld = "uses what the server's version lacks"

// findTooOld tells of a type of virtualization that the server's version lacks.
func (j *judge) findTooOld(item Item, kind, needs string) bool {
	if needs == "" {
		return false
	}
	j.find(Finding{Item: item, Condition: Accepted, Reason: ReasonUnsupported,
		Detail: "virtualization.type " + kind + " needs Scanopy " + needs + " or later, and " + j.in.Backend.Display + " has " +
			j.in.Backend.ServerVersion, Advice: "take it out, or upgrade Scanopy"})
	return true
}

// judgeVirtualization tells of a reference to what runs a host or a service. It blocks nothing.
func (j *judge) judgeVirtualization(item Item, ref *Ref, id string, found bool) {
	switch {
	case ref == nil || id != "":
	case found:
		j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonDependencyNotReady,
			Detail: "virtualization: Service " + nameFor(item.Object, *ref) + " is not in Scanopy yet; written without it"})
	default:
		j.find(Finding{Item: item, Condition: ResolvedRefs, Reason: ReasonServiceNotFound,
			Detail: "virtualization: Service " + nameFor(item.Object, *ref) + " does not exist; written without it"})
	}
}
