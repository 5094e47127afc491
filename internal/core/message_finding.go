// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strings"
)

// sentence says a finding in words, for whoever reads the status of the object.
func (n *narrator) sentence(f Finding) string { return n.sentenceTo(f.Item.Object, f) }

// sentenceTo says it to the reader of another object's status.
func (n *narrator) sentenceTo(reader Ref, f Finding) string {
	text := f.Detail
	if text == "" {
		text = n.told(reader, f)
	}
	if advice := advise(f); advice != "" {
		text += "; " + advice
	}
	return text
}

// isAside says that a finding is about a virtualization, which never blocks.
func (f Finding) isAside() bool {
	return f.Condition == ResolvedRefs && f.Item.Object.Kind != KindBinding &&
		(f.Reason == ReasonServiceNotFound || f.Reason == ReasonDependencyNotReady)
}

// line is the sentence with the path of the item in front.
func (n *narrator) line(f Finding) string {
	if path := f.Item.String(); path != "" {
		return path + ": " + n.sentence(f)
	}
	return n.sentence(f)
}

// told builds the sentence of a finding that brings none, from its reason and its parties.
func (n *narrator) told(reader Ref, f Finding) string {
	claim := f.Claim
	if claim == "" {
		claim = "this"
	}
	switch f.Reason {
	case ReasonDuplicate:
		return "the same as " + n.parties(reader, f, n.party, false)
	case ReasonConsolidated:
		return "part of " + n.parties(reader, f, n.party, false)
	case ReasonSuperseded:
		return "covered by " + n.parties(reader, f, n.party, true)
	case ReasonConflicted:
		return claim + " conflicts with " + n.parties(reader, f, n.party, true) + n.declared(f)
	case ReasonPortClaimed:
		return claim + " is bound to " + n.parties(reader, f, n.holder, true) + n.declared(f)
	case ReasonDuplicateHost:
		f.Claim = "" // what the others share with it is worth telling
		return "the same machine as " + n.parties(reader, f, n.party, true) + n.declared(f)
	case ReasonMergedInBackend:
		return "Scanopy merged its host into that of " + n.parties(reader, f, n.party, false)
	case ReasonAlreadyExists, ReasonManagedElsewhere, ReasonAmbiguous:
		return "Scanopy has " + n.parties(reader, f, n.found, false)
	}
	if len(f.Parties) == 0 {
		return strings.TrimSpace(f.Claim + " (" + string(f.Reason) + ")")
	}
	return claim + ": " + n.parties(reader, f, n.party, true)
}

// parties names all that a finding speaks of, with what they claim where that says more.
func (n *narrator) parties(reader Ref, f Finding, name func(Ref, Party) string, claims bool) string {
	var texts []string
	seen := map[string]bool{}
	inline := n.declared(f) == "" // else the sentence ends with it
	for _, p := range f.Parties {
		text := name(reader, p)
		if claims && p.Claim != "" && p.Claim != f.Claim {
			text += " (" + p.Claim + ")"
		}
		if claims && inline && !f.Status && n.isEarlier(p, f.Item) {
			text += ", declared earlier"
		}
		if !seen[text] {
			seen[text] = true
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return "another one"
	}
	return enumerate(texts)
}

// declared ends the sentence of a loser when all who are declared were there first.
func (n *narrator) declared(f Finding) string {
	text := ""
	for _, p := range f.Parties {
		if p.Item.Object == (Ref{}) {
			continue
		}
		if !n.isEarlier(p, f.Item) {
			return ""
		}
		text = ", declared earlier"
	}
	return text
}

// holder names the service that has a port.
func (n *narrator) holder(reader Ref, p Party) string {
	if p.Item.Object == (Ref{}) {
		return tellForeign(p)
	}
	return n.owner(reader, p.Item)
}

// found names a backend host: `"nas" (id 7be…, Discovery) with the same interface 10.20.0.50`.
func (n *narrator) found(reader Ref, p Party) string {
	if p.Item.Object != (Ref{}) {
		return n.item(reader, p.Item)
	}
	return tellFound(p)
}

func tellFound(p Party) string {
	text := "one of a Host in another namespace"
	if p.ForeignID != "" {
		text = `"` + p.ForeignName + `" (id ` + p.ForeignID
		if p.ForeignSource != "" {
			text += ", " + p.ForeignSource
		}
		text += ")"
	}
	if p.Claim != "" {
		text += " with the same " + p.Claim
	}
	return text
}

// advise is what would change a finding: its own advice, or what helps with its reason.
func advise(f Finding) string {
	switch {
	case f.Advice != "" || f.Status || f.Detail != "":
		return f.Advice
	case f.Reason == ReasonConflicted:
		return "remove one of them or bind another interface"
	case f.Reason == ReasonPortClaimed && len(f.Parties) > 0 && f.Parties[0].Item.Object == (Ref{}):
		return "remove it in Scanopy, or bind another port or interface"
	case f.Reason == ReasonPortClaimed:
		return "move one of them to another port or interface"
	case f.Reason == ReasonDuplicateHost && f.isOfOthers():
		return "delete one of them, or correct what they share"
	case f.Reason == ReasonDuplicateHost:
		return "delete one of them, correct what they share, or declare by spec.consolidateInto that they are one"
	case f.Reason == ReasonAlreadyExists && len(f.Parties) == 1:
		return "set spec.adoptionPolicy: IfUnowned, or spec.externalID: " + f.Parties[0].ForeignID + ", to manage it"
	}
	return ""
}

// isOfOthers says that a finding speaks of objects of other namespaces only.
func (f Finding) isOfOthers() bool {
	return !slices.ContainsFunc(f.Parties, func(p Party) bool { return p.Item.Object.Namespace == f.Item.Object.Namespace })
}
