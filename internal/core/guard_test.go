// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// deletions are so many deletionTimestamps each, a second number after the moment.
func deletions(at time.Time, seconds ...int) (out []time.Time) {
	for _, s := range seconds {
		out = append(out, at.Add(time.Duration(s)*time.Second))
	}
	return out
}

// many are n deletions, one every so often.
func many(at time.Time, n int, every time.Duration) (out []time.Time) {
	for i := range n {
		out = append(out, at.Add(time.Duration(i)*every))
	}
	return out
}

func TestTheGuardCountsWhatIsDeletedWithinAMinute(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		guard  core.GuardFacts
		isMass bool
	}{
		"20 of 20 are no mass":                           {core.GuardFacts{Hosts: 20, Deleted: many(start, 20, time.Second)}, false},
		"21 of 21 are":                                   {core.GuardFacts{Hosts: 21, Deleted: many(start, 21, time.Second)}, true},
		"of 100 Hosts 20 are no mass":                    {core.GuardFacts{Hosts: 100, Deleted: many(start, 20, 0)}, false},
		"of 100 Hosts 21 are":                            {core.GuardFacts{Hosts: 100, Deleted: many(start, 21, 0)}, true},
		"of 1000 Hosts 200 are no mass":                  {core.GuardFacts{Hosts: 1000, Deleted: many(start, 200, 0)}, false},
		"of 1000 Hosts 201 are":                          {core.GuardFacts{Hosts: 1000, Deleted: many(start, 201, 0)}, true},
		"of 1004 Hosts 20 percent are 200.8":             {core.GuardFacts{Hosts: 1004, Deleted: many(start, 201, 0)}, true},
		"21 within a minute and more later":              {core.GuardFacts{Hosts: 30, Deleted: append(many(start, 21, 3*time.Second), start.Add(time.Hour))}, true},
		"21 in somewhat more than a minute are no mass":  {core.GuardFacts{Hosts: 30, Deleted: many(start, 21, 3100*time.Millisecond)}, false},
		"a mass after single ones":                       {core.GuardFacts{Hosts: 30, Deleted: append(deletions(start, -300, -200), many(start, 21, 0)...)}, true},
		"the order does not matter":                      {core.GuardFacts{Hosts: 30, Deleted: append(many(start, 21, 0), start.Add(-time.Hour))}, true},
		"nothing":                                        {core.GuardFacts{}, false},
		"percent 0 switches it off":                      {core.GuardFacts{Percent: -1, Hosts: 30, Deleted: many(start, 30, 0)}, false},
		"a minimum of its own":                           {core.GuardFacts{Minimum: 2, Hosts: 10, Deleted: many(start, 3, 0)}, true},
		"a minimum of its own, and the percentage of it": {core.GuardFacts{Minimum: 2, Hosts: 100, Deleted: many(start, 3, 0)}, false},
		"a percentage of its own":                        {core.GuardFacts{Percent: 50, Hosts: 60, Deleted: many(start, 30, 0)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := c.guard
			switch g.Percent {
			case 0:
				g.Percent = 20
			case -1:
				g.Percent = 0
			}
			if g.Minimum == 0 {
				g.Minimum = 20
			}
			if got := g.IsMass(); got != c.isMass {
				t.Errorf("mass: %v", got)
			}
		})
	}
}

