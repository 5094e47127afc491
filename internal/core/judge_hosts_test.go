// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// cluster is several groups on one server, gathered as the operator gathers them.
type cluster struct {
	server *coretest.Server
	groups []core.Input
	gone   map[core.Ref]bool // seen going
	// found are the hosts that a discovery found, with their rows.
	found map[string][]string
	// late says that all deletions were asked for long ago.
	late bool
}

// gather shows a group what there is: the server, the other Hosts and whose rows are whose.
func (c *cluster) gather(i int) core.Input {
	in := c.groups[i]
	if c.late {
		in.Now = in.Host.DeletedAt.Add(core.Patience)
	}
	in.Neighbours, in.Observed.Hosts, in.Observed.Confirmed = nil, nil, nil
	in.Owners, in.Observed.HeldBy = map[core.OwnerHash]core.OwnerFact{}, map[string]core.Ref{}
	facts := map[core.OwnerHash]core.OwnerFact{}
	for ref := range c.gone {
		facts[core.Owner(testNetwork, ref)] = core.OwnerFact{State: core.OwnerGone, Ref: ref}
	}
	for k := range c.groups {
		if k == i {
			continue
		}
		for _, ref := range refsOf(c.groups[k]) {
			state := core.OwnerElsewhere
			if ref.Kind == core.KindHost {
				state = core.OwnerAlive
			}
			facts[core.Owner(testNetwork, ref)] = core.OwnerFact{State: state, Ref: ref}
		}
		in.Neighbours = append(in.Neighbours, *c.groups[k].Host)
	}
	mine := map[core.OwnerHash]bool{}
	for _, ref := range refsOf(in) {
		mine[core.Owner(testNetwork, ref)] = true
	}
	for _, h := range c.server.Hosts {
		in.Observed.Hosts = append(in.Observed.Hosts, coretest.Copy(h))
		c.holders(&in, h, facts, mine)
	}
	if id := in.Host.PriorID; !slices.ContainsFunc(c.server.Hosts, func(h core.ObservedHost) bool { return h.ID == id }) {
		in.Observed.Confirmed = []string{id}
	}
	return in
}

func (c *cluster) holders(in *core.Input, h core.ObservedHost, facts map[core.OwnerHash]core.OwnerFact, mine map[core.OwnerHash]bool) {
	for _, n := range in.Neighbours {
		if n.PriorID == h.ID && !n.Deleting {
			in.Observed.HeldBy[h.ID] = n.Ref
		}
	}
	for _, id := range h.RowIDs() {
		_, owner, _, derived := core.ParseID(id)
		if !derived || mine[owner] {
			continue
		}
		fact, known := facts[owner]
		if !known {
			fact.State = core.OwnerMissing
		}
		in.Owners[owner] = fact
		if _, held := in.Observed.HeldBy[h.ID]; !held && fact.State == core.OwnerAlive && !c.isGoing(fact.Ref) {
			in.Observed.HeldBy[h.ID] = fact.Ref
		}
	}
}

func (c *cluster) isGoing(ref core.Ref) bool {
	return slices.ContainsFunc(c.groups, func(g core.Input) bool { return g.Root == ref && g.Host.Deleting })
}

// reconcile judges a group, sends its plan and keeps what its status would keep.
func (c *cluster) reconcile(t *rapid.T, i int) bool {
	in := c.gather(i)
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	host := *c.groups[i].Host
	defer c.checkFound(t, in, p)
	if in.Host.Deleting {
		c.server.Run(p, len(p.Steps))
		if j.Deletion.Action == core.DeletionWaits {
			if !strings.Contains(j.Deletion.Message, "has taken its host over") {
				t.Fatalf("a deletion waits: %+v", j.Deletion)
			}
			return false
		}
		c.remove(i)
		return true
	}
	ran := c.server.Run(p, len(p.Steps))
	if ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
		t.Fatalf("Host %s: %+v of %s\nfindings %s", host.Name, ran, describe(p), tell(j))
	}
	result := core.Result{Ran: true, HostID: ran.HostID}
	for range p.Steps {
		result.Steps = append(result.Steps, core.StepResult{Done: true})
	}
	told := core.Status(in, j, p, result)[0]
	if host.PriorID = told.ID; told.ID != "" {
		host.Pinned = in.Backend.Pin
	}
	if told.Marks.Origin != "" {
		host.Origin = told.Marks.Origin
	}
	c.groups[i].Host = &host
	return len(p.Steps) > 0
}

