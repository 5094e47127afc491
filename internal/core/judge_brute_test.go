// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// B1 to B6 once more, by sets and not by cases: a binding is the set of places where it puts its service. A Port binding
// is at (port, interface) for each interface that it covers, an Interface binding at the interface itself. "Elsewhere" is
// an interface that nobody declares, so that all interfaces are more than each of them. Who is refused is found here
// before anybody is superseded: superseding never changes a conflict verdict.

const elsewhere = "elsewhere"

type place struct{ port, iface string }

// bruteItem is a declared binding with what the rules make of it.
type bruteItem struct {
	name    string // object and item
	unit    string
	spec    core.BindingSpec
	places  map[place]bool
	verdict string
	against []string // the items that force a refusal
}

// bruteKey orders items: its fields are compared one after the other, as bytes.
type bruteKey [6]string

func keyOfMeta(m core.Meta, position ...int) bruteKey {
	rank := map[core.Kind]string{core.KindHost: "0", core.KindService: "1", core.KindBinding: "2"}
	k := bruteKey{m.Created.UTC().Format(time.RFC3339), m.Ref.Namespace, m.Ref.Name, rank[m.Ref.Kind]}
	for i, p := range position {
		k[4+i] = fmt.Sprintf("%04d", p)
	}
	return k
}

// bruteItems lists every declared binding of a plain input in order of precedence.
func bruteItems(in core.Input) []*bruteItem {
	all := map[bruteKey]*bruteItem{}
	units := map[core.Ref]string{}
	add := func(k bruteKey, item core.Item, unit string, s core.BindingSpec) {
		all[k] = &bruteItem{name: fmt.Sprint(item.Object, item), unit: unit, spec: s}
	}
	for i, s := range in.Host.Services {
		for k, b := range s.Bindings {
			add(keyOfMeta(in.Host.Meta, i, k), core.Item{Object: in.Root, Part: core.PartInlineBinding, Index: i, Sub: k}, s.Name+"/"+s.Definition, b)
		}
	}
	for _, s := range in.Services {
		units[s.Ref] = s.Name + "/" + s.Definition
		for k, b := range s.Bindings {
			add(keyOfMeta(s.Meta, k), core.Item{Object: s.Ref, Part: core.PartBinding, Index: k}, units[s.Ref], b)
		}
	}
	for _, b := range in.Bindings {
		add(keyOfMeta(b.Meta), core.Item{Object: b.Ref, Part: core.PartBinding}, units[b.Service], b.Spec)
	}
	keys := slices.SortedFunc(maps.Keys(all), func(a, b bruteKey) int { return slices.Compare(a[:], b[:]) })
	var out []*bruteItem
	for _, k := range keys {
		out = append(out, all[k])
	}
	return out
}

func bruteJudge(in core.Input) []*bruteItem {
	ifaces, ports := map[string]bool{}, map[string]bool{}
	for _, i := range in.Host.Interfaces {
		ifaces[i.Name] = true
	}
	for _, p := range in.Host.Ports {
		ports[p.Name] = true
	}
	items := bruteItems(in)
	var accepted []*bruteItem
	for _, x := range items {
		switch s := x.spec; {
		case s.Host != "" && s.Host != in.Root.Name:
			x.verdict = "Rejected"
		case (s.Interface != "" && !ifaces[s.Interface]) || (s.Type == core.BindPort && !ports[s.Port]):
			x.verdict = "Pending"
		default:
			x.places = placesOf(s, ifaces)
			if !slices.ContainsFunc(accepted, x.refutes) {
				accepted = append(accepted, x)
			}
		}
	}
	for _, x := range items {
		if x.verdict == "" {
			x.judgeBeside(accepted)
		}
	}
	return items
}

func placesOf(s core.BindingSpec, ifaces map[string]bool) map[place]bool {
	if s.Interface != "" {
		return map[place]bool{{s.Port, s.Interface}: true}
	}
	out := map[place]bool{{s.Port, elsewhere}: true}
	for i := range ifaces {
		out[place{s.Port, i}] = true
	}
	return out
}

// refutes says that two bindings cannot both be: two services at one port and interface, or one service at an interface
// both with and without a port.
func (x *bruteItem) refutes(y *bruteItem) bool {
	for p := range x.places {
		for q := range y.places {
			if p.iface != q.iface {
				continue
			}
			if x.unit == y.unit && (p.port == "") != (q.port == "") {
				return true
			}
			if x.unit != y.unit && p.port == q.port && p.port != "" {
				return true
			}
		}
	}
	return false
}

func (x *bruteItem) judgeBeside(accepted []*bruteItem) {
	if !slices.Contains(accepted, x) {
		x.verdict = "Rejected"
		for _, y := range accepted {
			if x.refutes(y) {
				x.against = append(x.against, y.name)
			}
		}
		slices.Sort(x.against)
		return
	}
	x.verdict = "Effective"
	for i, y := range accepted {
		if y.unit != x.unit || y == x {
			continue
		}
		switch {
		case len(y.places) > len(x.places) && isSubset(x.places, y.places):
			x.verdict = "Superseded"
			return
		case maps.Equal(x.places, y.places) && i < slices.Index(accepted, x):
			x.verdict = "Duplicate"
		}
	}
}

func isSubset(a, b map[place]bool) bool {
	for p := range a {
		if !b[p] {
			return false
		}
	}
	return true
}

// drawPlain is a new group in which nothing but bindings can be wrong.
func drawPlain(t *rapid.T) core.Input {
	in := drawGroup(t)
	in.Host.Paused, in.Host.TagsManaged = false, false
	for i := range in.Host.Interfaces {
		in.Host.Interfaces[i].Subnet = ""
	}
	for i := range in.Services {
		s := &in.Services[i]
		s.Paused, s.Deleting, s.Permitted, s.TagsManaged = false, false, true, false
	}
	for i := range in.Bindings {
		in.Bindings[i].Paused, in.Bindings[i].Deleting = false, false
	}
	return in
}

// outcomes are what core makes of each binding, with whom it lost against.
func outcomes(j core.Judgement) map[string]string {
	out := map[string]string{}
	for _, s := range j.Host.Services {
		for _, b := range s.Bindings {
			out[fmt.Sprint(b.Item.Object, b.Item)] = string(b.Outcome)
		}
	}
	against := map[string][]string{}
	for _, f := range j.Findings {
		if f.Reason != core.ReasonConflicted && f.Reason != core.ReasonPortClaimed {
			continue
		}
		name := fmt.Sprint(f.Item.Object, f.Item)
		for _, p := range f.Parties {
			against[name] = append(against[name], fmt.Sprint(p.Item.Object, p.Item))
		}
	}
	for name, list := range against {
		slices.Sort(list)
		out[name] += " against " + strings.Join(list, ", ")
	}
	return out
}

func TestTheRulesByCasesAreTheRulesBySets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkBrute)
}

func FuzzTheRulesByCasesAreTheRulesBySets(f *testing.F) {
	addSeeds(f)
	f.Fuzz(rapid.MakeFuzz(checkBrute))
}

func checkBrute(t *rapid.T) {
	in := drawPlain(t)
	want := map[string]string{}
	for _, x := range bruteJudge(in) {
		want[x.name] = x.verdict
		if len(x.against) > 0 {
			want[x.name] += " against " + strings.Join(x.against, ", ")
		}
	}
	if got := outcomes(core.Judge(in)); !reflect.DeepEqual(got, want) {
		t.Fatalf("by cases %v\nby sets %v", got, want)
	}
}
