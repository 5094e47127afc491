// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

func TestTagsAreByNameOrIDAndDuplicatesAreRemoved(t *testing.T) {
	j := core.Judge(group(knownTags, service("edge", 1), last(tags("red", "t1", "blue", "red")),
		host(func(h *core.HostDecl) { h.TagsManaged, h.Tags = true, []string{"t2", "blue"} })))
	if d := cmp.Diff([]string{"t1", "t2"}, *j.Host.Services[0].Tags); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"t2"}, *j.Host.Tags); d != "" {
		t.Error(d)
	}
}

func TestTheFirstDeclaredOfEqualServicesOwnsItsScalars(t *testing.T) {
	virtual := func(name string) func(*core.ServiceDecl) {
		return func(s *core.ServiceDecl) {
			s.Name, s.Virtualization = "edge", &core.ServiceVirtualization{Type: "Docker", ContainerName: name, ServiceID: "docker"}
		}
	}
	j := core.Judge(group(knownTags, service("late", 2, "https@*"), last(tags("blue")), last(virtual("late")),
		service("early", 1, "http@*"), last(tags("red")), last(virtual("early"))))
	if len(j.Host.Services) != 1 || len(j.Host.Services[0].Bindings) != 2 {
		t.Fatalf("they are not united: %+v", j.Host.Services)
	}
	s := j.Host.Services[0]
	if s.Item.Object.Name != "early" || s.Virtualization.ContainerName != "early" || cmp.Diff([]string{"t1"}, *s.Tags) != "" {
		t.Errorf("owner %v, container %s, tags %v", s.Item, s.Virtualization.ContainerName, *s.Tags)
	}
}

func TestAVirtualizationIsCompletedWhenItsServiceIsSynced(t *testing.T) {
	in := group(service("edge", 1, "http@*"), last(func(s *core.ServiceDecl) {
		s.Virtualization = &core.ServiceVirtualization{Type: "Docker", ContainerName: "edge", ServiceRef: &core.Ref{Kind: core.KindService, Namespace: "lab", Name: "docker"}, ServiceFound: true}
	}), inBackend)
	if d := cmp.Diff([]string{"Service edge: ResolvedRefs=false DependencyNotReady: virtualization: Service docker is not in Scanopy yet; written without it"},
		verdicts(core.Judge(in))); d != "" {
		t.Error(d)
	}
	s := &coretest.Server{MACFixed: true, Hosts: in.Observed.Hosts}
	for _, id := range []string{"", "docker-id"} {
		in.Services[0].Virtualization.ServiceID = id
		in = see(in, s)
		p := core.ComputePlan(in, core.Judge(in), core.Policy{})
		if want := map[string]string{"": "", "docker-id": "UpdateHost"}[id]; stepKinds(p) != want {
			t.Errorf("with id %q the steps are %q, not %q", id, stepKinds(p), want)
		}
		s.Run(p, len(p.Steps))
	}
	if v := s.Hosts[0].Services[0].Virtualization; v == nil || v.ServiceID != "docker-id" || v.ContainerName != "edge" {
		t.Errorf("the server has %+v", v)
	}
	if in = see(in, s); len(verdicts(core.Judge(in)))+len(core.ComputePlan(in, core.Judge(in), core.Policy{}).Steps) > 0 {
		t.Errorf("it is not content: %v", verdicts(core.Judge(in)))
	}
}

func TestListsAreCreatedInTheManifestsOrderWhichIsNotKeptAfterThat(t *testing.T) {
	in := group(inline("b"), inline("a"))
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	var got []string
	for _, o := range p.Steps[0].Create.Interfaces {
		got = append(got, o.Name)
	}
	for _, o := range p.Steps[0].Create.Ports {
		got = append(got, fmt.Sprint(o.Number))
	}
	for _, o := range p.Steps[0].Create.Services {
		got = append(got, o.Name)
	}
	if d := cmp.Diff([]string{"eth0", "eth1", "80", "443", "b", "a"}, got); d != "" {
		t.Error(d)
	}
	inBackend(&in)
	h := in.Host
	h.Interfaces[0], h.Interfaces[1] = h.Interfaces[1], h.Interfaces[0]
	h.Ports[0], h.Ports[1] = h.Ports[1], h.Ports[0]
	h.Services[0], h.Services[1] = h.Services[1], h.Services[0]
	if steps := core.ComputePlan(in, core.Judge(in), core.Policy{}).Steps; len(steps) > 0 {
		t.Errorf("another order asks for %+v", steps)
	}
}

func TestWhichInterfaceRowIsTheSame(t *testing.T) {
	const mac, other = "02:00:00:00:00:0A", "02:00:00:00:00:0B"
	of := func(i int, name string, last int, mac string) edit {
		return host(func(h *core.HostDecl) {
			h.Interfaces[i].Name, h.Interfaces[i].IP, h.Interfaces[i].MAC = name, addr20(last), mac
		})
	}
	for name, c := range map[string]struct {
		before, after []edit
		same          bool
	}{
		"equal subnet and address":                   {nil, []edit{of(0, "lan0", 10, "")}, true},
		"equal MAC, where that leaves no choice":     {[]edit{of(0, "eth0", 10, mac)}, []edit{of(0, "lan0", 20, mac)}, true},
		"equal MAC, of two that have it":             {[]edit{of(0, "eth0", 10, mac), of(1, "eth1", 11, mac)}, []edit{of(0, "a", 20, mac), of(1, "b", 21, mac)}, false},
		"equal MAC, whose other one has its partner": {[]edit{of(0, "eth0", 10, mac), of(1, "eth1", 11, mac)}, []edit{of(0, "a", 20, mac)}, true},
		"another address and another MAC":            {[]edit{of(0, "eth0", 10, mac)}, []edit{of(0, "lan0", 20, other)}, false},
		"a MAC of VRRP":                              {[]edit{of(0, "eth0", 10, sharedMAC)}, []edit{of(0, "lan0", 20, sharedMAC)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(append(append(c.before, inBackend), c.after...)...)
			old := in.Observed.Hosts[0].Interfaces[0].ID
			if d := core.Judge(in).Host.Interfaces[0]; (d.ID == old && d.Row == 0) != c.same {
				t.Errorf("the row is %s at %d, before it was %s", d.ID, d.Row, old)
			}
		})
	}
}

