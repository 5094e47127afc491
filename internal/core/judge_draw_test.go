// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// Groups are drawn from few names, addresses and numbers, so that they meet often.

// sharedMAC is a router's, of VRRP: it is no sign of a machine.
const sharedMAC = "00:00:5E:00:01:05"

func drawSpec(t *rapid.T) core.BindingSpec {
	iface := fmt.Sprintf("i%d", rapid.IntRange(0, 3).Draw(t, "interface"))
	port := fmt.Sprintf("p%d", rapid.IntRange(0, 3).Draw(t, "port"))
	s := core.BindingSpec{Type: core.BindPort, Port: port}
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0, 1:
		s = core.BindingSpec{Type: core.BindInterface, Interface: iface}
	case 2, 3:
		s.Interface = iface
	}
	if rapid.IntRange(0, 19).Draw(t, "host") == 0 {
		s.Host = rapid.SampledFrom([]string{"web", "other"}).Draw(t, "named")
	}
	return s
}

func drawSpecs(t *rapid.T, most int) []core.BindingSpec {
	var out []core.BindingSpec
	for range rapid.IntRange(0, most).Draw(t, "bindings") {
		out = append(out, drawSpec(t))
	}
	return out
}

func drawTagNames(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"red", "blue", "red", "blue", "t1", "gone"}), 0, 2).Draw(t, "tags")
}

func drawMeta(t *rapid.T, kind core.Kind, namespace, name string) core.Meta {
	m := coretest.MetaOf(kind, name, rapid.IntRange(0, 2).Draw(t, "minute"))
	m.Ref.Namespace = namespace
	m.Paused = rapid.IntRange(0, 14).Draw(t, "paused") == 0
	m.Deleting = kind != core.KindHost && rapid.IntRange(0, 19).Draw(t, "deleting") == 0
	return m
}

func drawName(t *rapid.T) (name, definition string) {
	name = rapid.SampledFrom([]string{"edge", "edge", "proxy", "dns", "db"}).Draw(t, "name")
	definition = rapid.SampledFrom([]string{"Caddy", "Caddy", "Caddy", "Nginx"}).Draw(t, "definition")
	return name, definition
}

func drawHost(t *rapid.T, name string) *core.HostDecl {
	h := &core.HostDecl{Meta: drawMeta(t, core.KindHost, "lab", name), Name: name, HasFinalizer: true}
	h.Paused = h.Paused && rapid.Bool().Draw(t, "host paused")
	shift := rapid.IntRange(0, 2).Draw(t, "shift")
	for i := range rapid.IntRange(0, 3).Draw(t, "interfaces") {
		d := core.InterfaceDecl{Name: fmt.Sprintf("i%d", i), IP: addr(1 + (i+shift)%4)}
		d.MAC = rapid.SampledFrom([]string{"", "", "02:00:00:00:00:01", "02:00:00:00:00:02", sharedMAC}).Draw(t, "mac")
		d.Subnet = rapid.SampledFrom([]string{"", "", "", "lan", "10.0.0.0/24", "gone"}).Draw(t, "subnet")
		h.Interfaces = append(h.Interfaces, d)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "ports") {
		h.Ports = append(h.Ports, core.PortDecl{Name: fmt.Sprintf("p%d", i), Number: 80 + (i+shift)%4, Protocol: core.TCP})
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"edge", "proxy", "dns"}), 0, 2, rapid.ID).Draw(t, "inline") {
		_, definition := drawName(t)
		h.Services = append(h.Services, core.InlineService{Name: name, Definition: definition, Bindings: drawSpecs(t, 3)})
	}
	if rapid.Bool().Draw(t, "tagged") {
		h.TagsManaged, h.Tags = true, drawTagNames(t)
	}
	return h
}

// drawMembers adds Services and Bindings to an input.
func drawMembers(t *rapid.T, in *core.Input) {
	for i := range rapid.IntRange(0, 4).Draw(t, "services") {
		namespace := rapid.SampledFrom([]string{"lab", "lab", "lab", "shop"}).Draw(t, "namespace")
		s := core.ServiceDecl{Meta: drawMeta(t, core.KindService, namespace, fmt.Sprintf("%s-s%d", namespace, i)), Host: in.Root, Bindings: drawSpecs(t, 3)}
		s.Permitted = namespace == "lab" || rapid.IntRange(0, 3).Draw(t, "permitted") > 0
		s.Name, s.Definition = drawName(t)
		if rapid.IntRange(0, 3).Draw(t, "tagged") == 0 {
			s.TagsManaged, s.Tags = true, drawTagNames(t)
		}
		in.Services = append(in.Services, s)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "objects") {
		if len(in.Services) == 0 {
			return
		}
		of := rapid.SampledFrom(in.Services).Draw(t, "of").Ref
		in.Bindings = append(in.Bindings, core.BindingDecl{
			Meta: drawMeta(t, core.KindBinding, of.Namespace, fmt.Sprintf("%s-b%d", of.Namespace, i)), Service: of, Spec: drawSpec(t),
		})
	}
}

