// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// edge and proxy are on port 80 and 443 of a host with two interfaces.
func edgeAndProxy() wish {
	return wish{
		name:       "web",
		interfaces: []wishInterface{{"eth0", 1, ""}, {"eth1", 2, ""}},
		ports:      []wishPort{{"http", 80}, {"https", 443}, {"alt", 8080}},
		services: []wishService{
			{object: "edge", name: "edge", bindings: []wishBinding{{"http", ""}}},
			{object: "proxy", name: "proxy", bindings: []wishBinding{{"https", ""}}},
		},
	}
}

func testServer() *coretest.Server {
	return &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}, {ID: "t3", Name: "green"}}}
}

// written is a server on which a wish was fulfilled, everything as its own object.
func written(t *testing.T, w wish) *coretest.Server {
	t.Helper()
	s := testServer()
	in := declared(s, w, 0)
	if ran := s.Run(core.ComputePlan(in, core.Judge(in), core.Policy{}), 1); ran.Err != nil {
		t.Fatal(ran.Err)
	}
	return s
}

func stepKinds(p core.Plan) string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, string(s.Kind))
	}
	return strings.Join(out, " ")
}

func noteTexts(p core.Plan) []string {
	var out []string
	for _, n := range p.Notes {
		out = append(out, n.Text)
	}
	return out
}

type planCase struct {
	edit  func(*wish)
	steps string
	notes []string
}

func smallPlanCases() map[string]planCase {
	return map[string]planCase{
		"what is as wanted needs no request": {func(*wish) {}, "", nil},
		"one binding more is one request": {
			func(w *wish) { w.services[0].bindings = append(w.services[0].bindings, wishBinding{"alt", "eth0"}) },
			"CreateBinding", []string{"service edge: port 8080/TCP on interface eth0 bound"},
		},
		"one binding less is one request": {
			func(w *wish) { w.services[0].bindings = nil },
			"DeleteBinding", []string{"service edge: port 80/TCP on all interfaces given up"},
		},
		"a port that moves is given up before it is taken": {
			func(w *wish) {
				w.services[0].bindings, w.services[1].bindings = nil, append(w.services[1].bindings, wishBinding{"http", ""})
			},
			"DeleteBinding CreateBinding", []string{"port 80/TCP moves from edge to proxy"},
		},
		"a port goes before the binding on it": {
			func(w *wish) {
				w.ports = append(w.ports, wishPort{"dns", 53})
				w.services[0].bindings = append(w.services[0].bindings, wishBinding{"dns", ""})
			},
			"CreatePort CreateBinding", []string{"port 53/TCP: created", "service edge: port 53/TCP on all interfaces bound"},
		},
		"a port takes the binding on it along": {
			func(w *wish) {
				w.services[1].bindings = nil
				w.ports = slices.Delete(w.ports, 1, 2)
			},
			"DeletePort", []string{"port 443/TCP: removed"},
		},
		"an interface more is one request": {
			func(w *wish) { w.interfaces = append(w.interfaces, wishInterface{"eth2", 3, ""}) },
			"CreateInterface", []string{"interface eth2: created"},
		},
		"an interface less is one request": {
			func(w *wish) { w.interfaces = w.interfaces[:1] },
			"DeleteInterface", []string{"interface eth1: removed"},
		},
		"a service less is one request": {
			func(w *wish) { w.services = w.services[:1] },
			"DeleteService", []string{"service proxy: removed"},
		},
		"a tag less is one request": {
			func(w *wish) { w.tags = &[]string{"t1"} }, "RemoveTag", []string{"tags: blue removed"},
		},
		"no tag at all is a request for each": {
			func(w *wish) { w.tags = &[]string{} }, "RemoveTag RemoveTag", []string{"tags: red removed, blue removed"},
		},
	}
}

