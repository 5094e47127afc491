// SPDX-License-Identifier: Apache-2.0

package core

// StepKind is one kind of request, or pair of requests, to the server.
type StepKind string

// The kinds of steps. UpdateHost is GET, merge, PUT in one step; Requests gives what each costs.
const (
	StepCreateSubnet    StepKind = "CreateSubnet"
	StepCreateTag       StepKind = "CreateTag"
	StepConfirmMissing  StepKind = "ConfirmMissing" // GET of a host that the list lacks
	StepCreateHost      StepKind = "CreateHost"     // one POST with everything
	StepUpdateHost      StepKind = "UpdateHost"     // GET, MergeEdit, PUT
	StepCreateBinding   StepKind = "CreateBinding"
	StepDeleteBinding   StepKind = "DeleteBinding"
	StepCreateInterface StepKind = "CreateInterface"
	StepDeleteInterface StepKind = "DeleteInterface"
	StepCreatePort      StepKind = "CreatePort"
	StepDeletePort      StepKind = "DeletePort"
	StepDeleteService   StepKind = "DeleteService"
	StepRemoveTag       StepKind = "RemoveTag"   // the last tag, by its own request; Row.ID is the entity, Tag the tag
	StepConsolidate     StepKind = "Consolidate" // GET of the hosts, then the request that merges one into the other
	StepDeleteHost      StepKind = "DeleteHost"  // goes through the batch; a half-made copy, which has a Base, by itself after a GET
)

// Step is one request (UpdateHost: two). Items are those whose outcome it decides, sorted.
type Step struct {
	Kind   StepKind
	HostID string // the target; "" for CreateHost and for what belongs to no host
	Items  []Item
	// Create is the whole host for CreateHost (rows only, NetworkID from the pin).
	Create *HostWrite
	// Edit is the change for UpdateHost.
	Edit *Edit
	// Base is the host that the plan was made from, for UpdateHost and for deletes of what others may hang on: if the rows
	// that a GET shows differ from it in what the group's verdicts rest on, nothing is sent and the group is judged again.
	Base *ObservedHost
	// Other is the host that Consolidate merges into the target; Base is that host then.
	Other string
	// Aside says that HostID is not the target: a host that is to be merged into it.
	Aside bool
	// Target, if set, is the host that Consolidate merges into, as the plan was made from it: it is read before, because
	// what the server drops depends on it.
	Target *ObservedHost
	// Follows says of an UpdateHost that the answer to the step before it, a Consolidate, takes the place of the GET.
	Follows bool
	// Interface, Port, Binding: the row for the single-row steps; Row names what a delete removes.
	Interface *ObservedInterface
	Port      *ObservedPort
	Binding   *ObservedBinding
	ServiceID string // of Binding
	Row       RowRef
	// Subnet is a CIDR for CreateSubnet; Tag a name for CreateTag, an id for RemoveTag; Entity "Host" or "Service".
	Subnet, Tag, Entity string
}

// HostWrite is a whole host as it is sent: by POST, or as the result of MergeEdit by PUT (then nil lists are kept).
type HostWrite struct {
	NetworkID      string
	Name           string
	Hostname       *string
	Description    *string
	Hidden         bool
	Tags           []string
	Virtualization *ObservedVirtualization
	// Expected is expected_updated_at, for PUT.
	Expected   string
	Interfaces []ObservedInterface
	Ports      []ObservedPort
	Services   []ObservedService
	// HasInterfaces, HasPorts, HasServices say which lists are sent by a PUT.
	HasInterfaces, HasPorts, HasServices bool
}

// Edit is a change of a host: what is not named stays as a GET shows it.
type Edit struct {
	Name           *string
	Hostname       *string
	Description    *string
	Hidden         *bool
	Tags           *[]string
	Virtualization *ObservedVirtualization // nil: unchanged
	PutInterfaces  []ObservedInterface     // by id: replace or append
	DropInterfaces []string
	PutPorts       []ObservedPort
	DropPorts      []string
	PutServices    []ServiceEdit
	DropServices   []string
}

// ServiceEdit changes one service or makes it (New). Nil fields stay.
type ServiceEdit struct {
	ID             string
	New            bool
	Name           *string
	Definition     *string
	Tags           *[]string
	Virtualization *ObservedVirtualization
	PutBindings    []ObservedBinding
	DropBindings   []string
}

// Note says in words what a plan does, for events, plan output and tests: "port 80/TCP moves from A to B".
type Note struct {
	Item Item
	Text string
	// Repair marks drift: a declared field that somebody changed. Field is set then.
	Repair bool
	Field  string
	// From and To are the two values of the field, quoted; "" where it has none that can be shown.
	From, To string
}

// Plan is the ordered list of requests. An empty one means that the group has converged (or may not write: Blocked).
type Plan struct {
	Steps []Step
	Notes []Note
	// Blocked says why nothing (or not everything) is sent: Throttled is decided later; Pending for the moment of
	// quiet, DependencyNotReady, BackendUnavailable, …
	Blocked Reason
	// BlockedMessage says it in a sentence.
	BlockedMessage string
	// BlockedItems are the items that wait; empty with Blocked set: all of them.
	BlockedItems []Item
	// Creates says that CreateHost is among the steps: the `creating` mark must be written first.
	Creates bool
	// Adopts is the id of a backend host that the steps take over: its origin must be written first.
	Adopts string
	// Remember are the bindings that Consolidate drops and that are made again: they must be noted first.
	Remember []Remembered
	// NeedList asks for a new list before anything is planned.
	NeedList bool
	// First says that this is a first write (moment of quiet, creation priority).
	First bool
}

// WithoutSteps is a plan that sends nothing and still says what it waits for: it is not whole before that has come.
func (p Plan) WithoutSteps() Plan {
	return Plan{NeedList: p.NeedList, Blocked: p.Blocked, BlockedMessage: p.BlockedMessage, BlockedItems: p.BlockedItems}
}

// Policy filters a plan.
type Policy struct {
	// ReadOnly leaves only what sends GET; NoDelete leaves out everything that removes rows.
	ReadOnly, NoDelete bool
}

// StepResult is what became of a step.
type StepResult struct {
	Done bool
	// Err is the class and words of a failure; nil otherwise.
	Err *StepError
}

// StepError is a failure as the client classified it.
type StepError struct {
	Class   string // Terminal, Waiting, Transient, Auth, Throttled
	Reason  Reason // the documented reason that it maps to: BackendRejected, BackendUnavailable, PermissionDenied, …
	Message string // the server's words, sanitised, or ours
	// Cause is what nobody expected, for the log only: it may say anything.
	Cause error
}

// Result is what apply made of a plan.
type Result struct {
	// Ran says that the plan was started; false: Waiting says for what ("tokens", "lock", "batch", "").
	Ran     bool
	Waiting string
	// Steps has one result per step that was tried, in order.
	Steps []StepResult
	// HostID is the target's id after the run ("" unknown).
	HostID string
	// After is the target as the last answer showed it; nil when no answer showed it.
	After *ObservedHost
	// Replan: what was read differs from what the plan rests on; judge again at once.
	Replan bool
	// Lost: an answer to a creation was lost; a list must show what came of it.
	Lost bool
}
