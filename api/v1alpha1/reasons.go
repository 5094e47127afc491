// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Reasons at which the reader should do nothing.
const (
	// ReasonAccepted: the spec is accepted.
	ReasonAccepted = "Accepted"
	// ReasonResolvedRefs: everything that the spec names was found.
	ReasonResolvedRefs = "ResolvedRefs"
	// ReasonSynced: the backend shows what the spec declares.
	ReasonSynced = "Synced"
	// ReasonAvailable: the backend answers and the key is good.
	ReasonAvailable = "Available"
	// ReasonDuplicate: another object declares exactly the same.
	ReasonDuplicate = "Duplicate"
	// ReasonSuperseded: a binding on all interfaces covers this one.
	ReasonSuperseded = "Superseded"
	// ReasonConsolidated: this Host is part of another one.
	ReasonConsolidated = "Consolidated"
	// ReasonObserved: the object is only observed, by its managementPolicy.
	ReasonObserved = "Observed"
	// ReasonPaused: the annotation paused holds everything as it is.
	ReasonPaused = "Paused"
	// ReasonOrphaned: the object was let go, what it made stays in the backend.
	ReasonOrphaned = "Orphaned"
)

// Reasons at which the reader should wait.
const (
	// ReasonPending: not written yet.
	ReasonPending = "Pending"
	// ReasonBackendUnavailable: the backend of this object is not ready.
	ReasonBackendUnavailable = "BackendUnavailable"
	// ReasonUnreachable: the server does not answer, or not as Scanopy does.
	ReasonUnreachable = "Unreachable"
	// ReasonThrottled: the server asked for a pause.
	ReasonThrottled = "Throttled"
	// ReasonDependencyNotReady: something else has to be written first.
	ReasonDependencyNotReady = "DependencyNotReady"
	// ReasonDeleting: the object is being deleted.
	ReasonDeleting = "Deleting"
)

// Reasons at which the reader should fix the manifest.
const (
	// ReasonInvalid: a value that can't work, as the message says.
	ReasonInvalid = "Invalid"
	// ReasonAmbiguous: a name that several things have.
	ReasonAmbiguous = "Ambiguous"
	// ReasonUnsupported: the operator or the server can't do this yet.
	ReasonUnsupported = "Unsupported"
	// ReasonUnknownServiceDefinition: the server has no such definition.
	ReasonUnknownServiceDefinition = "UnknownServiceDefinition"
	// ReasonCrossHost: an interface or port of a host that is not the service's.
	ReasonCrossHost = "CrossHost"
	// ReasonConsolidationCycle: Hosts that are consolidated into each other.
	ReasonConsolidationCycle = "ConsolidationCycle"
	// ReasonNetworkMismatch: Hosts of different networks can't be one.
	ReasonNetworkMismatch = "NetworkMismatch"
	// ReasonHostNotFound: there is no Host of that name.
	ReasonHostNotFound = "HostNotFound"
	// ReasonServiceNotFound: there is no Service of that name.
	ReasonServiceNotFound = "ServiceNotFound"
	// ReasonInterfaceNotFound: the Host declares no interface of that name.
	ReasonInterfaceNotFound = "InterfaceNotFound"
	// ReasonPortNotFound: the Host declares no port of that name.
	ReasonPortNotFound = "PortNotFound"
	// ReasonSubnetNotFound: the network has no such subnet.
	ReasonSubnetNotFound = "SubnetNotFound"
	// ReasonNetworkNotFound: the key sees no such network.
	ReasonNetworkNotFound = "NetworkNotFound"
	// ReasonTagNotFound: the organization has no such tag.
	ReasonTagNotFound = "TagNotFound"
	// ReasonSecretNotFound: the Secret, or its key, is not there.
	ReasonSecretNotFound = "SecretNotFound"
	// ReasonBackendNotFound: there is no such Backend or ClusterBackend.
	ReasonBackendNotFound = "BackendNotFound"
)

// Reasons at which the reader should talk to another owner.
const (
	// ReasonConflicted: a binding of the same service excludes this one.
	ReasonConflicted = "Conflicted"
	// ReasonPortClaimed: another service has the port.
	ReasonPortClaimed = "PortClaimed"
	// ReasonDuplicateHost: another Host declares the same machine.
	ReasonDuplicateHost = "DuplicateHost"
	// ReasonRefNotPermitted: the owner of the referent does not admit this
	// namespace.
	ReasonRefNotPermitted = "RefNotPermitted"
	// ReasonAlreadyExists: the backend has it, and it is not ours.
	ReasonAlreadyExists = "AlreadyExists"
	// ReasonManagedElsewhere: another operator manages it.
	ReasonManagedElsewhere = "ManagedElsewhere"
	// ReasonMergedInBackend: the server merged it into another Host's.
	ReasonMergedInBackend = "MergedInBackend"
	// ReasonHostHasDaemon: the backend host runs a Scanopy daemon.
	ReasonHostHasDaemon = "HostHasDaemon"
	// ReasonInUse: others still use it.
	ReasonInUse = "InUse"
	// ReasonDeletionBlocked: something keeps the object from being deleted.
	ReasonDeletionBlocked = "DeletionBlocked"
	// ReasonMassDeletion: too many deletions at once; somebody has to allow it.
	ReasonMassDeletion = "MassDeletion"
)

// Reasons at which the reader should fix the connection.
const (
	// ReasonAuthenticationFailed: the server does not know the API key.
	ReasonAuthenticationFailed = "AuthenticationFailed"
	// ReasonPermissionDenied: the API key may not do this.
	ReasonPermissionDenied = "PermissionDenied"
	// ReasonInvalidConnection: URL, CA or token can't be used, or not be read by the operator.
	ReasonInvalidConnection = "InvalidConnection"
	// ReasonUnsupportedVersion: the server is too old or too new.
	ReasonUnsupportedVersion = "UnsupportedVersion"
	// ReasonBackendChanged: the Backend now leads to another network.
	ReasonBackendChanged = "BackendChanged"
)

// Reasons at which the reader should call for help.
const (
	// ReasonBackendRejected: the server refuses what core accepted.
	ReasonBackendRejected = "BackendRejected"
	// ReasonNonConverging: somebody undoes what the operator writes.
	ReasonNonConverging = "NonConverging"
	// ReasonInternalError: a fault of the operator.
	ReasonInternalError = "InternalError"
)
