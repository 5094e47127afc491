// SPDX-License-Identifier: Apache-2.0

package core

import "time"

// Part says which part of an object an Item is.
type Part uint8

// The parts of an object that have a verdict of their own.
const (
	PartObject        Part = iota // the object's own fields
	PartInterface                 // Host interfaces[Index]
	PartPort                      // Host ports[Index]
	PartService                   // Host services[Index]
	PartInlineBinding             // Host services[Index].bindings[Sub]
	PartAbsorb                    // Host absorb[Index]
	PartBinding                   // Service bindings[Index]; of a Binding object: the binding itself, Index 0
)

// Item names a thing that has a verdict and a fate. Its String is the path inside the object: "", "interfaces[2]",
// "services[0].bindings[1]", "bindings[3]".
type Item struct {
	Object     Ref
	Part       Part
	Index, Sub int
}

// Fate is what happens to the rows of an item (docs/how-it-decides.md).
type Fate uint8

// The fates. The zero value is Keep: what nobody decided is left alone.
const (
	Keep Fate = iota
	Write
	Withdraw
)

// Outcome is what became of a binding.
type Outcome string

// The outcomes, as in BindingStatus.
const (
	OutcomeEffective  Outcome = "Effective"
	OutcomeDuplicate  Outcome = "Duplicate"
	OutcomeSuperseded Outcome = "Superseded"
	OutcomeRejected   Outcome = "Rejected"
	OutcomePending    Outcome = "Pending"
)

// ConditionType is one of the four conditions that are always present, or the two of kstatus.
type ConditionType string

// The conditions.
const (
	Ready        ConditionType = "Ready"
	Accepted     ConditionType = "Accepted"
	ResolvedRefs ConditionType = "ResolvedRefs"
	Synced       ConditionType = "Synced"
	Reconciling  ConditionType = "Reconciling"
	Stalled      ConditionType = "Stalled"
)

// Party is somebody that a message can name: an item of a declared object, or a foreign row of the backend.
type Party struct {
	Item Item // zero Object for a foreign row
	// Foreign row: its kind in words ("service", "host"), name, id and source ("Discovery", "Manual").
	ForeignKind, ForeignName, ForeignID, ForeignSource string
	// What it claims, in words: "Interface eth0", "port http (80/TCP) on all interfaces". May be empty.
	Claim string
}

// Finding is a verdict that is not plain acceptance. An item may have several; the first in list order is the reason.
type Finding struct {
	Item Item
	// Condition is the condition that the finding speaks of: Accepted, ResolvedRefs or Synced.
	Condition ConditionType
	// Status is the condition's status: true for satisfied intents (Duplicate, Superseded, Consolidated, Paused).
	Status bool
	Reason Reason
	// Parties are those that block, duplicate or supersede it: all accepted ones, sorted by precedence (foreign first,
	// by id). Messages show at most 16.
	Parties []Party
	// Claim is what the item itself asks for, in words.
	Claim string
	// Detail is the sentence that needs no Party: `Host web-01 has no port "metrics"; it has http (80/TCP)`.
	Detail string
	// Advice is what would change it.
	Advice string
}

// Shadow says to a winner whom it shadows.
type Shadow struct {
	Winner, Loser Item
	Reason        Reason
}

// Judgement is the verdict and fate of each item of a group, with the host that is wanted.
type Judgement struct {
	// Fate of the group: Write, or Keep (then the whole group is Keep, Withdraw included).
	Fate   Fate
	Target Target
	// Host is the desired host: rows of fate Write with the ids they have or will get; rows of fate Keep that exist.
	Host     Desired
	Findings []Finding // sorted by item
	Shadows  []Shadow  // sorted by winner, loser
	// Withdraw are rows of the target host that go, Retained those of ours that must stay because foreign rows hang
	// on them.
	Withdraw, Retained []RowRef
	// Yielded are bindings of "Unclaimed Open Ports" on declared ports, and foreign specific bindings that a declared
	// all-interfaces binding of the same service supersedes: they may go.
	Yielded []RowRef
	// Parts are the Hosts that are consolidated into the root, in order of precedence.
	Parts []PartHost
	// Deletion is set when the root Host is being deleted.
	Deletion *Deletion
	// Orphans counts rows of ours on the target whose object is missing and that are kept.
	Orphans int
	// Discovered counts children of the target that nobody declared.
	Discovered int
}

// Target is the backend host of the group.
type Target struct {
	// HostID is "" when there is none: it is to be created (if the group's fate is Write).
	HostID string
	// Index is the target's place in Observed.Hosts; -1 when there is none.
	Index int
	// IsOthers says that status.id is that of another Host, declared earlier, which has the backend host.
	IsOthers bool
	// Confirm is a status.id that the list lacks and that only a 404 may declare gone, before anything is created.
	Confirm string
	// HalfMade are hosts of our own broken creations, to be deleted once the target is whole.
	HalfMade []string
	// NeedList: a creation's outcome is unknown; nothing is sent before a new list has been read.
	NeedList bool
	// Origin is the annotation's value for a target whose Host has none yet, or another one: what a broken creation of its
	// own made, what a Host that is gone or going leaves to it, or what is adopted. "": it stands already, or nobody can
	// tell.
	Origin string
	// Merges are the backend hosts that become one with the target, in the order in which they are to be merged.
	Merges []Merge
	// United is the target as it will be when they are, with what former merges have dropped: rows of the judgement are
	// its. nil without either.
	United *ObservedHost
	// Given are bindings of "Unclaimed Open Ports" that make way and would keep other foreign ones out of United: they are
	// given up before the hosts are merged, and are not in it. Sorted.
	Given []string
	// Adopts says that the target is somebody else's so far and is taken over by the first write.
	Adopts bool
}

