// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// saga is a group beside its server, with the statuses that the cluster keeps.
type saga struct {
	in     core.Input
	server *coretest.Server
	status map[core.Ref]core.MemberStatus
}

func newSaga(edits ...edit) *saga {
	in := group(edits...)
	return &saga{in: in, server: &coretest.Server{MACFixed: true, Subnets: in.Backend.Subnets, Unknown: []string{"Cady", "Kady"}}}
}

// round judges, sends unless there are no tokens, and keeps the statuses; it gives the number of requests.
func (s *saga) round(t *testing.T, tokens bool) int {
	t.Helper()
	s.in = see(s.in, s.server)
	j := core.Judge(s.in)
	p := core.ComputePlan(s.in, j, core.Policy{})
	r := core.Result{Waiting: "tokens"}
	if tokens {
		ran := s.server.Run(p, len(p.Steps))
		if ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
			t.Fatalf("%+v of %s", ran, describe(p))
		}
		r = core.Result{Ran: true, HostID: s.server.Hosts[0].ID}
		for range p.Steps {
			r.Steps = append(r.Steps, core.StepResult{Done: true})
		}
		if len(p.Steps) > 0 {
			after := coretest.Copy(s.server.Hosts[0])
			r.After = &after
		}
	}
	s.status = map[core.Ref]core.MemberStatus{}
	for _, m := range core.Status(s.in, j, p, r) {
		s.status[m.Ref] = m
	}
	keep := func(m *core.Meta) {
		m.Prior, m.PriorObservedGeneration = s.status[m.Ref].Conditions, m.Generation
	}
	keep(&s.in.Host.Meta)
	for i := range s.in.Services {
		keep(&s.in.Services[i].Meta)
	}
	return p.Requests()
}

// define gives the last Service another definition.
func (s *saga) define(definition string) {
	d := &s.in.Services[len(s.in.Services)-1]
	d.Definition = definition
	d.Generation++
}

// reasonOf is the reason of a condition of the last Service, or of the Host if there is none.
func (s *saga) reasonOf(t *testing.T, c core.ConditionType) string {
	t.Helper()
	ref := s.in.Root
	if n := len(s.in.Services); n > 0 {
		ref = s.in.Services[n-1].Ref
	}
	for _, have := range s.status[ref].Conditions {
		if have.Type == string(c) {
			return have.Reason
		}
	}
	t.Fatalf("%s has no condition %s", ref.Name, c)
	return ""
}

// expect runs a round and checks how many requests it took and what Accepted says then.
func (s *saga) expect(t *testing.T, tokens bool, requests int, accepted core.Reason) {
	t.Helper()
	sent := s.round(t, tokens)
	if got := s.reasonOf(t, core.Accepted); sent != requests || got != string(accepted) {
		t.Fatalf("%d requests and %s, not %d and %s", sent, got, requests, accepted)
	}
}

func unknown(bindings ...string) edit {
	return func(in *core.Input) {
		service("edge", 1, bindings...)(in)
		in.Services[0].Definition = "Cady"
	}
}

func TestAnUnknownDefinitionIsToldAtOnceAndNotWrittenAgain(t *testing.T) {
	for name, edits := range map[string][]edit{
		"on a Service": {unknown("http@*")},
		"on a Service with a binding that leads nowhere": {unknown("http@*", "nowhere@*")},
		"on a Service that is the same as an inline one": {inline("edge", "http@*"), host(func(h *core.HostDecl) { h.Services[0].Definition = "Cady" }), unknown("http@*")},
		"on an inline service":                           {inline("edge", "http@*"), host(func(h *core.HostDecl) { h.Services[0].Definition = "Cady" })},
		"on the second of two, where the first is at fault too": {inline("a"), inline("b", "http@*"), host(func(h *core.HostDecl) {
			h.Services[0].Definition, h.Services[1].Definition = "Cady", "Kady"
		})},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSaga(edits...)
			s.expect(t, true, 1, core.ReasonUnknownServiceDefinition)
			for range 3 {
				s.expect(t, true, 0, core.ReasonUnknownServiceDefinition)
			}
		})
	}
}

func TestAnEditOfAnUnknownDefinitionIsNotLostWhileItWaitsForTokens(t *testing.T) {
	for name, bindings := range map[string][]string{"by itself": {"http@*"}, "beside a binding that leads nowhere": {"http@*", "nowhere@*"}} {
		t.Run(name, func(t *testing.T) {
			s := newSaga(unknown(bindings...))
			s.expect(t, true, 1, core.ReasonUnknownServiceDefinition)
			s.define("Caddy")
			s.expect(t, false, 2, core.ReasonAccepted)
			s.expect(t, false, 2, core.ReasonAccepted)
			s.expect(t, true, 2, core.ReasonAccepted)
			if got := s.server.Hosts[0].Services[0].Definition; got != "Caddy" {
				t.Errorf("the server has %q", got)
			}
			s.expect(t, true, 0, core.ReasonAccepted)
		})
	}
}

func TestAnUnknownDefinitionIsWrittenAgainWhenSpecOrVersionChanges(t *testing.T) {
	s := newSaga(unknown("http@*"))
	s.expect(t, true, 1, core.ReasonUnknownServiceDefinition)
	s.define("Kady")
	s.expect(t, true, 2, core.ReasonUnknownServiceDefinition)
	s.expect(t, true, 0, core.ReasonUnknownServiceDefinition)
	s.in.Backend.ServerVersion = "0.14.14"
	s.expect(t, true, 2, core.ReasonUnknownServiceDefinition)
	s.expect(t, true, 0, core.ReasonUnknownServiceDefinition)
	s.in.Backend.ServerVersion, s.server.Unknown = "0.15.0", nil
	s.expect(t, true, 2, core.ReasonAccepted)
	s.expect(t, true, 0, core.ReasonAccepted)
}

// A Host with so many faults that its message is cut asks for nothing again either.
func TestUnknownDefinitionsThatNoMessageHasRoomForAreNotWrittenAgain(t *testing.T) {
	var edits []edit
	for i := range 40 {
		edits = append(edits, inline(strings.Repeat("x", i+1)), host(func(h *core.HostDecl) { h.Services[i].Definition = "Cady" }))
	}
	s := newSaga(edits...)
	s.expect(t, true, 1, core.ReasonUnknownServiceDefinition)
	s.expect(t, true, 0, core.ReasonUnknownServiceDefinition)
}
