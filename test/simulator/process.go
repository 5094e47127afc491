// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/scanopy-operator/scanopy-operator/internal/controller/backend"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/operator"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// workers is how many groups are reconciled at once.
const workers = 8

// instance is the operator's id.
const instance = core.Instance(0x51a1a70f)

// process is one life of the operator: what it holds in memory ends with it.
type process struct {
	world    *world
	cache    *kube.Cache
	operator *operator.Operator
	groups   *queue[core.Ref]
	backends *queue[backend.Key]
	// credentials are keys of backends; absent in histories without Credentials.
	credentials *queue[string]
	tasks       []*task
	current     *task
	end         context.CancelFunc
	dead        bool
	// knew is what it has read from the API server: the keys of backends, above all.
	knew map[kube.Key]bool
	// ctx is that of reconciles and watches.
	ctx context.Context
}

// begin starts the operator.
func (w *world) begin() {
	ctx, end := context.WithCancel(log.IntoContext(context.Background(), log.Log.WithSink(w.listener())))
	p := &process{world: w, groups: newQueue[core.Ref](w.clock), backends: newQueue[backend.Key](w.clock), end: end, ctx: ctx, knew: map[kube.Key]bool{}}
	p.cache = kube.NewCache(w.kube, w.random, p.pauseBefore, w.patched)
	p.operator = operator.New(ctx, operator.Environment{
		Client: p.cache, Live: kube.Live{Server: w.kube, Read: func(k kube.Key) { p.knew[k] = true }}, Recorder: recorder{EventRecorder: nil, world: w}, Clock: w.clock,
		Go: p.spawn, Transport: transport{p}, Instance: instance,
	})
	w.process = p
	must(p.operator.Groups.Source().Start(ctx, p.groups))
	must(p.operator.BackendKeys.Source().Start(ctx, p.backends))
	p.beginCredentials()
	for _, kind := range kube.Kinds() {
		for _, obj := range p.cache.Initial(kind) {
			p.tell(kind, kube.Event{New: obj}, true)
		}
	}
}

// patched notes a write to Kubernetes.
func (w *world) patched(what string, obj client.Object, err error) {
	if err != nil {
		w.note("  kube: %s: %v", what, err)
		return
	}
	w.note("  kube: %s", what)
	w.readPatched(obj)
	if _, ok := w.kube.Get(kube.KeyOf(obj)); !ok {
		w.released(obj)
		w.releasedCredential(obj)
	}
}

// crash ends the process as kill -9 does: nothing of it goes on, and what it knew is lost.
func (w *world) crash() {
	p := w.process
	p.dead = true
	for _, t := range p.tasks {
		p.current = t
		t.kill()
	}
	p.end()
	w.clock.clear()
	for _, s := range w.sites {
		s.silent = w.clock.now // what it was told is lost
		s.witness.credentials.forgetUntold()
	}
}

// pause stops the task that runs, before or after a request.
func (p *process) pause(at string) { p.pauseUntil(stop{at: at}) }

func (p *process) pauseUntil(s stop) {
	if p.dead {
		panic(killed{})
	}
	if p.current != nil {
		p.current.pause(s)
	}
}

// spawn is what the operator starts beside its reconciles.
func (p *process) spawn(work func()) {
	if !p.dead {
		p.add("background", work)
	}
}

func (p *process) add(name string, work func()) *task {
	p.world.count++
	t := newTask(fmt.Sprintf("%s #%d", name, p.world.count), work)
	p.tasks = append(p.tasks, t)
	return t
}

// task names the task that runs.
func (p *process) task() string {
	if p.current == nil {
		return ""
	}
	return p.current.name
}

// makesFor is the Host for which the task that runs makes what it makes, "" if it is for none.
func (p *process) makesFor() types.UID {
	if p.current == nil {
		return ""
	}
	if h, ok := p.world.kube.Get(p.current.host); ok {
		return h.GetUID()
	}
	return ""
}

