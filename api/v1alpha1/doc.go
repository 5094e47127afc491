// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 is the API of the operator: what users write into Backend,
// ClusterBackend, Host, Service and Binding objects and what they read back
// from their status. What goes in is YAML, what comes out are plain structs.
// It holds no logic but getters (in *_funcs.go) and imports nothing but
// apimachinery.
//
// +kubebuilder:object:generate=true
// +groupName=inventory.scanopy.io
package v1alpha1
