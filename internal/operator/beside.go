// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"
	"sync"
)

// besides is the work beside the workers. It ends with a context; what has begun is waited for.
type besides struct {
	run    func(func())
	mu     sync.Mutex
	busy   sync.WaitGroup
	isOver bool
}

// do does work beside its caller, unless the end has come.
func (b *besides) do(ctx context.Context, work func(context.Context)) {
	if b.begin() {
		b.run(func() {
			defer b.busy.Done()
			work(ctx)
		})
	}
}

func (b *besides) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.isOver {
		b.busy.Add(1)
	}
	return !b.isOver
}

// end lets no more work begin and waits for what has begun.
func (b *besides) end() {
	b.mu.Lock()
	b.isOver = true
	b.mu.Unlock()
	b.busy.Wait()
}
