// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

const namespace = "case"

// CoreJudge lets the operator's core judge the cases. It declares the services in both ways that there are, inside
// the Host and as objects of their own, which must come to the same.
func CoreJudge(judge func(core.Input) core.Judgement) Judge {
	return func(declared []Declared) Verdict {
		inline, objects := inputOf(declared), inputOf(declared)
		for i, d := range declared {
			inline.Host.Services = append(inline.Host.Services, core.InlineService{
				Name: d.Service, Definition: "Caddy", Bindings: specs(d.Bindings),
			})
			objects.Services = append(objects.Services, core.ServiceDecl{
				Meta: metaOf(core.KindService, d.Service, i+1), Host: objects.Root, Permitted: true,
				Name: d.Service, Definition: "Caddy", Bindings: specs(d.Bindings),
			})
		}
		a, b := verdictOf(judge(inline)), verdictOf(judge(objects))
		if !reflect.DeepEqual(a, b) {
			a.Effective = map[string][]string{fmt.Sprintf("inline services and Service objects differ: %v", b): {"differ"}}
		}
		return a
	}
}

func metaOf(kind core.Kind, name string, minute int) core.Meta {
	return core.Meta{
		Ref: core.Ref{Kind: kind, Namespace: namespace, Name: name}, UID: string(kind) + name, Generation: 1,
		Created: time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC),
	}
}

// inputOf is a Host with every interface and port that the bindings name, on a backend that has nothing but a subnet.
func inputOf(declared []Declared) core.Input {
	pin := core.Pin{OrganizationID: "organization", NetworkID: "network"}
	host := &core.HostDecl{Meta: metaOf(core.KindHost, "web", 0), Name: "web", Pinned: pin, HasFinalizer: true}
	interfaces, ports := namesIn(declared)
	for i, name := range interfaces {
		host.Interfaces = append(host.Interfaces, core.InterfaceDecl{Name: name, IP: netip.AddrFrom4([4]byte{10, 20, 0, byte(10 + i)})})
	}
	for i, name := range ports {
		host.Ports = append(host.Ports, core.PortDecl{Name: name, Number: 8000 + i, Protocol: core.TCP})
	}
	return core.Input{
		Root: host.Ref, Now: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Instance: 1, Host: host,
		Backend: core.BackendFacts{
			Display: "Backend case/default", Found: true, Permitted: true, Client: true, NetworkFound: true, Network: "Lab",
			Pin: pin, PinVisible: true, Held: true, ServerVersion: "0.14.13",
			Subnets: []core.Subnet{{ID: "subnet", Name: "lan", CIDR: netip.MustParsePrefix("10.20.0.0/24")}},
		},
		Observed: core.Observed{Known: true, Settled: true, MarkFresh: true},
		Settled:  true, Quiet: true, MayDelete: true,
	}
}

// namesIn are the interfaces and ports that bindings name, in order of their names.
func namesIn(declared []Declared) (interfaces, ports []string) {
	for _, d := range declared {
		for _, s := range specs(d.Bindings) {
			if s.Interface != "" {
				interfaces = append(interfaces, s.Interface)
			}
			if s.Port != "" {
				ports = append(ports, s.Port)
			}
		}
	}
	slices.Sort(interfaces)
	slices.Sort(ports)
	return slices.Compact(interfaces), slices.Compact(ports)
}

// specs are bindings in the words of the cases as the core reads them.
func specs(bindings []string) []core.BindingSpec {
	var out []core.BindingSpec
	for _, text := range bindings {
		port, iface, ok := strings.Cut(text, "@")
		switch {
		case !ok:
			out = append(out, core.BindingSpec{Type: core.BindInterface, Interface: text})
		case iface == "*":
			out = append(out, core.BindingSpec{Type: core.BindPort, Port: port})
		default:
			out = append(out, core.BindingSpec{Type: core.BindPort, Port: port, Interface: iface})
		}
	}
	return out
}

func wordsOf(s core.BindingSpec) string {
	switch {
	case s.Type == core.BindInterface:
		return s.Interface
	case s.Interface == "":
		return s.Port + "@*"
	}
	return s.Port + "@" + s.Interface
}

func verdictOf(j core.Judgement) Verdict {
	v := Verdict{Effective: map[string][]string{}}
	for i := range j.Findings {
		if f := &j.Findings[i]; f.Condition == core.Accepted && !f.Status {
			v.Refused = true
		}
	}
	for i := range j.Host.Services {
		s := &j.Host.Services[i]
		for k := range s.Bindings {
			if b := &s.Bindings[k]; b.Outcome == core.OutcomeEffective && b.Fate == core.Write {
				v.Effective[s.Name] = append(v.Effective[s.Name], wordsOf(b.Spec))
			}
		}
	}
	return v
}
