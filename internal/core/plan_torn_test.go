// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// torn is a server with edge and proxy, on which a merge that broke off has left a service without its port.
func torn(t *testing.T) *coretest.Server {
	t.Helper()
	s := written(t, edgeAndProxy())
	s.Hosts[0].Services = append(s.Hosts[0].Services, core.ObservedService{
		ID: "found", Name: "ssh", Definition: "SSH",
		Bindings: []core.ObservedBinding{{ID: "left", Type: core.BindPort, PortID: "moved"}},
	})
	return s
}

// TestAHostTornByAMergeThatBrokeOffIsWrittenWithoutItsListOfServices: the server refuses that list, and the binding in it
// is not ours to take away.
func TestAHostTornByAMergeThatBrokeOffIsWrittenWithoutItsListOfServices(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(*wish)
		steps string
		waits bool
	}{
		"what is as wanted needs no request": {edit: func(*wish) {}},
		"a new service waits":                {edit: addService, waits: true},
		"a field is written":                 {edit: func(w *wish) { w.name = "www" }, steps: "UpdateHost"},
		"a binding is made by itself": {
			edit: func(w *wish) {
				w.name = "www"
				w.services[0].bindings = append(w.services[0].bindings, wishBinding{"alt", "eth0"}, wishBinding{"alt", "eth1"})
			},
			steps: "UpdateHost CreateBinding CreateBinding",
		},
		"all but the new service is written": {
			edit: func(w *wish) {
				addService(w)
				w.name, w.services = "www", slices.Delete(w.services, 1, 2)
				w.ports = append(w.ports, wishPort{"dns", 53})
			},
			steps: "DeleteService UpdateHost", waits: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, w := torn(t), edgeAndProxy()
			c.edit(&w)
			in := declared(s, w, 0)
			p := core.ComputePlan(in, core.Judge(in), core.Policy{})
			if got := stepKinds(p); got != c.steps {
				t.Errorf("it does %q, not %q", got, c.steps)
			}
			if waits := p.Blocked == core.ReasonDependencyNotReady; waits != c.waits || waits != strings.Contains(p.BlockedMessage, `binding left of service "ssh"`) {
				t.Errorf("%s: %s", p.Blocked, p.BlockedMessage)
			}
			if ran := s.Run(p, len(p.Steps)); ran.Err != nil {
				t.Fatal(ran.Err)
			}
			if !slices.ContainsFunc(s.Hosts[0].Services, func(o core.ObservedService) bool { return o.ID == "found" && len(o.Bindings) == 1 }) {
				t.Error("the binding of somebody else is gone")
			}
			s.Hosts[0].Services = slices.DeleteFunc(s.Hosts[0].Services, func(o core.ObservedService) bool { return o.ID == "found" })
			in = declared(s, w, 0)
			p = core.ComputePlan(in, core.Judge(in), core.Policy{})
			if ran := s.Run(p, len(p.Steps)); ran.Err != nil || p.Blocked != "" {
				t.Fatalf("once it is mended: %v, %s", ran.Err, p.Blocked)
			}
		})
	}
}

func addService(w *wish) {
	w.services = append(w.services, wishService{object: "shell", name: "shell", bindings: []wishBinding{{"alt", ""}}})
}

// TestARowOfOursIsRetainedUnderAForeignBindingOfAnotherHost: a merge that broke off moved the row away from it.
func TestARowOfOursIsRetainedUnderAForeignBindingOfAnotherHost(t *testing.T) {
	s, w := written(t, edgeAndProxy()), edgeAndProxy()
	w.ports, w.interfaces = w.ports[:2], w.interfaces[:1]
	in := declared(s, w, 0)
	plan := func() string { return stepKinds(core.ComputePlan(in, core.Judge(in), core.Policy{})) }
	if got := plan(); got != "UpdateHost" {
		t.Errorf("it does %q by itself", got)
	}
	in.Observed.Carried = []string{s.Hosts[0].Ports[2].ID, s.Hosts[0].Interfaces[1].ID}
	if got := plan(); got != "" {
		t.Errorf("it does %q", got)
	}
	if got := core.Judge(in).Retained; len(got) != 2 {
		t.Errorf("it retains %v", got)
	}
}
