// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Entry is one request in the log.
type Entry struct {
	// Number counts requests since the log began, from 1.
	Number int       `json:"number"`
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	// Route is the path with {id} for ids; "(none)" if there is no such path.
	Route string `json:"route"`
	Path  string `json:"path"`
	Query string `json:"query,omitempty"`
	// Status is 0 while the request runs, and for ever if its connection was cut.
	Status int `json:"status"`
	// Bytes is the size of the answer.
	Bytes int `json:"bytes"`
	// Faulted tells that a fault spoiled the request.
	Faulted bool `json:"faulted,omitempty"`
}

// Log is the requests that the server got, in order, with counts per method and route.
type Log struct {
	Counts  map[string]int `json:"counts"`
	Entries []Entry        `json:"entries"`
}

// Writes counts the requests that may change something.
func (l Log) Writes() int {
	n := 0
	for i := range l.Entries {
		if m := l.Entries[i].Method; m != http.MethodGet && m != http.MethodHead {
			n++
		}
	}
	return n
}

// Asked are the requests in order, as "METHOD route".
func (l Log) Asked() []string {
	out := make([]string, 0, len(l.Entries))
	for i := range l.Entries {
		out = append(out, l.Entries[i].Method+" "+l.Entries[i].Route)
	}
	return out
}

type journal struct {
	mu      sync.Mutex
	counts  map[string]int
	entries []*Entry
}

func newJournal() *journal { return &journal{counts: map[string]int{}} }

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts, j.entries = map[string]int{}, nil
}

// open notes that a request came.
func (j *journal) open(now time.Time, r *http.Request, path, template string) *logged {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts[r.Method+" "+template]++
	e := &Entry{
		Number: len(j.entries) + 1, Time: now, Method: r.Method, Route: template, Path: path, Query: r.URL.RawQuery,
	}
	j.entries = append(j.entries, e)
	return &logged{j, e}
}

// logged is a request that runs.
type logged struct {
	journal *journal
	entry   *Entry
}

func (l *logged) fault(*Fault) {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.entry.Faulted = true
}

func (l *logged) close(status, bytes int) {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.entry.Status, l.entry.Bytes = status, bytes
}

func (j *journal) log() Log {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := Log{Counts: map[string]int{}, Entries: []Entry{}}
	for k, v := range j.counts {
		out.Counts[k] = v
	}
	for _, e := range slices.Clone(j.entries) {
		out.Entries = append(out.Entries, *e)
	}
	return out
}

// Log tells the requests so far.
func (s *Server) Log() Log { return s.journal.log() }

// ResetLog starts an empty log.
func (s *Server) ResetLog() { s.journal.reset() }
