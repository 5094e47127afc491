// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/controller/backend"
	"github.com/scanopy-operator/scanopy-operator/internal/controller/credential"
	"github.com/scanopy-operator/scanopy-operator/internal/controller/host"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
	"github.com/scanopy-operator/scanopy-operator/internal/metrics"
	"github.com/scanopy-operator/scanopy-operator/internal/report"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
	"github.com/scanopy-operator/scanopy-operator/internal/snapshot"
	"github.com/scanopy-operator/scanopy-operator/internal/wake"
)

// Environment is what the parts live in: a manager in the program, something else in a simulation.
type Environment struct {
	// Client reads from the cache and writes to the API server, Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Metadata is a cache that has the metadata of Secrets; absent: Client is.
	Metadata client.Reader
	Recorder events.EventRecorder
	Clock    clock.WithDelayedExecution
	// Go, if set, runs work beside its caller; else a goroutine does.
	Go func(func())
	// Transport, if set, carries the requests to Scanopy instead of connections.
	Transport http.RoundTripper
	Instance  core.Instance
	Former    []core.Instance

	AllowLoopback, AllowUntested bool
	// Patience is how long a Host in a namespace that is being deleted waits for its backend; 0: core.Patience.
	Patience time.Duration
}

// Operator is the parts of the program, wired. What wakes a key goes to Groups and BackendKeys.
type Operator struct {
	Hosts       *host.Reconciler
	Backends    *backend.Reconciler
	Credentials *credential.Reconciler
	Groups      *wake.Waker[core.Ref]
	BackendKeys *wake.Waker[backend.Key]
	// CredentialKeys are keys of backends.
	CredentialKeys *wake.Waker[string]

	registry    *registry.Registry
	snapshots   *snapshot.Store
	connections *gather.Connections
	deletions   *batch.Deleter
	memory      *ledger.Ledger
	metrics     *metrics.Metrics
	// ctx ends with the manager; what outlives a reconcile runs under it.
	ctx     context.Context
	besides besides
}

// ready wakes whoever waited under a key: a refresh, a probe or a group.
func (o *Operator) ready(key string) {
	if o.snapshots.Ready(key) || (o.deletions != nil && o.deletions.Ready(key)) {
		return
	}
	if name, ok := wake.ParseProbeKey(key); ok {
		o.wakeBackend(name)
		return
	}
	if name, ok := wake.ParseCredentialsKey(key); ok {
		o.CredentialKeys.Wake(wake.Called, 0, name)
		return
	}
	if ref, ok := wake.ParseGroupKey(key); ok {
		o.Groups.Wake(wake.Called, 0, ref)
	}
}

func (o *Operator) wakeBackend(key string) {
	if k, ok := backend.ParseKey(key); ok {
		o.BackendKeys.Wake(wake.Soon, 0, k)
	}
}

// suspect has a Backend looked at because of what an answer said or failed in.
func (o *Operator) suspect(key string) {
	if o.Backends == nil {
		return
	}
	o.Backends.Suspect(key)
	o.wakeBackend(key)
}

// observe counts requests once the metrics are there. The series of a Backend that is no more don't begin again with an
// answer that comes late.
func (o *Operator) observe(name, route string, status int, took time.Duration) {
	if o.metrics == nil {
		return
	}
	o.metrics.Observe(name, route, status, took)
	if _, ok := o.registry.Get(name); !ok {
		o.metrics.Forget(name)
	}
}

// repaired counts a repair once the metrics are there, held those who wait for the guard.
func (o *Operator) repaired(n core.Note) {
	if o.metrics != nil {
		o.metrics.Repaired(n)
	}
}

func (o *Operator) held(backend string, hosts int) {
	if o.metrics != nil {
		o.metrics.Held(backend, hosts)
	}
}

// forgot ends the series of a Backend that is no more.
func (o *Operator) forgot(backend string) {
	if o.metrics != nil {
		o.metrics.Forget(backend)
	}
}

// refreshed wakes the groups whose network was listed, first those that wait for the list.
func (o *Operator) refreshed(ctx context.Context, key snapshot.Key) {
	backends, err := o.connections.Backends(ctx)
	if err != nil {
		return
	}
	for _, obj := range backends {
		b, ok := o.registry.Get(gather.KeyOf(obj))
		if !ok || b.Origin() != key.Origin || b.Account() != key.Account {
			continue
		}
		o.CredentialKeys.Wake(wake.Late, 0, gather.KeyOf(obj)) // what is assigned to hosts depends on what there is of them
		users, err := o.connections.Users(ctx, obj, client.UnsafeDisableDeepCopy)
		if err != nil {
			continue
		}
		for i := range users {
			group, priority := core.Ref{Kind: core.KindHost, Namespace: users[i].Namespace, Name: users[i].Name}, wake.Late
			if o.memory.AwaitsList(group) {
				priority = wake.Soon
			}
			o.Groups.Wake(priority, 0, group)
		}
	}
}

