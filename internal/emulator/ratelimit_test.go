// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func limited(t *testing.T) (*bench, *clocktesting.FakeClock) {
	t.Helper()
	clk := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	return inProcess(t, emulator.Options{Clock: clk, RateLimit: true}), clk
}

// passed sends requests and counts those that were not refused.
func (b *bench) passed(n int, token string) int {
	b.t.Helper()
	out := 0
	for range n {
		if r, err := b.tryAs(token, "GET", "/api/v1/tags", nil); err == nil && r.status != http.StatusTooManyRequests {
			out++
		}
	}
	return out
}

func TestAUserHas150RequestsAtOnceAndThenFiveASecond(t *testing.T) {
	b, clk := limited(t)
	if got := b.passed(200, b.boot.Tokens.Owner); got != 150 {
		t.Errorf("%d at once", got)
	}
	clk.Step(time.Second)
	if got := b.passed(20, b.boot.Tokens.Owner); got != 5 {
		t.Errorf("%d after a second", got)
	}
	clk.Step(time.Minute)
	if got := b.passed(200, b.boot.Tokens.Owner); got != 150 {
		t.Errorf("%d after a minute", got)
	}
}

func TestAllKeysOfAUserShareTheLimit(t *testing.T) {
	b, _ := limited(t)
	b.passed(100, b.boot.Tokens.Owner)
	if got := b.passed(100, b.boot.Tokens.Viewer); got != 50 {
		t.Errorf("%d with the other key", got)
	}
}

func TestWithoutAKeyTenRequestsAtOnceAreAllowed(t *testing.T) {
	b, _ := limited(t)
	if got := b.passed(20, ""); got != 10 {
		t.Errorf("%d without a key", got)
	}
	if got := b.passed(1, b.boot.Tokens.Owner); got != 1 {
		t.Error("the user pays for a stranger")
	}
}

func TestARefusalSaysLittle(t *testing.T) {
	b, _ := limited(t)
	b.passed(150, b.boot.Tokens.Owner)
	r := b.do("GET", "/api/v1/tags", nil)
	doc := r.json(t)
	if _, coded := doc["code"]; coded || doc["error"] != "Rate limit exceeded. Try again in 0 seconds." {
		t.Errorf("body %s", r.body)
	}
	if r.header.Get("Retry-After") != "0" || r.header.Get("X-RateLimit-Limit") != "100" {
		t.Errorf("headers %v", r.header)
	}
}

func TestTheHeadersAreConstants(t *testing.T) {
	b := inProcess(t, emulator.Options{})
	b.passed(10, b.boot.Tokens.Owner)
	h := b.do("GET", "/api/v1/tags", nil).header
	got := h.Get("X-RateLimit-Limit") + " " + h.Get("X-RateLimit-Remaining") + " " + h.Get("X-RateLimit-Reset")
	if got != "100 99 60" {
		t.Errorf("headers %s", got)
	}
}

func TestHealthIsFree(t *testing.T) {
	b, _ := limited(t)
	for range 30 {
		if r, err := b.tryAs("", "GET", "/api/health", nil); err != nil || r.status != http.StatusOK {
			t.Fatalf("%d %v", r.status, err)
		}
	}
}

func TestSwitchingTheLimitFillsTheBucket(t *testing.T) {
	b, _ := limited(t)
	b.passed(150, b.boot.Tokens.Owner)
	b.SetRateLimit(false)
	if got := b.passed(300, b.boot.Tokens.Owner); got != 300 {
		t.Errorf("%d while it is off", got)
	}
	b.SetRateLimit(true)
	if got := b.passed(160, b.boot.Tokens.Owner); got != 150 {
		t.Errorf("%d after it is on again", got)
	}
}
