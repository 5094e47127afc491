// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"
	"testing"
)

func TestWhatHasBegunBesideTheWorkersIsWaitedForAndNothingElseBegins(t *testing.T) {
	b := besides{run: func(work func()) { go work() }}
	ctx, cancel := context.WithCancel(t.Context())
	begun, letGo, done := make(chan struct{}), make(chan struct{}), false
	b.do(ctx, func(ctx context.Context) {
		close(begun)
		<-ctx.Done()
		<-letGo
		done = true
	})
	<-begun
	cancel()
	go close(letGo)
	b.end()
	if !done {
		t.Error("it was not waited for")
	}
	b.do(ctx, func(context.Context) { t.Error("it began after the end") })
	b.end()
}
