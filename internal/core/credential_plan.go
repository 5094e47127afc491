// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// CredentialStepKind is one kind of request for credentials.
type CredentialStepKind string

// The kinds of steps, in the order of a plan: what frees an endpoint goes before what takes it.
const (
	StepConfirmCredential CredentialStepKind = "ConfirmCredential" // GET of one that the list lacks
	StepDeleteCredentials CredentialStepKind = "DeleteCredentials" //nolint:gosec // the name of a step: in bulk
	StepMakeTag           CredentialStepKind = "MakeTag"           // Tag is its name
	StepUpdateCredential  CredentialStepKind = "UpdateCredential"  //nolint:gosec // the name of a step: PUT, after a GET if Fresh
	StepClearTag          CredentialStepKind = "ClearTag"
	StepCreateCredentials CredentialStepKind = "CreateCredentials" //nolint:gosec // the name of a step: in bulk
)

// The bounds of a bulk request: of credentials, of ids, and of bytes of texts.
const (
	maxBulkCreate = 100
	maxBulkDelete = 1000
	maxBulkText   = 1 << 20
)

// CredentialStep is one request (a Fresh update: two). Verdicts are the places of those it is about.
type CredentialStep struct {
	Kind     CredentialStepKind
	Verdicts []int
	Refs     []Ref
	IDs      []string
	// Writes are what is created, Wish and Base what is updated and the row that it was judged by.
	Writes []ObservedCredential
	Wish   CredentialWish
	Base   *ObservedCredential
	// Fresh reads the row before it is written, so that nothing is lost that somebody changed since the list.
	Fresh bool
	// Values says that values of Secrets are written: then also a row that shows no difference is.
	Values bool
	// Tag is an id, or the name of a new one, which is made in Organization.
	Tag, Organization string
}

// Requests is what a step costs.
func (s *CredentialStep) Requests() int {
	if s.Kind == StepUpdateCredential && s.Fresh {
		return 2
	}
	return 1
}

// isPrelude says that a step only finds out or makes what is needed for those that write.
func (s *CredentialStep) isPrelude() bool {
	return s.Kind == StepConfirmCredential || s.Kind == StepMakeTag
}

// CredentialPlan is the ordered list of requests for the Credentials of a backend. An empty one means that all that may
// be written is.
type CredentialPlan struct {
	Steps []CredentialStep
	// Need are those whose Secrets have to be read before their steps can be planned.
	Need []Ref
	// Blocked says why nothing is sent, BlockedMessage in a sentence.
	Blocked        Reason
	BlockedMessage string
}

// PlanCredentials plans what a judgement asks for.
func PlanCredentials(in CredentialInput, j CredentialJudgement) CredentialPlan {
	p := &credentialPlanner{in: &in, j: &j}
	if p.block(); p.out.Blocked != "" {
		if in.Backend.OnlyDeletes && in.Backend.mayDelete() {
			p.delete()
		}
		return p.out
	}
	p.look()
	p.confirm()
	p.delete()
	p.makeTags()
	p.update()
	p.create()
	return p.out
}

type credentialPlanner struct {
	in  *CredentialInput
	j   *CredentialJudgement
	out CredentialPlan
}

func (p *credentialPlanner) block() {
	b := &p.in.Backend
	switch {
	case !b.Found || !b.Client || b.Reason != "":
		p.out.Blocked, p.out.BlockedMessage = ReasonBackendUnavailable, b.Message
		if b.Reason != "" {
			p.out.Blocked = Reason(b.Reason)
		}
		if p.out.BlockedMessage == "" {
			p.out.BlockedMessage = b.Display + " is not available"
		}
	case b.OrganizationID == "":
		p.out.Blocked, p.out.BlockedMessage = ReasonBackendUnavailable, b.Display+" shows no network, and so not its organization"
	case !p.in.Known:
		p.out.Blocked, p.out.BlockedMessage = ReasonPending, "waiting for the list of credentials"
	case !b.Held && !b.Deleting:
		p.out.Blocked, p.out.BlockedMessage = ReasonPending, "waiting until "+b.Display+" is held"
	}
}

func (p *credentialPlanner) decl(i int) *CredentialDecl {
	return &p.in.Credentials[p.j.Verdicts[i].Decl]
}

