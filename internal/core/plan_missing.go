// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strings"
)

// missingSteps makes the subnets and tags that the backend lacks and that the operator may create, each once.
func missingSteps(d *Desired) []Step {
	var steps []Step
	for i := range d.Interfaces {
		if w := &d.Interfaces[i]; w.Fate == Write && w.NewSubnet != "" {
			steps = append(steps, Step{Kind: StepCreateSubnet, Subnet: w.NewSubnet, Items: []Item{w.Item}})
		}
	}
	if d.Fate == Write {
		steps = appendTags(steps, d.NewTags, []Item{d.Item})
	}
	for i := range d.Services {
		if w := &d.Services[i]; w.Fate == Write {
			steps = appendTags(steps, w.NewTags, w.itemList())
		}
	}
	if len(steps) < 2 {
		return steps
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Subnet, b.Subnet), strings.Compare(a.Tag, b.Tag))
	})
	return joinSteps(steps)
}

func appendTags(steps []Step, names []string, items []Item) []Step {
	for _, name := range names {
		steps = append(steps, Step{Kind: StepCreateTag, Tag: name, Items: slices.Clone(items)})
	}
	return steps
}

// joinSteps makes one step of neighbours that make the same.
func joinSteps(steps []Step) []Step {
	out := steps[:1]
	for _, s := range steps[1:] {
		last := &out[len(out)-1]
		if last.Kind == s.Kind && last.Subnet == s.Subnet && last.Tag == s.Tag {
			last.Items = sortedItems(append(last.Items, s.Items...))
			continue
		}
		out = append(out, s)
	}
	return out
}

func missingNotes(steps []Step) []Note {
	var out []Note
	for _, s := range steps {
		text := "tag " + s.Tag + ": created"
		if s.Kind == StepCreateSubnet {
			text = "subnet " + s.Subnet + ": created"
		}
		out = append(out, Note{Item: s.Items[0], Text: text})
	}
	return out
}
