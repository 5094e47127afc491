// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// drawFamily is a group of several Hosts, with Services on each of them.
func drawFamily(t *rapid.T) core.Input {
	in := drawGroup(t)
	in.Host.Paused = false
	for i := range rapid.IntRange(1, 2).Draw(t, "parts") {
		h := drawHost(t, fmt.Sprintf("part-%d", i))
		h.ConsolidateInto, h.Paused = "web", rapid.IntRange(0, 9).Draw(t, "part paused") == 0
		in.Consolidated = append(in.Consolidated, *h)
	}
	for _, h := range append([]core.HostDecl{*in.Host}, in.Consolidated...) {
		for i := range h.Interfaces {
			if h.Interfaces[i].MAC == sharedMAC { // which the server takes for a sign of a machine
				h.Interfaces[i].MAC = ""
			}
		}
	}
	for i := range in.Services {
		if k := rapid.IntRange(-1, len(in.Consolidated)-1).Draw(t, "on"); k >= 0 {
			in.Services[i].Host = in.Consolidated[k].Ref
		}
	}
	return in
}

// alone is one Host of a family as a group by itself.
func alone(in core.Input, ref core.Ref) core.Input {
	out := in
	out.Root, out.Consolidated, out.Services, out.Bindings = ref, nil, nil, nil
	for _, h := range append([]core.HostDecl{*in.Host}, in.Consolidated...) {
		if h.Ref == ref {
			h.ConsolidateInto = ""
			out.Host = &h
		}
	}
	mine := map[core.Ref]bool{}
	for _, s := range in.Services {
		if s.Host == ref {
			out.Services, mine[s.Ref] = append(out.Services, s), true
		}
	}
	for _, b := range in.Bindings {
		if mine[b.Service] {
			out.Bindings = append(out.Bindings, b)
		}
	}
	return out
}

// family is a group of several Hosts on a server, as gather shows it from round to round.
type family struct {
	in     core.Input
	server *coretest.Server
	ids    map[core.Ref]string
	// merging is what the root's annotation says.
	merging []core.Remembered
}

// separate writes each Host of a group by itself, as before they were declared to be one.
func (f *family) separate(t *rapid.T) {
	for _, h := range append([]core.HostDecl{*f.in.Host}, f.in.Consolidated...) {
		if !rapid.Bool().Draw(t, "exists") {
			continue
		}
		in := alone(f.in, h.Ref)
		host := *in.Host
		host.Paused = false
		in.Host = &host
		p := core.ComputePlan(in, core.Judge(in), core.Policy{})
		if ran := f.server.Run(p, len(p.Steps)); ran.Err == nil && ran.HostID != "" {
			f.ids[h.Ref] = ran.HostID
		}
	}
	for i := range f.server.Hosts {
		f.found(t, i)
	}
}

// found adds what a discovery finds on a host, and what it finds on both of two.
func (f *family) found(t *rapid.T, i int) {
	swapped := &coretest.Server{Hosts: []core.ObservedHost{f.server.Hosts[i]}}
	for range 100 + 100*i {
		swapped.NewID()
	}
	discover(t, swapped, rapid.IntRange(0, 3).Draw(t, "discovered"))
	f.server.Hosts[i] = swapped.Hosts[0]
}

// see shows the group what there is.
func (f *family) see() core.Input {
	in := f.in
	in.Observed.Hosts = nil
	has := map[string]bool{}
	for _, h := range f.server.Hosts {
		in.Observed.Hosts = append(in.Observed.Hosts, coretest.Copy(h))
		has[h.ID] = true
	}
	host := *in.Host
	host.Merging = f.merging
	in.Host, in.Consolidated = f.seen(&host), slices.Clone(in.Consolidated)
	for i := range in.Consolidated {
		f.seen(&in.Consolidated[i])
	}
	in.Observed.Confirmed = nil
	for _, h := range append([]core.HostDecl{*in.Host}, in.Consolidated...) {
		if h.PriorID != "" && !has[h.PriorID] {
			in.Observed.Confirmed = append(in.Observed.Confirmed, h.PriorID)
		}
	}
	return in
}

func (f *family) seen(h *core.HostDecl) *core.HostDecl {
	if h.PriorID = f.ids[h.Ref]; h.PriorID != "" {
		h.Pinned, h.Origin = f.in.Backend.Pin, core.OriginCreated
	}
	return h
}

