// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// Law 1: verdict and fate are functions of the set, timestamps included.
func TestTheVerdictIsAFunctionOfTheSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkOrder)
}

func FuzzTheVerdictIsAFunctionOfTheSet(f *testing.F) {
	addSeeds(f)
	f.Fuzz(rapid.MakeFuzz(checkOrder))
}

func checkOrder(t *rapid.T) {
	in, _ := drawWorld(t)
	want := withoutPlaces(core.Judge(in))
	got := withoutPlaces(core.Judge(shuffle(t, in)))
	if !reflect.DeepEqual(want, got) {
		t.Fatal(cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})))
	}
}

// shuffle is the same input with every list in another order.
func shuffle(t *rapid.T, in core.Input) core.Input {
	in.Services, in.Bindings = shuffled(t, in.Services), shuffled(t, in.Bindings)
	in.Neighbours, in.Rejected = shuffled(t, in.Neighbours), shuffled(t, in.Rejected)
	in.Backend.Subnets, in.Backend.Tags = shuffled(t, in.Backend.Subnets), shuffled(t, in.Backend.Tags)
	in.Observed.Hosts = shuffled(t, in.Observed.Hosts)
	for i := range in.Observed.Hosts {
		h := &in.Observed.Hosts[i]
		h.Interfaces, h.Ports, h.Services = shuffled(t, h.Interfaces), shuffled(t, h.Ports), shuffled(t, h.Services)
		for k := range h.Services {
			h.Services[k].Bindings = shuffled(t, h.Services[k].Bindings)
		}
	}
	return in
}

// withoutPlaces leaves out where in its list a row stands; its id says which it is.
func withoutPlaces(j core.Judgement) core.Judgement {
	place := func(row *int) { *row = min(*row, 0) }
	place(&j.Target.Index)
	for i := range j.Host.Interfaces {
		place(&j.Host.Interfaces[i].Row)
	}
	for i := range j.Host.Ports {
		place(&j.Host.Ports[i].Row)
	}
	for i := range j.Host.Services {
		place(&j.Host.Services[i].Row)
		for k := range j.Host.Services[i].Bindings {
			place(&j.Host.Services[i].Bindings[k].Row)
		}
	}
	return j
}

// Law 2: accepted bindings never conflict, every loser names accepted ones, and after any removal each former loser is
// accepted or names accepted ones.
func TestEveryLoserNamesAcceptedBlockers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkLosers)
}

func FuzzEveryLoserNamesAcceptedBlockers(f *testing.F) {
	addSeeds(f)
	f.Fuzz(rapid.MakeFuzz(checkLosers))
}

func checkLosers(t *rapid.T) {
	in, _ := drawWorld(t)
	checkBlame(t, in, core.Judge(in))
	switch gone := rapid.IntRange(0, 1).Draw(t, "gone"); {
	case gone == 0 && len(in.Services) > 0:
		i := rapid.IntRange(0, len(in.Services)-1).Draw(t, "service")
		in.Services = slices.Delete(slices.Clone(in.Services), i, i+1)
	case len(in.Bindings) > 0:
		i := rapid.IntRange(0, len(in.Bindings)-1).Draw(t, "binding")
		in.Bindings = slices.Delete(slices.Clone(in.Bindings), i, i+1)
	}
	checkBlame(t, in, core.Judge(in))
}

// held says that a binding's claim is accepted: it is in force, or satisfied by one that is.
func held(b *core.DesiredBinding) bool {
	return b.Outcome == core.OutcomeEffective || b.Outcome == core.OutcomeDuplicate || b.Outcome == core.OutcomeSuperseded
}

func checkBlame(t *rapid.T, in core.Input, j core.Judgement) {
	all := map[core.Item]*core.DesiredBinding{}
	for i := range j.Host.Services {
		for k := range j.Host.Services[i].Bindings {
			b := &j.Host.Services[i].Bindings[k]
			all[b.Item] = b
		}
	}
	checkPeace(t, j)
	blamed := map[core.Item]bool{}
	for _, f := range j.Findings {
		if f.Reason == core.ReasonConflicted || f.Reason == core.ReasonPortClaimed {
			blamed[f.Item] = true
			checkParties(t, f, all, rowOwners(in, j))
		}
	}
	for item, b := range all {
		if b.Outcome == core.OutcomeRejected && b.By != nil && !blamed[item] {
			t.Fatalf("%v %s is refused and nobody is named", item.Object, item)
		}
	}
}

