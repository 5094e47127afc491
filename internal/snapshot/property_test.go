// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// TestWhileOnlyWeWriteTheViewIsTheServer writes at random moments of lists; the store is told of it at once or a page
// later, but before the next write, as with one writer per network. Nobody else writes, so once all is told the view
// shows nothing that the server does not hold, what it lacks is a suspect at worst (pages slip when hosts go), and a
// list that nobody disturbs makes it whole.
func TestWhileOnlyWeWriteTheViewIsTheServer(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		bench, end := openBench(t, plenty)
		defer end()
		w := &world{bench: bench}
		for range rapid.IntRange(0, 4).Draw(r, "hosts") {
			w.perform(act{What: creating})()
		}
		w.refresh()
		for range rapid.IntRange(1, 4).Draw(r, "rounds") {
			w.pages(rapid.IntRange(1, 3).Draw(r, "rows on a page"))
			w.round(rapid.SliceOfN(drawnAct(), 0, 4).Draw(r, "acts"))
			w.isServer(r, true)
			w.refresh()
			w.isServer(r, false)
		}
	})
}

const (
	creating = iota
	deleting
	renaming
	addingPort
	droppingPort
)

// act is a write at a certain page of a list.
type act struct {
	What, Host, Page int
	// Late: the answer comes after that page.
	Late bool
}

func drawnAct() *rapid.Generator[act] {
	return rapid.Custom(func(r *rapid.T) act {
		return act{
			What: rapid.IntRange(creating, droppingPort).Draw(r, "what"), Host: rapid.IntRange(0, 9).Draw(r, "host"),
			Page: rapid.IntRange(1, 4).Draw(r, "page"), Late: rapid.Bool().Draw(r, "late"),
		}
	})
}

// world is a bench with hosts that only we write to.
type world struct {
	*bench

	made  int
	hosts []string
}

// round acts while everything is listed. What did not find its page is done after the list.
func (w *world) round(acts []act) {
	answer := func() {}
	page := 0
	turn := func() {
		page++
		answer()
		answer = func() {}
		for _, a := range acts {
			if a.Page != page {
				continue
			}
			answer()
			answer = w.perform(a)
			if !a.Late {
				answer()
				answer = func() {}
			}
		}
	}
	w.before.Store(new(func(r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/hosts") {
			turn()
		}
	}))
	w.refresh()
	w.before.Store(nil)
	for page < 4 {
		turn()
	}
	answer()
}

// perform sends a write and gives what tells the store of its answer.
func (w *world) perform(a act) (answer func()) {
	if a.What == creating || len(w.hosts) == 0 {
		w.made++
		h := w.create(w.made)
		w.hosts = append(w.hosts, h.ID)
		return func() { w.Wrote(w.key, h) }
	}
	at := a.Host % len(w.hosts)
	id := w.hosts[at]
	read, err := w.client.GetHost(w.t.Context(), id)
	w.must(err)
	switch {
	case a.What == deleting:
		w.remove(id)
		w.hosts = append(w.hosts[:at:at], w.hosts[at+1:]...)
		return func() { w.Delete(w.key, id) }
	case a.What == renaming:
		w.made++
		update := read.AsUpdate()
		update.Name = uuid.NewString()
		h, err := w.client.UpdateHost(w.t.Context(), id, update)
		w.must(err)
		return func() { w.Wrote(w.key, Observe(h)) }
	case a.What == droppingPort && len(read.Ports) > 0:
		w.must(w.client.DeletePort(w.t.Context(), read.Ports[0].ID))
		return func() { w.Change(w.key, id, DropPort(read.Ports[0].ID)) }
	}
	w.made++
	row, err := w.client.CreatePort(w.t.Context(), scanopy.Port{
		ID: uuid.NewString(), HostID: id, NetworkID: w.key.Network, Number: 1000 + w.made, Protocol: scanopy.TCP,
	})
	w.must(err)
	return func() { w.Change(w.key, id, PutPort(ObservePort(row))) }
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// isServer compares the view with what the server holds.
func (w *world) isServer(r *rapid.T, maySuspect bool) {
	page, err := w.client.ListHosts(w.t.Context(), w.key.Network, scanopy.MaxPage, 0)
	w.must(err)
	want, got := map[string]core.ObservedHost{}, map[string]core.ObservedHost{}
	v := w.view()
	for _, h := range page.Hosts {
		if _, suspect := v.Suspect(h.ID); !suspect || !maySuspect {
			want[h.ID] = Observe(h)
		}
	}
	for _, id := range v.HostIDs() {
		h, _ := v.Host(id)
		shown := want[id] // times come rounded after a while
		h.CreatedAt, h.UpdatedAt, h.Version = shown.CreatedAt, shown.UpdatedAt, shown.Version
		got[id] = h
	}
	if diff := cmp.Diff(got, want, cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty()); diff != "" {
		r.Fatalf("the view differs from the server (-view +server):\n%s", diff)
	}
}
