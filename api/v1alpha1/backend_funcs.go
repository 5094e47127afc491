// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// BackendObject is a Backend or a ClusterBackend.
// +kubebuilder:object:generate=false
type BackendObject interface {
	metav1.Object
	runtime.Object
	GetConnection() *BackendConnection
	GetBackendStatus() *BackendStatus
	GetCommonStatus() *CommonStatus
	TokenKey() DataKey
	CAKey() (DataKey, bool)
}

var (
	_ BackendObject = (*Backend)(nil)
	_ BackendObject = (*ClusterBackend)(nil)
)

// What a backend does that doesn't say. The schema has the same defaults; these
// are for objects that never met an API server.
const (
	// DefaultBackendName is the Backend, else ClusterBackend, of objects without
	// a backendRef.
	DefaultBackendName = "default"
	// DefaultTokenKey is the key of the Secret that holds the API key.
	DefaultTokenKey = "token"
	// TokenURLKey is the key of the Secret that, when there, pins the URL.
	TokenURLKey = "url"
	// DefaultCAKey is the key of the ConfigMap that holds the certificates.
	DefaultCAKey = "ca.crt"
	// DefaultResyncPeriod is how often the server's state is read anew.
	DefaultResyncPeriod = 10 * time.Minute
	// DefaultRequestTimeout is how long one request may take.
	DefaultRequestTimeout = 30 * time.Second
	// DefaultRequestsPerMinute leaves the web UI a fifth of what a user may.
	DefaultRequestsPerMinute = 240
	// DefaultBurst is how many requests may be sent at once.
	DefaultBurst = 60
	// DefaultDeletionGuardPercent of the Hosts may be deleted together.
	DefaultDeletionGuardPercent = 20
	// DefaultDeletionGuardMinimum of Hosts may be deleted together.
	DefaultDeletionGuardMinimum = 20
)

// DataKey is one key of a Secret or ConfigMap, wherever it is.
// +kubebuilder:object:generate=false
type DataKey struct {
	Namespace, Name, Key string
}

// ResyncPeriodOrDefault is how often the server's state is read anew.
func (c *BackendConnection) ResyncPeriodOrDefault() time.Duration {
	if c.ResyncPeriod == nil {
		return DefaultResyncPeriod
	}
	return c.ResyncPeriod.Duration
}

// RequestTimeoutOrDefault is how long one request may take.
func (c *BackendConnection) RequestTimeoutOrDefault() time.Duration {
	if c.RequestTimeout == nil {
		return DefaultRequestTimeout
	}
	return c.RequestTimeout.Duration
}

// RateLimitOrDefault is the budget of requests, without gaps.
func (c *BackendConnection) RateLimitOrDefault() RateLimit {
	limit := RateLimit{RequestsPerMinute: DefaultRequestsPerMinute, Burst: DefaultBurst}
	if c.RateLimit == nil {
		return limit
	}
	if c.RateLimit.RequestsPerMinute > 0 {
		limit.RequestsPerMinute = c.RateLimit.RequestsPerMinute
	}
	if c.RateLimit.Burst > 0 {
		limit.Burst = c.RateLimit.Burst
	}
	return limit
}

// DeletionGuardOrDefault is the guard's percentage, 0 for none, and minimum.
func (c *BackendConnection) DeletionGuardOrDefault() (percent, minimum int32) {
	percent, minimum = DefaultDeletionGuardPercent, DefaultDeletionGuardMinimum
	if c.DeletionGuard == nil {
		return percent, minimum
	}
	if c.DeletionGuard.Percent != nil {
		percent = *c.DeletionGuard.Percent
	}
	if c.DeletionGuard.Minimum != nil {
		minimum = *c.DeletionGuard.Minimum
	}
	return percent, minimum
}

// IsTLSVerifySkipped is true if any certificate is accepted.
func (c *BackendConnection) IsTLSVerifySkipped() bool {
	return c.InsecureSkipTLSVerify != nil && *c.InsecureSkipTLSVerify
}

// DefaultsOrNone are the policies of objects that don't say.
func (c *BackendConnection) DefaultsOrNone() BackendDefaults {
	if c.Defaults == nil {
		return BackendDefaults{}
	}
	return *c.Defaults
}

// GetConnection is what Backend and ClusterBackend have in common.
func (b *Backend) GetConnection() *BackendConnection { return &b.Spec.BackendConnection }

// TokenKey is where the API key is.
func (b *Backend) TokenKey() DataKey {
	return secretDataKey(b.Namespace, b.Spec.TokenSecretRef)
}

// CAKey is where more CA certificates are; ok is false if nowhere.
func (b *Backend) CAKey() (key DataKey, ok bool) {
	if b.Spec.CAConfigMapRef == nil {
		return DataKey{}, false
	}
	return configMapDataKey(b.Namespace, *b.Spec.CAConfigMapRef), true
}

// GetBackendStatus is the status, of which both kinds have the same.
func (b *Backend) GetBackendStatus() *BackendStatus { return &b.Status }

// GetCommonStatus is the part of the status that every kind has.
func (b *Backend) GetCommonStatus() *CommonStatus { return &b.Status.CommonStatus }

func secretDataKey(namespace string, ref SecretKeyReference) DataKey {
	if ref.Key == "" {
		ref.Key = DefaultTokenKey
	}
	return DataKey{Namespace: namespace, Name: ref.Name, Key: ref.Key}
}

func configMapDataKey(namespace string, ref ConfigMapKeyReference) DataKey {
	if ref.Key == "" {
		ref.Key = DefaultCAKey
	}
	return DataKey{Namespace: namespace, Name: ref.Name, Key: ref.Key}
}
