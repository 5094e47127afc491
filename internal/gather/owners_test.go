// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

func TestAnObjectOutsideTheGroupHoldsItsRowsOrNot(t *testing.T) {
	deleted := metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	service := func(observed int64, accepted, resolved metav1.ConditionStatus) *v1alpha1.Service {
		s := &v1alpha1.Service{}
		s.Generation, s.Status.ObservedGeneration = 2, observed
		s.Status.Conditions = []metav1.Condition{
			{Type: v1alpha1.ConditionAccepted, Status: accepted}, {Type: v1alpha1.ConditionResolvedRefs, Status: resolved},
		}
		return s
	}
	for name, tc := range map[string]struct {
		obj  client.Object
		want core.OwnerState
	}{
		"a live Host does":                                   {&v1alpha1.Host{}, core.OwnerAlive},
		"a Host that is being deleted gives them up":         {&v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{DeletionTimestamp: &deleted}}, core.OwnerGoing},
		"a Service that is accepted elsewhere does not":      {service(2, "True", "True"), core.OwnerElsewhere},
		"a Service of which nobody has judged the last edit": {service(1, "True", "True"), core.OwnerAlive},
		"a Service that is rejected elsewhere does":          {service(2, "False", "True"), core.OwnerAlive},
		"a Service whose new Host is missing does":           {service(2, "True", "False"), core.OwnerAlive},
		"a Binding that nobody has judged does":              {&v1alpha1.Binding{ObjectMeta: metav1.ObjectMeta{Generation: 1}}, core.OwnerAlive},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ownerState(tc.obj); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}

