// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// drawServer is an empty backend, or one with a host that a discovery found.
func drawServer(t *rapid.T) *coretest.Server {
	s := &coretest.Server{MACFixed: true, Tags: []core.Tag{{ID: "t1", Name: "red"}, {ID: "t2", Name: "blue"}, {ID: "t3", Name: "green"}}}
	if rapid.Bool().Draw(t, "discovered") {
		s.Hosts = []core.ObservedHost{{ID: s.NewID(), NetworkID: testNetwork, Name: "found", Source: "Discovery", Version: "v0"}}
		discover(t, s, rapid.IntRange(0, 4).Draw(t, "found"))
	}
	return s
}

// discover adds rows to the first host as a discovery does; the version of the host doesn't move.
func discover(t *rapid.T, s *coretest.Server, n int) {
	h := &s.Hosts[0]
	for range n {
		switch rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			discoverRow(t, s, h)
		default:
			discoverBinding(t, s, h)
		}
	}
}

func discoverRow(t *rapid.T, s *coretest.Server, h *core.ObservedHost) {
	ip, number := rapid.IntRange(1, 4).Draw(t, "ip"), 80+rapid.IntRange(0, 3).Draw(t, "number")
	if !slices.ContainsFunc(h.Interfaces, func(o core.ObservedInterface) bool { return o.IP == addr(ip) }) {
		h.Interfaces = append(h.Interfaces, core.ObservedInterface{ID: s.NewID(), SubnetID: testSubnet, IP: addr(ip), MAC: drawMAC(t)})
	}
	if !slices.ContainsFunc(h.Ports, func(o core.ObservedPort) bool { return o.Number == number }) {
		h.Ports = append(h.Ports, core.ObservedPort{ID: s.NewID(), Number: number, Protocol: core.TCP})
	}
}

// discoverBinding finds a service on a port or an interface; it says nothing where another claims that.
func discoverBinding(t *rapid.T, s *coretest.Server, h *core.ObservedHost) {
	b := core.ObservedBinding{ID: s.NewID(), Type: core.BindPort}
	if len(h.Interfaces) > 0 && rapid.Bool().Draw(t, "single") {
		b.InterfaceID = rapid.SampledFrom(h.Interfaces).Draw(t, "interface").ID
	}
	if len(h.Ports) > 0 && (b.InterfaceID == "" || rapid.Bool().Draw(t, "port")) {
		b.PortID = rapid.SampledFrom(h.Ports).Draw(t, "of").ID
	} else {
		b.Type = core.BindInterface
	}
	if b.InterfaceID == "" && b.PortID == "" {
		return
	}
	definition := rapid.SampledFrom([]string{"Nginx", openPorts, "Caddy"}).Draw(t, "definition")
	name := map[string]string{"Nginx": "nginx", openPorts: openPorts, "Caddy": "edge"}[definition]
	at := slices.IndexFunc(h.Services, func(o core.ObservedService) bool { return o.Name == name && o.Definition == definition })
	if at < 0 {
		h.Services = append(h.Services, core.ObservedService{ID: s.NewID(), Name: name, Definition: definition, Source: "Discovery"})
		at = len(h.Services) - 1
	}
	if !standsFree(h, at, b) {
		return
	}
	h.Services[at].Bindings = append(slices.Clone(h.Services[at].Bindings), b)
}

// standsFree says that the server would take the binding in a list with all that is there.
func standsFree(h *core.ObservedHost, at int, b core.ObservedBinding) bool {
	for i, s := range h.Services {
		for _, o := range s.Bindings {
			meet := o.InterfaceID == "" || b.InterfaceID == "" || o.InterfaceID == b.InterfaceID
			if meet && (i == at || o.Type == core.BindPort && b.Type == core.BindPort && o.PortID == b.PortID) && (o.Type != b.Type || o.PortID == b.PortID) {
				return false
			}
		}
	}
	return true
}

func drawMAC(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"}).Draw(t, "mac")
}

func drawTags(t *rapid.T) *[]string {
	if rapid.Bool().Draw(t, "unmanaged") {
		return nil
	}
	tags := []string{}
	for _, id := range []string{"t1", "t2", "t3"} {
		if rapid.Bool().Draw(t, id) {
			tags = append(tags, id)
		}
	}
	return &tags
}

// drawWish is a small wish, so that names, addresses and ports meet often.
func drawWish(t *rapid.T) wish {
	w := wish{name: rapid.SampledFrom([]string{"web", "www"}).Draw(t, "name"), tags: drawTags(t)}
	if rapid.Bool().Draw(t, "hostname") {
		text := rapid.SampledFrom([]string{"", "web.lan"}).Draw(t, "text")
		w.hostname = &text
	}
	ips := rapid.Permutation([]int{1, 2, 3, 4}).Draw(t, "ips")
	for i := range rapid.IntRange(0, 3).Draw(t, "interfaces") {
		w.interfaces = append(w.interfaces, wishInterface{name: fmt.Sprint("eth", i), ip: ips[i], mac: drawMAC(t)})
	}
	numbers := rapid.Permutation([]int{80, 81, 82, 83}).Draw(t, "numbers")
	for i := range rapid.IntRange(0, 3).Draw(t, "ports") {
		w.ports = append(w.ports, wishPort{name: fmt.Sprint("p", i), number: numbers[i]})
	}
	names := rapid.Permutation([]string{"edge", "proxy", "app"}).Draw(t, "names")
	for i := range rapid.IntRange(0, 3).Draw(t, "services") {
		w.services = append(w.services, drawWishService(t, fmt.Sprint("s", i), names[i]))
	}
	return w
}

func drawWishService(t *rapid.T, object, name string) wishService {
	out := wishService{object: object, name: name, tags: drawTags(t)}
	for range rapid.IntRange(0, 5).Draw(t, "bindings") {
		b := wishBinding{}
		if rapid.Bool().Draw(t, "on one") {
			b.iface = fmt.Sprint("eth", rapid.IntRange(0, 2).Draw(t, "iface"))
		}
		if b.iface == "" || rapid.IntRange(0, 3).Draw(t, "form") > 0 {
			b.port = fmt.Sprint("p", rapid.IntRange(0, 2).Draw(t, "port"))
		}
		out.bindings = append(out.bindings, b)
	}
	return out
}
