// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestURLsThatAreRefused(t *testing.T) {
	for name, tc := range map[string]struct{ url, want string }{
		"empty":                     {"", "http://"},
		"no scheme":                 {"scanopy.example", "http://"},
		"another scheme":            {"ftp://scanopy.example", "http://"},
		"no host":                   {"https://", "names no host"},
		"only a port":               {"https://:80", "names no host"},
		"a port too high":           {"https://scanopy.example:65536", "port"},
		"port 0":                    {"https://scanopy.example:0", "port"},
		"a user":                    {"https://me:" + canary + "@scanopy.example", "user"},
		"a query":                   {"https://scanopy.example?token=" + canary, "query"},
		"an empty query":            {"https://scanopy.example?", "query"},
		"a fragment":                {"https://scanopy.example#" + canary, "fragment"},
		"an empty fragment":         {"https://scanopy.example#", "fragment"},
		"not parseable":             {"https://scanopy.example/%zz" + canary, "not a URL"},
		"a control character":       {"https://scanopy.example/\n" + canary, "not a URL"},
		"cloud metadata":            {"http://169.254.169.254/latest", "link-local"},
		"link-local v6":             {"http://[fe80::1]", "link-local"},
		"link-local v6 with a zone": {"http://[fe80::1%25eth0]", "link-local"},
		"link-local, mapped":        {"http://[::ffff:169.254.1.1]", "link-local"},
		"link-local, translated":    {"http://[64:ff9b::a9fe:a9fe]", "link-local"},
		"multicast":                 {"http://[ff05::2]", "multicast"},
		"loopback":                  {"http://127.0.0.2", "loopback"},
		"loopback v6":               {"http://[::1]:80", "loopback"},
		"unspecified":               {"http://0.0.0.0", "loopback"},
		"localhost":                 {"http://LocalHost.", "loopback"},
		"below localhost":           {"http://x.localhost", "loopback"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(Config{URL: tc.url, Token: "scp_u_x"})
			if !HasReason(err, InvalidConnection) || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), canary) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLinkLocalIsRefusedEvenWhereLoopbackIsAllowed(t *testing.T) {
	if _, err := New(Config{URL: "http://169.254.169.254", Token: "x", AllowLoopback: true}); !HasReason(err, InvalidConnection) {
		t.Errorf("got %v", err)
	}
}

