// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync/atomic"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// Backend is a client, the limiter it shares, and who it is.
type Backend struct {
	origin  string
	account string
	// stable is read and written under the registry's lock.
	stable  Stable
	limiter *Limiter
	plain   *scanopy.Client
	current atomic.Pointer[speaker]
	facts   atomic.Pointer[Facts]
	// denied: a write was refused to the key.
	denied atomic.Bool
}

// speaker is a client and the server version whose dialect it speaks.
type speaker struct {
	client  *scanopy.Client
	version string
}

func newBackend(origin string, s Stable, client *scanopy.Client, limiter *Limiter) *Backend {
	b := &Backend{origin: origin, account: account(s), stable: s, limiter: limiter, plain: client}
	b.current.Store(&speaker{client: client})
	b.facts.Store(&Facts{})
	return b
}

// Origin is scheme, host and port of the server.
func (b *Backend) Origin() string { return b.origin }

// Account tells base URL and token apart: backends with an equal one see the
// same rows. It is for maps in memory, never to be shown or stored.
func (b *Backend) Account() string { return b.account }

// Limiter is the limiter of the origin.
func (b *Backend) Limiter() *Limiter { return b.limiter }

// Client is the client to use now. Before Connect succeeded once it has no
// dialect and does nothing but ask for the version.
func (b *Backend) Client() *scanopy.Client { return b.current.Load().client }

// Version is the server's version as of the last Connect, "" before.
func (b *Backend) Version() string { return b.current.Load().version }

// Connect asks the server for its version, one request, and fixes the dialect.
// With a version that is not supported the client does nothing any more.
func (b *Backend) Connect(ctx context.Context) (scanopy.ServerVersion, error) {
	v, err := b.plain.Version(ctx)
	if err != nil {
		return v, Fault(err)
	}
	if b.Version() == v.Server {
		return v, nil
	}
	client, err := b.plain.WithDialect(v.Server)
	if err != nil {
		b.current.Store(&speaker{client: b.plain})
		return v, Fault(err)
	}
	b.current.Store(&speaker{client: client, version: v.Server})
	return v, nil
}

func account(s Stable) string {
	sum := sha256.Sum256([]byte(s.URL + "\x00" + s.Token))
	return hex.EncodeToString(sum[:])
}
