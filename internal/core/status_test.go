// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The group of the examples: Host web-01 with inline service edge, Service metrics and its Bindings, all of lab.
func hostRef() Ref    { return Ref{Kind: KindHost, Namespace: "lab", Name: "web-01"} }
func metricsRef() Ref { return Ref{Kind: KindService, Namespace: "lab", Name: "metrics"} }
func bindRef(name string) Ref {
	return Ref{Kind: KindBinding, Namespace: "lab", Name: name}
}
func statusMeta(ref Ref, second int) Meta {
	return Meta{
		Ref: ref, UID: "uid-" + ref.Name, Generation: 2, PriorObservedGeneration: -1,
		Created: time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC),
	}
}

func exampleInput() Input {
	host := HostDecl{
		Meta: statusMeta(hostRef(), 1), Name: "web-01", HasFinalizer: true,
		Interfaces: []InterfaceDecl{{Name: "eth0"}, {Name: "eth1"}},
		Ports:      []PortDecl{{Name: "http", Number: 80, Protocol: TCP}, {Name: "https", Number: 443, Protocol: TCP}},
		Services: []InlineService{{Name: "edge", Definition: "Caddy", Bindings: []BindingSpec{
			{Type: BindPort, Port: "http"}, {Type: BindPort, Port: "https", Interface: "eth0"},
		}}},
	}
	return Input{
		Root: hostRef(), Host: &host, Settled: true, Quiet: true, MayDelete: true,
		Services: []ServiceDecl{{
			Meta: statusMeta(metricsRef(), 2), Host: hostRef(), Permitted: true, Name: "metrics",
			Definition: "Prometheus Node Exporter", Bindings: []BindingSpec{{Type: BindPort, Port: "metrics"}},
		}},
		Bindings: []BindingDecl{{
			Meta: statusMeta(bindRef("metrics-eth1"), 3), Service: metricsRef(),
			Spec: BindingSpec{Type: BindInterface, Interface: "eth1"},
		}},
		Backend: BackendFacts{
			Display: "Backend lab/default", Kind: "Backend", Name: "default", URL: "https://scanopy.lab.example", Found: true, Held: true,
			Permitted: true, Client: true, NetworkFound: true, Pin: Pin{"org", "net"},
		},
		Observed: Observed{Known: true, Settled: true, Hosts: []ObservedHost{{ID: "host-id", Source: "Manual"}}},
	}
}

// exampleJudgement accepts everything, and finds it all in the backend.
func exampleJudgement() Judgement {
	h, m, b := hostRef(), metricsRef(), bindRef("metrics-eth1")
	inline := func(i int) Item { return Item{Object: h, Part: PartInlineBinding, Sub: i} }
	return Judgement{
		Fate: Write, Target: Target{HostID: "host-id"},
		Host: Desired{
			Item: Item{Object: h}, Fate: Write, Name: "web-01",
			Interfaces: []DesiredInterface{
				{Item: Item{Object: h, Part: PartInterface}, Fate: Write, ID: "if-0"},
				{Item: Item{Object: h, Part: PartInterface, Index: 1}, Fate: Write, ID: "if-1", Row: 1},
			},
			Ports: []DesiredPort{
				{Item: Item{Object: h, Part: PartPort}, Fate: Write, ID: "port-0"},
				{Item: Item{Object: h, Part: PartPort, Index: 1}, Fate: Write, ID: "port-1", Row: 1},
			},
			Services: []DesiredService{
				{
					Item: Item{Object: h, Part: PartService}, Fate: Write, ID: "edge-id",
					Bindings: []DesiredBinding{
						{Item: inline(0), Fate: Write, ID: "bind-0", Outcome: OutcomeEffective},
						{Item: inline(1), Fate: Write, ID: "bind-1", Row: 1, Outcome: OutcomeEffective},
					},
				},
				{
					Item: Item{Object: m}, Items: []Item{{Object: m}}, Fate: Write, ID: "metrics-id", Row: 1,
					Bindings: []DesiredBinding{
						{Item: Item{Object: m, Part: PartBinding}, Fate: Write, ID: "bind-2", Outcome: OutcomeEffective},
						{Item: Item{Object: b, Part: PartBinding}, Fate: Write, ID: "bind-3", Row: 1, Outcome: OutcomeEffective},
					},
				},
			},
		},
	}
}

