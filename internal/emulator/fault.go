// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Moments of a fault.
const (
	// Before the request is worked on: nothing is written.
	Before = "before"
	// After it was worked on: what it writes is written, the client is told something else, or nothing.
	After = "after"
)

// Fault spoils requests. All that is set happens: first the delay, then the cut or the answer.
type Fault struct {
	// Method and Path are regular expressions; empty ones match all. Path is matched with the path below the base
	// path and, after a question mark, the query.
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	// Skip lets so many matching requests pass first.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests are spoiled: 0 means one, a negative number all, until the faults are cleared.
	Times int `json:"times,omitempty"`
	// When is Before (also when empty) or After. What changes an answer of the server is always After.
	When string `json:"when,omitempty"`
	// Delay waits, such as "1.5s".
	Delay string `json:"delay,omitempty"`
	// Cut breaks the connection.
	Cut bool `json:"cut,omitempty"`
	// Status answers in the server's place, with Body, ContentType (default application/json), RetryAfter and Location.
	Status      int    `json:"status,omitempty"`
	Body        string `json:"body,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	RetryAfter  string `json:"retryAfter,omitempty"`
	Location    string `json:"location,omitempty"`
	// EmptyList takes all rows out of a list, Omit those with these ids, without changing the total.
	EmptyList bool     `json:"emptyList,omitempty"`
	Omit      []string `json:"omit,omitempty"`
	// Total is the total that a list claims.
	Total *int `json:"total,omitempty"`
	// Truncate keeps so many bytes of the body. With Cut the connection breaks there, else the answer looks whole.
	Truncate int `json:"truncate,omitempty"`
	// Pad adds so many spaces to the body, to make it large.
	Pad int `json:"pad,omitempty"`

	method, path *regexp.Regexp
	delay        time.Duration
}

// changesAnswer tells whether the fault needs the server's own answer.
func (f *Fault) changesAnswer() bool {
	return f.EmptyList || len(f.Omit) > 0 || f.Total != nil || f.Truncate > 0 || f.Pad > 0
}

func (f *Fault) before() bool { return f != nil && f.When != After && !f.changesAnswer() }
func (f *Fault) after() bool  { return f != nil && !f.before() }

func (f *Fault) compile() error {
	var err error
	if f.method, err = regexp.Compile(f.Method); err != nil {
		return fmt.Errorf("fault method: %w", err)
	}
	if f.path, err = regexp.Compile(f.Path); err != nil {
		return fmt.Errorf("fault path: %w", err)
	}
	if f.Delay != "" {
		if f.delay, err = time.ParseDuration(f.Delay); err != nil {
			return fmt.Errorf("fault delay: %w", err)
		}
	}
	if f.When != "" && f.When != Before && f.When != After {
		return fmt.Errorf("fault when: %q is neither %q nor %q", f.When, Before, After)
	}
	if f.Times == 0 {
		f.Times = 1
	}
	return nil
}

// faults are those still waiting.
type faults struct {
	mu   sync.Mutex
	list []*Fault
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// take finds the fault for a request and counts it.
func (fs *faults) take(method, target string) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.list {
		if !f.method.MatchString(method) || !f.path.MatchString(target) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			fs.list = slices.Delete(fs.list, i, i+1)
		}
		taken := *f
		return &taken
	}
	return nil
}

// AddFaults adds faults behind those that wait.
func (s *Server) AddFaults(list ...Fault) error {
	for i := range list {
		if err := list[i].compile(); err != nil {
			return err
		}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for i := range list {
		s.faults.list = append(s.faults.list, new(list[i]))
	}
	return nil
}

// ClearFaults forgets all faults.
func (s *Server) ClearFaults() { s.faults.clear() }

// Faults tells which faults still wait.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := []Fault{}
	for _, f := range s.faults.list {
		out = append(out, *f)
	}
	return out
}

// spoil does what a fault says, before the work (a is nil) or after. It tells whether the request goes on.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f *Fault, a *answer, entry *logged) bool {
	if f.delay > 0 {
		select {
		case <-s.clock.After(f.delay):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if a != nil {
		f.lie(a)
	}
	switch {
	case f.Truncate > 0 && a != nil:
		f.truncate(w, a, entry)
		return false
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Status != 0:
		a = f.answer()
		entry.close(a.status, len(a.body))
		a.write(w)
		return false
	}
	return true
}

// answer is what the fault says in the server's place.
func (f *Fault) answer() *answer {
	a := &answer{status: f.Status, contentType: f.ContentType, body: []byte(f.Body)}
	if a.contentType == "" {
		a.contentType = "application/json"
	}
	if f.RetryAfter != "" {
		a.set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		a.set("Location", f.Location)
	}
	return a
}

// truncate sends a part of the answer, and breaks the connection if the fault cuts.
func (f *Fault) truncate(w http.ResponseWriter, a *answer, entry *logged) {
	part := a.body[:min(f.Truncate, len(a.body))]
	if !f.Cut {
		a.body = part
		entry.close(a.status, len(a.body))
		a.write(w)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)+1))
	w.WriteHeader(a.status)
	_, _ = w.Write(part)
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	panic(http.ErrAbortHandler)
}

// lie changes the server's answer.
func (f *Fault) lie(a *answer) {
	if f.EmptyList || len(f.Omit) > 0 || f.Total != nil {
		f.lieAboutList(a)
	}
	if f.Pad > 0 {
		a.body = append(a.body, slices.Repeat([]byte(" "), f.Pad)...)
	}
}

func (f *Fault) lieAboutList(a *answer) {
	var doc map[string]any
	if json.Unmarshal(a.body, &doc) != nil {
		return
	}
	if rows, ok := doc["data"].([]any); ok {
		doc["data"] = slices.DeleteFunc(rows, func(r any) bool {
			fields, _ := r.(map[string]any)
			id, _ := fields["id"].(string)
			return f.EmptyList || slices.Contains(f.Omit, id)
		})
	}
	if meta, ok := doc["meta"].(map[string]any); ok && f.Total != nil {
		if p, ok := meta["pagination"].(map[string]any); ok {
			p["total_count"] = *f.Total
		}
	}
	a.body = jsonAnswer(a.status, doc).body
}

// OmitHosts is a fault: lists lack these rows, so many times.
func OmitHosts(times int, ids ...uuid.UUID) Fault {
	f := Fault{Method: "^GET$", Path: `^/api/v1/hosts(\?|$)`, Times: times}
	for _, id := range ids {
		f.Omit = append(f.Omit, id.String())
	}
	return f
}