func TestTheNetworkOfAHost(t *testing.T) {
	known := registryFacts("lab", "office", "office")
	for name, tc := range map[string]struct {
		pinned, host, backend, want string
	}{
		"is the pinned one, whatever it asks for":      {"pinned", "lab", "", "pinned"},
		"is the one it names":                          {"", "lab", "office", "id-lab-0"},
		"may be named by its id":                       {"", "id-office-1", "", "id-office-1"},
		"is the Backend's when it names none":          {"", "", "lab", "id-lab-0"},
		"is not known when two have the name":          {"", "office", "", ""},
		"is not known when there is none of that name": {"", "attic", "", ""},
		"is not known when nobody names one of many":   {"", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			host, backend := &v1alpha1.Host{}, &v1alpha1.Backend{}
			host.Spec.Network, backend.Spec.Network = tc.host, tc.backend
			if tc.pinned != "" {
				host.Status.Backend = &v1alpha1.ResolvedBackend{NetworkID: tc.pinned}
			}
			if got := NetworkOf(host, backend, known); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// registryFacts are those of a key that sees networks of these names.
func registryFacts(names ...string) registry.Facts {
	out := registry.Facts{Known: true}
	for i, name := range names {
		out.Networks = append(out.Networks, scanopy.Network{ID: fmt.Sprintf("id-%s-%d", name, i), Name: name})
	}
	return out
}

// TestOfHostsWhoseRowsAMergeBroughtOntoOneHostThatNobodyHasTheFirstHoldsIt: as each of them sees it.
func TestOfHostsWhoseRowsAMergeBroughtOntoOneHostThatNobodyHasTheFirstHoldsIt(t *testing.T) {
	ref := func(name string) core.Ref { return core.Ref{Kind: core.KindHost, Namespace: "lab", Name: name} }
	object := func(name string, minute int) *v1alpha1.Host {
		return &v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{
			Namespace: "lab", Name: name, UID: "u", CreationTimestamp: metav1.NewTime(time.Unix(int64(60*minute), 0)),
			Annotations: map[string]string{v1alpha1.AnnotationOrigin: core.OriginCreated + " u"},
		}}
	}
	row := func(name string) core.ObservedInterface {
		return core.ObservedInterface{ID: core.ChildID(1, core.Owner(labNetwork, ref(name)), core.RowInterface, "eth0")}
	}
	hosts := []*v1alpha1.Host{object("web", 3), object("cam", 1), object("db", 2)}
	for name, tc := range map[string]struct {
		root   string
		decl   core.HostDecl
		heldBy string
	}{
		"the first is held back by nobody":                         {"cam", core.HostDecl{Origin: core.OriginCreated}, ""},
		"the second by the first":                                  {"db", core.HostDecl{Origin: core.OriginCreated}, "cam"},
		"the third by the first":                                   {"web", core.HostDecl{Origin: core.OriginCreated}, "cam"},
		"the first by the next when it is being deleted":           {"cam", core.HostDecl{Origin: core.OriginCreated, Meta: core.Meta{Deleting: true}}, "db"},
		"the first by the next when no host was ever made for it":  {"cam", core.HostDecl{}, "db"},
		"the last by the first, if that was never made either":     {"web", core.HostDecl{}, "cam"},
		"the first by the next when it has the host by its own id": {"cam", core.HostDecl{Meta: core.Meta{PriorID: "one"}}, "db"},
	} {
		t.Run(name, func(t *testing.T) {
			g, out, _ := newLookup(t, hosts[0], hosts[1], hosts[2])
			out.Network.Network = labNetwork
			out.Input.Root, out.Input.Instance = ref(tc.root), 1
			tc.decl.Ref = ref(tc.root)
			for _, h := range hosts {
				if h.Name == tc.root {
					tc.decl.Created = h.CreationTimestamp.Time
				}
			}
			out.Input.Host = &tc.decl
			out.Input.Observed.HeldBy = map[string]core.Ref{}
			o := &core.ObservedHost{ID: "one", Interfaces: []core.ObservedInterface{row("web"), row("cam"), row("db")}}
			var owners []core.OwnerHash
			unknown := map[core.OwnerHash]bool{}
			for _, h := range hosts {
				if h.Name != tc.root {
					owner := core.Owner(labNetwork, ref(h.Name))
					owners, unknown[owner] = append(owners, owner), true
				}
			}
			if err := g.lookUp(t.Context(), out, unknown); err != nil {
				t.Fatal(err)
			}
			if err := g.heldByRows(t.Context(), out, o, owners); err != nil {
				t.Fatal(err)
			}
			if got := out.Input.Observed.HeldBy["one"].Name; got != tc.heldBy {
				t.Errorf("held by %q, not by %q", got, tc.heldBy)
			}
		})
	}
}

func TestOfHostsThatWereRestoredWithoutStatusExactlyOneHoldsTheirCommonHost(t *testing.T) {
	names := []string{"cam", "db", "web"}
	for made := range 1 << len(names) {
		var holders []string
		for root := range names {
			if restored(t, names, made, root) {
				holders = append(holders, names[root])
			}
		}
		if len(holders) != 1 {
			t.Errorf("%v hold it, where a host was made for those of %03b", holders, made)
		}
	}
}

// restored says whether nobody holds back one of several Hosts, for some of which a host was made, from one that has rows of
// all of them.
func restored(t *testing.T, names []string, made, root int) bool {
	t.Helper()
	var objects []client.Object
	o, owners, unknown := &core.ObservedHost{ID: "one"}, []core.OwnerHash(nil), map[core.OwnerHash]bool{}
	for i, name := range names {
		h := chained(name, "")
		h.UID, h.CreationTimestamp = "u", metav1.NewTime(time.Unix(int64(60*i), 0))
		if made&(1<<i) != 0 {
			h.Annotations = map[string]string{v1alpha1.AnnotationOrigin: core.OriginCreated + " u"}
		}
		objects = append(objects, h)
		owner := core.Owner(labNetwork, core.Ref{Kind: core.KindHost, Namespace: "lab", Name: name})
		o.Ports = append(o.Ports, core.ObservedPort{ID: core.ChildID(1, owner, core.RowPort, "http")})
		if i != root {
			owners, unknown[owner] = append(owners, owner), true
		}
	}
	own := objects[root].(*v1alpha1.Host)
	decl := core.HostDecl{Meta: meta(core.KindHost, own, ""), Origin: core.ParseOrigin(own.Annotations[v1alpha1.AnnotationOrigin], "u")}
	g, out, _ := newLookup(t, objects...)
	out.Network.Network, out.Input.Root, out.Input.Instance, out.Input.Host = labNetwork, decl.Ref, 1, &decl
	out.Input.Observed.HeldBy = map[string]core.Ref{}
	if err := g.lookUp(t.Context(), out, unknown); err != nil {
		t.Fatal(err)
	}
	if err := g.heldByRows(t.Context(), out, o, owners); err != nil {
		t.Fatal(err)
	}
	_, held := out.Input.Observed.HeldBy["one"]
	return !held
}

func TestABackendHostIsHeldByTheLiveHostOutsideTheGroupWhoseStatusNamesIt(t *testing.T) {
	named := func(name string, change func(*v1alpha1.Host)) *v1alpha1.Host {
		h := chained(name, "")
		h.Status.ID = ownHost
		change(h)
		return h
	}
	other := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "other"}
	elder := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "elder"}
	for name, c := range map[string]struct {
		host *v1alpha1.Host
		want core.Ref
	}{
		"a live one has it":                  {named("other", func(*v1alpha1.Host) {}), other},
		"one that is being deleted gives up": {leaving(named("other", func(*v1alpha1.Host) {}), ""), core.Ref{}},
		"one with another id does not":       {named("other", func(h *v1alpha1.Host) { h.Status.ID = groupHost }), core.Ref{}},
		"the group's own Host is none":       {named("web", func(*v1alpha1.Host) {}), core.Ref{}},
		"of two the one declared first":      {named("younger", func(h *v1alpha1.Host) { h.CreationTimestamp = metav1.NewTime(time.Unix(1, 0)) }), elder},
	} {
		t.Run(name, func(t *testing.T) {
			all := []*v1alpha1.Host{c.host}
			if c.want == elder { // whichever the list has first
				all = append(all, named("elder", func(*v1alpha1.Host) {}))
			}
			g := &Gatherer{Reader: cluster(t, all)}
			out := &Group{Host: chained("web", "")}
			out.Input.Observed.HeldBy = map[string]core.Ref{}
			if err := g.heldByID(t.Context(), out, ownHost); err != nil {
				t.Fatal(err)
			}
			if got := out.Input.Observed.HeldBy[ownHost]; got != c.want {
				t.Errorf("held by %+v", got)
			}
		})
	}
}