func TestAMassOfDeletionsWaits(t *testing.T) {
	mass := func(change func(*core.GuardFacts)) edit {
		return func(in *core.Input) {
			in.Guard = core.GuardFacts{Percent: 20, Minimum: 20, Hosts: 60, Waiting: 42, Counts: true,
				Deleted: many(in.Now.Add(-time.Hour), 42, time.Second)}
			in.Backend.Kind, in.Backend.Name, in.Backend.Display = "Backend", "default", "Backend lab/default"
			change(&in.Guard)
		}
	}
	const command = "42 of 60 Hosts of Backend lab/default are being deleted; if that is meant: " +
		"kubectl annotate scbe default -n lab inventory.scanopy.io/allow-mass-deletion=42"
	waits := func(message string) core.Deletion {
		return core.Deletion{Action: core.DeletionWaits, Reason: core.ReasonMassDeletion, Message: message}
	}
	deletes := core.Deletion{Action: core.DeleteHost, HostIDs: []string{"00000000-0000-4000-a000-000000000001"}, Reason: core.ReasonDeleting}
	for name, c := range map[string]struct {
		edits []edit
		want  core.Deletion
	}{
		"however long it takes, and says what to type": {[]edit{mass(func(*core.GuardFacts) {})}, waits(command)},
		"on a ClusterBackend": {
			[]edit{mass(func(*core.GuardFacts) {}), func(in *core.Input) {
				in.Backend.Kind, in.Backend.Name, in.Backend.Display = "ClusterBackend", "all", "ClusterBackend all"
			}},
			waits("42 of 60 Hosts of ClusterBackend all are being deleted; if that is meant: " +
				"kubectl annotate sccbe all inventory.scanopy.io/allow-mass-deletion=42"),
		},
		"with leave for fewer, too": {
			[]edit{mass(func(g *core.GuardFacts) { g.Allowed = 41 })}, waits(command + " --overwrite"),
		},
		"and names those that were quicker": {
			[]edit{mass(func(g *core.GuardFacts) { g.Waiting = 10 })},
			waits("10 of 60 Hosts of Backend lab/default are being deleted, after 32 more within a minute; if that is meant: " +
				"kubectl annotate scbe default -n lab inventory.scanopy.io/allow-mass-deletion=10"),
		},
		"not with leave for at least as many": {[]edit{mass(func(g *core.GuardFacts) { g.Allowed = 42 })}, deletes},
		"not where nobody guards":             {[]edit{mass(func(g *core.GuardFacts) { g.Percent = 0 })}, deletes},
		"not if its Host does not count":      {[]edit{mass(func(g *core.GuardFacts) { g.Counts = false })}, deletes},
		"while more come without a number": {
			[]edit{mass(func(g *core.GuardFacts) {}), func(in *core.Input) { in.Guard.Deleted = many(in.Now.Add(-3*time.Second), 42, 0) }},
			core.Deletion{Action: core.DeletionWaits, Reason: core.ReasonDeleting, After: 2 * time.Second,
				Message: "many Hosts are being deleted; waiting for the last of them"},
		},
		"with a number after a while, even if they come and come": {
			[]edit{mass(func(g *core.GuardFacts) {}), func(in *core.Input) {
				in.Guard.Deleted = append(many(in.Now.Add(-15*time.Second), 41, 0), in.Now)
			}}, waits(command),
		},
	} {
		t.Run(name, func(t *testing.T) {
			edits := append([]edit{inBackend, host(func(h *core.HostDecl) { h.Deleting = true })}, c.edits...)
			if d := cmp.Diff(c.want, *core.Judge(group(edits...)).Deletion); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhatTheGuardCounts(t *testing.T) {
	for name, c := range map[string]struct {
		edit edit
		want bool
	}{
		"a Host whose backend host would be deleted":    {func(*core.Input) {}, true},
		"not one that stays":                            {host(func(h *core.HostDecl) { h.Deleting = false }), false},
		"not one that never had a backend host":         {host(func(h *core.HostDecl) { h.PriorID, h.Pinned, h.Origin = "", core.Pin{}, "" }), false},
		"not one without finalizer":                     {host(func(h *core.HostDecl) { h.HasFinalizer = false }), false},
		"not one in a namespace that is being deleted":  {host(func(h *core.HostDecl) { h.NamespaceDeleting = true }), false},
		"not one of a Backend that is being deleted":    {func(in *core.Input) { in.Backend.Deleting = true }, false},
		"not one with deletionPolicy Orphan":            {host(func(h *core.HostDecl) { h.DeletionPolicy = core.DeletionOrphan }), false},
		"not one that is left as it is":                 {host(func(h *core.HostDecl) { h.Origin = "adopted:x" }), false},
		"not one that is let go":                        {host(func(h *core.HostDecl) { h.ForceOrphan = true }), false},
		"not one that is handed over, as by a rename":   {neighbour("new", 9, "10.20.0.10", ""), false},
		"not one that is consolidated into another":     {host(func(h *core.HostDecl) { h.PriorInto = "root" }), false},
		"one whose machine another Host has on its own": {func(in *core.Input) { neighbour("new", 9, "10.20.0.10", "")(in); in.Neighbours[0].PriorID = "other" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			in := group(inBackend, host(func(h *core.HostDecl) { h.Deleting = true }), c.edit)
			if got := core.IsGuarded(in); got != c.want {
				t.Errorf("counts: %v", got)
			}
		})
	}
}
