// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestUnknownVersionsAndBasePathsAreRefused(t *testing.T) {
	for name, o := range map[string]emulator.Options{
		"a version that nobody knows":     {Version: "1.2.3"},
		"a base path that does not begin": {BasePath: "inventory"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := emulator.New(o); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestConcurrentRequestsAreServedAsAWhole(t *testing.T) {
	b := onNetwork(t, emulator.Options{})
	subnet := b.subnet()
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for n := range 12 {
				b.makeReadDelete(subnet, worker*100+n, n%3 == 0)
			}
		})
	}
	wait.Wait()
	if got := len(b.State().Hosts); got != 8*8 {
		t.Errorf("%d hosts", got)
	}
}

// makeReadDelete makes a host, reads lists, and deletes it again if asked.
func (b *bench) makeReadDelete(subnet string, n int, remove bool) {
	r, err := b.try("POST", "/api/v1/hosts", b.hostBody(subnet, n))
	if err != nil || r.status != http.StatusOK {
		b.t.Errorf("POST: %v %s", err, r.body)
		return
	}
	calls := [][2]string{{"GET", "/api/v1/hosts?limit=0"}, {"GET", "/api/v1/services"}}
	if remove {
		calls = append(calls, [2]string{"DELETE", "/api/v1/hosts/" + r.id(b.t)})
	}
	for _, call := range calls {
		if r, err := b.try(call[0], call[1], nil); err != nil || r.status != http.StatusOK {
			b.t.Errorf("%v: %v %s", call, err, r.body)
		}
	}
	b.State()
	b.Log()
}

func TestADeterministicServerRepeatsItself(t *testing.T) {
	play := func() emulator.State {
		n := uint32(0)
		b := inProcess(t, emulator.Options{
			Clock: clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
			NewID: func() uuid.UUID { n++; return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, n)) },
		})
		subnet := b.subnet()
		for i := range 5 {
			body := b.hostBody(subnet, i)
			for _, list := range []string{"interfaces", "ports", "services"} {
				for k, row := range body[list].([]fields) {
					row["id"] = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, list, i, k))
					delete(row, "bindings")
				}
			}
			b.must("POST", "/api/v1/hosts", body)
		}
		return b.State()
	}
	if diff := cmp.Diff(play(), play()); diff != "" {
		t.Error(diff)
	}
}

func TestTimesGrowThoughTheClockStandsStill(t *testing.T) {
	b := inProcess(t, emulator.Options{Clock: clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))})
	id := b.bareHost("web")
	before := b.State().Hosts[0].UpdatedAt
	b.must("PUT", "/api/v1/hosts/"+id, fields{"id": id, "name": "web", "hidden": false})
	if after := b.State().Hosts[0].UpdatedAt; !after.After(before.Time) {
		t.Errorf("updated at %v, before %v", after, before)
	}
}

func TestRowsCarriedOverInAListKeepTheirTimes(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	body := b.hostBody(b.subnet(), 1)
	id := b.must("POST", "/api/v1/hosts", body).id(t)
	before := b.State().Hosts[0]
	body["id"], body["hidden"] = id, false
	b.must("PUT", "/api/v1/hosts/"+id, body)
	after := b.State().Hosts[0]
	if !after.UpdatedAt.After(before.UpdatedAt.Time) {
		t.Error("the host's own time did not move")
	}
	after.UpdatedAt = before.UpdatedAt
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	large := fields{"name": "x", "network_id": b.boot.Network, "hostname": string(make([]byte, 3<<20))}
	if r := b.do("POST", "/api/v1/hosts", large); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", r.status)
	}
}

func TestAPathInWordsBeatsOneWithIDs(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	for path, want := range map[string]int{
		"/api/v1/tags/assign": http.StatusMethodNotAllowed, "/api/v1/tags/x": http.StatusBadRequest,
		"/api/hosts": http.StatusOK, "/api/v1/hosts/": http.StatusNotFound,
	} {
		if r := b.do("GET", path, nil); r.status != want {
			t.Errorf("GET %s: %d, want %d", path, r.status, want)
		}
	}
}

// BenchmarkHosts makes a thousand hosts and lists them.
func BenchmarkHosts(b *testing.B) {
	for b.Loop() {
		e := inProcess(b, emulator.Options{})
		subnet := e.subnet()
		for n := range 1000 {
			e.must("POST", "/api/v1/hosts", e.hostBody(subnet, n))
		}
		e.must("GET", "/api/v1/hosts?limit=0", nil)
	}
}

// BenchmarkList lists a thousand hosts.
func BenchmarkList(b *testing.B) {
	e := inProcess(b, emulator.Options{})
	subnet := e.subnet()
	for n := range 1000 {
		e.must("POST", "/api/v1/hosts", e.hostBody(subnet, n))
	}
	for _, version := range []string{"0.14.13", "0.17.22"} {
		b.Run(version, func(b *testing.B) {
			if err := e.SetVersion(version); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e.must("GET", "/api/v1/hosts?limit=0", nil)
			}
		})
	}
}
