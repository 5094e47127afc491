// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"time"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// Key says whose view it is. Account is any string that tells base URL and token apart, see registry.Backend.Account;
// it is never shown.
type Key struct{ Origin, Account, Network string }

// Lister is what a refresh asks a client for.
type Lister interface {
	ListHosts(ctx context.Context, network string, limit, offset int) (scanopy.HostPage, error)
	ListSubnets(ctx context.Context, network string, limit, offset int) (scanopy.SubnetPage, error)
	ListTags(ctx context.Context, limit, offset int) (scanopy.TagPage, error)
	ListDaemons(ctx context.Context, network string, limit, offset int) (scanopy.DaemonPage, error)
}

// Source is where a Key's lists come from. Sources are compared, so Client must be comparable: a pointer.
type Source struct {
	Client  Lister
	Limiter *registry.Limiter
}

// Options are what a Store is made of.
type Options struct {
	Clock clock.PassiveClock
	// OnRefresh is called, without any lock held, when a refresh has ended, well or with an error. It must not block.
	OnRefresh func(Key)
	// Go, if set, runs work beside its caller; else a goroutine does.
	Go func(func())
}

// Progress is the state of a Key's refresh.
type Progress struct {
	// Refreshing: one is under way; OnRefresh will be called.
	Refreshing bool
	// Err is why the last one failed; nil after one that did not.
	Err error
	// Retry is how long none is begun after a failure; asking earlier is useless.
	Retry time.Duration
}

// Mark is a moment in the life of a view. View.ListedSince compares with it.
type Mark uint64
