// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

var group = core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "web-01"}

func newLedger(t *testing.T) (*Ledger, *clocktesting.FakeClock) {
	t.Helper()
	c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return New(c), c
}

func TestAGroupThatNobodyChangedIsQuiet(t *testing.T) {
	l, _ := newLedger(t)
	if quiet, _ := l.Quiet(group); !quiet {
		t.Error("a group without events is not quiet")
	}
}

func TestTheMomentOfQuietBeginsAnewWithEachEventButEndsAfterFiveSeconds(t *testing.T) {
	l, c := newLedger(t)
	for range 5 {
		l.Changed(group)
		if quiet, left := l.Quiet(group); quiet || left > QuietAfter {
			t.Fatalf("right after an event: quiet %v, left %v", quiet, left)
		}
		c.Step(900 * time.Millisecond)
	}
	l.Changed(group)
	c.Step(500 * time.Millisecond)
	if quiet, _ := l.Quiet(group); !quiet {
		t.Error("five seconds after the first event the group still waits")
	}
}

func TestAnEventAfterTheQuietBeginsANewMoment(t *testing.T) {
	l, c := newLedger(t)
	l.Changed(group)
	c.Step(time.Minute)
	l.Changed(group)
	if quiet, _ := l.Quiet(group); quiet {
		t.Error("a new event a minute later does not wait")
	}
}

func TestRejectionsAreSettledFiveSecondsAfterTheLastChange(t *testing.T) {
	l, c := newLedger(t)
	if settled, _ := l.Settled(group); settled {
		t.Error("settled right after the start")
	}
	c.Step(SettledAfter)
	l.Changed(group)
	if settled, left := l.Settled(group); settled || left != SettledAfter {
		t.Errorf("after a change: settled %v, left %v", settled, left)
	}
	c.Step(SettledAfter)
	if settled, _ := l.Settled(group); !settled {
		t.Error("not settled after five seconds")
	}
}

func TestARefusalOfSeveralMembersIsolatesBeforeItBlamesAnybody(t *testing.T) {
	l, c := newLedger(t)
	host := core.Item{Object: group}
	service := core.Item{Object: core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}}
	generations := map[core.Ref]int64{service.Object: 3}
	l.Refuse(group, []core.Item{host, service}, generations, "no")
	if refused, _ := l.Refused(group); len(refused) > 0 || !l.Isolate(group) {
		t.Fatalf("first refusal: refused %v, isolate %v", refused, l.Isolate(group))
	}
	l.Refuse(group, []core.Item{service}, generations, "no")
	refused, next := l.Refused(group)
	if len(refused) != 1 || refused[0].Item != service || refused[0].Generation != 3 || next <= 0 {
		t.Fatalf("the culprit: %v, next try in %v", refused, next)
	}
	c.Step(RetryRefused)
	if refused, _ := l.Refused(group); len(refused) != 0 {
		t.Errorf("still refused after %v: %v", RetryRefused, refused)
	}
}

func TestWhatIsRefusedAgainAndAgainIsTriedEverMoreSlowlyUntilItsSpecChanges(t *testing.T) {
	l, c := newLedger(t)
	item := core.Item{Object: group}
	refuse := func(generation int64) time.Duration {
		l.Refuse(group, []core.Item{item}, map[core.Ref]int64{group: generation}, "no")
		_, next := l.Refused(group)
		c.Step(next)
		if refused, _ := l.Refused(group); len(refused) != 0 {
			t.Fatalf("still refused after %v: %v", next, refused)
		}
		return next
	}
	for _, want := range []time.Duration{20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 320 * time.Second,
		RetryRefused, RetryRefused} {
		if got := refuse(1); got != want {
			t.Errorf("tried again after %v, not %v", got, want)
		}
	}
	if got := refuse(2); got != 20*time.Second {
		t.Errorf("another spec is tried again after %v", got)
	}
	l.Written(group)
	if got := refuse(2); got != 20*time.Second {
		t.Errorf("what was written meanwhile is tried again after %v", got)
	}
}

func TestALostCreationIsRememberedUntilTheGroupIsWritten(t *testing.T) {
	l, _ := newLedger(t)
	if _, lost := l.LostSince(group); lost {
		t.Error("lost before anything was sent")
	}
	if l.AwaitsList(group) {
		t.Error("a list is awaited before anything was sent")
	}
	l.Lost(group, 7)
	if mark, lost := l.LostSince(group); !lost || mark != 7 || !l.AwaitsList(group) {
		t.Errorf("mark %d, lost %v", mark, lost)
	}
	l.Written(group)
	if _, lost := l.LostSince(group); lost {
		t.Error("still lost after the group was written")
	}
}

