// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// refusedAs lets the server have refused an item of what was declared last.
func refusedAs(reason core.Reason, item func(*core.Input) core.Item) edit {
	return func(in *core.Input) {
		in.Rejected = append(in.Rejected, core.Rejection{Item: item(in), Generation: 1, Message: "no", Reason: reason})
	}
}

func itemOfHost(in *core.Input) core.Item { return core.Item{Object: in.Root} }

func partOfHost(part core.Part) func(*core.Input) core.Item {
	return func(in *core.Input) core.Item { return core.Item{Object: in.Root, Part: part} }
}

func itemOfBinding(in *core.Input) core.Item {
	return core.Item{Object: in.Bindings[len(in.Bindings)-1].Ref, Part: core.PartBinding}
}

func itemOfService(in *core.Input) core.Item {
	return core.Item{Object: in.Services[len(in.Services)-1].Ref}
}

func paused(s *core.ServiceDecl) { s.Paused = true }

func pausedBinding(b *core.BindingDecl) { b.Paused = true }

func TestFateRules(t *testing.T) {
	old := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "old"}
	checkRules(t, map[string]rule{
		"a verdict on an object's own fields covers its items": {
			edits: []edit{service("edge", 1, "http@*", "https@eth0"), last(paused)},
			want:  []string{"Service edge: Synced=true Paused: paused by its annotation: nothing is written"},
			fates: []string{"Service edge bindings[0]: Pending Keep", "Service edge bindings[1]: Pending Keep", "Service edge: Keep"},
		},
		"one on an item covers that item and what hangs on it": {
			edits: []edit{port("none", 0), service("edge", 1, "http@*", "none@*")},
			want: []string{
				"Host web ports[2]: Accepted=false Invalid: a port has a number from 1 to 65535",
				"Service edge bindings[1]: Synced=false DependencyNotReady: port none of Host web is not in Scanopy",
			},
			fates: []string{"Service edge bindings[1]: Pending Keep"},
		},
		"an item of fate Keep without a row duplicates nothing": {
			edits: []edit{service("paused", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Paused, s.Name = true, "edge" }), service("edge", 2, "http@*")},
			want:  []string{"Service paused: Synced=true Paused: paused by its annotation: nothing is written"},
			fates: []string{"Service paused bindings[0]: Pending Keep"},
		},
		"an item of fate Keep without a row supersedes nothing": {
			edits: []edit{service("edge", 1, "http@eth0"), binding("b", 2, "edge", "http@*"), lastBinding(pausedBinding)},
			want:  []string{"Binding b: Synced=true Paused: paused by its annotation: nothing is written"},
			fates: []string{"Binding b: Pending Keep"},
		},
		"a standing row of fate Keep claims what it claims in the backend, whatever its object says now": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "http@*"), inBackend,
				lastBinding(func(b *core.BindingDecl) { b.Paused, b.Spec = true, coretest.Spec("https@*") }),
				service("new", 3, "http@eth0"), service("other", 4, "https@eth0")},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Binding b (port http (80/TCP) on all interfaces)",
				"Binding b: Synced=true Paused: paused by its annotation: nothing is written",
			},
			fates: []string{"Binding b: Pending Keep", "Service new bindings[0]: Rejected Withdraw"},
		},
		"a row of fate Keep is nobody else's to change": {
			edits: []edit{service("kept", 2, "http@*"), last(func(s *core.ServiceDecl) { s.Name = "edge" }), inBackend, last(paused),
				service("first", 1), last(func(s *core.ServiceDecl) { s.Name, s.Paused = "edge", true }),
				service("other", 3), last(func(s *core.ServiceDecl) { s.Name = "edge" })},
			want: []string{
				"Service first: Synced=true Paused: paused by its annotation: nothing is written",
				"Service kept: Synced=true Paused: paused by its annotation: nothing is written",
				"Service other: Accepted=true Duplicate by Service kept",
			},
			fates: []string{"Service kept bindings[0]: Effective Keep", "Service kept: Keep"},
		},
		"Withdraw of what is CrossHost removes its row": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "eth0"), inBackend, lastBinding(func(b *core.BindingDecl) { b.Spec.Host = "db" })},
			want: []string{
				"Binding b: Accepted=false CrossHost: Host \"db\" is not the Host of this service, web",
				"withdraw binding of edge to Interface eth0",
			},
			fates: []string{"Binding b: Rejected Withdraw"},
		},
		"Withdraw of what is Conflicted removes its row": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "eth1"), inBackend, last(func(s *core.ServiceDecl) { s.Bindings = specs([]string{"https@eth1"}) })},
			want: []string{
				"Binding b: Accepted=false Conflicted by Service edge bindings[0] (port https (443/TCP) on interface eth1)",
				"withdraw binding of edge to Interface eth1",
			},
			fates: []string{"Binding b: Rejected Withdraw"},
		},
		"Withdraw of what is Superseded removes its row": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "http@eth0"), inBackend, binding("c", 3, "edge", "http@*")},
			want: []string{
				"Binding b: Accepted=true Superseded by Binding c (port http (80/TCP) on all interfaces)",
				"withdraw binding of edge to port http (80/TCP) on interface eth0",
			},
			fates: []string{"Binding b: Superseded Withdraw"},
		},
		"a row of what is Duplicate now is the other's, and stays": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "http@*"), inBackend, last(func(s *core.ServiceDecl) { s.Bindings = specs([]string{"http@*"}) })},
			want:  []string{"Binding b: Accepted=true Duplicate by Service edge bindings[0] (port http (80/TCP) on all interfaces)"},
			fates: []string{"Binding b: Duplicate Withdraw"},
		},
		"what does not converge goes on claiming": {
			edits: []edit{service("undone", 1, "http@*"), refusedAs(core.ReasonNonConverging, itemOfService), service("new", 2, "http@*")},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Service undone bindings[0] (port http (80/TCP) on all interfaces)",
				"Service undone: Synced=false NonConverging: no",
			},
			fates: []string{"Service new bindings[0]: Rejected Withdraw", "Service undone bindings[0]: Pending Keep", "Service undone: Keep"},
		},
		"what the server refused goes on claiming: a service of the Host": {
			edits: []edit{inline("edge", "http@*"), refusedAs("", partOfHost(core.PartService)), service("new", 2, "http@*")},
			want: []string{
				"Host web services[0]: Synced=false BackendRejected: no",
				"Service new bindings[0]: Accepted=false PortClaimed by Host web services[0].bindings[0] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Host web services[0].bindings[0]: Pending Keep", "Host web services[0]: Keep", "Service new bindings[0]: Rejected Withdraw"},
		},
		"what the server refused goes on claiming: a binding of the Host": {
			edits: []edit{inline("edge", "http@*"), refusedAs("", partOfHost(core.PartInlineBinding)), service("new", 2, "http@*")},
			want: []string{
				"Host web services[0].bindings[0]: Synced=false BackendRejected: no",
				"Service new bindings[0]: Accepted=false PortClaimed by Host web services[0].bindings[0] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Host web services[0].bindings[0]: Rejected Keep", "Service new bindings[0]: Rejected Withdraw"},
		},
		"what the server refused goes on claiming: a Binding": {
			edits: []edit{service("edge", 1), binding("b", 1, "edge", "http@*"), refusedAs("", itemOfBinding), service("new", 2, "http@*")},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Binding b (port http (80/TCP) on all interfaces)",
				"Binding b: Synced=false BackendRejected: no",
			},
			fates: []string{"Binding b: Pending Keep", "Service new bindings[0]: Rejected Withdraw"},
		},
		"what the server refused goes on claiming: the Host with all that is in it": {
			edits: []edit{inBackend, inline("edge", "http@*"), refusedAs("", itemOfHost), service("new", 2, "http@*")},
			want: []string{
				"Host web: Synced=false BackendRejected: no",
				"Service new bindings[0]: Accepted=false PortClaimed by Host web services[0].bindings[0] (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Host web services[0].bindings[0]: Pending Keep", "Host web services[0]: Keep", "Service new bindings[0]: Rejected Withdraw"},
		},
		"on a Host that the server refused the others go on if the backend host exists": {
			edits: []edit{inBackend, refusedAs("", itemOfHost), service("new", 1, "http@*")},
			want:  []string{"Host web: Synced=false BackendRejected: no"},
		},
		"on a Host that the server refused the others wait if it does not": {
			edits: []edit{refusedAs("", itemOfHost), service("new", 1, "http@*")},
			want: []string{
				"Host web: Synced=false BackendRejected: no",
				"Service new: Synced=false DependencyNotReady: Host web is not in Scanopy",
			},
			fates: []string{"Service new bindings[0]: Pending Keep", "Service new: Keep"},
		},
		"removing a port removes its bindings whatever their fate": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "http@*"), inBackend, lastBinding(pausedBinding),
				host(func(h *core.HostDecl) { h.Ports = h.Ports[1:] })},
			want: []string{
				"Binding b: ResolvedRefs=false PortNotFound: Host web has no port \"http\"; it has https (443/TCP)",
				"Binding b: Synced=true Paused: paused by its annotation: nothing is written",
				"withdraw port 80/TCP",
			},
			fates: []string{"Binding b: Pending Keep"},
		},
		"removing an interface removes its bindings whatever their fate": {
			edits: []edit{service("edge", 1), binding("b", 2, "edge", "eth1"), inBackend, lastBinding(pausedBinding),
				host(func(h *core.HostDecl) { h.Interfaces = h.Interfaces[:1] })},
			want: []string{
				"Binding b: ResolvedRefs=false InterfaceNotFound: Host web has no interface \"eth1\"; it has eth0 (10.20.0.10)",
				"Binding b: Synced=true Paused: paused by its annotation: nothing is written",
				"withdraw interface 10.20.0.11",
			},
			fates: []string{"Binding b: Pending Keep"},
		},
		"removing a service removes its bindings whatever their fate": {
			edits: []edit{service("old", 1), binding("b", 2, "old", "http@*"), inBackend, lastBinding(pausedBinding), gone(old, core.OwnerGone),
				func(in *core.Input) { in.Services = nil }},
			want: []string{
				"Binding b: ResolvedRefs=false ServiceNotFound: Service old does not exist",
				"Binding b: Synced=true Paused: paused by its annotation: nothing is written",
				"withdraw service old",
			},
		},
	})
}

