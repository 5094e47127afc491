// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/test/emulated"
)

const hostID = "8f1e8a6e-0000-8000-8000-00000000000a"

func newRegistry() *Registry {
	return New(Options{Clock: clocktesting.NewFakeClock(epoch), AllowLoopback: true})
}

func ensure(t *testing.T, r *Registry, key string, s Stable) *Backend {
	t.Helper()
	b, err := r.Ensure(key, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAClientIsRebuiltOnlyWhenItsConnectionChanges(t *testing.T) {
	base := Stable{URL: "https://a.example", Token: "t", Timeout: time.Second}
	for name, tc := range map[string]struct {
		change func(*Stable)
		same   bool
	}{
		"nothing": {func(*Stable) {}, true},
		"budget":  {func(s *Stable) { s.Budget.Burst = 3 }, true},
		"URL":     {func(s *Stable) { s.URL += "/x" }, false},
		"token":   {func(s *Stable) { s.Token = "u" }, false},
		"TLS":     {func(s *Stable) { s.InsecureSkipTLSVerify = true }, false},
		"timeout": {func(s *Stable) { s.Timeout = time.Minute }, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry()
			old := ensure(t, r, "b", base)
			s := base
			tc.change(&s)
			if next := ensure(t, r, "b", s); (next == old) != tc.same {
				t.Errorf("same is %t", next == old)
			}
			if len(r.Limiters()) != 1 {
				t.Errorf("limiters: %v", r.Limiters())
			}
		})
	}
}

func TestAClientStaysUntilItIsForgottenAlsoAfterABadChange(t *testing.T) {
	r := newRegistry()
	old := ensure(t, r, "b", Stable{URL: "https://a.example", Token: "t"})
	_, err := r.Ensure("b", Stable{URL: "https://a.example", Token: ""})
	if f, ok := fault.Of(err); !ok || f.Reason != fault.ReasonInvalidConnection {
		t.Errorf("got %v", err)
	}
	if got, ok := r.Get("b"); !ok || got != old {
		t.Error("the former client is gone")
	}
	r.Forget("b")
	r.Forget("b")
	if _, ok := r.Get("b"); ok || len(r.Limiters()) != 0 {
		t.Error("still there")
	}
}

func TestBackendsOfOneOriginShareALimiterAndTheSmallestBudgetWins(t *testing.T) {
	r := newRegistry()
	a := ensure(t, r, "a", Stable{URL: "https://a.example/x", Token: "t", Budget: Budget{PerMinute: 100, Burst: 50}})
	b := ensure(t, r, "b", Stable{URL: "https://A.example:443", Token: "u", Budget: Budget{PerMinute: 200, Burst: 10}})
	other := ensure(t, r, "c", Stable{URL: "http://a.example", Token: "t"})
	if a.Limiter() != b.Limiter() || a.Limiter() == other.Limiter() || a.Account() == b.Account() {
		t.Fatal("limiters or accounts are mixed up")
	}
	budget := func() string { return fmt.Sprint(a.limiter.bucket.perMinute, a.limiter.bucket.burst) }
	for _, x := range []struct {
		do   func()
		want string
	}{
		{func() {}, "100 10"},
		{func() { r.Forget("b") }, "100 50"},
		{func() { ensure(t, r, "b", Stable{URL: "https://a.example", Token: "u"}) }, "100 50"},
		{func() {
			ensure(t, r, "a", Stable{URL: "https://a.example/x", Token: "t", Budget: Budget{PerMinute: 300, Burst: 150}})
		}, "240 60"},
		{func() { ensure(t, r, "b", Stable{URL: "https://b.example", Token: "u"}) }, "300 150"},
	} {
		x.do()
		if budget() != x.want {
			t.Errorf("budget %s, not %s", budget(), x.want)
		}
	}
}

func TestALimiterInAPauseOutlivesItsBackends(t *testing.T) {
	r := newRegistry()
	s := Stable{URL: "https://a.example", Token: "t"}
	old := ensure(t, r, "a", s)
	old.Limiter().Throttled(time.Minute)
	r.Forget("a")
	if next := ensure(t, r, "a", s); next.Limiter() != old.Limiter() || next.Client() == old.Client() {
		t.Error("a pause was escaped from")
	}
}

func TestALimiterThatOutlivesItsBackendsGoesWhenItIsFullAgain(t *testing.T) {
	for name, look := range map[string]func(*testing.T, *Registry){
		"when the metrics are read":  func(_ *testing.T, r *Registry) { r.Limiters() },
		"when another one is wanted": func(t *testing.T, r *Registry) { ensure(t, r, "b", Stable{URL: "https://b.example", Token: "t"}) },
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakeClock(epoch)
			r := New(Options{Clock: clock, AllowLoopback: true})
			ensure(t, r, "b", Stable{URL: "https://b.example", Token: "t"})
			lease, ok := ensure(t, r, "a", Stable{URL: "https://a.example", Token: "t"}).Limiter().TryLease(1, "x", PriorityEdit)
			if !ok || !lease.Take() {
				t.Fatal("no token is there")
			}
			lease.Release()
			r.Forget("a")
			if r.limiters["https://a.example:443"] == nil {
				t.Fatalf("a budget was escaped from: %v", r.limiters)
			}
			clock.Step(time.Minute)
			look(t, r)
			if len(r.limiters) != 1 {
				t.Errorf("left: %v", r.limiters)
			}
		})
	}
}