func TestAddressesAreCheckedAfterNamesAreResolved(t *testing.T) {
	for name, tc := range map[string]struct {
		address string
		ok      bool
	}{
		"public":         {"192.0.2.1:443", true},
		"private":        {"10.0.0.1:443", true},
		"unique local":   {"[fd00::1]:443", true},
		"link-local":     {"169.254.169.254:80", false},
		"link-local v6":  {"[fe80::1%eth0]:80", false},
		"mapped":         {"[::ffff:169.254.0.1]:80", false},
		"loopback":       {"127.0.0.1:80", false},
		"not an address": {"nonsense", false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := refuseAddress(tc.address, false); (err == nil) != tc.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A name that leads to loopback stands here for one that leads to link-local:
// the same check sees both, after resolution.
func TestANameThatLeadsToARefusedAddressIsNeverConnectedTo(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer srv.Close()
	c, err := newClient(Config{URL: strings.Replace(srv.URL, "127.0.0.1", "scanopy.example", 1), Token: canary}, noProxy)
	if err != nil {
		t.Fatal(err)
	}
	transport := c.http.Transport.(*http.Transport)
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial(ctx, network, srv.Listener.Addr().String())
	}
	_, err = c.Version(t.Context())
	if !HasReason(err, InvalidConnection) || WasSent(err) {
		t.Errorf("got %v, sent %t", err, WasSent(err))
	}
}

func TestTheTokenIsSentToNoOtherURL(t *testing.T) {
	for name, tc := range map[string]struct {
		url, token string
		ok         bool
	}{
		"not set":           {"https://a.example", "", true},
		"the same":          {"https://a.example/x", "https://a.example/x", true},
		"spelled otherwise": {"https://A.example:443/x/", "https://a.EXAMPLE./x", true},
		"another host":      {"https://a.example", "https://b.example", false},
		"another scheme":    {"http://a.example", "https://a.example", false},
		"another port":      {"https://a.example:8443", "https://a.example", false},
		"another path":      {"https://a.example/x", "https://a.example/y", false},
		"path in disguise":  {"https://a.example/x/../y", "https://a.example/x", false},
		"not a URL":         {"https://a.example", "nonsense", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(Config{URL: tc.url, Token: canary, TokenURL: tc.token})
			if (err == nil) != tc.ok || (err != nil && !HasReason(err, InvalidConnection)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTokensThatCannotBeSent(t *testing.T) {
	for name, token := range map[string]string{"empty": " \n", "a line break inside": "a\nb", "a space inside": "a b", "not ASCII": "é"} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(Config{URL: "https://a.example", Token: token}); !HasReason(err, InvalidConnection) {
				t.Errorf("got %v", err)
			}
		})
	}
	c, err := New(Config{URL: "https://a.example", Token: canary + "\n"})
	if err != nil || c.token != canary {
		t.Errorf("space around a token is not taken off: %v", err)
	}
}

func TestOriginsHaveOneSpelling(t *testing.T) {
	for raw, want := range map[string]string{
		"https://A.example":         "https://a.example:443",
		"https://a.example.:443/x/": "https://a.example:443",
		"http://a.example/y":        "http://a.example:80",
		"http://[2001:db8::1]":      "http://[2001:db8::1]:80",
		"http://a.example:8080":     "http://a.example:8080",
	} {
		if got, err := Origin(raw); got != want || err != nil {
			t.Errorf("%s: %s, %v", raw, got, err)
		}
	}
}

func TestCertificates(t *testing.T) {
	ok := answers(200, success(`{"server_version":"0.14.13"}`))
	srv := httptest.NewUnstartedServer(ok)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	old := httptest.NewUnstartedServer(ok)
	old.Config.ErrorLog = log.New(io.Discard, "", 0)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	plain := httptest.NewServer(ok)
	defer plain.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	for name, tc := range map[string]struct {
		cfg  Config
		want Reason
	}{
		"unknown authority":       {Config{URL: srv.URL}, InvalidConnection},
		"its CA is given":         {Config{URL: srv.URL, CABundle: ca}, ""},
		"not verified":            {Config{URL: srv.URL, InsecureSkipTLSVerify: true}, ""},
		"for another name":        {Config{URL: strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), CABundle: ca}, InvalidConnection},
		"TLS below 1.2":           {Config{URL: old.URL, InsecureSkipTLSVerify: true}, Unreachable},
		"https to an http server": {Config{URL: strings.Replace(plain.URL, "http", "https", 1)}, InvalidConnection},
		"http to an https server": {Config{URL: strings.Replace(srv.URL, "https", "http", 1)}, BadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			c := testClient(t, tc.cfg, "0.14.13")
			_, err := c.Version(t.Context())
			if tc.want == "" && err != nil || tc.want != "" && !HasReason(err, tc.want) {
				t.Errorf("got %v", err)
			}
			if e, ok := errors.AsType[*Error](err); ok && e.Status == 0 && e.Sent {
				t.Error("a request that failed in the handshake was not sent")
			}
		})
	}
	if _, err := New(Config{URL: srv.URL, Token: "x", AllowLoopback: true, CABundle: []byte("nonsense")}); !HasReason(err, InvalidConnection) {
		t.Errorf("got %v", err)
	}
}

func TestAProxyOfTheEnvironmentIsUsedAndMayBeOnLoopback(t *testing.T) {
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = io.WriteString(w, success(`{"server_version":"0.14.13"}`))
	}))
	defer proxy.Close()
	c, err := newClient(Config{URL: "http://scanopy.example/base", Token: canary}, func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Version(t.Context()); err != nil || asked != "http://scanopy.example/base/api/version" {
		t.Errorf("asked the proxy for %q, %v", asked, err)
	}
}

func TestAServerThatIsDownWasNotSentAnything(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	c := testClient(t, Config{URL: srv.URL}, "0.14.13")
	_, err := c.CreateHost(t.Context(), HostCreate{})
	if !HasReason(err, Unreachable) || WasSent(err) || err.Error() != "creating a host: connection refused" {
		t.Errorf("got %v, sent %t", err, WasSent(err))
	}
}

func TestAnUnknownNameIsUnreachable(t *testing.T) {
	e := describe(t.Context(), &url.Error{Op: "Get", URL: "http://x?" + canary, Err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}, 0, false, time.Second)
	if e.Reason != Unreachable || e.Sent || !strings.Contains(e.Message, "not known") {
		t.Errorf("got %+v", e)
	}
}

