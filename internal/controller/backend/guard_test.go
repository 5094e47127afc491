// SPDX-License-Identifier: Apache-2.0

package backend

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
)

func TestALeaveThatWasUsedIsTakenBackWhenTheyAreGone(t *testing.T) {
	m := &memory{}
	for _, step := range []struct {
		name            string
		after           time.Duration
		isGiven, isBusy bool
		isOver          bool
		next            time.Duration
	}{
		{"given while they wait", 0, true, true, false, 0},
		{"they go", time.Second, true, true, false, 0},
		{"they are gone", 2 * time.Second, true, false, false, 5 * time.Second},
		{"one more comes", 4 * time.Second, true, true, false, 0},
		{"it is gone, too", 5 * time.Second, true, false, false, 5 * time.Second},
		{"and nothing comes", 10 * time.Second, true, false, true, 0},
		{"it was taken back", 11 * time.Second, false, false, false, 0},
		{"somebody gives one beforehand", time.Hour, true, false, false, time.Minute},
		{"and does nothing", time.Hour + 30*time.Second, true, false, false, 30 * time.Second},
		{"for a minute", time.Hour + time.Minute, true, false, true, 0},
	} {
		isOver, next := m.leave(key, step.isGiven, step.isBusy, start.Add(step.after))
		if isOver != step.isOver || next != step.next {
			t.Errorf("%s: over %v, next look in %s", step.name, isOver, next)
		}
	}
}

func TestTheCountOfThoseThatWereLetGoGrowsAndOutlivesARestart(t *testing.T) {
	m := &memory{}
	told := int32(3)
	for _, want := range []int32{3, 4, 5} {
		if got := m.letGo(key, told); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
		m.countLetGo(key)
		told = want // it was written, perhaps
	}
	restarted := &memory{}
	if got := restarted.letGo(key, 5); got != 5 {
		t.Errorf("after a restart %d", got)
	}
}

func TestABackendIsHeldOnlyByWhatCanStillBeCleanedUp(t *testing.T) {
	now := metav1.Now()
	host := func(name string, finalizer bool, deleted *metav1.Time) v1alpha1.Host {
		h := v1alpha1.Host{ObjectMeta: metav1.ObjectMeta{Namespace: "lab", Name: name, DeletionTimestamp: deleted}}
		if finalizer {
			h.Finalizers = []string{v1alpha1.Finalizer}
		}
		return h
	}
	users := []v1alpha1.Host{host("new", false, nil), host("live", true, nil), host("going", true, &now)}
	var credentials []v1alpha1.Credential
	for i := range users {
		credentials = append(credentials, v1alpha1.Credential{ObjectMeta: users[i].ObjectMeta})
	}
	for name, c := range map[string]struct {
		canReach bool
		want     []string
	}{
		"those that were written, while there is a key": {
			true, []string{"lab/live", "lab/going", "Credential lab/live", "Credential lab/going"},
		},
		"without one those that are to be let go, and not those that stay": {false, []string{"lab/going", "Credential lab/going"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, holders(users, credentials, c.canReach)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestABackendThatIsBeingDeletedNamesWhoHoldsIt(t *testing.T) {
	now := metav1.Now()
	b := &v1alpha1.Backend{ObjectMeta: metav1.ObjectMeta{DeletionTimestamp: &now}}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"while it serves them": {nil, "still used by Hosts lab/a, lab/b; it goes when they are gone"},
		"also without its Secret, by the key in memory": {
			&fault.Error{Class: fault.Waiting, Reason: "SecretNotFound", Connection: true, Message: "no Secret"}, "still used by Hosts lab/a, lab/b; it goes when they are gone; no Secret",
		},
	} {
		t.Run(name, func(t *testing.T) {
			ready, progress := readiness(b, true, c.err, []string{"lab/b", "lab/a"})
			if ready.Reason != "InUse" || progress != v1alpha1.ConditionReconciling {
				t.Errorf("%s, %s", ready.Reason, progress)
			}
			if ready.Message != c.want {
				t.Errorf("says %q", ready.Message)
			}
		})
	}
}
