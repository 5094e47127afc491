// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// inShop moves what was declared last into another namespace, which the Host admits or not.
func inShop(permitted bool) func(*core.ServiceDecl) {
	return func(s *core.ServiceDecl) { s.Ref.Namespace, s.Permitted = "shop", permitted }
}

func bindingInShop(b *core.BindingDecl) { b.Ref.Namespace, b.Service.Namespace = "shop", "shop" }

// toldTo are the messages of an object's status.
func toldTo(in core.Input, ref core.Ref) []string {
	j := core.Judge(in)
	var out []string
	for _, m := range core.Status(in, j, core.ComputePlan(in, j, core.Policy{}), core.Result{Waiting: "tokens"}) {
		if m.Ref != ref {
			continue
		}
		for _, c := range m.Conditions {
			out = append(out, c.Type+" "+c.Reason+" "+c.Message)
		}
	}
	return out
}

// A Service of a namespace that the Host does not admit is told the same as if there were no such Host, and so is what
// hangs on it: else it would learn of Hosts that are none of its business.
func TestARefusedReferenceSaysTheSameWhetherTheHostExistsOrNot(t *testing.T) {
	declared := []edit{service("far", 1, "http@*"), last(inShop(false)), binding("b", 2, "far", "eth0"), lastBinding(bindingInShop)}
	statuses := func(edits ...edit) map[core.Ref]core.MemberStatus {
		in := group(append(slices.Clone(declared), edits...)...)
		j := core.Judge(in)
		out := map[core.Ref]core.MemberStatus{}
		for _, m := range core.Status(in, j, core.ComputePlan(in, j, core.Policy{}), core.Result{Waiting: "tokens"}) {
			if m.Blind = false; m.Ref.Namespace == "shop" {
				out[m.Ref] = m
			}
		}
		return out
	}
	missing := statuses(func(in *core.Input) { in.Host = nil })
	if len(missing) != 2 {
		t.Fatalf("%+v", missing)
	}
	for name, edits := range map[string][]edit{
		"that is there":         {inBackend},
		"that is new":           nil,
		"that is paused":        {host(func(h *core.HostDecl) { h.Paused = true })},
		"of a paused Backend":   {func(in *core.Input) { in.Backend.Paused = true }},
		"that is observed":      {host(func(h *core.HostDecl) { h.Observes = true })},
		"that waits for tokens": {inBackend, func(in *core.Input) { in.Quiet = false }},
		"that is a duplicate":   {later(5), neighbour("first", 1, "10.20.0.11", "")},
		"that names no tag":     {host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} })},
		"that is being deleted": {inBackend, host(func(h *core.HostDecl) { h.Deleting = true })},
		"without its backend":   {func(in *core.Input) { in.Backend.Found, in.Observed.Known = false, false }},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(missing, statuses(edits...)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAHostOfTheGroupThatDoesNotAdmitTheReaderIsNotNamed(t *testing.T) {
	ref := core.Ref{Kind: core.KindService, Namespace: "shop", Name: "far"}
	onOld := last(func(s *core.ServiceDecl) { s.Host.Name = "old" })
	old := part("old", 1, "10.20.0.20")
	for name, c := range map[string]struct {
		edits []edit
		want  string
	}{
		"what is on the Host that admits it reads its name": {
			[]edit{port("none", 0), service("far", 1, "none@*"), last(inShop(true))},
			"Synced DependencyNotReady bindings[0]: port none of Host lab/web is not in Scanopy",
		},
		"what is on another one that is one with it does not": {
			[]edit{port("none", 0), old, service("far", 1, "none@*"), last(inShop(true)), onOld},
			"Synced DependencyNotReady bindings[0]: port none of a host in another namespace is not in Scanopy",
		},
		"a Host that waits is named with its namespace": {
			[]edit{host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} }), service("far", 1), last(inShop(true))},
			"Synced DependencyNotReady Host lab/web is not in Scanopy",
		},
		"the Backend of its Host is not named": {
			[]edit{service("far", 1), last(inShop(true)), inBackend, func(in *core.Input) { in.Backend.Paused = true }},
			"Synced Paused its backend is paused; nothing is written",
		},
		"nor is it where nothing can be sent": {
			[]edit{service("far", 1), last(inShop(true)), func(in *core.Input) {
				in.Backend.Reason, in.Backend.Message = "BackendUnavailable", "Backend lab/default is not available (Unreachable): no answer"
			}},
			"Synced BackendUnavailable its backend is not available (Unreachable): no answer",
		},
		"so is one that has no such port": {
			[]edit{service("far", 1, "none@*"), last(inShop(true))},
			`ResolvedRefs PortNotFound bindings[0]: Host lab/web has no port "none"; it has http (80/TCP), https (443/TCP)`,
		},
		"and one that is not the Host which a binding names": {
			[]edit{service("far", 1, "http@*"), last(inShop(true)), ofHost("db")},
			`Accepted CrossHost bindings[0]: Host "db" is not the Host of this service, lab/web; ` +
				"leave host out, or declare by spec.consolidateInto that the two are one",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := toldTo(group(c.edits...), ref); !slices.Contains(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

// Of several hosts that are the same machine those of other namespaces are not named.
func TestAHostOfAnotherNamespaceIsNotNamedAmongSeveral(t *testing.T) {
	in := group(onHost("a", 1, sameAddress), onHost("b", 2, sameAddress), func(in *core.Input) {
		in.Observed.Hosts[1].Name = "secret"
		in.Observed.HeldBy = map[string]core.Ref{"b": {Kind: core.KindHost, Namespace: "shop", Name: "secret"}}
	})
	told := strings.Join(toldTo(in, in.Root), "\n")
	if strings.Contains(told, "secret") || !strings.Contains(told, `"10.20.0.10" (id a, Discovery)`) || !strings.Contains(told, "one of a Host in another namespace") {
		t.Error(told)
	}
}

// A row of ours that stays is its object's, whoever that is by now, and is told as such.
func TestARowOfOursThatStandsIsToldAsThatOfItsObject(t *testing.T) {
	loser := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "new"}
	of := func(namespace string) core.Ref {
		return core.Ref{Kind: core.KindService, Namespace: namespace, Name: "moving"}
	}
	moving := func(namespace string) edit {
		return func(in *core.Input) {
			service("moving", 1, "http@*")(in)
			in.Services[0].Ref.Namespace = namespace
			inBackend(in)
			forgotten(in)
		}
	}
	const first = "Accepted PortClaimed bindings[0]: port http (80/TCP) on all interfaces is bound to "
	for name, c := range map[string]struct {
		edits []edit
		want  string
	}{
		"one of the namespace by its name": {
			[]edit{moving("lab"), gone(of("lab"), core.OwnerAlive)}, "Service moving; move one of them to another port or interface",
		},
		"one of another namespace not": {
			[]edit{moving("shop"), gone(of("shop"), core.OwnerAlive)}, "a service in another namespace; move one of them to another port or interface",
		},
		"one whose object is missing by what Scanopy shows": {
			[]edit{moving("lab"), func(in *core.Input) {
				in.Owners = map[core.OwnerHash]core.OwnerFact{core.Owner("network", of("lab")): {State: core.OwnerMissing}}
			}},
			`"moving", which is in Scanopy (id ` + core.ChildID(1, core.Owner("network", of("lab")), core.RowService) + "); remove it in Scanopy, " +
				`bind another port or interface, or declare it as a Service with the name "moving" and the definition "Caddy"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := toldTo(group(append(c.edits, service("new", 2, "http@*"))...), loser)
			if !slices.Contains(got, first+c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), first+c.want)
			}
		})
	}
}

// A repair is an event on the Host; whose row it was is told only if the Host could refer to that.
func TestARepairOfWhatIsInAnotherNamespaceIsToldWithoutItsName(t *testing.T) {
	for namespace, want := range map[string]string{
		"lab":  `services[secret].virtualization: changed`,
		"shop": "a service in another namespace: repaired",
	} {
		t.Run(namespace, func(t *testing.T) {
			in := group(service("secret", 1, "http@*"), last(func(s *core.ServiceDecl) {
				s.Ref.Namespace = namespace
				s.Virtualization = &core.ServiceVirtualization{Type: "Docker", ContainerName: "secret", ServiceID: "docker"}
			}), inBackend, seen(func(h *core.ObservedHost) { h.Services[0].Virtualization = nil }))
			j := core.Judge(in)
			in.Written = j.Host.Sum()
			p := core.ComputePlan(in, j, core.Policy{})
			r := core.Result{Ran: true, HostID: in.Host.PriorID}
			for range p.Steps {
				r.Steps = append(r.Steps, core.StepResult{Done: true})
			}
			var got []string
			for _, e := range core.Status(in, j, p, r)[0].Events {
				if e.Reason == "Repaired" {
					got = append(got, e.Note)
				}
			}
			if d := cmp.Diff([]string{want}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhoIsInAnotherNamespaceIsNotAdvisedToConsolidate(t *testing.T) {
	const consolidate = "spec.consolidateInto"
	for name, c := range map[string]struct {
		edits   []edit
		advised bool
	}{
		"DuplicateHost of one of the namespace":     {[]edit{later(5), neighbour("first", 1, "10.20.0.11", "")}, true},
		"DuplicateHost of one of another namespace": {[]edit{later(5), neighbour("first", 1, "10.20.0.11", ""), func(in *core.Input) { in.Neighbours[0].Ref.Namespace = "shop" }}, false},
		"MergedInBackend with one of the namespace": {[]edit{origin("created"), onHost("a", 1, rowOf(hostOf("lab"), 1)), heldBy("a", "other")}, true},
		"MergedInBackend with one of another": {[]edit{origin("created"), onHost("a", 1, rowOf(hostOf("lab"), 1)), func(in *core.Input) {
			in.Observed.HeldBy = map[string]core.Ref{"a": hostOf("shop")}
		}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(c.edits...)
			told := strings.Join(toldTo(in, in.Root), "\n")
			if strings.Contains(told, consolidate) != c.advised || !strings.Contains(told, "; ") {
				t.Error(told)
			}
		})
	}
}

func hostOf(namespace string) core.Ref {
	return core.Ref{Kind: core.KindHost, Namespace: namespace, Name: "web"}
}

// Names of other namespaces are shown only where the reader could refer to them: a Host that admits it. Objects are drawn
// with the name of their namespace in theirs.
func TestNoMessageNamesWhatIsInANamespaceThatItsReaderCouldNotReferTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, _ := drawWorld(t)
		in.Observed.Known = rapid.IntRange(0, 9).Draw(t, "known") > 0
		in.Host.Observes = rapid.IntRange(0, 9).Draw(t, "observes") == 0
		j := core.Judge(in)
		p := core.ComputePlan(in, j, core.Policy{})
		r := core.Result{Waiting: rapid.SampledFrom([]string{"", "tokens", "lock"}).Draw(t, "waiting")}
		for range rapid.IntRange(0, len(p.Steps)).Draw(t, "done") {
			r.Ran, r.Steps = true, append(r.Steps, core.StepResult{Done: true})
		}
		for _, m := range core.Status(in, j, p, r) {
			other := map[string]string{"lab": "shop-", "shop": "lab-"}[m.Ref.Namespace]
			for _, text := range textsOf(m) {
				if strings.Contains(text, other) {
					t.Fatalf("%v reads %q", m.Ref, text)
				}
			}
		}
	})
}

// textsOf is all that a status shows of others.
func textsOf(m core.MemberStatus) []string {
	var out []string
	refer := func(r *core.Reference) {
		if r != nil {
			out = append(out, r.Name)
		}
	}
	bindings := func(all []core.EffectiveBinding) {
		for i := range all {
			out = append(out, all[i].Message)
			refer(all[i].By)
		}
	}
	for _, c := range m.Conditions {
		out = append(out, c.Message)
	}
	for _, e := range m.Events {
		out = append(out, e.Note)
	}
	for _, s := range m.Shadows {
		out = append(out, s.Name)
	}
	refer(m.By)
	if m.Service != nil {
		bindings(m.Service.Bindings)
	}
	if m.Host != nil {
		out = append(out, m.Host.Pending...)
		for i := range m.Host.InlineServices {
			refer(m.Host.InlineServices[i].By)
			bindings(m.Host.InlineServices[i].Bindings)
		}
	}
	return out
}
