// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// drawTrio is a root and two Hosts that become one with it, of which everything may be written.
func drawTrio(t *rapid.T) core.Input {
	in := drawFamily(t)
	for len(in.Consolidated) < 2 {
		h := drawHost(t, "part-1")
		h.ConsolidateInto = "web"
		in.Consolidated = append(in.Consolidated, *h)
	}
	for _, h := range []*core.HostDecl{in.Host, &in.Consolidated[0], &in.Consolidated[1]} {
		h.Paused, h.TagsManaged = false, false
		for i := range h.Interfaces {
			h.Interfaces[i].MAC, h.Interfaces[i].Subnet = "", ""
		}
		for i := range h.Services {
			h.Services[i].TagsManaged, h.Services[i].Tags = true, withoutGone(h.Services[i].Tags)
		}
	}
	for i := range in.Services {
		s := &in.Services[i]
		s.Paused, s.TagsManaged, s.Tags = false, true, withoutGone(s.Tags)
		s.Host = rapid.SampledFrom([]core.Ref{in.Root, in.Consolidated[0].Ref, in.Consolidated[1].Ref}).Draw(t, "on")
	}
	for i := range in.Bindings {
		in.Bindings[i].Paused = false
	}
	return withoutKept(in)
}

func withoutGone(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(name string) bool { return name == "gone" })
}

// withoutKept leaves out the bindings that lead nowhere in the whole group: for them rows stay that were made before.
func withoutKept(in core.Input) core.Input {
	kept := map[core.Item]bool{}
	for _, s := range core.Judge(in).Host.Services {
		for _, b := range s.Bindings {
			kept[b.Item] = b.Outcome == core.OutcomePending
		}
	}
	for _, h := range []*core.HostDecl{in.Host, &in.Consolidated[0], &in.Consolidated[1]} {
		for i := range h.Services {
			item := core.Item{Object: h.Ref, Part: core.PartInlineBinding, Index: i}
			h.Services[i].Bindings = withoutItems(h.Services[i].Bindings, kept, func(k int) core.Item { item.Sub = k; return item })
		}
	}
	for i := range in.Services {
		item := core.Item{Object: in.Services[i].Ref, Part: core.PartBinding}
		in.Services[i].Bindings = withoutItems(in.Services[i].Bindings, kept, func(k int) core.Item { item.Index = k; return item })
	}
	in.Bindings = slices.DeleteFunc(in.Bindings, func(b core.BindingDecl) bool { return kept[core.Item{Object: b.Ref, Part: core.PartBinding}] })
	return in
}

func withoutItems(specs []core.BindingSpec, kept map[core.Item]bool, item func(int) core.Item) []core.BindingSpec {
	var out []core.BindingSpec
	for k, spec := range specs {
		if !kept[item(k)] {
			out = append(out, spec)
		}
	}
	return out
}

// among is the group of some Hosts of a family by themselves, of which the first is the root.
func among(in core.Input, refs ...core.Ref) core.Input {
	out := in
	out.Root, out.Host, out.Consolidated, out.Services, out.Bindings = refs[0], nil, nil, nil, nil
	for _, ref := range refs {
		one := alone(in, ref)
		out.Services, out.Bindings = append(out.Services, one.Services...), append(out.Bindings, one.Bindings...)
		if ref == refs[0] {
			out.Host = one.Host
			continue
		}
		one.Host.ConsolidateInto = refs[0].Name
		out.Consolidated = append(out.Consolidated, *one.Host)
	}
	return out
}

// contents lists what a server has, by content.
func (f *family) contents() []string {
	out := []string{fmt.Sprint(len(f.server.Hosts), " hosts")}
	if len(f.server.Hosts) == 0 {
		return out
	}
	for _, i := range f.server.Hosts[0].Interfaces {
		out = append(out, "interface "+i.Name+" "+i.IP.String())
	}
	for _, p := range f.server.Hosts[0].Ports {
		out = append(out, fmt.Sprint("port ", p.Number, p.Protocol))
	}
	for _, s := range f.server.Hosts[0].Services {
		out = append(out, fmt.Sprint("tags of ", s.Name, " ", s.Definition, ": ", slices.Sorted(slices.Values(s.Tags))))
	}
	slices.Sort(out)
	return append(out, f.services()...)
}

func TestMergingIsAssociative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawTrio(t)
		refs := []core.Ref{in.Root, in.Consolidated[0].Ref, in.Consolidated[1].Ref}
		var want []string
		for _, first := range [][]core.Ref{{refs[0], refs[1], refs[2]}, {refs[0], refs[1]}, {refs[0], refs[2]}, {refs[1], refs[2]}, {refs[2], refs[1]}} {
			f := &family{in: among(in, first...), server: &coretest.Server{MACFixed: true, Tags: in.Backend.Tags}, ids: map[core.Ref]string{}}
			f.settle(t)
			for _, ref := range refs {
				if slices.Contains(first, ref) {
					continue
				}
				other := &family{in: alone(in, ref), server: f.server, ids: f.ids}
				if rapid.Bool().Draw(t, "exists") {
					other.settle(t)
				}
			}
			f.in, f.merging = in, nil
			f.settle(t)
			if want == nil {
				want = f.contents()
			}
			if diff := cmp.Diff(want, f.contents()); diff != "" {
				t.Fatalf("%v first: %s", first, diff)
			}
		}
	})
}

func TestTheShapeOfAChainIsNothingToTheGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		chained := in
		chained.Consolidated = slices.Clone(in.Consolidated)
		names := []string{in.Root.Name}
		for i := range chained.Consolidated {
			chained.Consolidated[i].ConsolidateInto = rapid.SampledFrom(names).Draw(t, "into")
			names = append(names, chained.Consolidated[i].Ref.Name)
		}
		if diff := cmp.Diff(core.Judge(in), core.Judge(chained), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Both Hosts call their interface eth0, and the service is bound to each of them.
func TestBindingsToInterfacesOfOneNameOnHostsThatAreOneHaveIDsOfTheirOwn(t *testing.T) {
	f := pair(t, machine("web", 0, 1), machine("old", 1, 2))
	f.finish(t)
	f.in.Host.Services = []core.InlineService{{Name: "edge", Definition: "edge", Bindings: []core.BindingSpec{
		{Type: core.BindInterface, Host: "web", Interface: "eth0"}, {Type: core.BindInterface, Host: "old", Interface: "eth0"},
	}}}
	bound := core.Judge(f.see()).Host.Services[0].Bindings
	if len(bound) != 2 || bound[0].ID == bound[1].ID || bound[0].ID == "" || bound[1].ID == "" {
		t.Errorf("bound are %+v", bound)
	}
	f.finish(t)
	if rows := f.server.Hosts[0].Services[0].Bindings; len(rows) != 2 || rows[0].InterfaceID == rows[1].InterfaceID {
		t.Errorf("bound are %+v", rows)
	}
}