// without takes the outcome of items back: they are decided by findings.
func (j Judgement) without(items ...Item) Judgement {
	for s := range j.Host.Services {
		bindings := &j.Host.Services[s].Bindings
		for i := 0; i < len(*bindings); i++ {
			for _, item := range items {
				if (*bindings)[i].Item == item {
					*bindings = append((*bindings)[:i:i], (*bindings)[i+1:]...)
					i--
					break
				}
			}
		}
	}
	return j
}

func memberOf(t *testing.T, all []MemberStatus, ref Ref) MemberStatus {
	t.Helper()
	for _, m := range all {
		if m.Ref == ref {
			return m
		}
	}
	t.Fatalf("no status for %v", ref)
	return MemberStatus{}
}

func conditionOf(t *testing.T, m MemberStatus, want ConditionType) Condition {
	t.Helper()
	for _, c := range m.Conditions {
		if c.Type == string(want) {
			return c
		}
	}
	t.Fatalf("%v has no condition %s", m.Ref, want)
	return Condition{}
}

// brief writes conditions as kubectl describe shows them.
func brief(c Condition) string {
	return fmt.Sprintf("%s %v %s %s", c.Type, c.True, c.Reason, c.Message)
}

func TestAHostThatIsWrittenIsReady(t *testing.T) {
	all := Status(exampleInput(), exampleJudgement(), Plan{}, Result{})
	got := memberOf(t, all, hostRef())
	if c := conditionOf(t, got, Ready); !c.True || c.Reason != "Synced" || c.ObservedGeneration != 2 {
		t.Errorf("Ready is %+v", c)
	}
	if len(got.Conditions) != 4 || got.Hold || got.Blind {
		t.Errorf("conditions %+v, hold %v, blind %v", got.Conditions, got.Hold, got.Blind)
	}
	want := &HostStatus{
		BackendKind: "Backend", BackendName: "default", Pin: Pin{"org", "net"}, Source: "Manual",
		URL:        "https://scanopy.lab.example/?modal=host-editor&id=host-id",
		Interfaces: []Named{{"eth0", "if-0"}, {"eth1", "if-1"}},
		Ports:      []Named{{"http", "port-0"}, {"https", "port-1"}},
		InlineServices: []InlineServiceStatus{{
			Name: "edge", ID: "edge-id", Counts: Counts{Declared: 2, Accepted: 2},
			Bindings: []EffectiveBinding{
				{Type: BindPort, Port: "http", ID: "bind-0", Outcome: OutcomeEffective, Origin: hostRef(), OriginItem: "services[0].bindings[0]"},
				{
					Type: BindPort, Port: "https", Interface: "eth0", ID: "bind-1", Outcome: OutcomeEffective,
					Origin: hostRef(), OriginItem: "services[0].bindings[1]",
				},
			},
		}},
		Services: Counts{Declared: 2, Accepted: 2}, Bindings: Counts{Declared: 4, Accepted: 4},
	}
	if diff := cmp.Diff(want, got.Host); diff != "" {
		t.Error(diff)
	}
	service := memberOf(t, all, metricsRef())
	if service.ID != "metrics-id" || service.Service.HostID != "host-id" || service.Service.Counts != (Counts{Declared: 2, Accepted: 2}) {
		t.Errorf("Service: %+v %+v", service.ID, service.Service)
	}
	binding := memberOf(t, all, bindRef("metrics-eth1"))
	if binding.ID != "bind-3" || *binding.Binding != (BindingStatus{OutcomeEffective, "eth1"}) {
		t.Errorf("Binding: %v %+v", binding.ID, binding.Binding)
	}
}

