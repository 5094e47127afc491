// SPDX-License-Identifier: Apache-2.0

package registry

import "sync"

// Turn is for work that goes on whenever its key is called: it lets one goroutine run at a time and forgets no wake-up.
// The zero value is ready.
type Turn struct {
	mu             sync.Mutex
	running, again bool
}

// Take says whether the caller is to run; if not, whoever runs goes on once more.
func (t *Turn) Take() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.again = t.running
	if t.running {
		return false
	}
	t.running = true
	return true
}

// Leave says whether the turn is over; it is not if somebody woke us meanwhile.
func (t *Turn) Leave() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running, t.again = t.again, false
	return !t.running
}
