// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"k8s.io/utils/clock"
)

// Options says what a server is made of. The zero value is a server of DefaultVersion with real time and ids.
type Options struct {
	// Version is the server version to be; empty means DefaultVersion.
	Version string
	// BasePath is where the server lives below its origin, such as "/inventory".
	BasePath string
	// RateLimit switches the server's rate limit on from the start.
	RateLimit bool
	// Clock tells the time and waits for delays; nil means real time. Two rows never get the same time, even if it stands still.
	Clock clock.Clock
	// NewID makes ids and, from them, tokens; nil means random ones. Calls don't overlap.
	NewID func() uuid.UUID
}

// Server is an emulated Scanopy. It is safe for concurrent requests; each is served as a whole.
type Server struct {
	clock    clock.Clock
	basePath string
	faults   *faults
	journal  *journal
	limit    *limiter
	resting  resting

	mu       sync.RWMutex
	makeID   func() uuid.UUID
	lastTime time.Time
	dialect  *dialect
	routes   []route
	db       *store
	access   *access
	start    seeded
}

// New makes a server with one organization, the networks "Lab" and "Branch", and a key of each level.
func New(o Options) (*Server, error) {
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	d, err := dialectOf(o.Version)
	if err != nil {
		return nil, err
	}
	s := &Server{clock: o.Clock, basePath: strings.TrimSuffix(o.BasePath, "/"), makeID: o.NewID, dialect: d}
	if s.basePath != "" && !strings.HasPrefix(s.basePath, "/") {
		return nil, fmt.Errorf("base path %q does not begin with a slash", o.BasePath)
	}
	if s.clock == nil {
		s.clock = clock.RealClock{}
	}
	if s.makeID == nil {
		s.makeID = uuid.New
	}
	s.faults, s.journal, s.limit = &faults{}, newJournal(), newLimiter(o.RateLimit)
	s.routes = d.routes()
	s.access = newAccess(s.newID)
	s.seed()
	return s, nil
}

func (s *Server) newID() uuid.UUID { return s.makeID() }

// now is the time, later than any time it gave before by a microsecond or more.
func (s *Server) now() time.Time {
	t := s.clock.Now().UTC()
	if least := s.lastTime.Truncate(time.Microsecond).Add(time.Microsecond); t.Before(least) {
		t = least
	}
	s.lastTime = t
	return t
}

// ServeHTTP serves the API, and the control endpoints beside it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, s.basePath)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if strings.HasPrefix(path, "/control/") {
		s.serveControl(w, r, path)
		return
	}
	s.serveAPI(w, r, path)
}

// serveAPI answers one request: fault before, limit, work, fault after, and an entry in the log.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, path string) {
	rt, match := s.match(r.Method, path)
	entry := s.journal.open(s.clock.Now(), r, path, match.template)
	fault := s.faults.take(r.Method, requestTarget(r, path))
	if fault != nil {
		entry.fault(fault)
		fault.hear(r)
	}
	if fault.before() && !s.spoil(w, r, fault, nil, entry) {
		return
	}
	a := s.untilRest(r, rt, match, path, fault.allowance())
	if fault.after() && !s.spoil(w, r, fault, a, entry) {
		return
	}
	if a == nil { // it rests, and the fault says nothing to the client
		panic(http.ErrAbortHandler)
	}
	entry.close(a.status, len(a.body))
	a.write(w)
}

// answer does the work of a request, which breaks off after so many rows, if any.
func (s *Server) answer(r *http.Request, rt *route, match match, path string, rows *allowance) *answer {
	verdict := limitVerdict{}
	if strings.HasPrefix(path, "/api/") && path != "/api/health" && path != "/api/config" {
		verdict = s.limit.check(s.clock.Now(), s.limitKey(r))
	}
	var a *answer
	switch {
	case verdict.refused:
		s.mu.RLock()
		defer s.mu.RUnlock()
		a = s.failure(errStatus(http.StatusTooManyRequests, "Rate limit exceeded. Try again in %d seconds.", verdict.wait))
	case rt == nil:
		a = &answer{status: match.status}
	default:
		a = s.run(r, rt, match, path, rows)
	}
	verdict.header(a)
	return a
}

// run serves a matched request: caller, path, query, body, handler, in the server's order.
func (s *Server) run(r *http.Request, rt *route, match match, path string, rows *allowance) *answer {
	if rt.reads {
		s.mu.RLock()
		defer s.mu.RUnlock()
	} else {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.db.rows, s.db.rest = rows, s.rest
	}
	if match.dialect != s.dialect { // it became another version on the way
		if rt, match = s.find(r.Method, path); rt == nil {
			return &answer{status: match.status}
		}
	}
	c := &call{Server: s, request: r, prob: problem{words: &s.dialect.words}}
	if err := c.prepare(rt, match); err != nil {
		return s.failure(err)
	}
	out, err := rt.handle(c)
	if err != nil {
		return s.failure(err)
	}
	return s.success(s.dialect.shape(out))
}

// say puts the version's words into a message.
func (s *Server) say(message string) string { return s.dialect.words.say(message) }

func requestTarget(r *http.Request, path string) string {
	if r.URL.RawQuery == "" {
		return path
	}
	return path + "?" + r.URL.RawQuery
}
