// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// part declares a Host that is consolidated into the group's; the group's is of minute 0.
func part(name string, minute int, ip string, changes ...func(*core.HostDecl)) edit {
	return func(in *core.Input) {
		h := core.HostDecl{Meta: coretest.MetaOf(core.KindHost, name, minute), Name: name, ConsolidateInto: in.Root.Name, HasFinalizer: true,
			Interfaces: []core.InterfaceDecl{{Name: "lan", IP: netip.MustParseAddr(ip)}}}
		for _, change := range changes {
			change(&h)
		}
		in.Consolidated = append(in.Consolidated, h)
	}
}

// alsoFound lets the server have a host with an address, whoever's it is.
func alsoFound(id, ip string, daemon bool) edit {
	return func(in *core.Input) {
		in.Observed.Hosts = append(in.Observed.Hosts, core.ObservedHost{ID: id, NetworkID: in.Backend.Pin.NetworkID, Name: id, Daemon: daemon,
			Source: "Discovery", Interfaces: []core.ObservedInterface{{ID: "if-" + id, SubnetID: in.Backend.Subnets[0].ID, IP: netip.MustParseAddr(ip)}}})
	}
}

func absorbs(ids ...string) edit { return host(func(h *core.HostDecl) { h.Absorb = ids }) }

func TestConsolidationRules(t *testing.T) {
	observed := func(h *core.HostDecl) { h.Observes = true }
	shares := func(h *core.HostDecl) { // port 80 with the root, 9100 not
		h.Ports = []core.PortDecl{{Name: "http", Number: 80, Protocol: core.TCP}, {Name: "metrics", Number: 9100, Protocol: core.TCP}}
		h.Services = []core.InlineService{{Name: "own", Definition: "Caddy", Bindings: specs([]string{"metrics@*"})}}
	}
	consolidated := "Host old: Accepted=true Consolidated by Host web"
	lost := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "lost"}
	checkRules(t, map[string]rule{
		"a member is Consolidated":                     {edits: []edit{part("old", 1, "10.20.0.20")}, want: []string{consolidated}},
		"an older member is Consolidated all the same": {edits: []edit{part("old", -1, "10.20.0.20")}, want: []string{consolidated}},
		"members of one machine are no duplicates":     {edits: []edit{part("old", 1, "10.20.0.10")}, want: []string{consolidated}},
		"another backend or network is NetworkMismatch, Keep": {
			edits: []edit{part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.Mismatch = true })},
			want:  []string{"Host old: Accepted=false NetworkMismatch: spec.consolidateInto: Host web is in another network or backend"},
		},
		"pinned to another network is NetworkMismatch, too": {
			edits: []edit{part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.Pinned = core.Pin{OrganizationID: "org", NetworkID: "other"} })},
			want:  []string{"Host old: Accepted=false NetworkMismatch: spec.consolidateInto: Host web is in another network or backend"},
		},
		"a member that runs a daemon can't be merged away": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", true), part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.PriorID = "h2" })},
			want:  []string{"Host old: Accepted=false HostHasDaemon: a daemon runs on its host in Scanopy, which can't be merged into another"},
		},
		"so can't one of which only the server's refusal tells": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.PriorID = "h2" }),
				refusedAs(core.ReasonHostHasDaemon, func(in *core.Input) core.Item { return core.Item{Object: in.Consolidated[0].Ref} })},
			want: []string{"Host old: Accepted=false HostHasDaemon: a daemon runs on its host in Scanopy, which can't be merged into another"},
		},
		"a member without a daemon can": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.PriorID = "h2" })},
			want:  []string{consolidated},
		},
		"a root that runs a daemon stays": {
			edits: []edit{inBackend, seen(func(h *core.ObservedHost) { h.Daemon = true }), alsoFound("h2", "10.20.0.20", false),
				part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.PriorID = "h2" })},
			want: []string{consolidated},
		},
		"a member that is only observed is not merged": {
			edits: []edit{part("old", 1, "10.20.0.20", observed)},
			want:  []string{"Host old: Accepted=false Invalid: spec.consolidateInto: a Host that is only observed (managementPolicy: ObserveOnly) is not merged"},
		},
		"deleting a member withdraws what it alone contributed": {
			edits: []edit{part("old", 1, "10.20.0.20", shares), inBackend, func(in *core.Input) { in.Consolidated[0].Deleting = true }},
			want:  []string{"withdraw service own", "withdraw port 9100/TCP", "withdraw interface 10.20.0.20"},
		},
		"and what is on it": {
			edits: []edit{part("old", 1, "10.20.0.10"), service("edge", 2, "http@*"), last(func(s *core.ServiceDecl) { s.Host.Name = "old" }), inBackend,
				func(in *core.Input) { in.Consolidated[0].Deleting = true }},
			want:  []string{"Service edge: Synced=false Deleting: Host old is being deleted", "withdraw service edge"},
			fates: []string{"Service edge bindings[0]: Rejected Withdraw", "Service edge: Withdraw"},
		},
		"what a member shares stays with the others when that is deleted": {
			edits: []edit{part("old", -1, "10.20.0.10", shares), part("third", 2, "10.20.0.20", shares), inBackend, func(in *core.Input) { in.Consolidated[0].Deleting = true }},
			want:  []string{"Host third: Accepted=true Consolidated by Host web"},
		},
		"a cycle: every member is told": {
			edits: []edit{host(func(h *core.HostDecl) { h.ConsolidateInto = "old" }), part("old", 1, "10.20.0.20"), func(in *core.Input) { in.Cycle = true }},
			want: []string{
				"Host old: Accepted=false ConsolidationCycle: consolidateInto leads round in a circle: old into web and web into old",
				"Host web: Accepted=false ConsolidationCycle: consolidateInto leads round in a circle: old into web and web into old",
			},
		},
		"a target that is not there": {
			edits: []edit{host(func(h *core.HostDecl) { h.ConsolidateInto, h.TargetMissing = "gone", true })},
			want:  []string{"Host web: ResolvedRefs=false HostNotFound: spec.consolidateInto: Host gone does not exist"},
		},
		"absorb takes what no manifest declares": {edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), absorbs("h2")}},
		"absorb of what is not there is done":    {edits: []edit{inBackend, absorbs("h2")}},
		"absorb of a host that another Host has is refused": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), heldBy("h2", "other"), absorbs("h2")},
			want:  []string{"Host web absorb[0]: Accepted=false InUse: Host other manages that host"},
		},
		"absorb of a host of another namespace's Host is refused without its name": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), absorbs("h2"), func(in *core.Input) {
				in.Observed.HeldBy = map[string]core.Ref{"h2": {Kind: core.KindHost, Namespace: "shop", Name: "secret"}}
			}},
			want: []string{"Host web absorb[0]: Accepted=false InUse: a Host in another namespace manages that host"},
		},
		"absorb of a host with rows of an object that is missing waits": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), absorbs("h2"), gone(lost, core.OwnerMissing), func(in *core.Input) {
				h := &in.Observed.Hosts[len(in.Observed.Hosts)-1]
				h.Interfaces[0].ID = core.ChildID(1, core.Owner(in.Backend.Pin.NetworkID, lost), core.RowInterface, "lan", "")
			}},
			want: []string{"Host web absorb[0]: Synced=false DependencyNotReady: " +
				"that host has rows of an object that is missing in the cluster; it is merged when that object is surely gone"},
		},
		"absorb of a host that runs a daemon is refused": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", true), absorbs("h2")},
			want:  []string{"Host web absorb[0]: Accepted=false HostHasDaemon: a daemon runs on that host, which can't be merged into another"},
		},
		"absorb of a host of another installation is refused": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), absorbs("h2"), func(in *core.Input) {
				h := &in.Observed.Hosts[len(in.Observed.Hosts)-1]
				h.Interfaces[0].ID = core.ChildID(77, core.Owner(in.Backend.Pin.NetworkID, in.Root), core.RowInterface, "lan", "")
			}},
			want: []string{"Host web absorb[0]: Accepted=false ManagedElsewhere: another installation of the operator manages that host"},
		},
		"absorb where the backend forbids adoption is refused": {
			edits: []edit{inBackend, alsoFound("h2", "10.20.0.20", false), absorbs("h2"), func(in *core.Input) { in.Backend.NoAdoption = true }},
			want: []string{"Host web absorb[0]: Accepted=false RefNotPermitted: " +
				"Backend lab/default does not let Hosts take over hosts that were there before"},
		},
	})
}

