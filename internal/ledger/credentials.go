// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// Credentials is what is remembered of the writes for the Credentials of one backend.
type Credentials struct {
	clock clock.PassiveClock

	mu      sync.Mutex
	account string
	refused map[core.Ref]*credentialRefusal
	// all is what keeps everything from being written; its Ref is zero.
	all *credentialRefusal
	// breaks counts those in a row that may have worked in part, most is how many are created together after them.
	breaks, most int
	afresh       map[core.Ref]bool
	failure      *credentialRefusal
	told         map[string]CredentialMemory
	// gaveUp are those that were let go without being cleaned up, by uid.
	gaveUp map[string]bool
	asked  map[core.Ref]string
}

// CredentialMemory is what the status of a Credential says or is about to say, which a cache may not show yet.
type CredentialMemory struct {
	Secrets    []core.SecretVersion
	Generation int64
	Assigned   []core.CredentialAssignment
	Pinned     string
	// Sum is what was wanted when all of it was last written; no status says so.
	Sum uint64
	// Open stands for the certificates that the server showed when they were last compared with the Secrets.
	Open uint64
}

type credentialRefusal struct {
	core.CredentialRefusal
	until time.Time
	tries int
}

// Credentials gives what is remembered of the Credentials of a backend.
func (l *Ledger) Credentials(key string) *Credentials {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.credentials == nil {
		l.credentials = map[string]*Credentials{}
	}
	c := l.credentials[key]
	if c == nil {
		c = &Credentials{clock: l.clock}
		c.clear()
		c.told, c.gaveUp, c.asked = map[string]CredentialMemory{}, map[string]bool{}, map[core.Ref]string{}
		l.credentials[key] = c
	}
	return c
}

// ForgetCredentials drops what is remembered of a backend that no Credential leads to any more.
func (l *Ledger) ForgetCredentials(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.credentials, key)
}

func (c *Credentials) clear() {
	c.refused, c.afresh = map[core.Ref]*credentialRefusal{}, map[core.Ref]bool{}
	c.all, c.failure, c.breaks, c.most = nil, nil, 0, 0
}

// Use says which account is used: what was refused to another one is tried again.
func (c *Credentials) Use(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.account != account {
		c.clear()
		c.account = account
	}
}

// Asked notes the request to look again that an object carries; a new one lifts what was refused to it.
func (c *Credentials) Asked(ref core.Ref, value string) (isNew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked[ref] == value {
		return false
	}
	c.asked[ref] = value
	delete(c.refused, ref)
	c.all = nil
	return true
}

// Recover lifts what keeps everything from being written.
func (c *Credentials) Recover() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.breaks = nil, 0
}

// Refused lists what is not to be written yet, and says when the next is due (0: never).
func (c *Credentials) Refused() (out []core.CredentialRefusal, next time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	add := func(r *credentialRefusal) {
		if r == nil || !r.until.After(now) {
			return
		}
		out = append(out, r.CredentialRefusal)
		if left := r.until.Sub(now); next == 0 || left < next {
			next = left
		}
	}
	add(c.all)
	for _, r := range c.refused {
		add(r)
	}
	if c.failure != nil && c.failure.until.After(now) {
		if left := c.failure.until.Sub(now); next == 0 || left < next {
			next = left
		}
	}
	slices.SortFunc(out, func(a, b core.CredentialRefusal) int {
		return cmp.Or(strings.Compare(a.Ref.Namespace, b.Ref.Namespace), strings.Compare(a.Ref.Name, b.Ref.Name))
	})
	return out, next
}

// Refuse notes that a write for one Credential was refused as it is wanted now.
func (c *Credentials) Refuse(r core.CredentialRefusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused[r.Ref] = c.later(c.refused[r.Ref], r, 10*time.Second, RetryRefused)
}

// Hold notes why nothing can be written at all.
func (c *Credentials) Hold(reason core.Reason, message string, first, last time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = c.later(c.all, core.CredentialRefusal{Reason: reason, Message: message}, first, last)
}

// Fail notes why a deletion failed.
func (c *Credentials) Fail(reason core.Reason, message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure = c.later(c.failure, core.CredentialRefusal{Reason: reason, Message: message}, 5*time.Second, 5*time.Minute)
}

func (c *Credentials) later(old *credentialRefusal, r core.CredentialRefusal, first, last time.Duration) *credentialRefusal {
	out := &credentialRefusal{CredentialRefusal: r}
	if old != nil && old.Sum == r.Sum {
		out.tries = old.tries
	}
	out.until = c.clock.Now().Add(min(first<<min(out.tries, 10), last))
	out.tries++
	return out
}

// Failure says why the last deletion failed; later says that the next has time.
func (c *Credentials) Failure() (f *core.CredentialRefusal, later bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		return nil, false
	}
	r := c.failure.CredentialRefusal
	return &r, c.failure.until.After(c.clock.Now())
}

// Halve lets fewer be created together, so that the one is found which the server refuses; false if it was one alone.
func (c *Credentials) Halve(size int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size <= 1 {
		c.most = 0
		return false
	}
	c.most = size / 2
	return true
}

// Most is how many are created together; 0: as many as the server takes.
func (c *Credentials) Most() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most
}

// Broke counts a write that may have worked in part, and gives how many did before it in a row.
func (c *Credentials) Broke() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaks++
	return c.breaks - 1
}

// Worked notes that a write for some Credentials worked.
func (c *Credentials) Worked(refs ...core.Ref) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.breaks = nil, 0
	for _, ref := range refs {
		delete(c.refused, ref)
		delete(c.afresh, ref)
	}
}

// Deleted notes that a deletion worked.
func (c *Credentials) Deleted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure = nil
}

// ReadAfresh has the row of a Credential read before it is written next; false if that was so already.
func (c *Credentials) ReadAfresh(ref core.Ref) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.afresh[ref]
	c.afresh[ref] = true
	return !was
}

// Afresh lists those whose row is read before it is written.
func (c *Credentials) Afresh() []core.Ref {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []core.Ref
	for ref := range c.afresh {
		out = append(out, ref)
	}
	return out
}

// Tell remembers what the status of an object says, by uid.
func (c *Credentials) Tell(uid string, m CredentialMemory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told[uid] = m
}

// GaveUp notes that a Credential was let go without being cleaned up; true the first time.
func (c *Credentials) GaveUp(uid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.gaveUp[uid]
	c.gaveUp[uid] = true
	return first
}

// Told is what was told last of an object.
func (c *Credentials) Told(uid string) (CredentialMemory, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.told[uid]
	return m, ok
}

// Keep forgets objects that are not among these.
func (c *Credentials) Keep(uids map[string]bool, refs map[core.Ref]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	keep(c.told, uids)
	keep(c.gaveUp, uids)
	keep(c.asked, refs)
	keep(c.refused, refs)
	keep(c.afresh, refs)
}

func keep[K comparable, V any](m map[K]V, these map[K]bool) {
	maps.DeleteFunc(m, func(k K, _ V) bool { return !these[k] })
}
