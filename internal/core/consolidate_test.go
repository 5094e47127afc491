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

// pair is a root web and a Host old that is consolidated into it, each with a host on the server as it was declared
// before.
func pair(t *testing.T, web, old *core.HostDecl) *family {
	t.Helper()
	in := coretest.EmptyInput("web")
	in.Instance, in.Backend.Pin.NetworkID = testInstance, testNetwork
	in.Backend.Subnets = []core.Subnet{{ID: testSubnet, Name: "lan", CIDR: netip.MustParsePrefix("10.0.0.0/24")}}
	for _, h := range []*core.HostDecl{web, old} {
		h.HasFinalizer = true
	}
	in.Host, in.Root = web, web.Ref
	in.Consolidated = []core.HostDecl{*old}
	f := &family{in: in, server: &coretest.Server{MACFixed: true}, ids: map[core.Ref]string{}}
	for _, ref := range []core.Ref{web.Ref, old.Ref} {
		one := alone(in, ref)
		p := core.ComputePlan(one, core.Judge(one), core.Policy{})
		ran := f.server.Run(p, len(p.Steps))
		if ran.Err != nil {
			t.Fatal(ran.Err)
		}
		f.ids[ref] = ran.HostID
	}
	f.in.Consolidated[0].ConsolidateInto = "web"
	return f
}

// machine is a Host in few words: services are "name port@interface".
func machine(name string, minute, ip int, services ...string) *core.HostDecl {
	h := &core.HostDecl{Meta: coretest.MetaOf(core.KindHost, name, minute), Name: name}
	h.Interfaces = []core.InterfaceDecl{{Name: "eth0", IP: addr(ip)}}
	for _, s := range services {
		service, binding, _ := strings.Cut(s, " ")
		b := coretest.Spec(binding)
		if b.Type == core.BindPort {
			port := core.PortDecl{Name: b.Port, Number: number(strings.TrimPrefix(b.Port, "p")), Protocol: core.TCP}
			if !slices.Contains(h.Ports, port) {
				h.Ports = append(h.Ports, port)
			}
		}
		h.Services = append(h.Services, core.InlineService{Name: service, Definition: service, Bindings: []core.BindingSpec{b}})
	}
	return h
}

// find lets somebody else add a service to a host.
func (f *family) find(host int, service string, bindings ...string) {
	h := &f.server.Hosts[host]
	row := core.ObservedService{ID: f.server.NewID(), Name: service, Definition: service, Source: "Discovery"}
	for _, text := range bindings {
		b := found(f.server, h, storyBinding(text))
		if b.Type == core.BindPort && b.PortID == "" {
			b.PortID = f.server.NewID()
			port, _, _ := strings.Cut(text, "@")
			h.Ports = append(h.Ports, core.ObservedPort{ID: b.PortID, Number: number(port), Protocol: core.TCP})
		}
		row.Bindings = append(row.Bindings, b)
	}
	at := slices.IndexFunc(h.Services, func(o core.ObservedService) bool { return o.Name == service })
	if at >= 0 {
		h.Services[at].Bindings = append(h.Services[at].Bindings, row.Bindings...)
		return
	}
	h.Services = append(h.Services, row)
}

// finish goes on until nothing is left to do, and counts the requests of the first plan.
func (f *family) finish(t *testing.T) (requests int, rounds int) {
	t.Helper()
	for round := range 8 {
		_, p, ran := f.round(1000)
		if len(p.Steps) == 0 {
			return requests, round
		}
		if ran.Err != nil || ran.Replan {
			t.Fatalf("round %d: %+v of %s", round, ran, describe(p))
		}
		requests = max(requests, p.Requests())
	}
	t.Fatal("does not converge")
	return 0, 0
}