func wholePlanCases() map[string]planCase {
	return map[string]planCase{
		"a field is read, merged and written": {
			func(w *wish) { w.name = "www" }, "UpdateHost", []string{`name: "web" becomes "www"`},
		},
		"an empty text clears a field": {
			func(w *wish) { w.hostname = new(string) }, "UpdateHost", []string{`hostname: "web.lan" becomes ""`},
		},
		"a tag more is written with the host": {
			func(w *wish) { w.tags = &[]string{"t1", "t2", "t3"} }, "UpdateHost", []string{"tags: green added"},
		},
		"a new service is written with the host": {
			func(w *wish) { w.services = append(w.services, wishService{object: "db", name: "db"}) },
			"UpdateHost", []string{"service db: created"},
		},
		"three rows cost less in one write": {
			func(w *wish) {
				w.ports = append(w.ports, wishPort{"a", 1}, wishPort{"b", 2}, wishPort{"c", 3})
			},
			"UpdateHost", []string{"port 1/TCP: created", "port 2/TCP: created", "port 3/TCP: created"},
		},
		"the last tag goes after a write that could not take it off": {
			func(w *wish) { w.name, w.tags = "www", &[]string{} },
			"UpdateHost RemoveTag", []string{`name: "web" becomes "www"`, "tags: red removed, blue removed"},
		},
		"two services that swap ports need one binding to go before": {
			func(w *wish) {
				w.name = "www"
				w.services[0].bindings, w.services[1].bindings = w.services[1].bindings, w.services[0].bindings
			},
			"DeleteBinding UpdateHost",
			[]string{`name: "web" becomes "www"`, "port 443/TCP moves from proxy to edge", "port 80/TCP moves from edge to proxy"},
		},
	}
}

func TestPlansSendTheFewestSafeRequests(t *testing.T) {
	cases := smallPlanCases()
	for name, c := range wholePlanCases() {
		cases[name] = c
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w, text := edgeAndProxy(), "web.lan"
			w.hostname, w.tags = &text, &[]string{"t1", "t2"}
			s := written(t, w)
			c.edit(&w)
			in := declared(s, w, 0)
			p := core.ComputePlan(in, core.Judge(in), core.Policy{})
			if got := stepKinds(p); got != c.steps {
				t.Errorf("steps are %q, not %q", got, c.steps)
			}
			if diff := cmp.Diff(c.notes, noteTexts(p)); diff != "" {
				t.Error(diff)
			}
			if ran := s.Run(p, len(p.Steps)); ran.Err != nil || ran.Replan {
				t.Errorf("%+v", ran)
			}
			in = declared(s, w, 0)
			if again := core.ComputePlan(in, core.Judge(in), core.Policy{}); len(again.Steps) > 0 {
				t.Errorf("again: %s", stepKinds(again))
			}
		})
	}
}

func TestABindingOnAllInterfacesTakesSingleOnesAlongByItself(t *testing.T) {
	w := edgeAndProxy()
	w.services[0].bindings = []wishBinding{{"http", "eth0"}, {"http", "eth1"}}
	s := written(t, w)
	w.services[0].bindings = append(w.services[0].bindings, wishBinding{"http", ""})
	in := declared(s, w, 0)
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if got := stepKinds(p); got != "CreateBinding" {
		t.Errorf("steps are %q", got)
	}
	s.Run(p, 1)
	if got := s.Hosts[0].Services[0].Bindings; len(got) != 1 || got[0].InterfaceID != "" {
		t.Errorf("%+v", got)
	}
}

func TestAHostIsMadeInOneRequest(t *testing.T) {
	s := testServer()
	in := declared(s, edgeAndProxy(), 0)
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	if stepKinds(p) != "CreateHost" || !p.Creates || !p.First || p.Requests() != 1 || p.Priority() != core.PriorityCreate {
		t.Fatalf("%+v", p)
	}
	if diff := cmp.Diff([]string{"host web: created with 2 interfaces, 3 ports, 2 services and 2 bindings",
		"service edge: created", "service proxy: created"}, noteTexts(p)); diff != "" {
		t.Error(diff)
	}
	if got := len(p.Steps[0].Items); got != 1+2+3+2+2 {
		t.Errorf("it decides %d items", got)
	}
	in.Isolate = true
	p = core.ComputePlan(in, core.Judge(in), core.Policy{})
	if stepKinds(p) != "CreateHost" || len(p.Steps[0].Create.Services) > 0 || p.Blocked != core.ReasonDependencyNotReady || len(p.BlockedItems) != 4 {
		t.Errorf("isolated: %+v", p)
	}
}
