// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestBindingRules(t *testing.T) {
	checkRules(t, map[string]rule{
		"B1: a port must be on the service's host": {
			edits: []edit{service("metrics", 1, "metrics@*")},
			want:  []string{`Service metrics bindings[0]: ResolvedRefs=false PortNotFound: Host web has no port "metrics"; it has http (80/TCP), https (443/TCP)`},
			fates: []string{"Service metrics bindings[0]: Pending Keep"},
		},
		"B1: an interface must be on the service's host": {
			edits: []edit{service("metrics", 1, "eth2")},
			want:  []string{`Service metrics bindings[0]: ResolvedRefs=false InterfaceNotFound: Host web has no interface "eth2"; it has eth0 (10.20.0.10), eth1 (10.20.0.11)`},
			fates: []string{"Service metrics bindings[0]: Pending Keep"},
		},
		"B1: a host that is not of the group is CrossHost": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "eth0"), lastBinding(func(b *core.BindingDecl) { b.Spec.Host = "db" })},
			want:  []string{`Binding b: Accepted=false CrossHost: Host "db" is not the Host of this service, web`},
			fates: []string{"Binding b: Rejected Withdraw"},
		},
		"B1: a host that is the root says nothing new": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "eth0"), lastBinding(func(b *core.BindingDecl) { b.Spec.Host = "web" })},
		},
		"B2: an exact duplicate within the service is satisfied by the other": {
			edits: []edit{inline("edge", "http@*"), service("copy", 1), last(func(s *core.ServiceDecl) { s.Name = "edge" }), binding("b", 2, "copy", "http@*")},
			want: []string{
				"Service copy: Accepted=true Duplicate by Host web services[0]",
				"Binding b: Accepted=true Duplicate by Host web services[0].bindings[0] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Binding b: Duplicate Withdraw"},
		},
		"B3: an Interface binding and a Port binding of a service on one interface": {
			edits: []edit{service("edge", 1, "eth1", "https@eth0"), binding("b", 2, "edge", "https@eth1")},
			want:  []string{"Binding b: Accepted=false Conflicted by Service edge bindings[0] (Interface eth1)"},
			fates: []string{"Binding b: Rejected Withdraw"},
		},
		"B4: a Port binding on all interfaces and an Interface binding of a service": {
			edits: []edit{service("metrics", 1, "http@*"), binding("metrics-eth1", 2, "metrics", "eth1")},
			want:  []string{"Binding metrics-eth1: Accepted=false Conflicted by Service metrics bindings[0] (port http (80/TCP) on all interfaces)"},
			fates: []string{"Binding metrics-eth1: Rejected Withdraw"},
		},
		"B3 and B4 bind only one service": {
			edits: []edit{service("a", 1, "eth0", "eth1"), service("b", 2, "http@*", "https@eth0")},
		},
		"B5: a binding on all interfaces covers specific ones, whatever their age": {
			edits: []edit{service("edge", 1, "http@eth0"), binding("b", 2, "edge", "http@*")},
			want:  []string{"Service edge bindings[0]: Accepted=true Superseded by Binding b (port http (80/TCP) on all interfaces)"},
			fates: []string{"Service edge bindings[0]: Superseded Withdraw"},
		},
		"B5 wins over B2": {
			edits: []edit{service("edge", 1, "http@eth0", "http@eth0", "http@*")},
			want: []string{
				"Service edge bindings[0]: Accepted=true Superseded by Service edge bindings[2] (port http (80/TCP) on all interfaces)",
				"Service edge bindings[1]: Accepted=true Superseded by Service edge bindings[2] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Service edge bindings[0]: Superseded Withdraw", "Service edge bindings[1]: Superseded Withdraw"},
		},
		"B6: a port belongs to one service where the interfaces overlap": {
			edits: []edit{inline("edge", "http@*"), service("proxy", 1, "http@eth0")},
			want:  []string{"Service proxy bindings[0]: Accepted=false PortClaimed by Host web services[0].bindings[0] (port http (80/TCP) on all interfaces)"},
			fates: []string{"Service proxy bindings[0]: Rejected Withdraw"},
		},
		"B6: two services share a port on different interfaces": {
			edits: []edit{service("a", 1, "http@eth0"), service("b", 2, "http@eth1")},
		},
		"a superseded claim still claims": {
			edits: []edit{service("edge", 1, "http@eth0", "http@*"), service("proxy", 2, "http@eth0")},
			want: []string{
				"Service edge bindings[0]: Accepted=true Superseded by Service edge bindings[1] (port http (80/TCP) on all interfaces)",
				"Service proxy bindings[0]: Accepted=false PortClaimed by Service edge bindings[0] (port http (80/TCP) on interface eth0)," +
					" Service edge bindings[1] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Service edge bindings[0]: Superseded Withdraw", "Service proxy bindings[0]: Rejected Withdraw"},
		},
		"a loser names all accepted claims that block it": {
			edits: []edit{service("a", 1, "http@eth0"), service("b", 2, "http@eth1"), service("c", 3, "eth0"), binding("x", 4, "c", "http@*")},
			want: []string{
				"Binding x: Accepted=false Conflicted by Service c bindings[0] (Interface eth0)",
				"Binding x: Accepted=false PortClaimed by Service a bindings[0] (port http (80/TCP) on interface eth0), Service b bindings[0] (port http (80/TCP) on interface eth1)",
			},
			fates: []string{"Binding x: Rejected Withdraw"},
		},
		"an object being deleted claims nothing": {
			edits: []edit{service("old", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Deleting = true }), service("new", 2, "http@*")},
		},
		"a Binding being deleted claims nothing": {
			edits: []edit{service("old", 1), binding("b", 1, "old", "http@*"), lastBinding(func(b *core.BindingDecl) { b.Deleting = true }), service("new", 2, "http@*")},
		},
		"a Binding on a Service that is being deleted claims nothing": {
			edits: []edit{service("old", 1), last(func(s *core.ServiceDecl) { s.Deleting = true }), binding("b", 1, "old", "http@*"), service("new", 2, "http@*")},
			want:  []string{"Binding b: Synced=false Deleting: Service old is being deleted"},
		},
		"a Host of the group that is being deleted claims nothing": {
			edits: []edit{part("old", -1, "10.20.0.20", func(h *core.HostDecl) {
				h.Deleting, h.Ports = true, []core.PortDecl{{Name: "http", Number: 80, Protocol: core.TCP}}
				h.Services = []core.InlineService{{Name: "old", Definition: "Caddy", Bindings: specs([]string{"http@*"})}}
			}), service("new", 2, "http@*")},
		},
		"an edit of an older object wins over a younger one": {
			edits: []edit{service("old", 1), service("young", 2, "http@*"), inBackend,
				func(in *core.Input) { in.Services[0].Bindings = specs([]string{"http@eth0"}) }},
			want: []string{
				"Service young bindings[0]: Accepted=false PortClaimed by Service old bindings[0] (port http (80/TCP) on interface eth0)",
				"withdraw binding of young to port http (80/TCP) on all interfaces",
			},
			fates: []string{"Service young bindings[0]: Rejected Withdraw"},
		},
		"an item of fate Keep without a row blocks nothing": {
			edits: []edit{service("paused", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Paused = true }), service("new", 2, "http@*")},
			want:  []string{"Service paused: Synced=true Paused: paused by its annotation: nothing is written"},
			fates: []string{"Service paused bindings[0]: Pending Keep", "Service paused: Keep"},
		},
		"a standing row of fate Keep claims before all that is declared": {
			edits: []edit{service("paused", 9, "http@*"), inBackend, last(func(s *core.ServiceDecl) { s.Paused = true }), service("new", 2, "http@*")},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Service paused bindings[0] (port http (80/TCP) on all interfaces)",
				"Service paused: Synced=true Paused: paused by its annotation: nothing is written",
			},
			fates: []string{"Service new bindings[0]: Rejected Withdraw", "Service paused bindings[0]: Effective Keep", "Service paused: Keep"},
		},
		"what the server refused goes on claiming": {
			edits: []edit{service("refused", 1, "http@*"), service("new", 2, "http@*"), func(in *core.Input) {
				in.Rejected = []core.Rejection{{Item: core.Item{Object: in.Services[0].Ref}, Generation: 1, Message: "no"}}
			}},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Service refused bindings[0] (port http (80/TCP) on all interfaces)",
				"Service refused: Synced=false BackendRejected: no",
			},
			fates: []string{"Service new bindings[0]: Rejected Withdraw", "Service refused bindings[0]: Pending Keep", "Service refused: Keep"},
		},
		"a refusal of an earlier generation is forgotten": {
			edits: []edit{service("refused", 1, "http@*"), func(in *core.Input) {
				in.Rejected = []core.Rejection{{Item: core.Item{Object: in.Services[0].Ref}, Generation: 0, Message: "no"}}
			}},
		},
	})
}

