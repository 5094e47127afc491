// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

func TestACreatedHostIsInTheResultAndTheSnapshot(t *testing.T) {
	b := newBench(t, plenty)
	w := b.wanted("web")
	w.Hostname, w.Description, w.Hidden = new("web.example"), new("a web server"), true
	res := b.run(core.Step{Kind: core.StepCreateHost, Create: &w})
	if !res.Ran || !res.Steps[0].Done || res.Replan || res.Lost || len(core.Compare(w, *res.After)) > 0 {
		t.Fatalf("%+v", res)
	}
	if got, ok := b.view().Host(res.HostID); !ok || !snapshot.Same(got, *res.After) || !b.view().MarkFresh(10*time.Second) {
		t.Errorf("the snapshot has %+v", got)
	}
	b.sent(postHost)
}

func TestTheMarkIsWrittenRightBeforeTheCreation(t *testing.T) {
	b := newBench(t, plenty)
	old := b.hostOnServer()
	w := b.work("a", b.creation("web"))
	var newest time.Time
	w.BeforeCreate = func(_ context.Context, t time.Time) error {
		newest = t
		b.sent()
		return nil
	}
	if res := b.Run(t.Context(), w); !res.Steps[0].Done {
		t.Fatalf("%+v", res)
	}
	if newest.Sub(old.CreatedAt).Abs() > time.Microsecond { // a list shows less of a time than the answer to a POST
		t.Errorf("the newest time is %v, not %v", newest, old.CreatedAt)
	}
}

func TestAHostThatCannotBeMarkedIsNotCreated(t *testing.T) {
	b := newBench(t, plenty)
	w := b.work("a", b.creation("web"))
	w.BeforeCreate = func(context.Context, time.Time) error { return errors.New("conflict") }
	res := b.Run(t.Context(), w)
	if res.Lost || res.Steps[0].Done || res.Steps[0].Err.Class != "Transient" {
		t.Errorf("%+v", res)
	}
	b.sent()
}

func TestACreationThatFailed(t *testing.T) {
	cases := map[string]struct {
		fault  emulator.Fault
		edit   func(b *bench, w *core.HostWrite)
		token  func(b *bench) string
		reason core.Reason
		// lost: a list must show what came of it; made: it shows the host.
		lost, made bool
	}{
		"is lost when the connection broke before the server worked": {
			fault: emulator.Fault{Method: "POST", Cut: true}, reason: core.ReasonBackendUnavailable, lost: true,
		},
		"is lost when the connection broke after the server worked": {
			fault:  emulator.Fault{Method: "POST", Cut: true, When: emulator.After},
			reason: core.ReasonBackendUnavailable, lost: true, made: true,
		},
		"is lost when the answer came too late": {
			fault:  emulator.Fault{Method: "POST", Delay: "1h", When: emulator.After},
			reason: core.ReasonBackendUnavailable, lost: true, made: true,
		},
		"is lost when a proxy answered in the server's place": {
			fault:  emulator.Fault{Method: "POST", Status: http.StatusBadGateway, When: emulator.After},
			reason: core.ReasonBackendUnavailable, lost: true, made: true,
		},
		"is lost when half an answer came": {
			fault:  emulator.Fault{Method: "POST", Truncate: 50},
			reason: core.ReasonBackendUnavailable, lost: true, made: true,
		},
		"is lost when the server broke off half-way": {
			edit:   func(_ *bench, w *core.HostWrite) { w.Tags = []string{newID()} },
			reason: core.ReasonBackendRejected, lost: true, made: true,
		},
		"is lost when the server refused it, because a part may be there": {
			edit:   func(_ *bench, w *core.HostWrite) { w.Name = strings.Repeat("x", 101) },
			reason: core.ReasonBackendRejected, lost: true,
		},
		"is not lost when it was not sent": {
			edit: func(_ *bench, w *core.HostWrite) {
				w.Virtualization = &core.ObservedVirtualization{Type: "VCenter", ServiceID: newID()}
			},
			reason: core.ReasonUnsupported,
		},
		"is not lost when the key may not write": {
			token: func(b *bench) string { return b.server.Bootstrap().Tokens.Viewer }, reason: core.ReasonPermissionDenied,
		},
		"is not lost when the key is not known": {
			token: func(*bench) string { return "scp_u_nobody" }, reason: core.ReasonBackendUnavailable,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			w := b.wanted("web")
			work := b.work("a", core.Step{Kind: core.StepCreateHost, Create: &w}, b.creation("never"))
			marks := []snapshot.Mark{}
			work.Lost = func(m snapshot.Mark) { marks = append(marks, m) }
			if c.edit != nil {
				c.edit(b, &w)
			}
			if c.token != nil {
				work.Client = b.as(c.token(b), b.key.Origin)
			}
			if c.fault.Method != "" {
				b.fault(c.fault)
			}
			res := b.Run(t.Context(), work)
			if len(res.Steps) != 1 || res.Steps[0].Done || res.Lost != c.lost || res.Steps[0].Err.Reason != c.reason {
				t.Fatalf("%+v, error %+v", res, res.Steps[0].Err)
			}
			if c.lost {
				b.isShown(marks, c.made)
			}
		})
	}
}

