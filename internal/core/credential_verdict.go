// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"time"
)

// CredentialJudgement has a verdict for each Credential of a backend, in order of precedence.
type CredentialJudgement struct {
	Verdicts []CredentialVerdict
}

// CredentialVerdict is the verdict and fate of one Credential.
type CredentialVerdict struct {
	// Decl is its place in Input.Credentials, Row that of its row in Input.Rows, -1 for none.
	Decl, Row int
	// ID is that of its row, or the one that it is to get.
	ID string
	// Fate is that of the row; Targets and Networks have their own.
	Fate     Fate
	Findings []CredentialFinding
	Networks []CredentialScope
	Targets  []CredentialScope
	// Wish is what is wanted of the row; Sum stands for what is declared and what that resolves to, Secrets by their versions.
	Wish CredentialWish
	Sum  uint64
	// Rest is the Sum once nothing is left to be taken back.
	Rest uint64
	// Differs are the declared parts in which the row differs, ClearTags those that have to be taken off it one by one.
	Differs   []string
	ClearTags []string
	// NewTags are the names of tags that have to be made before it is written.
	NewTags []string
	// Undone are the parts that differ because somebody changed them.
	Undone []string
	// Look says that Secrets have to be read to know whether the row differs.
	Look bool
	// Due says that values of Secrets changed, Values that they have to be sent with the next write.
	Due, Values bool
	// Refused says that there is something to write that the server refused.
	Refused bool
	// Confirm says that a 404 has to tell that the row is gone before it is made anew.
	Confirm bool
	// Deletion is set for one that is being deleted.
	Deletion *CredentialDeletion
	// By is who has the Host that it lost, Shadows whom it kept a Host from.
	By      *Reference
	Shadows []ShadowEntry
}

// CredentialFinding is something that makes a condition false.
type CredentialFinding struct {
	Condition ConditionType
	Reason    Reason
	Message   string
}

// CredentialScope is a network or Host that a Credential is for, and what becomes of the assignment.
type CredentialScope struct {
	// Index is its place in the spec.
	Index int
	// Network is as in the spec, else Host is meant.
	Network string
	Host    Ref
	// ID is that of the network or host, "" while it is not known.
	ID string
	// InterfaceIDs limits it; nil: all addresses. Names are those that could not be resolved.
	InterfaceIDs []string
	Names        []string
	Fate         Fate
	// Reason is why it is not assigned.
	Reason Reason
	By     *Reference
}

// CredentialDeletion is what becomes of the row of a Credential that is being deleted.
type CredentialDeletion struct {
	// Release removes the finalizer without a request, Event says what is left behind then.
	Release bool
	Event   string
	// GivenUp says that it is released for want of patience, After when that will be.
	GivenUp bool
	After   time.Duration
	// ID is the row to delete; "" while something else has to come first.
	ID      string
	Reason  Reason
	Message string
}

func (v *CredentialVerdict) find(c ConditionType, r Reason, message string) {
	v.Findings = append(v.Findings, CredentialFinding{Condition: c, Reason: r, Message: message})
}

// findFirst notes what is told before all else: somebody has to act.
func (v *CredentialVerdict) findFirst(c ConditionType, r Reason, message string) {
	v.Findings = slices.Concat([]CredentialFinding{{Condition: c, Reason: r, Message: message}}, v.Findings)
}

// isPending says that there is something to write.
func (v *CredentialVerdict) isPending() bool {
	return v.Deletion == nil && v.Fate == Write && (v.Row < 0 || v.Due || len(v.Differs)+len(v.ClearTags)+len(v.NewTags) > 0)
}

// CredentialWish is what is wanted of a row: what is not named stays as it is.
type CredentialWish struct {
	ID, OrganizationID, Name string
	Description              *string
	Type                     CredentialType
	Fields                   []CredentialField
	DaemonOS                 string
	Tags                     []string
	TagsManaged              bool
	AddNetworks              []string
	DropNetworks             []string
	PutHosts                 []CredentialHostRow
	DropHosts                []string
}
