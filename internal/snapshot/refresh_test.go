// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/test/await"
)

func TestARefreshReadsEachKindOnce(t *testing.T) {
	b := newBench(t, plenty)
	hosts := b.createMany(3)
	if _, ok := b.View(b.key); ok {
		t.Error("there is a view before the first list")
	}
	if p := b.Ensure(b.key, b.source, time.Minute); !p.Refreshing || p.Err != nil {
		t.Errorf("progress %+v", p)
	}
	b.wait()
	v := b.view()
	if v.Total() != 3 || len(v.Subnets()) == 0 || v.Lacks(hosts[1].ID) {
		t.Errorf("the view has %d hosts, %d subnets", v.Total(), len(v.Subnets()))
	}
	b.Ensure(b.key, b.source, time.Minute)
	want := map[string]int{"GET /api/v1/hosts": 1, "GET /api/v1/subnets": 1, "GET /api/v1/tags": 1, "GET /api/v1/daemons": 1}
	if got := b.lists(); !maps.Equal(got, want) {
		t.Errorf("requests %v, not %v", got, want)
	}
}

func TestOldAgeBeginsARefreshAndManyAskersShareIt(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	b.clock.Step(time.Minute)
	entered, release := make(chan struct{}), make(chan struct{})
	b.onHostPage(1, func() { close(entered); <-release })
	b.Ensure(b.key, b.source, time.Minute)
	<-entered
	for range 10 {
		if p := b.Ensure(b.key, b.source, time.Minute); !p.Refreshing {
			t.Error("the refresh is not told of")
		}
	}
	close(release)
	b.wait()
	if n := b.lists()["GET /api/v1/hosts"]; n != 2 {
		t.Errorf("%d lists of hosts, not 2", n)
	}
}

func TestDirtyListsHostsOnlyAndRenewEverything(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	mark := b.Dirty(b.key)
	if b.view().ListedSince(mark) {
		t.Error("a list from before the mark counts")
	}
	b.wait()
	if !b.view().ListedSince(mark) || b.lists()["GET /api/v1/tags"] != 1 {
		t.Errorf("listed since the mark: %v; requests %v", b.view().ListedSince(mark), b.lists())
	}
	mark = b.Renew(b.key)
	b.wait()
	if !b.view().RenewedSince(mark) || b.lists()["GET /api/v1/tags"] != 2 {
		t.Errorf("renewed since the mark: %v; requests %v", b.view().RenewedSince(mark), b.lists())
	}
}

func TestDirtyDuringAListNeedsAnotherOne(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	var mark Mark
	b.onHostPage(1, func() { mark = b.Dirty(b.key) })
	b.Dirty(b.key)
	b.wait()
	b.wait()
	if !b.view().ListedSince(mark) {
		t.Error("the list that was under way was taken for the one that was needed")
	}
}

func TestRelistAcceptsAYoungList(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	b.clock.Step(9 * time.Second)
	if p := b.Relist(b.key, 10*time.Second); p.Refreshing || !b.view().MarkFresh(10*time.Second) {
		t.Error("a young list was not good enough")
	}
	b.clock.Step(time.Second)
	if p := b.Relist(b.key, 10*time.Second); !p.Refreshing {
		t.Error("an old list was good enough")
	}
	b.wait()
	if b.lists()["GET /api/v1/subnets"] != 1 {
		t.Errorf("requests %v", b.lists())
	}
}

func TestFullPagesAreNotFollowedByAnEmptyOne(t *testing.T) {
	b := newBench(t, plenty)
	b.pages(5)
	b.createMany(10)
	if v := b.refresh(); v.Total() != 10 {
		t.Errorf("%d hosts", v.Total())
	}
	if n := b.lists()["GET /api/v1/hosts"]; n != 2 {
		t.Errorf("%d requests for two full pages", n)
	}
}

func TestATotalThatChangesIsReadAgain(t *testing.T) {
	b := newBench(t, plenty)
	hosts := b.createMany(6)
	b.pages(2)
	b.onHostPage(2, func() { b.remove(hosts[0].ID) }) // the third would slip to the first page
	v := b.refresh()
	if v.Total() != 5 || v.Lacks(hosts[2].ID) {
		t.Errorf("%d hosts, the third lacks: %v", v.Total(), v.Lacks(hosts[2].ID))
	}
}

