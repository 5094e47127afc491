// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scanopy-operator/scanopy-operator/internal/core"
	"github.com/scanopy-operator/scanopy-operator/internal/core/coretest"
)

// freshHost has an interface, two ports and two services, one of them foreign.
func freshHost() core.ObservedHost {
	text := "as it is"
	return core.ObservedHost{
		ID: "h", NetworkID: testNetwork, Name: "web", Hostname: &text, Description: &text, Hidden: true,
		Tags: []string{"t2", "t1", "t2"}, Version: "v7", Virtualization: &core.ObservedVirtualization{Type: "Proxmox", ServiceID: "s"},
		Interfaces: []core.ObservedInterface{{ID: "i1", SubnetID: testSubnet, IP: addr(1), Name: "eth0"}},
		Ports:      []core.ObservedPort{{ID: "p1", Number: 80, Protocol: core.TCP}, {ID: "p2", Number: 443, Protocol: core.TCP}},
		Services: []core.ObservedService{
			{ID: "ours", Name: "edge", Definition: "Caddy", Bindings: []core.ObservedBinding{{ID: "b1", Type: core.BindPort, PortID: "p1"}}},
			{ID: "foreign", Name: "nginx", Definition: "Nginx", Tags: []string{"t3"},
				Bindings: []core.ObservedBinding{{ID: "b2", Type: core.BindPort, PortID: "p2", InterfaceID: "i1"}}},
		},
	}
}

