// SPDX-License-Identifier: Apache-2.0

package core

import (
	"net/netip"
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

// The two forms of semantics.md 1.
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

// HostDecl is a declared Host.
type HostDecl struct {
	Meta
	// Name is spec.name, or metadata.name when absent.
	Name                  string
	Hostname, Description *string // nil: unmanaged
	Hidden                *bool   // nil: unmanaged
	Tags                  []string
	TagsManaged           bool // tags present in the manifest, even if empty
	Virtualization        *HostVirtualization
	Interfaces            []InterfaceDecl
	Ports                 []PortDecl
	Services              []InlineService
	// ConsolidateInto is spec.consolidateInto: the metadata.name of a Host of the same namespace, "" when absent.
	ConsolidateInto string
	// TargetMissing says that there is no Host of that name.
	TargetMissing bool
	// Mismatch says of a Host consolidated into the root that its backend or its network is another one.
	Mismatch bool
	// Absorb are the ids of spec.absorb.
	Absorb []string
	// PriorInto is the status.consolidatedInto as read: the Host on whose backend host the rows of this one may be.
	PriorInto string
	// ForceOrphan is the annotation inventory.scanopy.io/force-orphan.
	ForceOrphan bool
	// AcceptBackend is the annotation inventory.scanopy.io/accept-backend: a network id.
	AcceptBackend string
	// Pinned is status.backend; zero when never resolved.
	Pinned Pin
	// Origin is the annotation's value ("created", "adopted:<id>") if its uid is the object's, else "".
	Origin string
	// Adopts says that a backend host which was there before and is nobody's may be taken over: adoptionPolicy IfUnowned,
	// the Host's or else its backend's.
	Adopts bool
	// ExternalID is the id of the backend host to adopt; "" when absent.
	ExternalID string
	// DeletionPolicy is the Host's, or else its backend's; "" leaves it to the origin.
	DeletionPolicy DeletionPolicy
	// Observes is managementPolicy ObserveOnly: nothing is written, what would be is told.
	Observes bool
	// Creating is the annotation's newest created_at if its uid is the object's; zero when absent.
	Creating time.Time
	// HasFinalizer says that inventory.scanopy.io/backend is set.
	HasFinalizer bool
	// DeletedAt is the deletionTimestamp; zero when it is not being deleted.
	DeletedAt time.Time
	// NamespaceDeleting says that the namespace has a deletionTimestamp.
	NamespaceDeleting bool
	// Visible says of a neighbour that members of the group may read its name: it is in the root's namespace, or its
	// allowedNamespaces admits that.
	Visible bool
}

// DeletionPolicy says what becomes of the backend host of a Host that is deleted.
type DeletionPolicy string

// The deletion policies.
const (
	DeletionDelete DeletionPolicy = "Delete"
	DeletionOrphan DeletionPolicy = "Orphan"
)

// Pin is the organization and network that an object resolved to when it was first synced.
type Pin struct{ OrganizationID, NetworkID string }

// InterfaceDecl is an interface (an address) of a declared Host.
type InterfaceDecl struct {
	Name string
	IP   netip.Addr // zone-free
	MAC  string     // upper case, colons; "" when absent
	// Subnet is a CIDR, name or id as written; "": the longest matching prefix.
	Subnet string
}

// PortDecl is a port of a declared Host.
type PortDecl struct {
	Name     string
	Number   int
	Protocol Protocol
}

// InlineService is a service written inside a Host.
type InlineService struct {
	Name, Definition string
	Tags             []string
	TagsManaged      bool
	Virtualization   *ServiceVirtualization
	Bindings         []BindingSpec
}

// ServiceDecl is a declared Service.
type ServiceDecl struct {
	Meta
	Host Ref // where hostRef leads
	// Permitted says that the Host's allowedNamespaces (or an equal namespace) admits the Service's namespace.
	// It is false too when the Host is in another namespace and does not exist.
	Permitted      bool
	Name           string
	Definition     string
	Tags           []string
	TagsManaged    bool
	Virtualization *ServiceVirtualization
	Bindings       []BindingSpec
}

// BindingDecl is a declared Binding.
type BindingDecl struct {
	Meta
	Service Ref // where serviceRef leads: always the same namespace
	Spec    BindingSpec
}

// BindingSpec is one binding as written, by names. Host "" leaves the resolution to semantics.md 1.
type BindingSpec struct {
	Type            BindingType
	Host            string
	Interface, Port string
}

// HostVirtualization says which hypervisor runs a host.
type HostVirtualization struct {
	Type, VMName, VMID string
	// ServiceRef is the hypervisor's Service; nil when absent.
	ServiceRef *Ref
	// ServiceID is the backend id of that Service; "" while it is not synced or not there.
	ServiceID string
	// ServiceFound says that the Service object exists and may be referred to.
	ServiceFound bool
	// Needs is the version that the server must have for this type; "" if it knows it.
	Needs string
}

// ServiceVirtualization says which container runtime runs a service.
type ServiceVirtualization struct {
	Type, ContainerName, ContainerID, ComposeProject string
	ServiceRef                                       *Ref
	ServiceID                                        string
	ServiceFound                                     bool
	Needs                                            string
}

// BackendFacts is the Backend or ClusterBackend that the group's Host resolves to, and what it is known to hold.
type BackendFacts struct {
	// Display is how messages name it: "Backend lab/default", "ClusterBackend default".
	Display string
	// Kind and Name are the object's, for status.backend; "" when there is none.
	Kind, Name string
	// URL is the server's base URL, for the link into its web UI.
	URL   string
	Found bool
	// Deleting says the object has a deletionTimestamp: it serves those it has and takes no new ones.
	Deleting bool
	// Permitted is false when a ClusterBackend does not admit the Host's namespace or network.
	Permitted bool
	// NoAdoption says that Hosts which use it may not take over what was there before.
	NoAdoption bool
	// Client says that a client exists (perhaps only in memory, when the Secret is gone).
	Client bool
	// Paused says that nothing may be written through it.
	Paused bool
	// NoKey says that there is no client and that none can be made, because its Secret or manifest is at fault.
	NoKey bool
	// Reason and Message say why nothing can be sent: a reason of api.md (BackendNotFound, Unreachable,
	// AuthenticationFailed, …); Reason "" means available.
	Reason, Message string
	// NetworkFound is false when the network's name or id is not among those the key sees; NetworkAmbiguous when the
	// name is that of several.
	NetworkFound, NetworkAmbiguous bool
	Network                        string // as written, for messages
	Pin                            Pin    // what it resolves to now
	// PinVisible says that the object's pinned organization and network are among those the key sees now.
	PinVisible    bool
	ServerVersion string
	// MACChangeable: the server lets a PUT change a MAC (before 0.14.2).
	MACChangeable bool
	// BareVirtualization: the server stores a virtualization without its service (from about 0.17.10 on).
	BareVirtualization bool
	Subnets            []Subnet // sorted by id
	Tags               []Tag    // sorted by id
	CreateSubnets      bool     // createMissing: Subnets
	CreateTags         bool     // createMissing: Tags
}

// Subnet is a subnet of the backend.
type Subnet struct {
	ID, Name string
	CIDR     netip.Prefix
}

// Tag is a tag of the backend.
type Tag struct{ ID, Name string }

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
	// they resolve, else by IP) or a MAC with the root; deleted ones included.
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
	// Isolate asks for the step by step write of semantics.md 6 (400 to a request that carries several members).
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

// Observed is what the snapshot knows that matters for the group.
type Observed struct {
	// Known is false while no list has been read: nothing may be concluded from absence.
	Known bool
	// Settled is true when a list begun after the last lost or failed creation of this group has been read.
	Settled bool
	// Confirmed holds host ids that a GET answered with 404 since the list that lacked them.
	Confirmed []string
	// NewestCreated is the newest created_at seen in the network; MarkFresh says it is recent enough for `creating`.
	NewestCreated time.Time
	MarkFresh     bool
	// Hosts are the candidates, sorted by (CreatedAt, ID): the host of status.id, hosts with rows of the group's
	// objects, the same machine, and after a lost creation childless Manual hosts of that name.
	Hosts []ObservedHost
	// HeldBy says which candidate is named by the status.id of a live Host outside the group, or has rows of one.
	HeldBy map[string]Ref
	// Elsewhere maps ids that the group's items derive to the backend host that has them, for hosts that are no
	// candidates.
	Elsewhere map[string]string
	// Virtual services of other hosts need no candidate: their ids are in HostVirtualization.ServiceID.
}

// ObservedHost is a host as the server has it. Times are the server's.
type ObservedHost struct {
	ID, NetworkID        string
	Name                 string
	Hostname             *string
	Description          *string
	Hidden               bool
	Tags                 []string // ids
	Source               string
	Virtualization       *ObservedVirtualization
	CreatedAt, UpdatedAt time.Time
	// Version is updated_at exactly as the server wrote it, for expected_updated_at.
	Version string
	// Daemon says that a daemon runs on it, as far as the key may know.
	Daemon     bool
	Interfaces []ObservedInterface
	Ports      []ObservedPort
	Services   []ObservedService
}

// ObservedVirtualization is a virtualization as the server has it, for a host or a service; fields that the other kind
// has are empty.
type ObservedVirtualization struct {
	Type, VMName, VMID, ContainerName, ContainerID, ComposeProject, ServiceID string
}

// ObservedInterface is an interface row (an address).
type ObservedInterface struct {
	ID, SubnetID string
	IP           netip.Addr
	MAC          string // upper case, colons; "" when absent
	// MACWeak: the MAC was only discovered, and the server lets a declared one replace it (0.17).
	MACWeak bool
	Name    string
}

// ObservedPort is a port row.
type ObservedPort struct {
	ID       string
	Number   int
	Protocol Protocol
}

// ObservedService is a service row with its bindings.
type ObservedService struct {
	ID, Name, Definition string
	Tags                 []string
	Source               string
	Virtualization       *ObservedVirtualization
	Bindings             []ObservedBinding
}

// ObservedBinding is a binding row. A Port binding without InterfaceID is on all interfaces.
type ObservedBinding struct {
	ID                  string
	Type                BindingType
	InterfaceID, PortID string
}
