// SPDX-License-Identifier: Apache-2.0

package core

import "time"

// KindCredential is the kind of Credentials. They belong to no group: all those of one backend are judged together.
const KindCredential Kind = "Credential"

// CredentialMode says where the value of a field is; a plain value has none.
type CredentialMode string

// The modes of fields.
const (
	ModeInline     CredentialMode = "Inline"
	ModeFilePath   CredentialMode = "FilePath"
	ModeHostFile   CredentialMode = "HostFile"
	ModeDaemonFile CredentialMode = "DaemonFile"
)

// CredentialField is a field of a credential's type.
type CredentialField struct {
	// Name is the server's, Path the one in spec; an observed field has no Path.
	Name, Path string
	Mode       CredentialMode
	// Text is a plain text, a path, or an inline text that is no secret.
	Text   string
	Number int
	Flag   bool
	// Ref is where the value comes from, if that is a Secret.
	Ref SecretKey
	// Value is the value of Ref, once it was read.
	Value Secret
}

// SecretKey names a key of a Secret in the Credential's namespace.
type SecretKey struct{ Name, Key string }

// SecretVersion is a version of a Secret.
type SecretVersion struct{ Name, UID, ResourceVersion string }

// CredentialDecl is a declared Credential.
type CredentialDecl struct {
	Meta
	Name        string
	Description *string // nil: unmanaged
	Tags        []string
	TagsManaged bool
	Type        CredentialType
	Fields      []CredentialField
	// DaemonOS is the one that is written, "" for none.
	DaemonOS string
	Networks []string
	Hosts    []CredentialTarget
	// Lacks are the parts that the server's version does not have, each with the version that it needs.
	Lacks []Lack
	// Permitted is false when a ClusterBackend does not admit the namespace.
	Permitted      bool
	DeletionPolicy DeletionPolicy
	ForceOrphan    bool
	// AcceptBackend is the annotation accept-backend: an organization id.
	AcceptBackend     string
	HasFinalizer      bool
	DeletedAt         time.Time
	NamespaceDeleting bool
	// Pinned is the organization of status.backend; "" when never resolved.
	Pinned string
	// Secrets are the versions of the Secrets that the spec names, as the watch shows them; one that is not there lacks.
	Secrets []SecretVersion
	// Read says that the values of all fields were read, in the versions of Secrets.
	Read bool
	// Unread are the fields whose key was not there when they were read, Barred the Secrets that the operator may not read.
	Unread []CredentialField
	Barred []string
	// Written and WrittenGeneration are what the status remembers of the last write.
	Written           []SecretVersion
	WrittenGeneration int64
	// WrittenSum is what was wanted when all of it was last written, or seen to be there; 0 when that is not known.
	WrittenSum uint64
	// OpenSum stands for what the server showed of certificates when they were last found to be as their Secrets have them.
	OpenSum uint64
	// Assigned are the assignments that the status remembers: those that are there are ours.
	Assigned []CredentialAssignment
}

// Lack is something that the server's version does not have.
type Lack struct{ What, Needs string }

// CredentialTarget is a Host that a Credential is for.
type CredentialTarget struct {
	Host Ref
	// Interfaces are names, nil for all.
	Interfaces []string
	// Found says that the Host exists, Permitted that it admits the Credential's namespace (false too when it is in
	// another namespace and does not exist).
	Found, Permitted bool
	// HostID is its id in the backend, OrganizationID where that is; "" while it is not synced.
	HostID, OrganizationID string
	// Rows are the ids of its interfaces by name.
	Rows []Named
	// Gone says that the list of hosts lacks it.
	Gone bool
	// NoDaemon says that no daemon runs on it, as far as is known.
	NoDaemon bool
}

// CredentialAssignment is a network or Host that a credential was assigned to: Network as in the spec, or Host.
type CredentialAssignment struct {
	Network string
	Host    Ref
	ID      string
}

// CredentialHostRow is a host that a credential is assigned to in the backend, limited to some addresses unless nil.
type CredentialHostRow struct {
	HostID       string
	InterfaceIDs []string
}

// ObservedCredential is a credential as the server showed it.
type ObservedCredential struct {
	ID, OrganizationID, Name, Description, DaemonOS string
	Type                                            CredentialType
	Fields                                          []CredentialField
	Tags                                            []string
	NetworkIDs                                      []string
	Hosts                                           []CredentialHostRow
	// Shown is the row as it was read, without secrets: what an update finds in it that we don't know goes back.
	Shown string
}

// CredentialBackend is the Backend that Credentials lead to, and what is known of it.
type CredentialBackend struct {
	Display, Kind, Name string
	// Paused says that the backend is, by its annotation.
	Found, Deleting, Paused bool
	// Client says that a client exists, NoKey that there is none for lack of a key.
	Client, NoKey bool
	// Held says that the Backend has its finalizer: it can't go before what is made through it.
	Held bool
	// Reason and Message say why nothing can be sent; "" means available. OnlyDeletes: but for deletions, by the client that
	// is in memory while the Secret or manifest is at fault.
	Reason, Message string
	OnlyDeletes     bool
	// OrganizationID is "" while it is not known.
	OrganizationID string
	Networks       []CredentialNetwork
	Tags           []Tag
	// CreateTags says that tags which are named and missing are made.
	CreateTags bool
	// NoNetworks says that Credentials which use it may not be assigned to whole networks.
	NoNetworks bool
	// NoAssignments is the version needed for assignments by credentials; "" when the server has them.
	NoAssignments string
}

// CredentialNetwork is a network that the key sees; one that is not Allowed may not be used through this Backend.
type CredentialNetwork struct {
	ID, Name string
	Allowed  bool
}

// CredentialInput is everything about the Credentials of one backend. The order of its lists carries no meaning.
type CredentialInput struct {
	Now         time.Time
	Instance    Instance
	Former      []Instance
	Backend     CredentialBackend
	Credentials []CredentialDecl
	// Known says that the list was read; Rows is what it holds, Confirmed the ids that a 404 was the answer to.
	Known     bool
	Rows      []ObservedCredential
	Confirmed []string
	// Refused are writes that the server refused and that are not due again; they count while what is wanted is the same.
	Refused []CredentialRefusal
	// Undone are the parts that somebody changed back, as far as it is remembered.
	Undone []Undone
	// Most is how many may be created together, 0 for as many as the server takes. Afresh are those whose row is read before
	// it is written.
	Most   int
	Afresh []Ref
	// Quiet and Settled as in Input.
	Quiet, Settled bool
	// MayDelete is false while one of the CRDs is missing or terminating.
	MayDelete bool
	// Patience is how long a Credential in a namespace that is being deleted waits for its backend; 0: as long as a Host.
	Patience time.Duration
	// Failed says why the last deletion failed, nil if none did; Later that the next has time.
	Failed *CredentialRefusal
	Later  bool
}

// CredentialRefusal is a write that the server refused. Sum stands for what was wanted. Without a Ref nothing can be
// written at all.
type CredentialRefusal struct {
	Ref     Ref
	Sum     uint64
	Reason  Reason
	Message string
}
