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
	// HandledReconcileAt echoes the annotation reconcile-requested-at.
	HandledReconcileAt string
	Host               *HostStatus
	Service            *ServiceStatus
	Binding            *BindingStatus
	// Shadows lists at most 16 losers, sorted; ShadowCount is the number of all.
	Shadows     []ShadowEntry
	ShadowCount int
	// Events are told when this status is written: on transitions of a root or of a rejection, and for what is
	// irreversible.
	Events []Event
	// Marks are the changes of metadata that go with it (Host only).
	Marks Marks
}

// Marks are changes of a Host's metadata. They are written before the status.
type Marks struct {
	RemoveFinalizer bool
	// Origin to be written ("created"), "" when it stands already.
	Origin string
	// ClearCreating removes the annotation: the host is whole.
	ClearCreating bool
}

// Event is a Kubernetes event.
type Event struct {
	Warning        bool
	Reason, Action string
	Note           string
}

// ShadowEntry is a loser as a winner's status lists it. Namespace and Name are empty for an object whose name the reader may not
// see.
type ShadowEntry struct {
	Kind            Kind
	Namespace, Name string
	Item            string // path within the object, "" for a Binding or a whole object
	Reason          Reason
}

// Named is a declared row with its backend id.
type Named struct{ Name, ID string }

// Counts are numbers of declared things by verdict.
type Counts struct{ Declared, Accepted, Rejected int }

// HostStatus is what a Host's status says beyond the common part.
type HostStatus struct {
	Pin               Pin
	Source            string
	Retained          []string
	Interfaces, Ports []Named
	InlineServices    []InlineServiceStatus
	Services          Counts
	Bindings          Counts
	Discovered        int
}

// InlineServiceStatus is an inline service with its backend id and bindings.
type InlineServiceStatus struct {
	Name, ID string
	Bindings []EffectiveBinding
}

// EffectiveBinding is a binding of a service with its outcome and origin.
type EffectiveBinding struct {
	Type            BindingType
	Interface, Port string
	ID              string
	Outcome         Outcome
	Origin          Ref    // the object that declares it
	OriginItem      string // path in it
	By              string // the other party in words; "" unless Duplicate, Superseded or Rejected
}

// ServiceStatus is what a Service's status says beyond the common part.
type ServiceStatus struct {
	HostID   string
	Bindings []EffectiveBinding // own ones, then those of Binding objects in precedence order; at most 256
	Bound    int                // effective or satisfied
	Total    int
}

// BindingStatus is what a Binding's status says beyond the common part.
type BindingStatus struct {
	Outcome Outcome
	By      *Party
	ByText  string
}
