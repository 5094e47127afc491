// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// edit is an edit that adds a service on a port of its own.
func edit(h core.ObservedHost) core.Step {
	newPort := core.ObservedPort{ID: newID(), Number: 8080, Protocol: core.TCP}
	return core.Step{Kind: core.StepUpdateHost, HostID: h.ID, Base: &h, Edit: &core.Edit{
		Name: new("renamed"), PutPorts: []core.ObservedPort{newPort},
		PutServices: []core.ServiceEdit{{
			ID: newID(), New: true, Name: new("admin"), Definition: new("Caddy"),
			PutBindings: []core.ObservedBinding{{ID: newID(), Type: core.BindPort, PortID: newPort.ID}},
		}},
	}}
}

func (b *bench) addPort(hostID string, number int) {
	b.t.Helper()
	_, err := b.client.CreatePort(b.t.Context(), scanopy.Port{
		ID: newID(), HostID: hostID, NetworkID: b.key.Network, Number: number, Protocol: scanopy.TCP,
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// shown is the host as the server shows it.
func (b *bench) shown(id string) core.ObservedHost {
	b.t.Helper()
	h, err := b.client.GetHost(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return snapshot.Observe(h)
}

// agrees checks that the snapshot shows what the server does.
func (b *bench) agrees(id string) {
	b.t.Helper()
	held, _ := b.view().Host(id)
	want := b.shown(id)
	held.CreatedAt, held.UpdatedAt, held.Version = want.CreatedAt, want.UpdatedAt, want.Version // rounded by the server later
	if !snapshot.Same(held, want) {
		b.t.Errorf("the snapshot differs from the server (-snapshot +server):\n%s", cmp.Diff(held, want, cmpopts.EquateComparable(netip.Addr{})))
	}
}

func TestAnUpdateKeepsWhatWasFoundMeanwhile(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.addPort(h.ID, 22) // which the plan does not know
	b.server.ResetLog()
	res := b.run(edit(h))
	b.sent(getHost, putHost)
	if !res.Steps[0].Done || res.Replan || res.After.Name != "renamed" || len(res.After.Ports) != 4 || len(res.After.Services) != 2 {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestAnUpdateWhoseGroundHasChangedIsNotSent(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.addPort(h.ID, 8080) // the very port that the plan makes
	b.server.ResetLog()
	res := b.run(edit(h))
	b.sent(getHost)
	if !res.Replan || res.Steps[0].Done || res.Steps[0].Err != nil {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestAHostThatChangedBetweenGetAndPutIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	b.before.Store(new(func(r *http.Request) {
		if r.Method == http.MethodPut {
			b.before.Store(nil)
			seen, err := b.client.GetHost(t.Context(), h.ID)
			if err != nil {
				t.Error(err)
			}
			update := seen.AsUpdate()
			update.Description = new("by somebody else")
			if _, err := b.client.UpdateHost(t.Context(), h.ID, update); err != nil {
				t.Error(err)
			}
		}
	}))
	res := b.run(edit(h))
	if !res.Replan || res.Steps[0].Done || res.Steps[0].Err != nil {
		t.Errorf("%+v", res)
	}
	if got := b.shown(h.ID); got.Name != h.Name {
		t.Error("it was written all the same")
	}
}

func TestAHostThatVanishedIsGoneAndJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	if err := b.client.DeleteHost(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	if res := b.run(edit(h)); !res.Replan || !b.view().Confirmed(h.ID) || !b.view().Lacks(h.ID) {
		t.Errorf("%+v", res)
	}
}

func TestStepsAfterAnUpdateRestOnWhatItWrote(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	first, second := rename(h, "first"), edit(h)
	second.Edit.Name = new("second")
	res := b.run(first, port(h.ID, 1234), second)
	if len(res.Steps) != 3 || !res.Steps[2].Done || res.Replan || res.After.Name != "second" {
		t.Errorf("%+v", res)
	}
	b.agrees(h.ID)
}

func TestARefusedUpdateIsTheServersWordAndTheHostIsReadAgain(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	step := edit(h)
	step.Edit.Name = new(strings.Repeat("x", 101))
	res := b.run(step, port(h.ID, 1234))
	if len(res.Steps) != 1 || res.Replan || res.Steps[0].Err.Reason != core.ReasonBackendRejected {
		t.Fatalf("%+v, error %+v", res, res.Steps[0].Err)
	}
	b.sent(getHost, putHost, getHost)
	b.agrees(h.ID)
	if !strings.Contains(res.Steps[0].Err.Message, "the server says") {
		t.Errorf("message %q", res.Steps[0].Err.Message)
	}
}

func TestAnUpdateWhoseAnswerWasLostMakesTheSnapshotDirty(t *testing.T) {
	for name, f := range map[string]emulator.Fault{
		"the connection broke": {Method: "PUT", Cut: true, When: emulator.After},
		"a proxy answered":     {Method: "PUT", Status: http.StatusBadGateway, When: emulator.After},
		"half an answer came":  {Method: "PUT", Truncate: 40},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			h := b.hostOnServer()
			b.fault(f)
			res := b.run(edit(h))
			if res.Lost || res.Replan || res.Steps[0].Done || res.Steps[0].Err.Class != "Transient" {
				t.Errorf("%+v", res)
			}
			b.wait()
			b.agrees(h.ID)
		})
	}
}

func TestAWriteThatTheServerFailedAtMakesAllBeReadAgain(t *testing.T) {
	for name, step := range map[string]func(b *bench, h core.ObservedHost) core.Step{
		"an update that names a tag that is gone": func(_ *bench, h core.ObservedHost) core.Step {
			step := edit(h)
			step.Edit.Tags = &[]string{newID()}
			return step
		},
		"a host that names a subnet that is gone": func(b *bench, _ core.ObservedHost) core.Step {
			w := b.wanted("web")
			w.Interfaces[0].SubnetID = newID()
			return core.Step{Kind: core.StepCreateHost, Create: &w}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			w := b.work("a", step(b, b.hostOnServer()))
			var marks []snapshot.Mark
			w.Broke = func(m snapshot.Mark) { marks = append(marks, m) }
			res := b.Run(t.Context(), w)
			if e := res.Steps[0].Err; e == nil || e.Reason != core.ReasonBackendRejected || e.Class != "Transient" {
				t.Fatalf("%+v, error %+v", res, e)
			}
			if len(marks) != 1 || b.view().RenewedSince(marks[0]) {
				t.Fatalf("marks %v", marks)
			}
			if !b.wait().RenewedSince(marks[0]) {
				t.Error("subnets and tags were not read again")
			}
		})
	}
}

func TestAHostInAnotherNetworkIsNotWritten(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	w := b.work("a", edit(h))
	w.Network.Network = b.server.Bootstrap().Network2.String()
	res := b.Run(t.Context(), w)
	if res.Replan || res.Steps[0].Err == nil || res.Steps[0].Err.Reason != core.ReasonBackendChanged {
		t.Errorf("%+v", res)
	}
	b.sent(getHost)
}

func TestWhatCoreDoesNotKnowOfAVirtualizationIsSentBack(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	seen, err := b.client.GetHost(t.Context(), h.ID)
	if err != nil {
		t.Fatal(err)
	}
	update := seen.AsUpdate()
	update.Virtualization = &scanopy.HostVirtualization{Type: "Proxmox", VMName: "web", VMID: "101", ServiceID: h.Services[0].ID}
	if _, err = b.client.UpdateHost(t.Context(), h.ID, update); err != nil {
		t.Fatal(err)
	}
	h = b.shown(h.ID)
	if res := b.run(rename(h, "new")); !res.Steps[0].Done {
		t.Fatalf("%+v", res)
	}
	if got := b.shown(h.ID); got.Virtualization == nil || *got.Virtualization != *h.Virtualization {
		t.Errorf("virtualization %+v, was %+v", got.Virtualization, h.Virtualization)
	}
}
