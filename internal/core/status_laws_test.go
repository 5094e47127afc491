// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// statusCase is a random group with random verdicts on it.
type statusCase struct {
	in Input
	j  Judgement
	p  Plan
	r  Result
}

func drawStatusCase(t *rapid.T) statusCase {
	c := statusCase{in: exampleInput(), j: exampleJudgement()}
	c.in.Settled = rapid.Bool().Draw(t, "settled")
	c.in.Observed.Known = rapid.Bool().Draw(t, "known")
	c.in.Host.Paused = rapid.IntRange(0, 9).Draw(t, "paused") == 0
	c.in.Host.Deleting = rapid.IntRange(0, 9).Draw(t, "deleting") == 0
	for i := range rapid.IntRange(0, 3).Draw(t, "services") {
		ref := Ref{KindService, rapid.SampledFrom([]string{"lab", "shop"}).Draw(t, "namespace"), fmt.Sprintf("s%d", i)}
		c.in.Services = append(c.in.Services, ServiceDecl{
			Meta: statusMeta(ref, rapid.IntRange(0, 2).Draw(t, "second")), Host: hostRef(), Permitted: rapid.Bool().Draw(t, "permitted"),
			Bindings: []BindingSpec{{Type: BindPort, Port: "http"}, {Type: BindInterface, Interface: "eth0"}},
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "bindings") {
		on := rapid.SampledFrom(c.in.Services).Draw(t, "on").Ref
		ref := Ref{KindBinding, on.Namespace, fmt.Sprintf("b%d", i)}
		c.in.Bindings = append(c.in.Bindings, BindingDecl{
			Meta: statusMeta(ref, rapid.IntRange(0, 2).Draw(t, "second")), Service: on, Spec: BindingSpec{Type: BindPort, Port: "http"},
		})
	}
	items := rapid.SampledFrom(c.items())
	for range rapid.IntRange(0, 12).Draw(t, "findings") {
		c.j.Findings = append(c.j.Findings, drawFinding(t, items))
	}
	for range rapid.IntRange(0, 20).Draw(t, "shadows") {
		c.j.Shadows = append(c.j.Shadows, Shadow{items.Draw(t, "winner"), items.Draw(t, "loser"), ReasonConflicted})
	}
	for range rapid.IntRange(0, 4).Draw(t, "steps") {
		c.p.Steps = append(c.p.Steps, Step{Kind: StepUpdateHost, Items: rapid.SliceOfN(items, 0, 4).Draw(t, "items")})
	}
	c.p.Blocked = rapid.SampledFrom([]Reason{"", "", ReasonPending, ReasonBackendUnavailable}).Draw(t, "blocked")
	c.r.Waiting = rapid.SampledFrom([]string{"", "tokens", "lock"}).Draw(t, "waiting")
	for range rapid.IntRange(0, len(c.p.Steps)).Draw(t, "results") {
		result := done()
		if rapid.Bool().Draw(t, "fails") {
			result = failed(rapid.SampledFrom([]string{"Terminal", "Transient"}).Draw(t, "class"), ReasonBackendRejected, "no")
		}
		c.r.Steps = append(c.r.Steps, result)
	}
	return c
}

func (c *statusCase) items() []Item {
	v := newView(&c.in, &c.j, &c.p, &c.r)
	var out []Item
	for _, ref := range []Ref{hostRef(), metricsRef()} {
		out = append(out, v.items(ref)...)
	}
	for i := range c.in.Services {
		out = append(out, v.items(c.in.Services[i].Ref)...)
	}
	for i := range c.in.Bindings {
		out = append(out, v.items(c.in.Bindings[i].Ref)...)
	}
	return out
}

func drawFinding(t *rapid.T, items *rapid.Generator[Item]) Finding {
	f := Finding{
		Item:      items.Draw(t, "item"),
		Condition: rapid.SampledFrom([]ConditionType{Accepted, ResolvedRefs, Synced}).Draw(t, "condition"),
		Status:    rapid.IntRange(0, 3).Draw(t, "status") == 0,
		Reason: rapid.SampledFrom([]Reason{
			ReasonConflicted, ReasonPortClaimed, ReasonDuplicate, ReasonSuperseded, ReasonPortNotFound, ReasonAlreadyExists, ReasonPaused,
		}).Draw(t, "reason"),
		Claim: rapid.SampledFrom([]string{"", "port http", "Schnittstelle für" + strings.Repeat("ü", 400)}).Draw(t, "claim"),
	}
	for range rapid.IntRange(0, 20).Draw(t, "parties") {
		f.Parties = append(f.Parties, Party{Item: items.Draw(t, "party"), Claim: "port http"})
	}
	f.Detail = fmt.Sprintf("%d", rapid.IntRange(0, 1<<30).Draw(t, "detail")) // tells findings of one item apart
	if rapid.Bool().Draw(t, "told") {
		f.Detail, f.Advice = "", f.Detail
	}
	return f
}

func TestStatusIsAFunctionOfTheSetAndNotOfItsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawStatusCase(t)
		seen := map[string]bool{}
		for _, f := range c.j.Findings { // an item has one finding of a reason, with one detail
			key := fmt.Sprint(f.Item, f.Condition, f.Reason, f.Detail, f.Claim, f.Advice)
			if seen[key] {
				t.Skip("the same finding twice")
			}
			seen[key] = true
		}
		want := Status(c.in, c.j, c.p, c.r)
		c.in.Services = rapid.Permutation(c.in.Services).Draw(t, "services")
		c.in.Bindings = rapid.Permutation(c.in.Bindings).Draw(t, "bindings")
		c.j.Findings = rapid.Permutation(c.j.Findings).Draw(t, "findings")
		c.j.Shadows = rapid.Permutation(c.j.Shadows).Draw(t, "shadows")
		if diff := cmp.Diff(want, Status(c.in, c.j, c.p, c.r)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEveryStatusKeepsToTheRulesOfConditions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawStatusCase(t)
		for _, m := range Status(c.in, c.j, c.p, c.r) {
			checkConditions(t, m)
			if len(m.Shadows) > MaxShadows || m.ShadowCount < len(m.Shadows) {
				t.Fatalf("%d of %d shadows", len(m.Shadows), m.ShadowCount)
			}
			for _, e := range m.Events {
				if e.Reason == "" || e.Action == "" || e.Note == "" || len(e.Note) > MaxMessage {
					t.Fatalf("event %+v", e)
				}
			}
		}
	})
}

