// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// The words of examples.md: for each finding, what the object's Ready says.
func TestFindingsReadAsInTheExamples(t *testing.T) {
	h, m, b := hostRef(), metricsRef(), bindRef("metrics-eth1")
	binding := Item{Object: b, Part: PartBinding}
	own := Item{Object: m, Part: PartBinding}
	inline := Item{Object: h, Part: PartInlineBinding}
	discovered := Party{ForeignKind: "service", ForeignName: "SSH", ForeignID: "1c6", ForeignSource: "Discovery"}
	nas := Party{ForeignKind: "host", ForeignName: "10.20.0.50", ForeignID: "7be", ForeignSource: "Discovery", Claim: "interface 10.20.0.50"}
	for name, c := range map[string]struct {
		finding Finding
		want    string
	}{
		"a binding that conflicts": {
			Finding{
				Item: binding, Condition: Accepted, Reason: ReasonConflicted, Claim: "Interface eth1",
				Parties: []Party{{Item: own, Claim: "port metrics on all interfaces"}},
				Advice:  "bind that port to eth0, or delete this Binding",
			},
			"Ready false Conflicted Interface eth1 conflicts with bindings[0] of Service metrics (port metrics on all interfaces), " +
				"declared earlier; bind that port to eth0, or delete this Binding",
		},
		"a conflict without advice of its own": {
			Finding{
				Item: own, Condition: Accepted, Reason: ReasonConflicted, Claim: "port metrics on all interfaces",
				Parties: []Party{{Item: binding, Claim: "Interface eth1"}},
			},
			"Ready false Conflicted bindings[0]: port metrics on all interfaces conflicts with Binding metrics-eth1 (Interface eth1); " +
				"remove one of them or bind another interface",
		},
		"a duplicate": {
			Finding{Item: binding, Condition: Accepted, Status: true, Reason: ReasonDuplicate, Parties: []Party{{Item: inline}}},
			"Ready true Duplicate the same as services[0].bindings[0] of Host web-01",
		},
		"a superseded binding": {
			Finding{
				Item: binding, Condition: Accepted, Status: true, Reason: ReasonSuperseded,
				Parties: []Party{{Item: inline, Claim: "port http on all interfaces"}},
			},
			"Ready true Superseded covered by services[0].bindings[0] of Host web-01 (port http on all interfaces)",
		},
		"a duplicate service": {
			Finding{
				Item: Item{Object: m}, Condition: Accepted, Status: true, Reason: ReasonDuplicate,
				Parties: []Party{{Item: Item{Object: h, Part: PartService}}},
			},
			"Ready true Duplicate the same as Service edge of Host web-01",
		},
		"a port of another service": {
			Finding{
				Item: own, Condition: Accepted, Reason: ReasonPortClaimed, Claim: "port http (80/TCP) on all interfaces",
				Parties: []Party{{Item: inline, Claim: "port http (80/TCP) on all interfaces"}},
			},
			"Ready false PortClaimed bindings[0]: port http (80/TCP) on all interfaces is bound to Service edge of Host web-01, " +
				"declared earlier; move one of them to another port or interface",
		},
		"a port of a service that discovery found": {
			Finding{
				Item: own, Condition: Accepted, Reason: ReasonPortClaimed, Claim: "port ssh (22/TCP)", Parties: []Party{discovered},
				Advice: "remove it in Scanopy, or declare a Service with definition SSH and adoptionPolicy IfUnowned",
			},
			`Ready false PortClaimed bindings[0]: port ssh (22/TCP) is bound to "SSH", which discovery found (id 1c6); ` +
				"remove it in Scanopy, or declare a Service with definition SSH and adoptionPolicy IfUnowned",
		},
		"a host that is there already": {
			Finding{Item: Item{Object: h}, Condition: Synced, Reason: ReasonAlreadyExists, Parties: []Party{nas}},
			`Ready false AlreadyExists Scanopy has "10.20.0.50" (id 7be, Discovery) with the same interface 10.20.0.50; ` +
				"set spec.adoptionPolicy: IfUnowned, or spec.externalID: 7be, to manage it",
		},
		"a sentence that needs no party": {
			Finding{
				Item: Item{Object: h, Part: PartInterface, Index: 1}, Condition: ResolvedRefs, Reason: ReasonSubnetNotFound,
				Detail: "no subnet of network Lab has 10.9.0.1", Advice: "create one",
			},
			"Ready false SubnetNotFound interfaces[1]: no subnet of network Lab has 10.9.0.1; create one",
		},
		"a finding that says nothing but its reason": {
			Finding{Item: Item{Object: h}, Condition: Accepted, Reason: ReasonUnsupported},
			"Ready false Unsupported (Unsupported)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := exampleJudgement().without(c.finding.Item)
			j.Findings = []Finding{c.finding}
			got := memberOf(t, Status(exampleInput(), j, Plan{}, Result{}), c.finding.Item.Object)
			if diff := cmp.Diff(c.want, brief(conditionOf(t, got, Ready))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamesOfOtherNamespacesAreShownOnlyToThoseWhoCouldReferToThem(t *testing.T) {
	in := exampleInput()
	shop := Ref{Kind: KindService, Namespace: "shop", Name: "secret-shop"}
	in.Services = append(in.Services, ServiceDecl{
		Meta: statusMeta(shop, 9), Host: hostRef(), Permitted: true, Name: "secret-shop", Definition: "Caddy",
		Bindings: []BindingSpec{{Type: BindPort, Port: "http"}},
	})
	theirs := Item{Object: shop, Part: PartBinding}
	inline := Item{Object: hostRef(), Part: PartInlineBinding}
	lost := func(item, to Item) Finding {
		return Finding{Item: item, Condition: Accepted, Reason: ReasonPortClaimed, Claim: "port http", Parties: []Party{{Item: to}}}
	}
	far := Ref{Kind: KindHost, Namespace: "far", Name: "secret-far"}
	for name, c := range map[string]struct {
		finding   Finding
		neighbour *HostDecl
		want      string
		by        Reference
	}{
		"a Service sees the Host that admits its namespace": {
			finding: lost(theirs, inline), want: "Service edge of Host lab/web-01",
			by: Reference{Kind: KindHost, Namespace: "lab", Name: "web-01", Item: "services[0].bindings[0]"},
		},
		"a Host does not see a Service of another namespace": {
			finding: lost(inline, theirs), want: "a service in another namespace", by: Reference{Kind: KindService},
		},
		"a Service does not see one of another namespace": {
			finding: lost(Item{Object: metricsRef(), Part: PartBinding}, theirs), want: "a service in another namespace",
			by: Reference{Kind: KindService},
		},
		"a binding of another namespace is a binding": {
			finding: Finding{
				Item: Item{Object: metricsRef(), Part: PartBinding}, Condition: Accepted, Reason: ReasonConflicted,
				Claim: "Interface eth0", Parties: []Party{{Item: theirs}},
			},
			want: "a binding in another namespace", by: Reference{Kind: KindService},
		},
		"a Host does not see a Host that does not admit it": {
			finding: Finding{
				Item: Item{Object: hostRef()}, Condition: Accepted, Reason: ReasonDuplicateHost, Parties: []Party{{Item: Item{Object: far}}},
			},
			neighbour: &HostDecl{Meta: statusMeta(far, 0)}, want: "a host in another namespace", by: Reference{Kind: KindHost},
		},
		"a Host sees a Host that admits it": {
			finding: Finding{
				Item: Item{Object: hostRef()}, Condition: Accepted, Reason: ReasonDuplicateHost, Parties: []Party{{Item: Item{Object: far}}},
			},
			neighbour: &HostDecl{Meta: statusMeta(far, 0), Visible: true}, want: "Host far/secret-far, declared earlier",
			by: Reference{Kind: KindHost, Namespace: "far", Name: "secret-far"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			if c.neighbour != nil {
				in.Neighbours = []HostDecl{*c.neighbour}
			}
			j := exampleJudgement().without(c.finding.Item)
			j.Findings = []Finding{c.finding}
			got := memberOf(t, Status(in, j, Plan{}, Result{}), c.finding.Item.Object)
			message := conditionOf(t, got, Ready).Message
			if !strings.Contains(message, c.want) {
				t.Errorf("%q lacks %q", message, c.want)
			}
			if !strings.Contains(c.want, "secret") && strings.Contains(message, "secret") {
				t.Errorf("%q shows a name", message)
			}
			if diff := cmp.Diff(&c.by, got.By); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMessagesAreBoundedAndCutBetweenItemsAndRunes(t *testing.T) {
	for name, c := range map[string]struct {
		all  []string
		want string
	}{
		"one fits":                     {[]string{"a"}, "a"},
		"several fit":                  {[]string{"a", "b"}, "a; b"},
		"one is too long":              {[]string{strings.Repeat("ü", 600)}, strings.Repeat("ü", 510) + "…"},
		"the last does not fit":        {[]string{strings.Repeat("x", 900), strings.Repeat("y", 200)}, strings.Repeat("x", 900) + "; and 1 more"},
		"what does not fit is counted": {[]string{strings.Repeat("x", 900), "b", strings.Repeat("y", 200), "d"}, strings.Repeat("x", 900) + "; b; and 2 more"},
		"nothing":                      {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := joinMessages(c.all)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if len(got) > MaxMessage || !utf8.ValidString(got) {
				t.Errorf("%d bytes, valid %v", len(got), utf8.ValidString(got))
			}
		})
	}
}

func TestAtMostSixteenPartiesAreNamed(t *testing.T) {
	var parts []string
	for range 18 {
		parts = append(parts, "x")
	}
	if got, want := enumerate(parts), strings.Repeat("x, ", 15)+"x and 2 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
