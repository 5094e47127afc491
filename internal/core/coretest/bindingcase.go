// SPDX-License-Identifier: Apache-2.0

package coretest

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Case is a service with its bindings, in the words of the recorded cases: i0 (Interface), p0@i1 (a port on one
// interface), p0@* (a port on all interfaces).
type Case struct {
	Service  string
	Bindings []string
}

// Effective judges services, oldest first, on a host that has so many interfaces (i0, i1, …) and ports (p0, p1, …) and
// nothing else. refused says whether any binding was; after has the bindings of each service that are in force, sorted.
func Effective(interfaces, ports int, services []Case) (refused bool, after map[string][]string) {
	return EffectiveOf(core.Judge(BindingInput(interfaces, ports, services)))
}

// EffectiveOf reads a judgement in the words of the cases.
func EffectiveOf(j core.Judgement) (refused bool, after map[string][]string) {
	after = map[string][]string{}
	for i := range j.Findings {
		refused = refused || (j.Findings[i].Condition == core.Accepted && !j.Findings[i].Status)
	}
	for i := range j.Host.Services {
		s := &j.Host.Services[i]
		for k := range s.Bindings {
			if b := &s.Bindings[k]; b.Outcome == core.OutcomeEffective && b.Fate == core.Write {
				after[s.Name] = append(after[s.Name], Words(b.Spec))
			}
		}
		slices.Sort(after[s.Name])
	}
	return refused, after
}

// BindingInput is the input for a case: a new Host on an empty backend, and a Service object for each service.
func BindingInput(interfaces, ports int, services []Case) core.Input {
	in := EmptyInput("web")
	for i := range interfaces {
		in.Host.Interfaces = append(in.Host.Interfaces, core.InterfaceDecl{
			Name: "i" + strconv.Itoa(i), IP: netip.AddrFrom4([4]byte{10, 20, byte(i >> 8), byte(i)}),
		})
	}
	for i := range ports {
		in.Host.Ports = append(in.Host.Ports, core.PortDecl{Name: "p" + strconv.Itoa(i), Number: 8000 + i, Protocol: core.TCP})
	}
	for i, c := range services {
		s := core.ServiceDecl{Meta: MetaOf(core.KindService, c.Service, i+1), Host: in.Root, Permitted: true, Name: c.Service, Definition: "Caddy"}
		for _, b := range c.Bindings {
			s.Bindings = append(s.Bindings, Spec(b))
		}
		in.Services = append(in.Services, s)
	}
	return in
}

// EmptyInput is a new Host without anything, on a backend that has nothing but the subnet 10.20.0.0/16.
func EmptyInput(name string) core.Input {
	pin := core.Pin{OrganizationID: "organization", NetworkID: "network"}
	host := &core.HostDecl{Meta: MetaOf(core.KindHost, name, 0), Name: name, HasFinalizer: true}
	return core.Input{
		Root: host.Ref, Now: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Instance: 1, Host: host,
		Backend: core.BackendFacts{
			Display: "Backend lab/default", Kind: "Backend", Name: "default", Found: true, Permitted: true, Client: true,
			NetworkFound: true, Network: "Lab", Pin: pin, PinVisible: true, Held: true, ServerVersion: "0.14.13",
			Subnets: []core.Subnet{{ID: "subnet", Name: "lan", CIDR: netip.MustParsePrefix("10.20.0.0/16")}},
		},
		Observed: core.Observed{Known: true, Settled: true, MarkFresh: true},
		Settled:  true, Quiet: true, MayDelete: true,
	}
}

// MetaOf is an object of the namespace lab that was declared at a minute.
func MetaOf(kind core.Kind, name string, minute int) core.Meta {
	return core.Meta{
		Ref: core.Ref{Kind: kind, Namespace: "lab", Name: name}, UID: string(kind) + "-" + name, Generation: 1,
		Created: time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC), PriorObservedGeneration: -1,
	}
}

// Spec reads a binding in the words of the cases.
func Spec(text string) core.BindingSpec {
	port, iface, isPort := strings.Cut(text, "@")
	switch {
	case !isPort:
		return core.BindingSpec{Type: core.BindInterface, Interface: text}
	case iface == "*":
		return core.BindingSpec{Type: core.BindPort, Port: port}
	}
	return core.BindingSpec{Type: core.BindPort, Port: port, Interface: iface}
}

// Words puts a binding into the words of the cases.
func Words(s core.BindingSpec) string {
	switch {
	case s.Type == core.BindInterface:
		return s.Interface
	case s.Interface == "":
		return s.Port + "@*"
	}
	return s.Port + "@" + s.Interface
}
