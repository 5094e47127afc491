// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
	"time"
)

const (
	// GuardWithin is how near together deletions are that the guard against mass deletion counts as one.
	GuardWithin = time.Minute
	// guardSettles is how long nothing must have been deleted before the number of those that wait is told, guardTells
	// how long after the first it is told at the latest.
	guardSettles = 5 * time.Second
	guardTells   = 15 * time.Second
)

// GuardFacts are the deletions of the Hosts of one Backend, for the guard against mass deletion.
type GuardFacts struct {
	// Percent and Minimum are what may be deleted together; 0 percent: there is no guard.
	Percent, Minimum int
	// Hosts is how many lead to the Backend, those that have just gone included.
	Hosts int
	// Deleted are the deletionTimestamps of those that count, of those that have just gone, too. Waiting is how many of
	// them are still there.
	Deleted []time.Time
	Waiting int
	// Counts says that the group's Host is one of them.
	Counts bool
	// Allowed is the number that the Backend's annotation allow-mass-deletion has; 0: none.
	Allowed int
}

// IsGuarded says that a Host which is being deleted counts for the guard: its backend host would be deleted, and neither
// by the end of its namespace or Backend, nor handed over to another Host.
func IsGuarded(in Input) bool {
	h := in.Host
	if h == nil || !h.Deleting || !h.HasFinalizer || h.ForceOrphan || h.NamespaceDeleting || in.Backend.Deleting {
		return false
	}
	if h.PriorInto != "" {
		return false // its backend host is that of another Host
	}
	j := newJudge(&in)
	return j.mayHaveHost() && j.policyKeeps(h.Origin) == "" && j.heir() == nil
}

// IsMass says that so many were deleted together that somebody has to allow it.
func (g *GuardFacts) IsMass() bool {
	if g.Percent == 0 {
		return false
	}
	times := slices.Clone(g.Deleted)
	slices.SortFunc(times, time.Time.Compare)
	first := 0
	for last, t := range times {
		for t.Sub(times[first]) > GuardWithin {
			first++
		}
		if n := last - first + 1; n > g.Minimum && n*100 > g.Percent*g.Hosts {
			return true
		}
	}
	return false
}

// IsHeld says that those which have not been sent wait.
func (g *GuardFacts) IsHeld() bool { return g.IsMass() && g.Allowed < g.Waiting }

// IsAllowed says that they go because somebody allowed it.
func (g *GuardFacts) IsAllowed() bool { return g.IsMass() && g.Allowed >= g.Waiting }

// settles is how long more may come before the number of those that wait is told.
func (g *GuardFacts) settles(now time.Time) time.Duration {
	first := slices.MinFunc(g.Deleted, time.Time.Compare)
	last := slices.MaxFunc(g.Deleted, time.Time.Compare)
	return min(last.Add(guardSettles).Sub(now), first.Add(guardTells).Sub(now))
}

// guarded keeps hosts that are to be deleted until somebody allows it, if too many are. While more may come nothing is
// told of their number.
func (j *judge) guarded(d Deletion) Deletion {
	g := &j.in.Guard
	if d.Action != DeleteHost || !g.Counts || !g.IsHeld() {
		return d
	}
	if left := g.settles(j.in.Now); left > 0 {
		d = j.waits(ReasonDeleting, "many Hosts are being deleted; waiting for the last of them")
		d.After = left
		return d
	}
	return j.waits(ReasonMassDeletion, j.massText())
}

// massText says how many are deleted and what to type.
func (j *judge) massText() string {
	g, b, h := &j.in.Guard, &j.in.Backend, j.in.Host
	text := fmt.Sprintf("%d of %d Hosts of %s are being deleted", g.Waiting, g.Hosts, b.Display)
	if gone := len(g.Deleted) - g.Waiting; gone > 0 {
		text += fmt.Sprintf(", after %d more within a minute", gone)
	}
	command := "kubectl annotate scbe " + b.Name + " -n " + h.Ref.Namespace
	if b.Kind == "ClusterBackend" {
		command = "kubectl annotate sccbe " + b.Name
	}
	command += fmt.Sprintf(" inventory.scanopy.io/allow-mass-deletion=%d", g.Waiting)
	if g.Allowed > 0 {
		command += " --overwrite"
	}
	return text + "; if that is meant: " + command
}
