// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"net/http"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// rowSteps are all steps for single rows of a host as hostOnServer makes it.
func (b *bench) rowSteps(h core.ObservedHost) map[string]core.Step {
	s := h.Services[0]
	row := func(kind core.StepKind, id string) core.Step {
		return core.Step{Kind: kind, HostID: h.ID, Row: core.RowRef{ID: id}}
	}
	return map[string]core.Step{
		"creating an interface": {Kind: core.StepCreateInterface, HostID: h.ID, Interface: &core.ObservedInterface{
			ID: newID(), SubnetID: b.subnet, IP: addr(255, 1), MAC: "02:00:00:00:00:01", Name: "eth2"}},
		"creating a port": port(h.ID, 8080),
		"creating a binding": {Kind: core.StepCreateBinding, HostID: h.ID, ServiceID: s.ID, Binding: &core.ObservedBinding{
			ID: newID(), Type: core.BindPort, InterfaceID: h.Interfaces[1].ID, PortID: s.Bindings[0].PortID}},
		"creating a binding that supersedes": {Kind: core.StepCreateBinding, HostID: h.ID, ServiceID: s.ID, Binding: &core.ObservedBinding{
			ID: newID(), Type: core.BindPort, PortID: s.Bindings[0].PortID}},
		"deleting an interface": row(core.StepDeleteInterface, s.Bindings[0].InterfaceID),
		"deleting a port":       row(core.StepDeletePort, s.Bindings[0].PortID),
		"deleting a service":    row(core.StepDeleteService, s.ID),
		"deleting a binding":    row(core.StepDeleteBinding, s.Bindings[0].ID),
	}
}

func (b *bench) eachRowStep(t *testing.T, do func(t *testing.T, b *bench, h core.ObservedHost, step core.Step)) {
	for name := range newRowBench(t).rowSteps(newRowBench(t).hostOnServer()) {
		t.Run(name, func(t *testing.T) {
			b := newRowBench(t)
			h := b.hostOnServer()
			do(t, b, h, b.rowSteps(h)[name])
		})
	}
}

func newRowBench(t testing.TB) *bench { return newBench(t, plenty) }

func TestASingleRowTakesOneRequestAndTheSnapshotFollows(t *testing.T) {
	(&bench{}).eachRowStep(t, func(t *testing.T, b *bench, h core.ObservedHost, step core.Step) {
		res := b.run(step)
		if !res.Steps[0].Done || res.Replan || res.After == nil || res.HostID != h.ID {
			t.Errorf("%+v", res)
		}
		if n := len(b.server.Log().Entries); n != 1 {
			t.Errorf("%d requests", n)
		}
		b.agrees(h.ID)
	})
}

func TestASingleRowWhoseAnswerWasLostIsNotDoneTwice(t *testing.T) {
	(&bench{}).eachRowStep(t, func(t *testing.T, b *bench, h core.ObservedHost, step core.Step) {
		b.fault(emulator.Fault{Method: "POST|DELETE", Cut: true, When: emulator.After})
		if res := b.run(step); res.Replan || res.Steps[0].Done || res.Steps[0].Err.Class != "Transient" {
			t.Errorf("%+v", res)
		}
		b.wait() // the snapshot was dirty
		b.agrees(h.ID)
		// The plan is run again before anybody looked: nothing is doubled.
		if res := b.run(step); res.Steps[0].Err != nil && !res.Replan && res.Steps[0].Err.Reason != core.ReasonDependencyNotReady &&
			res.Steps[0].Err.Reason != core.ReasonBackendRejected {
			t.Errorf("%+v, error %+v", res, res.Steps[0].Err)
		}
		b.agrees(h.ID)
	})
}

func TestARefusedRowWhoseHostHasChangedIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.addPort(h.ID, 8080) // which the plan does not know
	res := b.run(port(h.ID, 8080))
	if !res.Replan || res.Steps[0].Done || res.Steps[0].Err != nil {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestARefusedRowOfAHostThatIsAsItWasIsTheServersWord(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	s := h.Services[0]
	res := b.run(core.Step{Kind: core.StepCreateBinding, HostID: h.ID, ServiceID: s.ID, Binding: &core.ObservedBinding{
		ID: newID(), Type: core.BindInterface, InterfaceID: s.Bindings[0].InterfaceID}})
	if res.Replan || res.Steps[0].Err == nil || res.Steps[0].Err.Reason != core.ReasonBackendRejected {
		t.Errorf("%+v, error %+v", res, res.Steps[0].Err)
	}
	b.sent("POST /api/v1/bindings", getHost)
}

func TestAnIDThatIsOnAnotherHostMustWait(t *testing.T) {
	b := newBench(t, plenty)
	other, h := b.hostOnServer(), b.hostOnServer()
	step := b.rowSteps(h)["creating a binding"]
	step.Binding.ID = other.Services[0].Bindings[0].ID
	if res := b.run(step); res.Replan || res.Steps[0].Err == nil || res.Steps[0].Err.Reason != core.ReasonDependencyNotReady {
		t.Errorf("%+v, error %+v", res, res.Steps[0].Err)
	}
}

func TestARowThatIsGoneAlreadyIsDone(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	if err := b.client.DeletePort(t.Context(), h.Ports[0].ID); err != nil {
		t.Fatal(err)
	}
	res := b.run(core.Step{Kind: core.StepDeletePort, HostID: h.ID, Row: core.RowRef{ID: h.Ports[0].ID}})
	if !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestTheLastTagIsRemovedByItsOwnRequest(t *testing.T) {
	b := newBench(t, plenty)
	tag, err := b.client.CreateTag(t.Context(), scanopy.TagCreate{OrganizationID: b.server.Bootstrap().Organization.String(), Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	h := b.hostOnServer()
	for kind, id := range map[scanopy.EntityType]string{scanopy.EntityHost: h.ID, scanopy.EntityService: h.Services[0].ID} {
		if _, err = b.client.AddTag(t.Context(), kind, []string{id}, tag.ID); err != nil {
			t.Fatal(err)
		}
	}
	b.refresh()
	res := b.run(
		core.Step{Kind: core.StepRemoveTag, HostID: h.ID, Entity: "Host", Row: core.RowRef{ID: h.ID}, Tag: tag.ID},
		core.Step{Kind: core.StepRemoveTag, HostID: h.ID, Entity: "Service", Row: core.RowRef{ID: h.Services[0].ID}, Tag: tag.ID})
	if len(res.Steps) != 2 || !res.Steps[1].Done || len(res.After.Tags)+len(res.After.Services[0].Tags) != 0 {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestThePermissionToWriteIsTheOutcome(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	w := b.work("a", port(h.ID, 8080))
	w.Client = b.as(b.server.Bootstrap().Tokens.Viewer, b.key.Origin)
	res := b.Run(t.Context(), w)
	if e := res.Steps[0].Err; e == nil || e.Class != "Auth" || e.Reason != core.ReasonPermissionDenied {
		t.Errorf("%+v, error %+v", res, e)
	}
	b.sent("POST /api/v1/ports")
}

func TestAStepThatFailsEndsTheRun(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.fault(emulator.Fault{Status: http.StatusForbidden, Skip: 1})
	res := b.run(port(h.ID, 1001), port(h.ID, 1002), port(h.ID, 1003))
	if len(res.Steps) != 2 || !res.Steps[0].Done || res.Steps[1].Done || len(res.After.Ports) != 3 {
		t.Errorf("%+v", res)
	}
}

func TestARowOnWhichSomebodyHungSomethingMeanwhileStays(t *testing.T) {
	for name, drop := range map[string]func(h core.ObservedHost) core.Step{
		"a port": func(h core.ObservedHost) core.Step {
			return core.Step{Kind: core.StepDeletePort, Row: core.RowRef{ID: h.Services[0].Bindings[0].PortID}}
		},
		"a service": func(h core.ObservedHost) core.Step {
			return core.Step{Kind: core.StepDeleteService, Row: core.RowRef{ID: h.Services[0].ID}}
		},
		"an interface": func(h core.ObservedHost) core.Step {
			return core.Step{Kind: core.StepDeleteInterface, Row: core.RowRef{ID: h.Interfaces[1].ID}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newRowBench(t)
			h := b.hostOnServer()
			if _, err := b.client.CreateBinding(t.Context(), scanopy.Binding{
				ID: newID(), ServiceID: h.Services[0].ID, NetworkID: b.key.Network, Type: scanopy.BindingPort,
				InterfaceID: h.Interfaces[1].ID, PortID: h.Services[0].Bindings[0].PortID,
			}); err != nil {
				t.Fatal(err)
			}
			step := drop(h)
			step.HostID, step.Base = h.ID, &h
			if res := b.run(step); !res.Replan || res.Steps[0].Done || res.Steps[0].Err != nil {
				t.Errorf("%+v", res)
			}
			b.agrees(h.ID)
		})
	}
}

func TestARowOnWhichSomebodyHungSomethingStaysThoughTheRunSawThatMeanwhile(t *testing.T) {
	hang := func(b *bench, h core.ObservedHost) {
		if _, err := b.client.CreateBinding(b.t.Context(), scanopy.Binding{
			ID: newID(), ServiceID: h.Services[0].ID, NetworkID: b.key.Network, Type: scanopy.BindingPort,
			InterfaceID: h.Interfaces[1].ID, PortID: h.Ports[1].ID,
		}); err != nil {
			b.t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		first func(h core.ObservedHost) core.Step
		// before the run, or once its first write was worked on, together with a list.
		before bool
	}{
		"by the answer to a write of the whole host": {first: func(h core.ObservedHost) core.Step {
			return core.Step{Kind: core.StepUpdateHost, HostID: h.ID, Base: &h, Edit: &core.Edit{Hostname: new("web.example")}}
		}, before: true},
		"by a list after a write of a row": {first: func(h core.ObservedHost) core.Step { return port(h.ID, 8080) }},
	} {
		t.Run(name, func(t *testing.T) {
			b := newRowBench(t)
			h := b.hostOnServer()
			if c.before {
				hang(b, h)
			} else {
				after := func(r *http.Request) {
					if r.Method == http.MethodPost && b.after.Swap(nil) != nil {
						hang(b, h)
						b.refresh()
					}
				}
				b.after.Store(&after)
			}
			drop := core.Step{Kind: core.StepDeletePort, HostID: h.ID, Base: &h, Row: core.RowRef{ID: h.Ports[1].ID}}
			if res := b.run(c.first(h), drop); !res.Replan || len(res.Steps) != 2 || !res.Steps[0].Done || res.Steps[1].Done {
				t.Errorf("%+v", res)
			}
			b.agrees(h.ID)
		})
	}
}
