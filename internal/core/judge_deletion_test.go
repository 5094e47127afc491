// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func addr20(last int) netip.Addr { return netip.AddrFrom4([4]byte{10, 20, 0, byte(last)}) }

func TestDeletionRules(t *testing.T) {
	backend := func(change func(*core.BackendFacts)) edit {
		return func(in *core.Input) { change(&in.Backend) }
	}
	inNamespace := func(ago time.Duration) edit {
		return func(in *core.Input) { in.Host.NamespaceDeleting, in.Host.DeletedAt = true, in.Now.Add(-ago) }
	}
	down := backend(func(b *core.BackendFacts) { b.Reason, b.Message = string(core.ReasonUnreachable), "it does not answer" })
	id := "00000000-0000-4000-a000-000000000001"
	deletes := core.Deletion{Action: core.DeleteHost, HostIDs: []string{id}, Reason: core.ReasonDeleting}
	released := core.Deletion{Action: core.ReleaseHost, Reason: core.ReasonDeleting}
	waitsForHeir := core.Deletion{Action: core.DeletionWaits, Reason: core.ReasonDeleting, After: core.Patience}
	orphaned := core.Deletion{Action: core.ReleaseHost, Reason: core.ReasonOrphaned, Event: "told"}
	givenUp := orphaned
	givenUp.GivenUp = true
	waits := func(r core.Reason) core.Deletion { return core.Deletion{Action: core.DeletionWaits, Reason: r} }
	for name, c := range map[string]struct {
		edits []edit
		want  core.Deletion
	}{
		"its backend host is deleted":                         {want: deletes},
		"a paused Host can still be deleted":                  {[]edit{host(func(h *core.HostDecl) { h.Paused = true })}, deletes},
		"what is on it goes with it, whatever its fate":       {[]edit{service("held", 1, "http@*"), last(paused)}, deletes},
		"an id that the list lacks is asked for all the same": {[]edit{func(in *core.Input) { in.Observed.Hosts = nil }}, deletes},
		"without finalizer nothing was sent":                  {[]edit{host(func(h *core.HostDecl) { h.HasFinalizer = false })}, released},
		"one that was never written goes at once, even if the backend is down": {
			[]edit{down, host(func(h *core.HostDecl) { h.PriorID, h.Pinned, h.Origin = "", core.Pin{}, "" })}, released,
		},
		"force-orphan lets go":        {[]edit{down, host(func(h *core.HostDecl) { h.ForceOrphan = true })}, orphaned},
		"CRDs that go delete nothing": {[]edit{func(in *core.Input) { in.MayDelete = false }}, orphaned},
		"an adopted one is left":      {[]edit{host(func(h *core.HostDecl) { h.Origin = "adopted:" + id })}, orphaned},
		"without origin it is left":   {[]edit{host(func(h *core.HostDecl) { h.Origin = "" })}, orphaned},
		"deletionPolicy Orphan leaves what was created": {
			[]edit{host(func(h *core.HostDecl) { h.DeletionPolicy = core.DeletionOrphan })}, orphaned,
		},
		"deletionPolicy Delete deletes what was adopted": {
			[]edit{host(func(h *core.HostDecl) { h.Origin, h.DeletionPolicy = "adopted:"+id, core.DeletionDelete })}, deletes,
		},
		"deletionPolicy Delete deletes what has no origin": {
			[]edit{host(func(h *core.HostDecl) { h.Origin, h.DeletionPolicy = "", core.DeletionDelete })}, deletes,
		},
		"one that is only observed is left, whatever its deletionPolicy": {
			[]edit{host(func(h *core.HostDecl) { h.Observes, h.DeletionPolicy = true, core.DeletionDelete })}, orphaned,
		},
		"one that Scanopy merged into a host that was there before is left": {
			[]edit{host(func(h *core.HostDecl) { h.PriorID = "merged" })}, orphaned,
		},
		"one that Scanopy merged into a host that was made for a Host which goes too is deleted": {
			[]edit{
				host(func(h *core.HostDecl) { h.PriorID = "merged" }), neighbour("old", 1, "10.20.0.11", ""),
				func(in *core.Input) {
					n := &in.Neighbours[0]
					n.Deleting, n.PriorID, n.Origin = true, id, core.OriginCreated
				},
			}, deletes,
		},
		"one that Scanopy merged goes all the same with deletionPolicy Delete": {
			[]edit{host(func(h *core.HostDecl) { h.PriorID, h.DeletionPolicy = "merged", core.DeletionDelete })}, deletes,
		},
		"one that Scanopy merged into a host that was there before is left, even if its own was never told of": {
			[]edit{host(func(h *core.HostDecl) {
				h.PriorID, h.Origin, h.Creating = "", "", time.Date(2026, 1, 1, 12, 30, 0, 0, time.UTC)
			}), seen(func(h *core.ObservedHost) { h.CreatedAt = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) })}, orphaned,
		},
		"an unreachable backend blocks": {[]edit{down}, waits(core.ReasonBackendUnavailable)},
		"a paused Backend blocks, whether it answers or not": {
			[]edit{down, backend(func(b *core.BackendFacts) { b.Paused = true })}, waits(core.ReasonPaused),
		},
		"a paused Backend holds nobody who is let go": {
			[]edit{backend(func(b *core.BackendFacts) { b.Paused = true }), host(func(h *core.HostDecl) { h.ForceOrphan = true })}, orphaned,
		},
		"in a namespace that goes it waits 5 minutes": {
			[]edit{down, inNamespace(2 * time.Minute)}, core.Deletion{Action: core.DeletionWaits, Reason: core.ReasonBackendUnavailable, After: 3 * time.Minute},
		},
		"and then lets go": {[]edit{down, inNamespace(5 * time.Minute)}, givenUp},
		"or as long as the operator is told to": {
			[]edit{down, inNamespace(2 * time.Minute), func(in *core.Input) { in.Patience = 2 * time.Minute }}, givenUp,
		},
		"a deletion that fails waits no longer in a namespace that goes": {
			[]edit{inNamespace(5 * time.Minute), func(in *core.Input) { in.Failed = "500" }}, givenUp,
		},
		"and no shorter": {
			[]edit{inNamespace(time.Minute), func(in *core.Input) { in.Failed = "500" }},
			core.Deletion{Action: core.DeleteHost, HostIDs: []string{id}, Reason: core.ReasonDeleting, After: 4 * time.Minute},
		},
		"elsewhere it fails and fails": {[]edit{func(in *core.Input) { in.Failed = "500" }}, deletes},
		"without a key and with its backend being deleted it is let go": {
			[]edit{backend(func(b *core.BackendFacts) { b.Client, b.NoKey, b.Deleting = false, true, true })}, givenUp,
		},
		"without a key and with its namespace being deleted it is let go": {
			[]edit{backend(func(b *core.BackendFacts) { b.Client, b.NoKey = false, true }), inNamespace(0)}, givenUp,
		},
		"without a key it waits otherwise": {
			[]edit{backend(func(b *core.BackendFacts) { b.Client, b.NoKey = false, true })}, waits(core.ReasonBackendUnavailable),
		},
		"a backend that nobody has looked at yet may have a key": {
			[]edit{backend(func(b *core.BackendFacts) { b.Client, b.Deleting = false, true })}, waits(core.ReasonBackendUnavailable),
		},
		"with its namespace being deleted and its backend gone it is let go": {
			[]edit{backend(func(b *core.BackendFacts) { *b = core.BackendFacts{Display: "Backend lab/default"} }), inNamespace(0)}, givenUp,
		},
		"with its backend gone it waits otherwise": {
			[]edit{backend(func(b *core.BackendFacts) { *b = core.BackendFacts{Display: "Backend lab/default"} })},
			waits(core.ReasonBackendUnavailable),
		},
		"without client it waits":                                   {[]edit{backend(func(b *core.BackendFacts) { b.Client = false })}, waits(core.ReasonBackendUnavailable)},
		"a client in memory serves a backend that is being deleted": {[]edit{backend(func(b *core.BackendFacts) { b.Deleting = true })}, deletes},
		"a network that the key does not see blocks":                {[]edit{backend(func(b *core.BackendFacts) { b.PinVisible = false })}, waits(core.ReasonBackendChanged)},
		"a backend that leads elsewhere deletes by the pin": {
			[]edit{backend(func(b *core.BackendFacts) { b.Pin.NetworkID = "other" }), func(in *core.Input) { in.Observed.Hosts = nil }}, deletes,
		},
		"before the list is read it waits":        {[]edit{func(in *core.Input) { in.Observed.Known = false }}, waits(core.ReasonDeleting)},
		"a daemon blocks":                         {[]edit{seen(func(h *core.ObservedHost) { h.Daemon = true })}, waits(core.ReasonHostHasDaemon)},
		"one that another Host has is left to it": {[]edit{heldBy(id, "other")}, released},
		"an id that the status of an older Host names, too, is that one's": {
			[]edit{later(5), neighbour("older", 1, "10.20.0.99", ""), func(in *core.Input) {
				in.Neighbours[0].PriorID, in.Host.DeletionPolicy = id, core.DeletionDelete
				for i := range in.Observed.Hosts[0].Interfaces { // nothing on it is of the Host that goes
					in.Observed.Hosts[0].Interfaces[i].ID = fmt.Sprintf("00000000-0000-4000-b000-00000000000%d", i)
				}
				in.Observed.Hosts[0].Ports, in.Observed.Hosts[0].Services = nil, nil
			}}, released,
		},
		"also where the list lacks it": {
			[]edit{neighbour("other", 1, "10.20.0.99", ""), func(in *core.Input) {
				in.Neighbours[0].PriorID, in.Observed.Hosts = id, nil
			}}, released,
		},
		"also where the backend leads elsewhere now": {
			[]edit{backend(func(b *core.BackendFacts) { b.Pin.NetworkID = "other" }), neighbour("other", 1, "10.20.0.99", ""), func(in *core.Input) {
				in.Neighbours[0].PriorID, in.Observed.Hosts = id, nil
			}}, released,
		},
		"one whose machine another Host declares that has none yet waits for that": {[]edit{neighbour("new", 9, "10.20.0.10", "")}, waitsForHeir},
		"but for a while only": {[]edit{neighbour("new", 9, "10.20.0.10", ""), func(in *core.Input) {
			in.Host.DeletedAt, in.Now = time.Unix(0, 0), time.Unix(0, 0).Add(core.Patience)
		}}, deletes},
		"and is handed over when that has it": {[]edit{neighbour("new", 9, "10.20.0.10", ""), heldBy(id, "new")}, released},
		"one whose other Host has its own is deleted": {
			[]edit{neighbour("new", 9, "10.20.0.10", ""), func(in *core.Input) { in.Neighbours[0].PriorID = "other" }}, deletes,
		},
		"one whose other Host asks for another backend host is deleted": {
			[]edit{neighbour("new", 9, "10.20.0.10", ""), func(in *core.Input) { in.Neighbours[0].ExternalID = "other" }}, deletes,
		},
		"one whose other Host asks for it by its id is handed over": {
			[]edit{neighbour("new", 9, "10.20.0.10", ""), func(in *core.Input) { in.Neighbours[0].ExternalID = id }}, waitsForHeir,
		},
		"one whose other Host is to be part of a third one is deleted": {
			[]edit{neighbour("new", 9, "10.20.0.10", ""), func(in *core.Input) { in.Neighbours[0].ConsolidateInto = "third" }}, deletes,
		},
		"one whose other Host is the duplicate of a third one is deleted": {
			[]edit{neighbour("new", 9, "10.20.0.10", "02:00:00:00:00:77"), neighbour("third", 5, "10.20.0.77", "02:00:00:00:00:77")}, deletes,
		},
		"one whose other Host has a duplicate itself is handed over": {
			[]edit{neighbour("new", 9, "10.20.0.10", "02:00:00:00:00:77"), neighbour("third", 10, "10.20.0.77", "02:00:00:00:00:77")}, waitsForHeir,
		},
		"one whose other Host is the duplicate of one that goes too waits for that": {
			[]edit{neighbour("new", 9, "10.20.0.10", "02:00:00:00:00:77"), neighbour("third", 5, "10.20.0.77", "02:00:00:00:00:77"),
				func(in *core.Input) { in.Neighbours[1].Deleting = true }}, waitsForHeir,
		},
		"half-made ones go though what was there before is left": {
			[]edit{creating, host(func(h *core.HostDecl) { h.PriorID = "merged" }), onHost("half", 5, nil),
				seen(func(h *core.ObservedHost) { h.CreatedAt = time.Time{} })},
			core.Deletion{Action: core.DeleteHost, HostIDs: []string{"half"}, Reason: core.ReasonDeleting, Event: "told"},
		},
		"half-made ones go with it": {
			[]edit{creating, onHost("half", 5, nil)}, core.Deletion{Action: core.DeleteHost, HostIDs: []string{id, "half"}, Reason: core.ReasonDeleting},
		},
	} {
		t.Run(name, func(t *testing.T) {
			edits := append([]edit{inBackend, func(in *core.Input) { in.Host.Deleting, in.Host.DeletedAt = true, in.Now }}, c.edits...)
			j := core.Judge(group(edits...))
			ignore := cmpopts.IgnoreFields(core.Deletion{}, "Message")
			got := *j.Deletion
			if got.Event != "" {
				got.Event = "told"
			}
			if d := cmp.Diff(c.want, got, ignore); d != "" {
				t.Error(d)
			}
			if j.Fate != core.Keep || len(j.Withdraw) > 0 {
				t.Errorf("a Host that goes writes: %v %v", j.Fate, j.Withdraw)
			}
		})
	}
}

// Nothing is known after a creation whose answer was lost: the finalizer stays until a list has been read.
func TestADeletionAfterALostAnswerWaitsForAList(t *testing.T) {
	j := core.Judge(group(creating, host(func(h *core.HostDecl) { h.Deleting = true }), func(in *core.Input) { in.Observed.Settled = false }))
	if j.Deletion.Action != core.DeletionWaits || !j.Target.NeedList {
		t.Errorf("%+v, %+v", j.Deletion, j.Target)
	}
}
