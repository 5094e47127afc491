// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func TestAGroupWaitsForThoseWhoHaveItsRowsAsLongAsTheyDo(t *testing.T) {
	host := func(name string) core.Ref { return core.Ref{Kind: core.KindHost, Namespace: "lab", Name: name} }
	web, old, db, app := host("web"), host("old"), host("db"), host("app")
	l := New(testingclock.NewFakePassiveClock(time.Unix(0, 0)))
	see := func(why string, want []core.Ref, holders ...core.Ref) {
		t.Helper()
		if got := l.Waiting(holders...); !slices.Equal(got, want) {
			t.Errorf("%s: %v wait for %v, not %v", why, got, holders, want)
		}
	}
	l.Waits(web, []core.Ref{old, db})
	l.Waits(app, []core.Ref{old})
	see("two wait for one", []core.Ref{web, app}, old)
	see("one for two", []core.Ref{web, app, web}, old, db)
	l.Waits(web, []core.Ref{db})
	see("one of them has let go", []core.Ref{app}, old)
	l.Waits(web, nil)
	l.Forget(app)
	see("nobody waits", nil, old, db)
	if len(l.holders)+len(l.waiting) > 0 {
		t.Errorf("it remembers %v and %v", l.holders, l.waiting)
	}
}
