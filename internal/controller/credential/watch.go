// SPDX-License-Identifier: Apache-2.0

package credential

import (
	"context"
	"maps"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/gather"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/ledger"
)

// watcher maps events to backend keys.
type watcher struct {
	connections *gather.Connections
	reader      client.Reader
	ledger      *ledger.Ledger
}

func (w *watcher) changed(key string) { w.ledger.Changed(gather.CredentialsKey(key)) }

func (w *watcher) ofCredential(ctx context.Context, obj client.Object) []string {
	c, ok := obj.(*v1alpha1.Credential)
	if !ok {
		return nil
	}
	key, err := w.connections.CredentialBackendKey(ctx, c)
	if err != nil {
		return nil
	}
	return []string{key}
}

func (w *watcher) find(ctx context.Context, how ...client.ListOption) []string {
	var all v1alpha1.CredentialList
	if err := w.reader.List(ctx, &all, append(how, client.UnsafeDisableDeepCopy)...); err != nil {
		return nil
	}
	var out []string
	for i := range all.Items {
		out = append(out, w.ofCredential(ctx, &all.Items[i])...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w *watcher) ofSecret(ctx context.Context, obj client.Object) []string {
	return w.find(ctx, client.MatchingFields{index.CredentialBySecret: index.Join(obj.GetNamespace(), obj.GetName())})
}

func (w *watcher) ofHost(ctx context.Context, obj client.Object) []string {
	return w.find(ctx, client.MatchingFields{index.CredentialByHost: index.Join(obj.GetNamespace(), obj.GetName())})
}

func (w *watcher) ofNamespace(ctx context.Context, obj client.Object) []string {
	return w.find(ctx, client.InNamespace(obj.GetName()))
}

// ofBackend is its own key, and where it is a default all that may lead to it, or do no more.
func (w *watcher) ofBackend(ctx context.Context, obj client.Object) []string {
	backend, ok := obj.(gather.BackendObject)
	if !ok {
		return nil
	}
	keys := []string{gather.KeyOf(backend)}
	if obj.GetName() != v1alpha1.DefaultBackendName {
		return keys
	}
	keys = append(keys, index.BackendKey(v1alpha1.KindClusterBackend, "", v1alpha1.DefaultBackendName))
	if obj.GetNamespace() == "" {
		keys = append(keys, w.namespacesOfDefault(ctx)...)
	}
	return keys
}

// namespacesOfDefault are the keys of Credentials that led nowhere before there was a ClusterBackend default.
func (w *watcher) namespacesOfDefault(ctx context.Context) []string {
	var all v1alpha1.CredentialList
	if err := w.reader.List(ctx, &all, client.MatchingFields{index.CredentialByBackend: index.DefaultBackend}, client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	var out []string
	for i := range all.Items {
		out = append(out, index.BackendKey(v1alpha1.KindBackend, all.Items[i].Namespace, v1alpha1.DefaultBackendName))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// relevant leaves out what the operator itself writes: status and finalizer.
func relevant(before, after client.Object) bool {
	return before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID() ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() ||
		!maps.Equal(before.GetAnnotations(), after.GetAnnotations())
}

func newVersion(before, after client.Object) bool {
	return before.GetResourceVersion() != after.GetResourceVersion()
}

// newHost says that a Host changed in what its Credentials look at.
func newHost(before, after client.Object) bool {
	a, ok := before.(*v1alpha1.Host)
	b, ok2 := after.(*v1alpha1.Host)
	if !ok || !ok2 {
		return false
	}
	organization := func(h *v1alpha1.Host) string {
		if h.Status.Backend == nil {
			return ""
		}
		return h.Status.Backend.OrganizationID
	}
	return relevant(a, b) || a.Status.ID != b.Status.ID || organization(a) != organization(b) ||
		a.Status.ConsolidatedInto != b.Status.ConsolidatedInto ||
		!slices.Equal(a.Status.Interfaces, b.Status.Interfaces)
}

func newBackend(before, after client.Object) bool {
	a, ok := before.(gather.BackendObject)
	b, ok2 := after.(gather.BackendObject)
	if !ok || !ok2 {
		return false
	}
	return relevant(a, b) || len(a.GetFinalizers()) != len(b.GetFinalizers()) || readiness(a) != readiness(b) ||
		a.GetBackendStatus().ServerVersion != b.GetBackendStatus().ServerVersion ||
		!slices.Equal(a.GetBackendStatus().Networks, b.GetBackendStatus().Networks)
}

func readiness(obj gather.BackendObject) string {
	for _, c := range obj.GetBackendStatus().Conditions {
		if c.Type == v1alpha1.ConditionReady {
			return c.Reason + "\n" + c.Message
		}
	}
	return ""
}

func newNamespace(before, after client.Object) bool {
	return !maps.Equal(before.GetLabels(), after.GetLabels()) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero()
}
