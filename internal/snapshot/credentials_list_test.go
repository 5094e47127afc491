// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/scanopy"
)

// leaves gives leave for so many requests.
func leaves(n int) func() bool {
	return func() bool { n--; return n >= 0 }
}

func TestAListWithLeaveForOneRequestAtATimeGetsToItsEnd(t *testing.T) {
	s, from := newVaultStore(), &shelf{names: []string{"a", "b"}, tags: []string{"t"}, most: 1}
	for call, want := range []bool{false, false, true} {
		if done, err := s.List(t.Context(), vaultKey, from, true, leaves(1)); done != want || err != nil {
			t.Fatalf("call %d: done %v, %v", call, done, err)
		}
	}
	if v, known := s.View(vaultKey); !known || namesOf(v) != "listed a, listed b" || len(v.Tags) != 1 {
		t.Errorf("known %v: %+v", known, v)
	}
	if want := []string{"credentials", "credentials", "tags"}; !slices.Equal(from.asked, want) {
		t.Errorf("asked for %v, want %v", from.asked, want)
	}
}

func TestWhatIsWrittenWhileAListIsStoppedWinsOverIt(t *testing.T) {
	s, from := newVaultStore(), &shelf{names: []string{"a", "b"}, most: 1}
	if done, err := s.List(t.Context(), vaultKey, from, false, leaves(1)); done || err != nil {
		t.Fatal(done, err)
	}
	s.Put(vaultKey, scanopy.Credential{ID: "a", Name: "written"})
	if done, err := s.List(t.Context(), vaultKey, from, false, leaves(1)); !done || err != nil {
		t.Fatal(done, err)
	}
	if v, known := s.View(vaultKey); !known || namesOf(v) != "written, listed b" {
		t.Errorf("known %v: %+v", known, v)
	}
}

func TestAStoppedListBeginsAnew(t *testing.T) {
	for name, meanwhile := range map[string]func(s *Credentials, c *clocktesting.FakeClock) (tags bool){
		"after a doubt that it can't end": func(s *Credentials, _ *clocktesting.FakeClock) bool { s.Doubt(vaultKey); return false },
		"when it is old":                  func(_ *Credentials, c *clocktesting.FakeClock) bool { c.Step(keptFor + time.Second); return false },
		"when it lacks tags":              func(*Credentials, *clocktesting.FakeClock) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			c := clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			s, from := NewCredentials(c), &shelf{names: []string{"a", "b"}, most: 1}
			if done, err := s.List(t.Context(), vaultKey, from, false, leaves(1)); done || err != nil {
				t.Fatal(done, err)
			}
			tags := meanwhile(s, c)
			from.names, from.asked = []string{"c"}, nil
			if done, err := s.List(t.Context(), vaultKey, from, tags, always); !done || err != nil {
				t.Fatal(done, err)
			}
			if v, known := s.View(vaultKey); !known || namesOf(v) != "listed c" {
				t.Errorf("known %v: %+v, asked for %v", known, v, from.asked)
			}
		})
	}
}
