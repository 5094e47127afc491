// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

var vaultKey = Key{Origin: "http://scanopy.example", Account: "account"}

// shelf is a list of credentials as a server has it. during, if set, runs while a page is on its way.
type shelf struct {
	names  []string
	tags   []string
	most   int
	during func()
	asked  []string
	err    error
}

func (s *shelf) ListCredentials(_ context.Context, _, offset int) (scanopy.CredentialPage, error) {
	s.asked = append(s.asked, "credentials")
	names := s.names[min(offset, len(s.names)):min(offset+s.most, len(s.names))]
	out := scanopy.CredentialPage{Page: scanopy.Page{Total: len(s.names), Size: len(names)}}
	for _, name := range names {
		out.Credentials = append(out.Credentials, scanopy.Credential{ID: name, Name: "listed " + name})
	}
	if s.during != nil {
		s.during()
	}
	return out, s.err
}

func (s *shelf) ListTags(context.Context, int, int) (scanopy.TagPage, error) {
	s.asked = append(s.asked, "tags")
	out := scanopy.TagPage{Page: scanopy.Page{Total: len(s.tags), Size: len(s.tags)}}
	for _, name := range s.tags {
		out.Tags = append(out.Tags, scanopy.Tag{ID: name, Name: name})
	}
	return out, s.err
}

func always() bool { return true }

func namesOf(v CredentialView) string {
	var out []string
	for i := range v.Rows {
		out = append(out, v.Rows[i].Name)
	}
	return strings.Join(out, ", ")
}

func newVaultStore() *Credentials {
	return NewCredentials(clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestAListOfCredentialsIsReadPageByPage(t *testing.T) {
	s, from := newVaultStore(), &shelf{names: []string{"a", "b", "c"}, tags: []string{"t"}, most: 2}
	if _, known := s.View(vaultKey); known {
		t.Error("known before anything was read")
	}
	if done, err := s.List(t.Context(), vaultKey, from, false, always); !done || err != nil {
		t.Fatal(done, err)
	}
	v, known := s.View(vaultKey)
	if !known || namesOf(v) != "listed a, listed b, listed c" || v.HasTags || !slices.Equal(from.asked, []string{"credentials", "credentials"}) {
		t.Errorf("%+v by %v", v, from.asked)
	}
	if done, err := s.List(t.Context(), vaultKey, from, true, always); !done || err != nil {
		t.Fatal(done, err)
	}
	if v, _ := s.View(vaultKey); !v.HasTags || len(v.Tags) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestAListThatIsNotReadToItsEndChangesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		may  int
		err  error
		done bool
	}{
		"without leave for its second page": {1, nil, false},
		"by an error":                       {9, errors.New("down"), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newVaultStore()
			s.Put(vaultKey, scanopy.Credential{ID: "a", Name: "made"})
			left := c.may
			done, err := s.List(t.Context(), vaultKey, &shelf{names: []string{"a", "b"}, most: 1, err: c.err}, false, func() bool { left--; return left >= 0 })
			if v, known := s.View(vaultKey); done != c.done || !errors.Is(err, c.err) || known || namesOf(v) != "made" {
				t.Errorf("done %v, %v, known %v, %+v", done, err, known, v)
			}
		})
	}
}

func TestWhatHappensWhileCredentialsAreListedWinsOverTheList(t *testing.T) {
	for name, c := range map[string]struct {
		during func(*Credentials)
		want   string
	}{
		"nothing":             {func(*Credentials) {}, "listed a, listed b"},
		"one was written":     {func(s *Credentials) { s.Put(vaultKey, scanopy.Credential{ID: "a", Name: "written"}) }, "written, listed b"},
		"one was made":        {func(s *Credentials) { s.Put(vaultKey, scanopy.Credential{ID: "c", Name: "made"}) }, "listed a, listed b, made"},
		"one was deleted":     {func(s *Credentials) { s.Gone(vaultKey, "a") }, "listed b"},
		"of another account":  {func(s *Credentials) { s.Gone(Key{Account: "other"}, "a") }, "listed a, listed b"},
		"a tag was taken off": {func(s *Credentials) { s.DropTag(vaultKey, "b", "t") }, "listed a, before"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newVaultStore()
			s.Put(vaultKey, scanopy.Credential{ID: "b", Name: "before", Tags: []string{"t"}})
			from := &shelf{names: []string{"a", "b"}, most: 10, during: func() { c.during(s) }}
			if _, err := s.List(t.Context(), vaultKey, from, false, always); err != nil {
				t.Fatal(err)
			}
			if v, known := s.View(vaultKey); !known || namesOf(v) != c.want {
				t.Errorf("known %v: %s", known, namesOf(v))
			}
		})
	}
}