func checkConditions(t *rapid.T, m MemberStatus) {
	order := []ConditionType{Ready, Accepted, ResolvedRefs, Synced}
	for i, c := range m.Conditions {
		if i < len(order) && c.Type != string(order[i]) {
			t.Fatalf("condition %d is %s", i, c.Type)
		}
		if c.Reason == "" || c.Message == "" || len(c.Message) > MaxMessage || !utf8.ValidString(c.Message) {
			t.Fatalf("%+v", c)
		}
		if c.ObservedGeneration != m.Generation {
			t.Fatalf("generation %d", c.ObservedGeneration)
		}
	}
	all := m.Conditions[1].True && m.Conditions[2].True && m.Conditions[3].True
	if m.Conditions[0].True != all {
		t.Fatalf("Ready does not sum up: %+v", m.Conditions)
	}
	if want := map[bool]string{true: "Current", false: "InProgress or Failed"}[all]; kstatus(t, m.Conditions) != want {
		t.Fatalf("kstatus is %s: %+v", kstatus(t, m.Conditions), m.Conditions)
	}
	if m.Hold && (all || !m.Conditions[1].True || !m.Conditions[2].True) {
		t.Fatalf("a verdict is held: %+v", m.Conditions)
	}
}

// kstatus reads conditions as sigs.k8s.io/cli-utils does: Stalled is Failed, Reconciling is InProgress, else Ready.
func kstatus(t *rapid.T, all []Condition) string {
	n := 0
	for _, c := range all[4:] {
		if c.Type != string(Reconciling) && c.Type != string(Stalled) || !c.True {
			t.Fatalf("%+v", c)
		}
		n++
	}
	switch {
	case n > 1:
		t.Fatalf("both: %+v", all)
	case n == 1:
		return "InProgress or Failed"
	case all[0].True:
		return "Current"
	}
	return "neither"
}

func TestAStatusThatWasWrittenIsWrittenNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawStatusCase(t)
		written := c.writeBack()
		c.in.Settled = false // what is stalled stays so over a restart
		for _, m := range Status(c.in, c.j, c.p, c.r) {
			if diff := cmp.Diff(written[m.Ref].Conditions, m.Conditions); diff != "" {
				t.Fatal(diff)
			}
			for _, e := range m.Events {
				if !e.Now {
					t.Fatalf("an event without a change: %+v", e)
				}
			}
		}
	})
}

// writeBack makes the conditions what was there before, as after a status was written.
func (c *statusCase) writeBack() map[Ref]MemberStatus {
	written := map[Ref]MemberStatus{}
	for _, m := range Status(c.in, c.j, c.p, c.r) {
		written[m.Ref] = m
	}
	c.in.Host.Prior = written[hostRef()].Conditions
	for i := range c.in.Services {
		c.in.Services[i].Prior = written[c.in.Services[i].Ref].Conditions
	}
	for i := range c.in.Bindings {
		c.in.Bindings[i].Prior = written[c.in.Bindings[i].Ref].Conditions
	}
	return written
}
