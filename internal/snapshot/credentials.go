// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// CredentialLister is what a list of credentials asks a client for.
type CredentialLister interface {
	ListCredentials(ctx context.Context, limit, offset int) (scanopy.CredentialPage, error)
	ListTags(ctx context.Context, limit, offset int) (scanopy.TagPage, error)
}

// Credentials keeps what organizations were last seen to hold of credentials, per Key without a network. Whoever needs a
// list reads it himself, page by page; all who use one Key share it.
type Credentials struct {
	clock   clock.PassiveClock
	mu      sync.Mutex
	entries map[Key]*credentials
}

type credentials struct {
	rows      map[string]core.ObservedCredential
	tags      []core.Tag
	hasTags   bool
	confirmed map[string]bool
	began     time.Time
	known     bool
	// doubts counts what no list proves that began before.
	doubts uint64
	// unfinished is a list that was stopped before its end; absent: there is none.
	unfinished *unfinished
	// seq counts writes, written says when each row was written or deleted.
	seq     uint64
	written map[string]uint64
}

// CredentialView is what is known of a Key.
type CredentialView struct {
	Rows      []core.ObservedCredential // sorted by id
	Tags      []core.Tag
	HasTags   bool
	Confirmed []string
	Began     time.Time
}

// NewCredentials makes an empty store.
func NewCredentials(c clock.PassiveClock) *Credentials {
	return &Credentials{clock: c, entries: map[Key]*credentials{}}
}

func (s *Credentials) entry(key Key) *credentials {
	e := s.entries[key]
	if e == nil {
		e = &credentials{rows: map[string]core.ObservedCredential{}, confirmed: map[string]bool{}, written: map[string]uint64{}}
		s.entries[key] = e
	}
	return e
}

// View gives what is known; false while no list has been read, or when one is needed before anything is concluded.
func (s *Credentials) View(key Key) (CredentialView, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[key]
	if e == nil {
		return CredentialView{}, false
	}
	v := CredentialView{Tags: e.tags, HasTags: e.hasTags, Began: e.began, Confirmed: slices.Sorted(maps.Keys(e.confirmed))}
	v.Rows = slices.SortedFunc(maps.Values(e.rows), func(a, b core.ObservedCredential) int { return cmp.Compare(a.ID, b.ID) })
	return v, e.known
}

// Put tells of a row as an answer showed it.
func (s *Credentials) Put(key Key, rows ...scanopy.Credential) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	for _, row := range rows {
		e.seq++
		e.written[row.ID] = e.seq
		delete(e.confirmed, row.ID)
		e.rows[row.ID] = ObserveCredential(row)
	}
}

// Gone tells that rows are certainly not there.
func (s *Credentials) Gone(key Key, ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	for _, id := range ids {
		e.seq++
		e.written[id] = e.seq
		delete(e.rows, id)
		e.confirmed[id] = true
	}
}

// DropTag tells that a tag was taken off a row.
func (s *Credentials) DropTag(key Key, id, tag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	row, ok := e.rows[id]
	if !ok {
		return
	}
	e.seq++
	e.written[id] = e.seq
	row.Tags = without(row.Tags, func(t string) bool { return t == tag })
	e.rows[id] = row
}

// PutTag tells of a tag that was made.
func (s *Credentials) PutTag(key Key, tag core.Tag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	e.tags = putSorted(e.tags, tag, tagID)
}

// Keep forgets all Keys that are not used any more.
func (s *Credentials) Keep(isUsed func(Key) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.entries, func(key Key, _ *credentials) bool { return !isUsed(key) })
}

// Doubt says that a list is needed before anything is concluded: one that begins now or later.
func (s *Credentials) Doubt(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	e.known = false
	e.doubts++
}

// commit makes what was read the view.
func (e *credentials) commit(began uint64, at time.Time, rows map[string]scanopy.Credential, tags map[string]core.Tag, hasTags bool) {
	fresh := map[string]core.ObservedCredential{}
	for id, row := range rows {
		if e.written[id] <= began {
			fresh[id] = ObserveCredential(row)
		}
	}
	for id, row := range e.rows {
		if e.written[id] > began {
			fresh[id] = row
		}
	}
	maps.DeleteFunc(e.confirmed, func(id string, _ bool) bool { return e.written[id] <= began })
	maps.DeleteFunc(e.written, func(_ string, seq uint64) bool { return seq <= began })
	e.rows, e.began = fresh, at
	if hasTags {
		e.tags, e.hasTags = sorted(tags, tagID), true
	}
}

// ObserveCredential turns a credential as the client gives it into core's.
func ObserveCredential(c scanopy.Credential) core.ObservedCredential {
	out := core.ObservedCredential{
		ID: c.ID, OrganizationID: c.OrganizationID, Name: c.Name, Description: c.Description, DaemonOS: c.DaemonOS,
		Type: CredentialTypeOf(c.Type), Tags: c.Tags, NetworkIDs: c.NetworkIDs, Shown: string(c.Shown),
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, core.CredentialField{
			Name: f.Name, Mode: core.CredentialMode(f.Mode), Text: f.Text, Number: f.Number, Flag: f.Flag,
		})
	}
	for _, h := range c.Hosts {
		out.Hosts = append(out.Hosts, core.CredentialHostRow{HostID: h.HostID, InterfaceIDs: h.InterfaceIDs})
	}
	return out
}

// CredentialTypeOf is a type as the API spells it.
func CredentialTypeOf(t scanopy.CredentialType) core.CredentialType {
	switch t {
	case scanopy.UnifiAPIKey:
		return "UnifiAPIKey"
	case scanopy.ProxmoxAPIToken:
		return "ProxmoxAPIToken"
	}
	return core.CredentialType(t)
}

// ServerCredentialType is the reverse of CredentialTypeOf.
func ServerCredentialType(t core.CredentialType) scanopy.CredentialType {
	for _, s := range scanopy.CredentialTypes() {
		if CredentialTypeOf(s) == t {
			return s
		}
	}
	return scanopy.CredentialType(t)
}
