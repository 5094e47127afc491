// SPDX-License-Identifier: Apache-2.0

package core

// MemberStatus is the status of one object of the group, complete: what is not in it is not in the object either.
type MemberStatus struct {
	Ref        Ref
	UID        string
	Generation int64
	// Conditions are the four that are always there, then Reconciling or Stalled if true, in that order.
	Conditions []Condition
	ID         string
	// HandledReconcileAt echoes the annotation reconcile-requested-at; "" leaves what stands.
	HandledReconcileAt string
	Host               *HostStatus
	Service            *ServiceStatus
	Binding            *BindingStatus
	Credential         *CredentialStatus
	// By is whom the object as a whole duplicates, is superseded by or lost against; nil: nobody.
	By *Reference
	// Shadows lists at most 16 losers, sorted; ShadowCount is the number of all.
	Shadows     []ShadowEntry
	ShadowCount int
	// Hold says that it is only interim: the object waits for its turn and nobody has to act. It may be written late.
	Hold bool
	// Blind says that the backend was not seen: ids and what else comes from there stay as they stand in the object.
	Blind bool
	// Elsewhere says that it is on a backend host that the group has not looked at, and as it was: conditions apart,
	// everything stays as it stands in the object.
	Elsewhere bool
	// Events are told when this status is written: on transitions of a root or of a rejection, and for what is
	// irreversible.
	Events []Event
	// Marks are the changes of metadata that go with it (Host only).
	Marks Marks
}

// Marks are changes of a Host's metadata. They are written before the status.
type Marks struct {
	RemoveFinalizer bool
	// Hold sets the finalizer: the Host has a backend host.
	Hold bool
	// Origin to be written ("created", "adopted:<id>"), "" when it stands already.
	Origin string
	// ClearCreating and ClearMerging remove the annotations: the host is whole.
	ClearCreating, ClearMerging bool
}

// Event is a Kubernetes event.
type Event struct {
	Warning        bool
	Reason, Action string
	Note           string
	// Now says that it tells of an act, not of a condition: it is told even if the status stays as it is.
	Now bool
}

// Reference is somebody as a status names it. Namespace and Name are empty for an object whose name the reader may not
// see; Kind is Scanopy, with ID, for a row that no object declares.
type Reference struct {
	Kind            Kind
	Namespace, Name string
	Item            string // path within the object, "" for the whole object
	ID              string
}

// KindScanopy is the kind of a Reference to a row that no object declares.
const KindScanopy Kind = "Scanopy"

// ShadowEntry is a loser as a winner's status lists it. Namespace and Name are empty for an object whose name the
// reader may not see.
type ShadowEntry struct {
	Kind            Kind
	Namespace, Name string
	Item            string // path within the object, "" for a Binding or a whole object
	Reason          Reason
}

// Named is a declared row with its backend id.
type Named struct{ Name, ID string }

// Counts are numbers of declared things by verdict. Accepted ones hold: effective, duplicate or superseded; the rest
// waits.
type Counts struct{ Declared, Accepted, Rejected int }

// HostStatus is what a Host's status says beyond the common part.
type HostStatus struct {
	// BackendKind and BackendName are what backendRef leads to; Pin is zero until there is a backend host.
	BackendKind, BackendName string
	Pin                      Pin
	URL                      string
	Source                   string
	// ConsolidatedInto is the metadata.name of the Host that this one is part of; "": none.
	ConsolidatedInto  string
	Retained          []RetainedRow
	Interfaces, Ports []Named
	InlineServices    []InlineServiceStatus
	Services          Counts
	Bindings          Counts
	Discovered        int
	// Pending says in words what would be written of a Host that is only observed, sorted; at most MaxListed.
	Pending []string
}

// RetainedRow is a row of ours that is kept though it is not declared.
type RetainedRow struct {
	Kind     RowKind
	ID, Name string
}

// InlineServiceStatus is an inline service with its backend id and bindings.
type InlineServiceStatus struct {
	Name, ID string
	// Reason is why it is refused, waits or is a duplicate; "": it is accepted.
	Reason   Reason
	By       *Reference
	Counts   Counts
	Bindings []EffectiveBinding
}

// EffectiveBinding is a binding of a service with its outcome and origin.
type EffectiveBinding struct {
	Type                  BindingType
	Host, Interface, Port string
	ID                    string
	Outcome               Outcome
	// Reason and Message say why the outcome is not Effective.
	Reason     Reason
	Message    string
	Origin     Ref    // the object that declares it
	OriginItem string // path in it
	// By is the first of those whom it duplicates, is superseded by or lost against; nil: nobody.
	By *Reference
}

// ServiceStatus is what a Service's status says beyond the common part.
type ServiceStatus struct {
	HostID   string
	Bindings []EffectiveBinding // own ones, then those of Binding objects in precedence order; at most 256
	Counts   Counts             // of all of them
}

// BindingStatus is what a Binding's status says beyond the common part.
type BindingStatus struct {
	Outcome Outcome
	// Binds says in short what is bound: eth0, http or http@eth0.
	Binds string
}