// checkFound: what a discovery found is there after a group was reconciled, unless its Host adopted it and takes it along
// by its deletionPolicy; and a Host that is only observed has changed nothing.
func (c *cluster) checkFound(t *rapid.T, in core.Input, p core.Plan) {
	if in.Host.Observes && p.Writes() {
		t.Fatalf("Host %s is only observed and sends %s", in.Host.Name, describe(p))
	}
	for id, rows := range c.found {
		k := slices.IndexFunc(c.server.Hosts, func(h core.ObservedHost) bool { return h.ID == id })
		if k < 0 {
			if !in.Host.Deleting || in.Host.DeletionPolicy != core.DeletionDelete {
				t.Fatalf("Host %s (origin %q) has deleted what was found: %s", in.Host.Name, in.Host.Origin, describe(p))
			}
			delete(c.found, id)
			continue
		}
		now := idsOf(c.server.Hosts[k])
		for _, row := range rows {
			if !now[row] {
				t.Fatalf("Host %s has lost row %s, which was found, by %s", in.Host.Name, row, describe(p))
			}
		}
	}
}

func (c *cluster) remove(i int) {
	for _, ref := range refsOf(c.groups[i]) {
		c.gone[ref] = true
	}
	c.groups = slices.Delete(c.groups, i, i+1)
}

// check: a backend host is planned for by at most one group, and what is to be made exists nowhere. Two Hosts that know
// nothing of one another may both be about to take over what a third leaves; the first of them to be written has it.
func (c *cluster) check(t *rapid.T) {
	planned, synced := map[string]string{}, map[string]bool{}
	for i := range c.groups {
		in := c.gather(i)
		j := core.Judge(in)
		if j.Fate != core.Write {
			continue
		}
		if id := j.Target.HostID; id != "" {
			synced[id] = synced[id] || id == in.Host.PriorID
			if other, twice := planned[id]; twice && synced[id] {
				t.Fatalf("host %s is planned for by %s and %s", id, other, in.Root.Name)
			}
			planned[id] = in.Root.Name
		}
		exists := map[string]bool{}
		for k := range c.server.Hosts {
			maps.Copy(exists, idsOf(c.server.Hosts[k]))
		}
		for _, id := range madeIDs(j) {
			if exists[id] {
				t.Fatalf("Host %s makes %s, which exists", in.Root.Name, id)
			}
		}
	}
}

// madeIDs are the ids of rows that are to be made.
func madeIDs(j core.Judgement) []string {
	var out []string
	add := func(f core.Fate, row int, id string) {
		if f == core.Write && row < 0 {
			out = append(out, id)
		}
	}
	for _, d := range j.Host.Interfaces {
		add(d.Fate, d.Row, d.ID)
	}
	for _, d := range j.Host.Ports {
		add(d.Fate, d.Row, d.ID)
	}
	for _, d := range j.Host.Services {
		add(d.Fate, d.Row, d.ID)
		for _, b := range d.Bindings {
			if b.Outcome == core.OutcomeEffective {
				add(b.Fate, b.Row, b.ID)
			}
		}
	}
	return out
}

func drawCluster(t *rapid.T) *cluster {
	c := &cluster{server: &coretest.Server{MACFixed: true}, gone: map[core.Ref]bool{}, found: map[string][]string{}}
	for range rapid.IntRange(0, 2).Draw(t, "discovered") {
		c.discover(t)
	}
	for _, name := range []string{"web", "web-old", "nas"}[:rapid.IntRange(2, 3).Draw(t, "hosts")] {
		c.groups = append(c.groups, drawNamed(t, name))
	}
	return c
}

// discover lets a daemon find a host with an address, and a port that is open.
func (c *cluster) discover(t *rapid.T) {
	s := c.server
	ip := addr(rapid.IntRange(1, 9).Draw(t, "address")*8 + rapid.IntRange(0, 1).Draw(t, "of"))
	for _, h := range s.Hosts {
		if slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.IP == ip }) {
			return // a discovery adds to a host that is there
		}
	}
	h := core.ObservedHost{ID: s.NewID(), NetworkID: testNetwork, Name: ip.String(), Source: "Discovery", Version: "v0"}
	h.Interfaces = []core.ObservedInterface{{ID: s.NewID(), SubnetID: testSubnet, IP: ip}}
	h.Ports = []core.ObservedPort{{ID: s.NewID(), Number: 22, Protocol: core.TCP}}
	s.Hosts = append(s.Hosts, h)
	c.found[h.ID] = []string{h.Interfaces[0].ID, h.Ports[0].ID}
}