func TestAMergeChangesOnlyWhatTheEditNames(t *testing.T) {
	fresh := freshHost()
	unchanged := core.HostWrite{NetworkID: testNetwork, Name: "web", Hostname: fresh.Hostname, Description: fresh.Description, Hidden: true,
		Tags: []string{"t1", "t2"}, Virtualization: fresh.Virtualization, Expected: "v7"}
	with := func(change func(*core.HostWrite)) core.HostWrite {
		w := unchanged
		change(&w)
		return w
	}
	name, empty, shown := "www", "", false
	port := core.ObservedPort{ID: "p3", Number: 53, Protocol: core.UDP}
	binding := core.ObservedBinding{ID: "b3", Type: core.BindPort, PortID: "p3"}
	for title, c := range map[string]struct {
		edit core.Edit
		want core.HostWrite
	}{
		"no edit, no list": {core.Edit{}, unchanged},
		"fields that are named": {core.Edit{Name: &name, Hidden: &shown, Tags: &[]string{"t3", "t3"}},
			with(func(w *core.HostWrite) { w.Name, w.Hidden, w.Tags = "www", false, []string{"t3"} })},
		"an empty text clears": {core.Edit{Hostname: &empty, Description: &empty},
			with(func(w *core.HostWrite) { w.Hostname, w.Description = nil, nil })},
		"a row that the host lacks is appended": {core.Edit{PutPorts: []core.ObservedPort{port}},
			with(func(w *core.HostWrite) { w.HasPorts, w.Ports = true, append(freshHost().Ports, port) })},
		"a row that is gone already is no change":    {core.Edit{DropPorts: []string{"p9"}, DropInterfaces: []string{"i9"}}, unchanged},
		"a row that is as it should be is no change": {core.Edit{PutPorts: fresh.Ports[:1]}, unchanged},
		"a service keeps what the edit does not name": {
			core.Edit{PutServices: []core.ServiceEdit{{ID: "ours", Name: &name, PutBindings: []core.ObservedBinding{binding}, DropBindings: []string{"b1"}}}},
			with(func(w *core.HostWrite) {
				w.HasServices = true
				w.Services = []core.ObservedService{fresh.Services[1], {ID: "ours", Name: "www", Definition: "Caddy", Bindings: []core.ObservedBinding{binding}}}
			})},
		"a service that vanished is not made again": {
			core.Edit{PutServices: []core.ServiceEdit{{ID: "gone", Name: &name}}, DropServices: []string{"ours"}},
			with(func(w *core.HostWrite) { w.HasServices, w.Services = true, fresh.Services[1:] })},
		"bindings on a port that goes are not sent": {
			core.Edit{DropPorts: []string{"p1"}, PutServices: []core.ServiceEdit{{ID: "ours", Name: &name}}},
			with(func(w *core.HostWrite) {
				w.HasPorts, w.Ports, w.HasServices = true, fresh.Ports[1:], true
				w.Services = []core.ObservedService{fresh.Services[1], {ID: "ours", Name: "www", Definition: "Caddy", Bindings: []core.ObservedBinding{}}}
			})},
	} {
		t.Run(title, func(t *testing.T) {
			if diff := cmp.Diff(c.want, core.MergeEdit(fresh, c.edit)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(freshHost(), fresh, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
				t.Error("the host itself was changed", diff)
			}
		})
	}
}

func TestAnEditRestsUnlessWhatItNeedsHasChanged(t *testing.T) {
	name := "www"
	edit := core.Edit{
		Name: &name, PutPorts: []core.ObservedPort{{ID: "p3", Number: 53, Protocol: core.TCP}}, DropPorts: []string{"p1"},
		PutServices: []core.ServiceEdit{
			{ID: "ours", Name: &name, PutBindings: []core.ObservedBinding{{ID: "b3", Type: core.BindPort, PortID: "p3"}, {ID: "b4", Type: core.BindPort, PortID: "p2", InterfaceID: "i2"}}},
			{ID: "new", New: true, Name: &name, Definition: &name},
		},
	}
	base := freshHost()
	base.Interfaces = append(base.Interfaces, core.ObservedInterface{ID: "i2", SubnetID: testSubnet, IP: addr(2)})
	foreign := func(b core.ObservedBinding) func(*core.ObservedHost) {
		return func(h *core.ObservedHost) { h.Services[1].Bindings = append(h.Services[1].Bindings, b) }
	}
	for title, c := range map[string]struct {
		change func(*core.ObservedHost)
		rests  bool
	}{
		"nothing":                            {func(*core.ObservedHost) {}, true},
		"a foreign row beside it":            {func(h *core.ObservedHost) { h.Ports = append(h.Ports, core.ObservedPort{ID: "x", Number: 22}) }, true},
		"a foreign service beside it":        {func(h *core.ObservedHost) { h.Services = append(h.Services, core.ObservedService{ID: "x"}) }, true},
		"a field that it does not change":    {func(h *core.ObservedHost) { h.Hidden = false }, true},
		"a field is as it should be already": {func(h *core.ObservedHost) { h.Name = "www" }, true},
		"what goes is gone already":          {func(h *core.ObservedHost) { h.Ports, h.Services[0].Bindings = h.Ports[1:], nil }, true},
		"what is made is there already": {func(h *core.ObservedHost) {
			h.Ports = append(h.Ports, edit.PutPorts[0])
			h.Services = append(h.Services, core.ObservedService{ID: "new", Name: "www", Definition: "www"})
		}, true},
		"a field that it changes":                 {func(h *core.ObservedHost) { h.Name = "other" }, false},
		"a field of a service that it changes":    {func(h *core.ObservedHost) { h.Services[0].Name = "other" }, false},
		"its service vanished":                    {func(h *core.ObservedHost) { h.Services = h.Services[1:] }, false},
		"a port that it binds vanished":           {func(h *core.ObservedHost) { h.Ports = h.Ports[:1] }, false},
		"an interface that it binds vanished":     {func(h *core.ObservedHost) { h.Interfaces = h.Interfaces[:1] }, false},
		"somebody claims the port that it binds":  {foreign(core.ObservedBinding{ID: "x", Type: core.BindPort, PortID: "p2"}), false},
		"somebody is on another interface":        {foreign(core.ObservedBinding{ID: "x", Type: core.BindPort, PortID: "p2", InterfaceID: "i3"}), true},
		"something new hangs on a port that goes": {foreign(core.ObservedBinding{ID: "x", Type: core.BindPort, PortID: "p1", InterfaceID: "i1"}), false},
		"an equal port appeared under another id": {func(h *core.ObservedHost) {
			h.Ports = append(h.Ports, core.ObservedPort{ID: "x", Number: 53, Protocol: core.TCP})
		}, false},
		"an equal service appeared under another id": {func(h *core.ObservedHost) {
			h.Services = append(h.Services, core.ObservedService{ID: "x", Name: "www", Definition: "www"})
		}, false},
		"an interface binding appeared on its service": {func(h *core.ObservedHost) {
			h.Services[0].Bindings = append(h.Services[0].Bindings, core.ObservedBinding{ID: "x", Type: core.BindInterface, InterfaceID: "i2"})
		}, false},
	} {
		t.Run(title, func(t *testing.T) {
			fresh := coretest.Copy(base)
			c.change(&fresh)
			if got := core.Rests(base, fresh, edit); got != c.rests {
				t.Errorf("rests: %v", got)
			}
		})
	}
}

func TestAnswersAreComparedWithWhatWasSent(t *testing.T) {
	fresh := freshHost()
	sent := core.HostWrite{Name: "web", Hostname: fresh.Hostname, Description: fresh.Description, Hidden: true, Tags: []string{"t1", "t2"},
		Virtualization: fresh.Virtualization, Interfaces: fresh.Interfaces, Ports: fresh.Ports, Services: fresh.Services[:1]}
	for title, c := range map[string]struct {
		change func(*core.ObservedHost)
		want   []string
	}{
		"all is there, and more":         {func(*core.ObservedHost) {}, nil},
		"a definition that is not known": {func(h *core.ObservedHost) { h.Services[0].Definition = "Missing Service" }, nil},
		"a service was dropped":          {func(h *core.ObservedHost) { h.Services = h.Services[1:] }, []string{"service edge is missing"}},
		"a binding was dropped": {func(h *core.ObservedHost) { h.Services[0].Bindings = nil },
			[]string{"service edge: a binding to port 80/TCP is missing"}},
		"a binding was widened": {func(h *core.ObservedHost) { h.Services[0].Bindings[0].InterfaceID = "i1" },
			[]string{"service edge: a binding to port 80/TCP is missing"}},
		"rows are missing": {func(h *core.ObservedHost) { h.Ports, h.Interfaces = h.Ports[1:], nil },
			[]string{"interface eth0 is missing", "port 80/TCP is missing"}},
		"fields differ": {func(h *core.ObservedHost) { h.Name, h.Hostname, h.Virtualization = "x", nil, nil },
			[]string{"name differs", "hostname differs", "virtualization differs"}},
		"a MAC stayed": {func(h *core.ObservedHost) { h.Interfaces[0].MAC = "02:00:00:00:00:01" }, []string{"interface eth0 differs"}},
	} {
		t.Run(title, func(t *testing.T) {
			got := coretest.Copy(fresh)
			c.change(&got)
			if diff := cmp.Diff(c.want, core.Compare(sent, got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