func TestMembersAreListedInOrderOfPrecedence(t *testing.T) {
	var got []string
	for _, m := range Status(exampleInput(), exampleJudgement(), Plan{}, Result{}) {
		got = append(got, m.Ref.Name)
	}
	if diff := cmp.Diff([]string{"web-01", "metrics", "metrics-eth1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPortThatIsNotThereIsToldWithThoseThatAre(t *testing.T) {
	item := Item{Object: metricsRef(), Part: PartBinding}
	j := exampleJudgement().without(item)
	j.Findings = []Finding{{
		Item: item, Condition: ResolvedRefs, Reason: ReasonPortNotFound,
		Detail: `Host web-01 has no port "metrics"; it has http (80/TCP), https (443/TCP)`,
	}}
	all := Status(exampleInput(), j, Plan{}, Result{})
	got := memberOf(t, all, metricsRef())
	want := `Ready false PortNotFound bindings[0]: Host web-01 has no port "metrics"; it has http (80/TCP), https (443/TCP)`
	if brief(conditionOf(t, got, Ready)) != want {
		t.Errorf("got  %s\nwant %s", brief(conditionOf(t, got, Ready)), want)
	}
	if !conditionOf(t, got, Accepted).True || conditionOf(t, got, ResolvedRefs).True {
		t.Error("a missing reference is no rejection")
	}
	if !conditionOf(t, got, Reconciling).True {
		t.Error("a missing reference is waited for")
	}
	if got.Service.Counts != (Counts{Declared: 2, Accepted: 1}) {
		t.Errorf("counts %+v", got.Service.Counts)
	}
	if c := conditionOf(t, memberOf(t, all, bindRef("metrics-eth1")), Ready); !c.True {
		t.Errorf("the Binding is not to blame: %s", brief(c))
	}
	host := memberOf(t, all, hostRef())
	if c := conditionOf(t, host, Ready); !c.True {
		t.Errorf("what is attached never changes the Host's Ready: %s", brief(c))
	}
	if host.Host.Services != (Counts{Declared: 2, Accepted: 1}) || host.Host.Bindings != (Counts{Declared: 4, Accepted: 3}) {
		t.Errorf("counts %+v %+v", host.Host.Services, host.Host.Bindings)
	}
}

func TestWhatIsAttachedNeverChangesReadyOnlyTheCounts(t *testing.T) {
	b, m := Item{Object: bindRef("metrics-eth1"), Part: PartBinding}, Item{Object: metricsRef()}
	own := Item{Object: metricsRef(), Part: PartBinding}
	for name, c := range map[string]struct {
		finding           Finding
		without           []Item
		ready             []Ref
		services          Counts
		bindings, metrics Counts
	}{
		"a Binding that is refused": {
			finding: Finding{Item: b, Condition: Accepted, Reason: ReasonConflicted, Detail: "conflicts"}, without: []Item{b},
			ready: []Ref{hostRef(), metricsRef()}, services: Counts{2, 2, 0}, bindings: Counts{4, 3, 1}, metrics: Counts{2, 1, 1},
		},
		"a Binding that waits": {
			finding: Finding{Item: b, Condition: ResolvedRefs, Reason: ReasonInterfaceNotFound, Detail: "not there"}, without: []Item{b},
			ready: []Ref{hostRef(), metricsRef()}, services: Counts{2, 2, 0}, bindings: Counts{4, 3, 0}, metrics: Counts{2, 1, 0},
		},
		"a Service that is refused": {
			finding: Finding{Item: m, Condition: Accepted, Reason: ReasonUnknownServiceDefinition, Detail: "unknown"}, without: []Item{own},
			ready: []Ref{hostRef()}, services: Counts{2, 1, 1}, bindings: Counts{4, 3, 1}, metrics: Counts{2, 1, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := exampleJudgement().without(c.without...)
			j.Findings = []Finding{c.finding}
			all := Status(exampleInput(), j, Plan{}, Result{})
			for _, ref := range c.ready {
				if ready := conditionOf(t, memberOf(t, all, ref), Ready); !ready.True {
					t.Errorf("%s: %s", ref.Name, brief(ready))
				}
			}
			host, metrics := memberOf(t, all, hostRef()).Host, memberOf(t, all, metricsRef()).Service
			if host.Services != c.services || host.Bindings != c.bindings || metrics.Counts != c.metrics {
				t.Errorf("services %+v, bindings %+v, those of the Service %+v", host.Services, host.Bindings, metrics.Counts)
			}
		})
	}
}
