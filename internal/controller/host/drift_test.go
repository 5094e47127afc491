// SPDX-License-Identifier: Apache-2.0

package host

import (
	"slices"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

// stubborn is a Host whose hostname the server never shows as it is declared.
type stubborn struct {
	*Reconciler

	clock  *clocktesting.FakeClock
	in     core.Input
	counts []core.FieldClass
}

func newStubborn() *stubborn {
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	s := &stubborn{clock: c}
	s.Reconciler = &Reconciler{Ledger: ledger.New(c), Clock: c, CountRepair: func(n core.Note) { s.counts = append(s.counts, n.Class()) }}
	pin := core.Pin{OrganizationID: "org", NetworkID: "network"}
	meta := coretest.MetaOf(core.KindHost, "web", 0)
	meta.PriorID = "h1"
	s.in = core.Input{
		Root: meta.Ref, Instance: 1, Quiet: true, Settled: true, MayDelete: true,
		Host:    &core.HostDecl{Meta: meta, Name: "web", Hostname: new("Web.Example"), Pinned: pin, Origin: core.OriginCreated, HasFinalizer: true},
		Backend: core.BackendFacts{Display: "Backend lab/default", Found: true, Permitted: true, Client: true, NetworkFound: true, Pin: pin, PinVisible: true, Held: true},
		Observed: core.Observed{Known: true, Settled: true, Hosts: []core.ObservedHost{
			{ID: "h1", NetworkID: "network", Name: "web", Source: "Manual", Hostname: new("web.example")},
		}},
	}
	return s
}

// round judges once and sends what is planned, to no avail; it says whether something was sent.
func (s *stubborn) round() bool {
	s.clock.Step(time.Second)
	s.in.Now = s.clock.Now()
	s.in.Undone, _ = s.Ledger.Undoings(s.in.Root)
	s.in.Written = s.Ledger.WrittenSum(s.in.Root)
	group := &gather.Group{Input: s.in, Host: &v1alpha1.Host{}}
	j, p := s.decide(&group.Input)
	out := core.Result{Ran: true, HostID: "h1", Steps: slices.Repeat([]core.StepResult{{Done: true}}, len(p.Steps))}
	s.learn(group, j, p, out)
	for _, status := range core.Status(group.Input, j, p, out) {
		s.in.Host.Prior, s.in.Host.PriorObservedGeneration = status.Conditions, status.Generation
	}
	return len(p.Steps) > 0
}

func (s *stubborn) reason() string {
	for _, c := range s.in.Host.Prior {
		if c.Type == string(core.Synced) {
			return c.Reason
		}
	}
	return ""
}

func TestAFieldThatTheServerShowsInItsOwnWayIsNotWrittenForEver(t *testing.T) {
	s := newStubborn()
	writes := 0
	for range 100 {
		if s.round() {
			writes++
		}
	}
	if writes != 3 || s.reason() != string(core.ReasonNonConverging) {
		t.Errorf("%d writes, then %s", writes, s.reason())
	}
	if len(s.counts) != 2 || s.counts[0] != core.ClassHostname {
		t.Errorf("repairs counted: %v", s.counts)
	}
}

func TestAfterAnHourItIsTriedAgainAsOftenAsBefore(t *testing.T) {
	s := newStubborn()
	for range 10 {
		s.round()
	}
	s.clock.Step(core.UndoneWithin)
	writes := 0
	for range 10 {
		if s.round() {
			writes++
		}
	}
	if writes != core.UndoneOften-1 || s.reason() != string(core.ReasonNonConverging) {
		t.Errorf("%d writes, then %s", writes, s.reason())
	}
}

func TestWhoPutsItRightEndsIt(t *testing.T) {
	s := newStubborn()
	for range 10 {
		s.round()
	}
	s.in.Observed.Hosts[0].Hostname = new("Web.Example")
	if s.round() || s.reason() != string(core.ReasonSynced) {
		t.Errorf("then %s", s.reason())
	}
	s.in.Observed.Hosts[0].Hostname = new("web.example")
	if s.round() || s.reason() != string(core.ReasonNonConverging) {
		t.Errorf("undone within the same hour once more: %s", s.reason())
	}
}
