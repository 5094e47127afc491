// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

func subnets(all ...core.Subnet) edit {
	return func(in *core.Input) { in.Backend.Subnets = all }
}

func subnet(id, name, cidr string) core.Subnet {
	return core.Subnet{ID: id, Name: name, CIDR: netip.MustParsePrefix(cidr)}
}

// neighbour declares another Host at a minute; the Host of the group is of minute 0.
func neighbour(name string, minute int, ip, mac string) edit {
	return func(in *core.Input) {
		in.Neighbours = append(in.Neighbours, core.HostDecl{Meta: coretest.MetaOf(core.KindHost, name, minute), Name: name,
			Interfaces: []core.InterfaceDecl{{Name: "eth0", IP: netip.MustParseAddr(ip), MAC: mac}}})
	}
}

func later(minute int) edit {
	return host(func(h *core.HostDecl) { h.Created = h.Created.Add(time.Duration(minute) * time.Minute) })
}

func TestHostRules(t *testing.T) {
	lan, wide, any4 := subnet("s1", "lan", "10.20.0.0/24"), subnet("s2", "wide", "10.20.0.0/16"), subnet("s0", "Internet", "0.0.0.0/0")
	checkRules(t, map[string]rule{
		"the longest matching prefix wins": {edits: []edit{subnets(wide, any4, lan)}},
		"0.0.0.0/0 never matches implicitly": {
			edits: []edit{subnets(any4, lan), iface("wan", "192.0.2.1")},
			want:  []string{"Host web interfaces[2]: ResolvedRefs=false SubnetNotFound: the network has no subnet with 192.0.2.1"},
		},
		"0.0.0.0/0 matches when it is named": {edits: []edit{subnets(any4, lan), iface("wan", "192.0.2.1", "", "Internet")}},
		"two equal subnets: Ambiguous": {
			edits: []edit{subnets(lan, subnet("s3", "bridge", "172.17.0.0/16"), subnet("s4", "bridge", "172.17.0.0/16")), iface("docker0", "172.17.0.1")},
			want:  []string{"Host web interfaces[2]: ResolvedRefs=false Ambiguous: 2 subnets 172.17.0.0/16 have 172.17.0.1: ids s3 and s4"},
		},
		"a CIDR that matches two subnets: Ambiguous": {
			edits: []edit{subnets(lan, subnet("s3", "a", "172.17.0.0/16"), subnet("s4", "b", "172.17.0.0/16")), iface("docker0", "172.17.0.1", "", "172.17.0.0/16")},
			want:  []string{`Host web interfaces[2]: ResolvedRefs=false Ambiguous: 2 subnets of the network are "172.17.0.0/16": ids s3 and s4`},
		},
		"one of two equal subnets by its id": {
			edits: []edit{subnets(lan, subnet("s3", "a", "172.17.0.0/16"), subnet("s4", "b", "172.17.0.0/16")), iface("docker0", "172.17.0.1", "", "s4")},
		},
		"an unknown subnet": {
			edits: []edit{iface("eth2", "10.20.0.12", "", "dmz"), service("edge", 1, "eth2")},
			want: []string{
				`Host web interfaces[2]: ResolvedRefs=false SubnetNotFound: the network has no subnet "dmz"`,
				"Service edge bindings[0]: Synced=false DependencyNotReady: interface eth2 of Host web is not in Scanopy",
			},
			fates: []string{"Service edge bindings[0]: Pending Keep"},
		},
		"an address outside its subnet is Invalid": {
			edits: []edit{iface("eth2", "10.99.0.1", "", "10.20.0.0/16")},
			want:  []string{"Host web interfaces[2]: Accepted=false Invalid: 10.99.0.1 is not in subnet 10.20.0.0/16"},
		},
		"a subnet that the backend may create": {
			edits: []edit{iface("eth2", "10.99.0.1", "", "10.99.0.0/24"), func(in *core.Input) { in.Backend.CreateSubnets = true }},
		},
		"a subnet is created only if a CIDR is given": {
			edits: []edit{iface("eth2", "10.99.0.1"), func(in *core.Input) { in.Backend.CreateSubnets = true }},
			want:  []string{"Host web interfaces[2]: ResolvedRefs=false SubnetNotFound: the network has no subnet with 10.99.0.1"},
		},
		"a subnet that goes deletes nothing": {
			edits: []edit{service("edge", 1, "eth0", "https@eth1"), inBackend, subnets()},
			want: []string{
				"Host web interfaces[0]: ResolvedRefs=false SubnetNotFound: the network has no subnet with 10.20.0.10",
				"Host web interfaces[1]: ResolvedRefs=false SubnetNotFound: the network has no subnet with 10.20.0.11",
			},
		},
		"a subnet that is not there deletes no interface that may be the one": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) {
				h.Interfaces[0] = core.InterfaceDecl{Name: "wan", IP: netip.MustParseAddr("10.99.0.1")}
			})},
			want: []string{"Host web interfaces[0]: ResolvedRefs=false SubnetNotFound: the network has no subnet with 10.99.0.1"},
		},
		"two interfaces of one address": {
			edits: []edit{iface("eth0b", "10.20.0.10")},
			want:  []string{"Host web interfaces[2]: Accepted=false Invalid: interface eth0 has the same address"},
		},
		"a port 0": {
			edits: []edit{port("none", 0)},
			want:  []string{"Host web ports[2]: Accepted=false Invalid: a port has a number from 1 to 65535"},
		},
		"while no list has been read nothing is concluded from absence": {
			edits: []edit{subnets(), knownTags, host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} }),
				func(in *core.Input) { in.Observed.Known = false }, service("edge", 1, "http@*", "eth0")},
			want:  []string{"Service edge bindings[1]: Accepted=false Conflicted by Service edge bindings[0] (port http (80/TCP) on all interfaces)"},
			fates: []string{"Service edge bindings[1]: Rejected Withdraw"},
		},
		"an unknown tag keeps the Host's own items; the others go on": {
			edits: []edit{inBackend, host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} }), port("metrics", 9100),
				service("a", 1, "http@*"), service("b", 2, "metrics@*")},
			want: []string{
				`Host web: ResolvedRefs=false TagNotFound: Scanopy has no tag "gone"`,
				"Service b bindings[0]: Synced=false DependencyNotReady: port metrics of Host web is not in Scanopy",
			},
			fates: []string{"Service b bindings[0]: Pending Keep"},
		},
		"an unknown tag on a Host that is not there": {
			edits: []edit{host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"gone"} }), service("a", 1)},
			want: []string{
				`Host web: ResolvedRefs=false TagNotFound: Scanopy has no tag "gone"`,
				"Service a: Synced=false DependencyNotReady: Host web is not in Scanopy",
			},
			fates: []string{"Service a: Keep"},
		},
		"a MAC that the server cannot change: ours is replaced": {
			edits: []edit{host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0A" }), inBackend,
				host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" })},
		},
		"a MAC that the server cannot change: ours is kept under a binding of another host": {
			edits: []edit{host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0A" }), inBackend,
				seen(func(h *core.ObservedHost) { h.Interfaces[0].ID = "51a1a70f-0000-8000-8000-000000000001" }),
				func(in *core.Input) {
					in.Instance, in.Observed.Carried = 0x51a1a70f, []string{"51a1a70f-0000-8000-8000-000000000001"}
				},
				host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" })},
			want: []string{"Host web interfaces[0]: Synced=false AlreadyExists: Scanopy has interface 10.20.0.10 (id " +
				"51a1a70f-0000-8000-8000-000000000001) with MAC 02:00:00:00:00:0A, not 02:00:00:00:00:0B, and its server cannot change a MAC"},
		},
		"a MAC that the server cannot change: a foreign row is kept": {
			edits: []edit{inBackend, seen(func(h *core.ObservedHost) { h.Interfaces[0].ID, h.Interfaces[0].MAC = "found", "02:00:00:00:00:0A" }),
				host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" })},
			want: []string{"Host web interfaces[0]: Synced=false AlreadyExists: Scanopy has interface 10.20.0.10 (id found) with MAC " +
				"02:00:00:00:00:0A, not 02:00:00:00:00:0B, and its server cannot change a MAC"},
		},
		"virtualization.serviceRef never blocks": {
			edits: []edit{inline("edge", "http@*"), host(func(h *core.HostDecl) {
				ref := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "gone"}
				h.Virtualization = &core.HostVirtualization{Type: "Proxmox", VMID: "1", ServiceRef: &ref}
				h.Services[0].Virtualization = &core.ServiceVirtualization{Type: "Docker", ContainerName: "edge", ServiceRef: &ref, ServiceFound: true}
			})},
			want: []string{
				"Host web: ResolvedRefs=false ServiceNotFound: virtualization: Service gone does not exist; written without it",
				"Host web services[0]: ResolvedRefs=false DependencyNotReady: virtualization: Service gone is not in Scanopy yet; written without it",
			},
		},
		"a Host is DuplicateHost of one declared earlier, by address": {
			edits: []edit{later(5), neighbour("first", 1, "10.20.0.11", ""), service("edge", 6)},
			want: []string{
				"Host web: Accepted=false DuplicateHost by Host first (interface 10.20.0.11)",
				"Service edge: Synced=false DependencyNotReady: Host web is the same machine as another Host",
			},
			fates: []string{"Service edge: Keep"},
		},
		"a Host is DuplicateHost of one declared earlier, by MAC": {
			edits: []edit{later(5), iface("eth2", "10.20.0.12", "02:00:00:00:00:0A"), neighbour("first", 1, "10.20.0.99", "02:00:00:00:00:0A")},
			want:  []string{"Host web: Accepted=false DuplicateHost by Host first (MAC 02:00:00:00:00:0A)"},
		},
		"loopback, all-zero and VRRP MACs don't count": {
			edits: []edit{later(5), iface("vrrp", "10.20.0.12", "00:00:5E:00:01:05"), iface("lo", "10.20.0.13", "00:00:00:00:00:00"),
				neighbour("first", 1, "10.20.0.98", "00:00:5E:00:01:05"), neighbour("other", 1, "10.20.0.99", "00:00:00:00:00:00")},
		},
		"no chains: one that is a duplicate itself goes before all the same": {
			edits: []edit{later(5), neighbour("first", 1, "10.20.0.99", ""), neighbour("second", 2, "10.20.0.11", ""),
				func(in *core.Input) {
					n := &in.Neighbours[1]
					n.Interfaces = append(n.Interfaces, core.InterfaceDecl{Name: "eth1", IP: addr20(99)})
				}},
			want: []string{"Host web: Accepted=false DuplicateHost by Host second (interface 10.20.0.11)"},
		},
		"one that is declared later, or is being deleted, takes nothing": {
			edits: []edit{later(5), neighbour("later", 9, "10.20.0.11", ""), neighbour("going", 1, "10.20.0.11", ""),
				func(in *core.Input) { in.Neighbours[1].Deleting = true }},
		},
		"the same address in another subnet is another machine": {
			edits: []edit{later(5), subnets(lan, wide), neighbour("first", 1, "10.20.0.11", ""), func(in *core.Input) { in.Neighbours[0].Interfaces[0].Subnet = "wide" }},
		},
		"a paused Host: nothing is written, and what is there is content": {
			edits: []edit{service("old", 1), inBackend, host(func(h *core.HostDecl) { h.Paused = true }), service("new", 2)},
			want: []string{
				"Host web: Synced=true Paused: paused by its annotation: nothing is written",
				"Service new: Synced=false DependencyNotReady: Host web is paused",
				"Service old: Synced=true Paused: Host web is paused",
			},
			fates: []string{"Service new: Keep", "Service old: Keep"},
		},
		"a paused Backend: the same for all its Hosts": {
			edits: []edit{service("old", 1), inBackend, func(in *core.Input) { in.Backend.Paused = true }, service("new", 2)},
			want: []string{
				"Host web: Synced=true Paused: Backend lab/default is paused by its annotation: nothing is written through it",
				"Service new: Synced=false DependencyNotReady: Host web is paused",
				"Service old: Synced=true Paused: Host web is paused",
			},
			fates: []string{"Service new: Keep", "Service old: Keep"},
		},
		"a namespace that is no longer admitted deletes nothing": {
			edits: []edit{service("edge", 1, "http@*"), inBackend, func(in *core.Input) { in.Backend.Permitted = false }},
			want: []string{
				"Host web: Accepted=false RefNotPermitted: Backend lab/default does not admit this namespace or network",
				"Service edge: Synced=false DependencyNotReady: Host web may not use its backend",
			},
			fates: []string{"Service edge bindings[0]: Effective Keep", "Service edge: Keep"},
		},
		"a Backend that leads to another network: BackendChanged, Keep": {
			edits: []edit{inBackend, func(in *core.Input) { in.Backend.Pin.NetworkID = "other" }},
			want:  []string{"Host web: Accepted=false BackendChanged: it is synced to network network, but Backend lab/default leads to network other now"},
		},
		"a Backend that leads to another organization: BackendChanged, Keep": {
			edits: []edit{inBackend, func(in *core.Input) { in.Backend.Pin.OrganizationID = "other" }},
			want: []string{"Host web: Accepted=false BackendChanged: it is synced to network network of organization organization, " +
				"but Backend lab/default leads to network network of organization other now"},
		},
		"a move that the annotation accepts": {
			edits: []edit{inBackend, func(in *core.Input) {
				in.Backend.Pin.NetworkID, in.Host.AcceptBackend, in.Observed.Hosts = "other", "other", nil
			}},
		},
		"no backend": {
			edits: []edit{func(in *core.Input) {
				in.Backend, in.Observed.Known = core.BackendFacts{Display: "Backend lab/nas"}, false
			}},
			want: []string{"Host web: ResolvedRefs=false BackendNotFound: there is no Backend lab/nas"},
		},
		"a ClusterBackend that does not admit the namespace": {
			edits: []edit{func(in *core.Input) { in.Backend.Permitted = false }},
			want:  []string{"Host web: Accepted=false RefNotPermitted: Backend lab/default does not admit this namespace or network"},
		},
		"an unknown network": {
			edits: []edit{func(in *core.Input) {
				in.Backend.NetworkFound, in.Backend.Pin, in.Observed.Known = false, core.Pin{}, false
			}},
			want: []string{`Host web: ResolvedRefs=false NetworkNotFound: the key of Backend lab/default sees no network "Lab"`},
		},
		"a name of several networks": {
			edits: []edit{func(in *core.Input) {
				in.Backend.NetworkFound, in.Backend.NetworkAmbiguous, in.Backend.Pin, in.Observed.Known = false, true, core.Pin{}, false
			}},
			want: []string{`Host web: ResolvedRefs=false Ambiguous: the key of Backend lab/default sees several networks "Lab"`},
		},
		"a backend that is being deleted takes no new Hosts": {
			edits: []edit{func(in *core.Input) { in.Backend.Deleting = true }},
			want:  []string{"Host web: Synced=false Deleting: Backend lab/default is being deleted and takes no new Hosts"},
		},
		"a backend that is being deleted serves those that it has": {
			edits: []edit{inBackend, func(in *core.Input) { in.Backend.Deleting = true }},
		},
		"a Host that does not exist": {
			edits: []edit{service("edge", 1, "http@*"), binding("b", 2, "edge", "http@*"), service("far", 3), last(func(s *core.ServiceDecl) { s.Permitted = false }),
				func(in *core.Input) { in.Host = nil }},
			want: []string{
				"Service edge: ResolvedRefs=false HostNotFound: Host web does not exist",
				"Service far: Accepted=false RefNotPermitted: its Host is in another namespace and does not admit this one, or does not exist",
				"Binding b: Synced=false DependencyNotReady: Service edge has no Host: Host web does not exist",
			},
			fates: []string{"Binding b: Pending Keep", "Service edge bindings[0]: Pending Keep", "Service edge: Keep", "Service far: Keep"},
		},
		"what hangs on a Host that is being deleted waits for that": {
			edits: []edit{service("edge", 1, "http@*"), binding("b", 2, "edge", "eth0"), service("far", 3), last(func(s *core.ServiceDecl) { s.Permitted = false }),
				binding("lost", 4, "far", "eth0"), host(func(h *core.HostDecl) { h.Deleting = true })},
			want: []string{
				"Service edge: Synced=false Deleting: Host web is being deleted",
				"Service far: Accepted=false RefNotPermitted: its Host is in another namespace and does not admit this one, or does not exist",
				"Binding b: Synced=false Deleting: Host web is being deleted",
				"Binding lost: Synced=false DependencyNotReady: Service far may not be attached to the Host that it names",
			},
			fates: []string{"Binding b: Pending Keep", "Binding lost: Pending Keep", "Service edge bindings[0]: Pending Keep", "Service edge: Keep", "Service far: Keep"},
		},
		"a Binding on a Service that is being deleted waits for that": {
			edits: []edit{service("edge", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Deleting = true }), binding("b", 2, "edge", "eth0")},
			want:  []string{"Binding b: Synced=false Deleting: Service edge is being deleted"},
		},
		"so does one whose Service has no Host any more": {
			edits: []edit{service("edge", 1, "http@*"), last(func(s *core.ServiceDecl) { s.Deleting = true }), binding("b", 2, "edge", "eth0"),
				func(in *core.Input) { in.Host = nil }},
			want: []string{"Binding b: Synced=false Deleting: Service edge is being deleted"},
		},
		"a Binding whose Service does not exist is a group by itself": {
			edits: []edit{binding("b", 1, "edge", "http@*"), func(in *core.Input) { in.Root, in.Host = in.Bindings[0].Ref, nil }},
			want:  []string{"Binding b: ResolvedRefs=false ServiceNotFound: Service edge does not exist"},
		},
	})
}