// send judges, plans and sends at most so many steps; what a merge drops is noted before.
func (f *family) send(steps int) (core.Input, core.Judgement, core.Plan, coretest.Ran) {
	in := f.see()
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	first := slices.IndexFunc(p.Steps, func(s core.Step) bool { return s.Kind == core.StepConsolidate })
	if first >= 0 && first < steps && len(p.Remember) > 0 {
		f.merging = p.Remember
	}
	return in, j, p, f.server.Run(p, steps)
}

// round judges, plans, sends at most so many steps and takes over what the statuses say.
func (f *family) round(steps int) (core.Judgement, core.Plan, coretest.Ran) {
	in, j, p, ran := f.send(steps)
	r := core.Result{Ran: true, HostID: ran.HostID}
	for range ran.Done {
		r.Steps = append(r.Steps, core.StepResult{Done: true})
	}
	for _, m := range core.Status(in, j, p, r) {
		if m.Ref.Kind == core.KindHost {
			f.ids[m.Ref] = m.ID
		}
		if m.Marks.ClearMerging {
			f.merging = nil
		}
	}
	return j, p, ran
}

func (f *family) settle(t *rapid.T) (core.Judgement, core.Plan) {
	for round := range 12 {
		j, p, ran := f.round(1000)
		if len(p.Steps) == 0 {
			return j, p
		}
		if ran.Err != nil && f.isCrossed() {
			t.Skip("the merge has crossed what was found")
		}
		if ran.Err != nil {
			t.Fatalf("round %d: %+v of %s\nfindings: %s", round, ran, describe(p), tell(j))
		}
	}
	in := f.see()
	t.Fatalf("does not converge: %s", describe(core.ComputePlan(in, core.Judge(in), core.Policy{})))
	return core.Judgement{}, core.Plan{}
}

// isCrossed says that a merge has brought an Interface and a Port binding of one discovered service onto one interface, as
// where two hosts have the same addresses with each other's MACs. The server refuses every list of services from then on,
// and only people may take away what was found.
func (f *family) isCrossed() bool {
	for _, h := range f.server.Hosts {
		for _, s := range h.Services {
			if _, _, _, derived := core.ParseID(s.ID); derived {
				continue
			}
			for _, b := range s.Bindings {
				meets := func(o core.ObservedBinding) bool {
					return o.PortID != "" && (o.InterfaceID == "" || o.InterfaceID == b.InterfaceID)
				}
				if b.PortID == "" && slices.ContainsFunc(s.Bindings, meets) {
					return true
				}
			}
		}
	}
	return false
}

func drawFamilyOnServer(t *rapid.T) *family {
	f := &family{in: drawFamily(t), ids: map[core.Ref]string{}}
	f.server = &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}}}
	f.separate(t)
	return f
}

func TestHostsThatAreConsolidatedBecomeOneWithoutFightingTheServer(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFamilyOnServer(t)
		if plan := core.ComputePlan(f.see(), core.Judge(f.see()), core.Policy{}); !plan.Creates && rapid.Bool().Draw(t, "breaks") {
			f.server.Breaks = rapid.IntRange(1, 12).Draw(t, "after")
			f.round(rapid.IntRange(0, 6).Draw(t, "steps"))
			f.server.Mend()
		}
		j, p := f.settle(t)
		if j.Fate != core.Write || p.Blocked != "" {
			return
		}
		compared++
		if n := len(f.server.Hosts); n != 1+f.left(j) {
			t.Fatalf("%d hosts are left\n%s", n, tell(j))
		}
	})
	if compared == 0 {
		t.Error("nothing was merged")
	}
}

// copied is the same group on a server of its own.
func (f *family) copied() *family {
	out, server := *f, *f.server
	out.server, out.ids, server.Hosts = &server, maps.Clone(f.ids), nil
	for _, h := range f.server.Hosts {
		server.Hosts = append(server.Hosts, coretest.Copy(h))
	}
	return &out
}

// forgetMACs leaves foreign interfaces nothing but their addresses: to the server an equal MAC is the same interface, and
// which of two addresses stays depends on how far a merge came.
func (f *family) forgetMACs() {
	for i := range f.server.Hosts {
		rows := f.server.Hosts[i].Interfaces
		for k := range rows {
			if !isOurs(rows[k].ID) {
				rows[k].MAC = ""
			}
		}
	}
}