func TestAMergeKeepsWhatItCanAndGivesUpWhatLoses(t *testing.T) {
	for name, c := range map[string]struct {
		web, old *core.HostDecl
		before   func(*family)
		want     []string
	}{
		"what is declared on both is united, the root's spelling wins": {
			web: machine("web", 1, 1, "edge p80@eth0"), old: machine("old", 0, 2, "edge p81@lan", "shell p22@*"),
			before: func(f *family) {
				f.in.Consolidated[0].Interfaces = []core.InterfaceDecl{{Name: "lan", IP: addr(1)}}
			},
			want: []string{"edge 80@eth0 81@eth0", "shell 22@*"},
		},
		"the older claim wins, on whichever side it is": {
			web: machine("web", 1, 1, "edge p80@*"), old: machine("old", 0, 2, "proxy p80@*"),
			want: []string{"edge", "proxy 80@*"},
		},
		"and the other way round": {
			web: machine("web", 0, 1, "edge p80@*"), old: machine("old", 1, 2, "proxy p80@*"),
			want: []string{"edge 80@*", "proxy"},
		},
		"a foreign binding of a service that both have is made again": {
			web: machine("web", 0, 1, "edge p80@*"), old: machine("old", 1, 2, "edge p81@*"),
			before: func(f *family) { f.find(1, "edge", "82@*") },
			want:   []string{"edge 80@* 81@* 82@*"},
		},
		"a foreign binding of a service that both have claims before declared ones of the other": {
			web: machine("web", 0, 1, "edge p80@*", "graphs p82@*"), old: machine("old", 1, 2, "edge p81@*"),
			before: func(f *family) { f.find(1, "edge", "82@*") },
			want:   []string{"edge 80@* 81@* 82@*", "graphs"},
		},
		"a foreign binding of a service that both have claims before open ports": {
			web: machine("web", 0, 1, "edge p80@*"), old: machine("old", 1, 2, "edge p81@*"),
			before: func(f *family) { f.find(0, openPorts, "82@*", "83@*"); f.find(1, "edge", "82@*") },
			want:   []string{openPorts + " 83@*", "edge 80@* 81@* 82@*"},
		},
		"of foreign bindings that meet that of the host which stays is kept": {
			web: machine("web", 0, 1), old: machine("old", 1, 2),
			before: func(f *family) { f.find(0, "Nginx", "80@*"); f.find(1, "Apache", "80@*", "81@*") },
			want:   []string{"Apache 81@*", "Nginx 80@*"},
		},
		"open ports give way to what was found on the other": {
			web: machine("web", 0, 1), old: machine("old", 1, 2),
			before: func(f *family) { f.find(0, openPorts, "80@*", "83@*"); f.find(1, "Apache", "80@*") },
			want:   []string{"Apache 80@*", openPorts + " 83@*"},
		},
		"open ports that give way to what is declared keep nothing else out": {
			web: machine("web", 0, 1), old: machine("old", 1, 2),
			before: func(f *family) {
				f.find(0, openPorts, "80@*")
				f.find(1, openPorts, "eth0")
				f.in.Host.Ports = machine("web", 0, 1, "edge p80@*").Ports
				f.in.Host.Services = machine("web", 0, 1, "edge p80@*").Services
			},
			want: []string{openPorts + " of eth0", "edge 80@*"},
		},
		"open ports that give way to what was found keep nothing else out": {
			web: machine("web", 0, 1), old: machine("old", 1, 2),
			before: func(f *family) {
				f.find(0, openPorts, "80@*")
				f.find(1, openPorts, "eth0")
				f.find(1, "Apache", "80@*")
			},
			want: []string{"Apache 80@*", openPorts + " of eth0"},
		},
		"a foreign binding claims before declared ones of either": {
			web: machine("web", 0, 1, "edge p80@*"), old: machine("old", 1, 2, "ssh p22@*"),
			before: func(f *family) { f.find(0, "Dropbear", "22@*") },
			want:   []string{"Dropbear 22@*", "edge 80@*", "ssh"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := pair(t, c.web, c.old)
			if c.before != nil {
				c.before(f)
			}
			requests, _ := f.finish(t)
			if diff := cmp.Diff(c.want, f.services()); diff != "" {
				t.Error(diff)
			}
			if len(f.server.Hosts) != 1 || requests > 6 {
				t.Errorf("%d hosts, %d requests", len(f.server.Hosts), requests)
			}
		})
	}
}

