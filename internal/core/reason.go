// SPDX-License-Identifier: Apache-2.0

package core

// The reasons of conditions, as the API documents them (api/v1alpha1 has the same strings, held equal by a test).
const (
	ReasonAccepted     Reason = "Accepted"
	ReasonResolvedRefs Reason = "ResolvedRefs"
	ReasonSynced       Reason = "Synced"
	ReasonDuplicate    Reason = "Duplicate"
	ReasonSuperseded   Reason = "Superseded"
	ReasonConsolidated Reason = "Consolidated"
	ReasonObserved     Reason = "Observed"
	ReasonPaused       Reason = "Paused"
	ReasonOrphaned     Reason = "Orphaned"

	ReasonPending            Reason = "Pending"
	ReasonBackendUnavailable Reason = "BackendUnavailable"
	ReasonThrottled          Reason = "Throttled"
	ReasonDependencyNotReady Reason = "DependencyNotReady"
	ReasonDeleting           Reason = "Deleting"

	ReasonInvalid                  Reason = "Invalid"
	ReasonAmbiguous                Reason = "Ambiguous"
	ReasonUnsupported              Reason = "Unsupported"
	ReasonUnknownServiceDefinition Reason = "UnknownServiceDefinition"
	ReasonCrossHost                Reason = "CrossHost"
	ReasonConsolidationCycle       Reason = "ConsolidationCycle"
	ReasonNetworkMismatch          Reason = "NetworkMismatch"
	ReasonHostNotFound             Reason = "HostNotFound"
	ReasonServiceNotFound          Reason = "ServiceNotFound"
	ReasonInterfaceNotFound        Reason = "InterfaceNotFound"
	ReasonPortNotFound             Reason = "PortNotFound"
	ReasonSubnetNotFound           Reason = "SubnetNotFound"
	ReasonNetworkNotFound          Reason = "NetworkNotFound"
	ReasonTagNotFound              Reason = "TagNotFound"
	ReasonSecretNotFound           Reason = "SecretNotFound"
	ReasonBackendNotFound          Reason = "BackendNotFound"

	ReasonConflicted       Reason = "Conflicted"
	ReasonPortClaimed      Reason = "PortClaimed"
	ReasonDuplicateHost    Reason = "DuplicateHost"
	ReasonRefNotPermitted  Reason = "RefNotPermitted"
	ReasonAlreadyExists    Reason = "AlreadyExists"
	ReasonManagedElsewhere Reason = "ManagedElsewhere"
	ReasonMergedInBackend  Reason = "MergedInBackend"
	ReasonHostHasDaemon    Reason = "HostHasDaemon"
	ReasonInUse            Reason = "InUse"
	ReasonDeletionBlocked  Reason = "DeletionBlocked"
	ReasonMassDeletion     Reason = "MassDeletion"

	ReasonAuthenticationFailed Reason = "AuthenticationFailed"
	ReasonPermissionDenied     Reason = "PermissionDenied"
	ReasonInvalidConnection    Reason = "InvalidConnection"
	ReasonUnsupportedVersion   Reason = "UnsupportedVersion"
	ReasonBackendChanged       Reason = "BackendChanged"
	ReasonUnreachable          Reason = "Unreachable"
	ReasonAvailable            Reason = "Available"

	ReasonBackendRejected Reason = "BackendRejected"
	ReasonNonConverging   Reason = "NonConverging"
	ReasonInternalError   Reason = "InternalError"
)