func TestACallerThatGivesUpIsTold(t *testing.T) {
	entered := make(chan struct{})
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { close(entered); <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	_, err := c.GetHost(ctx, idA)
	if !HasReason(err, Canceled) || !errors.Is(err, context.Canceled) || !WasSent(err) {
		t.Errorf("got %v", err)
	}
}

func TestARedirectIsToldWithoutPathAndQuery(t *testing.T) {
	c := serve(t, answers(308, "", "Location", "https://other.example:8443/x?y="+canary))
	_, err := c.GetHost(t.Context(), idA)
	if err == nil || !strings.Contains(err.Error(), "https://other.example:8443,") || strings.Contains(err.Error(), "/x") {
		t.Errorf("got %v", err)
	}
}

// gate records what it is told.
type gate struct {
	refuse error
	told   []string
}

func (g *gate) Allow() error                  { return g.refuse }
func (g *gate) Throttled(after time.Duration) { g.told = append(g.told, "429 "+after.String()) }
func (g *gate) Answered()                     { g.told = append(g.told, "other") }

func TestTheGateIsAskedBeforeAndToldAfter(t *testing.T) {
	status := 429
	count := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count++
		answers(status, "", "Retry-After", "3")(w, r)
	}))
	defer srv.Close()
	g := &gate{}
	c := testClient(t, Config{URL: srv.URL, Gate: g}, "0.14.13")
	_, _ = c.GetHost(t.Context(), idA)
	status = 500
	_, _ = c.GetHost(t.Context(), idA)
	g.refuse = &Error{Reason: RateLimited, RetryAfter: time.Second}
	_, err := c.GetHost(t.Context(), idA)
	if e, ok := errors.AsType[*Error](err); !ok || e.Sent || e.RetryAfter != time.Second || e.Op == "" {
		t.Errorf("got %+v", err)
	}
	if got := strings.Join(g.told, ", "); got != "429 3s, other" || count != 2 {
		t.Errorf("told %q, %d requests", got, count)
	}
}

func TestRetryAfterIsSecondsOrADateAndBounded(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "-3": 0, "12": 12 * time.Second, "nonsense": 0, "99999999999999": maxRetryAfter,
		"Mon, 02 Jan 2006 15:04:05 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": maxRetryAfter,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestVersionsThatAreSpoken(t *testing.T) {
	for name, tc := range map[string]struct {
		version           string
		dialect, untested Dialect
	}{
		"the first":                  {"0.13.0", DialectInterfaces, DialectInterfaces},
		"a patch":                    {"0.14.13", DialectInterfaces, DialectInterfaces},
		"with a v":                   {"v0.14.2", DialectInterfaces, DialectInterfaces},
		"a release candidate":        {"0.14.14-rc.1", DialectInterfaces, DialectInterfaces},
		"too old":                    {"0.12.9", "", ""},
		"the last of interfaces":     {"0.15.99", DialectInterfaces, DialectInterfaces},
		"the first of ip_addresses":  {"0.16.0", DialectIPAddresses, DialectIPAddresses},
		"the last of ip_addresses":   {"0.17.21", DialectIPAddresses, DialectIPAddresses},
		"the first of sites":         {"0.17.22", DialectSites, DialectSites},
		"a newer patch of a known":   {"0.17.99", DialectSites, DialectSites},
		"a newer minor":              {"0.18.0", "", DialectSites},
		"a candidate of newer minor": {"0.18.0-rc.1", "", DialectSites},
		"far newer":                  {"1.0.0", "", DialectSites},
		"two parts":                  {"0.14", "", ""},
		"nonsense":                   {"latest", "", ""},
		"empty":                      {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for untested, want := range map[bool]Dialect{false: tc.dialect, true: tc.untested} {
				d, err := dialectFor(tc.version, untested)
				if want == "" {
					if !HasReason(err, UnsupportedVersion) {
						t.Errorf("untested %t: got %v", untested, err)
					}
					continue
				}
				if err != nil || d.name() != want {
					t.Errorf("untested %t: got %v, %v", untested, d, err)
				}
			}
		})
	}
}

func TestAnUnsupportedVersionIsToldTheRange(t *testing.T) {
	_, err := dialectFor("0.18.0", false)
	if err == nil || err.Error() != "the server's version 0.18.0 is not supported: known are 0.13.0 to 0.17.22 and later patches of 0.17; "+
		"the manager's flag --allow-untested-versions admits newer ones" {
		t.Errorf("got %v", err)
	}
}

func TestWordsOfOthersAreMadeFit(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"lines become one":   {"a\r\n\tb\x00c", "a b c"},
		"direction marks go": {"a\u202eb\u200b", "ab"},
		"broken UTF-8 goes":  {"a\xffb", "ab"},
		"cut on a rune":      {strings.Repeat("é", 300), strings.Repeat("é", 254) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sanitise(tc.in, maxMessage); got != tc.want || len(got) > maxMessage {
				t.Errorf("got %q", got)
			}
		})
	}
}
