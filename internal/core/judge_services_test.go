// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func tags(names ...string) func(*core.ServiceDecl) {
	return func(s *core.ServiceDecl) { s.TagsManaged, s.Tags = true, names }
}

func knownTags(in *core.Input) {
	in.Backend.Tags = []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}}
}

// gone lets an object that was declared be gone, in some state.
func gone(ref core.Ref, state core.OwnerState) edit {
	return func(in *core.Input) {
		in.Owners = map[core.OwnerHash]core.OwnerFact{core.Owner(in.Backend.Pin.NetworkID, ref): {State: state, Ref: ref}}
	}
}

func TestServiceRules(t *testing.T) {
	edge := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}
	checkRules(t, map[string]rule{
		"a namespace that the Host does not admit: RefNotPermitted, Withdraw": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, last(func(s *core.ServiceDecl) { s.Permitted = false })},
			want: []string{
				"Service edge: Accepted=false RefNotPermitted: its Host is in another namespace and does not admit this one, or does not exist",
				"withdraw service edge",
			},
			fates: []string{"Service edge bindings[0]: Rejected Withdraw", "Service edge: Withdraw"},
		},
		"equal name and definition is one service: bindings are united and judged as the owner's": {
			edits: []edit{service("edge", 1, "http@*"), service("copy", 2, "eth0", "https@*"), last(func(s *core.ServiceDecl) { s.Name = "edge" })},
			want: []string{
				"Service copy: Accepted=true Duplicate by Service edge",
				"Service copy bindings[0]: Accepted=false Conflicted by Service edge bindings[0] (port http (80/TCP) on all interfaces)," +
					" Service copy bindings[1] (port https (443/TCP) on all interfaces)",
			},
			fates: []string{"Service copy bindings[0]: Rejected Withdraw"},
		},
		"another definition is another service": {
			edits: []edit{service("edge", 1, "http@*"), service("copy", 2, "https@*"), last(func(s *core.ServiceDecl) { s.Name, s.Definition = "edge", "Nginx" })},
		},
		"an unknown tag is TagNotFound, never a half-made object": {
			edits: []edit{knownTags, service("edge", 1, "http@*"), last(tags("red", "green"))},
			want:  []string{`Service edge: ResolvedRefs=false TagNotFound: Scanopy has no tag "green"`},
			fates: []string{"Service edge bindings[0]: Pending Keep", "Service edge: Keep"},
		},
		"an id that no tag has is TagNotFound even where tags may be made": {
			edits: []edit{knownTags, service("edge", 1), last(tags("2f1e4fc0-81fd-41da-9129-5a6d0ac4a2be")), func(in *core.Input) { in.Backend.CreateTags = true }},
			want:  []string{`Service edge: ResolvedRefs=false TagNotFound: Scanopy has no tag "2f1e4fc0-81fd-41da-9129-5a6d0ac4a2be"`},
			fates: []string{"Service edge: Keep"},
		},
		"a tag that is gone deletes nothing": {
			edits: []edit{knownTags, service("edge", 1, "http@*"), last(tags("red")), inBackend, func(in *core.Input) { in.Backend.Tags = nil }},
			want:  []string{`Service edge: ResolvedRefs=false TagNotFound: Scanopy has no tag "red"`},
			fates: []string{"Service edge bindings[0]: Effective Keep", "Service edge: Keep"},
		},
		"a definition that the server does not know: Keep once it was told so": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, seen(func(h *core.ObservedHost) { h.Services[0].Definition = "Missing Service" }),
				last(func(s *core.ServiceDecl) {
					s.Prior = []core.Condition{{Type: "Synced", Reason: "Synced", True: true, ObservedGeneration: 1}}
				})},
			want:  []string{`Service edge: Accepted=false UnknownServiceDefinition: Scanopy 0.14.13 does not know the service definition "Caddy"`},
			fates: []string{"Service edge bindings[0]: Effective Keep", "Service edge: Keep"},
		},
		"a changed definition is written again": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, seen(func(h *core.ObservedHost) { h.Services[0].Definition = "Missing Service" }),
				last(func(s *core.ServiceDecl) {
					s.Generation = 2
					s.Prior = []core.Condition{{Type: "Accepted", Reason: "UnknownServiceDefinition", ObservedGeneration: 1}}
				})},
		},
		"a server of another version is asked again": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, seen(func(h *core.ObservedHost) { h.Services[0].Definition = "Missing Service" }),
				last(func(s *core.ServiceDecl) {
					s.Prior = []core.Condition{{Type: "Accepted", Reason: "UnknownServiceDefinition", ObservedGeneration: 1,
						Message: `Scanopy 0.14.2 does not know the service definition "Caddy"`}}
				})},
		},
		"virtualization.serviceRef never blocks": {
			edits: []edit{service("edge", 1, "http@*"), last(func(s *core.ServiceDecl) {
				s.Virtualization = &core.ServiceVirtualization{Type: "Docker", ContainerName: "edge", ServiceRef: &core.Ref{Kind: core.KindService, Namespace: "lab", Name: "docker"}}
			})},
			want: []string{"Service edge: ResolvedRefs=false ServiceNotFound: virtualization: Service docker does not exist; written without it"},
		},
		"the rows of an object that was seen going are withdrawn": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerGone)},
			want:  []string{"withdraw service edge"},
		},
		"the rows of an object whose accepted reference leads elsewhere are withdrawn": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerElsewhere)},
			want:  []string{"withdraw service edge"},
		},
		"the rows of an object that is missing stay, and claim": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerMissing), service("new", 2, "http@*")},
			want: []string{
				"Service new bindings[0]: Accepted=false PortClaimed by Service edge (port http (80/TCP) on all interfaces)",
			},
			fates: []string{"Service new bindings[0]: Rejected Withdraw"},
		},
		"a Service that moves away stays until its new place is accepted": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerAlive)},
		},
		"a row matched by another accepted item stays, whatever id it has": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerGone), inline("edge", "http@*")},
		},
		"a service of ours that carries foreign bindings is retained": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerGone), seen(func(h *core.ObservedHost) {
				s := &h.Services[0]
				s.Bindings = append(s.Bindings, core.ObservedBinding{ID: "found", Type: core.BindPort, PortID: h.Ports[1].ID})
			})},
			want: []string{"withdraw binding of edge to port http (80/TCP) on all interfaces", "retain service edge"},
		},
		"without leave nothing is withdrawn": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, forgotten, gone(edge, core.OwnerGone), func(in *core.Input) { in.MayDelete = false }},
		},
		"a Binding without its Service": {
			edits: []edit{binding("b", 1, "edge", "http@*")},
			want:  []string{"Binding b: ResolvedRefs=false ServiceNotFound: Service edge does not exist"},
		},
		"a Binding on a Service that waits": {
			edits: []edit{knownTags, service("edge", 1), last(tags("green")), binding("b", 2, "edge", "http@*")},
			want: []string{
				`Service edge: ResolvedRefs=false TagNotFound: Scanopy has no tag "green"`,
				"Binding b: Synced=false DependencyNotReady: Service edge names a tag that is not there",
			},
			fates: []string{"Binding b: Pending Keep", "Service edge: Keep"},
		},
		"a broken reference keeps the row that it had": {
			edits: []edit{service("edge", 1, "http@eth0"), inBackend, host(func(h *core.HostDecl) { h.Ports[0].Name = "web" })},
			want:  []string{`Service edge bindings[0]: ResolvedRefs=false PortNotFound: Host web has no port "http"; it has web (80/TCP), https (443/TCP)`},
			fates: []string{"Service edge bindings[0]: Effective Keep"},
		},
		"a broken reference keeps the row that it had under a former name": {
			edits: []edit{service("edge", 1, "http@eth0"), inBackend, host(func(h *core.HostDecl) { h.Ports[0].Name = "www" }),
				last(func(s *core.ServiceDecl) { s.Bindings = specs([]string{"web@eth0"}) })},
			want:  []string{`Service edge bindings[0]: ResolvedRefs=false PortNotFound: Host web has no port "web"; it has www (80/TCP), https (443/TCP)`},
			fates: []string{"Service edge bindings[0]: Pending Keep"},
		},
		"a Binding that moves to another service leaves the old one when it is accepted": {
			edits: []edit{service("a", 1), service("b", 2), binding("x", 3, "a", "http@*"), inBackend,
				lastBinding(func(b *core.BindingDecl) { b.Service.Name = "b" })},
			want: []string{"withdraw binding of a to port http (80/TCP) on all interfaces"},
		},
		"a Binding that is refused at its new place stays at the old one while nobody minds": {
			edits: []edit{service("a", 1), service("b", 2, "https@*"), binding("x", 3, "a", "eth0"), inBackend,
				lastBinding(func(b *core.BindingDecl) { b.Service.Name = "b" })},
			want:  []string{"Binding x: Accepted=false Conflicted by Service b bindings[0] (port https (443/TCP) on all interfaces)"},
			fates: []string{"Binding x: Rejected Withdraw"},
		},
		"a refused Binding's row goes from the old place when it would cover what is declared there": {
			edits: []edit{service("a", 1), service("b", 2, "eth0"), binding("x", 3, "a", "http@*"), inBackend,
				lastBinding(func(b *core.BindingDecl) { b.Service.Name = "b" }), binding("y", 4, "a", "http@eth1")},
			want: []string{
				"Binding x: Accepted=false Conflicted by Service b bindings[0] (Interface eth0)",
				"Binding x: Accepted=false PortClaimed by Binding y (port http (80/TCP) on interface eth1)",
				"withdraw binding of a to port http (80/TCP) on all interfaces",
			},
			fates: []string{"Binding x: Rejected Withdraw"},
		},
	})
}