func TestThatACredentialIsGoneIsCertainUntilTheNextListOrWrite(t *testing.T) {
	s, from := newVaultStore(), &shelf{most: 10}
	s.Gone(vaultKey, "a")
	if v, _ := s.View(vaultKey); !slices.Equal(v.Confirmed, []string{"a"}) {
		t.Errorf("%v", v.Confirmed)
	}
	s.Put(vaultKey, scanopy.Credential{ID: "a"})
	if v, _ := s.View(vaultKey); len(v.Confirmed) > 0 {
		t.Errorf("%v was made again", v.Confirmed)
	}
	s.Gone(vaultKey, "a")
	if _, err := s.List(t.Context(), vaultKey, from, false, always); err != nil {
		t.Fatal(err)
	}
	if v, _ := s.View(vaultKey); len(v.Confirmed) > 0 {
		t.Errorf("%v, which a later list may have shown", v.Confirmed)
	}
}

func TestADoubtedListIsNotKnownButShownUntilItWasReadAgain(t *testing.T) {
	s := newVaultStore()
	if _, err := s.List(t.Context(), vaultKey, &shelf{names: []string{"a"}, most: 10}, false, always); err != nil {
		t.Fatal(err)
	}
	s.Doubt(vaultKey)
	if v, known := s.View(vaultKey); known || namesOf(v) != "listed a" {
		t.Errorf("known %v: %+v", known, v)
	}
}

func TestAListThatBeganBeforeADoubtDoesNotEndIt(t *testing.T) {
	s := newVaultStore()
	from := &shelf{names: []string{"a"}, most: 10, during: func() { s.Doubt(vaultKey) }}
	if done, err := s.List(t.Context(), vaultKey, from, false, always); !done || err != nil {
		t.Fatal(done, err)
	}
	if v, known := s.View(vaultKey); known || namesOf(v) != "listed a" {
		t.Errorf("known %v: %+v", known, v)
	}
	from.during = nil
	if _, err := s.List(t.Context(), vaultKey, from, false, always); err != nil {
		t.Fatal(err)
	}
	if _, known := s.View(vaultKey); !known {
		t.Error("a list that began after it does not end it")
	}
}

func TestATagThatWasMadeIsKnownAtOnce(t *testing.T) {
	s := newVaultStore()
	if _, err := s.List(t.Context(), vaultKey, &shelf{tags: []string{"z"}, most: 10}, true, always); err != nil {
		t.Fatal(err)
	}
	s.PutTag(vaultKey, core.Tag{ID: "a", Name: "new"})
	if v, known := s.View(vaultKey); !known || len(v.Tags) != 2 || v.Tags[0].Name != "new" {
		t.Errorf("%+v", v.Tags)
	}
}

func TestTypesOfCredentialsAreSpelledInTheAPIAsInTheServerAndBack(t *testing.T) {
	for _, kind := range scanopy.CredentialTypes() {
		if got := ServerCredentialType(CredentialTypeOf(kind)); got != kind {
			t.Errorf("%s becomes %s", kind, got)
		}
	}
}

func TestWhoAsksOfWhatIsUnknownLeavesNothing(t *testing.T) {
	rows := NewCredentials(clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	if v, known := rows.View(vaultKey); known || len(v.Rows) > 0 || len(rows.entries) > 0 {
		t.Errorf("%+v, %v", v, rows.entries)
	}
	hosts := New(t.Context(), Options{})
	if _, known := hosts.View(vaultKey); known || hosts.Err(vaultKey) != nil || len(hosts.entries) > 0 {
		t.Errorf("%v", hosts.entries)
	}
}
