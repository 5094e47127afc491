// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

var updatePlans = flag.Bool("update-plans", false, "rewrite the golden plans")

// story is a whole case as it is written down: what was applied before, what somebody else did, what is applied now.
type story struct {
	Before *storyHost `json:"before,omitempty"`
	// Found says that a discovery found what was there before; it is adopted now.
	Found   bool          `json:"found,omitempty"`
	Foreign *storyForeign `json:"foreign,omitempty"`
	Now     storyHost     `json:"now"`
	Isolate bool          `json:"isolate,omitempty"`
	Quiet   *bool         `json:"quiet,omitempty"`
}

type storyHost struct {
	Name       string         `json:"name"`
	Hostname   *string        `json:"hostname,omitempty"`
	Tags       *[]string      `json:"tags,omitempty"`
	Interfaces []string       `json:"interfaces,omitempty"` // name, last number of the address, MAC
	Ports      []string       `json:"ports,omitempty"`      // name, number
	Services   []storyService `json:"services,omitempty"`
}

type storyService struct {
	Object   string   `json:"object"`
	Name     string   `json:"name"`
	Bindings []string `json:"bindings,omitempty"` // port@interface, port@*, or interface
}

// storyForeign is a discovered service with its bindings to ports and interfaces of the host, as they are named there.
type storyForeign struct {
	Service  string   `json:"service"`
	Bindings []string `json:"bindings"`
}

// told is a plan in words.
type told struct {
	Blocked  string   `json:"blocked,omitempty"`
	Waiting  []string `json:"waiting,omitempty"`
	Requests int      `json:"requests"`
	Steps    []string `json:"steps,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	After    []string `json:"after"`
}

func (h *storyHost) wish() wish {
	w := wish{name: h.Name, hostname: h.Hostname, tags: h.Tags}
	for _, text := range h.Interfaces {
		f := append(strings.Fields(text), "", "")
		w.interfaces = append(w.interfaces, wishInterface{name: f[0], ip: number(f[1]), mac: f[2]})
	}
	for _, text := range h.Ports {
		f := strings.Fields(text)
		w.ports = append(w.ports, wishPort{f[0], number(f[1])})
	}
	for _, s := range h.Services {
		x := wishService{object: s.Object, name: s.Name}
		for _, text := range s.Bindings {
			x.bindings = append(x.bindings, storyBinding(text))
		}
		w.services = append(w.services, x)
	}
	return w
}

func storyBinding(text string) wishBinding {
	port, iface, isPort := strings.Cut(text, "@")
	if !isPort {
		return wishBinding{iface: text}
	}
	return wishBinding{port: port, iface: strings.TrimPrefix(iface, "*")}
}

func number(text string) int {
	n := 0
	for _, c := range text {
		n = 10*n + int(c-'0')
	}
	return n
}

// TestPlansOfWholeCases compares plans and what came of them with testdata/plan. Run it with -update-plans to rewrite.
func TestPlansOfWholeCases(t *testing.T) {
	files, err := filepath.Glob("testdata/plan/*.in.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".in.yaml"), func(t *testing.T) {
			c := readStory(t, file)
			got, err := yaml.Marshal(c.tell(t))
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, strings.TrimSuffix(file, ".in.yaml")+".out.yaml", got)
		})
	}
}

func readStory(t *testing.T, file string) story {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c story
	if err := yaml.UnmarshalStrict(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *updatePlans {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// tell plays a story and tells the plan.
func (c *story) tell(t *testing.T) told {
	s := testServer()
	if c.Before != nil {
		s = written(t, c.Before.wish())
	}
	if c.Found {
		makeForeign(s)
	}
	if c.Foreign != nil {
		c.Foreign.discover(s)
	}
	in := declared(s, c.Now.wish(), 0)
	if c.Found {
		in.Host.PriorID, in.Host.Origin, in.Host.Adopts = "", "", true
	}
	in.Isolate, in.Quiet = c.Isolate, c.Quiet == nil || *c.Quiet
	p := core.ComputePlan(in, core.Judge(in), core.Policy{})
	out := told{Blocked: string(p.Blocked), Requests: p.Requests(), Notes: noteTexts(p)}
	for _, i := range p.BlockedItems {
		out.Waiting = append(out.Waiting, strings.TrimSpace(i.Object.Name+" "+i.String()))
	}
	for i := range p.Steps {
		out.Steps = append(out.Steps, tellStep(in, &p.Steps[i]))
	}
	if ran := s.Run(p, len(p.Steps)); ran.Err != nil || ran.Replan || len(ran.Missing) > 0 {
		t.Errorf("%+v", ran)
	}
	if len(s.Hosts) > 0 {
		out.After = tellHost(s.Hosts[0])
	}
	return out
}

// makeForeign turns everything that the server has into what a discovery found.
func makeForeign(s *coretest.Server) {
	h := &s.Hosts[0]
	h.Source = "Discovery"
	ids := map[string]string{"": ""}
	name := func(id *string) {
		if _, known := ids[*id]; !known {
			ids[*id] = s.NewID()
		}
		*id = ids[*id]
	}
	for i := range h.Interfaces {
		name(&h.Interfaces[i].ID)
	}
	for i := range h.Ports {
		name(&h.Ports[i].ID)
	}
	for i := range h.Services {
		name(&h.Services[i].ID)
		for k := range h.Services[i].Bindings {
			b := &h.Services[i].Bindings[k]
			name(&b.ID)
			name(&b.InterfaceID)
			name(&b.PortID)
		}
	}
}

// found is a binding as a discovery makes it, with a port by its number.
func found(s *coretest.Server, h *core.ObservedHost, w wishBinding) core.ObservedBinding {
	b := core.ObservedBinding{ID: s.NewID(), Type: core.BindPort}
	if w.port == "" {
		b.Type = core.BindInterface
	}
	for _, o := range h.Ports {
		if number(w.port) == o.Number {
			b.PortID = o.ID
		}
	}
	for _, o := range h.Interfaces {
		if w.iface == o.Name {
			b.InterfaceID = o.ID
		}
	}
	return b
}

func (f *storyForeign) discover(s *coretest.Server) {
	h := &s.Hosts[0]
	row := core.ObservedService{ID: s.NewID(), Name: f.Service, Definition: f.Service, Source: "Discovery"}
	for _, text := range f.Bindings {
		row.Bindings = append(row.Bindings, found(s, h, storyBinding(text)))
	}
	for i := range h.Services {
		if h.Services[i].Name == f.Service {
			h.Services[i].Bindings = append(h.Services[i].Bindings, row.Bindings...)
			return
		}
	}
	h.Services = append(h.Services, row)
}
