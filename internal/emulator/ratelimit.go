// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// limiter is the server's rate limit: 150 requests at once and 5 a second for each user, whatever keys; 10 at once and
// 40 a minute for each address without a key; daemons are free.
type limiter struct {
	mu      sync.Mutex
	enabled bool
	// full is when the bucket of a key is full again.
	full map[string]time.Time
}

type limitVerdict struct {
	limit, remaining int
	refused          bool
	// wait is how long, in whole seconds, rounded down as the server does.
	wait int
}

// quota is one kind of caller: what it may do at once, how long one request takes to come back, and what the headers say.
type quota struct {
	burst     int
	each      time.Duration
	announced int
}

func userQuota() quota      { return quota{burst: 150, each: time.Minute / 300, announced: 100} }
func anonymousQuota() quota { return quota{burst: 10, each: time.Minute / 40, announced: 40} }

func newLimiter(enabled bool) *limiter {
	return &limiter{enabled: enabled, full: map[string]time.Time{}}
}

// enable switches the limit on or off and fills all buckets.
func (l *limiter) enable(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.enabled, l.full = on, map[string]time.Time{}
}

func (l *limiter) isEnabled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.enabled
}

// limitKey is who a request counts for. A daemon's key is free, anything unknown counts for its address.
func (s *Server) limitKey(r *http.Request) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if _, ok := s.access.keys[token]; ok {
			return userKey
		}
		if _, ok := s.access.daemonKeys[token]; ok && r.Header.Get("X-Daemon-ID") != "" {
			return daemonKeyFree
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return "address " + host
}

const (
	userKey       = "user"
	daemonKeyFree = "daemon"
)

// check takes one request from the bucket of a key.
func (l *limiter) check(now time.Time, key string) limitVerdict {
	if key == daemonKeyFree {
		return limitVerdict{}
	}
	q := anonymousQuota()
	if key == userKey {
		q = userQuota()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	v := limitVerdict{limit: q.announced, remaining: q.announced - 1, wait: 60}
	if !l.enabled {
		return v
	}
	full := l.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(q.each)
	if over := full.Sub(now) - time.Duration(q.burst)*q.each; over > 0 {
		return limitVerdict{limit: q.announced, refused: true, wait: int(over / time.Second)}
	}
	l.full[key] = full
	return v
}

// header tells the limit to the client, in numbers that are constants on the server too.
func (v limitVerdict) header(a *answer) {
	if v.limit == 0 {
		return
	}
	a.set("X-RateLimit-Limit", strconv.Itoa(v.limit))
	a.set("X-RateLimit-Remaining", strconv.Itoa(v.remaining))
	a.set("X-RateLimit-Reset", strconv.Itoa(v.wait))
	if v.refused {
		a.set("Retry-After", strconv.Itoa(v.wait))
	}
}