// isShown waits for the list that shows what came of the one lost creation.
func (b *bench) isShown(marks []snapshot.Mark, made bool) {
	b.t.Helper()
	if len(marks) != 1 {
		b.t.Fatalf("marks %v", marks)
	}
	v := b.wait() // the snapshot was dirty
	if !v.ListedSince(marks[0]) || (v.Total() == 1) != made {
		b.t.Errorf("listed since: %v, hosts %v", v.ListedSince(marks[0]), v.HostIDs())
	}
}

func TestADuplicateNamesTheHostThatIsThere(t *testing.T) {
	b := newBench(t, plenty)
	old := b.hostOnServer()
	w := b.wanted("other")
	w.Interfaces[0].IP = old.Interfaces[0].IP
	res := b.run(core.Step{Kind: core.StepCreateHost, Create: &w})
	if e := res.Steps[0].Err; e == nil || e.Reason != core.ReasonAlreadyExists || !strings.Contains(e.Message, old.ID) || !res.Lost {
		t.Errorf("%+v, error %+v", res, e)
	}
}

func TestWhatTheServerDropsWithoutAWordIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	w := b.wanted("web")
	second := w.Services[0]
	second.ID, second.Name = newID(), "second"
	second.Bindings = slices.Clone(second.Bindings)
	second.Bindings[0].ID = newID()
	w.Services = append(w.Services, second)
	res := b.run(core.Step{Kind: core.StepCreateHost, Create: &w})
	if !res.Steps[0].Done || !res.Replan || len(res.After.Services) >= 2 && res.After.Services[1].ID == second.ID {
		t.Errorf("%+v", res)
	}
}

func TestAStepThatHasBegunIsNotCutOff(t *testing.T) {
	b := newBench(t, plenty)
	ctx, cancel := context.WithCancel(t.Context())
	b.before.Store(new(func(*http.Request) { cancel() }))
	res := b.Run(ctx, b.work("a", b.creation("one"), b.creation("two")))
	if len(res.Steps) != 1 || !res.Steps[0].Done {
		t.Errorf("%+v", res)
	}
}

