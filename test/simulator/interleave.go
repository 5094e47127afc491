// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"time"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// Interleaving is what came of one act of somebody else before one request of ours.
type Interleaving struct {
	// Edit is what the owner of the manifest did, Act what somebody else did, Before the request that it came before.
	Edit, Act, Before string
	// Lost is how many rows of theirs are gone because they came between a GET and its write.
	Lost int
	// Found is what else was wrong.
	Found   []string
	History string
}

// Interleave plays each act before each request that an edit leads to, and before the first and after the last.
func Interleave(visit func(Interleaving)) {
	for _, edit := range fixedEdits() {
		for _, act := range fixedActs() {
			for n := 0; ; n++ {
				i, more := interleave(edit, act, n)
				visit(i)
				if !more {
					break
				}
			}
		}
	}
}

// fixedEdit is a change of the Host or its Service.
type fixedEdit struct {
	name    string
	host    func(*v1alpha1.Host)
	service func(*v1alpha1.Service)
}

// fixedAct is what a daemon or a person does to the backend host.
type fixedAct struct {
	name string
	do   func(s *site, h *emulator.Host)
}

// interleave plays an act before the n-th request after an edit; more says whether there were that many.
func interleave(edit fixedEdit, act fixedAct, n int) (out Interleaving, more bool) {
	h := &history{}
	w := newWorld(1, h)
	defer func() { w.crash() }()
	host, service := fixedHost(), fixedService()
	must(w.kube.Create(host))
	must(w.kube.Create(service))
	w.declare(host)
	w.begin()
	w.rest(w.clock.now.Add(settleStep))
	s := w.sites[0]
	count := -1
	do := func(before string) {
		out.Before = before
		if b := hostByName(s.State(), host.Name); b != nil {
			w.note("%s, before %s", act.name, before)
			s.witness.others(func() { act.do(s, b) })
		}
	}
	w.before = func(what string) {
		if count++; count == n {
			do(what)
		}
	}
	w.note("the owner %s", edit.name)
	if edit.host != nil {
		must(w.kube.Update(kube.KeyOf(host), func(obj clientObject) { edit.host(obj.(*v1alpha1.Host)); w.declare(obj) }))
	}
	if edit.service != nil {
		must(w.kube.Update(kube.KeyOf(service), func(obj clientObject) { edit.service(obj.(*v1alpha1.Service)) }))
	}
	w.rest(w.clock.now.Add(time.Minute))
	w.before = nil
	if more = count >= n; !more {
		do("nothing more")
	}
	w.settle(0)
	out.Edit, out.Act, out.Lost, out.Found, out.History = edit.name, act.name, s.witness.gaps, w.found, h.String()
	return out, more
}

func hostByName(state emulator.State, name string) *emulator.Host {
	for i := range state.Hosts {
		if state.Hosts[i].Name == name {
			return &state.Hosts[i]
		}
	}
	return nil
}

func fixedHost() *v1alpha1.Host {
	h := &v1alpha1.Host{ObjectMeta: meta(lab, "web")}
	h.Spec.Interfaces = []v1alpha1.HostInterface{
		{Name: "eth0", IPAddress: "10.0.0.10", MACAddress: "02:00:00:00:00:10"}, {Name: "eth1", IPAddress: "10.0.1.10"},
	}
	h.Spec.Ports = ports()[:3]
	h.Spec.Services = []v1alpha1.InlineService{{
		Name: "edge", Definition: "Caddy", Bindings: []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "http"}},
	}}
	return h
}

func fixedService() *v1alpha1.Service {
	s := &v1alpha1.Service{ObjectMeta: meta(lab, "shell")}
	s.Spec.HostRef.Name, s.Spec.Definition = "web", "SSH"
	s.Spec.Bindings = []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "ssh", Interface: "eth0"}}
	return s
}

// String names an interleaving.
func (i Interleaving) String() string {
	return fmt.Sprintf("%s; %s before %s", i.Edit, i.Act, i.Before)
}
