// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/fault"
	"github.com/scanopy-operator/scanopy-operator/internal/index"
	"github.com/scanopy-operator/scanopy-operator/internal/scanopy/registry"
)

// Connections reads what a client is made of. Live reads Secrets and ConfigMaps from the API server, one at a time, so
// that no Secret is ever cached.
type Connections struct {
	Reader client.Reader
	Live   client.Reader
}

// Stable reads URL, token and CAs of a Backend. Errors of the manifest or its Secret are *fault.Error.
func (c *Connections) Stable(ctx context.Context, obj BackendObject) (registry.Stable, error) {
	conn := obj.GetConnection()
	limit := conn.RateLimitOrDefault()
	out := registry.Stable{
		URL: conn.URL, InsecureSkipTLSVerify: conn.IsTLSVerifySkipped(), Timeout: conn.RequestTimeoutOrDefault(),
		CABundle: conn.CABundle,
		Budget:   registry.Budget{PerMinute: int(limit.RequestsPerMinute), Burst: int(limit.Burst)},
	}
	if err := c.token(ctx, obj.TokenKey(), &out); err != nil {
		return out, err
	}
	return out, c.authorities(ctx, obj, &out)
}

func (c *Connections) token(ctx context.Context, key v1alpha1.DataKey, out *registry.Stable) error {
	var secret corev1.Secret
	err := c.Live.Get(ctx, types.NamespacedName{Namespace: key.Namespace, Name: key.Name}, &secret)
	if apierrors.IsNotFound(err) {
		return secretNotFound("there is no Secret %s/%s; create it with the API key under %q", key.Namespace, key.Name, key.Key)
	}
	if apierrors.IsForbidden(err) {
		return forbidden("Secret", "secrets", key)
	}
	if err != nil {
		return fmt.Errorf("reading secret %s/%s: %w", key.Namespace, key.Name, err)
	}
	out.Token = strings.TrimSpace(string(secret.Data[key.Key]))
	out.TokenURL = strings.TrimSpace(string(secret.Data[v1alpha1.TokenURLKey]))
	if out.Token == "" {
		return secretNotFound("Secret %s/%s has no key %q; put the API key (scp_u_…) there, or name its key in "+
			"tokenSecretRef.key", key.Namespace, key.Name, key.Key)
	}
	return nil
}

func (c *Connections) authorities(ctx context.Context, obj BackendObject, out *registry.Stable) error {
	key, ok := obj.CAKey()
	if !ok {
		return nil
	}
	var cm corev1.ConfigMap
	err := c.Live.Get(ctx, types.NamespacedName{Namespace: key.Namespace, Name: key.Name}, &cm)
	if apierrors.IsNotFound(err) || (err == nil && cm.Data[key.Key] == "") {
		return broke(fault.ReasonInvalidConnection, "ConfigMap %s/%s has no key %q with CA certificates; create it, or take caConfigMapRef out",
			key.Namespace, key.Name, key.Key)
	}
	if apierrors.IsForbidden(err) {
		return forbidden("ConfigMap", "configmaps", key)
	}
	if err != nil {
		return fmt.Errorf("reading configmap %s/%s: %w", key.Namespace, key.Name, err)
	}
	out.CABundle += "\n" + cm.Data[key.Key]
	return nil
}

// forbidden is that the operator itself may not read what a client is made of. No watch tells when it may: it is tried again.
func forbidden(kind, resource string, key v1alpha1.DataKey) error {
	return broke(fault.ReasonInvalidConnection, "%s", core.MayNotRead(kind+" "+key.Namespace+"/"+key.Name, key.Namespace, resource))
}

func secretNotFound(format string, args ...any) error {
	return broke(string(core.ReasonSecretNotFound), format, args...)
}

// broke is what keeps a client from being made until somebody mends it.
func broke(reason, format string, args ...any) error {
	return &fault.Error{Class: fault.Waiting, Reason: reason, Connection: true, Message: fmt.Sprintf(format, args...)}
}

// Backend reads a Backend or ClusterBackend; nil when there is none.
func (c *Connections) Backend(ctx context.Context, kind v1alpha1.BackendKind, namespace, name string) (BackendObject, error) {
	var obj BackendObject = &v1alpha1.Backend{}
	if kind == v1alpha1.KindClusterBackend {
		obj = &v1alpha1.ClusterBackend{}
	}
	return found(obj, c.Reader.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, obj))
}

// Backends lists the Backends and ClusterBackends.
func (c *Connections) Backends(ctx context.Context, how ...client.ListOption) ([]BackendObject, error) {
	var named v1alpha1.BackendList
	if err := c.Reader.List(ctx, &named, how...); err != nil {
		return nil, err
	}
	var cluster v1alpha1.ClusterBackendList
	if err := c.Reader.List(ctx, &cluster, how...); err != nil {
		return nil, err
	}
	out := make([]BackendObject, 0, len(named.Items)+len(cluster.Items))
	for i := range named.Items {
		out = append(out, &named.Items[i])
	}
	for i := range cluster.Items {
		out = append(out, &cluster.Items[i])
	}
	return out, nil
}

// Users lists the Hosts that lead to a Backend: by name, or by default. There may be thousands, and whoever asks only looks
// at them: without their copies it costs little.
func (c *Connections) Users(ctx context.Context, obj BackendObject, how ...client.ListOption) ([]v1alpha1.Host, error) {
	var named v1alpha1.HostList
	key := KeyOf(obj)
	_, cluster := obj.(*v1alpha1.ClusterBackend)
	if err := c.Reader.List(ctx, &named, append(slices.Clip(how), client.MatchingFields{index.HostByBackend: key})...); err != nil {
		return nil, err
	}
	if obj.GetName() != v1alpha1.DefaultBackendName {
		return named.Items, nil
	}
	options := append(slices.Clip(how), client.MatchingFields{index.HostByBackend: index.DefaultBackend})
	if !cluster {
		options = append(options, client.InNamespace(obj.GetNamespace()))
	}
	var unnamed v1alpha1.HostList
	if err := c.Reader.List(ctx, &unnamed, options...); err != nil {
		return nil, err
	}
	out := named.Items
	shadowed := map[string]bool{}
	for i := range unnamed.Items {
		h := &unnamed.Items[i]
		if cluster && c.hasOwnDefault(ctx, h.Namespace, shadowed) {
			continue
		}
		out = append(out, *h)
	}
	return out, nil
}

// hasOwnDefault says whether a namespace has a Backend default, which comes before the ClusterBackend.
func (c *Connections) hasOwnDefault(ctx context.Context, ns string, known map[string]bool) bool {
	if has, ok := known[ns]; ok {
		return has
	}
	var b v1alpha1.Backend
	known[ns] = c.Reader.Get(ctx, types.NamespacedName{Namespace: ns, Name: v1alpha1.DefaultBackendName}, &b) == nil
	return known[ns]
}
