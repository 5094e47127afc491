// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// requestTimeout is the client's, and a moment.
const requestTimeout = 30*time.Second + time.Millisecond

const (
	errRefused = syscall.ECONNREFUSED
)

var errTimeout = context.DeadlineExceeded

// fault is what befalls one request.
type fault string

const (
	noFault       fault = ""
	refusedFault  fault = "refused"
	cutBefore     fault = "cut before"
	cutAfter      fault = "cut after"
	timeoutBefore fault = "timeout before"
	timeoutAfter  fault = "timeout after"
	throttled     fault = "429"
	unavailable   fault = "503"
	lying         fault = "empty list"
	truncated     fault = "truncated"
)

// weather is how requests fare. The zero value is calm.
type weather struct {
	// site is where it is bad; "" everywhere.
	site string
	// down refuses everything, percent is how many requests are spoiled.
	down    bool
	percent int
}

func (e weather) String() string {
	where := e.site
	if where == "" {
		where = "everywhere"
	}
	switch {
	case e.down:
		return "down " + where
	case e.percent > 0:
		return strconv.Itoa(e.percent) + "% of requests are spoiled " + where
	}
	return "calm"
}

// draw says what befalls a request.
func (e weather) draw(w *world, s *site, r *http.Request) fault {
	switch {
	case e.site != "" && e.site != s.name:
		return noFault
	case e.down:
		return refusedFault
	case !w.chance(e.percent):
		return noFault
	}
	kinds := []fault{refusedFault, cutBefore, cutAfter, timeoutBefore, timeoutAfter, throttled, unavailable, truncated}
	if r.Method == http.MethodGet {
		kinds = append(kinds, lying)
	}
	return one(w, kinds...)
}

// spoil has the emulator spoil its next request.
func (s *site) spoil(f fault) {
	switch f {
	case cutBefore:
		must(s.AddFaults(emulator.Fault{Cut: true}))
	case cutAfter:
		must(s.AddFaults(emulator.Fault{Cut: true, When: emulator.After}))
	case throttled:
		after := strconv.Itoa(s.world.random.IntN(40))
		must(s.AddFaults(emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: after}))
	case unavailable:
		must(s.AddFaults(emulator.Fault{Status: http.StatusServiceUnavailable, Body: "<html>", ContentType: "text/html"}))
	case lying:
		must(s.AddFaults(emulator.Fault{EmptyList: true, Total: new(0)}))
	case truncated:
		must(s.AddFaults(emulator.Fault{Truncate: 40}))
	}
}
