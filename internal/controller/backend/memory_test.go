// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

const key = "Backend/lab/default"

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestAShortOutageIsNoticedToBeOverSoonAndALongOneCostsLittle(t *testing.T) {
	for name, tc := range map[string]struct{ lasted, want time.Duration }{
		"at first a probe every two seconds":   {0, 2 * time.Second},
		"a quarter of a minute after a minute": {time.Minute, 15 * time.Second},
		"never more than a minute":             {24 * time.Hour, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pause(tc.lasted); got != tc.want {
				t.Errorf("after %s: %s, not %s", tc.lasted, got, tc.want)
			}
		})
	}
}

func TestASuspicionBringsTheNextProbeForwardButNotTwiceAtOnce(t *testing.T) {
	for name, tc := range map[string]struct{ since, next, want time.Duration }{
		"long after the last probe it is due at once":         {time.Minute, 10 * time.Minute, 0},
		"right after the last probe it has a moment":          {time.Second, 10 * time.Minute, time.Second},
		"a probe that is due earlier anyway is not put off":   {0, time.Second, time.Second},
		"a probe that is due is due for whatever reason else": {time.Minute, 30 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory
			b := &registry.Backend{}
			m.probed(key, b, "", time.Minute, start, start.Add(tc.next), true)
			m.suspect(key)
			if got := m.due(key, b, "", time.Minute, start.Add(tc.since)); got != tc.want {
				t.Errorf("due in %s, not %s", got, tc.want)
			}
		})
	}
}

func TestFailuresAreCountedSinceTheFirstOfARow(t *testing.T) {
	var m memory
	b := &registry.Backend{}
	fail := func(b *registry.Backend, at time.Duration) (int, time.Duration) {
		before, since := m.failed(key, b, start.Add(at))
		m.probed(key, b, "", time.Minute, start.Add(at), start.Add(at), false)
		return before, since.Sub(start)
	}
	for _, step := range []struct {
		do     func() (int, time.Duration)
		before int
		since  time.Duration
	}{
		{func() (int, time.Duration) { return fail(b, time.Second) }, 0, time.Second},
		{func() (int, time.Duration) { return fail(b, time.Minute) }, 1, time.Second},
		{func() (int, time.Duration) {
			m.probed(key, b, "", time.Minute, start, start, true)
			return fail(b, time.Hour)
		}, 0, time.Hour},
		{func() (int, time.Duration) { return fail(&registry.Backend{}, 2*time.Hour) }, 0, 2 * time.Hour},
	} {
		if before, since := step.do(); before != step.before || since != step.since {
			t.Errorf("%d before, since %s; not %d, %s", before, since, step.before, step.since)
		}
	}
}

func TestAnotherObjectOfTheSameNameIsNoticedOnce(t *testing.T) {
	var m memory
	for i, step := range []struct {
		uid  types.UID
		want bool
	}{{"a", false}, {"a", false}, {"b", true}, {"b", false}} {
		if got := m.isReplaced("Backend/lab/default", step.uid); got != step.want {
			t.Errorf("step %d, %s: %t", i, step.uid, got)
		}
	}
}