func TestTheRootsSpellingWinsThenPrecedence(t *testing.T) {
	tagged := func(tag string) func(*core.HostDecl) {
		return func(h *core.HostDecl) {
			h.Services = []core.InlineService{{Name: "edge", Definition: "Caddy", TagsManaged: true, Tags: []string{tag}}}
			h.Ports = []core.PortDecl{{Name: h.Ref.Name, Number: 9100, Protocol: core.TCP}}
		}
	}
	for name, c := range map[string]struct {
		edits []edit
		want  string
	}{
		"the root's, though it is younger":         {[]edit{host(tagged("t1")), part("old", -1, "10.20.0.10", tagged("t2"))}, "web web t1"},
		"the root's, if it is older":               {[]edit{host(tagged("t1")), part("new", 1, "10.20.0.10", tagged("t2"))}, "web web t1"},
		"the older member's, if the root has none": {[]edit{part("b", 2, "10.20.0.20", tagged("t1")), part("a", 1, "10.20.0.20", tagged("t2"))}, "a a t2"},
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(append([]edit{knownTags}, c.edits...)...))
			var got []string
			for i := range j.Host.Interfaces {
				if d := &j.Host.Interfaces[i]; len(d.Others) > 0 {
					got = append(got, d.Item.Object.Name)
				}
			}
			for i := range j.Host.Ports {
				if d := &j.Host.Ports[i]; len(d.Others) > 0 {
					got = append(got, d.Item.Object.Name)
				}
			}
			for i := range j.Host.Services {
				got = append(got, *j.Host.Services[i].Tags...)
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAMemberThatIsDeletedStaysUntilWhatItContributedIsWithdrawn(t *testing.T) {
	for name, c := range map[string]struct {
		edit edit
		want core.DeletionAction
	}{
		"while its rows are there": {func(*core.Input) {}, core.DeletionWaits},
		"when they are gone": {seen(func(h *core.ObservedHost) {
			h.Interfaces = slices.DeleteFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.IP == addr20(20) })
		}), core.ReleaseHost},
		"while the root is paused":    {host(func(h *core.HostDecl) { h.Paused = true }), core.DeletionWaits},
		"if it was never held":        {func(in *core.Input) { in.Consolidated[0].HasFinalizer = false }, core.ReleaseHost},
		"if somebody lets go of it":   {func(in *core.Input) { in.Consolidated[0].ForceOrphan = true }, core.ReleaseHost},
		"if the root goes as a whole": {host(func(h *core.HostDecl) { h.Deleting = true }), core.ReleaseHost},
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(part("old", 1, "10.20.0.20"), inBackend, func(in *core.Input) { in.Consolidated[0].Deleting = true }, c.edit))
			if d := j.Parts[0].Deletion; d == nil || d.Action != c.want {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestTheHostOfAGroupHasTheRootsOwnFields(t *testing.T) {
	text := func(s string) *string { return &s }
	hidden := true
	j := core.Judge(group(knownTags, host(func(h *core.HostDecl) { h.Description = text("the root") }), part("old", -1, "10.20.0.20", func(h *core.HostDecl) {
		h.Hostname, h.Description, h.Hidden, h.TagsManaged, h.Tags = text("old.example"), text("old"), &hidden, true, []string{"red"}
		h.Virtualization = &core.HostVirtualization{Type: "Proxmox", VMID: "1"}
	})))
	if h := j.Host; h.Name != "web" || *h.Description != "the root" || h.Hostname != nil || h.Hidden != nil || h.Tags != nil || h.Virtualization != nil {
		t.Errorf("%+v", h)
	}
}

// If only one of them exists in Scanopy there is nothing to merge: the group takes that one and makes it what is wanted.
func TestIfOnlyOneExistsTheMergeIsTheDesiredState(t *testing.T) {
	for name, c := range map[string]struct {
		exists, origin, want string
		gone                 string // what the root's status names
	}{
		"the root":                               {"web", core.OriginCreated, "", ""},
		"the member, which was made":             {"old", core.OriginCreated, core.OriginCreated, ""},
		"the member, which was adopted":          {"old", "adopted:x", "adopted:x", ""},
		"the member, for the root's own is gone": {"old", core.OriginCreated, core.OriginCreated, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			f := pair(t, machine("web", 0, 1, "edge p80@*"), machine("old", 1, 2, "shell p22@*"))
			id := f.ids[core.Ref{Kind: core.KindHost, Namespace: "lab", Name: c.exists}]
			f.server.Hosts = slices.DeleteFunc(f.server.Hosts, func(h core.ObservedHost) bool { return h.ID != id })
			for ref, of := range f.ids {
				if of != id {
					delete(f.ids, ref)
				}
			}
			in := f.see()
			for _, h := range []*core.HostDecl{in.Host, &in.Consolidated[0]} {
				if h.PriorID != "" {
					h.Origin = c.origin
				}
			}
			if c.gone != "" {
				in.Host.PriorID, in.Host.Origin, in.Observed.Confirmed = c.gone, core.OriginCreated, []string{c.gone}
			}
			j := core.Judge(in)
			p := core.ComputePlan(in, j, core.Policy{})
			if stepKinds(p) != "UpdateHost" || p.Steps[0].HostID != id || j.Target.Origin != c.want {
				t.Errorf("origin %q, %s", j.Target.Origin, describe(p))
			}
			f.finish(t)
			if d := cmp.Diff([]string{"edge 80@*", "shell 22@*"}, f.services()); d != "" || len(f.server.Hosts) != 1 {
				t.Errorf("%d hosts\n%s", len(f.server.Hosts), d)
			}
		})
	}
}

func TestARootOfWhichMembersRemainIsNotDeleted(t *testing.T) {
	going := func(h *core.HostDecl) { h.Deleting = true }
	for name, c := range map[string]struct {
		edits []edit
		want  core.DeletionAction
		says  string
	}{
		"while a member remains it waits, naming it": {[]edit{part("old", 1, "10.20.0.20")}, core.DeletionWaits, "Host old is"},
		"while one of two remains it waits for that": {[]edit{part("a", 1, "10.20.0.20", going), part("b", 2, "10.20.0.21")}, core.DeletionWaits, "Host b is"},
		"if all are being deleted it goes":           {[]edit{part("old", 1, "10.20.0.20", going)}, core.DeleteHost, ""},
		"one of another network holds nothing":       {[]edit{part("old", 1, "10.20.0.20", func(h *core.HostDecl) { h.Mismatch = true })}, core.DeleteHost, ""},
		"nor does one of a circle":                   {[]edit{part("old", 1, "10.20.0.20"), func(in *core.Input) { in.Cycle = true }}, core.DeleteHost, ""},
		"without members it goes":                    {nil, core.DeleteHost, ""},
		"force-orphan lets go of it all the same":    {[]edit{part("old", 1, "10.20.0.20"), host(func(h *core.HostDecl) { h.ForceOrphan = true })}, core.ReleaseHost, ""},
	} {
		t.Run(name, func(t *testing.T) {
			deleted := host(func(h *core.HostDecl) { h.Deleting, h.HasFinalizer = true, true })
			able := func(in *core.Input) {
				in.MayDelete, in.Backend.PinVisible, in.Backend.Client, in.Backend.Found = true, true, true, true
			}
			d := core.Judge(group(slices.Concat([]edit{inBackend, deleted, able}, c.edits)...)).Deletion
			if d == nil || d.Action != c.want {
				t.Fatalf("deletion %+v", d)
			}
			if c.want == core.DeletionWaits && (d.Reason != core.ReasonInUse || !strings.Contains(d.Message, c.says)) {
				t.Errorf("%s: %s", d.Reason, d.Message)
			}
		})
	}
}

func TestNamesResolveOnTheServicesOwnHostThenTheRootThenTheOthersInOrderOfPrecedence(t *testing.T) {
	with := func(name string, number int) func(*core.HostDecl) {
		return func(h *core.HostDecl) {
			h.Ports = append(h.Ports, core.PortDecl{Name: name, Number: number, Protocol: core.TCP})
		}
	}
	old := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "old"}
	onOld := last(func(s *core.ServiceDecl) { s.Host = old })
	for name, c := range map[string]struct {
		edits []edit
		want  int
	}{
		"its own Host's comes first":            {[]edit{port("x", 9000), part("old", -1, "10.20.0.20", with("x", 9001)), service("s", 5, "x@*"), onOld}, 9001},
		"then the root's, though it is younger": {[]edit{port("x", 9000), part("old", -1, "10.20.0.20"), part("a", -2, "10.20.0.21", with("x", 9002)), service("s", 5, "x@*"), onOld}, 9000},
		"then that of the first declared":       {[]edit{part("b", 1, "10.20.0.20", with("x", 9001)), part("a", 2, "10.20.0.21", with("x", 9002)), service("s", 5, "x@*")}, 9001},
		"and that of the Host which it names":   {[]edit{port("x", 9000), part("old", 1, "10.20.0.20", with("x", 9001)), service("s", 5, "x@*"), ofHost("old")}, 9001},
		"which may be the root, too":            {[]edit{port("x", 9000), part("old", 1, "10.20.0.20", with("x", 9001)), service("s", 5, "x@*"), onOld, ofHost("web")}, 9000},
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(c.edits...))
			if len(j.Host.Services) != 1 || len(j.Host.Services[0].Bindings) != 1 {
				t.Fatalf("%+v", j.Host.Services)
			}
			at := slices.IndexFunc(j.Host.Ports, func(p core.DesiredPort) bool { return p.ID == j.Host.Services[0].Bindings[0].PortID })
			if at < 0 || j.Host.Ports[at].Number != c.want {
				t.Errorf("bound to %+v of %+v", j.Host.Services[0].Bindings[0], j.Host.Ports)
			}
		})
	}
}

// ofHost names the Host that the binding of the last Service belongs to.
func ofHost(name string) edit { return last(func(s *core.ServiceDecl) { s.Bindings[0].Host = name }) }
