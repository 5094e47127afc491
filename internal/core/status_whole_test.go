// SPDX-License-Identifier: Apache-2.0

package core

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateStatus = flag.Bool("update-status", false, "rewrite the golden statuses")

// rack is a group with a bit of everything: the Host of the examples with Services and Bindings of two namespaces.
func rack() Input {
	in := exampleInput()
	in.Instance, in.Observed = 7, Observed{Known: true, Settled: true, MarkFresh: true}
	in.Host.Interfaces[0].IP, in.Host.Interfaces[1].IP = netip.MustParseAddr("10.20.0.10"), netip.MustParseAddr("10.20.0.11")
	in.Backend.Subnets = []Subnet{{ID: "subnet", Name: "lab", CIDR: netip.MustParsePrefix("10.20.0.0/24")}}
	service := func(ns, name, definition string, second int, bindings ...BindingSpec) {
		in.Services = append(in.Services, ServiceDecl{
			Meta: statusMeta(Ref{KindService, ns, name}, second), Host: hostRef(), Permitted: true, Name: name,
			Definition: definition, Bindings: bindings,
		})
	}
	binding := func(name, on string, second int, spec BindingSpec) {
		in.Bindings = append(in.Bindings, BindingDecl{
			Meta: statusMeta(bindRef(name), second), Service: Ref{KindService, "lab", on}, Spec: spec,
		})
	}
	http := BindingSpec{Type: BindPort, Port: "http"}
	service("lab", "edge", "Caddy", 5)
	service("lab", "proxy", "HAProxy", 6, http)
	service("shop", "far", "HAProxy", 7, BindingSpec{Type: BindPort, Port: "https", Interface: "eth0"})
	binding("edge-http-again", "edge", 8, http)
	binding("edge-http-eth0", "edge", 9, BindingSpec{Type: BindPort, Port: "http", Interface: "eth0"})
	binding("nowhere", "nowhere", 10, http)
	binding("cross", "edge", 11, BindingSpec{Type: BindPort, Host: "other", Port: "http"})
	return in
}

// table writes statuses as kubectl shows them, with the message.
func table(all []MemberStatus) string {
	var b strings.Builder
	for _, m := range all {
		ready, more := m.Conditions[0], ""
		switch {
		case m.Host != nil:
			more = fmt.Sprintf("services %v bindings %v", m.Host.Services, m.Host.Bindings)
		case m.Service != nil:
			more = fmt.Sprintf("%d/%d", m.Service.Counts.Accepted, m.Service.Counts.Declared)
		case m.Binding != nil:
			more = fmt.Sprintf("%s %s", m.Binding.Binds, m.Binding.Outcome)
		}
		fmt.Fprintf(&b, "%s %s/%s  %v  %s  %s\n  %s\n", m.Ref.Kind, m.Ref.Namespace, m.Ref.Name, ready.True, ready.Reason, more, ready.Message)
		for _, c := range m.Conditions[4:] {
			fmt.Fprintf(&b, "  %s\n", c.Type)
		}
		if m.Host != nil {
			for _, text := range m.Host.Pending {
				fmt.Fprintf(&b, "  pending %s\n", text)
			}
		}
		for _, s := range m.Shadows {
			fmt.Fprintf(&b, "  shadows %s %s/%s %s: %s\n", s.Kind, s.Namespace, s.Name, s.Item, s.Reason)
		}
		for _, e := range m.Events {
			fmt.Fprintf(&b, "  event %s\n", e.Reason)
		}
	}
	return b.String()
}

func TestAGroupReadsAsAWhole(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Input)
		run    func(*Plan) Result
	}{
		"waits-for-tokens": {func(*Input) {}, func(*Plan) Result { return Result{Waiting: "tokens"} }},
		"is-created": {func(*Input) {}, func(p *Plan) Result {
			r := Result{Ran: true, HostID: "new-id"}
			for range p.Steps {
				r.Steps = append(r.Steps, done())
			}
			return r
		}},
		"is-only-observed": {func(in *Input) { in.Host.Observes = true }, func(*Plan) Result { return Result{Ran: true} }},
		"backend-is-down": {func(in *Input) {
			in.Backend = BackendFacts{
				Display: "Backend lab/default", Found: true, Permitted: true, Reason: "BackendUnavailable",
				Message: "Backend lab/default is not available",
			}
			in.Observed = Observed{}
		}, func(*Plan) Result { return Result{} }},
	} {
		t.Run(name, func(t *testing.T) {
			in := rack()
			c.change(&in)
			j := Judge(in)
			p := ComputePlan(in, j, Policy{})
			got := table(Status(in, j, p, c.run(&p)))
			compareGolden(t, filepath.Join("testdata", "status", name+".golden"), got)
		})
	}
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *updateStatus {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