// services tells the services of the only host with their bindings, sorted.
func (f *family) services() []string {
	h := &f.server.Hosts[0]
	text := map[string]string{"": "*"}
	for _, i := range h.Interfaces {
		text[i.ID] = i.Name
	}
	for _, p := range h.Ports {
		text[p.ID] = fmt.Sprint(p.Number)
	}
	var out []string
	for _, s := range h.Services {
		var bindings []string
		for _, b := range s.Bindings {
			if b.Type == core.BindInterface {
				bindings = append(bindings, "of "+text[b.InterfaceID])
				continue
			}
			bindings = append(bindings, text[b.PortID]+"@"+text[b.InterfaceID])
		}
		slices.Sort(bindings)
		out = append(out, strings.TrimSpace(s.Name+" "+strings.Join(bindings, " ")))
	}
	slices.Sort(out)
	return out
}

func TestAMergeThatBrokeOffIsFinishedWhereverItBroke(t *testing.T) {
	want := []string{"Nginx 81@eth1", "edge 80@eth0", "proxy 82@*", "shell 22@eth1"}
	for breaks := 1; breaks < 14; breaks++ {
		t.Run(fmt.Sprint("after ", breaks), func(t *testing.T) {
			old := machine("old", 1, 2, "shell p22@eth1", "proxy p82@*")
			old.Interfaces[0].Name = "eth1"
			f := pair(t, machine("web", 0, 1, "edge p80@eth0"), old)
			f.find(1, "Nginx", "81@eth1")
			f.server.Breaks = breaks
			f.round(1000)
			f.server.Mend()
			f.finish(t)
			if diff := cmp.Diff(want, f.services()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoHostIsMergedThatNoFieldNames(t *testing.T) {
	f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "proxy p80@*"))
	old := f.in.Consolidated[0]
	f.in.Consolidated = nil
	old.ConsolidateInto = ""
	f.in.Neighbours = []core.HostDecl{old}
	f.finish(t)
	if len(f.server.Hosts) != 2 {
		t.Errorf("%d hosts are left", len(f.server.Hosts))
	}
}

// merged is a root web and a Host old that were merged.
func merged(t *testing.T) *family {
	t.Helper()
	f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "shell p22@*"))
	f.finish(t)
	return f
}

// parted is what old sees when it leads to web no more, while its rows are on web's host as they were.
func (f *family) parted() core.Input {
	in := alone(f.see(), f.in.Consolidated[0].Ref)
	host := *in.Host
	host.PriorID, host.PriorInto = "", "web"
	in.Host = &host
	in.Observed.HeldBy = map[string]core.Ref{f.server.Hosts[0].ID: rootRef}
	return in
}

func TestAHostThatHasPartedWaitsUntilItsRowsAreLetGo(t *testing.T) {
	in := merged(t).parted()
	j := core.Judge(in)
	if j.Fate != core.Keep || !strings.Contains(tell(j), "Synced DependencyNotReady") || len(core.ComputePlan(in, j, core.Policy{}).Steps) > 0 {
		t.Errorf("%v %s", j.Fate, tell(j))
	}
	all := core.Status(in, j, core.Plan{}, core.Result{Ran: true})
	if len(all) != 1 || all[0].Host.ConsolidatedInto != "web" {
		t.Errorf("%+v", all)
	}
}

func TestAHostThatHasPartedDoesNotWaitForRowsThatTheOtherDeclaresItself(t *testing.T) {
	in := merged(t).parted()
	shared := &in.Observed.Hosts[0]
	shared.Interfaces = shared.Interfaces[:1]
	for _, p := range shared.Ports {
		in.Observed.Theirs = append(in.Observed.Theirs, p.ID)
	}
	for _, s := range shared.Services {
		in.Observed.Theirs = append(in.Observed.Theirs, s.ID)
	}
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateHost {
		t.Fatalf("%s %s", describe(p), p.BlockedMessage)
	}
	in.Observed.Theirs = nil
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(p.Steps) > 0 {
		t.Errorf("it does not wait for what is let go of: %s", describe(p))
	}
}

func TestAHostThatHasPartedDoesNotWaitForRowsThatForeignBindingsHangOn(t *testing.T) {
	f := merged(t)
	f.find(0, "Dropbear", "22@*")
	in := f.parted()
	shared := &in.Observed.Hosts[0]
	kept := ""
	for _, p := range shared.Ports {
		if p.Number == 22 {
			kept = p.ID
		}
	}
	shared.Interfaces = shared.Interfaces[:1] // the root has let go of what nothing foreign hangs on
	shared.Ports = slices.DeleteFunc(shared.Ports, func(p core.ObservedPort) bool { return p.Number != 22 && p.Number != 80 })
	shared.Services = slices.DeleteFunc(shared.Services, func(s core.ObservedService) bool { return s.Name == "shell" })
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if len(p.Steps) != 1 || p.Steps[0].Kind != core.StepCreateHost {
		t.Fatalf("%s %s", describe(p), p.BlockedMessage)
	}
	ports := p.Steps[0].Create.Ports
	if kept == "" || len(ports) != 1 || ports[0].ID == kept {
		t.Errorf("the port has the id %q of the one that stays where it is: %+v", kept, ports)
	}
}

func TestAHostThatHasPartedWaitsForAnAddressThatForeignBindingsHangOn(t *testing.T) {
	in := merged(t).parted()
	shared := &in.Observed.Hosts[0]
	shared.Ports = shared.Ports[:1] // the root has let go of all but the address, on which somebody found a gateway
	shared.Services = append(shared.Services[:1], core.ObservedService{ID: "found", Name: "Gateway", Definition: "Gateway",
		Bindings: []core.ObservedBinding{{ID: "binding", Type: core.BindInterface, InterfaceID: shared.Interfaces[1].ID}}})
	j := core.Judge(in)
	if j.Fate != core.Keep || !strings.Contains(tell(j), "Synced DependencyNotReady") {
		t.Errorf("%v %s", j.Fate, tell(j))
	}
}

func TestTheStatusOfAHostThatCanNotBeMergedIsLeftToItsOwnBackendHost(t *testing.T) {
	f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "shell p22@*"))
	of := func(name string, host core.Ref) core.ServiceDecl {
		s := core.ServiceDecl{Meta: coretest.MetaOf(core.KindService, name, 3), Host: host, Permitted: true, Name: name, Definition: name}
		s.PriorObservedGeneration = s.Generation
		return s
	}
	old := &f.in.Consolidated[0]
	f.in.Services = []core.ServiceDecl{of("root", rootRef), of("db", old.Ref), of("later", old.Ref)}
	f.in.Services[2].PriorObservedGeneration = -1
	old.PriorObservedGeneration = 1
	for name, change := range map[string]func(){
		"that is paused": func() { old.Paused = true }, "whose root is paused": func() { old.Paused, f.in.Host.Paused = false, true },
	} {
		t.Run(name, func(t *testing.T) {
			change()
			in := f.see()
			j := core.Judge(in)
			for _, m := range core.Status(in, j, core.Plan{}, core.Result{Ran: true}) {
				if want := m.Ref.Name == "old" || m.Ref.Name == "db"; m.Elsewhere != want {
					t.Errorf("%s: elsewhere is %t", m.Ref.Name, m.Elsewhere)
				}
			}
			old.Paused, f.in.Host.Paused = false, false
		})
	}
	in := f.see()
	for _, m := range core.Status(in, core.Judge(in), core.Plan{}, core.Result{Ran: true}) {
		if m.Elsewhere {
			t.Errorf("%s is elsewhere though it is merged", m.Ref.Name)
		}
	}
}

func TestTheBackendHostOfAHostThatCanNotBeMergedIsNotMergedForAnotherWithRowsOnIt(t *testing.T) {
	f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "shell p22@*"))
	in := f.see()
	kept := &in.Consolidated[0]
	kept.Observes = true
	third := *machine("third", 2, 3)
	third.ConsolidateInto, third.HasFinalizer = "web", true
	in.Consolidated = append(in.Consolidated, third)
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		if h.ID == kept.PriorID {
			id := core.ChildID(testInstance, core.Owner(testNetwork, third.Ref), core.RowPort, "row")
			h.Ports = append(h.Ports, core.ObservedPort{ID: id, Number: 7, Protocol: core.UDP})
		}
	}
	if p := core.ComputePlan(in, core.Judge(in), core.Policy{}); slices.ContainsFunc(p.Steps, func(s core.Step) bool { return s.Kind == core.StepConsolidate }) {
		t.Error(describe(p))
	}
}
