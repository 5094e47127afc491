// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"
	"fmt"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/apply"
	"github.com/scanopy-operator/scanopy-operator/internal/batch"
	"github.com/scanopy-operator/scanopy-operator/internal/controller/backend"
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

// parts are what the controllers share.
type parts struct {
	reader      client.Reader
	clock       clock.WithDelayedExecution
	groups      *wake.Waker[core.Ref]
	backends    *wake.Waker[backend.Key]
	registry    *registry.Registry
	snapshots   *snapshot.Store
	connections *gather.Connections
	deletions   *batch.Deleter
	metrics     *metrics.Metrics
	// ctx ends with the manager; what outlives a reconcile runs under it.
	ctx context.Context
}

// ready wakes whoever waited under a key: a refresh, a probe or a group.
func (p *parts) ready(key string) {
	if p.snapshots.Ready(key) || (p.deletions != nil && p.deletions.Ready(key)) {
		return
	}
	if name, ok := wake.ParseProbeKey(key); ok {
		p.wakeBackend(name)
		return
	}
	if ref, ok := wake.ParseGroupKey(key); ok {
		p.groups.Wake(wake.Called, 0, ref)
	}
}

func (p *parts) wakeBackend(key string) {
	if k, ok := backend.ParseKey(key); ok {
		p.backends.Wake(wake.Soon, 0, k)
	}
}

// observe counts requests once the metrics are there.
func (p *parts) observe(name, route string, status int, took time.Duration) {
	if p.metrics != nil {
		p.metrics.Observe(name, route, status, took)
	}
}

// refreshed wakes the groups whose network was listed.
func (p *parts) refreshed(ctx context.Context, key snapshot.Key) {
	for _, obj := range p.allBackends(ctx) {
		b, ok := p.registry.Get(gather.KeyOf(obj))
		if !ok || b.Origin() != key.Origin || b.Account() != key.Account {
			continue
		}
		users, err := p.connections.Users(ctx, obj)
		if err != nil {
			continue
		}
		for i := range users {
			p.groups.Wake(wake.Late, 0, core.Ref{Kind: core.KindHost, Namespace: users[i].Namespace, Name: users[i].Name})
		}
	}
}

func (p *parts) allBackends(ctx context.Context) []gather.BackendObject {
	var out []gather.BackendObject
	var backends v1alpha1.BackendList
	if err := p.reader.List(ctx, &backends); err == nil {
		for i := range backends.Items {
			out = append(out, &backends.Items[i])
		}
	}
	var cluster v1alpha1.ClusterBackendList
	if err := p.reader.List(ctx, &cluster); err == nil {
		for i := range cluster.Items {
			out = append(out, &cluster.Items[i])
		}
	}
	return out
}

// assemble builds the controllers and registers them. The refreshes of snapshots end with the manager.
func assemble(mgr ctrl.Manager, o Options, instance core.Instance) error {
	former, err := o.former()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := mgr.Add(manager.RunnableFunc(func(run context.Context) error {
		<-run.Done()
		cancel()
		return nil
	})); err != nil {
		cancel()
		return fmt.Errorf("adding the end of refreshes: %w", err)
	}
	p := &parts{
		ctx: ctx, reader: mgr.GetClient(), clock: clock.RealClock{},
		groups: &wake.Waker[core.Ref]{}, backends: &wake.Waker[backend.Key]{},
		connections: &gather.Connections{Reader: mgr.GetClient(), Live: mgr.GetAPIReader()},
	}
	p.snapshots = snapshot.New(ctx, snapshot.Options{Clock: p.clock, OnRefresh: func(key snapshot.Key) { go p.refreshed(ctx, key) }})
	p.registry = registry.New(registry.Options{
		Clock: p.clock, OnReady: p.ready, Observe: p.observe, UserAgent: "scanopy-operator",
		AllowLoopback: o.AllowLoopback, AllowUntested: o.AllowUntested,
	})
	if p.metrics, err = metrics.New(ctrlmetrics.Registry, p.registry.Limiters); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	return p.controllers(mgr, o, instance, former)
}

func (p *parts) controllers(mgr ctrl.Manager, o Options, instance core.Instance, former []core.Instance) error {
	writer := report.New(mgr.GetClient(), mgr.GetEventRecorder("scanopy-operator"), p.clock)
	memory := ledger.New(p.clock)
	crds := gather.NewCRDs(mgr.GetAPIReader(), p.clock)
	backends := &backend.Reconciler{
		Reader: mgr.GetClient(), Connections: p.connections, Registry: p.registry, Snapshots: p.snapshots, Report: writer,
		Clock: p.clock, Groups: p.groups, Revive: memory.Revive, InstanceID: instance.String(),
	}
	if err := backends.Setup(mgr, p.backends); err != nil {
		return fmt.Errorf("setting up the backend controller: %w", err)
	}
	locks := apply.NewLocks(p.clock, p.ready)
	groups := &host.Reconciler{
		Gather: &gather.Gatherer{
			Reader: mgr.GetClient(), Registry: p.registry, Snapshots: p.snapshots, Ledger: memory, Clock: p.clock,
			Instance: instance, Former: former, CRDs: crds,
		},
		Connections: p.connections, Snapshots: p.snapshots, Apply: apply.New(p.snapshots, locks), Report: writer, Ledger: memory, Clock: p.clock,
		CountRepair: p.metrics.Repaired,
		WakeBackend: func(key string) {
			backends.Suspect(key)
			p.wakeBackend(key)
		},
	}
	p.deletions = batch.NewDeleter(p.ctx, batch.Options{
		Clock: p.clock, Store: p.snapshots, Locks: locks, MayGo: groups.MayGo, OnDone: p.ready,
	})
	groups.Batch = p.deletions
	if err := groups.Setup(mgr, p.groups, o.Workers); err != nil {
		return fmt.Errorf("setting up the host controller: %w", err)
	}
	return nil
}
