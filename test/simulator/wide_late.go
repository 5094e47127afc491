// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

// late is a request of ours that the server works off after its client gave up.
type late struct {
	site *site
	at   time.Time
	what string
	task string
	// of is the Host for which it makes what it makes.
	of   types.UID
	sent *http.Request
}

// slow makes the servers slow for a while.
func (w *world) slow() {
	w.isSlow = !w.isSlow
	w.note("requests are late: %v", w.isSlow)
}

// delay has the server work a request off later than its client waits for.
func (t transport) delay(s *site, r *http.Request, what string) error {
	w := t.process.world
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		must(err)
	}
	sent := r.Clone(context.Background())
	sent.Body = io.NopCloser(bytes.NewReader(body))
	l := late{site: s, what: what, sent: sent, of: t.process.makesFor(), at: w.clock.now.Add(requestTimeout + time.Duration(w.random.IntN(20_000))*time.Millisecond)}
	if t.process.current != nil {
		l.task = t.process.current.name
	}
	w.late = append(w.late, l)
	return t.timeOut(s, what+", yet")
}

// arriving are the places of late requests whose time has come.
func (w *world) arriving() []int {
	var out []int
	for i, l := range w.late {
		if !l.at.After(w.clock.now) {
			out = append(out, i)
		}
	}
	return out
}

// arrive has the server work a late request off; nobody hears its answer.
func (w *world) arrive(i int) {
	l := w.late[i]
	w.late = slices.Delete(w.late, i, i+1)
	done := l.site.witness.watch(l.sent, l.task)
	resp, err := l.site.Transport().RoundTrip(l.sent)
	l.site.witness.credentials.isLate = true
	done()
	l.site.witness.credentials.isLate = false
	for _, id := range sortedKeys(l.site.witness.ours) {
		if l.site.witness.ours[id] == "" {
			l.site.witness.ours[id] = l.of
			l.site.witness.let[id] = !w.isThere(l.of) // after its Host was let go nobody can know of it
		}
	}
	if err == nil {
		w.note("  %s: %s %d, late", l.site.name, l.what, resp.StatusCode)
	}
}

// arrives is when the next late request comes.
func (w *world) arrives() (first time.Time, ok bool) {
	for _, l := range w.late {
		if !ok || l.at.Before(first) {
			first, ok = l.at, true
		}
	}
	return first, ok
}

func (w *world) isThere(uid types.UID) bool {
	return slices.ContainsFunc(w.hosts(), func(h *v1alpha1.Host) bool { return h.UID == uid })
}