func TestAMissingHostIsGoneOnlyAfterA404(t *testing.T) {
	b := newBench(t, plenty)
	h := b.hostOnServer()
	confirm := core.Step{Kind: core.StepConfirmMissing, HostID: h.ID}
	b.fault(emulator.Fault{Path: `/hosts\?`, EmptyList: true, Total: new(0)})
	if v := b.refresh(); !v.Lacks(h.ID) {
		t.Fatal("the list was to lie")
	}
	b.fault(emulator.Fault{Status: http.StatusForbidden})
	if res := b.run(confirm); res.Replan || res.Steps[0].Err.Class != "Auth" || b.view().Confirmed(h.ID) {
		t.Errorf("a 403 counts as absence: %+v", res)
	}
	b.fault(emulator.Fault{Status: http.StatusNotFound, Body: "no such page", ContentType: "text/plain"})
	if res := b.run(confirm); res.Replan || b.view().Confirmed(h.ID) {
		t.Errorf("a 404 of somebody else counts as absence: %+v", res)
	}
	if res := b.run(confirm); !res.Replan || b.view().Lacks(h.ID) {
		t.Errorf("a host that is there is not seen: %+v", res)
	}
	if err := b.client.DeleteHost(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	if res := b.run(confirm); !res.Replan || !res.Steps[0].Done || !b.view().Confirmed(h.ID) {
		t.Errorf("a 404 does not count as absence: %+v", res)
	}
	if res := b.run(confirm, b.creation("anew")); res.Replan || len(res.Steps) != 2 || !res.Steps[1].Done {
		t.Errorf("what comes after the confirmation is not done: %+v", res)
	}
}

func TestSubnetsAndTagsAreMadeFirstAndTheRestIsJudgedAgain(t *testing.T) {
	b := newBench(t, plenty)
	res := b.run(
		core.Step{Kind: core.StepCreateSubnet, Subnet: "10.9.0.0/24"},
		core.Step{Kind: core.StepCreateTag, Tag: "prod"},
		b.creation("not yet"))
	if len(res.Steps) != 2 || !res.Steps[1].Done || !res.Replan {
		t.Fatalf("%+v", res)
	}
	isNew := func(s core.Subnet) bool { return s.CIDR.String() == "10.9.0.0/24" }
	if !slices.ContainsFunc(b.view().Subnets(), isNew) || len(b.view().Tags()) != 1 || b.view().Tags()[0].Name != "prod" {
		t.Errorf("subnets %v, tags %v", b.view().Subnets(), b.view().Tags())
	}
}

func TestATagThatSomebodyElseMadeIsReadAndNoRejection(t *testing.T) {
	b := newBench(t, plenty)
	if _, err := b.client.CreateTag(t.Context(), scanopy.TagCreate{OrganizationID: b.server.Bootstrap().Organization.String(), Name: "prod"}); err != nil {
		t.Fatal(err)
	}
	res := b.run(core.Step{Kind: core.StepCreateTag, Tag: "prod"})
	if res.Steps[0].Err.Class != "Transient" {
		t.Errorf("%+v", res.Steps[0].Err)
	}
	if v := b.wait(); len(v.Tags()) != 1 {
		t.Errorf("tags %v", v.Tags())
	}
}

func TestAHalfMadeCopyGoesOnlyAsLongAsItIsOne(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile    func(b *bench, copied core.ObservedHost)
		fault        *emulator.Fault
		replan, gone bool
		reason       core.Reason // "": it did not fail
	}{
		"as it was": {gone: true},
		"not when something was found on it since": {meanwhile: func(b *bench, c core.ObservedHost) { b.addPort(c.ID, 22) }, replan: true},
		"not when somebody described it since": {meanwhile: func(b *bench, c core.ObservedHost) {
			host, err := b.client.GetHost(b.t.Context(), c.ID)
			if err != nil {
				b.t.Fatal(err)
			}
			change := host.AsUpdate()
			change.Description = new("mine")
			if _, err := b.client.UpdateHost(b.t.Context(), c.ID, change); err != nil {
				b.t.Fatal(err)
			}
		}, replan: true},
		"it is gone already": {meanwhile: func(b *bench, c core.ObservedHost) {
			if err := b.client.DeleteHost(b.t.Context(), c.ID); err != nil {
				b.t.Fatal(err)
			}
		}, replan: true, gone: true},
		"not against the server's word, of which the Host is not to blame": {
			fault:  &emulator.Fault{Method: "DELETE", Status: http.StatusConflict, Body: `{"success": false, "error": "no"}`},
			reason: core.ReasonPending,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			host, err := b.client.CreateHost(t.Context(), scanopy.HostCreate{NetworkID: b.key.Network, Name: "web"})
			if err != nil {
				t.Fatal(err)
			}
			b.refresh()
			copied, _ := b.view().Host(host.ID)
			if c.meanwhile != nil {
				c.meanwhile(b, copied)
			}
			if c.fault != nil {
				b.fault(*c.fault)
			}
			res := b.run(core.Step{Kind: core.StepDeleteHost, HostID: host.ID, Base: &copied})
			var reason core.Reason
			if e := res.Steps[0].Err; e != nil {
				reason = e.Reason
			}
			if res.Replan != c.replan || res.Steps[0].Done != (!c.replan && c.reason == "") || reason != c.reason {
				t.Errorf("%+v, %q", res, reason)
			}
			_, err = b.client.GetHost(t.Context(), host.ID)
			if gone := scanopy.IsNotFound(err); gone != c.gone || b.view().Confirmed(host.ID) != c.gone {
				t.Errorf("gone: %v, in the snapshot %v", gone, b.view().Confirmed(host.ID))
			}
		})
	}
}
