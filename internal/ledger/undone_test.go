// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func hostname(found string) core.Undoing {
	return core.Undoing{Item: core.Item{Object: group}, Field: "hostname", Generation: 1, Found: found, Declared: "web"}
}

func TestAnUndoingCountsOnceUntilItIsRepaired(t *testing.T) {
	l, c := newLedger(t)
	steps := []struct {
		name  string
		do    func() bool
		isNew bool
		times int
	}{
		{"the first", func() bool { return l.Undone(group, []core.Undoing{hostname("a")}, true) }, true, 1},
		{"the same, because a request failed", func() bool { return l.Undone(group, []core.Undoing{hostname("a")}, true) }, false, 1},
		{"nothing can be seen for now", func() bool { return l.Undone(group, nil, false) }, false, 1},
		{"the same still", func() bool { return l.Undone(group, []core.Undoing{hostname("a")}, true) }, false, 1},
		{"after a repair", func() bool {
			l.Repaired(group, hostname("").Item, "hostname")
			return l.Undone(group, []core.Undoing{hostname("b")}, true)
		}, true, 2},
		{"somebody puts it right", func() bool { return l.Undone(group, nil, true) }, false, 2},
		{"and wrong again", func() bool { return l.Undone(group, []core.Undoing{hostname("c")}, true) }, true, 3},
	}
	for _, s := range steps {
		c.Step(time.Minute)
		if got := s.do(); got != s.isNew {
			t.Errorf("%s: new is %v", s.name, got)
		}
		if all, _ := l.Undoings(group); len(all) != 1 || len(all[0].At) != s.times {
			t.Errorf("%s: %+v", s.name, all)
		}
	}
	all, next := l.Undoings(group)
	if all[0].Found != "c" || !all[0].IsStopped(c.Now()) || next != time.Hour {
		t.Errorf("%+v, next after %s", all, next)
	}
	c.Step(time.Hour)
	if all, next := l.Undoings(group); len(all) > 0 || next != 0 {
		t.Errorf("after an hour: %+v, %s", all, next)
	}
}

func TestTheCountOfUndoingsBeginsAnew(t *testing.T) {
	for name, change := range map[string]func(*core.Undoing){
		"when the spec changes":    func(u *core.Undoing) { u.Generation = 2 },
		"when somebody asks again": func(u *core.Undoing) { u.Asked = "now" },
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := newLedger(t)
			for range 3 {
				l.Undone(group, []core.Undoing{hostname("a")}, true)
				l.Repaired(group, hostname("").Item, "hostname")
			}
			u := hostname("a")
			change(&u)
			l.Undone(group, []core.Undoing{u}, true)
			if all, _ := l.Undoings(group); len(all) != 1 || len(all[0].At) != 1 {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestWhatWasWrittenIsKnownOnlyWhenAllOfItWas(t *testing.T) {
	l, _ := newLedger(t)
	for _, s := range []struct {
		name  string
		sum   uint64
		whole bool
		want  uint64
	}{
		{"nothing yet", 5, false, 0}, {"all of it", 5, true, 5}, {"a part of the same", 5, false, 5},
		{"a part of something else", 6, false, 0}, {"all of something else", 6, true, 6},
	} {
		l.Wrote(group, s.sum, s.whole)
		if got := l.WrittenSum(group); got != s.want {
			t.Errorf("%s: %d", s.name, got)
		}
	}
}
