// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
)

// mergeStory is a whole merge as it is written down: a root and a Host that is consolidated into it, each with a host on
// the server and with what a discovery found there.
type mergeStory struct {
	Root   storyMachine `json:"root"`
	Member storyMachine `json:"member"`
}

type storyMachine struct {
	Name     string         `json:"name"`
	Created  int            `json:"created"` // a minute
	Address  int            `json:"address"` // last number of the address of eth0
	Services []string       `json:"services,omitempty"`
	Found    []storyForeign `json:"found,omitempty"`
}

// toldMerge is a plan that merges, in words.
type toldMerge struct {
	Rejected   []string `json:"rejected,omitempty"`
	Remembered []string `json:"remembered,omitempty"`
	Requests   int      `json:"requests"`
	Steps      []string `json:"steps"`
	Notes      []string `json:"notes,omitempty"`
	After      []string `json:"after"`
}

// TestMergesOfWholeCases compares plans and what came of them with testdata/merge. Run it with -update-plans to rewrite.
func TestMergesOfWholeCases(t *testing.T) {
	files, err := filepath.Glob("testdata/merge/*.in.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".in.yaml"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c mergeStory
			if err := yaml.UnmarshalStrict(raw, &c); err != nil {
				t.Fatal(err)
			}
			got, err := yaml.Marshal(c.tell(t))
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, strings.TrimSuffix(file, ".in.yaml")+".out.yaml", got)
		})
	}
}

func (m *storyMachine) host() *core.HostDecl {
	return machine(m.Name, m.Created, m.Address, m.Services...)
}

// tell plays a story and tells the plan.
func (c *mergeStory) tell(t *testing.T) toldMerge {
	f := pair(t, c.Root.host(), c.Member.host())
	for i, m := range []storyMachine{c.Root, c.Member} {
		for _, s := range m.Found {
			f.find(i, s.Service, s.Bindings...)
		}
	}
	in := f.see()
	j := core.Judge(in)
	p := core.ComputePlan(in, j, core.Policy{})
	out := toldMerge{Requests: p.Requests(), Notes: noteTexts(p)}
	for _, x := range j.Findings {
		if x.Condition == core.Accepted && !x.Status {
			out.Rejected = append(out.Rejected, x.Item.Object.Name+" "+x.Item.String()+": "+string(x.Reason))
		}
	}
	for _, r := range p.Remember {
		out.Remembered = append(out.Remembered, serviceName(in, r.Service)+": "+
			strings.TrimSpace(bindingPlace(*j.Target.United, r.Binding))+" from "+hostByID(in, r.From).Name)
	}
	for i := range p.Steps {
		out.Steps = append(out.Steps, tellMergeStep(in, &p.Steps[i]))
	}
	f.finish(t)
	for _, h := range f.server.Hosts {
		for _, text := range tellHost(h) {
			out.After = append(out.After, h.Name+": "+text)
		}
	}
	return out
}

// tellMergeStep says in a line what a step sends, and to which host.
func tellMergeStep(in core.Input, s *core.Step) string {
	h := hostByID(in, s.HostID)
	if s.Kind == core.StepConsolidate {
		return string(s.Kind) + " " + hostByID(in, s.Other).Name + " into " + h.Name
	}
	in.Observed.Hosts = []core.ObservedHost{h}
	return h.Name + ": " + tellStep(in, s)
}

func hostByID(in core.Input, id string) core.ObservedHost {
	for _, h := range in.Observed.Hosts {
		if h.ID == id {
			return h
		}
	}
	return core.ObservedHost{}
}

func serviceName(in core.Input, id string) string {
	for _, h := range in.Observed.Hosts {
		for _, s := range h.Services {
			if s.ID == id {
				return s.Name
			}
		}
	}
	return ""
}
