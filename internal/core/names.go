// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"strconv"
)

// nameIndex finds declared interfaces and ports by name.
type nameIndex struct{ interfaces, ports map[string]int32 }

func (j *judge) readNames() *nameIndex {
	n := &nameIndex{make(map[string]int32, len(j.ifaces)), make(map[string]int32, len(j.ports))}
	for i := range j.ifaces {
		n.interfaces[j.ifaces[i].decl.Name] = int32(i)
	}
	for i := range j.ports {
		n.ports[j.ports[i].decl.Name] = int32(i)
	}
	return n
}

// resolveNames is B1: the interface and the port must be on the service's host.
func (j *judge) resolveNames(names *nameIndex, b *bind) bool {
	ok := true
	if b.spec.Interface != "" || b.spec.Type == BindInterface {
		if b.iface, ok = names.interfaces[b.spec.Interface]; !ok {
			j.findMissing(b, ReasonInterfaceNotFound, "interface", b.spec.Interface, j.interfaceNames())
		}
	}
	if b.spec.Type == BindInterface {
		return ok
	}
	slot, found := names.ports[b.spec.Port]
	if !found {
		j.findMissing(b, ReasonPortNotFound, "port", b.spec.Port, j.portNames())
	}
	b.port = slot
	return ok && found
}

func (j *judge) findMissing(b *bind, r Reason, kind, name string, has []string) {
	text := "it has none"
	if len(has) > 0 {
		text = "it has " + listed(has)
	}
	j.find(Finding{Item: b.item, Condition: ResolvedRefs, Reason: r, Claim: name,
		Detail: fmt.Sprintf("Host %s has no %s %q; %s", j.in.Host.Ref.Name, kind, name, text)})
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

func (j *judge) interfaceNames() []string {
	out := make([]string, 0, len(j.ifaces))
	for i := range j.ifaces {
		out = append(out, j.ifaces[i].decl.Name+" ("+j.ifaces[i].decl.IP.String()+")")
	}
	return out
}

func (j *judge) portNames() []string {
	out := make([]string, 0, len(j.ports))
	for i := range j.ports {
		out = append(out, j.ports[i].decl.words())
	}
	return out
}

// words are a port's name, number and protocol: http (80/TCP).
func (p *PortDecl) words() string {
	return p.Name + " (" + strconv.Itoa(p.Number) + "/" + string(p.Protocol) + ")"
}