// checkPeace: accepted bindings never conflict.
func checkPeace(t *rapid.T, j core.Judgement) {
	var accepted []*bruteItem
	for i := range j.Host.Services {
		for k := range j.Host.Services[i].Bindings {
			b := &j.Host.Services[i].Bindings[k]
			isMissing := (b.Spec.Interface != "" && b.InterfaceID == "") || (b.Spec.Port != "" && b.PortID == "") // there is no row
			if !held(b) || isMissing {
				continue
			}
			x := &bruteItem{name: fmt.Sprint(b.Item.Object, b.Item), unit: fmt.Sprint(i), places: placesOn(j, b)}
			if y := slices.IndexFunc(accepted, x.refutes); y >= 0 {
				t.Fatalf("%s and %s are both accepted", x.name, accepted[y].name)
			}
			accepted = append(accepted, x)
		}
	}
}

// rowOwners are the objects with binding rows on the target that stay.
func rowOwners(in core.Input, j core.Judgement) map[core.OwnerHash]bool {
	out := map[core.OwnerHash]bool{}
	if j.Target.Index < 0 {
		return out
	}
	for _, s := range in.Observed.Hosts[j.Target.Index].Services {
		for _, b := range s.Bindings {
			_, owner, _, derived := core.ParseID(b.ID)
			if goes := slices.ContainsFunc(j.Withdraw, func(r core.RowRef) bool { return r.ID == b.ID }); derived && !goes {
				out[owner] = true
			}
		}
	}
	return out
}

// checkParties: whoever is named is foreign, accepted, or has a row that stands.
func checkParties(t *rapid.T, f core.Finding, all map[core.Item]*core.DesiredBinding, owners map[core.OwnerHash]bool) {
	if len(f.Parties) == 0 {
		t.Fatalf("%v %s names nobody", f.Item.Object, f.Item)
	}
	for _, p := range f.Parties {
		b := all[p.Item]
		if (b == nil && p.Item.Object == (core.Ref{})) || owners[core.Owner(testNetwork, p.Item.Object)] {
			continue
		}
		if b == nil || (!held(b) && !waits(b)) {
			t.Fatalf("%v %s names %v %s, which is %+v", f.Item.Object, f.Item, p.Item.Object, p.Item, b)
		}
	}
}

// waits says that a binding holds its claim though it cannot be written: the server refused it, or its service waits.
func waits(b *core.DesiredBinding) bool {
	return b.Fate == core.Keep && (b.Outcome == core.OutcomePending || b.Outcome == core.OutcomeRejected)
}

// placesOn are the places of a binding by ids of rows; the interfaces that there are besides make no difference.
func placesOn(j core.Judgement, b *core.DesiredBinding) map[place]bool {
	ifaces := map[string]bool{}
	for _, d := range j.Host.Interfaces {
		ifaces[d.ID] = true
	}
	return placesOf(core.BindingSpec{Type: b.Spec.Type, Interface: b.InterfaceID, Port: b.PortID}, ifaces)
}

// Law 3: what is in force, declared by itself, is in force as it is: nothing of it is refused, repeated or covered.
func TestWhatIsInForceStaysInForceByItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawPlain(t)
		for _, s := range core.Judge(onlyEffective(in)).Host.Services {
			for _, b := range s.Bindings {
				if b.Outcome != core.OutcomeEffective {
					t.Fatalf("%v %s was in force and is %s", b.Item.Object, b.Item, b.Outcome)
				}
			}
		}
	})
}

// onlyEffective is what is left of a group when only the bindings in force are declared.
func onlyEffective(in core.Input) core.Input {
	effective := map[core.Item]bool{}
	for _, s := range core.Judge(in).Host.Services {
		for _, b := range s.Bindings {
			effective[b.Item] = b.Outcome == core.OutcomeEffective
		}
	}
	host, bindings := *in.Host, in.Bindings
	host.Services, in.Services, in.Bindings = slices.Clone(host.Services), slices.Clone(in.Services), nil
	in.Host = &host
	for i := range host.Services {
		host.Services[i].Bindings = filterBy(host.Services[i].Bindings, func(k int) bool {
			return effective[core.Item{Object: in.Root, Part: core.PartInlineBinding, Index: i, Sub: k}]
		})
	}
	for i := range in.Services {
		s := &in.Services[i]
		s.Bindings = filterBy(s.Bindings, func(k int) bool {
			return effective[core.Item{Object: s.Ref, Part: core.PartBinding, Index: k}]
		})
	}
	in.Bindings = filterBy(bindings, func(k int) bool {
		return effective[core.Item{Object: bindings[k].Ref, Part: core.PartBinding}]
	})
	return in
}

func filterBy[T any](list []T, keep func(int) bool) []T {
	var out []T
	for i, v := range list {
		if keep(i) {
			out = append(out, v)
		}
	}
	return out
}

