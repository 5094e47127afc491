// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/tools/events"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
)

func TestWhatTheBatchMadeOfADeletion(t *testing.T) {
	daemon := stepError(fault.Terminal, core.ReasonHostHasDaemon)
	for name, c := range map[string]struct {
		state   batch.State
		err     *core.StepError
		visible bool
		done    bool
		reason  core.Reason // "": it did not fail
	}{
		"a host that we deleted is gone":                                          {batch.Deleted, nil, true, true, ""},
		"a host that is gone already counts as deleted":                           {batch.Missing, nil, true, true, ""},
		"but only while the pinned network is among those that the key sees":      {batch.Missing, nil, false, false, core.ReasonBackendChanged},
		"what we deleted is gone, whatever the key sees now":                      {batch.Deleted, nil, false, true, ""},
		"what may not go any more is neither done nor failed, and is judged anew": {batch.Withheld, nil, true, false, ""},
		"the culprit of a refused bulk is told why":                               {batch.HasDaemon, daemon, true, false, core.ReasonHostHasDaemon},
		"an outage is told": {batch.Failed, stepError(fault.Transient, core.ReasonUnreachable), true, false, core.ReasonUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := newReconciler()
			g := groupOf(true)
			g.Input.Backend.PinVisible = c.visible
			got := r.concluded(g, batch.Outcome{State: c.state, Err: c.err})
			var reason core.Reason
			if got.Err != nil {
				reason = got.Err.Reason
			}
			if got.Done != c.done || reason != c.reason {
				t.Errorf("done %v, failed with %q", got.Done, reason)
			}
		})
	}
}

func TestAPlanIsAskedWhichBackendHostsItDeletes(t *testing.T) {
	remove := func(id string) core.Step { return core.Step{Kind: core.StepDeleteHost, HostID: id} }
	for name, c := range map[string]struct {
		steps []core.Step
		ids   []string
		want  bool
	}{
		"what is still to go goes":                  {[]core.Step{remove("h1"), remove("h2")}, []string{"h2"}, true},
		"not if one of them is to stay":             {[]core.Step{remove("h1")}, []string{"h1", "h2"}, false},
		"not what is only written":                  {[]core.Step{{Kind: core.StepUpdateHost, HostID: "h1"}}, []string{"h1"}, false},
		"not for an object that has other concerns": {nil, []string{"h1"}, false},
	} {
		if got := wantsDeleted(&core.Plan{Steps: c.steps}, c.ids); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAHostThatIsLetGoIsCountedOnceAndToldOfItsClusterBackend(t *testing.T) {
	const told = "Warning Orphaned Host lab/web: host h1 is left in Scanopy as it is: because"
	gaveUp := &core.Deletion{Action: core.ReleaseHost, GivenUp: true, Event: "host h1 is left in Scanopy as it is: because"}
	shared := &v1alpha1.ClusterBackend{}
	own := &v1alpha1.Backend{}
	own.Namespace = "lab"
	for name, c := range map[string]struct {
		deletion *core.Deletion
		cluster  bool
		counted  int
		events   []string
		after    time.Duration
	}{
		"one that stays":                               {nil, true, 0, nil, 0},
		"one that is deleted":                          {&core.Deletion{Action: core.DeleteHost}, true, 0, nil, 0},
		"one that its owner lets go of":                {&core.Deletion{Action: core.ReleaseHost, Event: "as asked"}, true, 0, nil, 0},
		"one that waits comes back when that is over":  {&core.Deletion{Action: core.DeletionWaits, After: time.Minute}, true, 0, nil, time.Minute},
		"through a Backend of the namespace that goes": {gaveUp, false, 1, nil, 0},
		"through a ClusterBackend, which stays":        {gaveUp, true, 1, []string{told}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, clock := newReconciler()
			recorder := events.NewFakeRecorder(10)
			r.Report = report.New(nil, recorder, clock)
			counted := 0
			r.CountLetGo = func(string) { counted++ }
			g := groupOf(true)
			g.BackendKey, g.BackendObject = "key", own
			if c.cluster {
				g.BackendObject = shared
			}
			for range 2 { // a status that could not be written is judged again
				if got := r.released(g, c.deletion); got != c.after {
					t.Errorf("comes back after %v", got)
				}
			}
			var seen []string
			for len(recorder.Events) > 0 {
				seen = append(seen, <-recorder.Events)
			}
			if d := cmp.Diff(c.events, seen); d != "" || counted != c.counted {
				t.Errorf("counted %d: %s", counted, d)
			}
		})
	}
}
