// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IsPaused is true for an object that the annotation paused holds as it is.
func IsPaused(obj metav1.Object) bool {
	return obj.GetAnnotations()[AnnotationPaused] == AnnotationTrue
}

// IsForceOrphan is true for an object that may be let go without its backend.
func IsForceOrphan(obj metav1.Object) bool {
	return obj.GetAnnotations()[AnnotationForceOrphan] == AnnotationTrue
}

// ReconcileRequestedAt is the value of the annotation reconcile-requested-at,
// cut to what fits into status.lastHandledReconcileAt.
func ReconcileRequestedAt(obj metav1.Object) string {
	value := obj.GetAnnotations()[AnnotationReconcileRequestedAt]
	if len(value) <= MaxReconcileRequestLength {
		return value
	}
	end := MaxReconcileRequestLength
	for end > 0 && !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end]
}

// FromOrDefault is Same for an absent policy.
func (a *AllowedNamespaces) FromOrDefault() FromNamespaces {
	if a == nil || a.From == "" {
		return NamespacesSame
	}
	return a.From
}