// New builds the parts. What outlives a reconcile ends with ctx.
func New(ctx context.Context, e Environment) *Operator {
	if e.Go == nil {
		e.Go = func(work func()) { go work() }
	}
	if e.Metadata == nil {
		e.Metadata = e.Client
	}
	o := &Operator{
		ctx:    ctx,
		Groups: &wake.Waker[core.Ref]{}, BackendKeys: &wake.Waker[backend.Key]{}, CredentialKeys: &wake.Waker[string]{},
		connections: &gather.Connections{Reader: e.Client, Live: e.Live},
	}
	o.snapshots = snapshot.New(ctx, snapshot.Options{
		Clock: e.Clock, Go: e.Go, OnRefresh: func(key snapshot.Key) { e.Go(func() { o.refreshed(ctx, key) }) },
	})
	o.registry = registry.New(registry.Options{
		Clock: e.Clock, OnReady: o.ready, OnDoubt: o.suspect, Observe: o.observe, UserAgent: "scanopy-operator",
		AllowLoopback: e.AllowLoopback, AllowUntested: e.AllowUntested, Transport: e.Transport, Go: e.Go,
	})
	o.controllers(e)
	return o
}

func (o *Operator) controllers(e Environment) {
	o.besides.run = e.Go
	beside := func(work func(context.Context)) { o.besides.do(o.ctx, work) }
	writer := report.New(e.Client, e.Recorder, e.Clock)
	memory := ledger.New(e.Clock)
	o.memory = memory
	o.Backends = &backend.Reconciler{
		Reader: e.Client, Connections: o.connections, Registry: o.registry, Snapshots: o.snapshots, Report: writer,
		Beside: beside, Self: o.BackendKeys,
		Clock: e.Clock, Groups: o.Groups, Revive: memory.Revive, Forgive: memory.Forgive, InstanceID: e.Instance.String(),
		Census: &gather.Census{
			Reader: e.Client, Snapshots: o.snapshots, Instances: append([]core.Instance{e.Instance}, e.Former...),
		},
	}
	locks := apply.NewLocks(e.Clock, o.ready).RunWith(e.Go)
	gatherer := &gather.Gatherer{
		Reader: e.Client, Registry: o.registry, Snapshots: o.snapshots, Ledger: memory, Clock: e.Clock,
		Instance: e.Instance, Former: e.Former, CRDs: gather.NewCRDs(e.Live, e.Clock), Censuses: &gather.Censuses{},
		Patience: e.Patience, Metadata: e.Metadata, Live: e.Live, CredentialStore: snapshot.NewCredentials(e.Clock),
	}
	o.Backends.Rows = gatherer.CredentialStore
	o.Backends.Guard, o.Backends.Held = gatherer.Guard, o.held
	o.Backends.Forgot = func(key string) {
		gatherer.ForgetBackend(key)
		o.forgot(key)
	}
	o.Hosts = &host.Reconciler{
		Gather:      gatherer,
		Connections: o.connections, Snapshots: o.snapshots, Apply: apply.New(o.snapshots, locks), Report: writer,
		Ledger: memory, Clock: e.Clock, CountRepair: o.repaired, CountLetGo: o.Backends.CountLetGo, WakeBackend: o.suspect,
		WakeGroup: func(key core.Ref) { o.Groups.Wake(wake.Soon, 0, key) },
	}
	o.Backends.Credentials = o.CredentialKeys
	o.Backends.RecoverCredentials = func(key string) { memory.Credentials(key).Recover() }
	o.Credentials = &credential.Reconciler{
		Gather: gatherer, Connections: o.connections, Store: gatherer.CredentialStore, Report: writer, Ledger: memory,
		Clock: e.Clock, Beside: beside, Self: o.CredentialKeys, WakeBackend: o.suspect, CountRepair: o.repaired,
		CountLetGo: o.Backends.CountLetGo,
	}
	o.deletions = batch.NewDeleter(o.ctx, batch.Options{
		Clock: e.Clock, Store: o.snapshots, Locks: locks, MayGo: o.Hosts.MayGo, OnDone: o.ready, Go: e.Go,
	})
	o.Hosts.Batch = o.deletions
}

// assemble builds the parts for a manager and registers the controllers. The refreshes of snapshots end with the manager,
// which waits, for as long as its grace lasts, for requests that are under way beside the workers.
func assemble(mgr ctrl.Manager, options Options, instance core.Instance) error {
	former, err := options.former()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := New(ctx, Environment{
		Client: mgr.GetClient(), Live: unlogged{mgr.GetAPIReader()}, Metadata: mgr.GetCache(), Recorder: mgr.GetEventRecorder("scanopy-operator"),
		Clock: clock.RealClock{}, Instance: instance, Former: former,
		AllowLoopback: options.AllowLoopback, AllowUntested: options.AllowUntested, Patience: options.Patience,
	})
	if err := mgr.Add(manager.RunnableFunc(func(run context.Context) error {
		<-run.Done()
		cancel()
		o.besides.end()
		return nil
	})); err != nil {
		cancel()
		return fmt.Errorf("adding the end of what is done beside: %w", err)
	}
	if o.metrics, err = metrics.New(ctrlmetrics.Registry, o.registry.Limiters); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	if err := o.Backends.Setup(mgr, o.BackendKeys); err != nil {
		return fmt.Errorf("setting up the backend controller: %w", err)
	}
	if err := o.Hosts.Setup(mgr, o.Groups, options.Workers); err != nil {
		return fmt.Errorf("setting up the host controller: %w", err)
	}
	if err := o.Credentials.Setup(mgr, o.CredentialKeys); err != nil {
		return fmt.Errorf("setting up the credential controller: %w", err)
	}
	return nil
}
