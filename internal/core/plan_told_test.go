// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// tellStep says in a line what a step sends.
func tellStep(in core.Input, s *core.Step) string {
	out := string(s.Kind)
	switch s.Kind {
	case core.StepUpdateHost:
		out += tellEdit(s.Edit)
	case core.StepCreatePort:
		out += fmt.Sprint(" ", s.Port.Number)
	case core.StepCreateInterface:
		out += " " + s.Interface.Name
	case core.StepCreateBinding:
		out += " " + bindingPlace(in.Observed.Hosts[0], *s.Binding)
	case core.StepDeleteBinding:
		for _, x := range in.Observed.Hosts[0].Services {
			for _, b := range x.Bindings {
				if b.ID == s.Row.ID {
					out += " " + bindingPlace(in.Observed.Hosts[0], b) + " of " + x.Name
				}
			}
		}
	case core.StepRemoveTag:
		out += " " + s.Tag
	}
	var items []string
	for _, i := range s.Items {
		items = append(items, strings.TrimSpace(i.Object.Name+" "+i.String()))
	}
	return strings.TrimSpace(out) + " [" + strings.Join(items, ", ") + "]"
}

func tellEdit(e *core.Edit) string {
	out := ""
	for _, f := range []struct {
		name string
		n    int
	}{
		{"interfaces put", len(e.PutInterfaces)}, {"interfaces dropped", len(e.DropInterfaces)}, {"ports put", len(e.PutPorts)},
		{"ports dropped", len(e.DropPorts)}, {"services put", len(e.PutServices)}, {"services dropped", len(e.DropServices)},
	} {
		if f.n > 0 {
			out += fmt.Sprintf(" %s: %d", f.name, f.n)
		}
	}
	for _, s := range e.PutServices {
		out += fmt.Sprintf(" (+%d -%d)", len(s.PutBindings), len(s.DropBindings))
	}
	return out
}

// tellHost lists a host's services with their bindings.
func tellHost(h core.ObservedHost) []string {
	var out []string
	for _, s := range h.Services {
		var places []string
		for _, b := range s.Bindings {
			place := strings.TrimSpace(bindingPlace(h, b))
			if !isOurs(b.ID) {
				place += " (foreign)"
			}
			places = append(places, place)
		}
		slices.Sort(places)
		out = append(out, s.Name+": "+strings.Join(places, ", "))
	}
	return out
}
