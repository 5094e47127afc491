// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"net/http"
	"testing"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/test/await"
)

func TestAnAnswerTooLargeIsAskedForInSmallerPages(t *testing.T) {
	b := newBench(t, plenty)
	b.createMany(4)
	b.pages(8)
	tooLarge := emulator.Fault{Path: `/hosts\?.*limit=(8|4|2)(&|$)`, Pad: 33 << 20, Times: -1}
	b.fault(tooLarge)
	if v := b.refresh(); v.Total() != 4 {
		t.Errorf("%d hosts", v.Total())
	}
	b.server.ResetLog()
	b.refresh()
	if n := b.lists()["GET /api/v1/hosts"]; n != 4 {
		t.Errorf("%d requests: the size that worked was forgotten", n)
	}
}

func TestAnAnswerTooLargeForOneHostIsAnError(t *testing.T) {
	b := newBench(t, plenty)
	b.createMany(1)
	b.pages(2)
	b.fault(emulator.Fault{Path: `/hosts\?`, Pad: 33 << 20, Times: -1})
	b.Ensure(b.key, b.source, 0)
	b.wait()
	if _, ok := b.View(b.key); ok || b.Err(b.key) == nil {
		t.Errorf("a view: %v, error %v", ok, b.Err(b.key))
	}
}

func TestAFailureIsKeptAndNotRepeatedAtOnce(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	b.fault(emulator.Fault{Status: http.StatusBadGateway})
	b.refresh()
	p := b.Ensure(b.key, b.source, 0)
	if p.Refreshing || p.Retry != time.Second || !fault.IsClass(p.Err, fault.Transient) {
		t.Errorf("progress %+v", p)
	}
	b.clock.Step(time.Second)
	b.refresh()
	if err := b.Err(b.key); err != nil {
		t.Errorf("after a refresh that worked: %v", err)
	}
}

func TestAListThatFailedBeginsAtOnceWhenTheServerIsBack(t *testing.T) {
	b := newBench(t, plenty)
	b.refresh()
	b.Recover(b.key, b.source) // nothing failed
	if n := b.lists()["GET /api/v1/hosts"]; n != 1 {
		t.Errorf("%d lists of hosts though none had failed", n)
	}
	b.fault(emulator.Fault{Status: http.StatusBadGateway})
	mark := b.Dirty(b.key)
	b.wait()
	b.Recover(b.key, b.source)
	b.wait()
	if err := b.Err(b.key); err != nil || !b.view().ListedSince(mark) {
		t.Errorf("error %v, listed %v", err, b.view().ListedSince(mark))
	}
}

// A server that was upgraded gets another client; what its former one could not read is no failure.
func TestAListThatFailedWithAFormerClientIsReadByTheNewOne(t *testing.T) {
	b := newBench(t, plenty)
	b.create(1)
	b.server.ResetLog()
	other, err := b.client.WithDialect("0.14.13")
	if err != nil {
		t.Fatal(err)
	}
	b.fault(emulator.Fault{Status: http.StatusBadGateway})
	b.onHostPage(1, func() { b.Ensure(b.key, Source{other, b.limiter}, time.Hour) })
	b.Ensure(b.key, b.source, 0)
	b.wait() // by the former
	b.wait() // by the new one
	if err := b.Err(b.key); err != nil || b.view().Total() != 1 {
		t.Errorf("error %v, %d hosts", err, b.view().Total())
	}
}

func TestOtherSettingsAreTriedAtOnce(t *testing.T) {
	b := newBench(t, plenty)
	b.fault(emulator.Fault{Status: http.StatusBadGateway})
	b.Ensure(b.key, b.source, 0)
	b.wait()
	other, err := b.client.WithDialect("0.14.13")
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Ensure(b.key, Source{other, b.limiter}, 0); !p.Refreshing {
		t.Errorf("progress %+v", p)
	}
	b.wait()
	b.view()
}

// Backends with the same URL and key share a view: none of them mends by asking what has failed for the other.
func TestTwoWhoShareAViewDoNotTurnAFailureIntoAStorm(t *testing.T) {
	b := newBench(t, plenty)
	other, err := b.client.WithDialect("0.14.13")
	if err != nil {
		t.Fatal(err)
	}
	second := Source{other, b.limiter}
	b.fault(emulator.Fault{Status: http.StatusBadGateway, Times: 2})
	b.onHostPage(1, func() { b.Ensure(b.key, second, 0) })
	b.Ensure(b.key, b.source, 0)
	b.wait() // by the first
	b.wait() // by the second, which came while the first failed
	for range 5 {
		for _, source := range []Source{b.source, second} {
			if p := b.Ensure(b.key, source, 0); p.Refreshing || p.Retry == 0 {
				t.Fatalf("progress %+v", p)
			}
		}
	}
	b.clock.Step(time.Minute)
	b.refresh()
	if err := b.Err(b.key); err != nil {
		t.Error(err)
	}
}

func TestWithoutTokensNothingIsSentUntilTheyAreThere(t *testing.T) {
	b := newBench(t, registry.Budget{PerMinute: 60, Burst: 1})
	b.Ensure(b.key, b.source, 0)
	for sent := 1; sent < 4; sent++ {
		await.Until(t, func() bool {
			return b.limiter.Snapshot().Waiting[registry.PriorityCreate] == 1 && len(b.server.Log().Entries) == sent
		})
		b.clock.Step(time.Second)
	}
	b.wait()
	b.view()
	if n := len(b.server.Log().Entries); n != 4 {
		t.Errorf("%d requests", n)
	}
}

func TestA429IsWaitedForAndNoFailure(t *testing.T) {
	b := newBench(t, plenty)
	b.fault(emulator.Fault{Status: http.StatusTooManyRequests, RetryAfter: "7"})
	b.Ensure(b.key, b.source, 0)
	await.Until(t, func() bool { return b.limiter.Snapshot().Waiting[registry.PriorityCreate] == 1 })
	if !fault.IsClass(b.Err(b.key), fault.Throttled) {
		t.Errorf("meanwhile: %v", b.Err(b.key))
	}
	b.clock.Step(6 * time.Second)
	if n := len(b.server.Log().Entries); n != 1 {
		t.Errorf("%d requests before Retry-After", n)
	}
	b.clock.Step(time.Second + 10*time.Millisecond)
	b.wait()
	b.view()
	if err := b.Err(b.key); err != nil {
		t.Error(err)
	}
}
