// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
	"github.com/scanopy-operator/scanopy-operator/test/simulator/kube"
)

// Merging is what came of two Hosts that became one while the process ended.
type Merging struct {
	// Shape is what there is in the end, without ids and times.
	Shape []string
	// Found is what was wrong.
	Found   []string
	History string
}

// Merge consolidates a Host into another one, both of which have bindings of somebody else on services that both have,
// and ends the process before the n-th request of the merge, of whatever kind; 0: never. more says whether there were
// that many.
func Merge(seed uint64, n int) (out Merging, more bool) {
	h := &history{}
	w := newWorld(seed, h)
	defer func() { w.crash() }()
	for _, obj := range []clientObject{mergedRoot(), mergedPart(), mergedService()} {
		must(w.kube.Create(obj))
		w.declare(obj)
		w.clock.pass(w.clock.now.Add(time.Second))
	}
	w.begin()
	w.rest(w.clock.now.Add(settleStep))
	w.findOnBoth()
	w.rest(w.clock.now.Add(settleStep))
	w.note("the owner consolidates old into web")
	w.crashAt = n
	must(w.kube.Update(kube.Key{Kind: kube.Host, Namespace: lab, Name: "old"}, func(obj clientObject) {
		obj.(*v1alpha1.Host).Spec.ConsolidateInto = &v1alpha1.HostConsolidation{Name: "web"}
		w.declare(obj)
	}))
	w.rest(w.clock.now.Add(time.Minute))
	more = n > 0 && w.crashAt == 0
	w.crashAt = 0
	w.rest(w.clock.now.Add(settleStep))
	w.steady(1)
	return Merging{Shape: w.shape(), Found: w.found, History: h.String()}, more
}

func mergedRoot() *v1alpha1.Host {
	h := &v1alpha1.Host{ObjectMeta: meta(lab, "web")}
	h.Spec.Interfaces = []v1alpha1.HostInterface{{Name: "eth0", IPAddress: "10.0.0.10"}}
	h.Spec.Ports = []v1alpha1.HostPort{ports()[0], {Name: "alt", Number: 8443, Protocol: v1alpha1.ProtocolTCP}}
	h.Spec.Services = []v1alpha1.InlineService{{
		Name: "edge", Definition: "Caddy", Bindings: []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "http"}},
	}}
	return h
}

func mergedPart() *v1alpha1.Host {
	h := &v1alpha1.Host{ObjectMeta: meta(lab, "old")}
	h.Spec.Interfaces = []v1alpha1.HostInterface{{Name: "lan", IPAddress: "10.0.1.10"}}
	h.Spec.Ports = ports()[1:2]
	h.Spec.Services = []v1alpha1.InlineService{{
		Name: "edge", Definition: "Caddy", Bindings: []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "https", Interface: "lan"}},
	}}
	return h
}

// mergedService wants a port that somebody has bound on the other host: it has it until the two are one.
func mergedService() *v1alpha1.Service {
	s := &v1alpha1.Service{ObjectMeta: meta(lab, "graphs")}
	s.Spec.HostRef.Name, s.Spec.Definition = "web", "Grafana"
	s.Spec.Bindings = []v1alpha1.ServiceBinding{{Type: v1alpha1.BindingPort, Port: "alt"}}
	return s
}

// findOnBoth is what others find: more bindings of the service that both declare, and a service of their own on both.
func (w *world) findOnBoth() {
	s := w.sites[0]
	s.witness.others(func() {
		for _, name := range []string{"web", "old"} {
			numbers := map[string][]uint16{"web": {5353}, "old": {8443, 2222}}[name]
			h := hostByName(s.State(), name)
			s.addServiceOn(h, ports()[2], "SSH", false)
			for _, number := range numbers {
				s.addPort(h, number)
			}
			h = hostByName(s.State(), name)
			s.bind(h, "edge", numbers[0])
			s.bind(h, "ssh", 2222)
		}
	})
}

func (s *site) addPort(h *emulator.Host, number uint16) {
	for i := range h.Ports {
		if h.Ports[i].Number == number {
			return
		}
	}
	s.must(http.MethodPost, "/api/v1/ports", fields{
		"host_id": h.ID, "network_id": h.NetworkID, "number": number, "protocol": "Tcp", "type": "Custom",
	})
}

// Has says that a row of the first site has a text.
func (m Merging) Has(text string) bool {
	return slices.ContainsFunc(m.Shape, func(line string) bool { return strings.Contains(line, text) })
}
