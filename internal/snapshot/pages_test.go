// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"strconv"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// endlessly shows pages of rows that nobody has shown before, for longer than anybody reads.
type endlessly struct{ shown int }

func (s *endlessly) page() (scanopy.Page, []string) {
	if s.shown > 2*maxRows {
		return scanopy.Page{}, nil
	}
	ids := make([]string, 0, scanopy.MaxPage)
	for range scanopy.MaxPage {
		s.shown++
		ids = append(ids, strconv.Itoa(s.shown))
	}
	return scanopy.Page{Total: 1 << 30, Size: len(ids)}, ids
}

func (s *endlessly) ListCredentials(context.Context, int, int) (scanopy.CredentialPage, error) {
	page, ids := s.page()
	return scanopy.CredentialPage{Page: page, Credentials: each(ids, func(id string) scanopy.Credential { return scanopy.Credential{ID: id} })}, nil
}

func (s *endlessly) ListTags(context.Context, int, int) (scanopy.TagPage, error) {
	page, ids := s.page()
	return scanopy.TagPage{Page: page, Tags: each(ids, func(id string) scanopy.Tag { return scanopy.Tag{ID: id} })}, nil
}

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	s, p, f := endlessly{}, pages[string]{}, more
	for f == more {
		page, ids := s.page()
		f = p.add(page, ids, func(id string) string { return id })
	}
	if f != endless || f.fault("hosts") == nil || len(p.rows) > maxRows+scanopy.MaxPage {
		t.Errorf("%d rows, and then %d", len(p.rows), f)
	}
}

func TestAListOfCredentialsThatNeverEndsIsNoList(t *testing.T) {
	c, key := NewCredentials(clocktesting.NewFakePassiveClock(time.Unix(1, 0))), Key{Origin: "o"}
	s := &endlessly{}
	whole, err := c.List(t.Context(), key, s, false, func() bool { return true })
	if _, known := c.View(key); whole || known || !scanopy.HasReason(err, scanopy.BadAnswer) || s.shown > maxRows+scanopy.MaxPage {
		t.Errorf("after %d rows it is known: %v, %v", s.shown, known, err)
	}
}
