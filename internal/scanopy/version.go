// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The range of server versions that are known. Later patches of a known minor
// are accepted as well.
const (
	MinVersion = "0.13.0"
	MaxVersion = "0.17.22"
)

// Dialect names how a server version spells things on the wire.
type Dialect string

const (
	// DialectInterfaces is spoken before 0.16: addresses are "interfaces".
	DialectInterfaces Dialect = "interfaces"
	// DialectIPAddresses is spoken from 0.16 to 0.17.21: "interfaces" are rows of SNMP.
	DialectIPAddresses Dialect = "ip_addresses"
	// DialectSites is spoken from 0.17.22 on: networks are "sites".
	DialectSites Dialect = "sites"
)

// version is major, minor, patch.
type version [3]int

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (v version) less(w version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// parseVersion reads "0.14.13", also with a leading v, and ignores what
// follows a dash or plus.
func parseVersion(text string) (version, bool) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "v")
	if i := strings.IndexAny(text, "-+"); i >= 0 {
		text = text[:i]
	}
	parts := strings.Split(text, ".")
	var v version
	if len(parts) != len(v) {
		return v, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return v, false
		}
		v[i] = int(n)
	}
	return v, true
}

// dialectFor chooses the dialect of a server version. With untested also one
// of a newer minor is spoken to, in the latest dialect.
func dialectFor(text string, untested bool) (dialect, error) {
	v, ok := parseVersion(text)
	if !ok {
		return nil, unsupported("the server's version is not one we can read")
	}
	switch newer := !v.less(version{0, 18, 0}); {
	case v.less(version{0, 13, 0}), newer && !untested:
		return nil, unsupported(fmt.Sprintf("the server's version %s is not supported: known are %s to %s and later patches of 0.17"+
			"; the manager's flag --allow-untested-versions admits newer ones", v, MinVersion, MaxVersion))
	case v.less(version{0, 16, 0}):
		return interfacesDialect{version: v}, nil
	}
	return addressesDialect{naming: naming{sites: !v.less(version{0, 17, 22})}, version: v}, nil
}

func unsupported(message string) *Error {
	return &Error{Reason: UnsupportedVersion, Message: message}
}

// WithDialect gives the same client speaking the dialect of a server version.
// It shares connections with the old one.
func (c *Client) WithDialect(serverVersion string) (*Client, error) {
	d, err := dialectFor(serverVersion, c.allowUntested)
	if err != nil {
		return nil, err
	}
	next := *c
	next.dialect, next.server = d, serverVersion
	return &next, nil
}

// Dialect names the dialect, "" before WithDialect.
func (c *Client) Dialect() Dialect {
	if c.dialect == nil {
		return ""
	}
	return c.dialect.name()
}

// Version asks the server for its version. It is the one request that needs no
// dialect.
func (c *Client) Version(ctx context.Context) (ServerVersion, error) {
	var out struct {
		API    int    `json:"api_version"`
		Server string `json:"server_version"`
	}
	req := request{op: "reading the server's version", method: http.MethodGet, route: "/api/version", anyDialect: true}
	if _, err := c.do(ctx, req, &out); err != nil {
		return ServerVersion{}, err
	}
	if out.Server == "" {
		return ServerVersion{}, req.badAnswer("the answer holds no version")
	}
	return ServerVersion{API: out.API, Server: sanitise(c.redact(out.Server), maxVersionText)}, nil
}
