// SPDX-License-Identifier: Apache-2.0

// Package kube is a Kubernetes API server in memory, with what the operator rests on: resource versions and conflicts,
// generations, finalizers and deletion, the status subresource, watches that lag, and caches fed by them, kind by kind.
// In go typed objects and patches, out come objects and events. Nothing in it runs by itself: whoever uses it delivers
// each event. It imports the API, the indexes and controller-runtime's client.
package kube