// isReady says that the tags and values of a Credential are there, if they are needed; else values are asked for.
func (p *credentialPlanner) isReady(i int) bool {
	c := p.decl(i)
	if len(p.j.Verdicts[i].NewTags) > 0 {
		return false
	}
	if !p.j.Verdicts[i].Values || c.Read {
		return true
	}
	p.out.Need = append(p.out.Need, c.Ref)
	return false
}

func (p *credentialPlanner) add(s CredentialStep, verdicts ...int) {
	s.Verdicts = verdicts
	for _, i := range verdicts {
		s.Refs = append(s.Refs, p.decl(i).Ref)
	}
	p.out.Steps = append(p.out.Steps, s)
}

// look asks for values that have to be compared with what a row shows.
func (p *credentialPlanner) look() {
	for i := range p.j.Verdicts {
		if v := &p.j.Verdicts[i]; v.Look && v.Fate == Write && v.Deletion == nil {
			p.out.Need = append(p.out.Need, p.decl(i).Ref)
		}
	}
}

// confirm asks for those that the list lacks though they were there.
func (p *credentialPlanner) confirm() {
	for i := range p.j.Verdicts {
		v := &p.j.Verdicts[i]
		if v.Deletion == nil && v.Fate == Write && v.Confirm && !v.Refused {
			p.add(CredentialStep{Kind: StepConfirmCredential, IDs: []string{p.decl(i).PriorID}}, i)
		}
	}
}

// delete sends what is to go, after a moment of quiet.
func (p *credentialPlanner) delete() {
	if held := slices.ContainsFunc(p.in.Refused, func(r CredentialRefusal) bool { return r.Ref == (Ref{}) }); held || p.in.Later {
		return
	}
	var due []int
	for i := range p.j.Verdicts {
		if d := p.j.Verdicts[i].Deletion; d != nil && d.ID != "" && p.in.Quiet {
			due = append(due, i)
		}
	}
	for chunk := range slices.Chunk(due, maxBulkDelete) {
		s := CredentialStep{Kind: StepDeleteCredentials}
		for _, i := range chunk {
			s.IDs = append(s.IDs, p.j.Verdicts[i].Deletion.ID)
		}
		slices.Sort(s.IDs)
		s.IDs = slices.Compact(s.IDs)
		p.add(s, chunk...)
	}
}

// makeTags makes the tags that are missing, each once. Who is to have one is judged again when it is there.
func (p *credentialPlanner) makeTags() {
	wanted, names := map[string][]int{}, []string{}
	for i := range p.j.Verdicts {
		v := &p.j.Verdicts[i]
		if !v.isPending() || v.Confirm || v.Refused || v.Row < 0 && !p.in.Quiet {
			continue
		}
		for _, name := range v.NewTags {
			wanted[name], names = append(wanted[name], i), append(names, name)
		}
	}
	for _, name := range distinct(names) {
		first := &p.j.Verdicts[wanted[name][0]]
		p.add(CredentialStep{Kind: StepMakeTag, Tag: name, Organization: first.Wish.OrganizationID}, wanted[name]...)
	}
}

// create makes what lacks, after a moment of quiet: together, but in smaller parts when
// the server refused something among them.
func (p *credentialPlanner) create() {
	var together []int
	room, most := maxBulkText, maxBulkCreate
	if p.in.Most > 0 {
		most = min(most, p.in.Most)
	}
	flush := func() {
		if len(together) > 0 {
			p.createStep(together...)
		}
		together, room = nil, maxBulkText
	}
	for i := range p.j.Verdicts {
		v := &p.j.Verdicts[i]
		if !v.isPending() || v.Row >= 0 || v.Confirm || v.Refused || !p.in.Quiet || !p.isReady(i) {
			continue
		}
		size := v.Wish.size()
		if len(together) >= most || size > room {
			flush()
		}
		together, room = append(together, i), room-size
	}
	flush()
}

func (p *credentialPlanner) createStep(all ...int) {
	s := CredentialStep{Kind: StepCreateCredentials}
	for _, i := range all {
		v := &p.j.Verdicts[i]
		s.Writes = append(s.Writes, v.Wish.On(nil))
		s.IDs = append(s.IDs, v.ID)
	}
	p.add(s, all...)
}

// size is about how many bytes of text a wish has.
func (w *CredentialWish) size() int {
	n := 512 + len(w.PutHosts)*64
	for i := range w.Fields {
		n += len(w.Fields[i].Text) + len(w.Fields[i].Value.Reveal())
	}
	return n
}