// A MAC that changes makes a new row with a new id, and every binding on it is made again.
func TestAChangedMACReplacesTheRow(t *testing.T) {
	in := group(host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0A" }), inBackend,
		host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" }))
	d := core.Judge(in).Host.Interfaces[0]
	if old := in.Observed.Hosts[0].Interfaces[0].ID; d.Replaces != old || d.ID == old || d.Row != -1 {
		t.Errorf("%+v does not replace %s", d, old)
	}
}

// An id that another backend host still has is not made.
func TestARowThatIsElsewhereWaitsUntilItIsReleased(t *testing.T) {
	in := group(service("edge", 1, "http@*"), inBackend)
	in.Observed.Hosts[0].ID, in.Host.PriorID = "other", ""
	in.Observed.Hosts[0].Interfaces, in.Observed.Hosts[0].Ports = nil, nil
	in.Observed.HeldBy = map[string]core.Ref{"other": {Kind: core.KindHost, Namespace: "lab", Name: "other"}}
	j := core.Judge(in)
	want := []string{"Service edge: Synced=false DependencyNotReady: its row is still on another host in Scanopy (id other); it is made here when that has let go of it"}
	if d := cmp.Diff(want, verdicts(j)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Service edge bindings[0]: Pending Keep", "Service edge: Keep"}, fates(j)); d != "" {
		t.Error(d)
	}
	if j.Fate != core.Write || j.Target.HostID != "" {
		t.Errorf("the host itself is not made: %+v", j.Target)
	}
}

// A row matched by another accepted item is that item's and stays, whatever id it has.
func TestARowThatAnotherHostsServiceHasTakenIsMadeUnderAnotherID(t *testing.T) {
	in := group(service("edge", 1, "http@*"), inBackend)
	o := &in.Observed.Hosts[0]
	o.ID, in.Host.PriorID = "other", ""
	o.Interfaces, o.Ports = nil, nil
	in.Observed.HeldBy = map[string]core.Ref{"other": {Kind: core.KindHost, Namespace: "lab", Name: "other"}}
	in.Observed.Theirs = []string{o.Services[0].ID}
	j := core.Judge(in)
	if v := verdicts(j); len(v) > 0 {
		t.Errorf("it is held against it: %s", v)
	}
	made := j.Host.Services[0]
	if made.Fate != core.Write || made.ID == o.Services[0].ID || made.Bindings[0].ID == o.Services[0].Bindings[0].ID {
		t.Errorf("service %s with binding %s is not made beside %s with %s", made.ID, made.Bindings[0].ID,
			o.Services[0].ID, o.Services[0].Bindings[0].ID)
	}
}