// PartHost is a Host that is consolidated into the root.
type PartHost struct {
	Ref Ref
	// HostID is the backend host that it still has by itself; "" when there is none.
	HostID string
	// Merged says that what there is of it is on the target.
	Merged bool
	// Kept says that it has a backend host by itself on which nothing may be written now: this group has not looked at that.
	Kept bool
	// Parting says that rows of it are still on the host of another Host, which it was part of.
	Parting bool
	// Deletion is set when it is being deleted.
	Deletion *Deletion
}

// Merge is a backend host that becomes one with the target, because a Host says so by consolidateInto or absorb.
type Merge struct {
	Item Item
	// Index is its place in Observed.Hosts.
	Index int
}

// RowKind is the kind of a child row.
type RowKind string

// The kinds of rows.
const (
	RowInterface  RowKind = "interface"
	RowPort       RowKind = "port"
	RowService    RowKind = "service"
	RowBinding    RowKind = "binding"
	RowCredential RowKind = "credential"
)

// RowRef names a row of the target host. Parent is the service's id for a binding.
type RowRef struct {
	Kind       RowKind
	ID, Parent string
	// Text is the row in words, for notes: "port 80/TCP", "interface 10.0.0.1".
	Text string
}

// Desired is a backend host as the group wants it. Nil fields are unmanaged.
type Desired struct {
	Item           Item
	Fate           Fate // of the host's own fields
	Name           string
	Hostname       *string
	Description    *string
	Hidden         *bool
	Tags           *[]string // tag ids, sorted; nil: unmanaged
	NewTags        []string  // names that must be made first (createMissing)
	Virtualization *ObservedVirtualization
	Interfaces     []DesiredInterface // manifest order
	Ports          []DesiredPort      // manifest order
	Services       []DesiredService   // precedence order of their owners
}

// DesiredInterface is an interface row as wanted.
type DesiredInterface struct {
	Item Item
	// Others are the items of other Hosts of the group that declare the same.
	Others []Item
	Fate   Fate
	ID     string
	// Row is the index of the matched row in the target's Interfaces; -1: to be made.
	Row int
	// Replaces is the id of our row that has another MAC and makes way, with every binding on it; "" normally.
	Replaces  string
	SubnetID  string
	NewSubnet string // CIDR to be made first (createMissing); SubnetID is then ""
	Observed  ObservedInterface
}

// DesiredPort is a port row as wanted.
type DesiredPort struct {
	Item Item
	// Others are the items of other Hosts of the group that declare the same.
	Others   []Item
	Fate     Fate
	ID       string
	Row      int
	Name     string // the declared name
	Number   int
	Protocol Protocol
}

// DesiredService is a service row as wanted. Several objects may share it (Duplicate): Items lists them, owner first.
type DesiredService struct {
	Item             Item
	Items            []Item
	Fate             Fate
	ID               string
	Row              int
	Name, Definition string
	Tags             *[]string
	NewTags          []string
	Virtualization   *ObservedVirtualization
	Bindings         []DesiredBinding
}

// DesiredBinding is a binding with its verdict. Those of fate Write with outcome Effective are rows; Duplicate and
// Superseded ones have no row of their own and carry By.
type DesiredBinding struct {
	Item Item
	Fate Fate
	ID   string
	// Row is the index in the target service's Bindings; -1: none.
	Row                 int
	Spec                BindingSpec
	Outcome             Outcome
	By                  *Party
	InterfaceID, PortID string // resolved row ids; "" when unresolved or all interfaces
}

// DeletionAction is what happens to the backend host of a Host that is being deleted.
type DeletionAction string

// The actions.
const (
	DeleteHost    DeletionAction = "Delete"  // hand it to the batch
	ReleaseHost   DeletionAction = "Release" // remove the finalizer without a request
	DeletionWaits DeletionAction = "Wait"    // keep the finalizer; Reason says why
)

// Deletion is the verdict on a Host that is being deleted.
type Deletion struct {
	Action  DeletionAction
	HostIDs []string // backend hosts to delete
	Reason  Reason   // DeletionBlocked's cause: BackendUnavailable, HostHasDaemon, …; Deleting
	Message string
	// Event says that releasing leaves something behind and must be told.
	Event string
	// GivenUp says that what is left behind should have been deleted: it is counted.
	GivenUp bool
	// After is when the verdict may change by time alone; 0: never.
	After time.Duration
}

// Reason is a documented constant of the API.
type Reason string