// discovered adds a foreign service with a binding on the first port.
func discovered(name, iface string) edit {
	return seen(func(h *core.ObservedHost) {
		h.Services = append(h.Services, core.ObservedService{ID: "found", Name: name, Definition: name, Source: "Discovery",
			Bindings: []core.ObservedBinding{{ID: "found-binding", Type: core.BindPort, PortID: h.Ports[0].ID, InterfaceID: iface}}})
	})
}

func TestForeignRowRules(t *testing.T) {
	checkRules(t, map[string]rule{
		"a foreign binding claims before all that is declared": {
			edits: []edit{inBackend, discovered("SSH", ""), service("agent", 1, "http@eth0")},
			want:  []string{`Service agent bindings[0]: Accepted=false PortClaimed by service "SSH" Discovery (port http (80/TCP) on all interfaces)`},
			fates: []string{"Service agent bindings[0]: Rejected Withdraw"},
		},
		"Unclaimed Open Ports yields a port that is declared": {
			edits: []edit{inBackend, discovered("Unclaimed Open Ports", ""), service("agent", 1, "http@eth0")},
			want:  []string{"yield binding of Unclaimed Open Ports to port http (80/TCP) on all interfaces"},
		},
		"Unclaimed Open Ports keeps what nobody asks for": {
			edits: []edit{inBackend, discovered("Unclaimed Open Ports", ""), service("agent", 1, "https@*")},
		},
		"a foreign row that is the same row is used": {
			edits: []edit{inBackend, discovered("Caddy", ""), service("Caddy", 1, "http@*")},
		},
		"a foreign specific binding of the same service yields to all interfaces": {
			edits: []edit{inBackend, discovered("Caddy", "?"), seen(func(h *core.ObservedHost) { h.Services[0].Bindings[0].InterfaceID = h.Interfaces[0].ID }),
				service("Caddy", 1, "http@*")},
			want: []string{"yield binding of Caddy to port http (80/TCP) on interface eth0"},
		},
		"an undeclared port of ours with foreign bindings is retained": {
			edits: []edit{inBackend, discovered("SSH", ""), host(func(h *core.HostDecl) { h.Ports = h.Ports[1:] })},
			want:  []string{"retain port 80/TCP"},
		},
		"an undeclared port of ours goes": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.Ports = h.Ports[1:] })},
			want:  []string{"withdraw port 80/TCP"},
		},
		"a port whose number changes is another port": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.Ports[0].Number = 8080 })},
			want:  []string{"withdraw port 80/TCP"},
		},
		"a port of another protocol is another port": {
			edits: []edit{host(func(h *core.HostDecl) { h.Ports[0].Protocol = core.UDP }), inBackend, port("dns", 80), seen(func(h *core.ObservedHost) {
				h.Ports = append(h.Ports, core.ObservedPort{ID: "found", Number: 80, Protocol: core.TCP})
			}), host(func(h *core.HostDecl) { h.Ports = h.Ports[1:] })},
			want: []string{"withdraw port 80/UDP"},
		},
		"Unclaimed Open Ports keeps the port of what may not be written": {
			edits: []edit{inBackend, discovered("Unclaimed Open Ports", ""), service("agent", 1, "http@eth0"), refusedAs("", itemOfService)},
			want:  []string{"Service agent: Synced=false BackendRejected: no"},
			fates: []string{"Service agent bindings[0]: Pending Keep", "Service agent: Keep"},
		},
		"an interface that is renamed is the same row": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.Interfaces[0].Name = "lan0" })},
		},
	})
}
