// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// edit changes an input; rules are tested on few edits of a host with two interfaces and two ports.
type edit func(*core.Input)

func group(edits ...edit) core.Input {
	in := coretest.EmptyInput("web")
	for _, e := range append([]edit{iface("eth0", "10.20.0.10"), iface("eth1", "10.20.0.11"), port("http", 80), port("https", 443)}, edits...) {
		e(&in)
	}
	return in
}

func iface(name, ip string, more ...string) edit {
	return func(in *core.Input) {
		d := core.InterfaceDecl{Name: name, IP: netip.MustParseAddr(ip)}
		if len(more) > 0 {
			d.MAC = more[0]
		}
		if len(more) > 1 {
			d.Subnet = more[1]
		}
		in.Host.Interfaces = append(in.Host.Interfaces, d)
	}
}

func port(name string, number int) edit {
	return func(in *core.Input) {
		in.Host.Ports = append(in.Host.Ports, core.PortDecl{Name: name, Number: number, Protocol: core.TCP})
	}
}

func specs(words []string) []core.BindingSpec {
	var out []core.BindingSpec
	for _, w := range words {
		out = append(out, coretest.Spec(w))
	}
	return out
}

func inline(name string, bindings ...string) edit {
	return func(in *core.Input) {
		in.Host.Services = append(in.Host.Services, core.InlineService{Name: name, Definition: "Caddy", Bindings: specs(bindings)})
	}
}

// service declares a Service at a minute; the Host is of minute 0.
func service(name string, minute int, bindings ...string) edit {
	return func(in *core.Input) {
		in.Services = append(in.Services, core.ServiceDecl{Meta: coretest.MetaOf(core.KindService, name, minute), Host: in.Root,
			Permitted: true, Name: name, Definition: "Caddy", Bindings: specs(bindings)})
	}
}

func binding(name string, minute int, of, words string) edit {
	return func(in *core.Input) {
		in.Bindings = append(in.Bindings, core.BindingDecl{Meta: coretest.MetaOf(core.KindBinding, name, minute),
			Service: core.Ref{Kind: core.KindService, Namespace: "lab", Name: of}, Spec: coretest.Spec(words)})
	}
}

// last edits the Service that was declared last.
func last(change func(*core.ServiceDecl)) edit {
	return func(in *core.Input) { change(&in.Services[len(in.Services)-1]) }
}

func lastBinding(change func(*core.BindingDecl)) edit {
	return func(in *core.Input) { change(&in.Bindings[len(in.Bindings)-1]) }
}

func host(change func(*core.HostDecl)) edit { return func(in *core.Input) { change(in.Host) } }

// inBackend lets the server have what the edits so far come to.
func inBackend(in *core.Input) {
	s := &coretest.Server{MACFixed: true, Subnets: in.Backend.Subnets, Tags: in.Backend.Tags}
	p := core.ComputePlan(*in, core.Judge(*in), core.Policy{})
	if ran := s.Run(p, len(p.Steps)); ran.Err != nil || len(s.Hosts) != 1 {
		panic(fmt.Sprintf("%+v", ran))
	}
	in.Observed.Hosts = s.Hosts
	in.Host.PriorID, in.Host.Pinned, in.Host.Origin = s.Hosts[0].ID, in.Backend.Pin, core.OriginCreated
}

// forgotten takes back what was declared beside the host itself.
func forgotten(in *core.Input) { in.Services, in.Bindings, in.Host.Services = nil, nil, nil }

// seen changes the host that the server has.
func seen(change func(*core.ObservedHost)) edit {
	return func(in *core.Input) { change(&in.Observed.Hosts[0]) }
}

// verdicts puts a judgement into lines: findings, what became of bindings that are not in force, and rows that go.
func verdicts(j core.Judgement) []string {
	out := []string{}
	for _, f := range j.Findings {
		line := fmt.Sprintf("%s: %s=%v %s", thing(f.Item), f.Condition, f.Status, f.Reason)
		var parties []string
		for _, p := range f.Parties {
			parties = append(parties, who(p))
		}
		if len(parties) > 0 {
			line += " by " + strings.Join(parties, ", ")
		}
		if f.Detail != "" {
			line += ": " + f.Detail
		}
		out = append(out, line)
	}
	for _, list := range []struct {
		verb string
		rows []core.RowRef
	}{{"withdraw", j.Withdraw}, {"retain", j.Retained}, {"yield", j.Yielded}} {
		for _, r := range list.rows {
			out = append(out, list.verb+" "+r.Text)
		}
	}
	return out
}

func thing(i core.Item) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", i.Object.Kind, i.Object.Name, i))
}

func who(p core.Party) string {
	if p.Item.Object == (core.Ref{}) {
		return fmt.Sprintf("%s %q %s (%s)", p.ForeignKind, p.ForeignName, p.ForeignSource, p.Claim)
	}
	if p.Claim == "" {
		return thing(p.Item)
	}
	return thing(p.Item) + " (" + p.Claim + ")"
}

// fates are the outcome and fate of each declared binding, and the fate of each service that is not written.
func fates(j core.Judgement) []string {
	words := map[core.Fate]string{core.Keep: "Keep", core.Write: "Write", core.Withdraw: "Withdraw"}
	out := []string{}
	for _, s := range j.Host.Services {
		if s.Fate != core.Write {
			out = append(out, thing(s.Item)+": "+words[s.Fate])
		}
		for _, b := range s.Bindings {
			if b.Outcome != core.OutcomeEffective || b.Fate != core.Write {
				out = append(out, fmt.Sprintf("%s: %s %s", thing(b.Item), b.Outcome, words[b.Fate]))
			}
		}
	}
	slices.Sort(out)
	return out
}

// rule is a case of a rule: what is declared and what comes of it.
type rule struct {
	edits []edit
	want  []string
	fates []string
}

func checkRules(t *testing.T, rules map[string]rule) {
	t.Helper()
	documented := documentedReasons(t)
	for name, r := range rules {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(r.edits...))
			for _, f := range j.Findings {
				if !slices.Contains(documented[f.Condition][f.Status], string(f.Reason)) {
					t.Errorf("%s is not documented as a reason of %s=%v", f.Reason, f.Condition, f.Status)
				}
				if f.Condition == core.Accepted && !f.Status && f.Advice == "" && len(f.Parties) == 0 {
					t.Errorf("%s of %s does not say what to write instead", f.Reason, thing(f.Item))
				}
			}
			if d := cmp.Diff(append([]string{}, r.want...), verdicts(j)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(append([]string{}, r.fates...), fates(j)); d != "" {
				t.Error(d)
			}
		})
	}
}
