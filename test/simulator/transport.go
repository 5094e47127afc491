// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"time"
)

// transport carries the operator's requests to the sites. A task stops before its request, and after the answer.
type transport struct{ process *process }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	p, w := t.process, t.process.world
	s := w.siteOf(r.URL.Host)
	what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")
	if w.clock.now.Before(s.silent) {
		w.wrong("%s was asked %s though it wants to be left alone for %s", s.name, what, s.silent.Sub(w.clock.now))
	}
	task, began, isHeard := p.task(), s.witness.count, false
	s.witness.credentials.asks(r, task)
	defer func() { s.witness.credentials.answered(r, task, began, isHeard) }()
	p.pause(s.name + ": " + what)
	if w.before != nil && s == w.sites[0] {
		w.before(what)
	}
	spoiled := w.weather.draw(w, s, r)
	if spoiled == noFault {
		spoiled = w.drawCredentialFault(r)
	}
	if spoiled == refusedFault {
		w.note("  %s: %s refused", s.name, what)
		return nil, errRefused
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if spoiled == timeoutBefore {
		return nil, t.timeOut(s, what)
	}
	if w.isSlow && r.Method != http.MethodGet && w.chance(15) {
		return nil, t.delay(s, r, what)
	}
	resp, err := s.serve(p, r, what, spoiled)
	isHeard = err == nil && spoiled == noFault && resp.StatusCode == http.StatusOK
	if spoiled == timeoutAfter {
		return nil, t.timeOut(s, what)
	}
	if w.chance(50) {
		p.pause(s.name + ": answer to " + what)
	}
	s.hush(resp)
	if w.wild && r.Method == http.MethodGet && w.chance(10) {
		if h := hostByID(s.State(), hostOf(r.URL.Path)); h != nil {
			s.meddle(h) // what the operator has just read is no longer so
		}
	}
	return resp, err
}

// hush notes that a server wants to be left alone, at the moment in which the operator hears it.
func (s *site) hush(resp *http.Response) {
	if resp == nil || resp.StatusCode != http.StatusTooManyRequests {
		return
	}
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	must(err)
	if until := s.world.clock.now.Add(time.Duration(seconds) * time.Second); until.After(s.silent) {
		s.silent = until
	}
}

// timeOut is what a client sees of a server that does not answer.
func (t transport) timeOut(s *site, what string) error {
	w := t.process.world
	w.note("  %s: %s not answered", s.name, what)
	t.process.pauseUntil(stop{at: s.name + ": waits for " + what, until: w.clock.now.Add(requestTimeout)})
	return errTimeout
}

func (w *world) siteOf(host string) *site {
	for _, s := range w.sites {
		if s.name+".example" == host {
			return s
		}
	}
	panic("nobody is called " + host)
}

// serve has the emulator answer, watched by the witness.
func (s *site) serve(p *process, r *http.Request, what string, f fault) (*http.Response, error) {
	s.spoil(f)
	s.spoilCredentials(f)
	done := s.witness.watch(r, p.task())
	resp, err := s.Transport().RoundTrip(r)
	done()
	s.ClearFaults()
	switch {
	case err != nil:
		s.world.note("  %s: %s cut (%s)", s.name, what, f)
	case f != noFault:
		s.world.note("  %s: %s %d (%s)", s.name, what, resp.StatusCode, f)
	case !s.world.quiet || r.Method != http.MethodGet:
		s.world.note("  %s: %s %d", s.name, what, resp.StatusCode)
	}
	if r.Method != http.MethodGet && !s.world.isDenied(r, resp) {
		s.world.written++
	}
	return resp, err
}