func TestASubnetIsGivenByCIDRNameOrIDOrLeftOutThenTheLongestMatchingPrefixWins(t *testing.T) {
	all := subnets(subnet("s2", "wide", "10.20.0.0/16"), subnet("s0", "Internet", "0.0.0.0/0"), subnet("s1", "lan", "10.20.0.0/24"),
		subnet("s6", "Internet 6", "::/0"), subnet("s7", "lan 6", "2001:db8::/64"))
	create := func(in *core.Input) { in.Backend.CreateSubnets = true }
	for name, c := range map[string]struct {
		ip, subnet string
		may        edit
		want       string // the id, or the CIDR of one that is made
	}{
		"left out, the longest prefix":           {"10.20.0.9", "", nil, "s1"},
		"left out, the only prefix":              {"10.20.9.9", "", nil, "s2"},
		"left out, of IPv6":                      {"2001:db8::9", "", nil, "s7"},
		"by CIDR":                                {"10.20.0.9", "10.20.0.0/16", nil, "s2"},
		"by name":                                {"10.20.0.9", "wide", nil, "s2"},
		"by id":                                  {"10.20.0.9", "s2", nil, "s2"},
		"0.0.0.0/0 by name":                      {"192.0.2.1", "Internet", nil, "s0"},
		"0.0.0.0/0 never implicitly":             {"192.0.2.1", "", nil, ""},
		"nor ::/0":                               {"2001:db9::1", "", nil, ""},
		"created if the backend allows it":       {"10.99.0.1", "10.99.0.0/24", create, "10.99.0.0/24"},
		"created not where one of that is there": {"10.20.0.9", "10.20.0.0/24", create, "s1"},
		"created not without a CIDR":             {"10.99.0.1", "", create, ""},
		"created not for a name":                 {"10.99.0.1", "dmz", create, ""},
		"created not if the backend does not":    {"10.99.0.1", "10.99.0.0/24", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			edits := []edit{all, iface("eth2", c.ip, "", c.subnet)}
			if c.may != nil {
				edits = append(edits, c.may)
			}
			d := core.Judge(group(edits...)).Host.Interfaces[2]
			if got := d.SubnetID + d.NewSubnet; got != c.want || d.SubnetID != d.Observed.SubnetID || (d.Fate == core.Write) != (c.want != "") {
				t.Errorf("%q of %+v", got, d)
			}
		})
	}
}

func TestMACsThatManyMachinesShareDoNotCount(t *testing.T) {
	for name, mac := range map[string]string{
		"of loopback":          "00:00:00:00:00:00",
		"of everybody":         "FF:FF:FF:FF:FF:FF",
		"of VRRP for IPv4":     "00:00:5E:00:01:05",
		"of VRRP for IPv6":     "00:00:5E:00:02:05",
		"of HSRP version 1":    "00:00:0C:07:AC:05",
		"of HSRP version 2":    "00:00:0C:9F:F0:05",
		"of HSRP for IPv6":     "00:05:73:A0:00:05",
		"that is not declared": "",
	} {
		t.Run(name, func(t *testing.T) {
			j := core.Judge(group(later(5), iface("eth2", "10.20.0.12", mac), neighbour("first", 1, "10.20.0.98", mac), onHost("a", 1, func(h *core.ObservedHost) {
				h.Interfaces = []core.ObservedInterface{{ID: "found", SubnetID: "subnet", IP: addr20(99), MAC: mac}}
			})))
			if d := cmp.Diff([]string{}, verdicts(j)); d != "" || j.Target.HostID != "" {
				t.Errorf("the target is %q\n%s", j.Target.HostID, d)
			}
		})
	}
}

func TestAServerThatCanChangeAMACKeepsTheRow(t *testing.T) {
	in := group(host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0A" }), inBackend,
		host(func(h *core.HostDecl) { h.Interfaces[0].MAC = "02:00:00:00:00:0B" }), func(in *core.Input) { in.Backend.MACChangeable = true })
	d := core.Judge(in).Host.Interfaces[0]
	if d.ID != in.Observed.Hosts[0].Interfaces[0].ID || d.Replaces != "" {
		t.Errorf("%+v", d)
	}
}

func TestAHostThatMovesLeavesTheOldOneWithAnEvent(t *testing.T) {
	in := group(service("edge", 1, "http@*"), inBackend, func(in *core.Input) {
		in.Backend.Pin.NetworkID, in.Host.AcceptBackend, in.Observed.Hosts = "other", "other", nil
	})
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	if stepKinds(p) != "CreateHost" || p.Steps[0].Create.NetworkID != "other" {
		t.Errorf("steps %s", stepKinds(p))
	}
	var said []string
	for _, m := range core.Status(in, j, p, core.Result{Ran: true, HostID: "new", Steps: []core.StepResult{{Done: true}}}) {
		for _, e := range m.Events {
			said = append(said, e.Reason+" "+e.Note)
		}
	}
	want := []string{"Synced Scanopy shows what is declared", "Orphaned host " + in.Host.PriorID + " of the former network is left in Scanopy as it is"}
	if d := cmp.Diff(want, said); d != "" {
		t.Error(d)
	}
}