func TestAMergeThatBreaksOffLosesNoForeignRow(t *testing.T) {
	merged := 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFamilyOnServer(t)
		f.forgetMACs()
		whole := f.copied()
		if j, p := whole.settle(t); j.Fate != core.Write || p.Blocked != "" {
			return
		}
		if len(whole.server.Hosts) < len(f.server.Hosts) {
			merged++
		}
		steps := rapid.IntRange(0, 6).Draw(t, "steps")
		if p := core.ComputePlan(f.see(), core.Judge(f.see()), core.Policy{}); len(p.Steps) > 0 && p.Steps[0].Kind == core.StepConsolidate {
			f.server.Breaks = rapid.IntRange(0, 8).Draw(t, "breaks after")
			steps = 1
		}
		f.send(steps) // and then the process ends: no status tells of it
		f.server.Mend()
		f.settle(t)
		if diff := cmp.Diff(whole.foreign(), f.foreign()); diff != "" {
			t.Fatal(diff)
		}
	})
	if merged == 0 {
		t.Error("nothing was merged")
	}
}

// left counts the Hosts that may not be merged and have a backend host of their own.
func (f *family) left(j core.Judgement) int {
	n := 0
	for _, p := range j.Parts {
		if p.HostID != "" && !p.Merged {
			n++
		}
	}
	return n
}

// foreign lists what somebody else made, by content.
func (f *family) foreign() []string {
	var out []string
	for i := range f.server.Hosts {
		h, text := &f.server.Hosts[i], map[string]string{}
		for _, r := range h.Interfaces {
			text[r.ID] = r.IP.String()
		}
		for _, r := range h.Ports {
			text[r.ID] = fmt.Sprint(r.Number, r.Protocol)
		}
		for _, s := range h.Services {
			text[s.ID] = s.Name + " " + s.Definition
			for _, b := range s.Bindings {
				text[b.ID] = text[s.ID] + ": " + text[b.PortID] + "@" + text[b.InterfaceID]
			}
		}
		for id := range text {
			if !isOurs(id) {
				out = append(out, h.ID+" "+text[id])
			}
		}
	}
	slices.Sort(out)
	return out
}

// rowsOf is what a judgement wants, by content.
func rowsOf(in core.Input) []string {
	var out []string
	d := core.Judge(in).Host
	text := map[string]string{}
	for _, i := range d.Interfaces {
		out = append(out, "interface "+i.SubnetID+" "+i.Observed.IP.String())
		if i.ID != "" {
			text[i.ID] = i.Observed.IP.String()
		}
	}
	for _, p := range d.Ports {
		out = append(out, fmt.Sprint("port ", p.Number, p.Protocol))
		if p.ID != "" {
			text[p.ID] = fmt.Sprint(p.Number, p.Protocol)
		}
	}
	for _, s := range d.Services {
		out = append(out, "service "+s.Name+" "+s.Definition)
		for _, b := range s.Bindings {
			if b.Outcome == core.OutcomeEffective && b.Fate == core.Write {
				out = append(out, "binding "+s.Name+" "+s.Definition+": "+text[b.PortID]+"@"+text[b.InterfaceID])
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestMergingIsCommutative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		other := in
		other.Consolidated = shuffled(t, in.Consolidated)
		other.Services, other.Bindings = shuffled(t, in.Services), shuffled(t, in.Bindings)
		if diff := cmp.Diff(core.Judge(in), core.Judge(other), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMergingIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		again := in.Consolidated[0]
		again.Ref.Name = "part-9"
		again.UID = "again"
		again.Created = again.Created.Add(1 << 40)
		other := in
		other.Consolidated = append(slices.Clone(in.Consolidated), again)
		if diff := cmp.Diff(rowsOf(in), rowsOf(other)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMergingLosesNoAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawFamily(t)
		rows := core.Judge(in).Host
		for _, h := range append([]core.HostDecl{*in.Host}, in.Consolidated...) {
			for i, d := range h.Interfaces {
				item := core.Item{Object: h.Ref, Part: core.PartInterface, Index: i}
				at := slices.IndexFunc(rows.Interfaces, func(r core.DesiredInterface) bool {
					return r.Item == item || slices.Contains(r.Others, item)
				})
				if at < 0 || rows.Interfaces[at].Observed.IP != d.IP {
					t.Fatalf("interface %s of %s is lost", d.Name, h.Ref.Name)
				}
			}
		}
	})
}
