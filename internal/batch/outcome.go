// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
)

// Item is what a group wants deleted.
type Item struct {
	// Group is the key of the group.
	Group   string
	HostIDs []string
	Client  *scanopy.Client
	Limiter *registry.Limiter
	Network snapshot.Key
}

// State is what became of a group's hosts. Of several hosts the worst counts.
type State int

// The states, from the best to the worst.
const (
	// Deleted: they are gone, by us.
	Deleted State = iota
	// Missing: some were not there any more, or this key does not see them.
	Missing
	// Withheld: MayGo said no; nothing was sent for those left.
	Withheld
	// HasDaemon: a daemon runs on one; the others are gone.
	HasDaemon
	// Failed: Err says why.
	Failed
)

// Outcome is what became of an Item.
type Outcome struct {
	State   State
	HostIDs []string
	// Err is set for HasDaemon and Failed.
	Err *core.StepError
}

// job is an Item on its way.
type job struct {
	Item

	left    int
	outcome Outcome
}

// unit is one host of a job.
type unit struct {
	job *job
	id  string
}

// verdict is what became of a unit.
type verdict struct {
	state State
	err   *core.StepError
}

// take counts a unit's verdict and says whether the job is done.
func (j *job) take(v verdict) bool {
	if v.state > j.outcome.State {
		j.outcome.State, j.outcome.Err = v.state, v.err
	}
	j.left--
	return j.left == 0
}