// Law 2: a service that shares no port, interface or name with another changes none of its verdicts.
func TestAServiceThatSharesNothingChangesNoVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in, _ := drawWorld(t)
		host := *in.Host
		host.Interfaces = append(slices.Clone(host.Interfaces), core.InterfaceDecl{Name: "alone", IP: addr(200)})
		host.Ports = append(slices.Clone(host.Ports), core.PortDecl{Name: "alone", Number: 9999, Protocol: core.UDP})
		in.Host = &host
		more := in
		more.Services = append(slices.Clone(in.Services), core.ServiceDecl{
			Meta: coretest.MetaOf(core.KindService, "alone", rapid.IntRange(0, 2).Draw(t, "minute")), Host: in.Root, Permitted: true,
			Name: "alone", Definition: "Caddy",
			Bindings: rapid.SampledFrom([][]core.BindingSpec{{coretest.Spec("alone")}, {coretest.Spec("alone@*")}, {coretest.Spec("alone@alone")}}).Draw(t, "bindings"),
		})
		alone := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "alone"}
		got := core.Judge(more)
		got.Findings = slices.DeleteFunc(got.Findings, func(f core.Finding) bool { return f.Item.Object == alone })
		want := core.Judge(in)
		if !reflect.DeepEqual(want.Findings, got.Findings) && len(want.Findings)+len(got.Findings) > 0 {
			t.Fatal(tell(want), "\nbecomes", tell(got))
		}
	})
}

// Laws 4 and 5, from verdict to backend: what is judged and planned converges; foreign rows stay but for those that may
// go; rows of items of fate Keep stay as they were.
func TestWhatIsJudgedConvergesAndKeepsWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkConvergence)
}

func FuzzWhatIsJudgedConvergesAndKeepsWhatIsNotOurs(f *testing.F) {
	addSeeds(f)
	f.Fuzz(rapid.MakeFuzz(checkConvergence))
}

func checkConvergence(t *rapid.T) {
	in, s := drawWorld(t)
	for range 8 {
		in = see(in, s)
		j := core.Judge(in)
		p := core.ComputePlan(in, j, core.Policy{})
		if len(p.Steps) == 0 {
			return
		}
		foreign := foreignRows(s)
		giveWay(foreign, j)
		t.Logf("plan %s", describe(p))
		if ran := s.Run(p, len(p.Steps)); ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
			t.Fatalf("%+v of %s\nfindings %s", ran, describe(p), tell(j))
		}
		checkForeign(t, s, foreign)
		checkKept(t, s, in, j)
	}
	t.Fatalf("does not converge: %s", describe(core.ComputePlan(see(in, s), core.Judge(see(in, s)), core.Policy{})))
}

// checkKept: what exists of an item of fate Keep exists after, unless what it hangs on goes, or a binding on all
// interfaces covers it.
func checkKept(t *rapid.T, s *coretest.Server, in core.Input, j core.Judgement) {
	gone := map[string]bool{}
	for _, r := range j.Withdraw {
		gone[r.ID] = true
	}
	ids := map[string]bool{}
	for i := range s.Hosts {
		maps.Copy(ids, idsOf(s.Hosts[i]))
	}
	check := func(item core.Item, fate core.Fate, id string, row int) {
		if fate == core.Keep && row >= 0 && !ids[id] {
			t.Fatalf("the row %s of %v %s is gone\nfindings %s", id, item.Object, item, tell(j))
		}
	}
	for _, d := range j.Host.Interfaces {
		check(d.Item, d.Fate, d.ID, d.Row)
	}
	for _, d := range j.Host.Ports {
		check(d.Item, d.Fate, d.ID, d.Row)
	}
	for _, d := range j.Host.Services {
		check(d.Item, d.Fate, d.ID, d.Row)
		for _, b := range d.Bindings {
			if b.Row < 0 {
				continue
			}
			row := in.Observed.Hosts[j.Target.Index].Services[d.Row].Bindings[b.Row]
			if !gone[row.InterfaceID] && !gone[row.PortID] && !isCovered(&d, row) {
				check(b.Item, b.Fate, b.ID, b.Row)
			}
		}
	}
}

// isCovered says that a binding on all interfaces is written which supersedes a row.
func isCovered(d *core.DesiredService, row core.ObservedBinding) bool {
	return slices.ContainsFunc(d.Bindings, func(b core.DesiredBinding) bool {
		return b.Fate == core.Write && b.Outcome == core.OutcomeEffective && b.InterfaceID == "" && b.PortID == row.PortID
	})
}
