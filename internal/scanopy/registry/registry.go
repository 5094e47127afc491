// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// Options are the same for all backends of a process.
type Options struct {
	Clock Clock
	// OnReady is called for a key that waited at any limiter.
	OnReady func(key string)
	// Observe is told of each request, by backend key.
	Observe func(backend, route string, status int, took time.Duration)
	// OnDoubt is called for a backend whose server seems to have another version
	// than it had at the last Connect.
	OnDoubt       func(backend string)
	UserAgent     string
	AllowLoopback bool
	AllowUntested bool
	// Transport, if set, carries the requests of all clients instead of connections of their own.
	Transport http.RoundTripper
	// Go, if set, runs work beside its caller; else a goroutine does.
	Go func(func())
}

// Stable are the settings of a backend that its client is made of. While they
// are equal the client stays.
type Stable struct {
	URL                   string
	Token                 string
	TokenURL              string
	CABundle              string
	InsecureSkipTLSVerify bool
	Timeout               time.Duration
	Budget                Budget
}

// connection is Stable without what needs no new client.
func (s Stable) connection() Stable {
	s.Budget = Budget{}
	return s
}

// Registry has one Backend per key and one Limiter per origin.
type Registry struct {
	options Options

	mu       sync.Mutex
	backends map[string]*Backend
	limiters map[string]*Limiter
}

// New makes an empty registry.
func New(o Options) *Registry {
	return &Registry{options: o, backends: map[string]*Backend{}, limiters: map[string]*Limiter{}}
}

// Get gives the backend of a key as it was last made. It goes on working when
// the Secret that it was made of is gone; whether it may is the caller's decision.
func (r *Registry) Get(key string) (*Backend, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.backends[key]
	return b, ok
}

// Uses says whether a backend sees the rows of an account of an origin.
func (r *Registry) Uses(origin, account string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.backends {
		if b.origin == origin && b.account == account {
			return true
		}
	}
	return false
}

// Ensure gives the backend of a key with these settings. It sends nothing. On
// an error the former backend, if there is one, stays for Get. The same
// *Backend is given until its connection changes.
func (r *Registry) Ensure(key string, s Stable) (*Backend, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.sweep()
	old := r.backends[key]
	if old != nil && old.stable.connection() == s.connection() {
		old.stable.Budget = s.Budget
		r.setBudgets(old.origin)
		return old, nil
	}
	next, err := r.build(key, s)
	if err != nil {
		return nil, Fault(err)
	}
	r.backends[key] = next
	r.setBudgets(next.origin)
	if old != nil {
		r.release(old)
	}
	return next, nil
}

// Forget drops a key and its claim on the origin's budget.
func (r *Registry) Forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.backends[key]; old != nil {
		delete(r.backends, key)
		r.release(old)
	}
}

// Limiters gives the limiter of each origin, for metrics.
func (r *Registry) Limiters() map[string]*Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	out := make(map[string]*Limiter, len(r.limiters))
	for origin, l := range r.limiters {
		out[origin] = l
	}
	return out
}

func (r *Registry) build(key string, s Stable) (*Backend, error) {
	origin, err := scanopy.Origin(s.URL)
	if err != nil {
		return nil, err
	}
	limiter := r.limiters[origin]
	if limiter == nil {
		limiter = NewLimiter(r.options.Clock, s.Budget, r.options.OnReady)
		if r.options.Go != nil {
			limiter.spawn = r.options.Go
		}
	}
	cfg := scanopy.Config{
		URL: s.URL, Token: s.Token, TokenURL: s.TokenURL, CABundle: []byte(s.CABundle),
		InsecureSkipTLSVerify: s.InsecureSkipTLSVerify, Timeout: s.Timeout, AllowLoopback: r.options.AllowLoopback,
		UserAgent: r.options.UserAgent, Gate: limiter, AllowUntested: r.options.AllowUntested, Transport: r.options.Transport,
	}
	if r.options.Observe != nil {
		cfg.Observe = func(route string, status int, took time.Duration) { r.options.Observe(key, route, status, took) }
	}
	if r.options.OnDoubt != nil {
		cfg.OnDoubt = func() { r.options.OnDoubt(key) }
	}
	client, err := scanopy.New(cfg)
	if err != nil {
		return nil, err
	}
	r.limiters[origin] = limiter
	return newBackend(origin, s, client, limiter), nil
}

// release ends what only a former backend used.
func (r *Registry) release(old *Backend) {
	old.Client().CloseIdle()
	r.setBudgets(old.origin)
	r.sweep()
}

// sweep ends the limiters of origins that no backend has any more, once they hold nothing that new ones would not: who
// leaves and comes again is kept within what he had.
func (r *Registry) sweep() {
	used := map[string]bool{}
	for _, b := range r.backends {
		used[b.origin] = true
	}
	maps.DeleteFunc(r.limiters, func(origin string, l *Limiter) bool { return !used[origin] && l.idle() })
}

// setBudgets gives an origin the smallest of what its backends say. Without
// any it keeps what it has: whoever still holds a client stays within it.
func (r *Registry) setBudgets(origin string) {
	if b, used := r.budget(origin); used {
		r.limiters[origin].SetBudget(b)
	}
}

func (r *Registry) budget(origin string) (smallest Budget, used bool) {
	for _, b := range r.backends {
		if b.origin != origin {
			continue
		}
		own := b.stable.Budget.orDefault()
		if !used {
			smallest, used = own, true
			continue
		}
		smallest = Budget{PerMinute: min(smallest.PerMinute, own.PerMinute), Burst: min(smallest.Burst, own.Burst)}
	}
	return smallest, used
}
