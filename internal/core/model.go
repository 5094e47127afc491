// SPDX-License-Identifier: Apache-2.0

package core

import (
	"time"
)

// Kind is the kind of a Kubernetes object that can own rows. Their order is the order of precedence.
type Kind string

// The kinds, in order of precedence: Host < Service < Binding.
const (
	KindHost    Kind = "Host"
	KindService Kind = "Service"
	KindBinding Kind = "Binding"
)

// Ref names a Kubernetes object.
type Ref struct {
	Kind            Kind
	Namespace, Name string
}

// Meta is what every declared object says about itself, and what its status said when it was read.
type Meta struct {
	Ref        Ref
	UID        string
	Generation int64
	Created    time.Time
	Deleting   bool
	// Paused is the annotation inventory.scanopy.io/paused.
	Paused bool
	// ReconcileRequestedAt is the annotation's value as written; it is echoed in the status.
	ReconcileRequestedAt string
	// Prior are the conditions of the status as read.
	Prior []Condition
	// PriorID is the status.id as read: a hint, never proof.
	PriorID string
	// PriorObservedGeneration is the status.observedGeneration as read; -1 when nobody has judged the object yet.
	PriorObservedGeneration int64
}

// Condition is a status condition without its time.
type Condition struct {
	Type, Reason, Message string
	True                  bool
	ObservedGeneration    int64
}

// BindingType says whether a binding is a presence on an interface or a port that listens.
type BindingType string

// The two types of bindings (docs/binding.md).
const (
	BindInterface BindingType = "Interface"
	BindPort      BindingType = "Port"
)

// Protocol is TCP or UDP.
type Protocol string

// The protocols of the server.
const (
	TCP Protocol = "TCP"
	UDP Protocol = "UDP"
)

// Input is everything about one group: the root Host (or its absence), Services on it, Bindings on those, the backend.
// The order of its lists carries no meaning.
type Input struct {
	// Root is the group's key: the Host's name, or for a Binding without a Service that Binding.
	Root Ref
	// Now is the moment of gathering.
	Now time.Time
	// Instance is the operator's own id; Former instances are ours too.
	Instance Instance
	Former   []Instance
	Host     *HostDecl // nil: no such Host
	// Consolidated are the Hosts that consolidateInto leads to the root, chains followed to their end.
	Consolidated []HostDecl
	// Cycle says that the root and some of the others are consolidated into each other.
	Cycle    bool
	Services []ServiceDecl
	Bindings []BindingDecl
	// Neighbours are Hosts outside the group in the same network that share an address (by subnet and IP as far as
	// they resolve, else by IP) or a MAC with the root; deleted ones included. Of a root that is being deleted also those
	// which share one with these.
	Neighbours []HostDecl
	Backend    BackendFacts
	Observed   Observed
	// Owners says, for each owner hash of our instance on a candidate host that is no member of the group, what became
	// of the object.
	Owners map[OwnerHash]OwnerFact
	// Rejected are members that the server refused, with the generation it refused. They are Keep until it changes.
	Rejected []Rejection
	// Undone are the fields that somebody changed back, as far as it is remembered.
	Undone []Undone
	// Written is the Sum of what was wanted when all of it was last written, or seen to be there; 0: not known, such as
	// after a restart.
	Written uint64
	// Isolate asks for the step by step write after a request that carries several members was refused.
	Isolate bool
	// Settled says that 5 s have passed since the last change of a member's generation and the last coming or going
	// of a member: rejections are Stalled from then on.
	Settled bool
	// Quiet says that the moment of quiet has passed; before it no first write, new Service or withdrawal is planned.
	Quiet bool
	// Failed is what the last request to delete the group's backend host failed of; "": it did not.
	Failed string
	// Patience is how long a Host in a namespace that is being deleted waits for its backend; 0: Patience.
	Patience time.Duration
	// Guard are the deletions of the backend's Hosts, when the group's is being deleted.
	Guard GuardFacts
	// MayDelete is false while one of the CRDs is missing or terminating: nothing is deleted or withdrawn, and
	// finalizers are released without a request.
	MayDelete bool
}

// OwnerFact says what became of the object that an owner hash stands for.
type OwnerFact struct {
	State OwnerState
	Ref   Ref // zero when unknown
}

// OwnerState is the state of the owner of a row.
type OwnerState int

// The states of an owner outside the group.
const (
	OwnerAlive     OwnerState = iota // exists; its reference does not yet lead elsewhere by an accepted verdict: Keep
	OwnerElsewhere                   // exists and its accepted reference leads to a Host outside the group: Withdraw
	OwnerGone                        // seen going, or missing for a whole resyncPeriod: Withdraw
	OwnerMissing                     // not there, but not long enough to be sure: Keep
	OwnerGoing                       // a Host that is being deleted: it holds nothing any more, and its rows go with it
)

// Rejection is an item that the server refused.
type Rejection struct {
	Item       Item
	Generation int64
	Message    string // the server's words, sanitised
	// Reason is BackendRejected unless it says otherwise.
	Reason Reason
}
