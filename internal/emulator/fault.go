// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
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
	// Echo replaces ECHO in Body and Location by the request's Authorization header and body: plain (as in a JSON string),
	// base64, url (percent-encoded) or hex.
	Echo string `json:"echo,omitempty"`
	// EmptyList takes all rows out of a list, Omit those with these ids, without changing the total.
	EmptyList bool     `json:"emptyList,omitempty"`
	Omit      []string `json:"omit,omitempty"`
	// Total is the total that a list claims.
	Total *int `json:"total,omitempty"`
	// Truncate keeps so many bytes of the body. With Cut the connection breaks there, else the answer looks whole.
	Truncate int `json:"truncate,omitempty"`
	// AfterRows lets a request make so many rows and then break off, with the server's own error, Cut or Status.
	AfterRows int `json:"afterRows,omitempty"`
	// Rests has a request rest there that AfterRows breaks off: the client is told what the fault says, and the server goes
	// on with the rest later. Wakes lets those that rest make so many more rows, -1 all, before or after (When) this one.
	Rests bool `json:"rests,omitempty"`
	Wakes int  `json:"wakes,omitempty"`
	// Pad adds so many spaces to the body, to make it large.
	Pad int `json:"pad,omitempty"`

	method, path *regexp.Regexp
	delay        time.Duration
}

// changesAnswer tells whether the fault needs the server's own answer.
func (f *Fault) changesAnswer() bool {
	return f.EmptyList || len(f.Omit) > 0 || f.Total != nil || f.Truncate > 0 || f.Pad > 0 || f.AfterRows > 0
}

// allowance is how many rows the request may make; nil is any number.
func (f *Fault) allowance() *allowance {
	if f == nil || f.AfterRows == 0 {
		return nil
	}
	return newAllowance(f.AfterRows, f.Rests)
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
	if f.Echo != "" && echoes()[f.Echo] == nil {
		return fmt.Errorf("fault echo: %q is no way to write a request", f.Echo)
	}
	if f.Rests && f.AfterRows == 0 {
		return errors.New("fault rests: there is nothing to rest after without afterRows")
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

// OmitHosts is a fault: lists lack these rows, so many times.
func OmitHosts(times int, ids ...uuid.UUID) Fault {
	f := Fault{Method: "^GET$", Path: `^/api/v1/hosts(\?|$)`, Times: times}
	for _, id := range ids {
		f.Omit = append(f.Omit, id.String())
	}
	return f
}