func TestPrecedenceIsTimeThenNamespaceThenNameThenKindThenPosition(t *testing.T) {
	at := func(namespace, name string, minute int) edit {
		return func(in *core.Input) {
			service(name, minute, "http@*")(in)
			in.Services[len(in.Services)-1].Ref.Namespace = namespace
		}
	}
	for name, c := range map[string]struct {
		edits  []edit
		winner string
	}{
		"the earlier":                            {[]edit{at("a", "a", 2), at("b", "b", 1)}, "Service b/b bindings[0]"},
		"of the same time, the lesser namespace": {[]edit{at("b", "a", 1), at("a", "b", 1)}, "Service a/b bindings[0]"},
		"of the same namespace, the lesser name": {[]edit{at("lab", "b", 1), at("lab", "a", 1)}, "Service lab/a bindings[0]"},
		"names compare bytewise":                 {[]edit{at("lab", "a", 1), at("lab", "Z", 1)}, "Service lab/Z bindings[0]"},
		"fields compare one by one, not joined":  {[]edit{at("lab-b", "a", 1), at("lab", "z", 1)}, "Service lab/z bindings[0]"},
		"a Host before a Service of its name":    {[]edit{at("lab", "web", 0), inline("edge", "http@*")}, "Host lab/web services[0].bindings[0]"},
		"a Service before a Binding of its name": {[]edit{service("y", 0), binding("x", 1, "y", "http@*"), at("lab", "x", 1)}, "Service lab/x bindings[0]"},
		"in a list, the first":                   {[]edit{inline("b", "http@*"), inline("a", "http@*")}, "Host lab/web services[0].bindings[0]"},
		"an inline service has its object's":     {[]edit{at("a", "a", 1), inline("edge", "http@*")}, "Host lab/web services[0].bindings[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(c.edits...))
			var got []string
			for _, s := range j.Host.Services {
				for _, b := range s.Bindings {
					if o := b.Item.Object; b.Outcome == core.OutcomeEffective {
						got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s", o.Kind, o.Namespace, o.Name, b.Item)))
					}
				}
			}
			if d := cmp.Diff([]string{c.winner}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWinnersAreToldWhomTheyShadow(t *testing.T) {
	j := core.Judge(group(service("edge", 1, "http@*"), binding("again", 2, "edge", "http@*"), binding("eth0", 3, "edge", "http@eth0"),
		binding("iface", 4, "edge", "eth1"), service("proxy", 5, "http@eth1")))
	var got []string
	for _, s := range j.Shadows {
		got = append(got, thing(s.Winner)+" > "+thing(s.Loser)+" "+string(s.Reason))
	}
	want := []string{
		"Service edge bindings[0] > Service proxy bindings[0] PortClaimed",
		"Service edge bindings[0] > Binding again Duplicate",
		"Service edge bindings[0] > Binding eth0 Superseded",
		"Service edge bindings[0] > Binding iface Conflicted",
		"Binding again > Service proxy bindings[0] PortClaimed",
		"Binding again > Binding iface Conflicted",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
