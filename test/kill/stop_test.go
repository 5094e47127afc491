// SPDX-License-Identifier: Apache-2.0

package kill_test

import (
	"context"
	"testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestABulkOfCredentialsThatIsUnderWayWhenTheOperatorIsStoppedIsFinishedAndTold(t *testing.T) {
	l := open(t)
	w := l.worldWith(rows, emulator.Fault{Method: "^POST$", Path: "/credentials/bulk$", When: emulator.After, Delay: "3s"})
	p := l.live()
	w.hangs(p)
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if told := w.ready(t.Context()); len(told) != bulk {
		t.Errorf("told are %v\n%s", told, p.LogTail(30))
	}
	p = l.live()
	w.until(p, "the next one has looked", func(context.Context) (bool, error) {
		return w.scanopy.Log().Counts["GET /api/v1/credentials"] >= 2, nil
	})
	// One that is made after that look is written, and nothing beside it.
	w.more(bulk)
	w.until(p, "another one is Ready", func(ctx context.Context) (bool, error) { return len(w.ready(ctx)) == bulk+1, nil })
	if writes := w.scanopy.Log().Writes(); writes != 2 || w.bulks() != 2 {
		t.Errorf("%d writes: %v", writes, w.scanopy.Log().Counts)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}
