// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Annotations that users set.
const (
	// AnnotationPaused, when "true", keeps an object and what hangs on it as it
	// is: nothing is created, changed or deleted for it. A paused object can
	// still be deleted. Absent or anything else: not paused.
	AnnotationPaused = "inventory.scanopy.io/paused"

	// AnnotationReconcileRequestedAt asks for a fresh look at the backend each
	// time its value changes. The value that was handled last is echoed in
	// status.lastHandledReconcileAt.
	AnnotationReconcileRequestedAt = "inventory.scanopy.io/reconcile-requested-at"

	// AnnotationForceOrphan, when "true" on an object that is being deleted,
	// lets it go without waiting for the backend; what it made stays there.
	AnnotationForceOrphan = "inventory.scanopy.io/force-orphan"

	// AnnotationAcceptBackend, holding the id of the new network, accepts that
	// the backend of a Host now resolves to another network than the one that
	// is pinned in its status. The old backend host is left as it is.
	AnnotationAcceptBackend = "inventory.scanopy.io/accept-backend"

	// AnnotationAllowMassDeletion, on a Backend or ClusterBackend, allows up to
	// this number of Hosts to be deleted together. The operator removes it when
	// they are gone.
	AnnotationAllowMassDeletion = "inventory.scanopy.io/allow-mass-deletion"
)

// Annotations that the operator writes for itself on Hosts.
const (
	// AnnotationOrigin remembers whether the backend host was created or
	// adopted by this Host, together with the object's uid.
	AnnotationOrigin = "inventory.scanopy.io/origin"

	// AnnotationCreating is there while a backend host is being created, so
	// that a lost answer or a crash is continued and never doubled.
	AnnotationCreating = "inventory.scanopy.io/creating"

	// AnnotationMerging is there while another host is merged into the backend
	// host of a Host: what the server drops then and nobody declares, so that a
	// lost answer or a crash loses none of it.
	AnnotationMerging = "inventory.scanopy.io/merging"
)

const (
	// OriginCreated is the first word of AnnotationOrigin on a Host whose
	// backend host the operator made.
	OriginCreated = "created"

	// OriginAdopted is the first word of AnnotationOrigin on a Host whose
	// backend host was there before; the id of that host follows.
	OriginAdopted = "adopted"
)

// Finalizer holds a Host or Credential until its part of the backend is cleaned
// up, and a Backend or ClusterBackend while such objects use it.
const Finalizer = "inventory.scanopy.io/backend"

const (
	// AnnotationTrue is the value that switches AnnotationPaused and
	// AnnotationForceOrphan on.
	AnnotationTrue = "true"

	// MaxReconcileRequestLength is how much of AnnotationReconcileRequestedAt
	// is echoed in status.
	MaxReconcileRequestLength = 256
)
