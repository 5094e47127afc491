// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"
)

// The least that a run must not exceed: whoever needs more never comes to rest.
const (
	maxSteps = 40_000
	// settleMost is longer than any wait of the operator; mostly it takes one settleStep.
	settleMost = 100 * time.Minute
	settleStep = 25 * time.Minute
	resyncs    = 10
	resync     = 10 * time.Minute
)

// step lets one thing of the operator or of Kubernetes happen, if anything can happen now.
func (w *world) step() bool {
	p := w.process
	tasks, groups, backends, kinds, going := p.able(), p.groups.ready(), p.backends.ready(), p.cache.Pending(), w.going()
	keys := p.credentialKeys()
	if w.widelyStep(len(tasks) + len(groups) + len(backends) + len(kinds) + len(going) + len(keys)) {
		return true
	}
	if len(p.tasks) >= workers {
		groups = nil
	}
	n := w.random.IntN(max(1, len(tasks)+len(groups)+len(backends)+len(kinds)+len(going)+len(keys)))
	switch {
	case n < len(tasks):
		p.resume(tasks[n])
		return true
	case n < len(tasks)+len(groups):
		p.startGroup(groups[n-len(tasks)])
		return true
	}
	n -= len(tasks) + len(groups)
	switch {
	case n < len(backends):
		p.startBackend(backends[n])
	case n < len(backends)+len(kinds):
		p.deliver(kinds[n-len(backends)])
	case n < len(backends)+len(kinds)+len(going):
		key := going[n-len(backends)-len(kinds)]
		must(w.kube.Delete(key))
		w.note("%s goes with its namespace", key)
	case n < len(backends)+len(kinds)+len(going)+len(keys):
		p.startCredentials(keys[n-len(backends)-len(kinds)-len(going)])
	default:
		return false
	}
	return true
}

// rest goes on until a time, and says how many steps it took.
func (w *world) rest(until time.Time) (steps int) {
	for steps = range maxSteps {
		if w.step() {
			continue
		}
		next, ok := w.process.next()
		if !ok || next.After(until) {
			w.clock.pass(until)
			return steps
		}
		w.clock.pass(next)
	}
	w.wrong("no rest within %d steps", maxSteps)
	return steps
}

// chaos is the part of a run in which everything happens to everybody.
func (w *world) chaos(actions int) {
	w.wild = true
	for actions > 0 {
		if w.hasCredentialEvent() {
			continue
		}
		switch n := w.random.IntN(100); {
		case n < 6:
			actions--
			w.edit()
		case n < 10:
			actions--
			one(w, w.sites[0], w.sites[0], w.sites[0], w.sites[1]).outside()
		case n < 11:
			w.weather = w.drawWeather()
			w.note("weather: %s", w.weather)
		case n < 12 && w.chance(20):
			w.note("the operator crashes")
			w.crash()
			w.begin()
		case n < 16:
			w.clock.pass(w.clock.now.Add(one(w, 10*time.Millisecond, 300*time.Millisecond, time.Second, 6*time.Second)))
		case n < 17 && w.chance(20):
			w.clock.pass(w.clock.now.Add(one(w, time.Minute, 5*time.Minute, 11*time.Minute)))
		default:
			w.proceed()
		}
	}
}

// proceed lets something happen, or the next moment come.
func (w *world) proceed() {
	if w.step() {
		return
	}
	if next, ok := w.process.next(); ok {
		w.clock.pass(next)
	}
}

func (w *world) drawWeather() weather {
	if w.chance(40) {
		return weather{}
	}
	e := weather{site: one(w, "", "main", "main", "other")}
	if w.chance(20) {
		e.down = true
		return e
	}
	e.percent = one(w, 5, 5, 20, 20, 60)
	return e
}