func TestATotalThatNeverRestsGivesTheUnionAndNoAbsence(t *testing.T) {
	b := newBench(t, plenty)
	hosts := b.createMany(6)
	b.refresh()
	b.pages(2)
	seen, next := 0, 100
	b.before.Store(new(func(r *http.Request) {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/hosts") {
			return
		}
		if seen++; seen == 1 {
			b.remove(hosts[5].ID)
		}
		if r.URL.Query().Get("offset") == "2" {
			next++
			b.create(next)
		}
	}))
	v := b.refresh()
	if b.Err(b.key) != nil || v.Total() != 6+4 || v.Lacks(hosts[5].ID) {
		t.Errorf("%d hosts, error %v, absence concluded: %v", v.Total(), b.Err(b.key), v.Lacks(hosts[5].ID))
	}
	b.before.Store(nil)
	if v = b.refresh(); v.Total() != 9 || !v.Lacks(hosts[5].ID) {
		t.Errorf("the next whole list was not believed: %d hosts", v.Total())
	}
}

func TestAListThatShowsFewerThanItCountsChangesNothing(t *testing.T) {
	b := newBench(t, plenty)
	b.createMany(3)
	b.refresh()
	b.fault(emulator.Fault{Path: `/hosts\?`, EmptyList: true, Times: -1})
	v := b.refresh()
	if v.Total() != 3 || !fault.IsClass(b.Err(b.key), fault.Transient) {
		t.Errorf("%d hosts, error %v", v.Total(), b.Err(b.key))
	}
	if n := b.lists()["GET /api/v1/hosts"]; n != 5 {
		t.Errorf("%d lists, not 1 + 4", n)
	}
}

func TestAListThatLiesOnceIsReadAgain(t *testing.T) {
	b := newBench(t, plenty)
	b.createMany(3)
	b.fault(emulator.Fault{Path: `/hosts\?`, EmptyList: true})
	if v := b.refresh(); v.Total() != 3 || b.Err(b.key) != nil {
		t.Errorf("%d hosts, error %v", v.Total(), b.Err(b.key))
	}
}

func TestAShrunkListMakesSuspectsThatARelistClears(t *testing.T) {
	b := newBench(t, plenty)
	hosts := b.createMany(2)
	b.refresh()
	b.fault(emulator.Fault{Path: `/hosts\?`, EmptyList: true, Total: new(0)})
	v := b.refresh()
	if h, ok := v.Suspect(hosts[0].ID); !ok || h.Name != "host-0" || !v.Lacks(hosts[0].ID) || v.Confirmed(hosts[0].ID) {
		t.Error("a host that the list lacks is no suspect, or worse")
	}
	if ids := v.HostsByMAC(hosts[0].Interfaces[0].MAC); len(ids) != 0 {
		t.Errorf("a suspect is found by its MAC: %v", ids)
	}
	v = b.refresh()
	if _, suspect := v.Suspect(hosts[0].ID); suspect || v.Lacks(hosts[0].ID) {
		t.Error("a host that is listed again is still suspect")
	}
}

func TestAHostWithADaemonIsKnownWhereTheKeyMayKnow(t *testing.T) {
	b := newBench(t, plenty)
	plain := b.create(1)
	daemon := b.provision()
	v := b.refresh()
	for id, want := range map[string]bool{plain.ID: false, daemon: true} {
		if h, ok := v.Host(id); !ok || h.Daemon != want {
			t.Errorf("host %s: shown %v, daemon %v", id, ok, h.Daemon)
		}
	}
	b.fault(emulator.Fault{Path: "/api/v1/daemons", Status: http.StatusForbidden})
	b.Renew(b.key)
	b.wait()
	if h, ok := b.view().Host(daemon); !ok || h.Daemon || b.Err(b.key) != nil {
		t.Errorf("after a refusal: shown %v, daemon %v, error %v", ok, h.Daemon, b.Err(b.key))
	}
}

func TestAForgottenKeyStopsAskingAndIsNotToldOf(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	b.Ensure(b.key, b.source, 0)
	await.Until(t, func() bool { return b.limiter.Snapshot().Waiting[registry.PriorityCreate] == 1 })
	b.Forget(b.key)
	if s := b.limiter.Snapshot(); s.Waiting[registry.PriorityCreate] != 0 {
		t.Errorf("it still waits: %+v", s)
	}
	if _, ok := b.View(b.key); ok || len(b.ended) != 0 {
		t.Error("it is still there")
	}
}

func TestRowsOfOtherNetworksAreNotTakenIn(t *testing.T) {
	b := newBench(t, plenty)
	h := b.create(1)
	other := b.key
	other.Network = b.server.Bootstrap().Network2.String()
	b.Put(other, h)
	b.Ensure(other, b.source, 0)
	b.wait()
	if v, ok := b.View(other); !ok || v.Total() != 0 {
		t.Errorf("a host of another network is in the view: %v", v.HostIDs())
	}
	if ids := b.refresh().HostIDs(); !slices.Equal(ids, []string{h.ID}) {
		t.Errorf("hosts %v", ids)
	}
}
