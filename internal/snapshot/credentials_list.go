// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// keptFor is how long a list that was stopped can be gone on with.
const keptFor = 5 * time.Minute

// unfinished is a list of credentials, as far as it was read.
type unfinished struct {
	began, doubts uint64
	at            time.Time
	tags          bool
	rows          pages[scanopy.Credential]
	named         pages[core.Tag]
	// credentials and names say how far the two parts are.
	credentials, names found
}

// List reads all pages, and the tags if they are wanted. may is asked before each request; if it says no, false is the
// answer, and the next call goes on there: whoever has leave for one request at a time gets to the end, too. What was
// written since the list began wins.
func (s *Credentials) List(ctx context.Context, key Key, from CredentialLister, tags bool, may func() bool) (bool, error) {
	l := s.resume(key, tags)
	done, err := l.read(ctx, from, may)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	if !done {
		e.unfinished = l
		return false, nil
	}
	e.commit(l.began, l.at, l.rows.rows, l.named.rows, l.tags)
	e.known = e.doubts == l.doubts
	return true, nil
}

// resume takes out the list that was stopped, if it still tells what is wanted, or begins another one.
func (s *Credentials) resume(key Key, tags bool) *unfinished {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	l := e.unfinished
	e.unfinished = nil
	if l == nil || l.doubts != e.doubts || l.tags != tags || s.clock.Since(l.at) > keptFor {
		l = &unfinished{began: e.seq, doubts: e.doubts, at: s.clock.Now(), tags: tags}
	}
	return l
}

// read goes on as far as it may.
func (l *unfinished) read(ctx context.Context, from CredentialLister, may func() bool) (done bool, err error) {
	for l.credentials == more || l.credentials == again {
		if !may() {
			return false, nil
		}
		page, err := from.ListCredentials(ctx, scanopy.MaxPage, l.rows.offset)
		if err != nil {
			return false, err
		}
		l.credentials = l.rows.add(page.Page, page.Credentials, func(c scanopy.Credential) string { return c.ID })
		if l.credentials == endless {
			return false, l.credentials.fault("credentials")
		}
	}
	for l.tags && (l.names == more || l.names == again) {
		if !may() {
			return false, nil
		}
		page, err := from.ListTags(ctx, scanopy.MaxPage, l.named.offset)
		if err != nil {
			return false, err
		}
		l.names = l.named.add(page.Page, each(page.Tags, ObserveTag), tagID)
		if l.names == endless {
			return false, l.names.fault("tags")
		}
	}
	return true, nil
}
