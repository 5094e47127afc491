// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"math"
	"net/http"
	"sync"
)

// allowance is how many rows a request may make that breaks off.
type allowance struct {
	left int
	// rests says that it rests then, instead of failing. onward gives it more rows; paused tells each time that it has made
	// what it may, and is closed when it is over.
	rests  bool
	onward chan int
	paused chan struct{}
}

func newAllowance(rows int, rests bool) *allowance {
	return &allowance{left: rows, rests: rests, onward: make(chan int), paused: make(chan struct{}, 1)}
}

// resting are the requests that rest, in the order in which they lay down.
type resting struct {
	mu   sync.Mutex
	list []*allowance
}

func (r *resting) add(a *allowance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, a)
}

func (r *resting) take() []*allowance {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

// rest lets others work until the request may make more rows. It is called, and returns, with the server locked.
func (s *Server) rest(a *allowance) {
	s.resting.add(a)
	s.mu.Unlock()
	a.paused <- struct{}{}
	more := <-a.onward
	s.mu.Lock()
	a.left = more
	s.db.rows = a
}

// Wake lets the requests that rest make so many more rows, -1 all, and waits until they have.
func (s *Server) Wake(rows int) {
	if rows < 0 {
		rows = math.MaxInt
	}
	for _, a := range s.resting.take() {
		a.onward <- rows
		<-a.paused
	}
}

// untilRest does the work of a request until it rests; nil: it does. What it still does after that outlives its client.
func (s *Server) untilRest(r *http.Request, rt *route, match match, path string, rows *allowance) *answer {
	if rows == nil || !rows.rests {
		return s.answer(r, rt, match, path, rows)
	}
	var a *answer
	r = r.WithContext(context.WithoutCancel(r.Context()))
	over := make(chan struct{})
	go func() {
		defer close(rows.paused)
		a = s.answer(r, rt, match, path, rows)
		close(over)
	}()
	<-rows.paused
	select {
	case <-over:
		return a
	default:
		return nil
	}
}
