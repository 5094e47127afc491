// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"iter"
	"time"

	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// task is something that runs beside others: a reconcile, a list, a batch. It stops where pause is called in it.
type task struct {
	name string
	// at says where it stopped; it does not go on before until.
	at    string
	until time.Time
	// host is the Host whose group it reconciles; zero for other tasks.
	host  kube.Key
	step  func() (stop, bool)
	kill  func()
	yield func(stop) bool
}

// stop is where and how long a task stops.
type stop struct {
	at    string
	until time.Time
}

// killed is what unwinds a task whose process ends.
type killed struct{}

func newTask(name string, work func()) *task {
	t := &task{name: name, at: "begin"}
	t.step, t.kill = iter.Pull(func(yield func(stop) bool) {
		defer func() {
			if p := recover(); p != nil {
				if _, ok := p.(killed); !ok {
					panic(p)
				}
			}
		}()
		t.yield = yield
		work()
	})
	return t
}

// pause stops the task; whoever kills it meanwhile ends it here.
func (t *task) pause(s stop) {
	if !t.yield(s) {
		panic(killed{})
	}
}

// run goes on up to the next stop and says whether there is one.
func (t *task) run() bool {
	s, ok := t.step()
	t.at, t.until = s.at, s.until
	return ok
}
