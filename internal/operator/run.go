// SPDX-License-Identifier: Apache-2.0

// Package operator puts the program together: scheme, cache, clients, registry, snapshots, batches and controllers. In
// goes the configuration of a cluster and Options, out comes a running manager. It may import everything of ours.
package operator

import (
	"context"
	"crypto/tls"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
)

// Scheme knows the kinds that the operator reads and writes.
func Scheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return scheme, v1alpha1.AddToScheme(scheme)
}

// Run runs the operator until the context ends.
func Run(ctx context.Context, cfg *rest.Config, o Options) error {
	if err := o.validate(); err != nil {
		return err
	}
	mgr, err := newManager(cfg, o)
	if err != nil {
		return err
	}
	if err := index.AddAll(ctx, mgr.GetFieldIndexer()); err != nil {
		return fmt.Errorf("adding indexes: %w", err)
	}
	instance, err := instanceID(ctx, mgr.GetAPIReader(), o)
	if err != nil {
		return err
	}
	if err := assemble(mgr, o, instance); err != nil {
		return err
	}
	for name, add := range map[string]func(string, healthz.Checker) error{"healthz": mgr.AddHealthzCheck, "readyz": mgr.AddReadyzCheck} {
		if err := add(name, healthz.Ping); err != nil {
			return fmt.Errorf("adding %s: %w", name, err)
		}
	}
	return mgr.Start(ctx)
}

func newManager(cfg *rest.Config, o Options) (ctrl.Manager, error) {
	scheme, err := Scheme()
	if err != nil {
		return nil, fmt.Errorf("building the scheme: %w", err)
	}
	options := ctrl.Options{
		Scheme:                        scheme,
		HealthProbeBindAddress:        o.ProbeAddress,
		LeaderElection:                o.LeaderElect,
		LeaderElectionID:              leaseName,
		LeaderElectionNamespace:       o.LeaderElectNamespace,
		LeaderElectionReleaseOnCancel: true,
		Metrics:                       metricsserver.Options{BindAddress: o.MetricsAddress},
		// Secrets and ConfigMaps are watched by metadata and read one at a time: none of them is ever cached.
		Client: client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}}},
		Cache: cache.Options{
			DefaultTransform: cache.TransformStripManagedFields(),
			ByObject: map[client.Object]cache.ByObject{
				&corev1.Secret{}: {Transform: bare}, &corev1.ConfigMap{}: {Transform: bare},
			},
		},
	}
	if !o.MetricsInsecure && o.MetricsAddress != "0" {
		options.Metrics.SecureServing = true
		options.Metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
		options.Metrics.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }}
	}
	if namespaces := o.namespaces(); len(namespaces) > 0 {
		options.Cache.DefaultNamespaces = map[string]cache.Config{}
		for _, ns := range namespaces {
			options.Cache.DefaultNamespaces[ns] = cache.Config{}
		}
	}
	// The API server's own fairness limits us; a client-side limit would only hide it.
	cfg = rest.CopyConfig(cfg)
	cfg.QPS = -1
	mgr, err := ctrl.NewManager(cfg, options)
	if err != nil {
		return nil, fmt.Errorf("making the manager: %w", err)
	}
	return mgr, nil
}

// bare leaves of an object's metadata what tells it and its versions apart. kubectl apply keeps all that a Secret holds in
// an annotation, which must not be cached either.
func bare(in any) (any, error) {
	if obj, err := meta.Accessor(in); err == nil {
		obj.SetAnnotations(nil)
		obj.SetLabels(nil)
		obj.SetManagedFields(nil)
	}
	return in, nil
}

// instanceID is the flag, or cut from what makes this installation this one (docs/what-it-touches.md, How it knows what is its own).
func instanceID(ctx context.Context, reader client.Reader, o Options) (core.Instance, error) {
	if o.InstanceID != "" {
		return parseInstance(o.InstanceID)
	}
	var ns corev1.Namespace
	if err := reader.Get(ctx, types.NamespacedName{Name: "kube-system"}, &ns); err != nil {
		return 0, fmt.Errorf("reading the namespace kube-system for the instance id (or set --instance-id): %w", err)
	}
	return core.InstanceOf(string(ns.UID), podNamespace(o.LeaderElectNamespace), leaseName), nil
}