// resume lets a task go on to its next request.
func (p *process) resume(t *task) {
	p.current = t
	more := t.run()
	p.current = nil
	if w := p.world; more && w.crashAt > 0 {
		if w.crashAt--; w.crashAt == 0 {
			w.note("the operator crashes before %s", t.at)
			w.crash()
			w.begin()
			return
		}
	}
	if !more {
		p.endCredentials(t.name)
		p.tasks = slices.DeleteFunc(p.tasks, func(x *task) bool { return x == t })
		return
	}
}

// able lists the tasks that can go on now.
func (p *process) able() []*task {
	var out []*task
	for _, t := range p.tasks {
		if !t.until.After(p.world.clock.now) {
			out = append(out, t)
		}
	}
	return out
}

// startGroup begins the reconcile of a group.
func (p *process) startGroup(key core.Ref) {
	p.groups.take(key)
	t := p.add("group "+key.Namespace+"/"+key.Name, func() {
		reconciled(p, p.groups, key, p.operator.Hosts.Reconcile)
	})
	t.host = kube.Key{Kind: kube.Host, Namespace: key.Namespace, Name: key.Name}
}

func (p *process) startBackend(key backend.Key) {
	p.backends.take(key)
	p.add("backend "+key.Namespace+"/"+key.Name, func() {
		reconciled(p, p.backends, key, p.operator.Backends.Reconcile)
	})
}

// reconciled does what controller-runtime does around a reconcile.
func reconciled[T comparable](p *process, q *queue[T], key T, do func(context.Context, T) (reconcile.Result, error)) {
	p.world.reconciles++
	result, err := do(p.ctx, key)
	q.done(key)
	switch {
	case err != nil:
		p.world.note("%v: error: %v", key, err)
		q.AddRateLimited(key)
	case result.RequeueAfter > 0:
		q.Forget(key)
		q.AddAfter(key, result.RequeueAfter)
	default:
		q.Forget(key)
	}
}

// deliver takes the next event of a kind into the cache and tells the controllers.
func (p *process) deliver(kind kube.Kind) { p.tell(kind, p.cache.Deliver(kind), false) }

func (p *process) tell(kind kube.Kind, e kube.Event, initial bool) {
	hear(p.ctx, p.operator.Hosts.Watches(), p.groups, kind, e, initial)
	hear(p.ctx, p.operator.Backends.Watches(), p.backends, kind, e, initial)
	if p.credentials != nil {
		hear(p.ctx, p.operator.Credentials.Watches(), p.credentials, kind, e, initial)
	}
}

// hear hands an event to the handlers of a controller.
func hear[T comparable](ctx context.Context, watches []wake.Watch[T], q *queue[T], kind kube.Kind, e kube.Event, initial bool) {
	for _, w := range watches {
		if kube.KindOf(w.Object) != kind {
			continue
		}
		before, after := e.Old, e.New
		if w.Metadata {
			before, after = kube.Metadata(before), kube.Metadata(after)
		}
		switch {
		case e.Old == nil:
			w.Handler.Create(ctx, event.TypedCreateEvent[client.Object]{Object: after, IsInInitialList: initial}, q)
		case e.New == nil:
			w.Handler.Delete(ctx, event.TypedDeleteEvent[client.Object]{Object: before}, q)
		default:
			w.Handler.Update(ctx, event.TypedUpdateEvent[client.Object]{ObjectOld: before, ObjectNew: after}, q)
		}
	}
}

// next is when something of the process is due that waits for time alone.
func (p *process) next() (first time.Time, ok bool) {
	consider := func(at time.Time, known bool) {
		if known && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	consider(p.groups.next())
	consider(p.backends.next())
	if p.credentials != nil {
		consider(p.credentials.next())
	}
	if t := p.world.clock.next(); t != nil {
		consider(t.at, true)
	}
	for _, t := range p.tasks {
		consider(t.until, t.until.After(p.world.clock.now))
	}
	consider(p.world.arrives())
	return first, ok
}

// must is for what cannot fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// recorder counts the operator's events.
type recorder struct {
	events.EventRecorder // absent: only Eventf is served

	world *world
}
