// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

// Report is what a run showed.
type Report struct {
	Seed uint64
	// Found is what was wrong.
	Found []string
	// History is what happened; Sum stands for it.
	History, Sum string
	// Reconciles, Requests, Steps and Gaps count what there was.
	Reconciles, Requests, Steps, Gaps int
}

// String tells a report to people.
func (r Report) String() string {
	if len(r.Found) == 0 {
		return nameOfSeed(r.Seed) + ": well"
	}
	return r.History + "\n\n" + nameOfSeed(r.Seed) + ": " + strings.Join(r.Found, "\n")
}

// nameOfSeed tells a seed as make simulate takes it.
func nameOfSeed(seed uint64) string {
	out := fmt.Sprintf("SEED=%d", seed&^(Wide|Credentials))
	if seed&Wide != 0 {
		out += " WIDE=1"
	}
	if seed&Credentials != 0 {
		out += " CREDENTIALS=1"
	}
	return out
}

// SeedOf gives the seed of a number for a server version: its upper half is the version's place among those of the
// emulator, from 1 on. Numbers by themselves are seeds for the emulator's default.
func SeedOf(version string, number uint32) uint64 {
	return uint64(slices.Index(emulator.Versions(), version)+1)<<32 | uint64(number) //nolint:gosec // never negative
}

// VersionOf gives the server version of a seed.
func VersionOf(seed uint64) string {
	if n := int(seed &^ (Wide | Credentials) >> 32); n > 0 && n <= len(emulator.Versions()) {
		return emulator.Versions()[n-1]
	}
	if seed&Credentials != 0 {
		return versionWith(seed)
	}
	return emulator.DefaultVersion
}

// Run plays one seed.
func Run(seed uint64) (report Report) {
	h := &history{}
	report.Seed = seed
	defer func() {
		if p := recover(); p != nil {
			report.History = h.String()
			report.Found = append(report.Found, fmt.Sprintf("panic: %v\n%s", p, stack()))
		}
	}()
	w := newWorld(seed, h)
	w.noteDeeds()
	for range 4 + w.random.IntN(12) {
		w.create()
	}
	w.createCredentials()
	w.begin()
	w.chaos(40 + w.random.IntN(120))
	w.heal()
	report.Steps = w.settle(resyncsFor(seed))
	if w.has("CRDs") && len(w.found) == 0 {
		w.uninstall()
	}
	if len(w.found) > 0 {
		w.tellEnd()
	}
	w.crash()
	w.tellSecrets("the history", h.String())
	report.Found, report.History, report.Sum = w.found, h.String(), h.sum()
	report.Reconciles = w.reconciles
	for _, s := range w.sites {
		report.Gaps += s.witness.gaps + s.witness.credentials.gaps
		for _, n := range s.Log().Counts {
			report.Requests += n
		}
	}
	return report
}

// resyncsFor is over how many resyncs a seed stays in view: ten for some, since those take most of the time.
func resyncsFor(seed uint64) int {
	if seed%8 == 0 {
		return resyncs
	}
	return 1
}

// RunCrashing plays a few edits and ends the process before its n-th request, of whatever kind; more says whether there
// were that many. Nothing may be made twice, and nothing lost.
func RunCrashing(seed uint64, n int) (report Report, more bool) {
	h := &history{}
	report.Seed = seed
	w := newWorld(seed, h)
	for range 6 {
		w.create()
	}
	w.createCredentials()
	w.begin()
	w.crashAt = n
	w.rest(w.clock.now.Add(time.Minute))
	for range 6 {
		w.change()
	}
	w.remove()
	w.changeCredentials()
	w.rest(w.clock.now.Add(time.Minute))
	more = w.crashAt == 0
	w.crashAt = 0
	report.Steps = w.settle(1)
	w.crash()
	report.Found, report.History, report.Sum = w.found, h.String(), h.sum()
	return report, more
}

// heal ends everything that keeps the operator from its work.
func (w *world) heal() {
	w.weather, w.wild, w.isSlow = weather{}, false, false
	w.note("calm for good")
	w.restoreRest()
	w.unpause()
	w.healBackends()
	w.healCredentials()
}

// settle waits until all is as it must be, and stays so over resyncs, no longer than the operator may take for anything.
func (w *world) settle(resyncs int) (steps int) {
	for waited := settleStep; ; waited += settleStep {
		steps += w.rest(w.clock.now.Add(settleStep))
		found := w.found
		w.judge()
		if len(w.found) == len(found) {
			w.note("at rest")
			w.quiet = true
			w.steady(resyncs)
		}
		if len(w.found) == len(found) || waited >= settleMost {
			return steps
		}
		w.found, w.quiet = found, false
		w.leave()
		w.renewBackend()
		w.note("not yet")
	}
}

// steady checks that a system at rest stays so over resyncs: no write to Scanopy, none to Kubernetes, no event.
func (w *world) steady(resyncs int) {
	written, version, told := w.written, w.kube.Version()-w.deniedWrites(), w.told
	w.rest(w.clock.now.Add(time.Duration(resyncs) * resync))
	if now := w.kube.Version() - w.deniedWrites(); w.written != written || now != version || w.told != told {
		w.wrong("not steady: %d writes to Scanopy, %d to Kubernetes, %d events within %d resyncs",
			w.written-written, now-version, w.told-told, resyncs)
	}
}