// drawRejections lets the server have refused some of the members.
func drawRejections(t *rapid.T, in *core.Input) {
	for i := range in.Services {
		if rapid.IntRange(0, 14).Draw(t, "refused") == 0 {
			in.Rejected = append(in.Rejected, core.Rejection{Item: core.Item{Object: in.Services[i].Ref}, Generation: 1, Message: "no"})
		}
	}
	for i := range in.Bindings {
		if rapid.IntRange(0, 14).Draw(t, "refused") == 0 {
			item := core.Item{Object: in.Bindings[i].Ref, Part: core.PartBinding}
			in.Rejected = append(in.Rejected, core.Rejection{Item: item, Generation: 1, Message: "no"})
		}
	}
}

func drawGroup(t *rapid.T) core.Input {
	in := coretest.EmptyInput("web")
	in.Host = drawHost(t, "web")
	in.Root, in.Instance = in.Host.Ref, testInstance
	in.Backend.Pin.NetworkID = testNetwork
	in.Backend.Subnets = []core.Subnet{{ID: testSubnet, Name: "lan", CIDR: netip.MustParsePrefix("10.0.0.0/24")}}
	in.Backend.Tags = []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}}
	drawMembers(t, &in)
	return in
}

// drawWorld is a group on a backend that an earlier group of the same names and discoveries have left behind.
func drawWorld(t *rapid.T) (core.Input, *coretest.Server) {
	s := &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}}}
	in := drawGroup(t)
	switch rapid.IntRange(0, 3).Draw(t, "before") {
	case 0:
		return in, s
	case 1:
		settle(t, in, s, 8)
	default:
		settle(t, drawGroup(t), s, 8)
	}
	if len(s.Hosts) > 0 {
		discover(t, s, rapid.IntRange(0, 4).Draw(t, "found"))
	}
	in = observe(t, in, s)
	drawRejections(t, &in)
	return in, s
}

// observe shows a group what the server has, as gather does: owners that are no members have some state.
func observe(t *rapid.T, in core.Input, s *coretest.Server) core.Input {
	in = see(in, s)
	in.Owners = map[core.OwnerHash]core.OwnerFact{}
	members := map[core.OwnerHash]bool{}
	for _, r := range refsOf(in) {
		members[core.Owner(testNetwork, r)] = true
	}
	for i := range in.Observed.Hosts {
		for _, id := range in.Observed.Hosts[i].RowIDs() {
			_, owner, _, derived := core.ParseID(id)
			if _, known := in.Owners[owner]; derived && !known && !members[owner] {
				in.Owners[owner] = core.OwnerFact{State: core.OwnerState(rapid.IntRange(0, 3).Draw(t, "owner"))}
			}
		}
	}
	return in
}

// see shows a group what the server has.
func see(in core.Input, s *coretest.Server) core.Input {
	in.Observed.Hosts = nil
	for _, h := range s.Hosts {
		in.Observed.Hosts = append(in.Observed.Hosts, coretest.Copy(h))
	}
	if len(s.Hosts) > 0 {
		host := *in.Host
		host.PriorID, host.Pinned, host.Origin = s.Hosts[0].ID, in.Backend.Pin, core.OriginCreated
		in.Host = &host
	}
	return in
}

func refsOf(in core.Input) []core.Ref {
	var out []core.Ref
	if in.Host != nil {
		out = append(out, in.Host.Ref)
	}
	for i := range in.Services {
		out = append(out, in.Services[i].Ref)
	}
	for i := range in.Bindings {
		out = append(out, in.Bindings[i].Ref)
	}
	return out
}

// settle judges, plans and sends until nothing is left to do, and says how many rounds it took.
func settle(t *rapid.T, in core.Input, s *coretest.Server, rounds int) int {
	for round := range rounds {
		in = see(in, s)
		j := core.Judge(in)
		p := core.ComputePlan(in, j, core.Policy{})
		if len(p.Steps) == 0 {
			return round
		}
		if ran := s.Run(p, len(p.Steps)); ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
			t.Fatalf("round %d: %+v of %s\nfindings: %s", round, ran, describe(p), tell(j))
		}
	}
	in = see(in, s)
	t.Fatalf("does not converge: %s", describe(core.ComputePlan(in, core.Judge(in), core.Policy{})))
	return 0
}

func tell(j core.Judgement) string {
	out := ""
	for _, f := range j.Findings {
		out += fmt.Sprintf("\n%v %s: %s %s %v %s", f.Item.Object, f.Item, f.Condition, f.Reason, f.Parties, f.Detail)
	}
	return out
}

// shuffled is a list in another order.
func shuffled[T any](t *rapid.T, list []T) []T {
	if len(list) < 2 {
		return slices.Clone(list)
	}
	return rapid.Permutation(list).Draw(t, "order")
}

// addSeeds adds a few sources of randomness to start from.
func addSeeds(f *testing.F) {
	f.Helper()
	for seed := range byte(6) {
		data := make([]byte, 1<<13)
		for i := range data {
			data[i] = byte(i*i*int(seed+3)) ^ byte(i>>3)*seed
		}
		f.Add(data)
	}
}
