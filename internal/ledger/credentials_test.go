// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

func ofCredentials(t *testing.T) (*Credentials, *clocktesting.FakeClock) {
	t.Helper()
	l, c := newLedger(t)
	return l.Credentials("Backend/lab/default"), c
}

func credential(name string) core.Ref {
	return core.Ref{Kind: core.KindCredential, Namespace: "lab", Name: name}
}

func TestACredentialThatWasRefusedIsTriedAgainEverLaterWhileTheSameIsWanted(t *testing.T) {
	m, c := ofCredentials(t)
	refuse := func(sum uint64) time.Duration {
		m.Refuse(core.CredentialRefusal{Ref: credential("a"), Sum: sum, Reason: core.ReasonBackendRejected})
		all, next := m.Refused()
		if len(all) != 1 || all[0].Sum != sum {
			t.Fatalf("%+v", all)
		}
		c.Step(next)
		if left, _ := m.Refused(); len(left) > 0 {
			t.Fatalf("%+v is not due after %s", left, next)
		}
		return next
	}
	for i, want := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
		if got := refuse(1); got != want {
			t.Errorf("try %d is due after %s", i, got)
		}
	}
	for range 10 {
		refuse(1)
	}
	if got := refuse(1); got != RetryRefused {
		t.Errorf("it is due after %s in the end", got)
	}
	if got := refuse(2); got != 10*time.Second {
		t.Errorf("what is wanted now is due after %s", got)
	}
}

func TestRefusalsAreListedInOneOrderTheOneOfAllFirst(t *testing.T) {
	m, _ := ofCredentials(t)
	for _, name := range []string{"c", "a", "b"} {
		m.Refuse(core.CredentialRefusal{Ref: credential(name), Sum: 1})
	}
	m.Hold(core.ReasonPermissionDenied, "an Admin's key is needed", time.Minute, time.Hour)
	all, next := m.Refused()
	got := ""
	for _, r := range all {
		got += r.Ref.Name + ","
	}
	if got != ",a,b,c," || next != 10*time.Second {
		t.Errorf("%s, the next after %s", got, next)
	}
}

func TestWhatWasRefusedIsTriedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*Credentials)
		left int
	}{
		"when somebody asks for that Credential": {func(m *Credentials) { m.Asked(credential("a"), "now") }, 1},
		"when a write for it worked":             {func(m *Credentials) { m.Worked(credential("a")) }, 1},
		"when another account is used":           {func(m *Credentials) { m.Use("other") }, 0},
		"when it is gone":                        {func(m *Credentials) { m.Keep(nil, map[core.Ref]bool{credential("b"): true}) }, 1},
		"but not when the backend recovers":      {func(m *Credentials) { m.Recover() }, 2},
		"nor when the same was asked before":     {func(m *Credentials) { m.Asked(credential("b"), "before") }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := ofCredentials(t)
			m.Use("account")
			m.Asked(credential("a"), "before")
			m.Asked(credential("b"), "before")
			m.Refuse(core.CredentialRefusal{Ref: credential("a"), Sum: 1})
			m.Refuse(core.CredentialRefusal{Ref: credential("b"), Sum: 1})
			c.do(m)
			if all, _ := m.Refused(); len(all) != c.left {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestWhatHoldsEverythingIsLiftedByRecoveryAQuestionOrAWriteThatWorked(t *testing.T) {
	for name, lift := range map[string]func(*Credentials){
		"recovery": func(m *Credentials) { m.Recover() },
		"question": func(m *Credentials) { m.Asked(credential("a"), "now") },
		"write":    func(m *Credentials) { m.Worked() },
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := ofCredentials(t)
			m.Hold(core.ReasonBackendUnavailable, "down", time.Second, time.Minute)
			lift(m)
			if all, _ := m.Refused(); len(all) > 0 {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestABulkThatIsRefusedIsHalvedDownToOne(t *testing.T) {
	m, _ := ofCredentials(t)
	for _, size := range []int{100, 50, 25, 12, 6, 3} {
		if !m.Halve(size) || m.Most() != size/2 {
			t.Errorf("after %d: %d", size, m.Most())
		}
	}
	if m.Halve(1) || m.Most() != 0 {
		t.Errorf("one alone is the culprit, and the others go together again: %d", m.Most())
	}
}

func TestBreaksAreCountedInARow(t *testing.T) {
	m, _ := ofCredentials(t)
	if first, second := m.Broke(), m.Broke(); first != 0 || second != 1 {
		t.Errorf("%d, %d", first, second)
	}
	m.Worked()
	if n := m.Broke(); n != 0 {
		t.Errorf("%d after a write that worked", n)
	}
}

func TestARowIsReadAfreshUntilItsWriteWorked(t *testing.T) {
	m, _ := ofCredentials(t)
	if !m.ReadAfresh(credential("a")) || m.ReadAfresh(credential("a")) || len(m.Afresh()) != 1 {
		t.Error("it is not told once")
	}
	m.Worked(credential("a"))
	if len(m.Afresh()) != 0 {
		t.Errorf("%v", m.Afresh())
	}
}

func TestADeletionThatFailedHasTimeUntilItsNextTry(t *testing.T) {
	m, c := ofCredentials(t)
	if f, later := m.Failure(); f != nil || later {
		t.Fatalf("%+v", f)
	}
	m.Fail(core.ReasonBackendRejected, "no")
	if f, later := m.Failure(); f == nil || f.Message != "no" || !later {
		t.Errorf("%+v, later %v", f, later)
	}
	if _, next := m.Refused(); next != 5*time.Second {
		t.Errorf("the next try is due after %s", next)
	}
	c.Step(5 * time.Second)
	if f, later := m.Failure(); f == nil || later {
		t.Errorf("%+v, later %v", f, later)
	}
	m.Deleted()
	if f, _ := m.Failure(); f != nil {
		t.Errorf("%+v after it worked", f)
	}
}

func TestNothingIsRememberedOfACredentialThatIsGone(t *testing.T) {
	m, _ := ofCredentials(t)
	m.Refuse(core.CredentialRefusal{Ref: credential("a"), Sum: 1})
	m.ReadAfresh(credential("a"))
	m.Asked(credential("a"), "now")
	m.Refuse(core.CredentialRefusal{Ref: credential("a"), Sum: 1})
	m.Refuse(core.CredentialRefusal{Ref: credential("never asked for"), Sum: 1})
	m.ReadAfresh(credential("never asked for"))
	m.Tell("u1", CredentialMemory{})
	if !m.GaveUp("u1") || m.GaveUp("u1") {
		t.Error("that it was let go is not told once")
	}
	m.Keep(map[string]bool{"u2": true}, map[core.Ref]bool{credential("b"): true})
	if n := len(m.refused) + len(m.afresh) + len(m.asked) + len(m.told) + len(m.gaveUp); n > 0 {
		t.Errorf("refused %v, afresh %v, asked %v, told %v, let go %v", m.refused, m.afresh, m.asked, m.told, m.gaveUp)
	}
}

func TestNothingIsRememberedOfABackendThatIsNoMore(t *testing.T) {
	l, c := newLedger(t)
	for _, backend := range []string{"Backend/lab/default", "Backend/lab/other"} {
		l.Credentials(backend).Hold(core.ReasonBackendUnavailable, "down", time.Second, time.Minute)
		l.Deleted(backend, "u1", c.Now())
	}
	l.ForgetCredentials("Backend/lab/default")
	l.ForgetBackend("Backend/lab/default")
	if len(l.credentials) != 1 || len(l.sent) != 1 || len(l.Sent("Backend/lab/other", nil)) != 1 {
		t.Errorf("left: %v, %v", l.credentials, l.sent)
	}
	if all, _ := l.Credentials("Backend/lab/default").Refused(); len(all) > 0 {
		t.Errorf("%+v", all)
	}
}

func TestWhatStatusesSayIsRememberedUntilTheirObjectsAreGone(t *testing.T) {
	l, _ := newLedger(t)
	m := l.Credentials("Backend/lab/default")
	m.Tell("u1", CredentialMemory{Generation: 3, Sum: 7})
	if got, ok := l.Credentials("Backend/lab/default").Told("u1"); !ok || got.Generation != 3 || got.Sum != 7 {
		t.Errorf("%+v", got)
	}
	if _, ok := l.Credentials("Backend/shop/default").Told("u1"); ok {
		t.Error("another backend knows of it")
	}
	m.Keep(map[string]bool{"u2": true}, nil)
	if got, ok := m.Told("u1"); ok {
		t.Errorf("%+v of an object that is gone", got)
	}
}
