// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Conditions that are always there once an object was judged.
const (
	// ConditionReady sums the others up. Its reason is that of the first
	// condition that is not true, else what the object came to: Synced,
	// Available, Duplicate, Superseded, Consolidated, Observed or Paused.
	ConditionReady = "Ready"

	// ConditionAccepted is false when something in the object's own spec is
	// refused, by its own fault or because another owner was there first.
	//
	// Reasons when true: Accepted, Duplicate, Superseded, Consolidated.
	// Reasons when false: Invalid, Unsupported, UnknownServiceDefinition,
	// CrossHost, ConsolidationCycle, NetworkMismatch, Conflicted, PortClaimed,
	// DuplicateHost, RefNotPermitted, BackendChanged, AlreadyExists,
	// ManagedElsewhere, HostHasDaemon, InUse.
	ConditionAccepted = "Accepted"

	// ConditionResolvedRefs is false when the spec names something that is not
	// there, or that is there several times. It recovers by itself when that
	// changes.
	//
	// Reasons when true: ResolvedRefs.
	// Reasons when false: Ambiguous, HostNotFound, ServiceNotFound,
	// InterfaceNotFound, PortNotFound, SubnetNotFound, NetworkNotFound,
	// TagNotFound, SecretNotFound, BackendNotFound, DependencyNotReady, Pending.
	ConditionResolvedRefs = "ResolvedRefs"

	// ConditionSynced is true when the backend shows what the spec declares.
	// While Accepted or ResolvedRefs is false it has the reason of that.
	//
	// Reasons when true: Synced, Observed, Paused.
	// Reasons when false: Pending, BackendUnavailable, Throttled,
	// DependencyNotReady, Deleting, Paused, Ambiguous, AlreadyExists,
	// ManagedElsewhere, MergedInBackend, HostHasDaemon, InUse, DeletionBlocked,
	// MassDeletion, PermissionDenied, BackendChanged, Unsupported,
	// BackendRejected, NonConverging, InternalError.
	ConditionSynced = "Synced"
)

// Conditions that are there only while they are true. The first two are those
// of kstatus and are never true together.
const (
	// ConditionReconciling says that the operator goes on by itself.
	ConditionReconciling = "Reconciling"

	// ConditionStalled says that nothing will change until somebody acts.
	ConditionStalled = "Stalled"

	// ConditionThrottled, on Backends, says that the server asked for a pause.
	ConditionThrottled = "Throttled"
)

// MaxMessageLength bounds the message of every condition, in bytes.
const MaxMessageLength = 1024
