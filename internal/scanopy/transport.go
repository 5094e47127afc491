// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// newTransport makes the connections of one client. The proxy of a base URL is
// found once, so that its own address, which an administrator chose, is let be.
func newTransport(cfg Config, base *url.URL, proxy func(*http.Request) (*url.URL, error)) (*http.Transport, error) {
	tlsConfig, err := newTLS(cfg)
	if err != nil {
		return nil, err
	}
	via, err := proxy(&http.Request{URL: base})
	if err != nil {
		return nil, invalid("the proxy of the environment cannot be used")
	}
	dialer := &net.Dialer{KeepAlive: 30 * time.Second} // each request has its own timeout
	if via == nil {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			return refuseAddress(address, cfg.AllowLoopback)
		}
	}
	return &http.Transport{
		Proxy:                  http.ProxyURL(via),
		DialContext:            dialer.DialContext,
		TLSClientConfig:        tlsConfig,
		MaxIdleConns:           16,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}, nil
}

func newTLS(cfg Config) (*tls.Config, error) {
	out := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: cfg.InsecureSkipTLSVerify, //nolint:gosec // the Backend asks for it, and its status says so
	}
	if len(cfg.CABundle) == 0 {
		return out, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(cfg.CABundle) {
		return nil, invalid("the CA bundle holds no PEM certificate")
	}
	out.RootCAs = pool
	return out, nil
}

// refusedAddress is an address that must not be connected to.
type refusedAddress struct{ what string }

func (r refusedAddress) Error() string { return "the URL leads to " + r.what + ", which is refused" }

// refuseAddress is asked after names are resolved, right before a connection.
func refuseAddress(address string, allowLoopback bool) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return refusedAddress{"an address that cannot be read"}
	}
	if what := forbidden(ap.Addr(), allowLoopback); what != "" {
		return refusedAddress{what}
	}
	return nil
}

// refuseLiteral is asked of a URL's host, for those who sit behind a proxy.
func refuseLiteral(host string, allowLoopback bool) error {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	what := ""
	if addr, err := netip.ParseAddr(host); err == nil {
		what = forbidden(addr, allowLoopback)
	} else if !allowLoopback && (host == "localhost" || strings.HasSuffix(host, ".localhost")) {
		what = "a loopback address"
	}
	if what == "" {
		return nil
	}
	return invalid(refusedAddress{what}.Error())
}

// forbidden says what is wrong with an address, "" if nothing is.
func forbidden(addr netip.Addr, allowLoopback bool) string {
	addr = embedded(addr.WithZone("").Unmap())
	switch {
	case addr.IsLinkLocalUnicast(), addr.IsLinkLocalMulticast(), addr.IsInterfaceLocalMulticast():
		return "a link-local address"
	case addr.IsMulticast():
		return "a multicast address"
	case (addr.IsLoopback() || addr.IsUnspecified()) && !allowLoopback:
		return "a loopback address"
	}
	return ""
}

// embedded gives the IPv4 address inside a NAT64 (64:ff9b::/96) one.
func embedded(addr netip.Addr) netip.Addr {
	if !netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		return addr
	}
	b := addr.As16()
	return netip.AddrFrom4([4]byte(b[12:]))
}