// drawNamed is a new group of a name, without anything that keeps it from being written. Its Services may have been
// elsewhere before.
func drawNamed(t *rapid.T, name string) core.Input {
	in := drawPlain(t)
	host := *in.Host
	host.Ref.Name, host.Name = name, name
	for i := range host.Interfaces {
		if host.Interfaces[i].MAC == sharedMAC {
			host.Interfaces[i].MAC = "" // a server of 0.14 takes even those for the same machine
		}
		host.Interfaces[i].IP = addr(rapid.IntRange(1, 9).Draw(t, "address")*8 + i)
	}
	host.Adopts = rapid.Bool().Draw(t, "adopts")
	host.Observes = rapid.IntRange(0, 9).Draw(t, "observes") == 0
	host.DeletionPolicy = rapid.SampledFrom([]core.DeletionPolicy{"", "", core.DeletionDelete, core.DeletionOrphan}).Draw(t, "deletion")
	in.Host, in.Root = &host, host.Ref
	for i := range in.Services {
		in.Services[i].Host = host.Ref
	}
	in.Services, in.Bindings = nil, nil
	return in
}

// Law 7: a backend host is planned for by at most one group, and no plan makes an id that exists elsewhere; whatever
// Hosts are declared, renamed and deleted, whatever statuses are lost.
func TestABackendHostBelongsToAtMostOneGroup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkCluster)
}

func FuzzABackendHostBelongsToAtMostOneGroup(f *testing.F) {
	addSeeds(f)
	f.Fuzz(rapid.MakeFuzz(checkCluster))
}

func checkCluster(t *rapid.T) {
	c := drawCluster(t)
	for range rapid.IntRange(2, 10).Draw(t, "steps") {
		if len(c.groups) == 0 {
			return
		}
		i := rapid.IntRange(0, len(c.groups)-1).Draw(t, "group")
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0:
			c.edit(t, i)
		case 1:
			c.forget(i)
		case 2:
			c.leave(i)
		case 3:
			c.moveService(t, i)
		default:
			c.reconcile(t, i)
		}
		c.check(t)
	}
	c.heal(t)
}

// edit declares other interfaces, ports and services under the same name.
func (c *cluster) edit(t *rapid.T, i int) {
	fresh, old := drawNamed(t, c.groups[i].Root.Name), c.groups[i].Host
	fresh.Host.PriorID, fresh.Host.Pinned, fresh.Host.Origin, fresh.Host.Deleting = old.PriorID, old.Pinned, old.Origin, old.Deleting
	fresh.Host.Created = old.Created
	fresh.Services, fresh.Bindings = c.groups[i].Services, c.groups[i].Bindings
	c.groups[i] = fresh
}

// forget loses a status, as a restored backup does.
func (c *cluster) forget(i int) {
	host := *c.groups[i].Host
	if !host.Deleting {
		host.PriorID, host.Pinned, host.Origin = "", core.Pin{}, ""
	}
	c.groups[i].Host = &host
}

func (c *cluster) leave(i int) {
	host := *c.groups[i].Host
	host.Deleting = true
	c.groups[i].Host = &host
}

// moveService lets a Service name another Host.
func (c *cluster) moveService(t *rapid.T, to int) {
	name := fmt.Sprint("moving", rapid.IntRange(0, 1).Draw(t, "service"))
	s := core.ServiceDecl{Meta: coretest.MetaOf(core.KindService, name, 1), Host: c.groups[to].Root, Permitted: true, Name: name, Definition: "Caddy"}
	s.Created = s.Created.Add(time.Second)
	for i := range c.groups {
		c.groups[i].Services = slices.DeleteFunc(slices.Clone(c.groups[i].Services), func(o core.ServiceDecl) bool { return o.Ref == s.Ref })
	}
	c.groups[to].Services = append(c.groups[to].Services, s)
}

// heal lets every group go on until nobody has anything to do.
func (c *cluster) heal(t *rapid.T) {
	for range 20 {
		busy := false
		for i := len(c.groups) - 1; i >= 0; i-- {
			busy = c.reconcile(t, i) || busy
			c.check(t)
		}
		if busy || !c.late {
			c.late = c.late || !busy // those that waited for an heir that does not come wait no longer
			continue
		}
		for k := range c.groups {
			if c.groups[k].Host.Deleting {
				t.Fatalf("Host %s is not gone", c.groups[k].Root.Name)
			}
		}
		return
	}
	t.Fatal("the groups do not come to rest")
}
