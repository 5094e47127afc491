// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// foundHost is a server that has nothing but what a discovery found.
func foundHost(t *rapid.T) *coretest.Server {
	s := &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}, {ID: "t3", Name: "green"}}}
	hostname := "found.lan"
	s.Hosts = []core.ObservedHost{{
		ID: s.NewID(), NetworkID: testNetwork, Name: "found", Source: "Discovery", Version: "v0", Hostname: &hostname, Tags: []string{"t1"},
	}}
	discover(t, s, rapid.IntRange(1, 5).Draw(t, "found"))
	return s
}

// TestAdoptingKeepsWhatWasFound is laws 4 and 5 for a host that is adopted: it ends in what is wanted beside what is
// foreign, whatever is edited, found and broken off, and nothing is made beside it.
func TestAdoptingKeepsWhatWasFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := foundHost(t)
		id, origin, synced := s.Hosts[0].ID, "", false
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			w, spread := drawWish(t), rapid.Uint32().Draw(t, "spread")
			declare := func() core.Input {
				in := declared(s, w, spread)
				in.Host.Origin = origin
				if in.Host.ExternalID = id; !synced {
					in.Host.PriorID = ""
				}
				return in
			}
			judge := func() (core.Input, core.Judgement) {
				in := declare()
				j := core.Judge(in)
				if j.Target.Adopts {
					origin = j.Target.Origin // the mark is written before the first write
				}
				return in, j
			}
			if rapid.Bool().Draw(t, "goes wrong") {
				in, j := judge()
				disturb(t, s, in, j)
			}
			before, scalars := foreignRows(s), scalarsOf(s)
			convergeWith(t, s, before, judge)
			checkForeign(t, s, before)
			checkUndeclared(t, s, w, scalars)
			in, j := judge()
			told := core.Status(in, j, core.ComputePlan(in, j, core.Policy{}), core.Result{Ran: true})[0]
			synced = told.ID == id
			checkJudged(t, s, declare())
			if len(s.Hosts) != 1 || s.Hosts[0].ID != id || origin != "adopted:"+id {
				t.Fatalf("%d hosts, origin %q", len(s.Hosts), origin)
			}
		}
		checkOrphaned(t, s, id, origin)
	})
}

type scalars struct {
	hostname string
	tags     []string
}

func scalarsOf(s *coretest.Server) scalars {
	out := scalars{tags: slices.Sorted(slices.Values(s.Hosts[0].Tags))}
	if s.Hosts[0].Hostname != nil {
		out.hostname = *s.Hosts[0].Hostname
	}
	return out
}

// checkUndeclared: fields that nobody declares are as they were.
func checkUndeclared(t *rapid.T, s *coretest.Server, w wish, before scalars) {
	now := scalarsOf(s)
	if w.hostname == nil && now.hostname != before.hostname {
		t.Fatalf("hostname was %q and is %q", before.hostname, now.hostname)
	}
	if w.tags == nil && !slices.Equal(now.tags, before.tags) {
		t.Fatalf("tags were %v and are %v", before.tags, now.tags)
	}
}

// checkOrphaned: deleting a Host that adopted leaves everything as it is.
func checkOrphaned(t *rapid.T, s *coretest.Server, id, origin string) {
	in := declared(s, drawWish(t), 0)
	in.Host.PriorID, in.Host.Origin, in.Host.Deleting, in.Host.HasFinalizer = id, origin, true, true
	in.Backend.Found, in.Backend.Client, in.Backend.PinVisible = true, true, true
	j := core.Judge(in)
	if p := core.ComputePlan(in, j, core.Policy{}); len(p.Steps) > 0 || j.Deletion.Action != core.ReleaseHost || j.Deletion.Event == "" {
		t.Fatalf("deletion %+v, %s", j.Deletion, describe(p))
	}
}

// Invariant 10: a backup restored into the cluster without status deletes nothing and doubles nothing.
func TestABackupWithoutStatusDeletesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}}}
		in := drawGroup(t)
		settle(t, in, s, 8)
		if len(s.Hosts) == 0 || len(idsOf(s.Hosts[0])) == 0 {
			t.Skip("nothing by which it could be known")
		}
		discover(t, s, rapid.IntRange(0, 4).Draw(t, "found"))
		settle(t, in, s, 8)
		before := coretest.Copy(s.Hosts[0])
		restored := withoutStatus(see(in, s))
		j := core.Judge(restored)
		p := core.ComputePlan(restored, j, core.Policy{})
		if p.Writes() || j.Target.HostID != before.ID && j.Fate == core.Write {
			t.Fatalf("target %+v, plan %s, findings %s", j.Target, describe(p), tell(j))
		}
		restored.Host.Deleting, restored.Host.HasFinalizer, restored.Host.PriorID = true, true, before.ID
		if d := core.Judge(restored).Deletion; d.Action != core.ReleaseHost {
			t.Fatalf("deletion %+v", d)
		}
	})
}

// withoutStatus is a group whose objects were made anew from a backup: with other uids, and nothing that was written
// before.
func withoutStatus(in core.Input) core.Input {
	bare := func(m *core.Meta) {
		m.UID, m.Prior, m.PriorID, m.PriorObservedGeneration = strings.ToUpper(m.UID)+"-2", nil, "", -1
	}
	host := *in.Host
	bare(&host.Meta)
	host.Pinned, host.Origin, host.HasFinalizer = core.Pin{}, "", false
	in.Host, in.Services, in.Bindings = &host, slices.Clone(in.Services), slices.Clone(in.Bindings)
	for i := range in.Services {
		bare(&in.Services[i].Meta)
	}
	for i := range in.Bindings {
		bare(&in.Bindings[i].Meta)
	}
	return in
}
