// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// GetConnection is what Backend and ClusterBackend have in common.
func (b *ClusterBackend) GetConnection() *BackendConnection { return &b.Spec.BackendConnection }

// TokenKey is where the API key is.
func (b *ClusterBackend) TokenKey() DataKey {
	ref := b.Spec.TokenSecretRef
	return secretDataKey(ref.Namespace, ref.SecretKeyReference)
}

// CAKey is where more CA certificates are; ok is false if nowhere.
func (b *ClusterBackend) CAKey() (key DataKey, ok bool) {
	ref := b.Spec.CAConfigMapRef
	if ref == nil {
		return DataKey{}, false
	}
	return configMapDataKey(ref.Namespace, ref.ConfigMapKeyReference), true
}

// AllowsAdoption is true if objects that use this backend may adopt.
func (b *ClusterBackend) AllowsAdoption() bool {
	return b.Spec.Allow != nil && b.Spec.Allow.Adoption != nil && *b.Spec.Allow.Adoption
}

// AllowsNetworkCredentials is true if credentials may be assigned to whole
// networks.
func (b *ClusterBackend) AllowsNetworkCredentials() bool {
	return b.Spec.Allow != nil && b.Spec.Allow.NetworkCredentials != nil && *b.Spec.Allow.NetworkCredentials
}

// AllowedNetworks are the names or ids of networks that may be used; none means
// all that the API key sees.
func (b *ClusterBackend) AllowedNetworks() []string {
	if b.Spec.Allow == nil {
		return nil
	}
	return b.Spec.Allow.Networks
}

// GetBackendStatus is the status, of which both kinds have the same.
func (b *ClusterBackend) GetBackendStatus() *BackendStatus { return &b.Status }

// GetCommonStatus is the part of the status that every kind has.
func (b *ClusterBackend) GetCommonStatus() *CommonStatus { return &b.Status.CommonStatus }