// On a Host that is held the whole group is Keep, Withdraw included: a Service that is gone, one that is new, and a
// binding that has lost its claim stay as they are in the backend.
func TestOnAHostThatIsHeldTheWholeGroupIsKeepWithdrawIncluded(t *testing.T) {
	gonest := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "gone"}
	for name, hold := range map[string][]edit{
		"paused":         {host(func(h *core.HostDecl) { h.Paused = true })},
		"BackendChanged": {func(in *core.Input) { in.Backend.Pin.NetworkID = "other" }},
		"DuplicateHost":  {later(5), neighbour("first", 1, "10.20.0.11", "")},
		"MergedInBackend": {host(func(h *core.HostDecl) { h.PriorID = "" }), func(in *core.Input) {
			heldBy(in.Observed.Hosts[0].ID, "other")(in)
		}},
		"AlreadyExists": {host(func(h *core.HostDecl) { h.PriorID = "" }), seen(func(h *core.ObservedHost) {
			*h = core.ObservedHost{ID: h.ID, NetworkID: h.NetworkID, Source: "Discovery"}
			sameAddress(h)
		})},
		"ManagedElsewhere": {host(func(h *core.HostDecl) { h.PriorID = "" }), seen(func(h *core.ObservedHost) {
			*h = core.ObservedHost{ID: h.ID, NetworkID: h.NetworkID, Source: "Manual"}
			sameAddress(h)
			h.Interfaces[0].ID = core.ChildID(77, core.Owner(h.NetworkID, gonest), core.RowInterface, "eth0", "")
		})},
		"Ambiguous": {host(func(h *core.HostDecl) { h.PriorID = "" }), seen(func(h *core.ObservedHost) {
			*h = core.ObservedHost{ID: h.ID, NetworkID: h.NetworkID, Source: "Discovery"}
			sameAddress(h)
		}), alsoFound("h2", "10.20.0.11", false)},
		"with a name of several networks": {func(in *core.Input) { in.Backend.NetworkFound, in.Backend.NetworkAmbiguous = false, true }},
		"Unsupported": {host(func(h *core.HostDecl) {
			h.Virtualization = &core.HostVirtualization{Type: "ESXi", VMID: "1", Needs: "0.17.0"}
		})},
		"ObserveOnly": {host(func(h *core.HostDecl) { h.Observes = true })},
		"no namespace that its ClusterBackend admits": {func(in *core.Input) { in.Backend.Permitted = false }},
		"without its network":                         {func(in *core.Input) { in.Backend.NetworkFound = false }},
		"without its backend":                         {func(in *core.Input) { in.Backend.Found = false }},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(append([]edit{service("gone", 1, "http@*"), service("lost", 2, "https@eth0"), inBackend,
				func(in *core.Input) { in.Services = in.Services[1:] }, gone(gonest, core.OwnerGone), service("new", 1, "https@*")}, hold...)...)
			j := core.Judge(in)
			if j.Fate != core.Keep || len(j.Withdraw)+len(j.Yielded)+len(j.Target.HalfMade) > 0 {
				t.Errorf("fate %v, withdraws %v, yields %v, deletes %v", j.Fate, j.Withdraw, j.Yielded, j.Target.HalfMade)
			}
			if p := core.ComputePlan(in, j, core.Policy{}); len(p.Steps) > 0 {
				t.Error(describe(p))
			}
			isTold := slices.ContainsFunc(j.Findings, func(f core.Finding) bool { return string(f.Reason) == name })
			reasons := documentedReasons(t)
			if slices.Contains(slices.Concat(reasons[core.Accepted][false], reasons[core.Synced][false]), name) && !isTold {
				t.Errorf("told is %s", tell(j))
			}
		})
	}
}

// A backend host is deleted only by its own Host's finalizer; childless copies that a broken creation left are no exception
// but what is left of that creation.
func TestABackendHostIsDeletedOnlyByItsOwnHostsFinalizer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, s := drawWorld(t)
		in.Host.Deleting, in.Host.HasFinalizer = rapid.Bool().Draw(t, "leaves"), rapid.Bool().Draw(t, "finalizer")
		j := core.Judge(in)
		p := core.ComputePlan(in, j, core.Policy{})
		deletes := slices.ContainsFunc(p.Steps, func(x core.Step) bool { return x.Kind == core.StepDeleteHost })
		if may := in.Host.Deleting && in.Host.HasFinalizer && len(s.Hosts) > 0; deletes != may {
			t.Fatalf("leaves %v, finalizer %v, hosts %d: %s", in.Host.Deleting, in.Host.HasFinalizer, len(s.Hosts), describe(p))
		}
	})
}
