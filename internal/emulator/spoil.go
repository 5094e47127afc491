// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// spoil does what a fault says, before the work (a is nil) or after. It tells whether the request goes on.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f *Fault, a *answer, entry *logged) bool {
	if f.delay > 0 {
		select {
		case <-s.clock.After(f.delay):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if f.Wakes != 0 {
		s.Wake(f.Wakes)
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
