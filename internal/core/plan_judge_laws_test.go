// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// TestJudgingPlanningAndApplyingEndsInWhatIsWanted is law 4 and 5 for judgements of real declarations, inline, as Service
// and as Binding objects.
func TestJudgingPlanningAndApplyingEndsInWhatIsWanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawServer(t)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			w := drawWish(t)
			spread := rapid.Uint32().Draw(t, "spread")
			declare := func() core.Input { return declared(s, w, spread) }
			if rapid.Bool().Draw(t, "goes wrong") {
				in := declare()
				disturb(t, s, in, core.Judge(in))
			}
			before := foreignRows(s)
			convergeWith(t, s, before, func() (core.Input, core.Judgement) {
				in := declare()
				return in, core.Judge(in)
			})
			checkForeign(t, s, before)
			checkJudged(t, s, declare())
		}
	})
}

// declared makes objects of a wish: spread says by its bits which services are inline and which bindings are objects.
func declared(s *coretest.Server, w wish, spread uint32) core.Input {
	in := inputFor(s)
	in.Now = time.Unix(1000, 0)
	in.Backend.Permitted, in.Backend.NetworkFound = true, true
	in.Backend.Subnets = []core.Subnet{{ID: testSubnet, Name: "lan", CIDR: netip.MustParsePrefix("10.0.0.0/24")}}
	h := in.Host
	h.UID, h.Created, h.Name, h.Hostname = "uid-web", time.Unix(1, 0), w.name, w.hostname
	h.Tags, h.TagsManaged = tagsOf(w.tags)
	if len(s.Hosts) > 0 {
		h.PriorID, h.Origin = s.Hosts[0].ID, "created"
	}
	for _, i := range w.interfaces {
		h.Interfaces = append(h.Interfaces, core.InterfaceDecl{Name: i.name, IP: addr(i.ip), MAC: i.mac})
	}
	for _, p := range w.ports {
		h.Ports = append(h.Ports, core.PortDecl{Name: p.name, Number: p.number, Protocol: core.TCP})
	}
	for i, x := range w.services {
		declareService(&in, x, i, spread)
	}
	in.Owners = goneOwners(s, in)
	return in
}

func tagsOf(tags *[]string) ([]string, bool) {
	if tags == nil {
		return nil, false
	}
	return *tags, true
}

func declareService(in *core.Input, w wishService, i int, spread uint32) {
	tags, managed := tagsOf(w.tags)
	var specs []core.BindingSpec
	for k, b := range w.bindings {
		spec := core.BindingSpec{Type: core.BindPort, Interface: b.iface, Port: b.port}
		if b.port == "" {
			spec.Type = core.BindInterface
		}
		if inline := spread>>i&1 == 1; !inline && spread>>(3+k)&1 == 1 {
			in.Bindings = append(in.Bindings, core.BindingDecl{
				Meta:    core.Meta{Ref: core.Ref{Kind: core.KindBinding, Namespace: "lab", Name: fmt.Sprint(w.object, "-", k)}, Created: time.Unix(3, 0), Generation: 1},
				Service: serviceRef(w.object), Spec: spec})
			continue
		}
		specs = append(specs, spec)
	}
	if spread>>i&1 == 1 {
		in.Host.Services = append(in.Host.Services, core.InlineService{Name: w.name, Definition: "Caddy", Tags: tags, TagsManaged: managed, Bindings: specs})
		return
	}
	in.Services = append(in.Services, core.ServiceDecl{
		Meta: core.Meta{Ref: serviceRef(w.object), Created: time.Unix(2, 0), Generation: 1}, Host: rootRef, Permitted: true,
		Name: w.name, Definition: "Caddy", Tags: tags, TagsManaged: managed, Bindings: specs})
}

// goneOwners says of the objects that earlier wishes declared and this one doesn't that they were seen going.
func goneOwners(s *coretest.Server, in core.Input) map[core.OwnerHash]core.OwnerFact {
	here := map[core.OwnerHash]bool{core.Owner(testNetwork, rootRef): true}
	for i := range in.Services {
		here[core.Owner(testNetwork, in.Services[i].Ref)] = true
	}
	for i := range in.Bindings {
		here[core.Owner(testNetwork, in.Bindings[i].Ref)] = true
	}
	out := map[core.OwnerHash]core.OwnerFact{}
	for _, h := range s.Hosts {
		for id := range idsOf(h) {
			if _, owner, _, ok := core.ParseID(id); ok && !here[owner] {
				out[owner] = core.OwnerFact{State: core.OwnerGone}
			}
		}
	}
	return out
}

// checkJudged: a judgement of what there is now finds a row for all that is written, and nothing that goes.
func checkJudged(t *rapid.T, s *coretest.Server, in core.Input) {
	j := core.Judge(in)
	if j.Fate != core.Write || len(j.Withdraw) > 0 {
		t.Fatalf("fate %v, still to be withdrawn %v, findings %+v", j.Fate, j.Withdraw, j.Findings)
	}
	if isLost(j) {
		t.Fatalf("something wanted is not there: %+v on %+v", j.Host, s.Hosts[0])
	}
}
