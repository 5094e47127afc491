// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"strconv"
)

// nameIndex finds the interfaces and ports that a Host declares by name.
type nameIndex struct{ interfaces, ports map[string]int32 }

// resolveNames is B1: the interface and the port must be on the service's own Host, or on another one of the group.
func (j *judge) resolveNames(b *bind) bool {
	ok := true
	if b.spec.Interface != "" || b.spec.Type == BindInterface {
		if b.iface, ok = j.named(b, func(n *nameIndex) map[string]int32 { return n.interfaces }, b.spec.Interface); !ok {
			j.findMissing(b, ReasonInterfaceNotFound, "interface", b.spec.Interface, j.interfaceNames)
		}
	}
	if b.spec.Type == BindInterface {
		return ok
	}
	slot, found := j.named(b, func(n *nameIndex) map[string]int32 { return n.ports }, b.spec.Port)
	if !found {
		j.findMissing(b, ReasonPortNotFound, "port", b.spec.Port, j.portNames)
	}
	b.port = slot
	return ok && found
}

// named looks a name up: on the Host that the binding names, else on the service's own, the root, and the others in
// order of precedence.
func (j *judge) named(b *bind, of func(*nameIndex) map[string]int32, name string) (int32, bool) {
	own := j.ownHost(b)
	slot, found := of(&j.members[own].names)[name]
	if found || b.spec.Host != "" {
		return slot, found
	}
	for _, k := range j.hosts {
		if slot, found := of(&j.members[k].names)[name]; found {
			return slot, true
		}
	}
	return 0, false
}

// ownHost is the Host that a binding names, else that of its service.
func (j *judge) ownHost(b *bind) int32 {
	if b.spec.Host == "" {
		return j.services[b.service].host
	}
	k, _ := j.hostNamed(b.spec.Host)
	return k
}

// hostNamed finds a Host of the group by its name.
func (j *judge) hostNamed(name string) (int32, bool) {
	for _, k := range j.hosts {
		if j.members[k].meta.Ref.Name == name {
			return k, true
		}
	}
	return j.hosts[0], false
}

func (j *judge) findMissing(b *bind, r Reason, kind, name string, names func(*HostDecl) []string) {
	h := j.members[j.ownHost(b)].host
	text := "it has none"
	if has := names(h); len(has) > 0 {
		text = "it has " + listed(has)
	}
	j.find(Finding{Item: b.item, Condition: ResolvedRefs, Reason: r, Claim: name,
		Detail: fmt.Sprintf("Host %s has no %s %q; %s", nameFor(b.item.Object, h.Ref), kind, name, text)})
}

// listed joins names with commas, at most MaxParties of them.
func listed(names []string) string {
	out := names[0]
	for i, n := range names[1:] {
		if i+1 == MaxParties {
			return out + " and " + strconv.Itoa(len(names)-MaxParties) + " more"
		}
		out += ", " + n
	}
	return out
}

func (j *judge) interfaceNames(h *HostDecl) []string {
	out := make([]string, 0, len(h.Interfaces))
	for i := range h.Interfaces {
		out = append(out, h.Interfaces[i].Name+" ("+h.Interfaces[i].IP.String()+")")
	}
	return out
}

func (j *judge) portNames(h *HostDecl) []string {
	out := make([]string, 0, len(h.Ports))
	for i := range h.Ports {
		out = append(out, h.Ports[i].words())
	}
	return out
}

// words are a port's name, number and protocol: http (80/TCP).
func (p *PortDecl) words() string {
	return p.Name + " (" + strconv.Itoa(p.Number) + "/" + string(p.Protocol) + ")"
}