func TestConnectFixesTheDialectAndUndoesItForAnUnsupportedVersion(t *testing.T) {
	var version atomic.Value
	version.Store("0.14.13")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"success":true,"data":{"server_version":"`+version.Load().(string)+`"},"meta":{}}`)
	}))
	defer srv.Close()
	b := ensure(t, newRegistry(), "b", Stable{URL: srv.URL, Token: "t"})
	if _, err := b.Client().GetHost(t.Context(), hostID); !scanopy.HasReason(err, scanopy.UnsupportedVersion) {
		t.Errorf("before: %v", err)
	}
	if v, err := b.Connect(t.Context()); err != nil || v.Server != "0.14.13" || b.Version() != "0.14.13" || b.Client().Dialect() != scanopy.DialectInterfaces {
		t.Errorf("connect: %v %v", v, err)
	}
	known := b.Client()
	if _, err := b.Connect(t.Context()); err != nil || b.Client() != known {
		t.Errorf("again: %v", err)
	}
	version.Store("0.18.0")
	v, err := b.Connect(t.Context())
	if f, ok := fault.Of(err); !ok || f.Reason != fault.ReasonUnsupportedVersion || v.Server != "0.18.0" || b.Client().Dialect() != "" {
		t.Errorf("too new: %v %v", v, err)
	}
}

func TestAServerThatShowsNetworksWithoutEndIsGivenUp(t *testing.T) {
	var pages atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := `{"server_version":"0.14.13"}`
		if !strings.HasSuffix(r.URL.Path, "/version") {
			data = "[]"
			if pages.Add(1) <= 2*maxNetworks/scanopy.MaxPage {
				data = "[" + strings.Repeat(`{"id":"`+hostID+`"},`, scanopy.MaxPage-1) + `{"id":"` + hostID + `"}]`
			}
		}
		_, _ = io.WriteString(w, `{"success":true,"data":`+data+`,"meta":{"server_version":"0.14.13","pagination":{"total_count":1000000000}}}`)
	}))
	defer srv.Close()
	b := ensure(t, newRegistry(), "b", Stable{URL: srv.URL, Token: "t"})
	facts := b.Probe(t.Context())
	if f, ok := fault.Of(facts.Err); !ok || f.Reason != fault.ReasonUnreachable || len(facts.Networks) > 0 || pages.Load() > maxNetworks/scanopy.MaxPage {
		t.Errorf("after %d pages: %d networks, %v", pages.Load(), len(facts.Networks), facts.Err)
	}
}

func TestAnUpgradedServerIsDoubtedAndSpokenToAfterTheNextProbe(t *testing.T) {
	var version atomic.Value
	version.Store("0.15.3")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, data := version.Load(), `[]`
		if strings.HasSuffix(r.URL.Path, "/version") {
			data = fmt.Sprintf(`{"server_version":%q}`, v)
		}
		_, _ = fmt.Fprintf(w, `{"success":true,"data":%s,"meta":{"server_version":%q}}`, data, v)
	}))
	defer srv.Close()
	var doubted []string
	r := New(Options{Clock: clocktesting.NewFakeClock(epoch), AllowLoopback: true, OnDoubt: func(key string) { doubted = append(doubted, key) }})
	b := ensure(t, r, "b", Stable{URL: srv.URL, Token: "t"})
	if facts := b.Probe(t.Context()); facts.Err != nil || facts.Dialect != "interfaces" || facts.Capabilities.HostVirtualizationNeeds("ESXi") != "0.17.0" {
		t.Fatalf("before: %+v", facts)
	}
	old := b.Client()
	version.Store("0.17.22")
	if _, err := b.Client().ListHosts(t.Context(), hostID, 0, 0); !scanopy.HasReason(err, scanopy.VersionChanged) || len(doubted) != 1 || doubted[0] != "b" {
		t.Errorf("doubted %v, %v", doubted, err)
	}
	if facts := b.Probe(t.Context()); facts.Err != nil || facts.Dialect != "sites" || facts.Capabilities.HostVirtualizationNeeds("ESXi") != "" || b.Client() == old {
		t.Errorf("after: %+v", facts)
	}
	if _, err := b.Client().ListHosts(t.Context(), hostID, 0, 0); err != nil || len(doubted) != 1 {
		t.Errorf("doubted %v, %v", doubted, err)
	}
}

func TestA429ShutsTheGateForAllBackendsOfTheOriginAndNoOther(t *testing.T) {
	var asked atomic.Int32
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer busy.Close()
	calm := httptest.NewServer(http.NotFoundHandler())
	defer calm.Close()
	var seen atomic.Int32
	clock := clocktesting.NewFakeClock(epoch)
	r := New(Options{Clock: clock, AllowLoopback: true, Observe: func(string, string, int, time.Duration) { seen.Add(1) }})
	a := ensure(t, r, "a", Stable{URL: busy.URL, Token: "t"})
	b := ensure(t, r, "b", Stable{URL: busy.URL + "/b", Token: "u"})
	c := ensure(t, r, "c", Stable{URL: calm.URL, Token: "t"})
	for _, x := range []*Backend{a, a, b} {
		_, err := x.Connect(t.Context())
		if f, ok := fault.Of(err); !ok || f.Class != fault.Throttled || fault.Decide(err, 0).RequeueAfter < 2*time.Second {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.Connect(t.Context()); fault.IsClass(err, fault.Throttled) {
		t.Errorf("another origin: %v", err)
	}
	if asked.Load() != 1 || seen.Load() != 2 {
		t.Errorf("%d requests, %d observed", asked.Load(), seen.Load())
	}
	clock.Step(2 * time.Second)
	_, _ = a.Connect(t.Context())
	if asked.Load() != 2 {
		t.Error("the gate did not open again")
	}
}

func TestAKeyThatMayWriteNothingIsTheBackendsMatter(t *testing.T) {
	server, url := emulated.Start(t, emulator.Options{})
	tokens := server.Bootstrap().Tokens
	for name, tc := range map[string]struct {
		token  string
		denied bool
		want   string
	}{
		"a viewer's key to which no write was refused yet is fine":    {tokens.Viewer, false, ""},
		"a viewer's key to which one was refused may write nothing":   {tokens.Viewer, true, fault.ReasonPermissionDenied},
		"a member's key to which one was refused may write something": {tokens.Member, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := ensure(t, newRegistry(), "b", Stable{URL: url, Token: tc.token})
			if tc.denied {
				b.Denied()
			}
			server.ResetLog()
			requests := b.ProbeRequests()
			facts := b.Probe(t.Context())
			got := ""
			if f, ok := fault.Of(facts.Err); ok {
				got = f.Reason
				if !f.Connection || f.Class != fault.Auth {
					t.Errorf("%+v", f)
				}
			}
			if got != tc.want || len(facts.Networks) == 0 {
				t.Errorf("got %q, networks %v", got, facts.Networks)
			}
			if sent := len(server.Log().Entries); sent != requests {
				t.Errorf("%d requests, not %d", sent, requests)
			}
			if b.Probe(t.Context()); (b.Facts().Err != nil) != (tc.want != "") {
				t.Errorf("the next probe says %v", b.Facts().Err)
			}
		})
	}
}

func TestFaultsOfTheClientBecomeConditions(t *testing.T) {
	for reason, want := range map[scanopy.Reason]string{
		scanopy.NotFound:           "Transient Pending Pending",
		scanopy.BadRequest:         "Terminal BackendRejected BackendRejected",
		scanopy.Conflict:           "Terminal BackendRejected BackendRejected",
		scanopy.LimitReached:       "Terminal BackendRejected BackendRejected",
		scanopy.DuplicateHost:      "Terminal AlreadyExists AlreadyExists",
		scanopy.RowExists:          "Transient DependencyNotReady DependencyNotReady",
		scanopy.DaemonHost:         "Terminal HostHasDaemon HostHasDaemon",
		scanopy.Unsupported:        "Terminal Unsupported Unsupported",
		scanopy.Redirected:         "Waiting InvalidConnection BackendUnavailable",
		scanopy.NotJSON:            "Waiting InvalidConnection BackendUnavailable",
		scanopy.UnknownRoute:       "Waiting InvalidConnection BackendUnavailable",
		scanopy.InvalidConnection:  "Waiting InvalidConnection BackendUnavailable",
		scanopy.UnsupportedVersion: "Waiting UnsupportedVersion BackendUnavailable",
		scanopy.LockConflict:       "Transient Pending Pending",
		scanopy.Canceled:           "Transient Pending Pending",
		scanopy.TooLarge:           "Transient Unreachable BackendUnavailable",
		scanopy.Unreachable:        "Transient Unreachable BackendUnavailable",
		scanopy.Timeout:            "Transient Unreachable BackendUnavailable",
		scanopy.ServerError:        "Transient Unreachable BackendUnavailable",
		scanopy.WriteFailed:        "Transient BackendRejected BackendRejected",
		scanopy.BadAnswer:          "Transient Unreachable BackendUnavailable",
		scanopy.VersionChanged:     "Transient Unreachable BackendUnavailable",
		scanopy.Unauthorized:       "Auth AuthenticationFailed BackendUnavailable",
		scanopy.PermissionDenied:   "Auth PermissionDenied PermissionDenied",
		scanopy.Forbidden:          "Auth PermissionDenied PermissionDenied",
		scanopy.RateLimited:        "Throttled Throttled Throttled",
	} {
		t.Run(string(reason), func(t *testing.T) {
			err := Fault(fmt.Errorf("planning: %w", &scanopy.Error{Reason: reason, Op: "doing it", Message: "words", RetryAfter: time.Hour}))
			f, ok := fault.Of(err)
			if !ok {
				t.Fatal("no fault")
			}
			if got := fmt.Sprint(f.Class, " ", f.Reason, " ", f.ObjectReason()); got != want {
				t.Errorf("got %s", got)
			}
			if f.Message != "doing it: words" || f.RetryAfter != time.Hour || !scanopy.HasReason(err, reason) || !errors.Is(Fault(err), err) {
				t.Errorf("got %+v", f)
			}
		})
	}
	if Fault(nil) != nil || !errors.Is(Fault(context.Canceled), context.Canceled) {
		t.Error("errors of others are changed")
	}
}

func TestABackendShowsNoToken(t *testing.T) {
	b := ensure(t, newRegistry(), "b", Stable{URL: "https://a.example", Token: "scp_u_CANARY"})
	if strings.Contains(b.Account()+b.Origin(), "CANARY") {
		t.Error("it does")
	}
}