func TestAWriteThatTheServerFailedAtIsRememberedUntilTheGroupIsWritten(t *testing.T) {
	l, _ := newLedger(t)
	if _, broke := l.BrokeSince(group); broke {
		t.Error("failed before anything was sent")
	}
	l.Broke(group, 7)
	if mark, broke := l.BrokeSince(group); !broke || mark != 7 {
		t.Errorf("mark %d, broke %v", mark, broke)
	}
	l.Written(group)
	if _, broke := l.BrokeSince(group); broke {
		t.Error("still remembered after the group was written")
	}
}

func TestARevivedGroupTriesAgainAtOnceAsAfterItsFirstFailure(t *testing.T) {
	l, _ := newLedger(t)
	failure := &core.StepError{Reason: core.ReasonBackendUnavailable}
	for range 5 {
		l.Fail(group, failure)
		l.Failed(group)
	}
	if _, wait := l.Failure(group); wait < time.Minute {
		t.Fatalf("after five failures the next try has only %v", wait)
	}
	l.Revive(group)
	if err, wait := l.Failure(group); err != failure || wait != 0 {
		t.Errorf("error %v, wait %v", err, wait)
	}
	if n := l.Failed(group); n != 0 {
		t.Errorf("%d failures before", n)
	}
}

func TestWhatAServerOfAnotherVersionRefusedIsTriedAgain(t *testing.T) {
	l, _ := newLedger(t)
	items := []core.Item{{Object: group}, {Object: core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}}}
	l.Refuse(group, items, nil, "422")
	l.Refuse(group, items, nil, "422")
	if refused, _ := l.Refused(group); len(refused) != 2 || !l.Isolate(group) {
		t.Fatalf("refused %v", refused)
	}
	l.Forgive(group)
	if refused, next := l.Refused(group); len(refused) != 0 || next != 0 || l.Isolate(group) {
		t.Errorf("refused %v, due in %v", refused, next)
	}
}

func TestAnObjectThatCameBackWasNotSeenGoing(t *testing.T) {
	l, _ := newLedger(t)
	service := core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"}
	l.Gone(service)
	if got := l.SeenGoing(); len(got) != 1 || got[0] != service {
		t.Fatalf("seen going: %v", got)
	}
	l.Came(service)
	if got := l.SeenGoing(); len(got) != 0 {
		t.Errorf("seen going after it came back: %v", got)
	}
}

func TestWhoWasSeenGoingIsForgottenInTheEnd(t *testing.T) {
	l, c := newLedger(t)
	l.Gone(core.Ref{Kind: core.KindService, Namespace: "lab", Name: "edge"})
	c.Step(2 * time.Hour)
	l.Gone(group)
	if got := l.SeenGoing(); len(got) != 1 || got[0] != group {
		t.Errorf("seen going: %v", got)
	}
}

func TestAnOwnerIsMissingSinceItWasFirstMissed(t *testing.T) {
	l, c := newLedger(t)
	first := l.Missing(group, 1)[1]
	c.Step(time.Hour)
	again := l.Missing(group, 1, 2)
	if !again[1].Equal(first) || !again[2].Equal(c.Now()) {
		t.Errorf("missing since %v, then since %v", first, again)
	}
	l.Missing(group, 2)
	if back := l.Missing(group, 1)[1]; !back.Equal(c.Now()) {
		t.Errorf("one that was there in between is missing since %v", back)
	}
	l.Forget(group)
	c.Step(time.Hour)
	if late := l.Missing(group, 1)[1]; !late.Equal(c.Now()) {
		t.Error("a forgotten group still remembers")
	}
}

func TestABackendHostIsTakenByOneGroup(t *testing.T) {
	l, _ := newLedger(t)
	other := core.Ref{Kind: core.KindHost, Namespace: "lab", Name: "other"}
	if !l.Take("a", group) || l.Take("a", other) || !l.Take("a", group) {
		t.Error("not the first has it")
	}
	l.Leave("a", other)
	if by, ok := l.TakenBy("a"); !ok || by != group {
		t.Errorf("taken by %v", by)
	}
	l.Leave("a", group)
	if !l.Take("a", other) {
		t.Error("what was left is taken")
	}
	l.Forget(other)
	if by, ok := l.TakenBy("a"); ok {
		t.Errorf("a group that is gone has it: %v", by)
	}
}
