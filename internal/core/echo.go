// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// missingService is the definition that the server shows for one it does not know.
const missingService = "Missing Service"

// judgeEcho: the server stores a definition that it doesn't know as "Missing Service". Such a row under an id of ours is
// what was declared, until the declaration or the server's version changes.
func (j *judge) judgeEcho(u *unit) {
	row := &j.target.Services[u.row]
	if row.Definition != missingService || u.fate != Write || u.owner < 0 {
		return
	}
	s, version := &j.services[u.owner], j.in.Backend.ServerVersion
	if _, isOurs := j.ownerOf(row.ID); !isOurs || s.definition == missingService ||
		!isEchoOf(j.members[s.member].meta, s.definition, version) {
		return
	}
	u.fate = Keep
	for i := u.first; i >= 0; i = j.services[i].next {
		if s := &j.services[i]; s.fate == Write { // its duplicates say the same, and it is not there for them either
			s.fate, s.why = Keep, "has a definition that the server does not know"
			j.find(unknownDefinition(s.item, s.definition, version))
		}
	}
}

func unknownDefinition(item Item, definition, version string) Finding {
	return Finding{Item: item, Condition: Accepted, Reason: ReasonUnknownServiceDefinition,
		Detail: echoText(definition, version), Advice: `write it exactly as Scanopy lists it, capitals included; until then Scanopy shows the service as "Missing Service"`}
}

const doesNotKnow = "does not know the service definition"

func echoText(definition, version string) string {
	return "Scanopy " + version + " " + doesNotKnow + ` "` + definition + `"`
}

// isEchoOf says that what the server shows answers the declaration as it is now: it was written as it is, or was told to
// be unknown to this version. A message that was cut may have told it.
func isEchoOf(m *Meta, definition, version string) bool {
	return slices.ContainsFunc(m.Prior, func(c Condition) bool {
		if c.ObservedGeneration != m.Generation {
			return false
		}
		switch c.Type {
		case string(Synced):
			return c.True && c.Reason != string(ReasonPaused) && c.Reason != string(ReasonObserved)
		case string(Accepted):
			return !c.True && (strings.Contains(c.Message, echoText(definition, version)) || isCut(c.Message) ||
				(c.Reason == string(ReasonUnknownServiceDefinition) && !strings.Contains(c.Message, doesNotKnow)))
		}
		return false
	})
}

// echoes tell of definitions that a run wrote and that the answer to it shows as missing.
func echoes(in *Input, j *Judgement, p *Plan, r *Result) []Finding {
	if r.After == nil {
		return nil
	}
	var out []Finding
	for i := range j.Host.Services {
		s := &j.Host.Services[i]
		row := findService(r.After, s.ID)
		if row != nil && row.Definition == missingService && s.Definition != missingService && r.hasDefined(p, s.ID) {
			for _, item := range s.itemList() {
				out = append(out, unknownDefinition(item, s.Definition, in.Backend.ServerVersion))
			}
		}
	}
	return out
}

// hasDefined says that a step which was done wrote the definition of a service.
func (r *Result) hasDefined(p *Plan, service string) bool {
	for i := range min(len(r.Steps), len(p.Steps)) {
		if r.Steps[i].Done && p.Steps[i].defines(service) {
			return true
		}
	}
	return false
}

func (s *Step) defines(service string) bool {
	switch s.Kind {
	case StepCreateHost:
		return slices.ContainsFunc(s.Create.Services, func(o ObservedService) bool { return o.ID == service })
	case StepUpdateHost:
		return slices.ContainsFunc(s.Edit.PutServices, func(e ServiceEdit) bool { return e.ID == service && e.Definition != nil })
	}
	return false
}
