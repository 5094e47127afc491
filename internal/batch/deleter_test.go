// SPDX-License-Identifier: Apache-2.0

package batch_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/test/await"
)

func TestAThousandHostsGoByOneRequest(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(1000)
	for n, id := range ids {
		b.delete(fmt.Sprint(n), id)
	}
	b.told(1000)
	b.sent(bulk)
	b.is("0", batch.Deleted)
	b.is("999", batch.Deleted)
	if v, _ := b.store.View(b.key); v.Total() != 0 || !v.Confirmed(ids[500]) || len(b.server.State().Hosts) != 0 {
		t.Errorf("%d hosts are left in the snapshot, %d on the server", v.Total(), len(b.server.State().Hosts))
	}
}

func TestOneHostIsDeletedByItself(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(1)
	b.delete("a", ids[0])
	b.clock.Step(time.Second)
	b.told(1)
	b.sent(single)
	b.is("a", batch.Deleted)
}

func TestAGroupOnItsWayIsNotTakenTwice(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(2)
	b.delete("a", ids...)
	b.delete("a", ids...)
	b.clock.Step(time.Second)
	b.told(1)
	b.sent(bulk)
	if got := b.is("a", batch.Deleted); len(got.HostIDs) != 2 {
		t.Errorf("%+v", got)
	}
	b.Forget("a")
	if _, ok := b.Outcome("a"); ok {
		t.Error("the outcome is not forgotten")
	}
}

func TestWhatMayNoLongerGoStays(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(3)
	b.judge = func(group string) bool { return group != "b" }
	for n, group := range []string{"a", "b", "c"} {
		b.delete(group, ids[n])
	}
	b.clock.Step(time.Second)
	b.told(3)
	b.is("a", batch.Deleted)
	b.is("b", batch.Withheld)
	if hosts := b.server.State().Hosts; len(hosts) != 1 || hosts[0].ID.String() != ids[1] {
		t.Errorf("left: %v", hosts)
	}
}

func TestEachGroupIsAskedAboutThoseOfItsHostsThatTheRequestIsFor(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(3)
	b.delete("a", ids[0], ids[1])
	b.delete("b", ids[2])
	b.clock.Step(time.Second)
	b.told(2)
	first := slices.Sorted(slices.Values(ids[:2]))
	if want := []string{"a: " + strings.Join(first, " "), "b: " + ids[2]}; !slices.Equal(b.asked, want) {
		t.Errorf("asked about %q, not %q", b.asked, want)
	}
}

func TestNothingIsSentWhenNothingMayGo(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(2)
	b.judge = func(string) bool { return false }
	b.delete("a", ids...)
	b.clock.Step(time.Second)
	b.told(1)
	b.is("a", batch.Withheld)
	b.sent()
	if s := b.limiter.Snapshot(); s.Leased != 0 {
		t.Errorf("%d tokens are leased", s.Leased)
	}
}

func TestTheCulpritOfARefusedBulkIsFoundAndTheOthersGo(t *testing.T) {
	b := newBench(t, plenty)
	culprit := b.daemon()
	ids := append(b.hosts(31), culprit)
	for n, id := range ids {
		b.delete(fmt.Sprint("g", n), id)
	}
	b.clock.Step(time.Second)
	b.told(32)
	for n := range 31 {
		b.is(fmt.Sprint("g", n), batch.Deleted)
	}
	if o := b.is("g31", batch.HasDaemon); o.Err == nil || o.Err.Reason != core.ReasonHostHasDaemon {
		t.Errorf("error %+v", o.Err)
	}
	if hosts := b.server.State().Hosts; len(hosts) != 1 || hosts[0].ID.String() != culprit {
		t.Errorf("left: %v", hosts)
	}
	if n := len(b.server.Log().Entries); n > 11 {
		t.Errorf("%d requests for one culprit of 32", n)
	}
}

func TestHostsThatWereGoneAreMissing(t *testing.T) {
	cases := map[string]struct {
		gone, groups int
		// listed: the snapshot knows that they are gone.
		listed bool
		first  batch.State
	}{
		"the snapshot tells which":                    {gone: 1, groups: 3, listed: true, first: batch.Deleted},
		"it cannot be told which, so all are Missing": {gone: 1, groups: 3, first: batch.Missing},
		"all were gone":                               {gone: 2, groups: 2, first: batch.Missing},
		"the only one was gone":                       {gone: 1, groups: 1, first: batch.Missing},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			ids := b.hosts(c.groups)
			for _, id := range ids[c.groups-c.gone:] {
				if err := b.client.DeleteHost(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			if c.listed {
				b.list()
			}
			for n, id := range ids {
				b.delete(fmt.Sprint("g", n), id)
			}
			b.clock.Step(time.Second)
			b.told(c.groups)
			b.is("g0", c.first)
			b.is(fmt.Sprint("g", c.groups-1), batch.Missing)
			if len(b.server.State().Hosts) != 0 {
				t.Error("some are left")
			}
		})
	}
}

func TestAFailureIsToldToAllAndNotRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		fault  emulator.Fault
		reason core.Reason
		class  string
	}{
		"a server that fails":     {emulator.Fault{Status: http.StatusBadGateway}, core.ReasonBackendUnavailable, "Transient"},
		"an answer that was lost": {emulator.Fault{Cut: true, When: emulator.After}, core.ReasonBackendUnavailable, "Transient"},
		"a key that may not":      {emulator.Fault{Status: http.StatusForbidden}, core.ReasonPermissionDenied, "Auth"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plenty)
			ids := b.hosts(2)
			if err := b.server.AddFaults(c.fault); err != nil {
				t.Fatal(err)
			}
			b.delete("a", ids[0])
			b.delete("b", ids[1])
			b.clock.Step(time.Second)
			b.told(2)
			b.sent(bulk)
			if o := b.is("a", batch.Failed); o.Err.Reason != c.reason || o.Err.Class != c.class {
				t.Errorf("error %+v", o.Err)
			}
			// Trying again ends it, whatever the lost request did.
			b.delete("a", ids[0])
			b.delete("b", ids[1])
			if _, ok := b.Outcome("a"); ok {
				t.Error("the former outcome is still there")
			}
			b.clock.Step(time.Second)
			b.told(2)
			if o, _ := b.Outcome("a"); o.State > batch.Missing || len(b.server.State().Hosts) != 0 {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestABatchWaitsForTokens(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	lease, _ := b.limiter.TryLease(1, "x", registry.PriorityEdit)
	ids := b.hosts(2)
	b.delete("a", ids...)
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return b.limiter.Snapshot().Waiting[registry.PriorityEdit] == 1 })
	b.sent()
	lease.Release()
	b.told(1)
	b.is("a", batch.Deleted)
}

func TestABatchWaitsForTheLockInLine(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(2)
	net := apply.Network{Origin: b.key.Origin, ID: b.key.Network}
	hold, _ := b.locks.Try(net, "x")
	b.delete("a", ids...)
	b.clock.Step(time.Second)
	// When it stands in line, it comes before another.
	await.Until(t, func() bool {
		hold.Release()
		var ok bool
		hold, ok = b.locks.Try(net, "y")
		return !ok
	})
	b.told(1)
	b.is("a", batch.Deleted)
}

func TestA429IsWaitedFor(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(2)
	if err := b.server.AddFaults(emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: "9"}); err != nil {
		t.Fatal(err)
	}
	b.delete("a", ids...)
	b.clock.Step(time.Second)
	await.Until(t, func() bool { return b.limiter.Snapshot().Waiting[registry.PriorityEdit] == 1 })
	b.clock.Step(9*time.Second - time.Millisecond)
	b.sent(bulk)
	b.clock.Step(time.Second)
	b.told(1)
	b.is("a", batch.Deleted)
	b.sent(bulk, bulk)
}

func TestWhatComesDuringARequestGoesWithTheNext(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(6)
	asked := make(chan struct{})
	goOn := make(chan struct{})
	first := true
	b.judge = func(string) bool {
		if first {
			first = false
			close(asked)
			<-goOn
		}
		return true
	}
	b.delete("a", ids[:2]...)
	b.clock.Step(time.Second)
	<-asked
	for group, of := range map[string][]string{"b": ids[2:4], "c": ids[4:]} {
		b.delete(group, of...)
		b.clock.Step(time.Second)
	}
	close(goOn)
	b.told(3)
	b.sent(bulk, bulk)
}

func TestNeitherNetworksNorOtherKeysMix(t *testing.T) {
	b := newBench(t, plenty)
	ids := b.hosts(2)
	b.delete("a", ids[0])
	other := b.key
	other.Network = strings.ToUpper(b.server.Bootstrap().Network2.String())
	b.Delete(batch.Item{Group: "b", HostIDs: ids[1:], Client: b.client, Limiter: b.limiter, Network: other})
	b.clock.Step(time.Second)
	b.told(2)
	b.sent(single, single)
}
