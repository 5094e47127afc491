// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

func named(network string) *v1alpha1.Backend {
	b := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: "default", Generation: 3}}
	b.Spec.Network = network
	return b
}

func paused() *v1alpha1.Backend {
	b := named("")
	b.Annotations = map[string]string{v1alpha1.AnnotationPaused: v1alpha1.AnnotationTrue}
	return b
}

func leaving() *v1alpha1.Backend {
	b := named("")
	b.DeletionTimestamp = &metav1.Time{Time: start}
	return b
}

func TestABackendSaysInOneConditionWhetherItServes(t *testing.T) {
	down := &fault.Error{Class: fault.Transient, Reason: fault.ReasonUnreachable, Message: "no answer", Connection: true}
	refused := &fault.Error{Class: fault.Auth, Reason: fault.ReasonAuthenticationFailed, Message: "the key is not known", Connection: true}
	for name, tc := range map[string]struct {
		obj      *v1alpha1.Backend
		canReach bool
		err      error
		want     string
		progress string
	}{
		"one that serves is available":         {obj: named(""), canReach: true, want: "True Available: the server answers and accepts the key"},
		"one that is paused serves in reading": {obj: paused(), canReach: true, want: "True Paused: paused by its annotation: nothing is written through it"},
		"one that nobody answers says so, not what its Hosts are told": {
			obj: named(""), canReach: true, err: down, want: "False Unreachable: no answer", progress: "Reconciling",
		},
		"a pause hides no fault": {obj: paused(), canReach: true, err: down, want: "False Unreachable: no answer", progress: "Reconciling"},
		"one whose key is refused waits for its owner": {
			obj: named(""), canReach: true, err: refused, want: "False AuthenticationFailed: the key is not known", progress: "Stalled",
		},
		"an error that nobody knows is not shown": {
			obj: named(""), canReach: true, err: errors.New("secret"),
			want: "False InternalError: an unexpected error, see the operator's log", progress: "Reconciling",
		},
		"one that is being deleted names who holds it": {
			obj: leaving(), canReach: true, want: "False InUse: still used by Hosts lab/a, lab/b; it goes when they are gone", progress: "Reconciling",
		},
		"and what keeps those": {
			obj: leaving(), canReach: true, err: down,
			want: "False InUse: still used by Hosts lab/a, lab/b; it goes when they are gone; no answer", progress: "Reconciling",
		},
	} {
		t.Run(name, func(t *testing.T) {
			ready, progress := readiness(tc.obj, tc.canReach, tc.err, []string{"lab/b", "lab/a"})
			if got := string(ready.Status) + " " + ready.Reason + ": " + ready.Message; got != tc.want || progress != tc.progress {
				t.Errorf("%s, %q\nwant %s, %q", got, progress, tc.want, tc.progress)
			}
			if ready.Type != v1alpha1.ConditionReady || ready.ObservedGeneration != 3 {
				t.Errorf("%s of generation %d", ready.Type, ready.ObservedGeneration)
			}
		})
	}
}

func TestTheNetworkThatABackendNamesMustBeOneThatItsKeySees(t *testing.T) {
	known := registry.Facts{Networks: []scanopy.Network{{ID: "3", Name: "Lab"}, {ID: "1", Name: "Lab"}, {ID: "2", Name: "Office"}}}
	for name, tc := range map[string]struct{ network, want string }{
		"a name that is there":                  {"Office", ""},
		"an id that is there":                   {"3", ""},
		"no name leaves it to the Hosts":        {"", ""},
		"a name of several":                     {"Lab", `Ambiguous: the key sees 2 networks "Lab"; give the id of one in spec.network`},
		"a name that is not there: those shown": {"Nowhere", `NetworkNotFound: the key sees no network "Nowhere"; it sees "Lab" (1), "Lab" (3), "Office" (2)`},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if e, ok := fault.Of(networkFault(named(tc.network), known)); ok {
				got = e.Reason + ": " + e.Message
			}
			if got != tc.want {
				t.Errorf("%s, not %s", got, tc.want)
			}
		})
	}
}

func TestOfManyNamesTheFirstAreListedAndTheOthersCounted(t *testing.T) {
	var names []string
	for i := range 20 {
		names = append(names, "lab/web-"+strconv.Itoa(10+i))
	}
	got := some(names, "none")
	if !strings.HasPrefix(got, "lab/web-10, ") || !strings.HasSuffix(got, ", lab/web-25 and 4 more") {
		t.Errorf("listed: %s", got)
	}
	if got := some(nil, "none"); got != "none" {
		t.Errorf("of nobody: %s", got)
	}
}

func TestWhatAProbeFindsAnewWakesItsGroups(t *testing.T) {
	before := registry.Facts{Known: true, Version: "0.14.13", Networks: []scanopy.Network{{ID: "1", Name: "Lab"}, {ID: "2", Name: "Office"}}}
	for name, tc := range map[string]struct {
		change func(*registry.Facts)
		want   bool
	}{
		"the same in another order":        {func(f *registry.Facts) { f.Networks[0], f.Networks[1] = f.Networks[1], f.Networks[0] }, false},
		"a network by another name":        {func(f *registry.Facts) { f.Networks[1].Name = "Shop" }, true},
		"a network in the place of one":    {func(f *registry.Facts) { f.Networks[1].ID = "3" }, true},
		"another version":                  {func(f *registry.Facts) { f.Version = "0.15.3" }, true},
		"a server that does not answer":    {func(f *registry.Facts) { f.Err = errors.New("down") }, true},
		"a server that answers for once":   {func(f *registry.Facts) { f.Known = false }, true},
		"the organization of its networks": {func(f *registry.Facts) { f.Networks[1].OrganizationID = "o" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			after := before
			after.Networks = append([]scanopy.Network(nil), before.Networks...)
			tc.change(&after)
			if got := changed(before, after); got != tc.want {
				t.Errorf("changed: %v", got)
			}
		})
	}
}

func TestALeaveToDeleteManyIsTakenBackWhenItWasUsedOrForgotten(t *testing.T) {
	type look struct {
		at          time.Duration
		given, busy bool
		over        bool
		next        time.Duration
	}
	for name, looks := range map[string][]look{
		"unused it stays for a minute": {
			{0, true, false, false, time.Minute}, {59 * time.Second, true, false, false, time.Second}, {time.Minute, true, false, true, 0},
		},
		"used it goes five seconds after the last deletion": {
			{0, true, true, false, 0}, {time.Minute, true, false, false, 5 * time.Second}, {65 * time.Second, true, false, true, 0},
		},
		"as long as something is deleted it stays": {
			{0, true, true, false, 0}, {time.Minute, true, false, false, 5 * time.Second},
			{64 * time.Second, true, true, false, 0}, {65 * time.Second, true, false, false, 5 * time.Second},
		},
		"a new one begins anew": {
			{0, true, true, false, 0}, {time.Second, false, false, false, 0}, {2 * time.Second, true, false, false, time.Minute},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory
			for i, l := range looks {
				over, next := m.leave(key, l.given, l.busy, start.Add(l.at))
				if over != l.over || next != l.next {
					t.Errorf("look %d: over %v, next %s; want %v, %s", i, over, next, l.over, l.next)
				}
			}
		})
	}
}

func TestHostsThatWereLetGoAreCountedOnFromWhatTheStatusTold(t *testing.T) {
	var m memory
	m.countLetGo(key)
	if got := m.letGo(key, 4); got != 5 {
		t.Errorf("after a restart: %d", got)
	}
	m.countLetGo(key)
	if got := m.letGo(key, 5); got != 6 {
		t.Errorf("what the status tells by now counts once: %d", got)
	}
}
